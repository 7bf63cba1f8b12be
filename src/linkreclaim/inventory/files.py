"""Reads a list of the site's pages from a file: JSON lines, CSV, a plain list, or a sitemap; plain or gzipped."""

from collections.abc import Iterator
from pathlib import Path
from typing import IO

from linkreclaim.errors import UnknownFormatError
from linkreclaim.inventory.columns import field_of, is_live, live_page
from linkreclaim.inventory.entries import Entry, ListForm, look_into, no_url, open_list, read_entries
from linkreclaim.inventory.sitemap import MAX_SITEMAP_BYTES, parse_sitemap
from linkreclaim.model.links import RowProblem
from linkreclaim.model.pages import LivePage
from linkreclaim.urls import Url

PAGE_LIST = ListForm(
    "page list",
    field_of,
    "JSON lines, a CSV with a column `url` (or Screaming Frog's `Address`), one URL or path a line, or a sitemap",
)


def read_pages(path: Path, site_origin: Url) -> Iterator[LivePage | RowProblem]:
    """Read a page list, recognised by what is in it; relative URLs are resolved against `site_origin`.

    Rows come in file order; a row that cannot be read is a `RowProblem` and the rest goes on. Memory does not grow with
    the file (of a sitemap, at most 50 MB are read). Raises InputError when the file cannot be read at all,
    UnknownFormatError when it is no page list, UnsafeInputError when it unpacks to more than 4 GB.
    """
    for row in read_named_pages(path, site_origin):
        yield row if isinstance(row, RowProblem) else row[1]


def read_named_pages(path: Path, site_origin: Url) -> Iterator[tuple[str, LivePage] | RowProblem]:
    """The same, each page with its address as the file spells it."""
    with open_list(path, PAGE_LIST.name) as stream:
        yield from _named_pages(stream, str(path), site_origin)


def read_page_list(stream: IO[bytes], name: str, origin: Url) -> Iterator[LivePage | RowProblem]:
    """Read a page list that is open already and not packed; `name` is how errors call it.

    Raises what `read_pages` raises, and what the stream raises.
    """
    for row in _named_pages(stream, name, origin):
        yield row if isinstance(row, RowProblem) else row[1]


def read_page_entries(stream: IO[bytes], name: str, origin: Url | None) -> Iterator[Entry | RowProblem]:
    """Rows of a page list before their addresses are looked at. Raises what `read_pages` raises."""
    unread = look_into(stream, name)
    if unread.head.startswith("<"):
        return _read_sitemap(stream.read(MAX_SITEMAP_BYTES + 1), name)
    return read_entries(unread, name, PAGE_LIST, origin)


def _named_pages(stream: IO[bytes], name: str, origin: Url) -> Iterator[tuple[str, LivePage] | RowProblem]:
    for entry in read_page_entries(stream, name, origin):
        if isinstance(entry, RowProblem):
            yield entry
            continue
        page = live_page(entry.fields, origin)
        if page is None:
            yield RowProblem(entry.line, no_url(entry.fields.get("url")))
        elif is_live(entry.fields):
            yield entry.fields["url"][0].strip(), page


def _read_sitemap(body: bytes, name: str) -> Iterator[Entry | RowProblem]:
    document = parse_sitemap(body)
    if not document.pages:
        raise UnknownFormatError(f"{name}: {_why_no_pages(document.sitemaps, document.problems)}")
    yield from (Entry(number, {"url": [address]}) for number, address in enumerate(document.pages, 1))
    for problem in document.problems:
        yield RowProblem(len(document.pages), problem, kept=True)


def _why_no_pages(sitemaps: tuple[str, ...], problems: tuple[str, ...]) -> str:
    if sitemaps:
        return f"a sitemap index, which lists sitemaps and no pages; give its address instead, or {sitemaps[0]}"
    return "; ".join(("a sitemap without pages", *problems))
