"""The links of a list of pages as CSV or JSON lines, to a file or as they come."""

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

from linkreclaim.model.reports import PageLinkRow, PageState
from linkreclaim.report.escape import neutralise_cell, neutralise_url
from linkreclaim.report.figures import show_iso
from linkreclaim.report.files import open_whole
from linkreclaim.report.tables import CSV_ENCODING


def _show(value: bool | int | None) -> str:
    """`true` and `false` as JSON writes them; nothing where nothing is known."""
    return "" if value is None else json.dumps(value)


PAGE_LINK_COLUMNS: Mapping[str, Callable[[PageLinkRow], str]] = {
    "referring_page": lambda row: neutralise_url(row.referring_page),
    "target_url": lambda row: neutralise_url(row.target_url),
    "anchor_text": lambda row: neutralise_cell(row.anchor_text),
    "rel": lambda row: row.rel,
    "nofollow": lambda row: _show(row.nofollow),
    "place": lambda row: row.place,
    "context": lambda row: neutralise_cell(row.context),
    "links_on_page": lambda row: _show(row.links_on_page),
    "page_noindex": lambda row: _show(row.page_noindex),
    "status": lambda row: row.status,
    "status_code": lambda row: _show(row.status_code),
    "final_url": lambda row: neutralise_url(row.final_url),
    "canonical": lambda row: neutralise_url(row.canonical),
    "reason": lambda row: neutralise_cell(row.reason),
    "seen_at": lambda row: show_iso(row.seen_at),
}


class PageLinkWriter:
    """Writes rows to an open text stream as CSV with a header, or as JSON lines; cells of the CSV are neutralised."""

    def __init__(self, stream: TextIO, as_json: bool) -> None:
        self._stream = stream
        self._as_json = as_json
        self._csv = csv.writer(stream)
        if not as_json:
            self._csv.writerow(PAGE_LINK_COLUMNS)

    def write(self, rows: Iterable[PageLinkRow]) -> None:
        """Write rows; what is written is on its way when this returns."""
        for row in rows:
            if self._as_json:
                self._stream.write(json.dumps(page_link_values(row), ensure_ascii=True) + "\n")
            else:
                self._csv.writerow([cell(row) for cell in PAGE_LINK_COLUMNS.values()])
        self._stream.flush()


def write_page_links(path: Path, rows: Iterable[PageLinkRow]) -> None:
    """Write a whole file, as CSV (with the mark that Excel wants) or, where it is named .jsonl, as JSON lines.

    Raises LinkreclaimError when the file cannot be written.
    """
    as_json = path.suffix.lower() == ".jsonl"
    with open_whole(path, "utf-8" if as_json else CSV_ENCODING) as stream:
        PageLinkWriter(stream, as_json).write(rows)


def page_link_values(row: PageLinkRow) -> dict[str, Any]:
    """A row as plain JSON values."""
    values = {name: getattr(row, name) for name in PAGE_LINK_COLUMNS}
    texts = {name: _whole(value) for name, value in values.items() if isinstance(value, str)}
    return {**values, **texts, "seen_at": show_iso(row.seen_at)}


def read_page_links(bodies: Iterable[Mapping[str, Any]]) -> Iterator[PageLinkRow]:
    """Rows out of what `page_link_values` made."""
    for values in bodies:
        known = {"status": PageState(values["status"]), "seen_at": datetime.fromisoformat(values["seen_at"])}
        yield PageLinkRow(**{**values, **known})


def _whole(text: str) -> str:
    """Text that any encoding of Unicode can hold: half characters are replaced."""
    return str(text).encode("utf-8", "replace").decode("utf-8")
