"""Counts of the listed dead pages: pages that agree in everything a facet shows are one cell, and counted once."""

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from threading import Lock
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, select

from linkreclaim.store.dead_page_conditions import by_index, conditions_of
from linkreclaim.store.dead_page_view import DeadPageFilter
from linkreclaim.store.schema import dead_page, dead_page_cell, decision, site

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
    pages: int


@dataclass(frozen=True, slots=True)
class Cube:
    """The pages that what no cell tells (text, confidence, links) leaves, in cells."""

    cells: tuple[Cell, ...]
    bounded: bool

    def count(self, asked: DeadPageFilter) -> int:
        """How many pages a filter leaves."""
        return sum(cell.pages for cell in self.fitting(asked))

    def fitting(self, asked: DeadPageFilter) -> Iterator[Cell]:
        """Cells that fit a filter; each thing it asks for is looked at by itself."""
        found: Iterator[Cell] = iter(self.cells)
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


def _having(cells: Iterator[Cell], place: int, words: frozenset[Any]) -> Iterator[Cell]:
    return (cell for cell in cells if cell[place] in words)


class DeadPageCounts:
    """Cubes of a workspace, kept until a decision or a run ends them. Safe for threads."""

    def __init__(self) -> None:
        self._cubes: OrderedDict[tuple[Any, ...], Cube] = OrderedDict()
        self._lock = Lock()

    def forget(self) -> None:
        """Make all counts anew, as after a decision."""
        with self._lock:
            self._cubes.clear()

    def cube(self, connection: Connection, run_id: int, asked: DeadPageFilter) -> Cube:
        """The counts for what a filter asks for beside the facets, as they are now."""
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


def _count_cells(connection: Connection, run_id: int, rest: DeadPageFilter) -> Cube:
    if rest == DeadPageFilter():
        query = select(*(dead_page_cell.c[name] for name in Cell._fields))
        rows = connection.execute(query.where(dead_page_cell.c.run_id == run_id, dead_page_cell.c.pages > 0))
        return Cube(tuple(map(Cell._make, rows)), False)
    told = [dead_page.c[name] for name in Cell._fields[:-1]]
    query = select(*told).where(*conditions_of(connection, run_id, rest, text_by_index=True))
    if rest.text:
        some = query.limit(COUNTED_MOST + 1).subquery()
        rows = connection.execute(select(*some.c, func.count()).group_by(*some.c))
    else:  # the columns stand in the index in this order: nothing has to be sorted
        rows = connection.execute(by_index(query.add_columns(func.count()), "dead_page_facts").group_by(*told))
    cells = tuple(map(Cell._make, rows))
    bounded = bool(rest.text) and sum(cell.pages for cell in cells) > COUNTED_MOST
    return Cube(_trimmed(cells) if bounded else cells, bounded)


def _trimmed(cells: tuple[Cell, ...]) -> tuple[Cell, ...]:
    """The row too many, which showed that there are more, is taken from the largest group."""
    largest, *others = sorted(cells, key=lambda cell: -cell.pages)
    return (largest._replace(pages=largest.pages - 1), *others)
