"""The ledger's comparison of sources: on one screen, as CSV and as JSON."""

import csv
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from linkreclaim.model.ledger import LedgerCounts, LedgerView, SourceView
from linkreclaim.report.escape import make_visible, neutralise_cell
from linkreclaim.report.figures import show_count, show_day, show_iso, show_percent
from linkreclaim.report.files import open_whole
from linkreclaim.report.tables import CSV_ENCODING, LIST_SEPARATOR

MATRIX_SOURCES = 10
"""More sources do not fit side by side on a screen; the files have every pair."""
_KINDS = ("backlinks", "referring_domains", "targets", "dead_targets")
_ALL = "all sources"


def tell_ledger(view: LedgerView) -> str:
    """What one source alone would have missed, in a sentence: that of the source that knows most."""
    if not view.sources:
        return f"Nothing is in the ledger of {view.site} yet."
    best = max(view.sources, key=lambda source: (source.known.backlinks, source.known.targets))
    if len(view.sources) == 1:
        return f"{best.name} is the only source so far: what it misses shows when another one is added."
    parts = [_of(best.missed.backlinks, view.total.backlinks, "backlink")]
    if view.total.dead_targets is not None and best.missed.dead_targets is not None:
        parts.append(_of(best.missed.dead_targets, view.total.dead_targets, "dead page"))
    else:
        parts.append(_of(best.missed.targets, view.total.targets, "target"))
    return f"{best.name} alone would have missed {' and '.join(parts)}."


def _of(part: int, whole: int, noun: str) -> str:
    return f"{part:,} of {show_count(whole, noun)}"


def render_ledger(console: Console, view: LedgerView) -> None:
    """Print the comparison; at 80 columns, without colour, in a pipe. Data is printed as text, never as markup."""
    since = "no finished audit yet" if view.checked_at is None else f"dead pages of {show_day(view.checked_at)}"
    _line(console, f"{view.site}  ·  {since}", "dim")
    _line(console, tell_ledger(view), "bold")
    console.print()
    console.print(_given(view))
    if len(view.sources) > 1:
        console.print()
        console.print(_compared(view))
    if 1 < len(view.sources) <= MATRIX_SOURCES:
        console.print()
        _line(console, "Of the backlinks that a line's source knows, the share that each other source knows too:")
        console.print(_matrix(view))
    _show_notes(console, view)


def _given(view: LedgerView) -> Table:
    table = _table("#", "Source")
    for heading in ("Rows", "Backlinks", "Domains", "Targets", "Dead"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("Days", no_wrap=True)
    for number, source in enumerate(view.sources, 1):
        table.add_row(*map(_text, (str(number), source.name, f"{source.rows:,}", *_cells(source.known), _days(source))))
    rows = sum(source.rows for source in view.sources)
    table.add_row(*map(_text, ("", _ALL, f"{rows:,}", *_cells(view.total), "")), style="bold")
    return table


def _compared(view: LedgerView) -> Table:
    """What only a source knows, and what it misses."""
    table = _table("#", "Source")
    for heading in ("Only it: links", "domains", "dead", "It misses: links", "domains", "dead"):
        table.add_column(heading, justify="right")
    for number, source in enumerate(view.sources, 1):
        cells = [f for counts in (source.alone, source.missed) for n, f in enumerate(_cells(counts)) if n != 2]
        table.add_row(*map(_text, (str(number), source.name, *cells)))
    return table


def _matrix(view: LedgerView) -> Table:
    shared = {(pair.first, pair.second): pair.shared.backlinks for pair in view.shared}
    table = _table("#", "Source")
    for number in range(1, len(view.sources) + 1):
        table.add_column(str(number), justify="right", no_wrap=True)
    for number, source in enumerate(view.sources, 1):
        cells = [_share(source, other, shared) for other in view.sources]
        table.add_row(*map(_text, (str(number), source.name, *cells)))
    return table


def _share(source: SourceView, other: SourceView, shared: Mapping[tuple[str, str], int]) -> str:
    if source is other or not source.known.backlinks:
        return ""
    both = shared.get((source.name, other.name), shared.get((other.name, source.name), 0))
    return show_percent(both / source.known.backlinks)


def _table(*names: str) -> Table:
    table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False, header_style="dim")
    for name in names:
        table.add_column(name, overflow="fold")
    return table


def _cells(counts: LedgerCounts) -> Sequence[str]:
    found = (getattr(counts, kind) for kind in _KINDS)
    return ["-" if count is None else f"{count:,}" for count in found]


def _days(source: SourceView) -> str:
    if source.oldest is None or source.newest is None:
        return ""
    return f"{source.oldest:%Y-%m} to {source.newest:%Y-%m}"


def _show_notes(console: Console, view: LedgerView) -> None:
    if view.backlinks_gone:
        console.print()
        _line(console, f"{show_count(view.backlinks_gone, 'further link')}: gone from the page, not counted above.")
    for source in view.sources:
        told = [note for note in (*_rows_left_out(source), *source.notes) if note]
        if told:
            _line(console, f"{source.name}:", "dim")
        for note in told:
            console.print(Padding(_text(note), (0, 0, 0, 2), expand=False), style="dim")


def _rows_left_out(source: SourceView) -> Iterable[str]:
    if source.off_site:
        yield f"{show_count(source.off_site, 'row')} about other sites or internal"
    if source.problems:
        yield f"{show_count(source.problems, 'row')} with problems"


def _line(console: Console, text: str, style: str = "") -> None:
    console.print(_text(text, style))


def _text(text: str, style: str = "") -> Text:
    return Text(make_visible(text), style=style)


def write_ledger(path: Path, view: LedgerView) -> None:
    """Write the comparison as CSV: all sources together, a line a source, then a line for every two.

    Raises LinkreclaimError when the file cannot be written.
    """
    with open_whole(path, CSV_ENCODING) as stream:
        writer = csv.DictWriter(stream, (*_COLUMNS, *_SOURCE_COLUMNS), restval="")
        writer.writeheader()
        writer.writerow({"source": _ALL, "backlinks_gone": view.backlinks_gone, **_numbers(view.total)})
        for source in view.sources:
            own = {name: cell(source) for name, cell in _SOURCE_COLUMNS.items()}
            known = {"source": neutralise_cell(source.name), **_numbers(source.known)}
            writer.writerow(known | _numbers(source.alone, "only_") | _numbers(source.missed, "missed_") | own)
        for pair in view.shared:
            names = {"source": neutralise_cell(pair.first), "shared_with": neutralise_cell(pair.second)}
            writer.writerow(names | _numbers(pair.shared))


def _numbers(counts: LedgerCounts, prefix: str = "") -> dict[str, str]:
    found = ((kind, getattr(counts, kind)) for kind in _KINDS)
    return {prefix + kind: "" if count is None else str(count) for kind, count in found}


_COLUMNS = (
    "source",
    "shared_with",
    *_KINDS,
    *(f"only_{kind}" for kind in _KINDS),
    *(f"missed_{kind}" for kind in _KINDS),
)
_SOURCE_COLUMNS: Mapping[str, Callable[[SourceView], str]] = {
    "backlinks_gone": lambda source: str(source.backlinks_gone),
    "files": lambda source: str(source.files),
    "rows": lambda source: str(source.rows),
    "claims": lambda source: str(source.claims),
    "off_site": lambda source: str(source.off_site),
    "problems": lambda source: str(source.problems),
    "oldest": lambda source: _iso_day(source.oldest),
    "newest": lambda source: _iso_day(source.newest),
    "notes": lambda source: neutralise_cell(LIST_SEPARATOR.join(source.notes)),
}


def ledger_to_json(view: LedgerView) -> str:
    """The comparison as one JSON document."""
    document = {
        "site": view.site,
        "checked_at": show_iso(view.checked_at) or None,
        "sentence": tell_ledger(view),
        "total": asdict(view.total),
        "backlinks_gone": view.backlinks_gone,
        "sources": [
            asdict(source) | {"oldest": _iso_day(source.oldest) or None, "newest": _iso_day(source.newest) or None}
            for source in view.sources
        ],
        "shared": [asdict(pair) for pair in view.shared],
    }
    return json.dumps(document, ensure_ascii=False, indent=1)


def _iso_day(day: date | None) -> str:
    return "" if day is None else day.isoformat()
