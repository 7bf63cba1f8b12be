"""One compiled function per file that turns a row of cells into a claim: the hot path of every import."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from operator import itemgetter

from linkreclaim.model.links import Claim, Metric, Place, Rel, RowProblem
from linkreclaim.sources.cells import (
    MAX_URL_CHARS,
    read_count,
    read_host,
    read_place,
    read_rel,
    read_score,
    read_status,
    read_url,
    show,
)
from linkreclaim.sources.dates import read_date
from linkreclaim.sources.interface import CELL_FIELDS, METRIC_SCALES, PLACE_FIELDS, REL_FIELDS, Layout
from linkreclaim.sources.memo import Memo

ToClaim = Callable[[int, list[str]], Claim | RowProblem]

MAX_TEXT_CHARS = 1_000
"""Anchor texts and contexts are cut here: longer ones are page text, and no judgement reads so far."""
MAX_TITLE_CHARS = 500

_RAW_BREAKS = re.compile(r"[\r\n\t]+")
_STARTS = frozenset(("http://", "https:/"))
"""How cells begin that `read_url` would give back as they are: the test costs a fifth of the call."""


def compile_row(layout: Layout) -> ToClaim:
    """The function (line, cells) -> claim of one file; `cells` must hold `layout.width` cells and is used up.

    Cost: 3 to 5 us a row (our measurement, Ahrefs Backlinks of 37 columns).
    """
    pick_cells, pick_marks = _picker(CELL_FIELDS, layout), _picker(REL_FIELDS + PLACE_FIELDS, layout)
    marks, counts, statuses = Memo(_read_marks), Memo(read_count), Memo(read_status)
    dates: Memo[str, date | None] = Memo(lambda text: read_date(text, layout.day_first))
    metric_readers = [(layout.columns[name], _metric_memo(name)) for name in METRIC_SCALES if name in layout.columns]
    enough = _needed_check(layout)
    paths = layout.report.target_paths
    said_status, soft_404, adjust = layout.report.target_status, layout.report.target_soft_404, layout.report.adjust
    has_anchor = "anchor_text" in layout.columns
    new_tuple = tuple.__new__  # Claim(...) passes through a Python function of its own: 0.4 us a row

    def to_claim(line: int, cells: list[str]) -> Claim | RowProblem:
        cells.append("")
        (page_cell, target_cell, anchor, alt, around, left, right, first, last, lost_status, drop_reason, lost,
         title, status, target_status, outgoing, group, links, sites, host, hit, kind) = pick_cells(cells)  # fmt: skip
        page: str | None = page_cell
        if page_cell[:7] not in _STARTS or page_cell[-1] <= " " or "\n" in page_cell or len(page_cell) > MAX_URL_CHARS:
            page = read_url(page_cell)
        target: str | None = target_cell
        if (
            target_cell[:7] not in _STARTS
            or target_cell[-1] <= " "
            or "\n" in target_cell
            or len(target_cell) > MAX_URL_CHARS
        ):
            target = read_url(target_cell)
        if paths and target is None and target_cell.startswith("/") and len(target_cell) <= MAX_URL_CHARS:
            target = _RAW_BREAKS.sub("", target_cell)
        if not (page and target) and not enough(page, target, host):
            return _bad_row(line, layout, cells)
        if left or right:
            around = f"{left} … {right}" if left and right else left or right
        anchor_text = (anchor or alt)[:MAX_TEXT_CHARS] if has_anchor else None
        first_seen = dates[first[:10] if first[4:5] == "-" else first] if first else None
        last_seen = dates[last[:10] if last[4:5] == "-" else last] if last else None
        lost_reason = (lost_status or drop_reason or (lost and "lost"))[:MAX_TITLE_CHARS] or None
        rel, place = marks[pick_marks(cells)]
        metrics: tuple[Metric, ...] = ()
        for position, read_metric in metric_readers:
            metrics += read_metric[cells[position]]
        claim = new_tuple(Claim, (
            line, page or None, target or None, anchor_text, around[:MAX_TEXT_CHARS] or None, rel, place, first_seen,
            last_seen, lost_reason, title[:MAX_TITLE_CHARS] or None, statuses[status],
            statuses[target_status] or said_status, soft_404, counts[outgoing], counts[group] or 1, counts[links],
            counts[sites], metrics, read_host(host) if host else None, counts[hit],
        ))  # fmt: skip
        return adjust(claim, kind) if adjust else claim

    return to_claim


def claim_ragged(line: int, cells: list[str], layout: Layout, to_claim: ToClaim) -> Iterator[Claim | RowProblem]:
    """The claim of a row with fewer or more cells than the header.

    A short row is padded: exporters leave off empty cells at the end. In a long row a stray delimiter has moved
    everything after it, so only its URLs, which prove themselves, are kept, and the loss is told.
    """
    width = layout.width
    if len(cells) <= width or not any(cells[width:]):
        yield to_claim(line, (cells + [""] * width)[:width])
        return
    kept = [""] * width
    for name in ("referring_page", "target_url"):
        position = layout.columns.get(name, -1)
        if position >= 0:
            kept[position] = cells[position]
    claim = to_claim(line, kept)
    yield claim
    if isinstance(claim, Claim):
        reason = f"{len(cells)} cells under a header of {width}: only the URLs of the row were kept"
        yield RowProblem(line, reason, kept=True)


def _picker(names: tuple[str, ...], layout: Layout) -> Callable[[list[str]], tuple[str, ...]]:
    """Picks the named cells of a row that has one blank cell added at its end, which stands for absent columns."""
    return itemgetter(*(layout.columns.get(name, layout.width) for name in names))


def _read_marks(cells: tuple[str, ...]) -> tuple[Rel | None, Place]:
    return read_rel(cells[: len(REL_FIELDS)]), read_place(cells[len(REL_FIELDS) :])


def _metric_memo(name: str) -> Memo[str, tuple[Metric, ...]]:
    def read_metric(cell: str) -> tuple[Metric, ...]:
        score = read_score(cell)
        return () if score is None else (Metric(name, score, METRIC_SCALES[name]),)

    return Memo(read_metric)


def _needed_check(layout: Layout) -> Callable[[str | None, str | None, str], bool]:
    page_needed = "referring_page" in layout.report.needed_urls
    target_needed = "target_url" in layout.report.needed_urls
    site_needed = "referring_domain" in layout.report.needed_urls

    def all_needed(page: str | None, target: str | None, host: str) -> bool:
        if page is None or target is None or not (page or target or host):
            return False
        site_told = not site_needed or read_host(host) is not None
        return bool((page or not page_needed) and (target or not target_needed) and site_told)

    return all_needed


def _bad_row(line: int, layout: Layout, cells: list[str]) -> RowProblem:
    """Says which of a row's URLs is missing or is none."""
    for name in ("referring_page", "target_url"):
        position = layout.columns.get(name)
        text = "" if position is None else cells[position]
        url = read_url(text)
        label = name.replace("_", " ")
        if url is None and len(text) > MAX_URL_CHARS:
            return RowProblem(line, f"{label} has {len(text):,} characters; more than {MAX_URL_CHARS:,} are not read")
        if url is None:
            return RowProblem(line, f"{label} is not an http(s) URL: {show(text)}")
        if not url and name in layout.report.needed_urls:
            return RowProblem(line, f"{label} is empty")
    if "referring_domain" in layout.report.needed_urls:
        text = cells[layout.columns["referring_domain"]]
        return RowProblem(line, f"no linking site: {show(text)}" if text else "the linking site is empty")
    return RowProblem(line, "neither a referring page nor a target URL in this row")
