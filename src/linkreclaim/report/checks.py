"""Checked URLs: the rows of `linkreclaim check`.

A row is plain JSON values from the start (`CheckValues`): a list of a million URLs makes each of them once, keeps it as
text, and copies that text into a file of JSON lines.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from linkreclaim.model.verdicts import Look
from linkreclaim.report.escape import neutralise_cell, neutralise_url
from linkreclaim.report.figures import show_iso
from linkreclaim.report.row_files import RowForm, show_value, whole_text

CheckValues = dict[str, Any]
"""What one look at one URL gave, under the names of docs/check.md."""

CHECK_COLUMNS: Mapping[str, Callable[[CheckValues], str]] = {
    "url": lambda row: neutralise_url(row["url"]),
    "verdict": lambda row: str(row["verdict"]),
    "status_code": lambda row: show_value(row["status_code"]),
    "final_url": lambda row: neutralise_url(row["final_url"]),
    "hops": lambda row: str(row["hops"]),
    "reason": lambda row: neutralise_cell(row["reason"]),
    "verdict_confidence_0_1": lambda row: show_value(row["verdict_confidence_0_1"]),
    "p_not_found_0_1": lambda row: show_value(row["p_not_found_0_1"]),
    "checked_at": lambda row: str(row["checked_at"]),
}

_show_second = lru_cache(64)(show_iso)  # a thousand rows share one


def check_values(look: Look) -> CheckValues:
    """A look as a row: the columns of the CSV, and what does not fit into a cell."""
    answer, verdict = look.answer, look.verdict
    page = answer.page or answer.glance
    p_not_found = verdict.p_not_found_0_1
    return {
        "url": whole_text(look.url),
        "verdict": verdict.kind.value,
        "dead": verdict.dead,
        "status_code": answer.status_code,
        "final_url": whole_text(answer.final_url),
        "hops": " ".join([str(hop.status_code) for hop in answer.hops]),
        "reason": whole_text(verdict.reason),
        "verdict_confidence_0_1": round(verdict.verdict_confidence_0_1, 4),
        "p_not_found_0_1": None if p_not_found is None else round(p_not_found, 4),
        "checked_at": _show_second(look.checked_at),
        "chain": [
            {
                "url": whole_text(hop.url),
                "status_code": hop.status_code,
                "location": None if hop.location is None else whole_text(hop.location),
            }
            for hop in answer.hops
        ],
        "shape": None if verdict.shape is None else verdict.shape.value,
        "evidence": [whole_text(line) for line in verdict.evidence],
        "canonical": "" if page is None else whole_text(page.canonical),
        "noindex": None if page is None else page.noindex,
    }


CHECKS: RowForm[CheckValues] = RowForm(CHECK_COLUMNS, dict)
