"""What the records of an old system tell of the pages it had: its export, an earlier crawl, a sitemap, a list."""

import gzip
import lzma
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import IO, cast

from linkreclaim.errors import InputError, UnknownFormatError
from linkreclaim.inventory.files import read_page_list
from linkreclaim.inventory.moved import MovedTable, find_moved, read_moved
from linkreclaim.inventory.shop import Row, ShopTable, find_shop, read_shop
from linkreclaim.inventory.tables import SNIFF_BYTES, encoding_of, read_lines, read_rows
from linkreclaim.inventory.wordpress import MARK, read_wordpress
from linkreclaim.model.links import RowProblem
from linkreclaim.model.pages import Capture, LivePage
from linkreclaim.urls import Url, match_key

_MAX_MEMBERS = 1_000
_GZIP, _ZIP = b"\x1f\x8b", b"PK\x03\x04"
_WORKBOOK = "[Content_Types].xml"  # every Office Open XML file has it


def read_old_pages(path: Path, site_origin: Url) -> Iterator[Capture | RowProblem]:
    """What a record of the old site tells of its pages, each as a capture; relative addresses belong to `site_origin`.

    Told by its content: a WordPress export (WXR), a product export of Shopify, WooCommerce or Magento, and every page
    list that `read_pages` reads (a crawl by Screaming Frog, a sitemap, JSON lines, CSV, addresses). Plain, gzipped, or
    any number of them in a zip. A row that cannot be read is a `RowProblem` and the rest goes on. Memory does not grow
    with the file. One page may come several times, under each of its addresses.

    Raises:
        InputError: the file cannot be read at all.
        UnknownFormatError: it is no record of pages.
        UnsafeInputError: it unpacks to more than 4 GB.
    """
    try:
        for source in _sources(path):
            yield from _read(source, site_origin)
    except (
        OSError,
        EOFError,
        zlib.error,
        lzma.LZMAError,
        zipfile.BadZipFile,
        RuntimeError,
        NotImplementedError,
    ) as error:
        # Of a zip: RuntimeError is a password, NotImplementedError a compression that Python has not.
        raise InputError(f"{path}: cannot be read as a record of old pages: {error}") from error


@dataclass(frozen=True, slots=True)
class _Source:
    """One unpacked file, to be opened as often as needed."""

    name: str  # for errors
    shown: str  # for the origin of its captures
    open: Callable[[], IO[bytes]]


def _sources(path: Path) -> Iterator[_Source]:
    with path.open("rb") as stream:
        start = stream.read(4)
    if start == _ZIP:
        yield from _members(path)
    elif start[:2] == _GZIP:
        yield _Source(str(path), path.name, lambda: cast(IO[bytes], gzip.open(path)))  # noqa: SIM115 - closed by its reader
    else:
        yield _Source(str(path), path.name, lambda: path.open("rb"))


def _members(path: Path) -> Iterator[_Source]:
    """The files of a zip; wordpress.com splits a large export into several."""
    with zipfile.ZipFile(path) as archive:
        names = [member.filename for member in archive.infolist() if not member.is_dir()]
        if _WORKBOOK in names:
            raise UnknownFormatError(f"{path}: a workbook; save its sheet as CSV and give that")
        kept = [name for name in names if not name.startswith("__MACOSX/") and PurePosixPath(name).name[:1] != "."]
        if not kept or len(kept) > _MAX_MEMBERS:
            raise InputError(f"{path}: holds {len(kept):,} files; expected 1 to {_MAX_MEMBERS:,}")
        for name in kept:
            shown = PurePosixPath(name).name
            yield _Source(f"{path}: {name}", shown, lambda name=name: archive.open(name))  # type: ignore[misc]


def _read(source: _Source, site: Url) -> Iterator[Capture | RowProblem]:
    with source.open() as stream:
        start = stream.read(SNIFF_BYTES)
    encoding = encoding_of(start)
    text = start.decode(encoding, "replace")
    if text.lstrip().startswith("<") and MARK in start:
        with source.open() as stream:
            yield from read_wordpress(stream, source.name, f"{source.shown} (WordPress)")
        return
    shop = None if text.lstrip().startswith(("<", "{")) else find_shop(text)
    if shop is not None:
        yield from read_shop(shop, lambda: _rows(source, encoding, shop), site, f"{source.shown} ({shop.shop})")
        return
    yield from _read_list(source, encoding, text, site)


def _read_list(source: _Source, encoding: str, text: str, site: Url) -> Iterator[Capture | RowProblem]:
    """A page list; where a crawl saw redirects, a page also under the addresses that led to it."""
    moved: dict[str, list[str]] = {}
    if (table := find_moved(text)) is not None:
        moved = read_moved(table, _rows(source, encoding, table), site)
    with source.open() as stream:
        for row in read_page_list(stream, source.name, site):
            if isinstance(row, RowProblem):
                yield row
                continue
            capture = _capture(row, source.shown)
            yield capture
            yield from (
                replace(capture, url=address, redirects_to=row.url)
                for address in moved.get(match_key(row.url) or "", ())
            )


def _rows(source: _Source, encoding: str, table: ShopTable | MovedTable) -> Iterator[Row]:
    return read_rows(read_lines(source.open(), encoding, source.name), table.delimiter, table.header_lines)


def _capture(page: LivePage, origin: str) -> Capture:
    text = " ".join(part for part in (page.description, page.text) if part)
    return Capture(page.url, page.title, text, page.headings, page.lang, page.ids, origin=origin)
