"""Redirects that an earlier crawl saw: the page that an address led to is the best that is known of it."""

from collections.abc import Iterator
from dataclasses import dataclass

from linkreclaim.inventory.columns import page_url
from linkreclaim.inventory.tables import possible_headers
from linkreclaim.model.links import RowProblem
from linkreclaim.urls import Url

_MAX_REDIRECTS = 1_000_000
_MAX_HOPS = 10
_FROM, _TO = ("address",), ("redirect url", "redirect uri")
"""Columns of Screaming Frog's "Internal: All"; `Redirect URI` is the older name."""


@dataclass(frozen=True, slots=True)
class MovedTable:
    """Where a crawl says what redirected to what."""

    header_lines: int
    delimiter: str
    source: int
    target: int


def find_moved(text: str) -> MovedTable | None:
    """The columns of redirects of a crawl that begins so, None when it has none."""
    for lines, delimiter, cells in possible_headers(text):
        names = [cell.strip().strip('\ufeff"').casefold() for cell in cells]
        at = [next((names.index(alias) for alias in aliases if alias in names), -1) for aliases in (_FROM, _TO)]
        if min(at) >= 0:
            return MovedTable(lines, delimiter, *at)
    return None


def read_moved(
    table: MovedTable, rows: Iterator[tuple[int, list[str] | RowProblem]], site: Url
) -> dict[str, list[str]]:
    """{match key of the page at the end: addresses that led there}, of a million redirects at most."""
    target_of: dict[str, tuple[str, str]] = {}
    for _, row in rows:
        if isinstance(row, RowProblem) or len(row) <= max(table.source, table.target) or not row[table.target].strip():
            continue
        source, target = page_url(row[table.source], site), page_url(row[table.target], site)
        if source is not None and target is not None and len(target_of) < _MAX_REDIRECTS:
            target_of[source.key] = (source.without_fragment, target.key)
    found: dict[str, list[str]] = {}
    for key, (address, _) in target_of.items():
        found.setdefault(_last(target_of, key), []).append(address)
    return found


def _last(target_of: dict[str, tuple[str, str]], key: str) -> str:
    for _ in range(_MAX_HOPS):
        if key not in target_of:
            break
        key = target_of[key][1]
    return key
