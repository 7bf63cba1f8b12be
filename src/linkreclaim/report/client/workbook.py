"""The client report as a workbook: the result in a few lines, then every lost page, step, redirect and link."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any, NamedTuple

from linkreclaim.errors import MissingExtraError
from linkreclaim.model.judgements import Disposition
from linkreclaim.model.reports import BacklinkRow, DeadPageRow, PlanStep
from linkreclaim.report.client.blocks import Block, Bullets, Cell, ClientReport, Drawing, Paragraph, Table, Terms
from linkreclaim.report.client.work import ACTIONS, WHO, say_why
from linkreclaim.report.digest import is_untold
from linkreclaim.report.escape import neutralise_cell, neutralise_url
from linkreclaim.report.figures import as_utc, keep_finite
from linkreclaim.report.words import CAUSES, DECISIONS, DISPOSITIONS, SEEN, find_verdict_words

ROWS_SHOWN = 100_000
"""Rows of one sheet; a sheet holds 1,048,576 (Excel's limits), but few programs open so many with ease. Our choice."""

_SUMMARY_WIDTHS = (36, 80, 24, 16, 16)

Value = str | float | int | None


class _Column(NamedTuple):
    """A column of a sheet: its width in characters, how it is shown, and what stands in it."""

    width: int
    form: str  # "text", "url", "share", "count" or "hours"
    value: Callable[[Any], Value]


def render_client_workbook(
    report: ClientReport,
    at: datetime,
    dead: Iterable[DeadPageRow],
    steps: Iterable[PlanStep],
    links: Iterable[BacklinkRow],
) -> bytes:
    """The workbook, dated `at`; nothing in it is a formula, a link or an image.

    `dead` gives the lost pages once, most valuable first; `links` are those to lost pages. Memory: the packed workbook,
    as no row is kept.

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
        pages = _Sheet(book.add_worksheet("Lost pages"), forms, PAGE_COLUMNS)
        plan = _Sheet(book.add_worksheet("Plan"), forms, STEP_COLUMNS)
        redirects = _Sheet(book.add_worksheet("Redirects"), forms, REDIRECT_COLUMNS)
        _write_pages(dead, pages, redirects)
        _write_rows(plan, steps)
        _write_rows(_Sheet(book.add_worksheet("Links"), forms, LINK_COLUMNS), links)
    return made.getvalue()


def _write_pages(dead: Iterable[DeadPageRow], pages: "_Sheet", redirects: "_Sheet") -> None:
    """Both sheets of lost pages, for which the rows are read once."""
    for row in dead:
        if row.links and not is_untold(row):
            pages.add(row)
        if _has_redirect(row):
            redirects.add(row)
        if pages.cut and redirects.cut:
            break
    pages.end()
    redirects.end()


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


class _Sheet:
    """A sheet of rows, which are written as they come."""

    def __init__(self, sheet: Any, forms: Mapping[str, Any], columns: Mapping[str, _Column]) -> None:
        self._sheet, self._forms, self._columns = sheet, forms, tuple(columns.values())
        self._count = 0
        self.cut = False  # a row came for which there is no room
        for place, (name, column) in enumerate(columns.items()):
            sheet.set_column(place, place, column.width)
            sheet.write_string(0, place, name, forms["head"])
        sheet.freeze_panes(1, 1)

    def add(self, row: object) -> None:
        """Write a row, as long as there is room."""
        self.cut = self._count >= ROWS_SHOWN
        if self.cut:
            return
        self._count += 1
        for place, column in enumerate(self._columns):
            self._write_value(place, column, column.value(row))

    def end(self) -> None:
        """Say what was left out, and make the rows ready to be sorted out."""
        self._sheet.autofilter(0, 0, self._count, len(self._columns) - 1)
        if self.cut:
            left_out = f"Only the first {ROWS_SHOWN:,} rows are here; the CSV files of the audit have all."
            self._sheet.write_string(self._count + 1, 0, left_out, self._forms["bold"])

    def _write_value(self, place: int, column: _Column, value: Value) -> None:
        if isinstance(value, str):
            safe = neutralise_url(value) if column.form == "url" else neutralise_cell(value)
            self._sheet.write_string(self._count, place, safe, self._forms[column.form])
        elif (finite := keep_finite(value)) is not None:
            self._sheet.write_number(self._count, place, finite, self._forms[column.form])


def _write_rows(sheet: _Sheet, rows: Iterable[object]) -> None:
    for row in rows:
        sheet.add(row)
        if sheet.cut:
            break
    sheet.end()


def _write_summary(sheet: Any, forms: Mapping[str, Any], report: ClientReport) -> None:
    """The report itself, line by line; pictures are told as their tables, single pages have a sheet of their own."""
    for place, width in enumerate(_SUMMARY_WIDTHS):
        sheet.set_column(place, place, width)
    sheet.hide_gridlines(2)
    for number, (form, cells) in enumerate(_summary_lines(report)):
        for place, words in enumerate(cells):
            if words:
                sheet.write_string(number, place, neutralise_cell(words), forms[form])


def _summary_lines(report: ClientReport) -> Iterator[tuple[str, Sequence[str]]]:
    """(form, cells) of each line."""
    yield "title", (report.title,)
    yield "text", (report.prepared,)
    yield "text", ()
    yield "bold", ("In short", report.headline)
    yield "text", ("", report.detail)
    for figure in report.figures:
        yield "text", (figure.shown, figure.words)
    for section in report.sections:
        yield "text", ()
        yield "title", (section.title,)
        for block in section.blocks:
            yield from _block_lines(block)
    yield "text", ()
    yield "text", ("", report.closing)


def _block_lines(block: Block) -> Iterator[tuple[str, Sequence[str]]]:
    if isinstance(block, Paragraph):
        yield "text", ("", block.words)
    elif isinstance(block, Bullets):
        yield from (("text", ("", item)) for item in block.items)
    elif isinstance(block, Terms):
        yield from (("text", item) for item in block.items)
    elif isinstance(block, Table):
        yield "bold", (block.caption,)
        yield "head", [column.name for column in block.columns]
        yield from (("text", [_say_cell(cell) for cell in row]) for row in block.rows)
    elif isinstance(block, Drawing):
        yield "bold", (block.picture.title,)
        yield "head", block.picture.columns
        yield from (("text", row) for row in block.picture.rows)


def _say_cell(cell: Cell) -> str:
    return f"{cell.words} ({cell.note})" if cell.note else cell.words


def _has_redirect(row: DeadPageRow) -> bool:
    return row.disposition is Disposition.REDIRECT and bool(row.target_url)


PAGE_COLUMNS: Mapping[str, _Column] = {
    "Rank": _Column(6, "count", lambda row: row.rank),
    "Lost page": _Column(60, "url", lambda row: row.url),
    "Title it had": _Column(34, "text", lambda row: row.old_title),
    "What it shows": _Column(20, "text", lambda row: find_verdict_words(row.verdict).label),
    "Why it was lost": _Column(22, "text", lambda row: CAUSES[row.cause].label),
    "How sure of that": _Column(10, "share", lambda row: row.cause_confidence_0_1),
    "Share of the lost value": _Column(11, "share", lambda row: row.equity_share_0_1),
    "Links": _Column(8, "count", lambda row: row.links),
    "From websites": _Column(10, "count", lambda row: row.referring_domains),
    "Most valuable linking page": _Column(50, "url", lambda row: row.best_link),
    "To be done": _Column(18, "text", lambda row: DISPOSITIONS[row.disposition].label),
    "Should lead to": _Column(60, "url", lambda row: row.target_url if _has_redirect(row) else ""),
    "How sure of the target": _Column(
        11, "share", lambda row: row.match_confidence_0_1 if _has_redirect(row) else None
    ),
    "Agreed": _Column(11, "text", lambda row: DECISIONS[row.decision]),
}

STEP_COLUMNS: Mapping[str, _Column] = {
    "Step": _Column(6, "count", lambda step: step.rank),
    "What to do": _Column(26, "text", lambda step: ACTIONS[step.kind]),
    "Where": _Column(70, "text", lambda step: step.what),
    "Who": _Column(32, "text", lambda step: WHO[step.kind]),
    "Lost pages": _Column(8, "count", lambda step: len(step.urls)),
    "Links": _Column(8, "count", lambda step: step.links),
    "Should bring back": _Column(11, "share", lambda step: step.regained_share_0_1),
    "With the steps before": _Column(11, "share", lambda step: step.running_share_0_1),
    "Hours of work, about": _Column(10, "hours", lambda step: step.effort_hours),
    "Why": _Column(60, "text", say_why),
}

REDIRECT_COLUMNS: Mapping[str, _Column] = {
    "Old address": _Column(60, "url", lambda row: row.url),
    "New address": _Column(60, "url", lambda row: row.target_url),
    "How sure": _Column(9, "share", lambda row: row.match_confidence_0_1),
    "Agreed": _Column(11, "text", lambda row: DECISIONS[row.decision]),
    "By": _Column(16, "text", lambda row: row.decided_by),
    "Share of the lost value": _Column(11, "share", lambda row: row.equity_share_0_1),
    "Links": _Column(8, "count", lambda row: row.links),
    "Why this page": _Column(60, "text", lambda row: row.match_reason),
}

LINK_COLUMNS: Mapping[str, _Column] = {
    "Linking page": _Column(60, "url", lambda link: link.referring_page),
    "Website": _Column(28, "text", lambda link: link.referring_domain),
    "Lost page": _Column(60, "url", lambda link: link.target_url),
    "Words of the link": _Column(34, "text", lambda link: link.anchor_text),
    "Kind": _Column(14, "text", lambda link: link.rel),
    "What its page shows": _Column(20, "text", lambda link: SEEN.get(link.seen, link.seen)),
    "First seen": _Column(11, "text", lambda link: link.first_seen),
    "Last seen": _Column(11, "text", lambda link: link.last_seen),
    "Known from": _Column(30, "text", lambda link: link.sources),
}
