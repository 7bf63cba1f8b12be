"""Reads a list of the site's pages from a file: JSON lines, CSV, a plain list, or a sitemap; plain or gzipped."""

import csv
import gzip
import io
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import IO, cast

from linkreclaim.errors import InputError, UnknownFormatError, UnsafeInputError
from linkreclaim.inventory.columns import field_of, fields_of, is_live, live_page, page_url
from linkreclaim.inventory.jsonlines import json_fields
from linkreclaim.inventory.sitemap import MAX_SITEMAP_BYTES, parse_sitemap
from linkreclaim.model.links import RowProblem
from linkreclaim.model.pages import LivePage
from linkreclaim.urls import Url

_MAX_CHARS = 4_000_000_000  # unpacked; more is no page list
_MAX_LINE_CHARS = 4_000_000
_SNIFF_BYTES = 65_536
_HEADER_LINES = 5  # old Screaming Frog exports have a title line above the header, Excel a line `sep=;`
_DELIMITERS = ",;\t|"
_SHOWN_CHARS = 120


def read_pages(path: Path, site_origin: Url) -> Iterator[LivePage | RowProblem]:
    """Read a page list, recognised by what is in it; relative URLs are resolved against `site_origin`.

    Rows come in file order; a row that cannot be read is a `RowProblem` and the rest goes on. Memory does not grow with
    the file (of a sitemap, at most 50 MB are read). Raises InputError when the file cannot be read at all,
    UnknownFormatError when it is no page list, UnsafeInputError when it unpacks to more than 4 GB.
    """
    try:
        with path.open("rb") as raw:
            packed = raw.read(2) == b"\x1f\x8b"
            raw.seek(0)
            with cast(IO[bytes], gzip.open(raw)) if packed else raw as stream:
                yield from _read(stream, path, site_origin)
    except (OSError, EOFError) as error:  # a broken archive is an OSError, a cut one an EOFError
        raise InputError(f"{path}: cannot be read as a page list: {error}") from error


def _read(stream: IO[bytes], path: Path, origin: Url) -> Iterator[LivePage | RowProblem]:
    start = stream.read(_SNIFF_BYTES)
    stream.seek(0)
    encoding = _encoding(start)
    text = start.decode(encoding, "replace")
    head = text.lstrip()
    if not head:
        raise InputError(f"{path}: the file is empty; a page list has one page a line")
    if head.startswith("<"):
        return _read_sitemap(stream.read(MAX_SITEMAP_BYTES + 1), path, origin)
    lines = _lines(stream, encoding, path)
    if head.startswith("{"):
        return _read_json(lines, origin)
    header = _find_header(text)
    if header is not None:
        return _read_table(lines, *header, origin)
    if _is_plain_list(head, origin):
        return _read_plain(lines, origin)
    shown = head.splitlines()[0][:_SHOWN_CHARS]
    raise UnknownFormatError(
        f"{path}: no page list: expected JSON lines, a CSV with a column `url` (or Screaming Frog's `Address`), "
        f"one URL or path a line, or a sitemap; the file begins with {shown!r}"
    )


def _encoding(start: bytes) -> str:
    """UTF-16 only with its mark; else UTF-8, or where the beginning is none, what Excel saves in Western countries."""
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    try:
        start.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(start) - 4:  # more than a character cut at the end
            return "cp1252"
    return "utf-8-sig"


def _lines(stream: IO[bytes], encoding: str, path: Path) -> Iterator[str | None]:
    """Lines of the file, None for one that is too long."""
    read = 0
    fresh = True
    with io.TextIOWrapper(stream, encoding, errors="replace") as text:
        while piece := text.readline(_MAX_LINE_CHARS):
            read += len(piece)
            if read > _MAX_CHARS:
                raise UnsafeInputError(f"{path}: more than {_MAX_CHARS:,} characters; split the file")
            whole = piece.endswith("\n") or len(piece) < _MAX_LINE_CHARS
            if fresh:
                yield piece if whole else None
            fresh = whole


def _read_sitemap(body: bytes, path: Path, origin: Url) -> Iterator[LivePage | RowProblem]:
    document = parse_sitemap(body)
    if not document.pages:
        raise UnknownFormatError(f"{path}: {_why_no_pages(document.sitemaps, document.problems)}")
    for number, address in enumerate(document.pages, 1):
        url = page_url(address, origin)
        yield LivePage(url.without_fragment) if url else RowProblem(number, _no_url([address]))
    for problem in document.problems:
        yield RowProblem(len(document.pages), problem, kept=True)


def _why_no_pages(sitemaps: tuple[str, ...], problems: tuple[str, ...]) -> str:
    if sitemaps:
        return f"a sitemap index, which lists sitemaps and no pages; give its address instead, or {sitemaps[0]}"
    return "; ".join(("a sitemap without pages", *problems))


def _read_json(lines: Iterable[str | None], origin: Url) -> Iterator[LivePage | RowProblem]:
    for number, line in enumerate(lines, 1):
        if line is None:
            yield _too_long(number)
        elif not line.isspace():
            fields = json_fields(line)
            page = live_page(fields, origin) if fields is not None else None
            if fields is None:
                yield RowProblem(number, "no JSON object on one line")
            elif page is None:
                yield RowProblem(number, _no_url(fields.get("url")))
            elif is_live(fields):
                yield page


def _find_header(text: str) -> tuple[int, str, dict[int, str]] | None:
    """(lines down to the header, delimiter, field by column number) of a table; None where no row names a URL."""
    for number, line in enumerate(islice(io.StringIO(text, None), _HEADER_LINES), 1):
        for delimiter in _DELIMITERS:
            cells = next(csv.reader([line], delimiter=delimiter), [])
            columns = {i: field for i, cell in enumerate(cells) if (field := field_of(cell))}
            if "url" in columns.values():
                return number, delimiter, columns
    return None


def _read_table(
    lines: Iterator[str | None], header_lines: int, delimiter: str, columns: dict[int, str], origin: Url
) -> Iterator[LivePage | RowProblem]:
    skipped = sum(1 for _ in islice(lines, header_lines))
    for number, row in _rows(lines, delimiter):
        if isinstance(row, RowProblem):
            yield RowProblem(number + skipped, row.reason)
            continue
        fields = fields_of((columns[i], cell) for i, cell in enumerate(row) if i in columns)
        page = live_page(fields, origin)
        if page is None and fields:
            yield RowProblem(number + skipped, _no_url(fields.get("url")))
        elif page is not None and is_live(fields):
            yield page


def _rows(lines: Iterator[str | None], delimiter: str) -> Iterator[tuple[int, list[str] | RowProblem]]:
    """Rows of a table with the line they start on."""
    too_long: list[int] = []
    reader = csv.reader(_kept_lines(lines, too_long), delimiter=delimiter)
    while True:
        start = reader.line_num + 1
        try:
            row: list[str] | RowProblem | None = next(reader, None)
        except csv.Error as error:
            row = RowProblem(start, f"broken row: {error}")
        while too_long:
            yield too_long[0], _too_long(too_long.pop(0))
        if row is None:
            return
        if row:
            yield start, row


def _kept_lines(lines: Iterator[str | None], too_long: list[int]) -> Iterator[str]:
    for number, line in enumerate(lines, 1):
        if line is None:
            too_long.append(number)
        yield line or "\n"


def _is_plain_list(head: str, origin: Url) -> bool:
    first = next((line.strip() for line in head.splitlines() if _is_entry(line)), "")
    host = origin.netloc.removeprefix("www.")
    return first.startswith(("/", "http://", "https://")) or first.removeprefix("www.").split("/")[0] == host


def _is_entry(line: str) -> bool:
    return bool(line.strip()) and not line.startswith("#")


def _read_plain(lines: Iterable[str | None], origin: Url) -> Iterator[LivePage | RowProblem]:
    for number, line in enumerate(lines, 1):
        if line is None:
            yield _too_long(number)
        elif _is_entry(line):
            url = page_url(line, origin)
            yield LivePage(url.without_fragment) if url else RowProblem(number, _no_url([line.strip()]))


def _no_url(values: Iterable[str] | None) -> str:
    value = next(iter(values or ()), None)
    return "no URL" if value is None else f"no http(s) URL: {value[:_SHOWN_CHARS]!r}"


def _too_long(number: int) -> RowProblem:
    return RowProblem(number, f"line of more than {_MAX_LINE_CHARS:,} characters")
