"""The client report as a workbook: the result in a few lines, then every lost page, step, redirect and link."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from io import BytesIO
from itertools import islice
from typing import Any, NamedTuple, TypeVar

from linkreclaim.errors import MissingExtraError
from linkreclaim.model.judgements import Disposition
from linkreclaim.model.reports import BacklinkRow, DeadPageRow, PlanStep
from linkreclaim.report.client.blocks import Bullets, ClientReport, Paragraph, Table, Terms
from linkreclaim.report.client.work import ACTIONS, WHO
from linkreclaim.report.digest import is_untold
from linkreclaim.report.escape import neutralise_cell, neutralise_url
from linkreclaim.report.figures import as_utc, keep_finite, show_percent
from linkreclaim.report.words import CAUSES, DECISIONS, DISPOSITIONS, SEEN, find_verdict_words

ROWS_SHOWN = 100_000
"""Rows of one sheet; a sheet holds 1,048,576 (Excel's limits), but few programs open so many with ease. Our choice."""

RowT = TypeVar("RowT")
Value = str | float | int | None


class _Column(NamedTuple):
    """A column of a sheet: its width in characters, how it is shown, and what stands in it."""

    width: int
    form: str  # "text", "url", "share" or "count"
    value: Callable[[Any], Value]


def render_client_workbook(
    report: ClientReport,
    at: datetime,
    dead: Callable[[], Iterable[DeadPageRow]],
    steps: Iterable[PlanStep],
    links: Iterable[BacklinkRow],
) -> bytes:
    """The workbook, dated `at`; nothing in it is a formula, a link or an image.

    `dead` gives the lost pages, most valuable first, each time it is called; `links` are those to lost pages. Memory:
    the packed rows of one sheet at a time.

    Raises:
        MissingExtraError: XlsxWriter is not installed.
    """
    try:
        import xlsxwriter
    except ImportError:
        raise MissingExtraError("a workbook needs the reports extra: pip install 'linkreclaim[reports]'") from None
    made = BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(made, options) as book:
        book.set_properties({"title": report.title, "created": as_utc(at).replace(tzinfo=None)})
        forms = _add_forms(book)
        _write_summary(book.add_worksheet("Summary"), forms, report)
        _write_rows(book.add_worksheet("Lost pages"), forms, PAGE_COLUMNS, (row for row in dead() if row.links and not is_untold(row)))
        _write_rows(book.add_worksheet("Plan"), forms, STEP_COLUMNS, steps)
        _write_rows(book.add_worksheet("Redirects"), forms, REDIRECT_COLUMNS, filter(_has_redirect, dead()))
        _write_rows(book.add_worksheet("Links"), forms, LINK_COLUMNS, links)
    return made.getvalue()


def _add_forms(book: Any) -> Mapping[str, Any]:
    top = {"valign": "top"}
    return {
        "title": book.add_format({"bold": True, "font_size": 16, "text_wrap": True, **top}),
        "head": book.add_format({"bold": True, "bottom": 1, "text_wrap": True, **top}),
        "wrap": book.add_format({"text_wrap": True, **top}),
        "bold": book.add_format({"bold": True, "text_wrap": True, **top}),
        "text": book.add_format({"text_wrap": True, **top}),
        "url": book.add_format(top),
        "share": book.add_format({"num_format": "0.0%", **top}),
        "count": book.add_format({"num_format": "#,##0", **top}),
        "hours": book.add_format({"num_format": "0.0", **top}),
    }


def _write_rows(sheet: Any, forms: Mapping[str, Any], columns: Mapping[str, _Column], rows: Iterable[RowT]) -> None:
    for place, (name, column) in enumerate(columns.items()):
        sheet.set_column(place, place, column.width)
        sheet.write_string(0, place, name, forms["head"])
    sheet.freeze_panes(1, 1)
    waiting = iter(rows)
    count = 0
    for count, row in enumerate(islice(waiting, ROWS_SHOWN), 1):
        for place, column in enumerate(columns.values()):
            _write_value(sheet, count, place, column, row, forms)
    sheet.autofilter(0, 0, count, len(columns) - 1)
    if next(waiting, None) is not None:
        left_out = f"Only the first {ROWS_SHOWN:,} rows are here; the CSV files of the audit have all."
        sheet.write_string(count + 1, 0, left_out, forms["bold"])


def _write_value(sheet: Any, row: int, place: int, column: _Column, of: object, forms: Mapping[str, Any]) -> None:
    value = column.value(of)
    if isinstance(value, str):
        safe = neutralise_url(value) if column.form == "url" else neutralise_cell(value)
        sheet.write_string(row, place, safe, forms[column.form])
    elif (finite := keep_finite(value)) is not None:
        sheet.write_number(row, place, finite, forms[column.form])


def _write_summary(sheet: Any, forms: Mapping[str, Any], report: ClientReport) -> None:
    """The result, the figures, and the chapters that are words and small tables."""
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 4, 30)
    sheet.hide_gridlines(2)
    lines = [(report.title, "title"), (report.prepared, "text"), (report.headline, "bold"), (report.detail, "text")]
    at = 0
    for words, form in lines:
        sheet.write_string(at, 0, neutralise_cell(words), forms[form])
        at += 1
    at += 1
    for figure in report.figures:
        sheet.write_string(at, 0, neutralise_cell(figure.words), forms["text"])
        sheet.write_string(at, 1, neutralise_cell(figure.shown), forms["bold"])
        at += 1
