"""Counts of the listed dead pages: pages that agree in everything a facet shows are one cell, and counted once."""

import json
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from threading import Lock
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Connection, func, literal, select

from linkreclaim.store.dead_page_conditions import by_index, conditions_of, facets_of, known_to
from linkreclaim.store.dead_page_view import DeadPageFilter
from linkreclaim.store.overviews import SOURCES
from linkreclaim.store.schema import dead_page, dead_page_cell, decision, run, site

COUNTED_MOST = 10_000
"""Matches of a text that are counted; more are told as "10,000+"."""
_CUBES_HELD = 64


class Cell(NamedTuple):
    """A group of pages that agree in all of these."""

    verdict: str
    cause: str
    disposition: str
    state: str
    changed: bool | str  # which facts, or whether any
    folder: str
    host: str
    sources: int  # who knows them, a set of bits; 0 where that is not told apart
    pages: int


@dataclass(frozen=True, slots=True)
class Cube:
    """The pages that what no cell tells (text, confidence, links) leaves, in cells."""

    cells: tuple[Cell, ...]
    bounded: bool
    known_by: int  # the sources that were asked for, as a set of bits

    def count(self, asked: DeadPageFilter) -> int:
        """How many pages a filter leaves."""
        return sum(cell.pages for cell in _fitting(self.cells, asked))

    def sums(self, asked: DeadPageFilter, place: int) -> dict[str, int]:
        """Pages of a filter by the words of one kind, most frequent first."""
        sums: Counter[str] = Counter()
        for cell in _fitting(self.cells, asked):
            sums[cell[place]] += cell.pages  # type: ignore[index]
        return _most_frequent_first(sums)


def _most_frequent_first(sums: Mapping[str, int]) -> dict[str, int]:
    return dict(
        sorted(((word, pages) for word, pages in sums.items() if pages), key=lambda entry: (-entry[1], entry[0]))
    )


def _fitting(cells: Iterable[Cell], asked: DeadPageFilter) -> Iterator[Cell]:
    """Cells that fit a filter; each thing it asks for is looked at by itself."""
    found = iter(cells)
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


def _having(cells: Iterator[Cell], place: int, words: frozenset[Any]) -> Iterator[Cell]:
    return (cell for cell in cells if cell[place] in words)


_FACTS = Cell._fields[:-2]
_CountsT = TypeVar("_CountsT")


class DeadPageCounts:
    """Cubes of a workspace, kept until a decision or a run ends them. Safe for threads."""

    def __init__(self) -> None:
        self._cubes: OrderedDict[tuple[Any, ...], Any] = OrderedDict()
        self._lock = Lock()

    def forget(self) -> None:
        """Make all counts anew, as after a decision."""
        with self._lock:
            self._cubes.clear()

    def cube(self, connection: Connection, run_id: int, asked: DeadPageFilter) -> Cube:
        """The counts for what a filter asks for beside the facets, as they are now."""
        rest = replace(_rest(asked), sources=asked.sources)

        def make() -> Cube:
            known_by = _known_by(connection, run_id, rest.sources)
            if _rest(rest) == DeadPageFilter():
                return Cube(_merge_cells(connection, run_id, rest, known_by), False, known_by)
            told = self._told(connection, run_id, rest)
            known = [cell for cell in told.cells if cell.sources & known_by] if rest.sources else told.cells
            return Cube(_merge(known), told.bounded, known_by)

        return self._kept(connection, "facets", run_id, rest, make)

    def sums_of_sources(self, connection: Connection, run_id: int, asked: DeadPageFilter) -> dict[str, int]:
        """Pages of a filter by who knows them, its own sources left aside; a page counts for each that knows it."""
        asked = replace(asked, sources=frozenset())

        def make() -> Counter[int]:
            if _rest(asked) == DeadPageFilter():
                return _count_sets(connection, run_id, asked)
            sets: Counter[int] = Counter()
            for cell in _fitting(self._told(connection, run_id, asked).cells, asked):
                sets[cell.sources] += cell.pages
            return sets

        sets = self._kept(connection, "sources", run_id, asked, make)
        names = enumerate(_sources(connection, run_id))
        return _most_frequent_first({name: sum(sets[each] for each in sets if each >> bit & 1) for bit, name in names})

    def _told(self, connection: Connection, run_id: int, asked: DeadPageFilter) -> Cube:
        """Cells told apart by who knows their pages, for a filter of which the table of cells knows nothing."""
        rest = _rest(asked)
        return self._kept(connection, "told", run_id, rest, lambda: _count(connection, run_id, rest))

    def _kept(
        self, connection: Connection, kind: str, run_id: int, asked: DeadPageFilter, make: Callable[[], _CountsT]
    ) -> _CountsT:
        version = connection.execute(
            select(
                select(func.max(decision.c.id)).scalar_subquery(),
                select(func.max(site.c.listed_run_id)).scalar_subquery(),
            )
        ).one()
        key = (kind, run_id, asked, *version)
        with self._lock:
            if key in self._cubes:
                self._cubes.move_to_end(key)
                held: _CountsT = self._cubes[key]
                return held
        made = make()
        with self._lock:
            self._cubes[key] = made
            while len(self._cubes) > _CUBES_HELD:
                self._cubes.popitem(last=False)
        return made


def _rest(asked: DeadPageFilter) -> DeadPageFilter:
    """What no cell tells."""
    return DeadPageFilter(text=asked.text, min_confidence_0_1=asked.min_confidence_0_1, min_links=asked.min_links)


def _merge_cells(connection: Connection, run_id: int, asked: DeadPageFilter, known_by: int) -> tuple[Cell, ...]:
    """What `_merge` makes of a run's cells, by SQLite: a third of the time of reading all of them."""
    facts = [dead_page_cell.c[name] for name in _FACTS]
    pages = dead_page_cell.c.pages
    query = select(*facts, literal(0), func.sum(pages)).where(dead_page_cell.c.run_id == run_id, pages > 0)
    query = query.where(*known_to(dead_page_cell, asked, known_by)).group_by(*facts)
    return tuple(map(Cell._make, connection.execute(query)))


def _merge(cells: Iterable[Cell]) -> tuple[Cell, ...]:
    """Cells that differ in nothing but who knows their pages as one: far fewer to look through for each facet."""
    pages: Counter[tuple[Any, ...]] = Counter()
    for cell in cells:
        pages[cell[: len(_FACTS)]] += cell.pages
    return tuple(Cell._make((*facts, 0, held)) for facts, held in pages.items())


def _count_sets(connection: Connection, run_id: int, asked: DeadPageFilter) -> Counter[int]:
    """{a set of sources: pages that exactly these know}."""
    cell = dead_page_cell.c
    query = select(cell.sources, func.sum(cell.pages)).where(cell.run_id == run_id)
    query = query.where(*facets_of(dead_page_cell, asked), *([cell.changed] if asked.changed else []))
    return Counter({row[0]: row[1] for row in connection.execute(query.group_by(cell.sources))})


def _count(connection: Connection, run_id: int, rest: DeadPageFilter) -> Cube:
    told = [dead_page.c[name] for name in (*_FACTS, "sources")]
    query = select(*told).where(*conditions_of(connection, run_id, rest, 0, text_by_index=True))
    if rest.text:
        some = query.limit(COUNTED_MOST + 1).subquery()
        rows = connection.execute(select(*some.c, func.count()).group_by(*some.c))
    else:  # the columns stand in the index in this order: nothing has to be sorted
        rows = connection.execute(by_index(query.add_columns(func.count()), "dead_page_facts").group_by(*told))
    cells = tuple(map(Cell._make, rows))
    bounded = bool(rest.text) and sum(cell.pages for cell in cells) > COUNTED_MOST
    return Cube(_trimmed(cells) if bounded else cells, bounded, 0)


def _known_by(connection: Connection, run_id: int, names: frozenset[str]) -> int:
    """Sources as a set of bits; those that the run does not know are none."""
    if not names:
        return 0
    return sum(1 << bit for bit, name in enumerate(_sources(connection, run_id)) if name in names)


def _sources(connection: Connection, run_id: int) -> tuple[str, ...]:
    """What the run noted of its sources; nothing where an older linkreclaim listed it."""
    noted = connection.scalar(select(func.json_extract(run.c.state, f"$.{SOURCES}")).where(run.c.id == run_id))
    return tuple(json.loads(noted)) if noted else ()


def _trimmed(cells: tuple[Cell, ...]) -> tuple[Cell, ...]:
    """The row too many, which showed that there are more, is taken from the largest group."""
    largest, *others = sorted(cells, key=lambda cell: -cell.pages)
    return (largest._replace(pages=largest.pages - 1), *others)
