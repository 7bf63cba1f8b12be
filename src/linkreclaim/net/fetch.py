"""Asks for a URL and follows its redirects, one polite and guarded request at a time."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from linkreclaim.config import FetchSettings
from linkreclaim.model.sites import Site
from linkreclaim.model.verdicts import FailureKind, Hop
from linkreclaim.net.cookies import ChainCookies
from linkreclaim.net.location import read_location
from linkreclaim.net.pace import HostPace
from linkreclaim.net.robots import Robots, RobotsAnswer
from linkreclaim.net.transport import Headers, Request, Response, Transport
from linkreclaim.urls import Url, resolve

_HARMLESS_ELSEWHERE = frozenset({"accept", "accept-language"})
"""Headers of the caller that may follow a redirect to another host; any other could be a secret of the first."""

HEAD_TIMEOUT_S = 10.0
"""Longest wait for an answer to HEAD: servers that dislike it may never answer, and GET is asked (our judgement)."""

_HEAD_BELIEVED = range(200, 400)
_SAME_FOR_ANY_METHOD = frozenset(
    {FailureKind.DNS, FailureKind.DNS_TEMPORARY, FailureKind.TLS, FailureKind.PRIVATE_ADDRESS, FailureKind.UNSUPPORTED}
)


@dataclass(frozen=True, slots=True)
class Fetched:
    """The whole chain of one URL: every answer on the way, and the last one or the failure that ended it."""

    url: Url
    hops: tuple[Hop, ...]
    response: Response | None  # the last one, failed ones too; None when nothing was asked in the end (robots, scheme)
    failure: FailureKind | None
    failure_detail: str
    loop: bool
    too_many_hops: bool
    final: Url  # the URL asked last, or that would have been


class Fetcher:
    """Follows redirects itself, so that each hop goes through pace, robots and address guard, and is on record."""

    def __init__(
        self,
        transport: Transport,
        settings: FetchSettings,
        site: Site | None,
        robots: Robots,
        pace: HostPace,
        *,
        obey_site_robots: bool = False,
    ) -> None:
        """`transport` keeps to `pace`; robots.txt of the site itself counts only with `obey_site_robots`."""
        self.robots = robots
        self._transport = transport
        self._settings = settings
        self._site = site
        self._pace = pace
        self._obey_site_robots = obey_site_robots

    async def fetch(
        self,
        url: Url,
        *,
        max_body_bytes: int | None = None,
        headers: Headers = (),
        robots: bool = True,
        head_first: bool = False,
        urgent: bool = False,
        second_try: bool = True,
        max_hops: int | None = None,
        held: Callable[[Url], Response | None] | None = None,
    ) -> Fetched:
        """Ask for a URL and follow at most `max_hops` redirects; trouble is in the result, never raised.

        `headers` go to the URL's own host only (but Accept and Accept-Language), `settings.site_headers` to the
        site's hosts of today only, over plain http only where the site is given as http, cookies to the host that set
        them in this chain. `robots=False` skips robots.txt. A Crawl-delay is kept up to `settings.retry_after_cap_s`.
        `max_hops` None: the settings' own; 0: the first answer, with `too_many_hops` set where it redirects.
        `held` gives the answer of a URL that need not be asked again where a redirect leads to it; not with cookies.
        `head_first` asks each hop with HEAD and believes 2xx and 3xx; any other answer is asked for again with GET,
        because servers refuse HEAD, or answer it wrongly, for pages that are there. A body comes only with GET.
        Every redirect is followed before the host's other URLs are begun, and an `urgent` URL asked before them: else
        a thousand URLs would be half done at once. `second_try`: see Request. Raises UsageError for a header with a
        line break.
        """
        chain = _Chain(url, self._settings.max_hops if max_hops is None else max_hops)
        limit = self._settings.max_body_bytes if max_body_bytes is None else max_body_bytes
        while True:
            at = chain.at
            answer = await self._ask_robots(at) if robots else None
            if answer is not None and not answer.allowed:
                return chain.end(None, answer.failure or FailureKind.ROBOTS, answer.reason)
            known = held(at) if held is not None and at is not url and not chain.cookies.header_for(at) else None
            if known is not None:
                return chain.end_at(known)
            sent = self._headers_for(at, url, headers, chain.cookies)
            in_haste = urgent or at is not url
            request = Request(at, headers=sent, max_body_bytes=limit, urgent=in_haste, second_try=second_try)
            response = await (self._send_head_first(request) if head_first else self._transport.send(request))
            fetched = chain.follow(response)
            if fetched is not None:
                return fetched

    async def close(self) -> None:
        """Close the connections."""
        await self._transport.close()

    async def _send_head_first(self, request: Request) -> Response:
        timeout_s = min(HEAD_TIMEOUT_S, self._settings.total_timeout_s)
        response = await self._transport.send(replace(request, method="HEAD", total_timeout_s=timeout_s))
        believed = response.failure is None and response.status_code in _HEAD_BELIEVED
        if believed or response.failure in _SAME_FOR_ANY_METHOD:
            return response
        return await self._transport.send(replace(request, urgent=True))

    async def _ask_robots(self, url: Url) -> RobotsAnswer | None:
        is_own = self._site is not None and self._site.concerns(url.netloc)
        if not (self._obey_site_robots if is_own else self._settings.obey_robots):
            return None
        answer = await self.robots.allowed(url)
        if answer.crawl_delay_s is not None:
            self._pace.slow(url.netloc, min(answer.crawl_delay_s, self._settings.retry_after_cap_s))
        return answer

    def _headers_for(self, at: Url, first: Url, headers: Headers, cookies: ChainCookies) -> Headers:
        is_first_host = at.netloc == first.netloc and (at.scheme == first.scheme or at.scheme == "https")
        sent = [field for field in headers if is_first_host or field[0].lower() in _HARMLESS_ELSEWHERE]
        if self._site is not None and self._site.owns(at.netloc) and at.scheme in ("https", self._site.scheme):
            sent += self._settings.site_headers
        cookie = cookies.header_for(at)
        if cookie:
            sent.append(("Cookie", cookie))
        return tuple(sent)


class _Chain:
    """What has been asked so far for one URL, and where to ask next."""

    def __init__(self, url: Url, max_hops: int) -> None:
        self.at = url
        self.cookies = ChainCookies()
        self._url = url
        self._max_hops = max_hops
        self._hops: list[Hop] = []
        self._seen = {self._mark()}

    def follow(self, response: Response) -> Fetched | None:
        """Take an answer: None when it leads on (`at` is the next URL), else the end of the chain."""
        if response.failure is not None or response.status_code is None:
            return self.end(response, response.failure, response.failure_detail)
        location = read_location(response)
        target = resolve(self.at, location) if location is not None else None
        leads_to = location if target is None else target.href
        self._hops.append(Hop(self.at.href, response.status_code, leads_to))
        if location is None:
            return self.end(response, None, response.failure_detail)
        if target is None:
            return self.end(response, FailureKind.UNSUPPORTED, f"redirects to {location[:200]!r}, no http(s) URL")
        return self._step(target, response)

    def end_at(self, response: Response) -> Fetched:
        """The result where the next answer is known, and leads nowhere else."""
        self._hops.append(Hop(self.at.href, response.status_code or 0, None))
        return self.end(response, None, response.failure_detail)

    def end(
        self,
        response: Response | None,
        failure: FailureKind | None,
        detail: str,
        *,
        loop: bool = False,
        too_many_hops: bool = False,
    ) -> Fetched:
        """The result of the chain as it stands."""
        return Fetched(self._url, tuple(self._hops), response, failure, detail, loop, too_many_hops, self.at)

    def _step(self, target: Url, response: Response) -> Fetched | None:
        self.cookies.take(self.at, response)
        origin, self.at = self.at, target
        mark = self._mark()
        if mark not in self._seen and len(self._hops) <= self._max_hops:
            self._seen.add(mark)
            return None
        self.at = origin
        is_loop = mark in self._seen
        return self.end(response, None, "", loop=is_loop, too_many_hops=not is_loop)

    def _mark(self) -> tuple[str, str]:
        """What makes a second visit the same one: a URL asked again with other cookies may answer differently."""
        return self.at.without_fragment, self.cookies.header_for(self.at)
