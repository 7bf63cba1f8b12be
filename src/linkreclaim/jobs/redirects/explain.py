"""What a redirect map would do, in figures and in sentences, before anything is written."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from linkreclaim.jobs.redirects.map import MapRequest, PlannedMap, plan_map
from linkreclaim.jobs.redirects.rules import learn_from
from linkreclaim.model.redirects import RedirectLine
from linkreclaim.redirects import ChangeKind, RefusalKind
from linkreclaim.report.row_files import whole_text
from linkreclaim.rules import LearnedRule, describe

HEADINGS: dict[RefusalKind | ChangeKind, str] = {
    RefusalKind.INVALID: "cannot work as they stand",
    RefusalKind.CONFLICT: "contradict each other",
    RefusalKind.EXISTING: "contradict what the server does already",
    RefusalKind.LOOP: "lead back to themselves",
    RefusalKind.LIVE: "would redirect a live page",
    RefusalKind.TARGET: "lead where no visitor should be sent",
    ChangeKind.DUPLICATE: "are duplicates",
    ChangeKind.CHAIN: "were chains, and lead straight to their end now",
    ChangeKind.ADDED: "were added",
    ChangeKind.KNOWN: "are on the server already",
}
"""What is told of the lines of each kind, in the order in which it is told."""


@dataclass(frozen=True, slots=True)
class ExplainedLine:
    """One sentence about one line; `line` is its place in the map, None where it has none."""

    line: int | None
    source: str
    words: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """A planned map in figures, and what is to be told of its lines by kind."""

    planned: PlannedMap
    told: dict[RefusalKind | ChangeKind, tuple[ExplainedLine, ...]]
    by_status: dict[str, int]
    by_match: dict[str, int]
    by_source_host: dict[str, int]  # "" is the site itself
    by_target_host: dict[str, int]  # "" where the target is a path
    rules: tuple[LearnedRule, ...]  # what the lines have in common; empty where it was not asked for


def explain_map(request: MapRequest, find_rules: bool = True) -> Explanation:
    """Read and plan a map, and say what becomes of it. Raises as `plan_map` does."""
    planned = plan_map(request)
    lines = planned.plan.lines
    return Explanation(
        planned,
        {kind: told for kind in HEADINGS if (told := tuple(_told(planned, kind)))},
        _counted(str(line.status) for line in lines),
        _counted(line.match.value for line in lines),
        _counted(_host(line.source) for line in lines),
        _counted(_host(line.target) for line in lines if line.target),
        learn_from(planned).rules if find_rules else (),
    )


def _told(planned: PlannedMap, kind: RefusalKind | ChangeKind) -> Iterator[ExplainedLine]:
    for refusal in planned.plan.refused:
        if refusal.kind is kind:
            yield _explained(refusal.line, refusal.reason)
    for change in planned.plan.changes:
        if change.kind is kind:
            yield _explained(change.line, change.words)


def _explained(line: RedirectLine, words: str) -> ExplainedLine:
    return ExplainedLine(line.line, line.source, words)


def _counted(names: Iterable[str]) -> dict[str, int]:
    return dict(Counter(names).most_common())


def _host(url: str) -> str:
    return url.split("/")[2] if "://" in url[:9] else ""


def explanation_values(found: Explanation) -> dict[str, Any]:
    """An explanation as plain JSON values."""
    planned = found.planned
    existing = planned.existing
    return {
        "site": planned.site.host if planned.site.named else None,
        "lines": planned.lines,
        "written": len(planned.plan.lines),
        "refused": len(planned.plan.refused),
        "by_status": found.by_status,
        "by_match": found.by_match,
        "by_source_host": found.by_source_host,
        "by_target_host": found.by_target_host,
        "told": {kind.value: [_values(each) for each in told] for kind, told in found.told.items()},
        "unreadable": [{"line": row.line, "reason": whole_text(row.reason)} for row in planned.problems],
        "left_out": [{"line": row.line, "reason": whole_text(row.reason)} for row in planned.left_out],
        "live_pages": len(planned.live),
        "rules": [_rule_values(learned) for learned in found.rules],
        "notes": list(planned.plan.notes),
        "existing": None
        if existing is None
        else {
            "form": existing.form,
            "redirects": len(existing.lines),
            "unread": [{"line": row.line, "reason": whole_text(row.reason)} for row in existing.problems],
        },
    }


def _rule_values(learned: LearnedRule) -> dict[str, Any]:
    return {
        "rule": describe(learned.rule, [pair.source for pair in learned.examples]),
        "verdict": learned.verdict.value,
        "support": learned.support,
        "coverage_0_1": round(learned.coverage_0_1, 4),
        "exceptions": learned.exceptions,
        "precision_0_1": round(learned.precision_0_1, 4),
        "held_out_precision_0_1": round(learned.held_out_precision_0_1, 4),
        "examples": [{"source": pair.source, "target": pair.target} for pair in learned.examples],
    }


def _values(each: ExplainedLine) -> dict[str, Any]:
    return {"line": each.line, "source": whole_text(each.source), "words": whole_text(each.words)}
