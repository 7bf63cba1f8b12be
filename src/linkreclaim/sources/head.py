"""The first rows of a file under each possible delimiter: what a report is recognised by."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import dropwhile

from linkreclaim.sources.container import Part, read_start
from linkreclaim.sources.encoding import TextEncoding, find_encoding
from linkreclaim.sources.lines import LineFeed

DELIMITERS = ("\t", ",", ";", "|")
HEAD_ROWS = 500
"""Rows looked at to recognise a table and the order of its dates."""
HEAD_BYTES = 262_144
"""Meant to hold 100 rows also of wide exports in UTF-16: what the signs of `signs` need (our judgement)."""
HEADER_TRIES = 3
"""The header is one of the first rows: Screaming Frog wrote a title line above it until 2019, Excel a `sep=;`, and
people put a title and a row of merged cells above it."""


@dataclass(frozen=True, slots=True)
class Head:
    """The start of a text file."""

    part: Part
    encoding: TextEncoding
    lines: Sequence[str]


@dataclass(frozen=True, slots=True)
class Table:
    """A head read with one delimiter, one of its first rows taken for the header."""

    delimiter: str
    header: tuple[str, ...]
    header_end: int  # last line of the header, from 1; 0: the header is no line
    rows: tuple[list[str], ...]  # some rows below it, those as wide as the header


def read_head(part: Part) -> Head:
    """Reads the first block of a file. Raises InputError when it is damaged or its encoding cannot be told."""
    start, is_whole = read_start(part, HEAD_BYTES)
    encoding = find_encoding(start, part.name)
    feed = LineFeed(BytesIO(start).read, encoding)
    lines: list[str] = []
    for batch in feed:
        lines += batch
        feed.read_to = feed.last_line
    if not is_whole and lines:
        lines.pop()  # cut
    return Head(part, encoding, lines)


def find_tables(head: Head) -> Iterator[Table]:
    """The ways a head can be read as a table, most cells first; a part that is rendered can be read in one way."""
    if head.part.header is not None:
        yield Table(",", head.part.header, 0, tuple(cells for _, cells in read_some(head.lines, ",")))
        return
    delimiters = (",",) if head.part.rendered else DELIMITERS
    tables = [table for delimiter in delimiters for table in _tables_of(head, delimiter)]
    yield from sorted(tables, key=lambda table: -len(table.header))


def _tables_of(head: Head, delimiter: str) -> Iterator[Table]:
    records = list(dropwhile(_is_comment, read_some(head.lines, delimiter)))
    for index, (end, header) in enumerate(records[:HEADER_TRIES]):
        if len(header) > 1:
            rows = tuple(cells for _, cells in records[index + 1 :] if len(cells) == len(header))
            yield Table(delimiter, tuple(header), end, rows)
        named = sum(map(bool, header))
        if named > 1 and 2 * named >= len(header):  # fewer: names of groups of columns, merged above the header
            return


def _is_comment(record: tuple[int, list[str]]) -> bool:
    """Whether a record is a line of the preface that Google Analytics 4 writes: "# Start date: 20260101"."""
    first = record[1][0].lstrip("\ufeff ")
    return first.startswith("#") and len(first) > 1  # a column may be named "#"


def read_some(lines: Sequence[str], delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """The first records of a file that are not blank, with the line each ends on; stops where the quoting breaks."""
    reader = csv.reader(lines, delimiter=delimiter)
    try:
        for cells in reader:
            if any(cells):
                yield reader.line_num, cells
            if reader.line_num > HEAD_ROWS:
                return
    except csv.Error:
        return
