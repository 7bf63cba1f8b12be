"""Rows of a table that people edit: CSV as Excel and its kin save it, or .xlsx; read row by row with line numbers."""

import codecs
import csv
import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from types import MappingProxyType
from typing import BinaryIO, TextIO

from linkreclaim.errors import InputError, UnknownFormatError, UnsafeInputError
from linkreclaim.model.links import RowProblem
from linkreclaim.workbooks import reader

MAX_LINE_CHARS = 1_000_000
"""A longer line is reported and skipped: a row of the widest honest sheet is a hundredth of it (URLs end at 2,000
characters in practice, Excel's cells at 32,767)."""

MAX_WORKBOOK_BYTES = 200_000_000
"""What an .xlsx may hold unpacked. Our measurement: 100,000 rows of 15 columns unpack to 60 MB."""

_SEPARATORS = ",;\t|"
_NAMED_SEPARATOR = re.compile(r"sep=([^\s\"\w\0]|\t)?", re.IGNORECASE)
"""Excel's own directive; without a character that separates it names none."""
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its first line in the file (1-based; the row number in a workbook), and its cells by column name."""

    line: int
    cells: Mapping[str, str]

    def get(self, column: str) -> str:
        """The cell without surrounding space; empty where the row or the table lacks the column."""
        return self.cells.get(column, "").strip()


def read_rows(
    path: Path, required: frozenset[str], aliases: Mapping[str, str] = MappingProxyType({})
) -> Iterator[Row | RowProblem]:
    """Read a table whose header names at least the `required` columns, in any order and case.

    `aliases`: other names of columns, each with the name it stands for where the header does not have that one.

    Raises InputError when the file cannot be read, UnknownFormatError when no such header is in its first ten rows and
    UnsafeInputError when a workbook would unpack to more than MAX_WORKBOOK_BYTES. A leading apostrophe before
    `= + - @`, with which spreadsheets and our own CSVs keep text from becoming a formula, is taken off.
    """
    try:
        with path.open("rb") as file:
            is_workbook = file.read(4) == b"PK\x03\x04"
        records = _read_workbook(path) if is_workbook else _read_csv(path)
        yield from _under_header(records, required, aliases, path)
    except OSError as problem:
        raise InputError(
            f"{path}: cannot be read ({problem.strerror}); check the path and its permissions"
        ) from problem


def _under_header(
    records: Iterator[tuple[int, list[str]] | RowProblem],
    required: frozenset[str],
    aliases: Mapping[str, str],
    path: Path,
) -> Iterator[Row | RowProblem]:
    header = _find_header(records, required, aliases, path)
    for record in records:
        if isinstance(record, RowProblem):
            yield record
            continue
        line, cells = record
        if any(cell.strip() for cell in cells):
            yield Row(line, {name: _plain(cell) for name, cell in zip(header, cells, strict=False)})


def _find_header(
    records: Iterator[tuple[int, list[str]] | RowProblem],
    required: frozenset[str],
    aliases: Mapping[str, str],
    path: Path,
) -> list[str]:
    seen: list[str] = []
    for _, record in zip(range(10), records, strict=False):
        if isinstance(record, RowProblem):
            continue
        written = [cell.strip().lower().replace(" ", "_") for cell in record[1]]
        names = [aliases[name] if name in aliases and aliases[name] not in written else name for name in written]
        if required <= set(names):
            return names
        seen = seen or names
    found = ", ".join(seen)[:200] or "nothing"
    raise UnknownFormatError(f"{path}: needs a header with {', '.join(sorted(required))}; found: {found}")


def _plain(cell: str) -> str:
    return cell[1:] if cell[:1] == "'" and cell[1:2] in ("=", "+", "-", "@", "\t", "\r") else cell


def _read_csv(path: Path) -> Iterator[tuple[int, list[str]] | RowProblem]:
    with path.open("rb") as raw:
        encoding = _find_encoding(raw)
        raw.seek(0)
        with io.TextIOWrapper(raw, encoding=encoding, errors="replace", newline="") as text:
            yield from _split_csv(text)


def _find_encoding(file: BinaryIO) -> str:
    """BOM, else UTF-8 if the whole file is, else Windows-1252: what Excel writes as plain "CSV"."""
    start = file.read(4)
    for bom, encoding in _BOMS:
        if start.startswith(bom):
            return encoding
    if start[1:4:2] == b"\x00\x00":
        return "utf-16-le"
    decoder = codecs.getincrementaldecoder("utf-8")()
    block = start
    try:
        while block:
            decoder.decode(block)
            block = file.read(1 << 20)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _split_csv(text: TextIO) -> Iterator[tuple[int, list[str]] | RowProblem]:
    lines = _Lines(text)
    first = next(lines, "")
    named = _NAMED_SEPARATOR.match(first)
    if named is not None:
        first = "" if named[1] else next(lines, "")
    separator = named[1] if named is not None and named[1] else max(_SEPARATORS, key=first.count)
    records = csv.reader(lines.starting_with(first), delimiter=separator)
    while True:
        start = lines.number + 1 if records.line_num else 1
        try:
            cells = next(records)
        except StopIteration:
            return
        except csv.Error as problem:
            yield RowProblem(start, f"the row cannot be split into cells ({problem})")
            continue
        if lines.too_long:
            lines.too_long = False
            yield RowProblem(start, f"the row is longer than {MAX_LINE_CHARS:,} characters")
        elif cells:
            yield start, cells


class _Lines(Iterator[str]):
    """Lines of a text, the overlong ones replaced by an empty line and noted."""

    def __init__(self, text: TextIO) -> None:
        self._text = text
        self.number = 0
        self.too_long = False

    def __next__(self) -> str:
        line = self._text.readline(MAX_LINE_CHARS)
        if not line:
            raise StopIteration
        self.number += 1
        while len(line) == MAX_LINE_CHARS and not line.endswith(("\n", "\r")):
            self.too_long = True
            line = self._text.readline(MAX_LINE_CHARS)
            if len(line) < MAX_LINE_CHARS:
                return "\n"
        return line

    def starting_with(self, first: str) -> Iterator[str]:
        """The lines, with one that was already taken put back in front."""
        yield first
        yield from self


def _read_workbook(path: Path) -> Iterator[tuple[int, list[str]] | RowProblem]:
    """The first sheet. Its text is kept in a file, so that the process ends before any row is used."""
    with path.open("rb") as file, TemporaryFile() as parsed:
        max_cpu_s = reader.cpu_seconds(_unpacked_bytes(path, file))
        file.seek(0)
        with reader.open_sheet(str(path), file, max_cpu_s, 0, keep_breaks=True) as read:
            while block := read(1 << 20):
                parsed.write(block)
        parsed.seek(0)
        with io.TextIOWrapper(parsed, encoding="utf-8", newline="") as text:
            try:
                yield from enumerate(csv.reader(text), 1)
            except csv.Error as problem:
                raise InputError(f"{path}: is no readable workbook ({problem}); save the sheet as CSV") from problem


def _unpacked_bytes(path: Path, file: BinaryIO) -> int:
    try:
        unpacked_bytes = sum(entry.file_size for entry in zipfile.ZipFile(file).infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as problem:
        raise InputError(f"{path}: is no readable workbook ({problem}); save the sheet as CSV") from problem
    if unpacked_bytes > MAX_WORKBOOK_BYTES:
        raise UnsafeInputError(f"{path}: unpacks to {unpacked_bytes:,} bytes; save the sheet as CSV")
    return unpacked_bytes
