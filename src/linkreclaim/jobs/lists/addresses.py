"""Reads which URLs to ask: a plain list of them, any table with a column of them, or any link export."""

import gzip
import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal, cast

from linkreclaim.errors import InputError
from linkreclaim.inventory.tables import SNIFF_BYTES, encoding_of, possible_headers, read_lines, read_rows, too_long
from linkreclaim.model.links import RowProblem
from linkreclaim.sources.source import Source, open_sources
from linkreclaim.urls import parse, parse_lenient


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which URLs of a file are wanted."""

    what: str  # "linking pages"
    columns: tuple[str, ...]  # names under which a table may hold them, the plainest last; compared without case
    claim_field: Literal["referring_page", "target_url"]  # where a link export holds them


LINKING_PAGES = Wanted(
    "linking pages",
    (
        *("referring_page", "referring page url", "referring page", "linking page", "linking url", "source url"),
        *(
            "source_url",
            "url from",
            "url_from",
            "page",
            "page url",
            "url",
            "address",
            "source",
            "from",
            "link",
            "links",
        ),
    ),
    "referring_page",
)
TARGETS = Wanted(
    "URLs to check",
    (
        *("target_url", "target url", "target page", "url_to", "url to", "destination", "to", "url", "address"),
        *("page url", "page", "loc", "link", "links", "href", "source", "old_url", "old url"),
    ),
    "target_url",
)
"""Our own names, and the tools'; `source` is the column of a redirect map."""
_SHOWN_CHARS = 120
_HOST_LIKE = re.compile(r"[^\s/?#,;|\"']+\.[^\s/?#,;|\"'.]+(?::\d+)?(?:[/?#]\S*)?")

Address = str | RowProblem


def read_addresses(path: Path, name: str, wanted: Wanted) -> tuple[str, Iterator[Address]]:
    """(what the file is, its http(s) URLs or problems of their lines), read lazily and in flat memory.

    Raises:
        InputError: the file cannot be read, or names none.
    """
    start = _read_start(path, name)
    encoding = encoding_of(start)
    text = start.decode(encoding, "replace").replace("\0", "")
    if not text.strip():
        raise InputError(f"{name}: it is empty; give one URL a line, or a link export")
    heading = _plain_list_heading(text, wanted.columns)
    if heading is not None:
        return "a list of URLs", _read_list(path, name, encoding, heading)
    table = _find_column(text, wanted.columns)
    try:
        exports = [each for each in open_sources(path) if wanted.claim_field in each.sheet.layout.columns]
    except InputError as error:
        if table is None:
            raise InputError(str(error).replace(str(path), name)) from error
        exports = []
    if exports:
        title = ", ".join(f"{each.info.tool} {each.info.report}" for each in exports)
        return title, _read_exports(exports, wanted)
    if table is None:
        raise InputError(f"{name}: it names no {wanted.what}; give one URL a line, or a table with a column of them")
    return "a table with a column of URLs", _read_table(path, name, encoding, *table)


@contextmanager
def _opened(path: Path, name: str) -> Iterator[IO[bytes]]:
    """The file's bytes, unpacked where it is gzip. Raises InputError for what cannot be read."""
    try:
        with path.open("rb") as raw:
            packed = raw.read(2) == b"\x1f\x8b"
            raw.seek(0)
            with cast(IO[bytes], gzip.open(raw)) if packed else raw as stream:
                yield stream
    except (OSError, EOFError, zlib.error) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise InputError(f"{name}: cannot be read: {reason}") from error


def _read_start(path: Path, name: str) -> bytes:
    with _opened(path, name) as stream:
        return stream.read(SNIFF_BYTES)


def _plain_list_heading(text: str, columns: Sequence[str]) -> int | None:
    """Lines above the first URL of a plain list (a lone column's name, or none); None when the file is no such list."""
    lines = [line for line in text.splitlines()[:10] if not _is_remark(line)]
    for heading, line in enumerate(lines[:2]):
        if _as_url(line) is not None and not re.search(r"[,;\t|]\s*\"?https?://", line, re.IGNORECASE):
            return heading
        if line.strip().strip('"').casefold() not in columns:
            return None
    return None


def _is_remark(line: str) -> bool:
    return not line.strip() or line.lstrip("\ufeff \t").startswith("#")


def _as_url(text: str) -> str | None:
    """An http(s) URL as it was written; a host needs a dot, so that a mere word is none."""
    bare = text.strip().strip("\ufeff\"'<> \t")
    if re.match(r"https?://", bare, re.IGNORECASE):
        url = parse(bare)
    elif _HOST_LIKE.fullmatch(bare):
        url = parse_lenient(bare)
    else:
        url = None
    return None if url is None else url.raw


def _read_list(path: Path, name: str, encoding: str, heading: int) -> Iterator[Address]:
    with _opened(path, name) as stream:
        for number, line in enumerate(read_lines(stream, encoding, name), 1):
            if line is None:
                yield too_long(number)
            elif _is_remark(line):
                continue
            elif heading:
                heading -= 1
            else:
                yield _as_url(line) or _no_url(number, line)


def _find_column(text: str, columns: Sequence[str]) -> tuple[int, str, int] | None:
    """(lines down to the header, delimiter, column) of a table that names a column as pages are named."""
    found: list[tuple[int, tuple[int, str, int]]] = []
    for number, delimiter, cells in possible_headers(text):
        names = [" ".join(cell.strip("\ufeff\"' ").casefold().split()) for cell in cells]
        ranks = [(columns.index(each), column) for column, each in enumerate(names) if each in columns]
        if len(cells) > 1 and ranks:
            found.append((min(ranks)[0], (number, delimiter, min(ranks)[1])))
    return min(found)[1] if found else None


def _read_table(
    path: Path, name: str, encoding: str, header_lines: int, delimiter: str, column: int
) -> Iterator[Address]:
    with _opened(path, name) as stream:
        for number, row in read_rows(read_lines(stream, encoding, name), delimiter, header_lines):
            if isinstance(row, RowProblem):
                yield row
            elif any(cell.strip() for cell in row):
                cell = row[column] if column < len(row) else ""
                yield _as_url(cell) or _no_url(number, cell)


def _read_exports(exports: Iterable[Source], wanted: Wanted) -> Iterator[Address]:
    for export in exports:
        for row in export.rows():
            if isinstance(row, RowProblem):
                yield row
                continue
            address = row.referring_page if wanted.claim_field == "referring_page" else row.target_url
            if address is not None:
                yield _as_url(address) or _no_url(row.line, address)


def _no_url(line: int, text: str) -> RowProblem:
    return RowProblem(line, f"not an http(s) URL: {text.strip()[:_SHOWN_CHARS]!r}")
