"""Signs that an export is cut, filtered or damaged: told to the person, never changing a row.

They look at the first rows that were read to recognise the file, and at the number of its rows.
"""

import re
from collections.abc import Callable, Iterator, Sequence

from linkreclaim import urls
from linkreclaim.sources.cells import read_count, read_lost, read_score, read_url, show
from linkreclaim.sources.dates import read_date
from linkreclaim.sources.head import Head, Table, read_some
from linkreclaim.sources.interface import DATE_FIELDS, Layout

Rows = Sequence[tuple[int, list[str]]]
"""Rows with their lines."""

MIN_ROWS = 100
"""Fewer rows tell nothing of a whole export (our judgement)."""
KNOWN_CAPS = {"Search Console": (1_000, 100_000), "Semrush": (50_000,)}
"""Rows at which tools cut their exports. Search Console: 1,000 in a table, 100,000 in Latest links and More sample
links (secondary sources that quote Search Console help, answer 9049606); Semrush: where one export stopped."""
ROUND_CAPS = frozenset(part * 10**power for part in (10, 20, 25, 30, 50) for power in (2, 3, 4, 5))
"""Round numbers at which plans of other tools end: an export rarely has so many by chance (our judgement)."""
SHEET_ROWS = (1_048_576, 65_536)
"""Rows of a sheet in Excel, since 2007 and before (Microsoft, Excel specifications and limits)."""
MAX_CELL_CHARS = 32_767
"""Characters of a cell in Excel (same page); a longer text is cut there."""

_LOST_FIELDS = ("lost_reason", "drop_reason", "lost")
_TEXT_FIELDS = ("anchor_text", "alt_text", "context", "context_left", "context_right", "page_title")
_AUTHORITY = re.compile(r"rating|authority|rank|trust|flow|score|ascore", re.IGNORECASE)
_NO_AUTHORITY = re.compile(r"spam|toxic|ranking|date|url|tracking", re.IGNORECASE)
_SCIENTIFIC = re.compile(r"\d(?:[.,]\d+)?E\+\d{1,3}")
_SHEET_ERROR = re.compile(r"#(?:[A-ZÀ-Þ]{2,12}[?!]|[A-Z]{2,4}/0!|N/A|NV|#+)")
_MOJIBAKE = re.compile(r"[ÃÂâÐÑ]")
_ORIGINAL = (
    "give the file as the tool exported it, or import it into Excel by Data > From Text with all columns as text"
)


def find_signs(head: Head, table: Table, layout: Layout) -> tuple[str, ...]:
    """Sentences on what the first rows of an export show. Cost: some ms."""
    rows = [(end, row) for end, row in read_some(head.lines, table.delimiter) if end > table.header_end]
    rows = [(end, row) for end, row in rows if len(row) == layout.width]
    found: list[str] = []
    for look in (_one_per_domain, _live_only, _ambiguous_dates):
        found += look(rows, layout)
    return (*found, *_damage(rows, layout), *_unknown_authority(table, rows, layout))


def find_cut(tool: str, rows: int) -> str | None:
    """A sentence when an export has exactly as many rows as the tool, or a sheet, gives at most; else None."""
    if rows in SHEET_ROWS or rows + 1 in SHEET_ROWS:
        return f"exactly {rows:,} rows, all that a sheet of Excel holds: the rest was cut off; give the original file"
    split = "export the parts one by one (by folder of the site, by date or by filter) and give all files"
    if rows in KNOWN_CAPS.get(tool, ()):
        return f"exactly {rows:,} rows, where {tool} cuts its exports: there may be more; {split}"
    if rows in ROUND_CAPS:
        return f"exactly {rows:,} rows, as where a limit cuts an export: if {tool} shows more, {split}"
    return None


def _cells(rows: Rows, layout: Layout, fields: Sequence[str]) -> Iterator[tuple[int, str]]:
    positions = [layout.columns[field] for field in fields if field in layout.columns]
    return ((line, row[position]) for line, row in rows for position in positions)


def _one_per_domain(rows: Rows, layout: Layout) -> Iterator[str]:
    pages = [urls.parse(read_url(cell) or "") for _, cell in _cells(rows, layout, ("referring_page",))]
    domains = [urls.registrable_domain(page.netloc) for page in pages if page]
    if len(domains) >= MIN_ROWS and len(set(domains)) == len(domains):
        yield (
            f"no domain occurs twice in the first {len(domains)} rows: this seems to be an export of one link per "
            "domain, which leaves out a domain's links to other pages of the site; export all links (switch off "
            "'one link per domain' and 'group similar')"
        )


def _live_only(rows: Rows, layout: Layout) -> Iterator[str]:
    cells = [cell for _, cell in _cells(rows, layout, _LOST_FIELDS)]
    if len(rows) >= MIN_ROWS and cells and not any(map(read_lost, cells)):
        yield (
            f"none of the first {len(rows)} rows is a lost link: this may be an export of live links only; lost links "
            "are what a recovery lives on, so export them too (all links, or the report of lost ones)"
        )


def _ambiguous_dates(rows: Rows, layout: Layout) -> Iterator[str]:
    if layout.day_first is not None:
        return
    for line, cell in _cells(rows, layout, DATE_FIELDS):
        if cell and read_date(cell) is None and read_date(cell, day_first=True) is not None:
            yield f"dates such as {show(cell, 20)} (line {line}) can be read in two ways and are left out; {_ORIGINAL}"
            return


def _damage(rows: Rows, layout: Layout) -> Iterator[str]:
    """What a spreadsheet does to cells, each kind told once with its first line."""
    looks: tuple[tuple[Callable[[str], object], str, str], ...] = (
        (_SCIENTIFIC.fullmatch, "a number that a spreadsheet has shortened", _ORIGINAL),
        (_SHEET_ERROR.fullmatch, "a spreadsheet's error in place of a value", _ORIGINAL),
        (_is_cut_cell, "a text that Excel has cut at 32,767 characters", _ORIGINAL),
    )
    everything = [(line, cell) for line, row in rows for cell in row]
    texts = list(_cells(rows, layout, _TEXT_FIELDS))
    for look, what, advice in looks:
        yield from _first(everything, look, what, advice)
    yield from _first(texts, _is_mojibake, "text in the wrong encoding", "open the original as UTF-8 and save it anew")


def _first(cells: Sequence[tuple[int, str]], look: Callable[[str], object], what: str, advice: str) -> Iterator[str]:
    for line, cell in cells:
        if look(cell):
            yield f"line {line} has {what} ({show(cell, 40)}); {advice}"
            return


def _is_cut_cell(cell: str) -> bool:
    return len(cell) == MAX_CELL_CHARS


def _is_mojibake(cell: str) -> bool:
    """Whether a text is UTF-8 that was read as windows-1252: written back, its bytes are UTF-8 of fewer characters."""
    if not _MOJIBAKE.search(cell):
        return False
    try:
        return len(cell.encode("cp1252").decode()) < len(cell)
    except UnicodeError:
        return False


def _unknown_authority(table: Table, rows: Rows, layout: Layout) -> Iterator[str]:
    read = set(layout.columns.values())
    names = [
        name
        for position, name in enumerate(table.header)
        if position not in read and _AUTHORITY.search(name) and not _NO_AUTHORITY.search(name)
        if _is_numeric([row[position] for _, row in rows])
    ]
    if names:
        shown = ", ".join(show(name, 40) for name in names[:10])
        yield f"not used, because an authority of a scale that is not known: {shown}"


def _is_numeric(cells: Sequence[str]) -> bool:
    told = [cell for cell in cells if cell.strip()]
    return bool(told) and all(read_score(cell) is not None or read_count(cell) is not None for cell in told)
