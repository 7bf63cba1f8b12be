"""The audit as one JSON document (`--json`), streamed; its schema is docs/schema/audit-1.schema.json."""

import dataclasses
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from linkreclaim import __version__
from linkreclaim.model.reports import AuditSummary, DeadPageRow, PageYield, PlanStep
from linkreclaim.report.figures import keep_finite, show_iso

SCHEMA_VERSION = 1
"""Raised when a field goes away or changes its meaning; new fields do not raise it."""


def to_json(summary: AuditSummary, dead: Iterable[DeadPageRow | str], plan: Iterable[PlanStep] = ()) -> Iterator[str]:
    """The document in chunks, one step of the plan or one dead page at a time; ASCII only, so that no terminal or pipe
    can spoil it. A dead page may come as `encode_row` has written it.

    Moments are ISO 8601 in UTC; a number that is no number (NaN, infinity) is null.
    """
    yield '{"schema_version":' + str(SCHEMA_VERSION) + ',"program_version":' + _encode(__version__)
    yield ',"summary":' + _encode(_summarise(summary)) + ',"plan":['
    yield from _list(plan)
    yield '],"dead_pages":['
    yield from _list(dead)
    yield "]}\n"


def encode_row(row: PlanStep | DeadPageRow) -> str:
    """A row as it stands in the document: one line."""
    return _encode(to_plain(row))


def _list(rows: Iterable[PlanStep | DeadPageRow | str]) -> Iterator[str]:
    separator = "\n"
    for row in rows:
        yield separator + (row if isinstance(row, str) else encode_row(row))
        separator = ",\n"
    yield "\n"


def _summarise(summary: AuditSummary) -> dict[str, Any]:
    plain = to_plain(summary)
    return {
        **plain,
        "verdict_counts": {str(kind): count for kind, count in summary.verdict_counts},
        "page_outcomes": {str(outcome): count for outcome, count in summary.page_outcomes},
        "link_states": {str(state): count for state, count in summary.link_states},
        "page_yield": None if summary.page_yield is None else _summarise_yield(summary.page_yield),
        "next_commands": [
            {"purpose": to_plain(purpose), "command": to_plain(command)} for purpose, command in summary.next_commands
        ],
    }


def _summarise_yield(gave: PageYield) -> dict[str, Any]:
    return {**to_plain(gave), "untold": {str(outcome): count for outcome, count in gave.untold}}


def to_plain(value: Any) -> Any:
    """A row as values that JSON knows: moments in UTC, no number that is none, no half characters."""
    if dataclasses.is_dataclass(value):
        return {each.name: to_plain(getattr(value, each.name)) for each in dataclasses.fields(value)}
    if isinstance(value, tuple | list):
        return [to_plain(each) for each in value]
    if isinstance(value, datetime):
        return show_iso(value)
    if isinstance(value, float):
        return keep_finite(value)
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    return value


def _encode(value: Mapping[str, Any] | str) -> str:
    return json.dumps(value, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
