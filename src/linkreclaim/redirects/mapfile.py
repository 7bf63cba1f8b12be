"""The map file: `source,target,status[,match,decision,...]`, written by people or by an audit (`redirects.csv`)."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from linkreclaim.errors import InputError
from linkreclaim.model.decisions import DecisionState
from linkreclaim.model.judgements import Disposition
from linkreclaim.model.links import RowProblem
from linkreclaim.model.redirects import MapMatch, RedirectLine
from linkreclaim.redirects.table import Row, read_rows
from linkreclaim.redirects.words import read_decision

_ALIASES = {"url": "source", "target_url": "target"}
"""As `linkreclaim match` and an audit's `dead_pages.csv` name them."""
_WRITABLE = {"", Disposition.REDIRECT.value, Disposition.GONE.value}


@dataclass(frozen=True, slots=True)
class LeftOut(RowProblem):
    """A row that is right, but asks for no redirect: rejected, or proposed without a target or for something else."""


class _LeftOutError(Exception):
    """Ends the reading of a row that asks for no redirect."""


def read_map(path: Path) -> Iterator[RedirectLine | RowProblem]:
    """Read a map, line by line; rows that give no line come as RowProblem with the reason, as LeftOut where that is
    what they ask for.

    A line with a decision of its own is a person's and has no confidence; a line still proposed carries its confidence
    (0 when the file gives none), so that the caller can hold it against the threshold a person gave. Raises InputError
    when the file as a whole cannot be used.
    """
    for row in read_rows(path, frozenset({"source", "target"}), _ALIASES):
        yield row if isinstance(row, RowProblem) else _read_line(row)


def _read_line(row: Row) -> RedirectLine | RowProblem:
    try:
        return _line_of(row)
    except _LeftOutError as reason:
        return LeftOut(row.line, str(reason))
    except InputError as problem:
        return RowProblem(row.line, str(problem))


def _line_of(row: Row) -> RedirectLine:
    decision = read_decision(row.get("decision"))
    disposition = row.get("disposition").lower()
    _check_writable(row, decision, disposition)
    target = row.get("target") or None
    gone = target is None and disposition == Disposition.GONE
    status = row.get("status") or ("410" if gone else "301")
    match = row.get("match").lower() or MapMatch.EXACT.value
    if not (status.isascii() and status.isdigit() and len(status) == 3):
        raise InputError(f"status {status[:20]!r} is no number such as 301")
    if match not in set(MapMatch):
        raise InputError(f"match {match[:20]!r} is neither exact nor prefix")
    if target is None and status != "410":
        if decision is DecisionState.PROPOSED:
            raise _LeftOutError("proposed without a target")
        raise InputError("there is no target: nothing to write")
    confidence_0_1 = _confidence(row) if decision is DecisionState.PROPOSED else None
    return RedirectLine(row.get("source"), target, int(status), MapMatch(match), row.line, confidence_0_1)


def _check_writable(row: Row, decision: DecisionState | None, disposition: str) -> None:
    if not row.get("source"):
        raise InputError("there is no source")
    if decision is DecisionState.REJECTED:
        raise _LeftOutError("rejected: not written")
    if decision is DecisionState.PROPOSED and disposition not in _WRITABLE:
        raise _LeftOutError(f"proposed for {disposition[:40]!r}, not for a redirect")


def _confidence(row: Row) -> float:
    try:
        return min(1.0, max(0.0, float(row.get("confidence_0_1").replace(",", "."))))
    except ValueError:
        return 0.0
