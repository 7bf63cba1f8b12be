"""What a view of the dead pages is saved as: CSV and JSON as they come, or a workbook; the columns are the audit's."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from linkreclaim.errors import LinkreclaimError, MissingExtraError
from linkreclaim.model.reports import DeadPageRow
from linkreclaim.report.digest import is_untold
from linkreclaim.report.document import to_plain
from linkreclaim.report.tables import CSV_ENCODING, DEAD_PAGE_COLUMNS, REDIRECT_COLUMNS

Columns = Mapping[str, Callable[[DeadPageRow], str]]
EXPORTED: Mapping[str, Columns] = {"dead_pages": DEAD_PAGE_COLUMNS, "redirects": REDIRECT_COLUMNS}
"""Columns by the name of a file."""
ROWS_AT_ONCE = 200
_NUMBERS = frozenset({"rank", "links", "links_seen", "looks_dead", "referring_domains", "status"})
_WIDTHS = {"url": 60, "source": 60, "target": 60, "target_url": 60, "title": 40, "best_link": 40}
_MOST_ROWS = 1_048_575
"""Below the header. **Source:** Microsoft, "Excel specifications and limits": 1,048,576 rows by 16,384 columns."""


def csv_chunks(name: str, rows: Iterable[DeadPageRow]) -> Iterator[bytes]:
    """`dead_pages.csv` or `redirects.csv` of some rows, as an audit writes it. Memory: `ROWS_AT_ONCE` rows."""
    cells = tuple(EXPORTED[name].values())
    yield _lines([list(EXPORTED[name])]).encode(CSV_ENCODING)
    for block in _blocks(_exported(name, rows)):
        yield _lines([[cell(row) for cell in cells] for row in block]).encode("utf-8")


def json_chunks(rows: Iterable[DeadPageRow]) -> Iterator[bytes]:
    """Rows as one JSON array of objects, with the fields of `dead_pages` in `summary.json`."""
    opening = b"["
    for block in _blocks(rows):
        texts = (json.dumps(to_plain(row), allow_nan=False, separators=(",", ":")) for row in block)
        yield opening + b"\n" + ",\n".join(texts).encode("ascii")
        opening = b","
    yield b"\n]\n" if opening == b"," else b"[]\n"


def write_workbook(path: Path, name: str, rows: Iterable[DeadPageRow]) -> None:
    """The same rows as a workbook: text is text, whatever it begins with, and no cell is a link.

    Raises:
        MissingExtraError: the `reports` extra is not installed.
        LinkreclaimError: there are more rows than a sheet holds.
    """
    try:
        import xlsxwriter
    except ImportError as error:
        raise MissingExtraError(
            "workbooks need an optional part: pip install 'linkreclaim[reports]'; CSV needs nothing"
        ) from error
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(path), {**options, "strings_to_numbers": False}) as workbook:
        sheet = workbook.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        _write_header(sheet, EXPORTED[name], workbook.add_format({"bold": True}))
        for number, row in enumerate(_exported(name, rows), 1):
            if number > _MOST_ROWS:
                raise LinkreclaimError(f"a sheet holds {_MOST_ROWS:,} rows and there are more: filter, or take CSV")
            _write_row(sheet, number, EXPORTED[name], row)


def _write_header(sheet: Any, columns: Columns, bold: Any) -> None:
    for place, column in enumerate(columns):
        sheet.set_column(place, place, _WIDTHS.get(column, 16))
        sheet.write_string(0, place, column, bold)
    sheet.autofilter(0, 0, 0, len(columns) - 1)


def _write_row(sheet: Any, number: int, columns: Columns, row: DeadPageRow) -> None:
    for place, (column, cell) in enumerate(columns.items()):
        text = cell(row)
        if text and (column in _NUMBERS or column.endswith("_0_1")):
            sheet.write_number(number, place, float(text))
        elif text:
            sheet.write_string(number, place, text)


def _exported(name: str, rows: Iterable[DeadPageRow]) -> Iterator[DeadPageRow]:
    """The sheet to decide in has no line for what could not be told."""
    return (row for row in rows if name != "redirects" or not is_untold(row))


def _blocks(rows: Iterable[DeadPageRow]) -> Iterator[list[DeadPageRow]]:
    remaining = iter(rows)
    while block := list(islice(remaining, ROWS_AT_ONCE)):
        yield block


def _lines(rows: Iterable[list[str]]) -> str:
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows(rows)
    return stream.getvalue()
