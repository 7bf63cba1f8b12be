"""What is asked around a line: its neighbours, which must stay as they are, its variants, and a query of its own."""

import re
from collections.abc import Iterator

from linkreclaim.html import page_facts
from linkreclaim.jobs.looks.looking import is_html
from linkreclaim.jobs.redirects.staging import Place
from linkreclaim.model.proofs import Fault, Finding
from linkreclaim.model.redirects import RedirectLine
from linkreclaim.net import Fetched, Fetcher
from linkreclaim.net.location import read_location
from linkreclaim.redirects import proof
from linkreclaim.redirects.expected import ExpectedAnswers
from linkreclaim.redirects.proof import FirstAnswer
from linkreclaim.redirects.wanted import Wanted, carried_on, same_path
from linkreclaim.urls import Url, parse

PARAMETER = "utm_source=linkreclaim"
MADE_UP = "linkreclaim-made-up-page"
VARIANT_HOPS = 2
"""Redirects that another spelling of the host may take: one to the site's own, one by the map (our judgement)."""

_SCRIPT = re.compile(rb"location(?:\.href)?\s*=[^=]|location\.(?:replace|assign)\s*\(")
_SCRIPT_PAGE_BYTES = 4_096  # a longer page has more to say than where to go
_LETTERS = re.compile(r"%[0-9A-Fa-f]{2}|[A-Za-z]+")


async def ask_first(fetcher: Fetcher, url: Url) -> FirstAnswer:
    """Ask for a URL, and follow nothing."""
    return first_answer(await fetcher.fetch(url, max_hops=0))


def first_answer(fetched: Fetched) -> FirstAnswer:
    """The first answer out of a fetch that followed nothing."""
    response = fetched.response
    if response is None or response.failure is not None:
        return FirstAnswer(fetched.url, None, failure=fetched.failure, failure_detail=fetched.failure_detail)
    kind, refresh, script = response.header("content-type") or "", "", False
    if response.status_code == 200 and is_html(kind, response.body):
        refresh = page_facts(response.body, kind, fetched.url).meta_refresh
        script = len(response.body) <= _SCRIPT_PAGE_BYTES and _SCRIPT.search(response.body) is not None
    location = read_location(response) or ""
    return FirstAnswer(fetched.url, response.status_code, location, meta_refresh=refresh, script=script)


class Around:
    """Asks around lines; about nine requests each."""

    def __init__(self, fetcher: Fetcher, place: Place, expected: ExpectedAnswers) -> None:
        self._fetcher = fetcher
        self._place = place
        self._expected = expected

    async def ask(self, wanted: Wanted, line: RedirectLine, sound: bool) -> list[Finding]:
        """What is wrong around a line. `sound`: the line itself is well, so that its variants can be compared."""
        findings = [*await self._ask_query(wanted, line), *await self._ask_neighbours(wanted)]
        if sound:
            findings += await self._ask_variants(wanted)
        return findings

    async def _ask_query(self, wanted: Wanted, line: RedirectLine) -> list[Finding]:
        carrying = carried_on(wanted, line, "", PARAMETER)
        if carrying is None:
            return []
        return list(proof.judge_query(await ask_first(self._fetcher, carrying.asked), carrying, PARAMETER))

    async def _ask_neighbours(self, wanted: Wanted) -> list[Finding]:
        findings: list[Finding] = []
        for url, twin in neighbours(wanted):
            if self._expected.line_for(url) is None:
                findings += proof.judge_neighbour(await ask_first(self._fetcher, url), wanted, twin=twin)
        return findings

    async def _ask_variants(self, wanted: Wanted) -> list[Finding]:
        findings: list[Finding] = []
        slash = slash_variant(wanted)
        if slash is not None and self._expected.line_for(slash) is None:
            first = await ask_first(self._fetcher, slash)
            findings += proof.judge_slash(first, wanted)
        for url in host_variants(wanted, self._place):
            findings += _judge_variant(await self._fetcher.fetch(url, urgent=True), wanted)
        return findings


def neighbours(wanted: Wanted) -> Iterator[tuple[Url, bool]]:
    """(URL, whether it is the source in other case) of requests next to a source that its line does not mean."""
    asked = wanted.asked
    bare, query = asked.path.rstrip("/"), "" if asked.query is None else f"?{asked.query}"
    swapped = _LETTERS.sub(lambda found: found[0] if found[0][0] == "%" else found[0].swapcase(), asked.path)
    paths = [(f"{bare}-ab{query}", False), (f"{bare}/{MADE_UP}{query}", False)] if bare else []
    paths += [(asked.path + query + "x", False)] if query else []
    paths += [(swapped + query, True)] if swapped != asked.path else []
    for path, twin in paths:
        url = parse(asked.origin + path)
        if url is not None:
            yield url, twin


def slash_variant(wanted: Wanted) -> Url | None:
    """The source with its last slash, or without it."""
    asked = wanted.asked
    path = asked.path[:-1] if asked.path.endswith("/") else asked.path + "/"
    return parse(asked.origin + path) if path and asked.query is None else None


def host_variants(wanted: Wanted, place: Place) -> Iterator[Url]:
    """The source on the site's other hosts and schemes: with or without `www.`, over http or https."""
    asked = wanted.asked
    bare = asked.netloc.removeprefix("www.")
    netlocs = {asked.netloc, *((bare, f"www.{bare}") if place.has_www else ())}
    schemes = {asked.scheme, *(("http", "https") if place.both_schemes else ())}
    for scheme in sorted(schemes):
        for netloc in sorted(netlocs):
            url = parse(f"{scheme}://{netloc}{asked.request_target}")
            if url is not None and url.origin != asked.origin:
                yield url


def _judge_variant(fetched: Fetched, wanted: Wanted) -> Iterator[Finding]:
    """A host that does not answer at all is no matter of the map."""
    if fetched.failure is not None or not fetched.hops or wanted.target is None:
        return
    origin, redirects = fetched.url.origin, len(fetched.hops) - 1
    if not same_path(fetched.final, wanted.target):
        yield Finding(Fault.VARIANT, f"on {origin} it ends at {fetched.final.href[:200]}, not at its target")
    elif redirects > VARIANT_HOPS:
        yield Finding(Fault.VARIANT, f"on {origin} it takes {redirects} redirects")
