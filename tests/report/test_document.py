import dataclasses
import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from linkreclaim.model.matches import Candidate
from linkreclaim.model.reports import (
    AuditSummary,
    DeadPageRow,
    Plan,
    PlanFigures,
    PlanStep,
    ServerFileSummary,
    SourceSummary,
)
from linkreclaim.report.document import to_json

SCHEMA_PATH = Path(__file__).parents[2] / "docs" / "schema" / "audit-1.schema.json"


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(SCHEMA_PATH.read_text("utf-8"))
    return loaded


def load(chunks: Iterator[str]) -> dict[str, Any]:
    text = "".join(chunks)
    assert text.isascii()
    assert text.endswith("\n")
    document: dict[str, Any] = json.loads(text, parse_constant=pytest.fail)
    return document


def check(document: dict[str, Any], schema: dict[str, Any]) -> None:
    jsonschema.Draft202012Validator(schema).validate(document)


def test_the_document_follows_its_schema(
    schema: dict[str, Any], summary: Callable[..., AuditSummary], dead_page: Callable[..., DeadPageRow], hostile: str
) -> None:
    rows = [dead_page(), dead_page(rank=2, verdict=None, target_url=None, old_title=hostile, checked_at=None)]
    document = load(to_json(summary(), rows))
    jsonschema.Draft202012Validator.check_schema(schema)
    check(document, schema)
    assert document["dead_pages"][1]["old_title"] == hostile
    assert document["summary"]["verdict_counts"] == {"alive": 40, "not_found": 12, "blocked": 5}
    assert document["summary"]["next_commands"][0] == {
        "purpose": "Set the decision column",
        "command": "open report/redirects.csv",
    }


def test_an_audit_without_dead_pages_is_a_document_too(
    schema: dict[str, Any], summary: Callable[..., AuditSummary]
) -> None:
    document = load(to_json(summary(finished_at=None, lost_equity_share_0_1=None), []))
    check(document, schema)
    assert document["dead_pages"] == []


def test_the_plan_stands_before_the_pages(
    schema: dict[str, Any], summary: Callable[..., AuditSummary], dead_page: Callable[..., DeadPageRow], plan: Plan
) -> None:
    document = load(to_json(summary(plan=plan.figures), [dead_page()], plan.steps))
    check(document, schema)
    assert [step["kind"] for step in document["plan"]] == ["rule", "redirect", "restore"]
    assert document["summary"]["plan"]["first_rules"] == 1
    assert list(document) == ["schema_version", "program_version", "summary", "plan", "dead_pages"]


def test_no_number_is_not_a_number(
    schema: dict[str, Any], summary: Callable[..., AuditSummary], dead_page: Callable[..., DeadPageRow]
) -> None:
    row = dead_page(equity_share_0_1=float("nan"), candidates=(Candidate("https://e.example/", float("inf")),))
    document = load(to_json(summary(regain_share_0_1=float("nan")), [row]))
    check(document, schema)
    assert document["summary"]["regain_share_0_1"] is None
    assert document["dead_pages"][0]["candidates"][0]["confidence_0_1"] is None


def test_moments_are_utc_and_half_characters_do_no_harm(
    schema: dict[str, Any], summary: Callable[..., AuditSummary], dead_page: Callable[..., DeadPageRow]
) -> None:
    berlin = datetime(2026, 11, 22, 1, 30, tzinfo=timezone(timedelta(hours=1)))
    document = load(to_json(summary(), [dead_page(checked_at=berlin, old_title="a\ud800b")]))
    check(document, schema)
    assert document["dead_pages"][0]["checked_at"] == "2026-11-22T00:30:00Z"
    assert document["dead_pages"][0]["old_title"] == "a?b"


def test_rows_are_taken_one_at_a_time(
    summary: Callable[..., AuditSummary], dead_page: Callable[..., DeadPageRow]
) -> None:
    taken = 0

    def rows() -> Iterator[DeadPageRow]:
        nonlocal taken
        for rank in range(1, 100):
            taken += 1
            yield dead_page(rank=rank)

    chunks = to_json(summary(), rows())
    while taken < 3:
        next(chunks)
    assert taken == 3


@pytest.mark.parametrize(
    ("noun", "definition"),
    [
        (DeadPageRow, "dead_page"), (Candidate, "candidate"), (SourceSummary, "source"),
        (ServerFileSummary, "server_file"), (PlanStep, "plan_step"), (PlanFigures, "plan_figures"),
        (AuditSummary, None),
    ],
)  # fmt: skip
def test_the_schema_knows_every_field(schema: dict[str, Any], noun: Any, definition: str | None) -> None:
    described = schema["$defs"][definition] if definition else schema["properties"]["summary"]
    names = [field.name for field in dataclasses.fields(noun)]
    assert list(described["properties"]) == names
    assert described["required"] == names


def test_every_field_is_described(schema: dict[str, Any]) -> None:
    holders = [schema, schema["properties"]["summary"], *schema["$defs"].values()]
    fields = [(name, field) for each in holders for name, field in each.get("properties", {}).items()]
    assert len(fields) > 70
    assert [name for name, field in fields if not field.get("description")] == []
