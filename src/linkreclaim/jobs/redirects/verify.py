"""The `redirects verify` job: ask a server for every line of a map, and for the live pages that must stay."""

import hashlib
import json
import tempfile
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from linkreclaim.config import FetchSettings
from linkreclaim.errors import UsageError
from linkreclaim.jobs.lists.listing import UNTOLD_SHARE_0_1, ask_all
from linkreclaim.jobs.lists.outputs import check_out
from linkreclaim.jobs.redirects.asking import Asker
from linkreclaim.jobs.redirects.map import MapRequest, PlannedMap, none_can_be, plan_map, read_host
from linkreclaim.jobs.redirects.staging import Place, StagedTransport
from linkreclaim.jobs.runs.clock import utc_now
from linkreclaim.model.events import EventSink, RunEvent, Stage
from linkreclaim.model.proofs import Fault, Finding, Proof, ProofRow
from linkreclaim.model.redirects import MapMatch, RedirectLine
from linkreclaim.net import CurlTransport, Fetcher, open_fetcher
from linkreclaim.redirects import Refusal
from linkreclaim.redirects.canonical import target_of
from linkreclaim.redirects.expected import ExpectedAnswers
from linkreclaim.redirects.proof_rows import line_row
from linkreclaim.redirects.steps import prefix_ends
from linkreclaim.report.proofs import PROOFS, proof_values, read_proof
from linkreclaim.report.row_files import write_rows
from linkreclaim.store.journal import SUFFIX, Journal
from linkreclaim.urls import Url, parse

WINDOW_PER_PLACE = 4
"""Lines begun for each request in flight: few, so that they end soon, and a run that is cut off has lost little."""
EXAMPLES = 20
"""Failed lines that the summary tells in words."""

ItemT = TypeVar("ItemT")
RowSink = Callable[[Iterable[ProofRow]], None]


@dataclass(frozen=True, slots=True)
class VerifyRequest:
    """What a person asked for: every option of `linkreclaim redirects verify`."""

    map: MapRequest
    base: str  # the server to connect to
    host: str | None = None  # the site's name, where `base` is a staging server
    sample: int = 200  # lines whose neighbours, variants and queries are asked for
    max_pages: int = 10_000  # live pages asked for
    out: Path | None = None
    fresh: bool = False
    settings: FetchSettings = field(default_factory=FetchSettings)


@dataclass(slots=True)
class VerifySummary:
    """What a verification found."""

    planned: PlannedMap
    lines: int = 0  # lines of the plan, and those it refuses
    sampled: int = 0
    pages: int = 0
    pages_known: int = 0
    proofs: Counter[Proof] = field(default_factory=Counter)
    faults: Counter[Fault] = field(default_factory=Counter)
    examples: list[ProofRow] = field(default_factory=list)

    @property
    def failed(self) -> int:
        """Lines and live pages that are not as they should be, and rows of the map that could not be read."""
        return self.proofs[Proof.FAILED] + len(self.planned.problems)

    @property
    def partial(self) -> bool:
        """More than `UNTOLD_SHARE_0_1` could not be told."""
        return self.proofs[Proof.UNSURE] > UNTOLD_SHARE_0_1 * self.proofs.total()

    def add(self, row: ProofRow) -> None:
        """Count one row."""
        self.proofs[row.proof] += 1
        self.faults.update({finding.fault for finding in row.findings})
        if row.proof is Proof.FAILED and len(self.examples) < EXAMPLES:
            self.examples.append(row)


@dataclass(frozen=True, slots=True)
class _Work:
    """All that is asked for, by number: lines of the plan, lines that it refuses, live pages."""

    lines: tuple[RedirectLine, ...]
    refused: tuple[Refusal, ...]
    pages: tuple[Url, ...]
    sampled: frozenset[int]

    def __len__(self) -> int:
        return len(self.lines) + len(self.refused) + len(self.pages)

    async def ask(self, number: int, asker: Asker, clock: Callable[[], datetime]) -> ProofRow:
        """The row of one number."""
        if number < len(self.lines):
            return await asker.prove(self.lines[number], number in self.sampled)
        number -= len(self.lines)
        if number < len(self.refused):
            return _refused_row(self.refused[number], clock())
        return await asker.see_live(self.pages[number - len(self.refused)])


async def verify_map(
    request: VerifyRequest, sink: EventSink, rows_to: RowSink, clock: Callable[[], datetime] = utc_now
) -> VerifySummary:
    """Ask a server for a map, and give a row for each line: to `rows_to` as they are told, or to a file in its order.

    With a file, `rows_to` gets the rows once the file is whole, and a run that is cut off goes on when it is asked the
    same again. Requests: two a line, some nine more for each line of the sample, one a live page. Memory: the plan
    (2 KB a line); answers are not held.

    Raises:
        UsageError: the file is neither .csv nor .jsonl, or a host is none.
        InputError: a file as a whole cannot be used, no line of the map asks for a redirect, or the journal is of
            another question.
        LinkreclaimError: the file cannot be written.
    """
    check_out(request.out)
    planned, place = _prepare(request)
    if not planned.plan.lines and not planned.plan.refused:
        raise none_can_be("verified", request.map, planned)
    work = _work(planned, request, place)
    summary = VerifySummary(planned, len(work.lines) + len(work.refused), len(work.sampled), len(work.pages))
    summary.pages_known = len(planned.live)
    with tempfile.TemporaryDirectory(prefix="linkreclaim-") as spare:
        beside = Path(spare) / "verify" if request.out is None else request.out
        with Journal.open(beside.with_name(beside.name + SUFFIX), _question(request, work), request.fresh) as kept:
            await _ask_open(request, planned, place, work, kept, sink, clock, rows_to if request.out is None else None)
            if request.out is None:
                deque(_counted(kept, summary), maxlen=0)
            else:
                write_rows(request.out, PROOFS, _counted(kept, summary))
                rows_to(read_proof(body) for _, body in kept.rows())
            kept.remove()
    return summary


def _prepare(request: VerifyRequest) -> tuple[PlannedMap, Place]:
    """The plan, and where it is asked for: under the map's own site, or under the server's name where it names none."""
    base = parse(request.base)
    if base is None:
        raise UsageError(f"--base {request.base!r} is no URL such as https://example.com or http://127.0.0.1:8080")
    name = request.host or request.map.site
    planned = plan_map(replace(request.map, site=name))
    if not planned.site.named:
        planned = plan_map(replace(request.map, site=base.origin))
    netloc = read_host(request.host, "--host").netloc if request.host else planned.site.host
    if base.netloc.removeprefix("www.") == netloc:
        netloc = base.netloc
    origin = read_host(f"{base.scheme}://{netloc}/", "--host")
    return planned, Place(base, origin, replace(planned.site, scheme=base.scheme))


def _work(planned: PlannedMap, request: VerifyRequest, place: Place) -> _Work:
    lines = planned.plan.lines
    own = [url for page in planned.live if (url := parse(page)) is not None and place.is_here(url)]
    pages = [_at(url, place) for url in spread(own, request.max_pages)]
    return _Work(lines, planned.plan.refused, tuple(pages), frozenset(spread(range(len(lines)), request.sample)))


def _at(url: Url, place: Place) -> Url:
    """A live page where it is asked for: a staging server knows one scheme only."""
    return read_host(f"{place.base.scheme}://{url.netloc}{url.request_target}", "a live page") if place.staged else url


def spread(items: Sequence[ItemT], most: int) -> list[ItemT]:
    """At most so many items, evenly spread over all of them."""
    if len(items) <= most:
        return list(items)
    return [items[len(items) * number // most] for number in range(most)]


def _question(request: VerifyRequest, work: _Work) -> str:
    """What shapes a result: the lines and pages, where they are asked for, and how many are looked at closely."""
    asked = [request.base, request.host, request.sample, request.max_pages]
    digest = hashlib.sha256(json.dumps(asked).encode())
    for line in work.lines:
        digest.update(f"{line.source} {line.target} {line.status} {line.match}\n".encode())
    for refusal in work.refused:
        digest.update(f"{refusal.line.source} {refusal.reason}\n".encode("utf-8", "replace"))
    for page in work.pages:
        digest.update(page.href.encode() + b"\n")
    return "verify " + digest.hexdigest()


async def _ask_open(
    request: VerifyRequest,
    planned: PlannedMap,
    place: Place,
    work: _Work,
    kept: Journal,
    sink: EventSink,
    clock: Callable[[], datetime],
    rows_to: RowSink | None,
) -> None:
    """Ask for everything that the journal does not have yet."""
    if len(kept.done):
        said = f"going on where the last run stopped: {len(kept.done):,} of {len(work):,} are verified"
        sink(RunEvent(Stage.CHECK, message=said))

    def save(answered: Sequence[tuple[int, ProofRow]]) -> None:
        kept.save((number, proof_values(row)) for number, row in answered)
        sink(RunEvent(Stage.CHECK, len(kept.done), len(work)))
        if rows_to is not None:
            rows_to(row for _, row in answered)

    transport = StagedTransport(CurlTransport(request.settings), place, request.settings.site_headers)
    async with open_fetcher(request.settings, place.site, transport=transport if place.staged else None) as fetcher:
        asker = _asker(fetcher, planned, place, work, clock)

        async def ask(number: str) -> ProofRow:
            return await work.ask(int(number), asker, clock)

        todo = ((number, str(number)) for number in range(len(work)) if number not in kept.done)
        await ask_all(todo, ask, save, WINDOW_PER_PLACE * request.settings.site_in_flight)


def _asker(fetcher: Fetcher, planned: PlannedMap, place: Place, work: _Work, clock: Callable[[], datetime]) -> Asker:
    expected = ExpectedAnswers(work.lines, planned.site)
    return Asker(fetcher, place, expected, _children(work.lines, planned), clock)


def _children(lines: Iterable[RedirectLine], planned: PlannedMap) -> dict[str, str]:
    """For each target of a prefix line what follows it in the URL of the first live page behind it."""
    by_path = {}
    for line in lines:
        if line.match is MapMatch.PREFIX and line.target:
            base = target_of(line.target).base
            url = parse(base)
            by_path[base if url is None else url.path] = line.target
    found: dict[str, str] = {}
    for page in planned.live if by_path else ():
        url = parse(page)
        path = "" if url is None or url.query else url.path
        for end in prefix_ends(path):
            target = by_path.get(path[:end])
            if target is not None and end < len(path):
                found.setdefault(target, path[end:])
    return found


def _refused_row(refusal: Refusal, now: datetime) -> ProofRow:
    line = refusal.line
    finding = Finding(Fault.REFUSED, f"not asked, because the line cannot stand as it is: {refusal.reason}")
    return line_row(line, None, (finding,), now)


def _counted(journal: Journal, summary: VerifySummary) -> Iterator[ProofRow]:
    for _, body in journal.rows():
        row = read_proof(body)
        summary.add(row)
        yield row
