"""What the links to each target add up to, and what a run found out about each dead one."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Engine, func, insert, select, text

from linkreclaim.model.judgements import Cause, Disposition
from linkreclaim.model.matches import Candidate, Role
from linkreclaim.model.verdicts import Look
from linkreclaim.store.runs import read_look
from linkreclaim.store.schema import finding, target, url

ROWS_AT_ONCE = 5_000
"""Rows of one transaction, 10 to 30 ms (our measurement), so that nobody who decides waits for a second."""
_NEW_TARGETS = text(
    """
SELECT claim.target_id FROM claim JOIN source_file AS f ON f.id = claim.file_id
WHERE f.site_id = :site AND claim.target_id IS NOT NULL
UNION
SELECT seen_link.target_id FROM seen_link JOIN page_look ON page_look.id = seen_link.page_look_id
JOIN run ON run.id = page_look.run_id WHERE run.site_id = :site
EXCEPT SELECT url_id FROM target WHERE site_id = :site
"""
)
_ADD_TARGET = (
    "INSERT OR IGNORE INTO target"
    " (site_id, url_id, links, links_seen, referring_domains, value, best_link, best_link_parts, anchors, said_dead)"
    " VALUES (?, ?, 0, 0, 0, 0.0, '', '', '[]', 0)"
)
_SAID_DEAD = text(
    """
SELECT DISTINCT claim.target_id FROM claim JOIN source_file AS f ON f.id = claim.file_id
JOIN target ON target.site_id = :site AND target.url_id = claim.target_id AND target.said_dead = 0
WHERE f.site_id = :site AND (claim.target_status IN (404, 410) OR claim.target_soft_404 = 1)
"""
)
_MARK_SAID_DEAD = "UPDATE target SET said_dead = 1 WHERE site_id = ? AND url_id = ?"
_FORGET_FINDINGS = "DELETE FROM finding WHERE rowid IN (SELECT rowid FROM finding WHERE run_id = ? LIMIT ?)"
_CLAIMED_COUNTS = text(
    """
SELECT claim.target_id, max(claim.claimed_links) AS links, max(claim.claimed_domains) AS domains
FROM json_each(:targets) AS asked
JOIN claim ON claim.target_id = asked.value JOIN source_file AS f ON f.id = claim.file_id AND f.site_id = :site
WHERE claim.claimed_links IS NOT NULL OR claim.claimed_domains IS NOT NULL GROUP BY claim.target_id
"""
)
_DEAD = text(
    """
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
)
_DEAD_OF = text(_DEAD.text.replace("ORDER BY", "AND target.url_id IN (SELECT value FROM json_each(:urls)) ORDER BY"))


@dataclass(frozen=True, slots=True)
class TargetTotals:
    """What the links to one URL of the site add up to."""

    url_id: int
    url: str
    links: int
    links_seen: int
    referring_domains: int
    value: float
    best_link: str
    best_link_parts: str
    anchors: tuple[str, ...]
    said_dead: bool


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
    """Totals per target and findings per run."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def refresh_targets(self, site_id: int) -> int:
        """Enter every target that the ledger knows of; returns how many the site has. Memory: one integer a new one."""
        for query, statement in ((_NEW_TARGETS, _ADD_TARGET), (_SAID_DEAD, _MARK_SAID_DEAD)):
            with self._reading() as connection:
                numbers = [row[0] for row in connection.execute(query, {"site": site_id})]
            for start in range(0, len(numbers), ROWS_AT_ONCE):
                with self._engine.begin() as connection:
                    rows = [(site_id, number) for number in numbers[start : start + ROWS_AT_ONCE]]
                    connection.exec_driver_sql(statement, rows)
        with self._reading() as connection:
            return int(connection.scalar(select(func.count()).where(target.c.site_id == site_id)) or 0)

    def save_totals(self, site_id: int, totals: Iterable[TargetTotals]) -> None:
        """Store totals of targets that were entered before."""
        rows = [
            (
                *(t.links, t.links_seen, t.referring_domains, t.value, t.best_link, t.best_link_parts),
                *(json.dumps(t.anchors, ensure_ascii=False), site_id, t.url_id),
            )
            for t in totals
        ]
        if rows:
            with self._engine.begin() as connection:
                connection.exec_driver_sql(
                    "UPDATE target SET links = ?, links_seen = ?, referring_domains = ?, value = ?, best_link = ?,"
                    " best_link_parts = ?, anchors = ? WHERE site_id = ? AND url_id = ?",
                    rows,
                )

    def target_ids(self, site_id: int) -> list[int]:
        """Ids of all targets, in order. Memory: one integer a target."""
        with self._reading() as connection:
            query = select(target.c.url_id).where(target.c.site_id == site_id).order_by(target.c.url_id)
            return [row[0] for row in connection.execute(query)]

    def target_sample(self, site_id: int, limit: int) -> list[str]:
        """Some of the site's target URLs, as written."""
        query = select(url.c.url).join(target, target.c.url_id == url.c.id).where(target.c.site_id == site_id)
        with self._reading() as connection:
            return [row.url for row in connection.execute(query.limit(limit))]

    def target_priorities(self, site_id: int) -> Iterator[tuple[int, float]]:
        """(URL id, value) of all targets; those that a source calls dead weigh double."""
        query = select(target.c.url_id, target.c.value, target.c.said_dead).where(target.c.site_id == site_id)
        with self._reading() as connection:
            for row in connection.execute(query):
                yield row.url_id, row.value * 2 + 1 if row.said_dead else row.value

    def totals(self, site_id: int, limit: int) -> list[TargetTotals]:
        """The most valuable targets, those that a source calls dead first."""
        query = (
            select(target, url.c.url)
            .join(url, url.c.id == target.c.url_id)
            .where(target.c.site_id == site_id)
            .order_by(target.c.said_dead.desc(), target.c.value.desc(), url.c.key)
            .limit(limit)
        )
        with self._reading() as connection:
            return [_totals(row) for row in connection.execute(query)]

    def ranked_totals(self, site_id: int) -> Iterator[TargetTotals]:
        """All targets, most valuable first. Memory: one at a time."""
        query = (
            select(target, url.c.url)
            .join(url, url.c.id == target.c.url_id)
            .where(target.c.site_id == site_id)
            .order_by(target.c.value.desc(), target.c.links.desc(), url.c.key)
        )
        with self._reading() as connection:
            for row in connection.execute(query):
                yield _totals(row)

    def domain_metrics(self, site_id: int, limit: int) -> dict[str, dict[str, float]]:
        """The authority numbers of linking domains, each metric by its name: of all, or of about `limit` drawn by id.

        Cost: reads each claim once, about 0.5 s for a million.
        """
        query = text(
            "SELECT domain.name, found.metric, found.value FROM ("
            " SELECT claim.domain_id, claim.domain_metric AS metric, max(claim.domain_metric_value) AS value"
            " FROM claim JOIN source_file AS f ON f.id = claim.file_id AND f.site_id = :site"
            " WHERE claim.domain_metric IS NOT NULL AND claim.domain_metric_value IS NOT NULL"
            " AND (claim.domain_id * 40503) % 65536 < :drawn GROUP BY claim.domain_id, claim.domain_metric"
            ") AS found JOIN domain ON domain.id = found.domain_id"
        )
        found: dict[str, dict[str, float]] = {}
        with self._reading() as connection:
            domains = connection.scalar(text("SELECT count(*) FROM domain")) or 0
            drawn = 65_536 if domains <= limit else max(1, 65_536 * limit // domains)
            for name, metric, value in connection.execute(query, {"site": site_id, "drawn": drawn}):
                found.setdefault(name, {})[metric] = value
        return found

    def claimed_counts(self, site_id: int, target_ids: Sequence[int]) -> dict[int, tuple[int, int]]:
        """(links, linking sites) that a source counts for a target without naming the pages."""
        values = {"site": site_id, "targets": json.dumps(list(target_ids))}
        with self._reading() as connection:
            rows = connection.execute(_CLAIMED_COUNTS, values)
            return {row.target_id: (row.links or row.domains or 0, row.domains or 0) for row in rows}

    def all_value(self, site_id: int) -> float:
        """Value of all links to the site together."""
        with self._reading() as connection:
            return float(connection.scalar(select(func.sum(target.c.value)).where(target.c.site_id == site_id)) or 0.0)

    def all_counts(self, site_id: int) -> tuple[int, int]:
        """(targets, backlinks) of the site."""
        with self._reading() as connection:
            query = select(func.count(), func.sum(target.c.links)).where(target.c.site_id == site_id)
            targets, links = connection.execute(query).one()
        return int(targets), int(links or 0)

    def referring_domains(self, site_id: int) -> int:
        """Distinct domains that link to the site, by claim or by sight."""
        query = text(
            "SELECT count(*) FROM ("
            " SELECT claim.domain_id FROM claim JOIN source_file AS f ON f.id = claim.file_id"
            " WHERE f.site_id = :site AND claim.domain_id IS NOT NULL"
            " UNION SELECT url.domain_id FROM seen_link JOIN page_look ON page_look.id = seen_link.page_look_id"
            " JOIN url ON url.id = page_look.url_id JOIN run ON run.id = page_look.run_id WHERE run.site_id = :site)"
        )
        with self._reading() as connection:
            return int(connection.scalar(query, {"site": site_id}) or 0)

    def dead_targets(self, site_id: int, run_id: int) -> Iterator[DeadTarget]:
        """Dead targets of a run, most valuable first."""
        with self._reading() as connection:
            for row in connection.execute(_DEAD, {"site": site_id, "run": run_id}):
                yield _dead_target(row)

    def dead_targets_of(self, site_id: int, run_id: int, url_ids: Sequence[int]) -> dict[int, DeadTarget]:
        """{URL id: dead target} of those among some URLs that the run found dead."""
        values = {"site": site_id, "run": run_id, "urls": json.dumps(list(url_ids))}
        with self._reading() as connection:
            return {row.url_id: _dead_target(row) for row in connection.execute(_DEAD_OF, values)}

    def save_findings(self, run_id: int, findings: Iterable[tuple[int, Finding]]) -> None:
        """Store the run's findings, in place of those it had before. When this is cut off, it is begun anew."""
        forgotten = ROWS_AT_ONCE
        while forgotten == ROWS_AT_ONCE:
            with self._engine.begin() as connection:
                forgotten = connection.exec_driver_sql(_FORGET_FINDINGS, (run_id, ROWS_AT_ONCE)).rowcount
        rows = (_finding_row(run_id, url_id, found) for url_id, found in findings)
        while block := list(islice(rows, ROWS_AT_ONCE)):
            with self._engine.begin() as connection:
                connection.execute(insert(finding), block)

    def _reading(self) -> Connection:
        return self._engine.connect().execution_options(read_only=True)


def _dead_target(row: Any) -> DeadTarget:
    return DeadTarget(_totals(row), read_look(row), None if row.cause is None else _finding(row))


def _totals(row: Any) -> TargetTotals:
    return TargetTotals(
        url_id=row.url_id,
        url=row.url,
        links=row.links,
        links_seen=row.links_seen,
        referring_domains=row.referring_domains,
        value=row.value,
        best_link=row.best_link,
        best_link_parts=row.best_link_parts,
        anchors=tuple(json.loads(row.anchors)),
        said_dead=bool(row.said_dead),
    )


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
