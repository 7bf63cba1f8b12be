"""Records out of lines: CSV as the standard library reads it, with its accidents contained."""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain

from linkreclaim.model.links import RowProblem
from linkreclaim.sources.lines import LineFeed

Record = tuple[int, list[str]]
"""The line a record starts on, and its cells."""


@dataclass(frozen=True, slots=True)
class RowShape:
    """What a row of the file looks like; a line that fits it is a row by itself."""

    delimiter: str
    width: int  # cells of the header
    is_row: Callable[[list[str]], bool]

    def fits(self, cells: list[str]) -> bool:
        """Whether these cells are a whole and good row."""
        return len(cells) == self.width and self.is_row(cells)

    def cells_alone(self, line: str) -> list[str]:
        """One line as a row, quotes taken as they stand; a line that no row can be is one empty cell."""
        try:
            cells = next(csv.reader([line.rstrip("\r\n") + "\n"], delimiter=self.delimiter), [])
        except csv.Error:
            return [""]
        return [""] if cells and cells[-1].endswith("\n") else cells  # a quote is still open at its end


def read_records(feed: LineFeed, shape: RowShape) -> Iterator[Record | RowProblem]:
    """The records of a file, in order; blank lines are no records.

    A quote that is never closed swallows the rows after it. Such a record shows itself (it breaks the quoting rules, a
    cell passes 131,072 characters, which is the csv module's limit, or one of its later lines fits `shape` by itself),
    and its lines are then read one by one.
    """
    while not feed.at_end:
        yield from _read_until_stop(feed, shape)
    yield from feed.problems


def _read_until_stop(feed: LineFeed, shape: RowShape) -> Iterator[Record | RowProblem]:
    before = feed.last_line
    reader = csv.reader(chain.from_iterable(feed), delimiter=shape.delimiter, strict=True)
    start = before + 1
    while True:
        try:
            for cells in reader:
                end = feed.read_to = before + reader.line_num
                if feed.problems:
                    yield from _take_problems(feed, end)
                if end != start and _swallowed_rows(feed, shape, start, end):
                    yield from _read_alone(feed, shape, start, end)
                elif cells:
                    yield start, cells
                start = end + 1
            return
        except csv.Error:  # the reader goes on with the next line
            end = feed.read_to = before + reader.line_num
            yield from _take_problems(feed, end)
            yield from _read_alone(feed, shape, start, end)
            start = end + 1


def _take_problems(feed: LineFeed, to_line: int) -> Iterator[RowProblem]:
    """The problems as far as their lines have been read: they and the rows come out in one order, whoever resumes."""
    problems, feed.problems[:] = feed.problems[:], []
    for problem in problems:
        if problem.line <= to_line:
            yield problem
        else:
            feed.problems.append(problem)


def _swallowed_rows(feed: LineFeed, shape: RowShape, start: int, end: int) -> bool:
    """Whether a record of several lines holds another row: a line that is one by itself (a wrapped text is not)."""
    return any(shape.fits(shape.cells_alone(line)) for _, line in feed.lines(start + 1, end))


def _read_alone(feed: LineFeed, shape: RowShape, start: int, end: int) -> Iterator[Record | RowProblem]:
    for number, line in feed.lines(start, end):
        cells = shape.cells_alone(line)
        if shape.fits(cells):
            yield number, cells
        elif cells:
            yield RowProblem(number, _why_not(line, cells, shape.width))


def _why_not(line: str, cells: list[str], width: int) -> str:
    if len(line) > csv.field_size_limit():
        return f"a cell of over {csv.field_size_limit():,} characters, or a quote that is never closed"
    if line.count('"') % 2:
        return "a quote in this row is never closed, or this line belongs to such a row"
    return f"quotes in this row cannot be told apart: {len(cells)} cells under a header of {width}"
