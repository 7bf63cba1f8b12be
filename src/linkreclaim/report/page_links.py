"""The links of a list of pages: the rows of `linkreclaim links`."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from linkreclaim.model.reports import PageLinkRow, PageState
from linkreclaim.report.escape import neutralise_cell, neutralise_url
from linkreclaim.report.figures import show_iso
from linkreclaim.report.row_files import RowForm, show_value, whole_text

PAGE_LINK_COLUMNS: Mapping[str, Callable[[PageLinkRow], str]] = {
    "referring_page": lambda row: neutralise_url(row.referring_page),
    "target_url": lambda row: neutralise_url(row.target_url),
    "anchor_text": lambda row: neutralise_cell(row.anchor_text),
    "rel": lambda row: row.rel,
    "nofollow": lambda row: show_value(row.nofollow),
    "place": lambda row: row.place,
    "context": lambda row: neutralise_cell(row.context),
    "links_on_page": lambda row: show_value(row.links_on_page),
    "page_noindex": lambda row: show_value(row.page_noindex),
    "status": lambda row: row.status,
    "status_code": lambda row: show_value(row.status_code),
    "final_url": lambda row: neutralise_url(row.final_url),
    "canonical": lambda row: neutralise_url(row.canonical),
    "reason": lambda row: neutralise_cell(row.reason),
    "seen_at": lambda row: show_iso(row.seen_at),
}


def page_link_values(row: PageLinkRow) -> dict[str, Any]:
    """A row as plain JSON values."""
    values = {name: getattr(row, name) for name in PAGE_LINK_COLUMNS}
    texts = {name: whole_text(value) for name, value in values.items() if isinstance(value, str)}
    return {**values, **texts, "seen_at": show_iso(row.seen_at)}


def read_page_links(bodies: Iterable[Mapping[str, Any]]) -> Iterator[PageLinkRow]:
    """Rows out of what `page_link_values` made."""
    for values in bodies:
        known = {"status": PageState(values["status"]), "seen_at": datetime.fromisoformat(values["seen_at"])}
        yield PageLinkRow(**{**values, **known})


PAGE_LINKS: RowForm[PageLinkRow] = RowForm(PAGE_LINK_COLUMNS, page_link_values)
