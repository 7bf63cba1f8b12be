"""The `match` job: for each dead URL of a list the live page that replaces it best, or that none fits."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from linkreclaim.errors import InputError
from linkreclaim.jobs.judging.match_inputs import (
    DeadList,
    PageNames,
    home_of,
    read_dead_list,
    read_known,
    read_live_pages,
)
from linkreclaim.jobs.lists.listing import UNTOLD_SHARE_0_1
from linkreclaim.jobs.lists.outputs import check_out
from linkreclaim.match import Matcher, MatchModel
from linkreclaim.model.events import EventSink, RunEvent, Stage
from linkreclaim.model.matches import Match
from linkreclaim.report.matches import MATCHES
from linkreclaim.report.row_files import write_rows

SURE_0_1 = 0.95
"""Matches at or above it can be taken in bulk; on unseen sites 99 % of them are right (docs/matching.md)."""

RowSink = Callable[[Iterable[Match]], None]


@dataclass(frozen=True, slots=True)
class MatchRequest:
    """What a person asked for: every option of `linkreclaim match`."""

    pages: Path
    dead: Path
    known: Path | None = None
    home: str | None = None  # None: told by the page list
    out: Path | None = None  # None: rows go to the sink as they come
    model: Path | None = None


@dataclass(slots=True)
class MatchSummary:
    """What a matching found."""

    pages: int = 0
    dead: int = 0
    sure: int = 0  # with a page at SURE_0_1 or above
    likely: int = 0  # with a page below it
    none_fits: int = 0
    bad_rows: int = 0  # rows of the dead list that could not be read
    unreadable: list[str] = field(default_factory=list)  # inputs that could not be used, each with its reason

    @property
    def found(self) -> int:
        """Dead URLs with a page."""
        return self.sure + self.likely

    @property
    def partial(self) -> bool:
        """A whole input, or more than `UNTOLD_SHARE_0_1` of the dead URLs, could not be read."""
        return bool(self.unreadable) or self.bad_rows > UNTOLD_SHARE_0_1 * (self.dead + self.bad_rows)

    def add(self, match: Match) -> None:
        """Count one answer."""
        if match.target_url is None:
            self.none_fits += 1
        elif match.confidence_0_1 >= SURE_0_1:
            self.sure += 1
        else:
            self.likely += 1


def match_pages(request: MatchRequest, sink: EventSink, rows_to: RowSink) -> MatchSummary:
    """Match every dead URL and give the answers in their order: to `rows_to`, called once, or to a file.

    URLs are named as the input spells them, paths as paths. Memory: all pages and dead pages.

    Raises:
        UsageError: the file to write is neither .csv nor .jsonl.
        InputError: the pages or the dead pages cannot be read, or no live page is named.
        LinkreclaimError: the file cannot be written.
    """
    check_out(request.out)
    model = MatchModel.load(request.model)
    home = home_of(request.home, request.pages)
    dead = read_dead_list(request.dead, home, sink)
    summary = MatchSummary(dead=len(dead.names), bad_rows=dead.problems)
    known = [] if request.known is None else _known(request.known, summary, sink)
    names = PageNames(home)
    matcher = Matcher(read_live_pages(request.pages, home, names, sink), home, model, known)
    summary.pages = len(names)
    if not summary.pages:
        raise InputError(f"{request.pages}: names no live page, so that there is nothing to match with")
    rows = _matches(matcher, dead, names, summary, sink)
    if request.out is None:
        rows_to(rows)
    else:
        write_rows(request.out, MATCHES, rows)
    return summary


def _known(path: Path, summary: MatchSummary, sink: EventSink) -> list[tuple[str, str]]:
    """Known redirects only help: without them the rest goes on."""
    try:
        return read_known(path, sink)
    except InputError as error:
        summary.unreadable.append(str(error))
        sink(RunEvent(Stage.GATHER, message=str(error), warning=True))
        return []


def _matches(
    matcher: Matcher, dead: DeadList, names: PageNames, summary: MatchSummary, sink: EventSink
) -> Iterator[Match]:
    matches = matcher.match(dead.pages, lambda done: sink(RunEvent(Stage.MATCH, done, len(dead.names))))
    for name, match in zip(dead.names, matches, strict=True):
        summary.add(match)
        yield _as_spelled(match, name, names)


def _as_spelled(match: Match, name: str, names: PageNames) -> Match:
    target = None if match.target_url is None else names.of(match.target_url)
    candidates = tuple(replace(candidate, url=names.of(candidate.url)) for candidate in match.candidates)
    return replace(match, url=name, target_url=target, candidates=candidates)
