"""Reads a list of the site's pages from a file: JSON lines, CSV, a plain list, or a sitemap; plain or gzipped."""

import gzip
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, cast

from linkreclaim.errors import InputError, UnknownFormatError
from linkreclaim.inventory.columns import field_of, fields_of, is_live, live_page, page_url
from linkreclaim.inventory.jsonlines import json_fields
from linkreclaim.inventory.sitemap import MAX_SITEMAP_BYTES, parse_sitemap
from linkreclaim.inventory.tables import SNIFF_BYTES, encoding_of, possible_headers, read_lines, read_rows, too_long
from linkreclaim.model.links import RowProblem
from linkreclaim.model.pages import LivePage
from linkreclaim.urls import Url

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
                yield from read_page_list(stream, str(path), site_origin)
    except (
        OSError,
        EOFError,
        zlib.error,
    ) as error:  # a broken archive is an OSError or a zlib.error, a cut one an EOFError
        raise InputError(f"{path}: cannot be read as a page list: {error}") from error


def read_page_list(stream: IO[bytes], name: str, origin: Url) -> Iterator[LivePage | RowProblem]:
    """Read a page list that is open already and not packed; `name` is how errors call it.

    Raises what `read_pages` raises, and what the stream raises.
    """
    start = stream.read(SNIFF_BYTES)
    stream.seek(0)
    encoding = encoding_of(start)
    text = start.decode(encoding, "replace")
    head = text.lstrip()
    if not head:
        raise InputError(f"{name}: the file is empty; a page list has one page a line")
    if head.startswith("<"):
        return _read_sitemap(stream.read(MAX_SITEMAP_BYTES + 1), name, origin)
    lines = read_lines(stream, encoding, name)
    if head.startswith("{"):
        return _read_json(lines, origin)
    header = _find_header(text)
    if header is not None:
        return _read_table(lines, *header, origin)
    if _is_plain_list(head, origin):
        return _read_plain(lines, origin)
    shown = head.splitlines()[0][:_SHOWN_CHARS]
    raise UnknownFormatError(
        f"{name}: no page list: expected JSON lines, a CSV with a column `url` (or Screaming Frog's `Address`), "
        f"one URL or path a line, or a sitemap; the file begins with {shown!r}"
    )


def _read_sitemap(body: bytes, name: str, origin: Url) -> Iterator[LivePage | RowProblem]:
    document = parse_sitemap(body)
    if not document.pages:
        raise UnknownFormatError(f"{name}: {_why_no_pages(document.sitemaps, document.problems)}")
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
            yield too_long(number)
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
    for number, delimiter, cells in possible_headers(text):
        columns = {i: field for i, cell in enumerate(cells) if (field := field_of(cell))}
        if "url" in columns.values():
            return number, delimiter, columns
    return None


def _read_table(
    lines: Iterator[str | None], header_lines: int, delimiter: str, columns: dict[int, str], origin: Url
) -> Iterator[LivePage | RowProblem]:
    for number, row in read_rows(lines, delimiter, header_lines):
        if isinstance(row, RowProblem):
            yield row
            continue
        fields = fields_of((columns[i], cell) for i, cell in enumerate(row) if i in columns)
        page = live_page(fields, origin)
        if page is None and fields:
            yield RowProblem(number, _no_url(fields.get("url")))
        elif page is not None and is_live(fields):
            yield page


def _is_plain_list(head: str, origin: Url) -> bool:
    first = next((line.strip() for line in head.splitlines() if _is_entry(line)), "")
    host = origin.netloc.removeprefix("www.")
    return first.startswith(("/", "http://", "https://")) or first.removeprefix("www.").split("/")[0] == host


def _is_entry(line: str) -> bool:
    return bool(line.strip()) and not line.startswith("#")


def _read_plain(lines: Iterable[str | None], origin: Url) -> Iterator[LivePage | RowProblem]:
    for number, line in enumerate(lines, 1):
        if line is None:
            yield too_long(number)
        elif _is_entry(line):
            url = page_url(line, origin)
            yield LivePage(url.without_fragment) if url else RowProblem(number, _no_url([line.strip()]))


def _no_url(values: Iterable[str] | None) -> str:
    value = next(iter(values or ()), None)
    return "no URL" if value is None else f"no http(s) URL: {value[:_SHOWN_CHARS]!r}"
