"""What the user's records of the old site (`--old FILE`) tell of the pages that are asked for."""

import re
from collections.abc import Collection, Sequence
from pathlib import Path

from linkreclaim.errors import UnknownFormatError
from linkreclaim.inventory.old_pages import read_old_pages
from linkreclaim.model.links import RowProblem
from linkreclaim.model.pages import Capture
from linkreclaim.urls import Url, match_key

RECORDS_PER_PAGE = 3
"""Records kept of one page; several files may tell of it (our choice)."""
_MAX_PROBLEMS = 200
_IN_COLLECTION = re.compile(r"([^/]+)/collections/[^/?]+(/products/[^/?]+)/?(?:\?.*)?")
"""Shopify shows a product also below each collection it is in and names `/products/HANDLE` as its canonical address
(from documentation: the Liquid filter `within`)."""


def check_old_records(file: Path, origins: Sequence[Url]) -> None:
    """Refuse a file that is no record of pages for any of the origins. Cost: reads its beginning.

    Raises InputError (or one of its kinds) with the file and what to do.
    """
    refused: list[UnknownFormatError] = []
    for origin in origins:
        try:
            next(read_old_pages(file, origin), None)
            return
        except UnknownFormatError as error:
            refused.append(error)
    raise refused[0]


class OldRecords:
    """Records of wanted pages out of any number of files, found by URL. Memory: those of the wanted pages.

    Raises InputError (or one of its kinds) when a file cannot be read at all.
    """

    def __init__(self, files: Sequence[Path], origins: Sequence[Url], wanted: Collection[str]) -> None:
        """`wanted`: match keys of the pages that will be asked for.

        Relative addresses belong to each of `origins`, the site's first, then those of its former hosts: which of them
        a file was written on is not known. Cost: each file is read once for each origin.
        """
        self._wanted = {*wanted, *filter(None, map(_product_key, wanted))}
        self._records: dict[str, list[Capture]] = {}
        self._problems: list[str] = []
        for file in files:
            check_old_records(file, origins)
            self._read(file, origins)

    def __len__(self) -> int:
        return len(self._records)

    @property
    def problems(self) -> tuple[str, ...]:
        """Rows that could not be read, with file and line."""
        return tuple(self._problems)

    def find(self, url: Url) -> tuple[Capture, ...]:
        """The records of a page, in the order of the files; those of a Shopify product also below a collection."""
        keys = filter(None, (url.key, _product_key(url.key)))
        return next((tuple(self._records[key]) for key in keys if key in self._records), ())

    def _read(self, file: Path, origins: Sequence[Url]) -> None:
        told: dict[str, None] = {}
        for origin in origins:
            try:
                for row in read_old_pages(file, origin):
                    if isinstance(row, RowProblem):
                        if len(told) < _MAX_PROBLEMS:
                            told[f"{file.name} line {row.line}: {row.reason}"] = None
                    elif (key := match_key(row.url)) is not None and key in self._wanted:
                        self._keep(key, row)
            except UnknownFormatError:  # a list of another host's addresses without their scheme
                continue
        self._problems += list(told)[: _MAX_PROBLEMS - len(self._problems)]

    def _keep(self, key: str, record: Capture) -> None:
        held = self._records.setdefault(key, [])
        if len(held) < RECORDS_PER_PAGE and record not in held:
            held.append(record)


def _product_key(key: str) -> str | None:
    """The key of the product that an address below a collection shows."""
    found = _IN_COLLECTION.fullmatch(key)
    return found[1] + found[2] if found else None
