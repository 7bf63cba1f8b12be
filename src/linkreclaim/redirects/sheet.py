"""An edited `redirects.csv` or `.xlsx` read back: what a person decided, row by row."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from linkreclaim.errors import InputError
from linkreclaim.model.decisions import DecisionState
from linkreclaim.model.judgements import Disposition
from linkreclaim.model.links import RowProblem
from linkreclaim.redirects.table import Row, read_rows
from linkreclaim.redirects.words import read_decision


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row as a person left it; None where the cell is empty or the column missing."""

    line: int
    source: str
    target: str | None
    disposition: Disposition | None
    decision: DecisionState | None
    note: str


def read_sheet(path: Path) -> Iterator[SheetRow | RowProblem]:
    """Read a sheet; columns in any order and case, others ignored; a row that says nothing clear is a RowProblem.

    Raises InputError when the file as a whole cannot be used.
    """
    for row in read_rows(path, frozenset({"source", "decision"})):
        yield row if isinstance(row, RowProblem) else _read_row(row)


def _read_row(row: Row) -> SheetRow | RowProblem:
    disposition = row.get("disposition").lower().replace(" ", "_")
    if not row.get("source"):
        return RowProblem(row.line, "there is no source")
    if disposition and disposition not in set(Disposition):
        return RowProblem(row.line, f"disposition {disposition[:40]!r} is none of {', '.join(Disposition)}")
    try:
        decision = read_decision(row.get("decision"))
    except InputError as problem:
        return RowProblem(row.line, str(problem))
    return SheetRow(
        line=row.line,
        source=row.get("source"),
        target=row.get("target") or None,
        disposition=Disposition(disposition) if disposition else None,
        decision=decision,
        note=row.get("note"),
    )
