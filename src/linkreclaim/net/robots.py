"""robots.txt of strangers' hosts, read once per origin (RFC 9309)."""

import re
from collections import OrderedDict
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from protego import Protego

from linkreclaim.model.verdicts import FailureKind
from linkreclaim.net.asked_once import AskedOnce
from linkreclaim.net.guard import refuse_port
from linkreclaim.net.location import read_location
from linkreclaim.net.transport import Request, Response, Transport
from linkreclaim.urls import Url, parse, resolve

MAX_ROBOTS_BYTES = 500 * 1024
"""The rest of a longer file is ignored. Source: RFC 9309, 2.5 (the least a crawler must read)."""

MAX_ROBOTS_REDIRECTS = 5
"""Source: RFC 9309, 2.3.1.2."""

FILES_IN_MEMORY = 500
"""Files with rules kept; the longest unused goes first. 28 KB each for files of 100 rules (our measurement): 14 MB."""

OPEN_IN_MEMORY = 100_000
"""Origins kept that have no rules, or no answer, at 200 bytes each: most of a long list of hosts."""

_AGENT_LINE = re.compile(r"^([ \t]*user[- ]?agent[ \t]*:?[ \t]*)([^\r\n#]*)", re.IGNORECASE | re.MULTILINE)
_TOKEN = re.compile(r"[A-Za-z_-]+")
_ANOTHER_AGENT = "(another)"  # no product token, so that it can never be ours


@dataclass(frozen=True, slots=True)
class RobotsAnswer:
    """Whether a URL may be asked, and why (not).

    `failure` is set when the host itself could not be reached for its robots.txt: what is true of the page as well.
    """

    allowed: bool
    reason: str = ""
    crawl_delay_s: float | None = None
    failure: FailureKind | None = None


_OPEN = RobotsAnswer(True)


class RobotsCache(Protocol):
    """Keeps robots.txt between runs, so that a resumed run does not ask again. Only real answers are put."""

    def get(self, origin: str) -> tuple[int, str] | None:
        """Status and text as last put for an origin ("https://example.com"), None when unknown."""
        ...

    def put(self, origin: str, status: int, text: str) -> None:
        """Keep an answer; `text` is empty unless the status is 2xx."""
        ...


@dataclass(frozen=True, slots=True)
class _File:
    rules: Protego | None = None  # None: everything is allowed, or nothing (then `closed` says why)
    closed: RobotsAnswer | None = None


class Robots:
    """Answers for every origin from one reading of its robots.txt; safe to ask from many tasks at once."""

    def __init__(self, transport: Transport, user_agent: str, cache: RobotsCache | None = None) -> None:
        self._transport = transport
        self._token = find_product_token(user_agent)
        self._cache = cache
        self._files: AskedOnce[_File] = AskedOnce(FILES_IN_MEMORY)
        self._without_rules: OrderedDict[str, _File] = OrderedDict()

    async def allowed(self, url: Url) -> RobotsAnswer:
        """Whether the robots.txt of the URL's origin lets us ask for it."""
        origin = url.origin
        file = self._without_rules.get(origin) or await self._file(origin)
        if file.closed is not None:
            return file.closed
        if file.rules is None:
            return _OPEN
        if not file.rules.can_fetch(url.without_fragment, self._token):
            return RobotsAnswer(False, f"robots.txt of {url.netloc} disallows {url.request_target} for {self._token}")
        return RobotsAnswer(True, crawl_delay_s=file.rules.crawl_delay(self._token))

    async def sitemaps(self, origin: str) -> tuple[str, ...]:
        """The sitemap URLs that an origin's robots.txt names, in its order; none when it could not be read."""
        file = await self._file(origin)
        return () if file.rules is None else tuple(file.rules.sitemaps)

    async def _file(self, origin: str) -> _File:
        known = self._without_rules.get(origin)
        if known is not None:
            return known
        return self._sorted(origin, await self._files.get(origin, partial(self._read, origin)))

    def _sorted(self, origin: str, file: _File) -> _File:
        """Keep what has no rules where much more has room."""
        if file.rules is None:
            self._files.forget(origin)
            self._without_rules[origin] = file
            if len(self._without_rules) > OPEN_IN_MEMORY:
                self._without_rules.popitem(last=False)
        return file

    async def _read(self, origin: str) -> _File:
        """RFC 9309, 2.3.1: 2xx is read; 5xx and no answer close the host for now; 4xx and endless redirects open it."""
        refused = _refused_port(origin)
        if refused is not None:
            return _File(closed=RobotsAnswer(False, refused, failure=FailureKind.UNSUPPORTED))
        kept = self._cache.get(origin) if self._cache is not None else None
        if kept is not None:
            return _File(rules=read_rules(kept[1], self._token))
        response = await self._ask(origin)
        status = response.status_code
        if response.failure is not None or status is None:
            return _File(closed=_unreachable(origin, response))
        if _is_trouble(status):
            return _File(closed=RobotsAnswer(False, f"could not read {origin}/robots.txt: it answered {status}"))
        text = decode_robots(response.body) if 200 <= status <= 299 else ""
        if self._cache is not None:
            self._cache.put(origin, status, text)
        return _File(rules=read_rules(text, self._token))

    async def _ask(self, origin: str) -> Response:
        url = parse(origin + "/robots.txt")
        if url is None:
            return Response(None, failure=FailureKind.UNSUPPORTED, failure_detail=f"{origin} is no http(s) origin")
        for _ in range(MAX_ROBOTS_REDIRECTS + 1):
            response = await self._transport.send(Request(url, max_body_bytes=MAX_ROBOTS_BYTES, urgent=True))
            location = read_location(response)
            target = resolve(url, location) if location is not None else None
            if response.failure is not None or target is None:
                return response
            url = target
        return response


def read_rules(text: str, token: str) -> Protego | None:
    """The rules of a robots.txt as they concern one product token; None when there are none."""
    return Protego.parse(keep_own_groups(text, token)) if text else None


def find_product_token(user_agent: str) -> str:
    """The name that robots.txt knows us by: "reclaim-audit" of "Mozilla/5.0 (compatible; reclaim-audit/1.0; ...)"."""
    inside = re.search(r"compatible;\s*([A-Za-z_-]+)", user_agent)
    if inside is not None:
        return inside[1]
    first = _TOKEN.match(user_agent)
    return first[0] if first is not None else "*"


def decode_robots(body: bytes) -> str:
    """Text of a robots.txt: UTF-8 (RFC 9309, 2.3), byte order mark dropped, broken bytes replaced."""
    return body.decode("utf-8-sig", "replace").removeprefix("\ufeff")


def keep_own_groups(text: str, token: str) -> str:
    """Rewrite each User-agent line as our product token, `*`, or another agent's.

    RFC 9309, 2.2.1: the whole product token decides, without its version and in any case. Protego also takes a part of
    a name for the name ("reclaim" for "reclaim-audit").
    """

    def rewrite(line: re.Match[str]) -> str:
        name = line[2].strip()
        if name.startswith("*"):
            return line[1] + "*"
        found = _TOKEN.match(name)
        return line[1] + (token if found is not None and found[0].lower() == token.lower() else _ANOTHER_AGENT)

    return _AGENT_LINE.sub(rewrite, text)


def _is_trouble(status: int) -> bool:
    """429 counts as 5xx, as for Google ("How Google interprets the robots.txt specification")."""
    return status == 429 or status >= 500


def _refused_port(origin: str) -> str | None:
    """Why nothing at all is asked of this origin's port; None when it may be asked."""
    url = parse(origin)
    return None if url is None else refuse_port(url)


def _unreachable(origin: str, response: Response) -> RobotsAnswer:
    """The host does not answer: what is wrong with it is the page's failure too, unless only this file is broken."""
    own_fault = response.failure in (FailureKind.PROTOCOL, FailureKind.TOO_LARGE, FailureKind.UNSUPPORTED, None)
    return RobotsAnswer(
        False,
        f"could not read {origin}/robots.txt: {response.failure_detail or 'no answer'}",
        failure=None if own_fault else response.failure,
    )
