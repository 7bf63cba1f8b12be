"""Asks a server what it does with one line of a map, or with one live page; `redirects.proof` judges the answers."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial

from protego import Protego

from linkreclaim.jobs.looks.looking import Looker, LookRules
from linkreclaim.jobs.redirects.around import MADE_UP, Around, ask_first
from linkreclaim.jobs.redirects.staging import Place
from linkreclaim.model.proofs import Fault, Finding, ProofRow
from linkreclaim.model.redirects import MapMatch, RedirectLine
from linkreclaim.model.verdicts import Answer, Look
from linkreclaim.net import Fetcher
from linkreclaim.net.asked_once import AskedOnce
from linkreclaim.net.robots import MAX_ROBOTS_BYTES, decode_robots, read_rules
from linkreclaim.redirects import proof
from linkreclaim.redirects.canonical import source_of
from linkreclaim.redirects.expected import ExpectedAnswers
from linkreclaim.redirects.proof import FirstAnswer
from linkreclaim.redirects.proof_rows import line_row, page_row
from linkreclaim.redirects.wanted import Wanted, carried_on, wanted_of
from linkreclaim.urls import Url, parse

CRAWLER = "Googlebot"
"""Whose robots.txt rules count: a redirect that the crawler may not fetch is never seen (RFC 9309; Search Central)."""
LANDINGS_IN_MEMORY = 500
"""Looks at targets held, for many lines lead to one page: 40 KB each at most, so 20 MB."""
ROBOTS_IN_MEMORY = 100
"""Origins at one place whose rules are held: a site and its former hosts, with two schemes each."""


class _Forgetful:
    """Shared answers that only live as long as the looker that asked for them."""

    def get(self, name: str) -> Answer | None:
        """Nothing is kept."""
        return None

    def put(self, name: str, answer: Answer) -> None:
        """Keep nothing."""


class Asker:
    """Asks for lines and live pages at one place. What many lines share (targets, robots.txt) is asked for once."""

    def __init__(
        self,
        fetcher: Fetcher,
        place: Place,
        expected: ExpectedAnswers,
        children: dict[str, str],
        clock: Callable[[], datetime],
    ) -> None:
        """`children`: target of a prefix line -> what follows it in the URL of some live page."""
        self._fetcher = fetcher
        self._place = place
        self._expected = expected
        self._children = children
        self._clock = clock
        self._around = Around(fetcher, place, expected)
        self._looker = Looker(fetcher, LookRules(place.site, True, "verify", whole_pages=False), _Forgetful(), clock)
        self._landings: AskedOnce[Look] = AskedOnce(LANDINGS_IN_MEMORY)
        self._robots: AskedOnce[Protego | None] = AskedOnce(ROBOTS_IN_MEMORY)

    async def prove(self, line: RedirectLine, more: bool) -> ProofRow:
        """Ask for a line; `more`: for its neighbours, variants and a query of its own as well."""
        wanted = wanted_of(line, self._place.site, self._place.origin, self._place.base.port)
        first = await ask_first(self._fetcher, wanted.asked)
        found = first.leads_to
        is_prefix = line.match is MapMatch.PREFIX
        landing = await self._land(found) if found is not None and line.target and not is_prefix else None
        findings = [*proof.judge_first(first, wanted), *proof.judge_location(first, wanted, landing)]
        if landing is not None and not findings:
            findings += proof.judge_target(landing, wanted, self._place.public)
        findings += await self._ask_robots(wanted)
        if is_prefix and not first.untold:
            findings += await self._ask_children(wanted, line)
        if more and found is not None:
            findings += await self._around.ask(wanted, line, sound=not findings)
        return self._row(line, first, landing, findings, more)

    async def see_live(self, url: Url) -> ProofRow:
        """Ask for a live page, which must answer by itself."""
        first = await ask_first(self._fetcher, url)
        return page_row(url, first, proof.judge_live(first), self._clock())

    def _row(
        self, line: RedirectLine, first: FirstAnswer, landing: Look | None, findings: list[Finding], more: bool
    ) -> ProofRow:
        row = line_row(line, first, findings, self._clock(), asked_more=more)
        if landing is not None:
            return replace(row, final_status=landing.answer.status_code, hops=max(1, len(landing.answer.hops)))
        return row if first.location else replace(row, final_status=first.status)

    async def _land(self, found: Url) -> Look:
        key = found.without_fragment
        return await self._landings.get(key, partial(self._looker.look, key))

    async def _ask_robots(self, wanted: Wanted) -> list[Finding]:
        findings = []
        ends = (("source", wanted.asked, "never sees what it answers"), ("target", wanted.target, "cannot read it"))
        for name, url, effect in ends:
            if url is not None and self._place.is_here(url) and not await self._allowed(url):
                words = f"robots.txt keeps {CRAWLER} from the {name}, so that it {effect}"
                findings.append(Finding(Fault.ROBOTS, words))
        return findings

    async def _allowed(self, url: Url) -> bool:
        rules = await self._robots.get(url.origin, partial(self._read_robots, url))
        return rules is None or rules.can_fetch(url.without_fragment, CRAWLER)

    async def _read_robots(self, url: Url) -> Protego | None:
        """The rules for the crawler; what cannot be read forbids nothing here."""
        address = parse(f"{url.origin}/robots.txt")
        if address is None:
            return None
        fetched = await self._fetcher.fetch(address, robots=False, urgent=True, max_body_bytes=MAX_ROBOTS_BYTES)
        response = fetched.response
        if response is None or fetched.failure is not None or response.status_code != 200:
            return None
        return read_rules(decode_robots(response.body), CRAWLER)

    async def _ask_children(self, wanted: Wanted, line: RedirectLine) -> list[Finding]:
        """A page that never was, and one that is, behind a prefix."""
        findings: list[Finding] = []
        slash = "" if source_of(line.source).path.endswith("/") else "/"
        for rest in dict.fromkeys((slash + MADE_UP, self._children.get(line.target or ""))):
            child = carried_on(wanted, line, rest, "") if rest else None
            if child is not None and self._expected.line_for(child.asked) is line:
                findings += proof.judge_prefix(await ask_first(self._fetcher, child.asked), child)
        return findings
