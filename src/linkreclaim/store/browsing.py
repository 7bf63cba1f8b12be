"""Browsing the listed dead pages: a page of rows, the counts beside it, and walks through all that a filter asks for.

No query depends on how deep in the list a page lies (keyset paging by row values). Of the two ways to a filtered page
the one that the counts call cheaper is taken: walk the order's own index and leave out what does not fit, or gather
what fits from an index that covers the filter and sort that.
"""

from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from threading import Lock
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Engine, Select, and_, func, literal, select, tuple_

from linkreclaim.model.decisions import DecisionState
from linkreclaim.model.judgements import Cause, Disposition
from linkreclaim.model.verdicts import VerdictKind
from linkreclaim.store.dead_page_view import Cursor, DeadPageFilter, DeadPageSort, DeadPageView, SortColumn
from linkreclaim.store.schema import dead_page, dead_page_cell, decision, site
from linkreclaim.store.text_search import PartsOfWords

COUNTED_MOST = 10_000
"""Matches of a text that are counted; more are told as "10,000+"."""
GATHERED_MOST = 20_000
"""Up to so many matches are gathered and sorted; of more, enough stand near the front of any order (our judgement
for 200,000 pages, of which walking then meets 50 within 500 rows)."""
TOPS_SHOWN = 30
"""Folders and hosts that are named, the commonest (our choice)."""
_CUBES_HELD = 64
_COLUMNS = {
    SortColumn.RANK: ("rank", "rank"),
    SortColumn.URL: ("url", "rank"),
    SortColumn.TITLE: ("old_title", "rank"),
    SortColumn.TARGET: ("target_url", "rank"),
    SortColumn.VERDICT: ("verdict", "rank"),
    SortColumn.CAUSE: ("cause", "rank"),
    SortColumn.DISPOSITION: ("disposition", "rank"),
    SortColumn.STATE: ("state", "rank"),
    SortColumn.LINKS: ("links", "merit"),
    SortColumn.DOMAINS: ("referring_domains", "merit"),
    SortColumn.CONFIDENCE: ("match_confidence_0_1", "merit"),
    SortColumn.FIRST_SEEN_DEAD: ("first_seen_dead", "merit"),
    SortColumn.DECIDED_AT: ("decided_at", "merit"),
}
"""Column of each order, and what breaks its ties: numbers and days are read largest first, words from A on."""
_KINDS = ("verdict", "cause", "disposition", "state")
_PARTS = PartsOfWords()


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
    changed: int
    count: int
    bounded: bool  # counted among the first `COUNTED_MOST` matches of the text only


class _Cell(NamedTuple):
    """A group of pages that agree in all of these."""

    verdict: str
    cause: str
    disposition: str
    state: str
    changed: bool | str  # which facts, or whether any
    folder: str
    host: str
    pages: int


@dataclass(frozen=True, slots=True)
class _Cube:
    """The pages that what no cell tells (text, confidence, links) leaves, in cells."""

    cells: tuple[_Cell, ...]
    bounded: bool

    def count(self, asked: DeadPageFilter) -> int:
        return sum(cell.pages for cell in self.fitting(asked))

    def fitting(self, asked: DeadPageFilter) -> Iterator[_Cell]:
        """Cells that fit a filter; each thing it asks for is looked at by itself."""
        found: Iterator[_Cell] = iter(self.cells)
        wanted = (asked.verdicts, asked.causes, asked.dispositions, asked.states)
        for place, words in enumerate(wanted):
            if words:
                found = _having(found, place, words)
        if asked.changed:
            found = (cell for cell in found if cell.changed)
        if asked.folder:
            found = (cell for cell in found if cell.folder == asked.folder)
        if asked.host:
            found = (cell for cell in found if cell.host == asked.host)
        return found

    def sums(self, asked: DeadPageFilter, place: int) -> dict[str, int]:
        """Pages of a filter by the words of one kind, most frequent first."""
        sums: dict[str, int] = {}
        for cell in self.fitting(asked):
            word = cell[place]
            sums[word] = sums.get(word, 0) + cell.pages  # type: ignore[index,arg-type]
        return dict(sorted(sums.items(), key=lambda entry: (-entry[1], entry[0])))


def _having(cells: Iterator[_Cell], place: int, words: frozenset[Any]) -> Iterator[_Cell]:
    return (cell for cell in cells if cell[place] in words)


class Browsing:
    """Reads the listed dead pages of a workspace. Safe for threads; keeps counts until a decision or a run ends them.

    Cost on 200,000 dead pages: docs/benchmarks.md, Browsing. Memory: one page of rows, and some counts.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._cubes: OrderedDict[tuple[Any, ...], _Cube] = OrderedDict()
        self._lock = Lock()

    def page(self, run_id: int, view: DeadPageView, limit: int = 50) -> Page:
        """One page of a listed run's dead pages."""
        with self._reading() as connection:
            cube = self._cube(connection, run_id, view.filter)
            count = cube.count(view.filter)
            if not count and not cube.bounded:
                return Page((), None, None, 0, False)
            query = _query(connection, run_id, view.filter, view.sort, cube)
            cursor = view.cursor
            rows = connection.execute(_from(query, view.sort, cursor).limit(limit + 1)).all()
            if cursor is not None and cursor.back and len(rows) <= limit:  # the first page is always a whole one
                cursor = None
                rows = connection.execute(_from(query, view.sort, None).limit(limit + 1)).all()
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
        with self._reading() as connection:
            cube = self._cube(connection, run_id, asked)
        return Facets(
            verdicts=cube.sums(replace(asked, verdicts=frozenset()), 0),
            causes=cube.sums(replace(asked, causes=frozenset()), 1),
            dispositions=cube.sums(replace(asked, dispositions=frozenset()), 2),
            states=cube.sums(replace(asked, states=frozenset()), 3),
            folders=dict(islice(cube.sums(replace(asked, folder=""), 5).items(), TOPS_SHOWN)),
            hosts=dict(islice(cube.sums(replace(asked, host=""), 6).items(), TOPS_SHOWN)),
            changed=cube.count(replace(asked, changed=True)),
            count=cube.count(asked),
            bounded=cube.bounded,
        )

    def count(self, run_id: int, asked: DeadPageFilter) -> tuple[int, bool]:
        """(how many dead pages a filter leaves, whether there are more than that)."""
        with self._reading() as connection:
            cube = self._cube(connection, run_id, asked)
        return cube.count(asked), cube.bounded

    def walk(self, run_id: int, view: DeadPageView, at_once: int = 500) -> Iterator[list[DeadPageLine]]:
        """All rows of a view from its start, in blocks. Between blocks nothing is held open in the database."""
        view = replace(view, cursor=None)
        with self._reading() as connection:
            cube = self._cube(connection, run_id, view.filter)
        if not cube.bounded and not cube.count(view.filter):
            return
        while True:
            with self._reading() as connection:
                query = _query(connection, run_id, view.filter, view.sort, cube)
                rows = connection.execute(_from(query, view.sort, view.cursor).limit(at_once)).all()
            if rows:
                lines = list(map(_line, rows))
                yield lines
                view = replace(view, cursor=place_of(lines[-1], view.sort))
            if len(rows) < at_once:
                return

    def line(self, run_id: int, url_id: int) -> DeadPageLine | None:
        """The row of one URL, None when it is not listed."""
        query = select(dead_page).where(dead_page.c.run_id == run_id, dead_page.c.url_id == url_id)
        with self._reading() as connection:
            row = connection.execute(query).first()
        return None if row is None else _line(row)

    def lines(self, run_id: int, url_ids: Sequence[int]) -> dict[int, DeadPageLine]:
        """{URL id: row} of the listed ones among some hundreds of URLs."""
        query = select(dead_page).where(dead_page.c.run_id == run_id, dead_page.c.url_id.in_(list(url_ids)))
        with self._reading() as connection:
            return {row.url_id: _line(row) for row in connection.execute(query)}

    def forget_counts(self) -> None:
        """Make all counts anew, as after a decision."""
        with self._lock:
            self._cubes.clear()

    def newest_decision(self, site_id: int) -> int:
        """Id of the newest decision about the site, 0 while there is none."""
        query = select(func.max(decision.c.id)).where(decision.c.site_id == site_id)
        with self._reading() as connection:
            return int(connection.scalar(query) or 0)

    def _cube(self, connection: Connection, run_id: int, asked: DeadPageFilter) -> _Cube:
        rest = DeadPageFilter(text=asked.text, min_confidence_0_1=asked.min_confidence_0_1, min_links=asked.min_links)
        version = connection.execute(
            select(
                select(func.max(decision.c.id)).scalar_subquery(),
                select(func.max(site.c.listed_run_id)).scalar_subquery(),
            )
        ).one()
        key = (run_id, rest, *version)
        with self._lock:
            held = self._cubes.get(key)
            if held is not None:
                self._cubes.move_to_end(key)
                return held
        cube = _count_cells(connection, run_id, rest)
        with self._lock:
            self._cubes[key] = cube
            while len(self._cubes) > _CUBES_HELD:
                self._cubes.popitem(last=False)
        return cube

    def _reading(self) -> Connection:
        return self._engine.connect().execution_options(read_only=True)


def _count_cells(connection: Connection, run_id: int, rest: DeadPageFilter) -> _Cube:
    if rest == DeadPageFilter():
        query = select(*(dead_page_cell.c[name] for name in _Cell._fields))
        rows = connection.execute(query.where(dead_page_cell.c.run_id == run_id, dead_page_cell.c.pages > 0))
        return _Cube(tuple(map(_Cell._make, rows)), False)
    told = [dead_page.c[name] for name in _Cell._fields[:-1]]
    query = select(*told).where(*_conditions(connection, run_id, rest, by_index=True))
    if rest.text:
        some = query.limit(COUNTED_MOST + 1).subquery()
        rows = connection.execute(select(*some.c, func.count()).group_by(*some.c))
    else:  # the columns stand in the index in this order: nothing has to be sorted
        rows = connection.execute(_by_index(query.add_columns(func.count()), "dead_page_facts").group_by(*told))
    cells = tuple(map(_Cell._make, rows))
    bounded = bool(rest.text) and sum(cell.pages for cell in cells) > COUNTED_MOST
    return _Cube(_trimmed(cells) if bounded else cells, bounded)


def _trimmed(cells: tuple[_Cell, ...]) -> tuple[_Cell, ...]:
    """The row too many, which showed that there are more, is taken from the largest group."""
    largest, *others = sorted(cells, key=lambda cell: -cell.pages)
    return (largest._replace(pages=largest.pages - 1), *others)


def _conditions(
    connection: Connection, run_id: int, asked: DeadPageFilter, by_index: bool
) -> list[ColumnElement[bool]]:
    column = dead_page.c
    conditions: list[ColumnElement[bool]] = [column.run_id == run_id]
    wanted = (asked.verdicts, asked.causes, asked.dispositions, asked.states)
    for name, words in zip(_KINDS, wanted, strict=True):
        if words:
            conditions.append(column[name].in_(sorted(word.value for word in words)))
    if asked.changed:
        conditions.append(column.changed != "")
    if asked.host:
        conditions.append(column.host == asked.host)
    if asked.folder:
        conditions.append(column.folder == asked.folder)
    if asked.min_confidence_0_1 > 0:
        conditions.append(column.match_confidence_0_1 >= asked.min_confidence_0_1)
    if asked.min_links > 0:
        conditions.append(column.links >= asked.min_links)
    if asked.text and by_index:
        conditions += _PARTS.matches(asked.text, column.id, column.search_text, _ids(connection, run_id))
    elif asked.text:
        conditions += _PARTS.holds(asked.text, column.search_text)
    return conditions


def _ids(connection: Connection, run_id: int) -> tuple[int, int]:
    """The first and the last id of a run's list: ids grow with the rank."""
    ends = [
        select(dead_page.c.id).where(dead_page.c.run_id == run_id).order_by(order).limit(1).scalar_subquery()
        for order in (dead_page.c.rank, dead_page.c.rank.desc())
    ]
    first, last = connection.execute(select(*ends)).one()
    return first or 0, last or 0


def _query(connection: Connection, run_id: int, asked: DeadPageFilter, sort: DeadPageSort, cube: _Cube) -> Select[Any]:
    """All rows of a filter, by the way that is cheaper for so many."""
    if asked == DeadPageFilter() or cube.bounded or cube.count(asked) > GATHERED_MOST:
        conditions = _conditions(connection, run_id, asked, by_index=False)
        return _by_index(select(dead_page).where(*conditions), _INDEXES[_COLUMNS[sort.column][0]])
    query = select(dead_page).where(*_conditions(connection, run_id, asked, by_index=True))
    return query if asked.text else _by_index(query, _narrowest(asked, cube))


def _narrowest(asked: DeadPageFilter, cube: _Cube) -> str:
    """The index by which the fewest rows are met: that of one kind where it is rare, else one that covers all."""
    if asked.folder:
        return "dead_page_by_folder"
    met = {
        f"dead_page_by_{name}": cube.count(DeadPageFilter(**{f"{name}s": words}))  # type: ignore[arg-type]
        for name, words in zip(_KINDS, (asked.verdicts, asked.causes, asked.dispositions, asked.states), strict=True)
        if words
    }
    if asked.changed:
        met["dead_page_changed"] = cube.count(DeadPageFilter(changed=True))
    name = min(met, key=lambda each: met[each], default="")
    return name if name and met[name] <= GATHERED_MOST else "dead_page_facts"


_INDEXES = {
    "rank": "dead_page_by_rank",
    "url": "dead_page_by_url",
    "old_title": "dead_page_by_title",
    "target_url": "dead_page_by_target",
    "verdict": "dead_page_by_verdict",
    "cause": "dead_page_by_cause",
    "disposition": "dead_page_by_disposition",
    "state": "dead_page_by_state",
    "links": "dead_page_by_links",
    "referring_domains": "dead_page_by_domains",
    "match_confidence_0_1": "dead_page_by_confidence",
    "first_seen_dead": "dead_page_by_first_seen",
    "decided_at": "dead_page_by_decided",
}


def _by_index(query: Select[Any], name: str) -> Select[Any]:
    """SQLite has no figures about the table to choose an index by; each query here is made for one."""
    return query.with_hint(dead_page, f"INDEXED BY {name}", "sqlite")


def _from(query: Select[Any], sort: DeadPageSort, cursor: Cursor | None) -> Select[Any]:
    """A query's rows in their order, from a cursor on; backwards they come last first.

    Row values, the same direction in both columns: 0.5 ms where the same cursor written with OR takes 173 (measured on
    1,000,000 rows).
    """
    names = dict.fromkeys(_COLUMNS[sort.column])
    columns = [dead_page.c[name] for name in names]
    back = cursor is not None and cursor.back
    descending = sort.descending != back
    if cursor is not None:
        values = [literal(value) for value in (cursor.value, cursor.tie)[: len(columns)]]
        left, right = tuple_(*columns), tuple_(*values)
        beyond = (left < right if descending else left > right) if len(columns) > 1 else None
        if beyond is None:
            beyond = columns[0] < values[0] if descending else columns[0] > values[0]
        query = query.where(and_(beyond))
    return query.order_by(*(column.desc() if descending else column.asc() for column in columns))


def place_of(line: DeadPageLine, sort: DeadPageSort) -> Cursor:
    """The place just after a row."""
    column, tie = _COLUMNS[sort.column]
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
