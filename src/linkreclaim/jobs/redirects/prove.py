"""Proves written redirect files before they go live, on a server of this machine that has nothing else to answer."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from linkreclaim.config import FetchSettings
from linkreclaim.errors import InputError, UsageError
from linkreclaim.jobs.lists.listing import ask_all
from linkreclaim.jobs.redirects.around import MADE_UP, PARAMETER, ask_first, neighbours, slash_variant
from linkreclaim.jobs.redirects.files import WrittenMap
from linkreclaim.jobs.redirects.map import read_host
from linkreclaim.jobs.redirects.staging import Place, StagedTransport
from linkreclaim.jobs.redirects.verify import spread
from linkreclaim.jobs.runs.clock import utc_now
from linkreclaim.model.events import EventSink, RunEvent, Stage
from linkreclaim.model.proofs import Fault, Finding, Proof, ProofRow
from linkreclaim.model.redirects import MapMatch, RedirectLine
from linkreclaim.net import CurlTransport, Fetcher, open_fetcher
from linkreclaim.redirects import ServerFile, proof
from linkreclaim.redirects.canonical import read_source
from linkreclaim.redirects.expected import ExpectedAnswers
from linkreclaim.redirects.local import PROGRAMS, LocalServer, run_server
from linkreclaim.redirects.proof import FirstAnswer
from linkreclaim.redirects.proof_rows import line_row, page_row
from linkreclaim.redirects.wanted import Wanted, carried_on, wanted_of
from linkreclaim.rules import RuleSet
from linkreclaim.urls import Url, parse

IN_FLIGHT = 8
WINDOW = 32
"""Lines begun at a time."""
SAMPLE = 200
"""Lines asked around, as in `redirects verify`."""
MAX_PAGES = 10_000
_LOOPBACK = "127.0.0.1"
_SLASHES = re.compile("//+")


@dataclass(frozen=True, slots=True)
class ServerProof:
    """What a server of this machine does with written files."""

    server: str  # "nginx 1.22.1"
    lines: int  # all that were written
    pages: int  # live pages asked for
    failed: list[ProofRow]  # lines, and then live pages, in order

    @property
    def right(self) -> int:
        """Lines that answer as they are meant to."""
        return self.lines - sum(not _is_page(row) for row in self.failed)

    @property
    def captured_pages(self) -> int:
        """Live pages that the files redirect, or end."""
        return sum(map(_is_page, self.failed))

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.failed


def check_provable(engine: str) -> None:
    """Raises UsageError where no program that could be started here reads the files of an engine."""
    if engine not in PROGRAMS:
        *most, last = PROGRAMS
        raise UsageError(f"--prove knows {', '.join(most)} and {last}; {engine} is verified where it is deployed")


def prove_files(
    done: WrittenMap,
    sink: EventSink,
    sample: int = SAMPLE,
    max_pages: int = MAX_PAGES,
    clock: Callable[[], datetime] = utc_now,
) -> ServerProof:
    """Start the server that the files were written for, with the files as they stand on disk, and ask it for each line
    that was written: status, Location to the letter, one hop; what a prefix carries over; at an evenly spread sample
    also a query of its own and its neighbours. Known live pages must be left alone. Nothing but this server is asked.

    Not for a running event loop (give it a thread): it blocks while the server starts, and a Ctrl-C ends it at once.
    Cost: some 0.4 ms a request, one a line and page, some five more for a line of the sample.

    Raises:
        UsageError: no program that could be started here reads the files of this engine.
        LinkreclaimError: the program is not installed, refuses the files or does not start; or a file cannot be read.
    """
    check_provable(done.written.engine)
    lines = _written_lines(done)
    with run_server(PROGRAMS[done.written.engine], _read_files(done.written.files)) as server:
        place = _place(done, server)
        pages = _pages(done, place, max_pages)
        sampled = frozenset(spread(range(len(lines)), sample))
        failed = asyncio.run(_ask_server(_Work(done, place, lines, pages, sampled), sink, clock))
    return ServerProof(server.title, len(lines), len(pages), failed)


@dataclass(frozen=True, slots=True)
class _Work:
    """All that a server is asked for, by number: lines, then live pages."""

    done: WrittenMap
    place: Place
    lines: list[RedirectLine]
    pages: list[Url]
    sampled: frozenset[int]

    def __len__(self) -> int:
        return len(self.lines) + len(self.pages)

    async def ask(self, number: int, prover: "_Prover") -> ProofRow:
        """The row of one number."""
        if number < len(self.lines):
            return await prover.prove(self.lines[number], number in self.sampled)
        return await prover.see_live(self.pages[number - len(self.lines)])


async def _ask_server(work: _Work, sink: EventSink, clock: Callable[[], datetime]) -> list[ProofRow]:
    """Ask for everything; gives the rows that are not as they should be, in order."""
    failed: list[tuple[int, ProofRow]] = []
    answered = 0
    async with _open(work.place) as fetcher:
        prover = _Prover(fetcher, work.place, work.done, work.lines, clock)

        async def ask(number: int) -> ProofRow:
            return await work.ask(number, prover)

        def keep(found: Sequence[tuple[int, ProofRow]]) -> None:
            nonlocal answered
            answered += len(found)
            failed.extend(pair for pair in found if pair[1].proof is not Proof.OK)
            sink(RunEvent(Stage.CHECK, answered, len(work)))

        await ask_all(((number, number) for number in range(len(work))), ask, keep, WINDOW)
    return [row for _, row in sorted(failed, key=lambda pair: pair[0])]


class _Prover:
    """Asks for lines and live pages, and judges the redirects alone: nothing else is on the server."""

    def __init__(
        self,
        fetcher: Fetcher,
        place: Place,
        done: WrittenMap,
        lines: Sequence[RedirectLine],
        clock: Callable[[], datetime],
    ) -> None:
        self._fetcher = fetcher
        self._place = place
        self._expected = ExpectedAnswers(lines, done.planned.site)
        self._rules = RuleSet(done.plan.rules)
        self._clock = clock

    async def prove(self, line: RedirectLine, more: bool) -> ProofRow:
        """Ask for a line; `more`: with a query of its own, and for its neighbours, as well."""
        wanted = wanted_of(line, self._place.site, self._place.origin, self._place.base.port)
        first = await self._ask(wanted.asked)
        findings = list(proof.judge_written(first, wanted))
        if line.match is MapMatch.PREFIX and not findings:
            findings += await self._ask_behind(wanted, line)
        if more and not findings:
            findings += await self._ask_carried(wanted, line, "", PARAMETER)
            findings += await self._ask_neighbours(wanted)
        return line_row(line, first, findings, self._clock(), asked_more=more)

    async def see_live(self, url: Url) -> ProofRow:
        """Ask for a live page, which the files must leave alone; the page itself is not on this server."""
        first = await self._ask(url)
        return page_row(url, first, proof.judge_untouched(first, Fault.LIVE_PAGE), self._clock())

    async def _ask(self, url: Url) -> FirstAnswer:
        return await ask_first(self._fetcher, url)

    async def _ask_behind(self, wanted: Wanted, line: RedirectLine) -> list[Finding]:
        """A made-up page behind a prefix: carried over, or gone with it."""
        slash = "" if wanted.asked.path.endswith("/") else "/"
        if line.target is not None:
            return await self._ask_carried(wanted, line, slash + MADE_UP, "")
        behind = parse(wanted.asked.href + slash + MADE_UP)
        if behind is None or self._expected.line_for(behind) is not line:
            return []
        first = await self._ask(behind)
        words = f"{behind.request_target[:200]} answers {first.status}, which the prefix does not say"
        return [] if first.status == 410 else [Finding(Fault.PREFIX, words)]

    async def _ask_carried(self, wanted: Wanted, line: RedirectLine, rest: str, query: str) -> list[Finding]:
        """What a line must hand on: a query, or what stands behind a prefix."""
        carried = carried_on(wanted, line, rest, query)
        if carried is None or self._expected.line_for(carried.asked) is not line:
            return []
        fault = Fault.PREFIX if rest else Fault.DROPPED_QUERY
        shown = carried.asked.request_target[:200]
        findings = proof.judge_written(await self._ask(carried.asked), carried)
        return [replace(each, fault=fault, words=f"{shown} {each.words}") for each in findings]

    async def _ask_neighbours(self, wanted: Wanted) -> list[Finding]:
        findings: list[Finding] = []
        asked = [*neighbours(wanted)]
        slash = slash_variant(wanted)
        if slash is not None:
            asked.append((slash, False))
        for url, twin in asked:
            if self._is_meant(url):
                continue
            fault = Fault.CASE if twin else Fault.NEIGHBOUR
            findings += proof.judge_untouched(await self._ask(url), fault)
        return findings

    def _is_meant(self, url: Url) -> bool:
        """Whether a line or a rule answers a request, also where a server takes `//` for `/`."""
        path, mark, query = url.request_target.partition("?")
        merged = parse(url.origin + _SLASHES.sub("/", path) + mark + query)
        return any(each is not None and self._is_asked_for(each) for each in (url, merged))

    def _is_asked_for(self, url: Url) -> bool:
        if self._expected.line_for(url) is not None:
            return True
        source = read_source(url.without_fragment, self._place.site)
        return self._rules.answer(source.path, source.host) is not None


def _is_page(row: ProofRow) -> bool:
    return row.target is None and row.status == 200


def _written_lines(done: WrittenMap) -> list[RedirectLine]:
    """The lines of the plan that are in the files, as themselves or said by a rule."""
    refused = {refusal.line for refusal in done.written.refused}
    return [line for line in done.planned.plan.lines if line not in refused]


def _read_files(paths: Sequence[Path]) -> list[ServerFile]:
    """The files as they stand, without the INSTALL text."""
    try:
        return [ServerFile(path.name, path.read_bytes()) for path in paths[:-1]]
    except OSError as error:
        raise InputError(f"{error.filename}: cannot be read: {error.strerror or error}") from error


def _place(done: WrittenMap, server: LocalServer) -> Place:
    """The server, asked under the site's own name."""
    base = read_host(f"http://{_LOOPBACK}:{server.port}/", "the server")
    origin = read_host(f"http://{done.planned.site.host}/", "the site")
    return Place(base, origin, replace(done.planned.site, scheme=base.scheme))


def _pages(done: WrittenMap, place: Place, most: int) -> list[Url]:
    urls = (parse(page) for page in done.planned.live)
    own = [url for url in urls if url is not None and place.is_here(url)]
    return [read_host(f"http://{url.netloc}{url.request_target}", "a live page") for url in spread(own, most)]


@asynccontextmanager
async def _open(place: Place) -> AsyncIterator[Fetcher]:
    """A fetcher that can reach the server on loopback, and nothing else."""
    settings = FetchSettings(concurrency=IN_FLIGHT, site_in_flight=IN_FLIGHT, obey_robots=False)
    transport = StagedTransport(CurlTransport(settings, refuse=_refuse_elsewhere), place, ())
    async with open_fetcher(settings, place.site, transport=transport, second_try=False) as fetcher:
        yield fetcher


def _refuse_elsewhere(ip: str) -> str | None:
    return None if ip == _LOOPBACK else f"{ip} is not the server that was started here"
