"""Dead URLs with the pages that may replace them: the rows of `linkreclaim match`."""

from collections.abc import Callable, Mapping
from typing import Any

from linkreclaim.model.decisions import DecisionState
from linkreclaim.model.matches import Candidate, Match
from linkreclaim.report.escape import neutralise_cell, neutralise_url
from linkreclaim.report.row_files import RowForm, show_value, whole_text

CANDIDATES = 5

Cell = Callable[[Match], str]


def match_values(row: Match) -> dict[str, Any]:
    """A row as plain JSON values."""
    return {
        "url": whole_text(row.url),
        "target_url": None if row.target_url is None else whole_text(row.target_url),
        "confidence_0_1": round(row.confidence_0_1, 4),
        "candidates": [
            {"url": whole_text(c.url), "confidence_0_1": round(c.confidence_0_1, 4), "role": c.role.value}
            for c in row.candidates
        ],
        "reason": whole_text(row.reason),
    }


def _of_candidate(place: int, show: Callable[[Candidate], str]) -> Cell:
    return lambda row: show(row.candidates[place]) if place < len(row.candidates) else ""


def _candidate_columns(place: int) -> dict[str, Cell]:
    name = f"candidate_{place + 1}"
    return {
        f"{name}_url": _of_candidate(place, lambda found: neutralise_url(found.url)),
        f"{name}_confidence_0_1": _of_candidate(place, lambda found: show_value(round(found.confidence_0_1, 4))),
        f"{name}_role": _of_candidate(place, lambda found: found.role.value),
    }


MATCH_COLUMNS: Mapping[str, Cell] = {
    "url": lambda row: neutralise_url(row.url),
    "target_url": lambda row: neutralise_url(row.target_url or ""),
    "confidence_0_1": lambda row: show_value(round(row.confidence_0_1, 4)),
    "reason": lambda row: neutralise_cell(row.reason),
    "decision": lambda row: DecisionState.PROPOSED.value,
    **{column: cell for place in range(CANDIDATES) for column, cell in _candidate_columns(place).items()},
}
"""`decision` makes the table a redirect map of proposals: nothing in it is written anywhere before it is accepted."""

MATCHES: RowForm[Match] = RowForm(MATCH_COLUMNS, match_values)
