"""Files that tell what lost pages were: recognised as an audit would read them, from their beginning."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path

from linkreclaim.errors import InputError, UnknownFormatError
from linkreclaim.inventory.captures import check_captures
from linkreclaim.inventory.old_pages import read_old_pages
from linkreclaim.inventory.old_records import check_old_records
from linkreclaim.jobs.gathering.recognising import FIRST_ROWS
from linkreclaim.jobs.gathering.uploads import FilePart, FirstRows
from linkreclaim.model.links import RowProblem
from linkreclaim.model.pages import Capture
from linkreclaim.urls import Url

NOT_COUNTED = ""
"""In place of how well rows are counted: to count the copies in a WARC file all of it must be unpacked."""
Recognised = tuple[tuple[FilePart, ...], FirstRows]


def recognise_record(path: Path, origins: Sequence[Url]) -> Recognised:
    """A record of the old system; relative addresses belong to one of `origins`.

    Cost: the first `FIRST_ROWS` of what it tells.

    Raises:
        InputError: it is no record of pages, or cannot be read.
    """
    rows = list(islice(_rows(path, origins), FIRST_ROWS))
    problems = sum(isinstance(row, RowProblem) for row in rows)
    if problems == len(rows):
        raise InputError(f"{path}: it tells of no page")
    counted = "over" if len(rows) == FIRST_ROWS else "exact"
    return (FilePart("", "", "", len(rows) - problems, counted),), FirstRows(len(rows), problems)


def recognise_copies(path: Path) -> Recognised:
    """Copies of old pages in a WARC file. Cost: its first bytes.

    Raises:
        InputError: it is no WARC file, or cannot be read.
    """
    check_captures(path)
    return (FilePart("", "", "", 0, NOT_COUNTED),), FirstRows()


def _rows(path: Path, origins: Sequence[Url]) -> Iterator[Capture | RowProblem]:
    """What the file tells for the first origin that fits it."""
    check_old_records(path, origins)
    for origin in origins:
        with suppress(UnknownFormatError):
            yield from read_old_pages(path, origin)
            return
