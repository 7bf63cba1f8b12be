"""One compiled function per file that turns a row of cells into a claim: the hot path of every import."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from operator import itemgetter

from linkreclaim.model.links import Claim, Metric, MetricScale, Place, Rel, RowProblem
from linkreclaim.sources.cells import (
    MAX_URL_CHARS,
    read_count,
    read_host,
    read_lost,
    read_place,
    read_rel,
    read_score,
    read_status,
    read_url,
    show,
)
from linkreclaim.sources.dates import read_date
from linkreclaim.sources.interface import CELL_FIELDS, METRIC_KINDS, PLACE_FIELDS, REL_FIELDS, Layout, ReadUrl, Report
from linkreclaim.sources.memo import Memo

ToClaim = Callable[[int, list[str]], Claim | RowProblem]
_OneMetric = tuple[int, Memo[str, tuple[Metric, ...]]]
_RivalMetrics = tuple[Callable[[list[str]], tuple[str, ...]], Memo[tuple[str, ...], tuple[Metric, ...]]]
_Ends = tuple[str | None, str | None]
_ReadOddUrls = Callable[[str | None, str | None, str, str], _Ends]

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
    marks, counts, statuses, losses = Memo(_marks_reader(layout)), Memo(read_count), Memo(read_status), Memo(read_lost)
    dates: Memo[str, date | None] = Memo(lambda text: read_date(text, layout.day_first))
    metric_readers, rival_readers = _metric_readers(layout)
    enough, read_odd_urls = _needed_check(layout), _odd_urls_reader(layout.report)
    said_status, soft_404, adjust = layout.report.target_status, layout.report.target_soft_404, layout.report.adjust
    has_anchor = "anchor_text" in layout.columns
    new_tuple = tuple.__new__  # Claim(...) passes through a Python function of its own: 0.4 us a row

    def to_claim(line: int, cells: list[str]) -> Claim | RowProblem:
        cells.append("")
        (page_cell, target_cell, anchor, alt, around, left, right, first, last, lost_status, drop_reason, lost,
         title, status, target_status, outgoing, group, links, sites, host, hit, kind) = pick_cells(cells)  # fmt: skip
        page: str | None = page_cell
        if (
            page_cell[:7] not in _STARTS
            or page_cell[-1] == " "
            or not page_cell.isprintable()
            or len(page_cell) > MAX_URL_CHARS
        ):
            page = read_url(page_cell)
        target: str | None = target_cell
        if (
            target_cell[:7] not in _STARTS
            or target_cell[-1] == " "
            or not target_cell.isprintable()
            or len(target_cell) > MAX_URL_CHARS
        ):
            target = read_url(target_cell)
        if read_odd_urls and (page is None or target is None):
            page, target = read_odd_urls(page, target, page_cell, target_cell)
        if not (page and target) and not enough(page, target, host):
            return _bad_row(line, layout, cells)
        if left or right:
            around = f"{left} … {right}" if left and right else left or right
        anchor_text = (anchor or alt)[:MAX_TEXT_CHARS] if has_anchor else None
        first_seen = dates[first[:10] if first[4:5] == "-" else first] if first else None
        last_seen = dates[last[:10] if last[4:5] == "-" else last] if last else None
        lost_reason = (lost_status or drop_reason or (lost and losses[lost]))[:MAX_TITLE_CHARS] or None
        rel, place = marks[pick_marks(cells)]
        metrics: tuple[Metric, ...] = ()
        for position, read_metric in metric_readers:
            metrics += read_metric[cells[position]]
        for pick_rivals, read_first in rival_readers:
            metrics += read_first[pick_rivals(cells)]
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


def _marks_reader(layout: Layout) -> Callable[[tuple[str, ...]], tuple[Rel | None, Place]]:
    unsaid = Rel.NONE if layout.report.blank_is_follow and "nofollow" in layout.columns else None

    def read_marks(cells: tuple[str, ...]) -> tuple[Rel | None, Place]:
        rel = read_rel(cells[: len(REL_FIELDS)])
        return unsaid if rel is None else rel, read_place(cells[len(REL_FIELDS) :])

    return read_marks


def _metric_readers(layout: Layout) -> tuple[list[_OneMetric], list[_RivalMetrics]]:
    """Readers of the columns that are the only one of their scale, and of those that share it: the first one counts."""
    alone: list[_OneMetric] = []
    rivals: list[_RivalMetrics] = []
    for scale in (MetricScale.DOMAIN, MetricScale.PAGE):
        names = [name for name, kind in METRIC_KINDS.items() if kind.scale is scale and name in layout.columns]
        if len(names) == 1:
            alone.append((layout.columns[names[0]], Memo(_metric_reader(names[0]))))
        elif names:
            pick = itemgetter(*(layout.columns[name] for name in names))
            rivals.append((pick, Memo(_first_metric_reader(list(map(_metric_reader, names))))))
    return alone, rivals


def _metric_reader(name: str) -> Callable[[str], tuple[Metric, ...]]:
    kind = METRIC_KINDS[name]

    def read_metric(cell: str) -> tuple[Metric, ...]:
        score = read_score(cell, kind.top)
        return () if score is None else (Metric(name, score, kind.scale),)

    return read_metric


def _first_metric_reader(
    readers: list[Callable[[str], tuple[Metric, ...]]],
) -> Callable[[tuple[str, ...]], tuple[Metric, ...]]:
    def read_first(cells: tuple[str, ...]) -> tuple[Metric, ...]:
        return next((found for read, cell in zip(readers, cells, strict=True) if (found := read(cell))), ())

    return read_first


def _odd_urls_reader(report: Report) -> _ReadOddUrls | None:
    """Reads what is no http(s) URL as the report writes it; None for a report of plain URLs."""
    read_page, read_target = report.read_page, _target_reader(report)
    if not (read_page or read_target):
        return None

    def read_odd_urls(page: str | None, target: str | None, page_cell: str, target_cell: str) -> _Ends:
        if page is None and read_page:
            page = _read_odd(read_page, page_cell)
        if target is None and read_target:
            target = _read_odd(read_target, target_cell)
        return page, target

    return read_odd_urls


def _target_reader(report: Report) -> ReadUrl | None:
    return _path_or(report.read_target) if report.target_paths else report.read_target


def _read_odd(read: ReadUrl, cell: str) -> str | None:
    url = read(_RAW_BREAKS.sub("", cell).strip()) if len(cell) <= MAX_URL_CHARS else None
    return url and _RAW_BREAKS.sub("", url)  # what was percent-encoded may hold breaks too


def _path_or(read_other: ReadUrl | None) -> ReadUrl:
    def read_path(cell: str) -> str | None:
        if cell.startswith("/"):
            return cell
        return read_other(cell) if read_other else None

    return read_path


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
    for name, read_other in (
        ("referring_page", layout.report.read_page),
        ("target_url", _target_reader(layout.report)),
    ):
        position = layout.columns.get(name)
        text = "" if position is None else cells[position]
        url = read_url(text)
        if url is None and read_other:
            url = _read_odd(read_other, text)
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
