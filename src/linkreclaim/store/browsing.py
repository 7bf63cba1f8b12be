"""Browsing the listed dead pages: a page of rows, the counts beside it, walks through all that a filter asks for."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from sqlalchemy import Engine, func, select

from linkreclaim.model.decisions import DecisionState
from linkreclaim.model.judgements import Cause, Disposition
from linkreclaim.model.verdicts import VerdictKind
from linkreclaim.store.dead_page_counts import DeadPageCounts
from linkreclaim.store.dead_page_orders import COLUMNS, from_cursor, rows_of
from linkreclaim.store.dead_page_view import Cursor, DeadPageFilter, DeadPageSort, DeadPageView
from linkreclaim.store.reading import reading
from linkreclaim.store.schema import dead_page, decision

TOPS_SHOWN = 30
"""Folders and hosts that are named, the commonest (our choice)."""


@dataclass(frozen=True, slots=True)
class DeadPageLine:
    """One row of the table."""

    url_id: int
    run_id: int
    rank: int
    url: str
    host: str
    folder: str
    old_title: str
    verdict: VerdictKind
    cause: Cause
    disposition: Disposition  # of the decision that holds, else the run's
    state: DecisionState
    target_url: str  # "" for none
    match_confidence_0_1: float
    links: int
    links_seen: int
    referring_domains: int
    equity_share_0_1: float
    running_share_0_1: float
    first_seen_dead: str  # ISO time, "" when unknown
    looks_dead: int
    confirmed: bool
    former_host: bool
    changed: tuple[str, ...]  # facts that are others than the decider saw
    revision: int  # what a decision about the row must answer
    decided_by: str
    decided_at: str


@dataclass(frozen=True, slots=True)
class Page:
    """A page of rows, and where those after and before it begin; None at an end."""

    rows: tuple[DeadPageLine, ...]
    next: Cursor | None
    previous: Cursor | None
    count: int
    bounded: bool  # there are more than `count`


@dataclass(frozen=True, slots=True)
class Facets:
    """How many dead pages each word of a facet would leave, all else in the filter being as it is; none with 0."""

    verdicts: Mapping[str, int]
    causes: Mapping[str, int]
    dispositions: Mapping[str, int]
    states: Mapping[str, int]
    folders: Mapping[str, int]  # the commonest, most frequent first
    hosts: Mapping[str, int]
    sources: Mapping[str, int]  # pages that each knows, most first; empty where no audit has noted who knows them
    changed: int
    count: int
    bounded: bool  # counted among the first `COUNTED_MOST` matches of the text only


class Browsing:
    """Reads the listed dead pages of a workspace. Safe for threads; keeps counts until a decision or a run ends them.

    Cost on 200,000 dead pages: docs/benchmarks.md, Browsing. Memory: one page of rows, and some counts.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._counts = DeadPageCounts()

    def page(self, run_id: int, view: DeadPageView, limit: int = 50) -> Page:
        """One page of a listed run's dead pages."""
        with reading(self._engine) as connection:
            cube = self._counts.cube(connection, run_id, view.filter)
            count = cube.count(view.filter)
            if not count and not cube.bounded:
                return Page((), None, None, 0, False)
            query = rows_of(connection, run_id, view.filter, view.sort, cube)
            cursor = view.cursor
            rows = connection.execute(from_cursor(query, view.sort, cursor).limit(limit + 1)).all()
            if cursor is not None and cursor.back and len(rows) <= limit:  # the first page is always a whole one
                cursor = None
                rows = connection.execute(from_cursor(query, view.sort, None).limit(limit + 1)).all()
        back = cursor is not None and cursor.back
        more, rows = len(rows) > limit, rows[:limit]
        lines = tuple(map(_line, reversed(rows) if back else rows))
        if not lines:
            return Page((), None, None, count, cube.bounded)
        first, last = (place_of(lines[0], view.sort), place_of(lines[-1], view.sort))
        return Page(
            rows=lines,
            next=last if back or more else None,
            previous=replace(first, back=True) if cursor is not None and (more or not back) else None,
            count=count,
            bounded=cube.bounded,
        )

    def facets(self, run_id: int, asked: DeadPageFilter) -> Facets:
        """The counts beside a filter. Each facet is counted as if nothing of its own kind were asked for."""
        with reading(self._engine) as connection:
            cube = self._counts.cube(connection, run_id, asked)
            sources = self._counts.sums_of_sources(connection, run_id, asked)
        return Facets(
            verdicts=cube.sums(replace(asked, verdicts=frozenset()), 0),
            causes=cube.sums(replace(asked, causes=frozenset()), 1),
            dispositions=cube.sums(replace(asked, dispositions=frozenset()), 2),
            states=cube.sums(replace(asked, states=frozenset()), 3),
            folders=dict(islice(cube.sums(replace(asked, folder=""), 5).items(), TOPS_SHOWN)),
            hosts=dict(islice(cube.sums(replace(asked, host=""), 6).items(), TOPS_SHOWN)),
            sources=sources,
            changed=cube.count(replace(asked, changed=True)),
            count=cube.count(asked),
            bounded=cube.bounded,
        )

    def count(self, run_id: int, asked: DeadPageFilter) -> tuple[int, bool]:
        """(how many dead pages a filter leaves, whether there are more than that)."""
        with reading(self._engine) as connection:
            cube = self._counts.cube(connection, run_id, asked)
        return cube.count(asked), cube.bounded

    def walk(self, run_id: int, view: DeadPageView, at_once: int = 500) -> Iterator[list[DeadPageLine]]:
        """All rows of a view from its start, in blocks. Between blocks nothing is held open in the database."""
        view = replace(view, cursor=None)
        with reading(self._engine) as connection:
            cube = self._counts.cube(connection, run_id, view.filter)
        if not cube.bounded and not cube.count(view.filter):
            return
        while True:
            with reading(self._engine) as connection:
                query = rows_of(connection, run_id, view.filter, view.sort, cube)
                rows = connection.execute(from_cursor(query, view.sort, view.cursor).limit(at_once)).all()
            if rows:
                lines = list(map(_line, rows))
                yield lines
                view = replace(view, cursor=place_of(lines[-1], view.sort))
            if len(rows) < at_once:
                return

    def line(self, run_id: int, url_id: int) -> DeadPageLine | None:
        """The row of one URL, None when it is not listed."""
        query = select(dead_page).where(dead_page.c.run_id == run_id, dead_page.c.url_id == url_id)
        with reading(self._engine) as connection:
            row = connection.execute(query).first()
        return None if row is None else _line(row)

    def lines(self, run_id: int, url_ids: Sequence[int]) -> dict[int, DeadPageLine]:
        """{URL id: row} of the listed ones among some hundreds of URLs."""
        query = select(dead_page).where(dead_page.c.run_id == run_id, dead_page.c.url_id.in_(list(url_ids)))
        with reading(self._engine) as connection:
            return {row.url_id: _line(row) for row in connection.execute(query)}

    def forget_counts(self) -> None:
        """Make all counts anew, as after a decision."""
        self._counts.forget()

    def newest_decision(self, site_id: int) -> int:
        """Id of the newest decision about the site, 0 while there is none."""
        query = select(func.max(decision.c.id)).where(decision.c.site_id == site_id)
        with reading(self._engine) as connection:
            return int(connection.scalar(query) or 0)


def place_of(line: DeadPageLine, sort: DeadPageSort) -> Cursor:
    """The place just after a row."""
    column, tie = COLUMNS[sort.column]
    value = getattr(line, column)
    return Cursor(value, line.rank if tie == "rank" else -line.rank)


def _line(row: Any) -> DeadPageLine:
    return DeadPageLine(
        url_id=row.url_id,
        run_id=row.run_id,
        rank=row.rank,
        url=row.url,
        host=row.host,
        folder=row.folder,
        old_title=row.old_title,
        verdict=VerdictKind(row.verdict),
        cause=Cause(row.cause),
        disposition=Disposition(row.disposition),
        state=DecisionState(row.state),
        target_url=row.target_url,
        match_confidence_0_1=row.match_confidence_0_1,
        links=row.links,
        links_seen=row.links_seen,
        referring_domains=row.referring_domains,
        equity_share_0_1=row.equity_share_0_1,
        running_share_0_1=row.running_share_0_1,
        first_seen_dead=row.first_seen_dead,
        looks_dead=row.looks_dead,
        confirmed=bool(row.confirmed),
        former_host=bool(row.former_host),
        changed=tuple(row.changed.split()),
        revision=row.revision,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
    )
