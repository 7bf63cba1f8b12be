"""What access logs tell: the rows of `linkreclaim logs`."""

from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from linkreclaim.model.logs import LogRow
from linkreclaim.report.escape import neutralise_cell, neutralise_url
from linkreclaim.report.row_files import RowForm, whole_text


@lru_cache(maxsize=1024)
def _show_date(day: date | None) -> str:
    return "" if day is None else day.isoformat()


def log_values(row: LogRow) -> dict[str, Any]:
    """A row as plain JSON values."""
    return {
        "target": whole_text(row.target),
        "status": row.status,
        "referrer": whole_text(row.referrer),
        "referrer_domain": whole_text(row.referrer_domain),
        "hits_people": row.hits_people,
        "hits_bots": row.hits_bots,
        "first_seen": _show_date(row.first_seen) or None,
        "last_seen": _show_date(row.last_seen) or None,
        "referrer_kind": row.referrer_kind,
    }


_show_domain = lru_cache(maxsize=4096)(neutralise_cell)

LOG_COLUMNS: Mapping[str, Callable[[LogRow], str]] = {
    "target": lambda row: neutralise_url(row.target),
    "status": lambda row: str(row.status),
    "referrer": lambda row: neutralise_url(row.referrer),
    "referrer_domain": lambda row: _show_domain(row.referrer_domain),
    "hits_people": lambda row: str(row.hits_people),
    "hits_bots": lambda row: str(row.hits_bots),
    "first_seen": lambda row: _show_date(row.first_seen),
    "last_seen": lambda row: _show_date(row.last_seen),
    "referrer_kind": lambda row: row.referrer_kind,
}

LOG_ROWS: RowForm[LogRow] = RowForm(LOG_COLUMNS, log_values)
