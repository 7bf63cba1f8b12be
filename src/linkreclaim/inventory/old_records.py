"""What the user's records of the old site (`--old FILE`) tell of the pages that are asked for."""

from collections.abc import Collection, Sequence
from pathlib import Path

from linkreclaim.inventory.old_pages import read_old_pages
from linkreclaim.model.links import RowProblem
from linkreclaim.model.pages import Capture
from linkreclaim.urls import Url, match_key

RECORDS_PER_PAGE = 3
"""Records kept of one page; several files may tell of it (our choice)."""
_MAX_PROBLEMS = 200


class OldRecords:
    """Records of wanted pages out of any number of files, found by URL. Memory: those of the wanted pages.

    Raises InputError (or one of its kinds) when a file cannot be read at all.
    """

    def __init__(self, files: Sequence[Path], site_origin: Url, wanted: Collection[str]) -> None:
        """`wanted`: match keys of the pages that will be asked for; relative addresses belong to `site_origin`."""
        self._records: dict[str, list[Capture]] = {}
        self._problems: list[str] = []
        for file in files:
            for row in read_old_pages(file, site_origin):
                if isinstance(row, RowProblem):
                    self._report(f"{file.name} line {row.line}: {row.reason}")
                elif (key := match_key(row.url)) is not None and key in wanted:
                    self._keep(key, row)

    def __len__(self) -> int:
        return len(self._records)

    @property
    def problems(self) -> tuple[str, ...]:
        """Rows that could not be read, with file and line."""
        return tuple(self._problems)

    def find(self, url: Url) -> tuple[Capture, ...]:
        """The records of a page, in the order of the files."""
        return tuple(self._records.get(url.key, ()))

    def _keep(self, key: str, record: Capture) -> None:
        held = self._records.setdefault(key, [])
        if len(held) < RECORDS_PER_PAGE:
            held.append(record)

    def _report(self, problem: str) -> None:
        if len(self._problems) < _MAX_PROBLEMS:
            self._problems.append(problem)
