"""What the links to URLs are worth: the rows of `linkreclaim value` and `linkreclaim impact`."""

from collections.abc import Callable, Mapping
from typing import Any

from linkreclaim.model.values import ImpactRow, ValueRow
from linkreclaim.report.escape import neutralise_cell, neutralise_url
from linkreclaim.report.row_files import RowForm, show_value, whole_text

ANCHORS_SHOWN = 5


def value_values(row: ValueRow) -> dict[str, Any]:
    """A row as plain JSON values."""
    return {
        "url": whole_text(row.url),
        "equity_share": row.equity_share_0_1,
        "links": row.links,
        "referring_domains": row.referring_domains,
        "parts": whole_text(row.parts),
        "running_share": round(row.running_share_0_1, 6),
        "best_link": whole_text(row.best_link),
        "anchors": [whole_text(text) for text in row.anchors[:ANCHORS_SHOWN]],
    }


VALUE_COLUMNS: Mapping[str, Callable[[ValueRow], str]] = {
    "url": lambda row: neutralise_url(row.url),
    "equity_share": lambda row: show_value(row.equity_share_0_1),
    "links": lambda row: show_value(row.links),
    "referring_domains": lambda row: show_value(row.referring_domains),
    "parts": lambda row: neutralise_cell(row.parts),
    "running_share": lambda row: show_value(round(row.running_share_0_1, 6)),
    "best_link": lambda row: neutralise_url(row.best_link),
    "anchors": lambda row: neutralise_cell(" | ".join(row.anchors[:ANCHORS_SHOWN])),
}
"""`equity_share` is not rounded, so that the shares add up to 1; with `url` and `anchors` the table is a list of dead
pages for `match`."""

VALUES: RowForm[ValueRow] = RowForm(VALUE_COLUMNS, value_values)


def impact_values(row: ImpactRow) -> dict[str, Any]:
    """A row as plain JSON values."""
    match = row.match
    return {
        **value_values(row.value),
        "target_url": None if match is None or match.target_url is None else whole_text(match.target_url),
        "match_confidence_0_1": None if match is None else round(match.confidence_0_1, 4),
        "match_reason": "" if match is None else whole_text(match.reason),
    }


def _of_value(show: Callable[[ValueRow], str]) -> Callable[[ImpactRow], str]:
    return lambda row: show(row.value)


IMPACT_COLUMNS: Mapping[str, Callable[[ImpactRow], str]] = {
    **{name: _of_value(show) for name, show in VALUE_COLUMNS.items()},
    "target_url": lambda row: neutralise_url((row.match and row.match.target_url) or ""),
    "match_confidence_0_1": lambda row: show_value(None if row.match is None else round(row.match.confidence_0_1, 4)),
    "match_reason": lambda row: neutralise_cell(row.match.reason if row.match else ""),
}

IMPACTS: RowForm[ImpactRow] = RowForm(IMPACT_COLUMNS, impact_values)
