"""The CSV files of an audit: UTF-8 with a byte-order mark, so that Excel reads them right; every cell neutralised."""

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from linkreclaim.model.judgements import Disposition
from linkreclaim.model.matches import Role
from linkreclaim.model.redirects import MapMatch
from linkreclaim.model.reports import BacklinkRow, DeadPageRow
from linkreclaim.report.digest import is_prospect, is_untold
from linkreclaim.report.escape import neutralise_cell, neutralise_url
from linkreclaim.report.figures import keep_finite, show_iso
from linkreclaim.report.files import open_whole
from linkreclaim.urls import parse

CSV_ENCODING = "utf-8-sig"
"""Without the mark Excel reads UTF-8 as the machine's old code page."""

LIST_SEPARATOR = " | "
"""Between the entries of a cell that holds several."""

_Row = TypeVar("_Row")


def write_dead_pages(path: Path, rows: Iterable[DeadPageRow]) -> int:
    """Write `dead_pages.csv`, one line per dead URL in the order given; returns the number of lines.

    Its `url`, `title` and `anchors` make it a list of dead pages that can be read again.
    Raises LinkreclaimError when the file cannot be written.
    """
    return write_table(path, DEAD_PAGE_COLUMNS, rows)


def write_backlinks(path: Path, rows: Iterable[BacklinkRow]) -> int:
    """Write `backlinks.csv`, one line per backlink; returns the number of lines.

    Raises LinkreclaimError when the file cannot be written.
    """
    return write_table(path, BACKLINK_COLUMNS, rows)


def write_redirects(path: Path, rows: Iterable[DeadPageRow]) -> int:
    """Write `redirects.csv`: a redirect map and a sheet to edit, one line per dead page.

    `source` is the whole URL, so that a line says by itself which host must serve it; `target` is empty when no page
    fits. URLs whose state could not be told have no line. Returns the number of lines.
    Raises LinkreclaimError when the file cannot be written.
    """
    return write_table(path, REDIRECT_COLUMNS, (row for row in rows if not is_untold(row)))


@contextmanager
def open_redirects(path: Path) -> Iterator[Callable[[DeadPageRow], None]]:
    """`redirects.csv`, to which rows are added one by one; see `write_redirects`."""
    with open_table(path, REDIRECT_COLUMNS) as add:
        yield lambda row: None if is_untold(row) else add(row)


def write_prospects(path: Path, rows: Iterable[BacklinkRow]) -> int:
    """Write `prospects.csv`: the pages to ask, given the backlinks of somebody else's dead pages.

    Links that a look showed to be gone are left out. Returns the number of lines.
    Raises LinkreclaimError when the file cannot be written.
    """
    return write_table(path, PROSPECT_COLUMNS, filter(is_prospect, rows))


def write_table(path: Path, columns: Mapping[str, Callable[[_Row], str]], rows: Iterable[_Row]) -> int:
    """Write rows as one CSV file; returns their number. Raises LinkreclaimError when it cannot be written."""
    count = 0
    with open_table(path, columns) as add:
        for row in rows:
            add(row)
            count += 1
    return count


@contextmanager
def open_table(path: Path, columns: Mapping[str, Callable[[_Row], str]]) -> Iterator[Callable[[_Row], None]]:
    """A CSV file to which rows are added one by one; it takes its place at the end of the block.

    Raises LinkreclaimError when it cannot be written; the old file then stays as it was.
    """
    cells = tuple(columns.values())
    with open_whole(path, CSV_ENCODING) as stream:
        writer = csv.writer(stream)
        writer.writerow(columns)
        yield lambda row: writer.writerow([cell(row) for cell in cells])


def _join(texts: Iterable[str]) -> str:
    return neutralise_cell(LIST_SEPARATOR.join(texts))


def show_share(share_0_1: float | None) -> str:
    """A share with at most six digits; empty where it is no number."""
    finite = keep_finite(share_0_1)
    return "" if finite is None else f"{finite:.6f}".rstrip("0").rstrip(".")


def _show_value(value: float | None) -> str:
    finite = keep_finite(value)
    return "" if finite is None else f"{finite:.6g}"


def _is_gone(row: DeadPageRow) -> bool:
    return row.disposition is Disposition.GONE


def _find_other(row: DeadPageRow, place: int) -> str:
    """The best (place 0) or second best candidate that is not the target."""
    others = [candidate.url for candidate in row.candidates if candidate.url != row.target_url]
    return neutralise_url(others[place]) if place < len(others) else ""


def _note_redirect(row: DeadPageRow) -> str:
    notes = []
    if row.former_host:
        parsed = parse(row.url)
        host = parsed.netloc if parsed else "the former host"
        notes.append(f"served by {host}: keep or regain that domain and point it at a server of yours")
    chosen = next((candidate for candidate in row.candidates if candidate.url == row.target_url), None)
    if chosen is not None and chosen.role is Role.HUB:
        notes.append("the target is the listing above the lost page, not a page of its own")
    return neutralise_cell("; ".join(notes))


DEAD_PAGE_COLUMNS: Mapping[str, Callable[[DeadPageRow], str]] = {
    "rank": lambda row: str(row.rank),
    "url": lambda row: neutralise_url(row.url),
    "title": lambda row: neutralise_cell(row.old_title),
    "verdict": lambda row: row.verdict or "",
    "verdict_reason": lambda row: neutralise_cell(row.verdict_reason),
    "verdict_confidence_0_1": lambda row: show_share(row.verdict_confidence_0_1),
    "p_not_found_0_1": lambda row: show_share(row.p_not_found_0_1),
    "checked_at": lambda row: show_iso(row.checked_at),
    "first_seen_dead": lambda row: show_iso(row.first_seen_dead),
    "looks_dead": lambda row: str(row.looks_dead),
    "confirmed": lambda row: "yes" if row.confirmed else "no",
    "cause": lambda row: row.cause,
    "cause_confidence_0_1": lambda row: show_share(row.cause_confidence_0_1),
    "cause_evidence": lambda row: _join(row.cause_evidence),
    "equity_share_0_1": lambda row: show_share(row.equity_share_0_1),
    "running_share_0_1": lambda row: show_share(row.running_share_0_1),
    "links": lambda row: str(row.links),
    "links_seen": lambda row: str(row.links_seen),
    "referring_domains": lambda row: str(row.referring_domains),
    "best_link": lambda row: neutralise_url(row.best_link),
    "best_link_parts": lambda row: neutralise_cell(row.best_link_parts),
    "anchors": lambda row: _join(row.anchors),
    "target_url": lambda row: neutralise_url(row.target_url or ""),
    "match_confidence_0_1": lambda row: show_share(row.match_confidence_0_1),
    "match_reason": lambda row: neutralise_cell(row.match_reason),
    "candidates": lambda row: LIST_SEPARATOR.join(neutralise_url(candidate.url) for candidate in row.candidates),
    "disposition": lambda row: row.disposition,
    "decision": lambda row: row.decision,
    "decided_by": lambda row: neutralise_cell(row.decided_by),
    "former_host": lambda row: "yes" if row.former_host else "no",
}

BACKLINK_COLUMNS: Mapping[str, Callable[[BacklinkRow], str]] = {
    "referring_page": lambda row: neutralise_url(row.referring_page),
    "referring_domain": lambda row: neutralise_cell(row.referring_domain),
    "target_url": lambda row: neutralise_url(row.target_url),
    "target_verdict": lambda row: row.target_verdict or "",
    "anchor_text": lambda row: neutralise_cell(row.anchor_text),
    "rel": lambda row: neutralise_cell(row.rel),
    "place": lambda row: neutralise_cell(row.place),
    "first_seen": lambda row: neutralise_cell(row.first_seen),
    "last_seen": lambda row: neutralise_cell(row.last_seen),
    "sources": lambda row: neutralise_cell(row.sources),
    "seen": lambda row: neutralise_cell(row.seen),
    "value": lambda row: _show_value(row.value),
    "value_parts": lambda row: neutralise_cell(row.value_parts),
    "changed_to": lambda row: neutralise_url(row.changed_to),
    "moved_to": lambda row: neutralise_url(row.moved_to),
    "page_marks": lambda row: neutralise_cell(row.page_marks),
    "ask_owner": lambda row: "yes" if row.ask_owner else "no",
}

REDIRECT_COLUMNS: Mapping[str, Callable[[DeadPageRow], str]] = {
    "source": lambda row: neutralise_url(row.url),
    "target": lambda row: "" if _is_gone(row) else neutralise_url(row.target_url or ""),
    "status": lambda row: "410" if _is_gone(row) else "301",
    "match": lambda row: MapMatch.EXACT,
    "decision": lambda row: row.decision,
    "disposition": lambda row: row.disposition,
    "confidence_0_1": lambda row: show_share(row.match_confidence_0_1),
    "equity_share_0_1": lambda row: show_share(row.equity_share_0_1),
    "links": lambda row: str(row.links),
    "referring_domains": lambda row: str(row.referring_domains),
    "cause": lambda row: row.cause,
    "reason": lambda row: neutralise_cell(row.match_reason),
    "candidate_2": lambda row: _find_other(row, 0),
    "candidate_3": lambda row: _find_other(row, 1),
    "note": _note_redirect,
}

PROSPECT_COLUMNS: Mapping[str, Callable[[BacklinkRow], str]] = {
    "referring_page": lambda row: neutralise_url(row.referring_page),
    "referring_domain": lambda row: neutralise_cell(row.referring_domain),
    "dead_url": lambda row: neutralise_url(row.target_url),
    "anchor_text": lambda row: neutralise_cell(row.anchor_text),
    "rel": lambda row: neutralise_cell(row.rel),
    "seen": lambda row: neutralise_cell(row.seen),
    "value": lambda row: _show_value(row.value),
}
