"""Lines and rows of a text file of unknown encoding and separator; hostile or broken."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import IO

from linkreclaim.errors import UnsafeInputError
from linkreclaim.model.links import RowProblem

SNIFF_BYTES = 65_536
"""How much of a file's beginning tells what it is."""
MAX_CHARS = 4_000_000_000
"""Unpacked; more is no list of pages. Our judgement."""
_MAX_LINE_CHARS = 4_000_000
_HEADER_LINES = 5  # old Screaming Frog exports have a title line above the header, Excel a line `sep=;`
_DELIMITERS = ",;\t|"


def encoding_of(start: bytes) -> str:
    """UTF-16 only with its mark; else UTF-8, or where the beginning is none, what Excel saves in Western countries."""
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    try:
        start.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(start) - 4:  # more than a character cut at the end
            return "cp1252"
    return "utf-8-sig"


def read_lines(stream: IO[bytes], encoding: str, name: str) -> Iterator[str | None]:
    """Lines of a file, None for one that is too long; closes the stream. Raises UnsafeInputError past 4 GB."""
    read = 0
    fresh = True
    with io.TextIOWrapper(stream, encoding, errors="replace") as text:
        while piece := text.readline(_MAX_LINE_CHARS):
            read += len(piece)
            if read > MAX_CHARS:
                raise UnsafeInputError(f"{name}: more than {MAX_CHARS:,} characters; split the file")
            whole = piece.endswith("\n") or len(piece) < _MAX_LINE_CHARS
            if fresh:
                yield piece if whole else None
            fresh = whole


def possible_headers(text: str) -> Iterator[tuple[int, str, list[str]]]:
    """(lines down to it, delimiter, cells) of each row near the top that may be the header, read in every way."""
    for number, line in enumerate(islice(io.StringIO(text, None), _HEADER_LINES), 1):
        for delimiter in _DELIMITERS:
            try:
                yield number, delimiter, next(csv.reader([line], delimiter=delimiter), [])
            except csv.Error:  # a cell longer than csv reads
                continue


def read_rows(
    lines: Iterator[str | None], delimiter: str, header_lines: int, is_row: Callable[[list[str]], bool] | None = None
) -> Iterator[tuple[int, list[str] | RowProblem]]:
    """Rows below the header with the line they start on; a problem in the place of one that cannot be read.

    A quote that is never closed swallows the rows after it. With `is_row`, which knows the cells of a whole row, such
    lines are read one by one, and it is told.
    """
    skipped = sum(1 for _ in islice(lines, header_lines))
    too_long_at: list[int] = []
    record: list[str] = []
    reader = csv.reader(_kept_lines(lines, too_long_at, record), delimiter=delimiter)
    while True:
        start = reader.line_num + 1 + skipped
        record.clear()
        try:
            row: list[str] | RowProblem | None = next(reader, None)
        except csv.Error as error:
            row = RowProblem(start, f"broken row: {error}")
        while too_long_at:
            at = too_long_at.pop(0) + skipped
            yield at, too_long(at)
        if row is None:
            return
        if is_row and any(is_row(_cells_of(line, delimiter)) for line in record[1:]):
            yield (
                start,
                RowProblem(start, "a quote is never closed: the lines from here were read one by one", kept=True),
            )
            yield from _read_alone(record, delimiter, start)
        elif row:
            yield start, row


def _read_alone(record: list[str], delimiter: str, start: int) -> Iterator[tuple[int, list[str] | RowProblem]]:
    for number, line in enumerate(record, start):
        if cells := _cells_of(line, delimiter):
            yield number, cells


def _cells_of(line: str, delimiter: str) -> list[str]:
    """One line as a row, a quote that is open at its end closed there."""
    try:
        return next(csv.reader([line.rstrip("\r\n")], delimiter=delimiter), [])
    except csv.Error:  # a cell longer than csv reads
        return []


def too_long(number: int) -> RowProblem:
    """What is said of a line that `read_lines` gave up."""
    return RowProblem(number, f"line of more than {_MAX_LINE_CHARS:,} characters")


def _kept_lines(lines: Iterable[str | None], too_long_at: list[int], record: list[str]) -> Iterator[str]:
    for number, line in enumerate(lines, 1):
        if line is None:
            too_long_at.append(number)
        record.append(line or "\n")
        yield record[-1]
