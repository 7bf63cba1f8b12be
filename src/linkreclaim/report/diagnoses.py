"""Dead URLs with the reason why they broke: the rows of `linkreclaim diagnose`."""

from collections.abc import Callable, Mapping
from typing import Any

from linkreclaim.model.judgements import DiagnosedUrl
from linkreclaim.report.escape import neutralise_cell, neutralise_url
from linkreclaim.report.row_files import RowForm, show_value, whole_text

Cell = Callable[[DiagnosedUrl], str]


def diagnosis_values(row: DiagnosedUrl) -> dict[str, Any]:
    """A row as plain JSON values."""
    found = row.diagnosis
    return {
        "url": whole_text(row.url),
        "cause": found.cause.value,
        "repaired_url": None if found.repaired_url is None else whole_text(found.repaired_url),
        "cause_confidence_0_1": round(found.cause_confidence_0_1, 4),
        "evidence": [whole_text(words) for words in found.evidence],
        "disposition": row.disposition.value,
    }


DIAGNOSIS_COLUMNS: Mapping[str, Cell] = {
    "url": lambda row: neutralise_url(row.url),
    "cause": lambda row: row.diagnosis.cause.value,
    "repaired_url": lambda row: neutralise_url(row.diagnosis.repaired_url or ""),
    "cause_confidence_0_1": lambda row: show_value(round(row.diagnosis.cause_confidence_0_1, 4)),
    "evidence": lambda row: neutralise_cell("; ".join(row.diagnosis.evidence)),
    "disposition": lambda row: row.disposition.value,
}

DIAGNOSES: RowForm[DiagnosedUrl] = RowForm(DIAGNOSIS_COLUMNS, diagnosis_values)
