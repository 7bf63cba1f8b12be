"""Rows of a list of pages, told by its content: JSON lines, a table, or one address a line; plain or gzipped."""

import gzip
import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, NamedTuple, cast

from linkreclaim.errors import InputError, UnknownFormatError
from linkreclaim.inventory.columns import Fields, fields_of
from linkreclaim.inventory.jsonlines import json_fields
from linkreclaim.inventory.tables import SNIFF_BYTES, encoding_of, possible_headers, read_lines, read_rows, too_long
from linkreclaim.model.links import RowProblem
from linkreclaim.urls import Url

_GZIP, _ZIP = b"\x1f\x8b", b"PK\x03\x04"
_SHOWN_CHARS = 120
_BLANKS = " \t\r\n"  # no others: an invisible space at an end may be what is wrong with an address
_JSON_START = re.compile(r"\{\s*[\"}]")


class Entry(NamedTuple):
    """One row of a list: the line it starts on, and what it says."""

    line: int
    fields: Fields


@dataclass(frozen=True, slots=True)
class ListForm:
    """What a kind of list is called, and which columns of it are read; a table or an object needs its `url`."""

    name: str  # "page list"
    field_of: Callable[[str], str | None]
    expected: str  # what was expected, for the error about a file that is none
    any_text: bool = False  # its addresses may be damaged: a plain list of it holds whatever its lines say


class UnreadList(NamedTuple):
    """A list that is open and not read yet."""

    stream: IO[bytes]
    head: str  # the beginning without leading space
    text: str  # the beginning
    encoding: str

    @property
    def is_blank(self) -> bool:
        """Whether there is nothing in it, remarks aside."""
        return len(self.text) < SNIFF_BYTES and not any(map(_is_entry, self.head.splitlines()))


@contextmanager
def open_list(path: Path, what: str) -> Iterator[IO[bytes]]:
    """Open a list, unpacked where it is gzipped.

    Raises InputError when the file cannot be read, also while it is read; `what` is how errors call it.
    """
    try:
        with path.open("rb") as raw:
            packed = raw.read(2) == _GZIP
            raw.seek(0)
            with cast(IO[bytes], gzip.open(raw)) if packed else raw as stream:
                yield stream
    except (OSError, EOFError, zlib.error) as error:
        # A broken archive is an OSError or a zlib.error, a cut one an EOFError.
        reason = getattr(error, "strerror", None) or error
        raise InputError(f"{path}: cannot be read as a {what}: {reason}") from error


def look_into(stream: IO[bytes], name: str) -> UnreadList:
    """The beginning of a list, which says how the rest is read. Raises UnknownFormatError when it is a workbook."""
    start = stream.read(SNIFF_BYTES)
    stream.seek(0)
    if start.startswith(_ZIP):
        raise UnknownFormatError(f"{name}: a workbook or a zip; save its sheet as CSV and give that")
    encoding = encoding_of(start)
    text = start.decode(encoding, "replace")
    return UnreadList(stream, text.lstrip(), text, encoding)


def read_entries(unread: UnreadList, name: str, form: ListForm, origin: Url | None) -> Iterator[Entry | RowProblem]:
    """Rows in file order; one that cannot be read is a RowProblem and the rest goes on.

    `origin`, where it is known, lets a plain list write its addresses without a scheme.
    Raises InputError when the file is empty, UnknownFormatError when it is no such list, UnsafeInputError when it
    unpacks to more than 4 GB.
    """
    if not unread.head:
        raise InputError(f"{name}: the file is empty; a {form.name} has one page a line")
    lines = read_lines(unread.stream, unread.encoding, name)
    if unread.head.startswith("{") and not (form.any_text and not _JSON_START.match(unread.head)):
        return _read_json(lines, form)
    header = _find_header(unread.text, form)
    if header is not None:
        return _read_table(lines, *header)
    if _is_plain_list(unread.head, origin) or (form.any_text and _names_address(unread.head)):
        return _read_plain(lines)
    shown = unread.head.splitlines()[0][:_SHOWN_CHARS]
    raise UnknownFormatError(f"{name}: no {form.name}: expected {form.expected}; the file begins with {shown!r}")


def no_url(values: Iterable[str] | None) -> str:
    """What is said of a row whose address cannot be used."""
    value = next(iter(values or ()), None)
    return "no URL" if value is None else f"no http(s) URL: {value[:_SHOWN_CHARS]!r}"


def _read_json(lines: Iterable[str | None], form: ListForm) -> Iterator[Entry | RowProblem]:
    for number, line in enumerate(lines, 1):
        if line is None:
            yield too_long(number)
        elif not line.isspace():
            fields = json_fields(line, form.field_of)
            yield RowProblem(number, "no JSON object on one line") if fields is None else Entry(number, fields)


def _find_header(text: str, form: ListForm) -> tuple[int, str, int, dict[int, str]] | None:
    """(lines down to the header, delimiter, cells of the header, field by column number) of a table; None where no row
    names a URL."""
    for number, delimiter, cells in possible_headers(text):
        columns = {i: field for i, cell in enumerate(cells) if (field := form.field_of(cell))}
        if "url" in columns.values() and not any("://" in cell for cell in cells):
            return number, delimiter, len(cells), columns
    return None


def _read_table(
    lines: Iterator[str | None], header_lines: int, delimiter: str, width: int, columns: dict[int, str]
) -> Iterator[Entry | RowProblem]:
    address = next(i for i, field in columns.items() if field == "url")

    def is_row(cells: list[str]) -> bool:
        return len(cells) == width and cells[address].startswith(("/", "http://", "https://"))

    for number, row in read_rows(lines, delimiter, header_lines, is_row):
        if isinstance(row, RowProblem):
            yield row
            continue
        fields = fields_of((columns[i], cell) for i, cell in enumerate(row) if i in columns)
        if fields:
            yield Entry(number, fields)


def _is_plain_list(head: str, origin: Url | None) -> bool:
    first = next((line.strip() for line in head.splitlines() if _is_entry(line)), "")
    if first.startswith(("/", "http://", "https://")):
        return True
    return origin is not None and first.removeprefix("www.").split("/")[0] == origin.netloc.removeprefix("www.")


def _names_address(head: str) -> bool:
    """Whether the first line may be an address, however damaged: a slash or a dot stands in every one."""
    first = next(filter(_is_entry, head.splitlines()), "")
    return "/" in first or "." in first


def _is_entry(line: str) -> bool:
    return bool(line.strip()) and not line.startswith("#")


def _read_plain(lines: Iterable[str | None]) -> Iterator[Entry | RowProblem]:
    for number, line in enumerate(lines, 1):
        if line is None:
            yield too_long(number)
        elif _is_entry(line):
            yield Entry(number, {"url": [line.strip(_BLANKS)]})
