"""Findings: what a run found out about each dead target."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import Engine, insert

from linkreclaim.model.judgements import Cause, Disposition
from linkreclaim.model.matches import Candidate, Role
from linkreclaim.model.verdicts import Look
from linkreclaim.store.looks import read_look
from linkreclaim.store.reading import plain_rows, reading
from linkreclaim.store.schema import finding
from linkreclaim.store.targets import TargetTotals, read_totals

_ROWS_AT_ONCE = 5_000
"""Rows of one transaction, 10 to 30 ms (our measurement), so that nobody who decides waits for a second."""
_FORGET_FINDINGS = "DELETE FROM finding WHERE rowid IN (SELECT rowid FROM finding WHERE run_id = ? LIMIT ?)"
_DEAD = """
SELECT target.*, url.url, look.checked_at, look.verdict, look.dead, look.former_host,
  look.reason, look.verdict_confidence_0_1, look.p_not_found_0_1, look.shape, look.evidence, look.hops, look.final_url,
  finding.cause, finding.cause_confidence_0_1, finding.cause_evidence, finding.old_title, finding.target_url,
  finding.match_confidence_0_1, finding.match_reason, finding.candidates, finding.disposition
FROM target JOIN url ON url.id = target.url_id
JOIN look ON look.url_id = target.url_id AND look.run_id = :run AND look.dead = 1
LEFT JOIN finding ON finding.run_id = :run AND finding.url_id = target.url_id
WHERE target.site_id = :site
ORDER BY target.value DESC, target.links DESC, url.key
"""
_DEAD_OF = _DEAD.replace("ORDER BY", "AND target.url_id IN (SELECT value FROM json_each(:urls)) ORDER BY")


@dataclass(frozen=True, slots=True)
class Finding:
    """Why a URL is dead and where it should go, as a run found it."""

    cause: Cause
    cause_confidence_0_1: float
    cause_evidence: tuple[str, ...]
    old_title: str
    target_url: str | None
    match_confidence_0_1: float
    match_reason: str
    candidates: tuple[Candidate, ...]
    disposition: Disposition


@dataclass(frozen=True, slots=True)
class DeadTarget:
    """A dead URL with its totals, its look and (once judged) its finding."""

    totals: TargetTotals
    look: Look
    finding: Finding | None


class Findings:
    """Keeps the findings of runs."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def dead_targets(self, site_id: int, run_id: int) -> Iterator[DeadTarget]:
        """Dead targets of a run, most valuable first."""
        with reading(self._engine) as connection:
            yield from map(_dead_target, plain_rows(connection, _DEAD, {"site": site_id, "run": run_id}))

    def dead_targets_of(self, site_id: int, run_id: int, url_ids: Sequence[int]) -> dict[int, DeadTarget]:
        """{URL id: dead target} of those among some URLs that the run found dead."""
        values = {"site": site_id, "run": run_id, "urls": json.dumps(list(url_ids))}
        with reading(self._engine) as connection:
            return {row.url_id: _dead_target(row) for row in plain_rows(connection, _DEAD_OF, values)}

    def save(self, run_id: int, findings: Iterable[tuple[int, Finding]]) -> None:
        """Store the run's findings, in place of those it had before. When this is cut off, it is begun anew."""
        forgotten = _ROWS_AT_ONCE
        while forgotten == _ROWS_AT_ONCE:
            with self._engine.begin() as connection:
                forgotten = connection.exec_driver_sql(_FORGET_FINDINGS, (run_id, _ROWS_AT_ONCE)).rowcount
        rows = (_finding_row(run_id, url_id, found) for url_id, found in findings)
        while block := list(islice(rows, _ROWS_AT_ONCE)):
            with self._engine.begin() as connection:
                connection.execute(insert(finding), block)


def _dead_target(row: Any) -> DeadTarget:
    return DeadTarget(read_totals(row), read_look(row), None if row.cause is None else _finding(row))


def _finding(row: Any) -> Finding:
    return Finding(
        cause=Cause(row.cause),
        cause_confidence_0_1=row.cause_confidence_0_1,
        cause_evidence=tuple(json.loads(row.cause_evidence)),
        old_title=row.old_title,
        target_url=row.target_url,
        match_confidence_0_1=row.match_confidence_0_1,
        match_reason=row.match_reason,
        candidates=tuple(Candidate(address, p, Role(role)) for address, p, role in json.loads(row.candidates)),
        disposition=Disposition(row.disposition),
    )


def _finding_row(run_id: int, url_id: int, found: Finding) -> dict[str, Any]:
    return {
        "run_id": run_id,
        "url_id": url_id,
        "cause": found.cause.value,
        "cause_confidence_0_1": found.cause_confidence_0_1,
        "cause_evidence": json.dumps(found.cause_evidence, ensure_ascii=False),
        "old_title": found.old_title,
        "target_url": found.target_url,
        "match_confidence_0_1": found.match_confidence_0_1,
        "match_reason": found.match_reason,
        "candidates": json.dumps(
            [[c.url, c.confidence_0_1, c.role.value] for c in found.candidates], ensure_ascii=False
        ),
        "disposition": found.disposition.value,
    }
