"""The plan as a file, and as the report shows it."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from linkreclaim.model.reports import PlanFigures, PlanStep, StepKind
from linkreclaim.report.escape import neutralise_cell, neutralise_url
from linkreclaim.report.figures import show_count, show_percent
from linkreclaim.report.tables import LIST_SEPARATOR, show_share, write_table

STEPS_SHOWN = 15
"""Steps shown in the report; plan.csv holds all."""


def write_plan(path: Path, steps: Iterable[PlanStep]) -> int:
    """Write `plan.csv`, one line per step in their order; returns the number of lines.

    Raises LinkreclaimError when the file cannot be written.
    """
    return write_table(path, PLAN_COLUMNS, steps)


def say_effort(hours: float) -> str:
    """Working time in words: `6 minutes`, `2 hours`, `1.5 hours`."""
    if hours < 1:
        return show_count(max(1, round(hours * 60)), "minute")
    return "1 hour" if hours == 1 else f"{hours:,.1f}".removesuffix(".0") + " hours"


def say_late_steps(figures: PlanFigures) -> str:
    """What restoring pages and asking for fixes would add; empty where there is nothing of the kind."""
    more = figures.regained_share_0_1 - figures.quick_regained_share_0_1
    parts = []
    if figures.restores:
        parts.append(f"bringing back {show_count(figures.restores, 'page')}")
    if figures.asks:
        parts.append(f"asking for {show_count(figures.asks, 'fix', 'fixes')}")
    return f"{' and '.join(parts)} would add {show_percent(more)}" if parts else ""


PLAN_COLUMNS: Mapping[str, Callable[[PlanStep], str]] = {
    "rank": lambda step: str(step.rank),
    "kind": lambda step: step.kind,
    "what": lambda step: neutralise_cell(step.what),
    "target": lambda step: neutralise_url(step.target_url),
    "pages": lambda step: str(len(step.urls)),
    "links": lambda step: str(step.links),
    "equity_share_0_1": lambda step: show_share(step.equity_share_0_1),
    "regained_share_0_1": lambda step: show_share(step.regained_share_0_1),
    "running_share_0_1": lambda step: show_share(step.running_share_0_1),
    "effort_hours": lambda step: f"{step.effort_hours:.2f}".rstrip("0").rstrip("."),
    "why": lambda step: neutralise_cell(step.why),
    "urls": lambda step: neutralise_cell(LIST_SEPARATOR.join(neutralise_url(url) for url in step.urls)),
}

STEP_WORDS: Mapping[StepKind, str] = {
    StepKind.RULE: "Rule",
    StepKind.REDIRECT: "Redirect",
    StepKind.RESTORE: "Bring back",
    StepKind.FIX_AT_SOURCE: "Ask for a fix",
}
