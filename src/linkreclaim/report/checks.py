"""Checked URLs: the rows of `linkreclaim check`."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from linkreclaim.model.checks import CheckRow
from linkreclaim.model.verdicts import Hop, RedirectShape, VerdictKind
from linkreclaim.report.escape import neutralise_cell, neutralise_url
from linkreclaim.report.figures import show_iso
from linkreclaim.report.row_files import RowForm, show_value, whole_text

CHECK_COLUMNS: Mapping[str, Callable[[CheckRow], str]] = {
    "url": lambda row: neutralise_url(row.url),
    "verdict": lambda row: row.verdict.value,
    "status_code": lambda row: show_value(row.status_code),
    "final_url": lambda row: neutralise_url(row.final_url),
    "hops": lambda row: " ".join(str(hop.status_code) for hop in row.hops),
    "reason": lambda row: neutralise_cell(row.reason),
    "verdict_confidence_0_1": lambda row: show_value(round(row.verdict_confidence_0_1, 4)),
    "p_not_found_0_1": lambda row: show_value(_rounded(row.p_not_found_0_1)),
    "checked_at": lambda row: show_iso(row.checked_at),
}


def check_values(row: CheckRow) -> dict[str, Any]:
    """A row as plain JSON values: the columns of the CSV, and what does not fit into a cell."""
    return {
        "url": whole_text(row.url),
        "verdict": row.verdict.value,
        "dead": row.dead,
        "status_code": row.status_code,
        "final_url": whole_text(row.final_url),
        "hops": " ".join(str(hop.status_code) for hop in row.hops),
        "reason": whole_text(row.reason),
        "verdict_confidence_0_1": round(row.verdict_confidence_0_1, 4),
        "p_not_found_0_1": _rounded(row.p_not_found_0_1),
        "checked_at": show_iso(row.checked_at),
        "chain": [
            {"url": whole_text(hop.url), "status_code": hop.status_code, "location": _whole_or_none(hop.location)}
            for hop in row.hops
        ],
        "shape": None if row.shape is None else row.shape.value,
        "evidence": [whole_text(line) for line in row.evidence],
        "canonical": whole_text(row.canonical),
        "noindex": row.noindex,
    }


def read_check(values: Mapping[str, Any]) -> CheckRow:
    """The row out of what `check_values` made."""
    return CheckRow(
        url=values["url"],
        verdict=VerdictKind(values["verdict"]),
        dead=values["dead"],
        status_code=values["status_code"],
        final_url=values["final_url"],
        hops=tuple(Hop(**hop) for hop in values["chain"]),
        reason=values["reason"],
        verdict_confidence_0_1=values["verdict_confidence_0_1"],
        p_not_found_0_1=values["p_not_found_0_1"],
        checked_at=datetime.fromisoformat(values["checked_at"]),
        shape=None if values["shape"] is None else RedirectShape(values["shape"]),
        evidence=tuple(values["evidence"]),
        canonical=values["canonical"],
        noindex=values["noindex"],
    )


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 4)


def _whole_or_none(text: str | None) -> str | None:
    return None if text is None else whole_text(text)


CHECKS: RowForm[CheckRow] = RowForm(CHECK_COLUMNS, check_values)
