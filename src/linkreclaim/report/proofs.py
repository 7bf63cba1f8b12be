"""Verified redirects: the rows of `linkreclaim redirects verify`."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from linkreclaim.model.proofs import Fault, Finding, ProofRow
from linkreclaim.report.escape import neutralise_cell, neutralise_url
from linkreclaim.report.figures import show_iso
from linkreclaim.report.row_files import RowForm, show_value, whole_text

PROOF_COLUMNS: Mapping[str, Callable[[ProofRow], str]] = {
    "source": lambda row: neutralise_url(row.source),
    "target": lambda row: neutralise_url(row.target or ""),
    "status": lambda row: show_value(row.status),
    "verified": lambda row: row.proof.value,
    "problems": lambda row: neutralise_cell("; ".join(f"{each.fault.value}: {each.words}" for each in row.findings)),
    "first_status": lambda row: show_value(row.first_status),
    "location": lambda row: neutralise_url(row.location),
    "hops": lambda row: show_value(row.hops),
    "final_status": lambda row: show_value(row.final_status),
    "checked_at": lambda row: show_iso(row.checked_at),
    "line": lambda row: show_value(row.line),
}


def proof_values(row: ProofRow) -> dict[str, Any]:
    """A row as plain JSON values: the columns of the CSV, with each problem on its own."""
    return {
        "source": whole_text(row.source),
        "target": None if row.target is None else whole_text(row.target),
        "status": row.status,
        "verified": row.proof.value,
        "problems": [
            {"fault": each.fault.value, "words": whole_text(each.words), "sure": each.sure} for each in row.findings
        ],
        "first_status": row.first_status,
        "location": whole_text(row.location),
        "hops": row.hops,
        "final_status": row.final_status,
        "checked_at": show_iso(row.checked_at),
        "line": row.line,
        "asked_more": row.asked_more,
    }


def read_proof(values: Mapping[str, Any]) -> ProofRow:
    """The row out of what `proof_values` made."""
    return ProofRow(
        source=values["source"],
        target=values["target"],
        status=values["status"],
        line=values["line"],
        findings=tuple(Finding(Fault(each["fault"]), each["words"], each["sure"]) for each in values["problems"]),
        first_status=values["first_status"],
        location=values["location"],
        hops=values["hops"],
        final_status=values["final_status"],
        checked_at=datetime.fromisoformat(values["checked_at"]),
        asked_more=values["asked_more"],
    )


PROOFS: RowForm[ProofRow] = RowForm(PROOF_COLUMNS, proof_values)
