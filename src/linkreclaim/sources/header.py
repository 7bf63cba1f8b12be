"""Column names: compared without case and space, found under every name a tool has used for them."""

from collections.abc import Iterable, Mapping, Sequence

from linkreclaim.sources.cells import show
from linkreclaim.sources.interface import Report

SHOWN_COLUMNS = 20


def normalise(name: str) -> str:
    """A column name without case, outer quotes, surplus space and underscores: "Target URL ", "target_url" are one."""
    return " ".join(name.strip("\ufeff\"' ").casefold().replace("_", " ").split())


def normalised(names: Iterable[str]) -> set[str]:
    """Several column names, each normalised."""
    return set(map(normalise, names))


def find_columns(report: Report, header: Sequence[str]) -> dict[str, int]:
    """The position of each field of a report that the header has; of two equal names the first counts."""
    positions: dict[str, int] = {}
    for position, name in enumerate(header):
        positions.setdefault(normalise(name), position)
    found = {}
    for field, names in report.aliases.items():
        known = [name for name in map(normalise, names) if name in positions]
        if known:
            found[field] = positions[known[0]]
    return found


def is_report(report: Report, header: Sequence[str], columns: Mapping[str, int]) -> bool:
    """Whether a header with these columns found is this report's."""
    names = normalised(header) - {""}  # a sheet that was wider once keeps its empty columns
    if len(names) > report.max_columns or not all(field in columns for field in report.required):
        return False
    if report.any_of and names.isdisjoint(normalised(report.any_of)):
        return False
    return normalised(report.own_names) <= names and names.isdisjoint(normalised(report.foreign))


def show_header(header: Sequence[str], delimiter: str) -> str:
    """A header for a message: at most `SHOWN_COLUMNS` names, each cut; the delimiter is "" where the file has none."""
    names = ", ".join(show(name, 40) for name in header[:SHOWN_COLUMNS])
    more = f", and {len(header) - SHOWN_COLUMNS} more" if len(header) > SHOWN_COLUMNS else ""
    mark = "a tab" if delimiter == "\t" else f'"{delimiter}"'
    separated = f", separated by {mark}" if delimiter else ""
    return f"{names}{more} ({len(header)} columns{separated})"
