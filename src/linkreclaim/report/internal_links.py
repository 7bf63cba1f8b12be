"""The site's own links that are broken or work through a detour: `internal_links.csv`, and the lines that sum it up."""

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from linkreclaim.model.internal_links import InternalLinkRow, InternalSummary
from linkreclaim.report.escape import neutralise_cell, neutralise_url, read_aloud, shorten
from linkreclaim.report.figures import show_count, show_iso, show_percent
from linkreclaim.report.files import open_whole
from linkreclaim.report.row_files import show_value
from linkreclaim.report.tables import CSV_ENCODING, LIST_SEPARATOR
from linkreclaim.urls import parse

INTERNAL_LINKS_NAME = "internal_links.csv"
_URL_CHARS = 60
INTERNAL_LINK_COLUMNS: Mapping[str, Callable[[InternalLinkRow], str]] = {
    "kind": lambda row: "" if row.group.look.kind is None else row.group.look.kind.value,
    "target_url": lambda row: neutralise_url(row.group.target_url),
    "verdict": lambda row: row.group.look.verdict.value,
    "reason": lambda row: neutralise_cell(row.group.look.reason),
    "verdict_confidence_0_1": lambda row: show_value(round(row.group.look.verdict_confidence_0_1, 4)),
    "hops": lambda row: " ".join(map(str, row.group.look.status_codes)),
    "final_url": lambda row: neutralise_url(row.group.look.final_url),
    "anchor_text": lambda row: neutralise_cell(row.group.anchor_text),
    "place": lambda row: row.group.place.value,
    "pages": lambda row: str(row.group.pages),
    "example_pages": lambda row: LIST_SEPARATOR.join(map(neutralise_url, row.group.example_pages)),
    "suggested_url": lambda row: neutralise_url(row.suggestion.url or ""),
    "confidence_0_1": lambda row: show_value(round(row.suggestion.confidence_0_1, 4)) if row.suggestion.url else "",
    "suggestion_reason": lambda row: neutralise_cell(row.suggestion.reason),
    "checked_at": lambda row: show_iso(row.group.look.checked_at),
}


def write_internal_links(path: Path, rows: Iterable[InternalLinkRow]) -> None:
    """Write `internal_links.csv`, one line for all links to one URL by the same words in the same part of the page.

    Raises LinkreclaimError when the file cannot be written.
    """
    with open_whole(path, CSV_ENCODING) as stream:
        writer = csv.writer(stream)
        writer.writerow(INTERNAL_LINK_COLUMNS)
        writer.writerows([cell(row) for cell in INTERNAL_LINK_COLUMNS.values()] for row in rows)


def say_internal_links(summary: InternalSummary) -> Iterator[str]:
    """The site's own links in sentences for a screen."""
    if not summary.pages:
        yield "no page of the site could be read"
        return
    yield f"{show_count(summary.pages, 'page')} read, {show_count(summary.urls, 'URL')} of the site asked"
    yield _say(summary.broken_links, summary.broken_urls, "not there") or "no broken link"
    yield from _say_rows(summary.first)
    yield from filter(None, (_say(summary.redirect_links, summary.redirect_urls, "redirected"),))
    yield from filter(None, (_say(summary.untold_links, summary.untold_urls, "of no clear answer"),))
    if summary.unasked_urls:
        yield f"{show_count(summary.unasked_urls, 'linked URL')} not asked"


def _say_rows(rows: Sequence[InternalLinkRow]) -> Iterator[str]:
    """The pages that hold it, where it leads, where it should lead."""
    counts = [show_count(row.group.pages, "page") for row in rows]
    width = max(map(len, counts), default=0)
    for count, row in zip(counts, rows, strict=True):
        url, home = row.suggestion.url, row.group.target_url
        fits = f"-> {_say_url(url, home)}  {show_percent(row.suggestion.confidence_0_1)}" if url else "no page fits"
        yield f"  {count:>{width}}  {_say_url(row.group.target_url, home)}  {fits}"


def _say_url(address: str, beside: str) -> str:
    """The path alone where the site is plain."""
    url, other = parse(address), parse(beside)
    alone = url is not None and other is not None and url.origin == other.origin
    return shorten(read_aloud(url.request_target if url is not None and alone else address), _URL_CHARS)


def _say(links: int, urls: int, state: str) -> str:
    verb = "leads" if links == 1 else "lead"
    be = "is" if urls == 1 else "are"
    return f"{show_count(links, 'link')} {verb} to {show_count(urls, 'URL')} that {be} {state}" if links else ""
