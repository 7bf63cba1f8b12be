"""Figures of whole runs: measured once when a run ends, noted with it, and read back in no time.

Nothing here scans the claims while a person waits: measuring does, reading the note does not.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy import Engine, func, select, text

from linkreclaim.model.judgements import NEVER_REDIRECTED, Cause
from linkreclaim.model.overviews import Decided, RunFigures, RunPoint, Share, SourceLoss
from linkreclaim.model.reports import PlanFigures
from linkreclaim.model.verdicts import VerdictKind
from linkreclaim.store.overlap import Histogram, Overlap, read_overlap
from linkreclaim.store.reading import reading
from linkreclaim.store.schema import decision, run, site

KindT = TypeVar("KindT", bound=StrEnum)

NOTE = "overview"
"""Name of the note in a run's state: {"figures": ..., "plan": ..., "headline": ...}."""
WARNINGS = "warnings"
"""Name of the note of what a run warned of."""
SOURCES = "sources"
"""Name of the note of a run's sources, in the order of their bits in `target.sources` and `dead_page.sources`."""
_NOTHING = Share(0, 0, 0.0)

_LOST = "look.run_id = :run AND look.dead = 1 AND target.site_id = :site"
_TARGETS_LOOKED_AT = "FROM look JOIN target ON target.url_id = look.url_id"
_SHARE = "count(*), total(target.links), total(target.value)"
_ALL = text("SELECT count(*), total(links), total(value) FROM target WHERE site_id = :site")
_BY_VERDICT = text(
    f"SELECT look.verdict, {_SHARE}, sum(look.dead) {_TARGETS_LOOKED_AT}"
    " WHERE look.run_id = :run AND target.site_id = :site GROUP BY look.verdict ORDER BY 2 DESC, 1"
)
_BY_CAUSE = text(
    f"SELECT coalesce(finding.cause, 'unsure'), target.links > 0, {_SHARE} {_TARGETS_LOOKED_AT}"
    " LEFT JOIN finding ON finding.run_id = look.run_id AND finding.url_id = look.url_id"
    f" WHERE {_LOST} GROUP BY 1, 2 ORDER BY 3 DESC, 1"
)
_RECOVERED = text(
    f"SELECT {_SHARE} {_TARGETS_LOOKED_AT} WHERE look.run_id = :run AND target.site_id = :site"  # noqa: S608
    " AND look.verdict IN ('alive', 'redirected') AND EXISTS (SELECT 1 FROM look AS past"
    " JOIN run ON run.id = past.run_id AND run.site_id = :site"
    " WHERE past.url_id = look.url_id AND past.id < look.id AND past.dead = 1)"
)
_BY_SOURCE = text(
    f"SELECT f.tool, f.report, count(DISTINCT claim.target_id), count(*) {_TARGETS_LOOKED_AT}"
    " JOIN claim ON claim.target_id = look.url_id JOIN source_file AS f ON f.id = claim.file_id AND f.site_id = :site"
    f" WHERE {_LOST} GROUP BY f.tool, f.report ORDER BY 4 DESC, 1, 2"
)
_DECIDED = text(
    "SELECT decision.state = 'accepted' AND decision.disposition IN ('redirect', 'restore', 'fix_at_source'),"
    " count(*), total(target.links), total(target.value) FROM"
    " (SELECT max(id) AS id FROM decision WHERE site_id = :site AND id <= :at AND url_id IN"
    " (SELECT url_id FROM decision WHERE id > :since AND id <= :until AND site_id = :site) GROUP BY url_id) AS newest"
    " JOIN decision ON decision.id = newest.id"
    " JOIN look ON look.run_id = :run AND look.url_id = decision.url_id AND look.dead = 1"
    " JOIN target ON target.site_id = :site AND target.url_id = decision.url_id"
    " WHERE decision.state <> 'proposed' GROUP BY 1"
)


class Overviews:
    """Measures runs and reads what was noted of them."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def sites(self) -> dict[str, int]:
        """{host: id} of the sites in the workspace, in the order of their first audit."""
        with reading(self._engine) as connection:
            rows = connection.execute(select(site.c.host, site.c.id).order_by(site.c.id))
            return {row.host: row.id for row in rows}

    def runs(self, site_id: int) -> list[RunPoint]:
        """Every run of a site, oldest first, with what it noted. Cost: one small row a run."""
        query = select(run).where(run.c.site_id == site_id).order_by(run.c.id)
        with reading(self._engine) as connection:
            return [_point(row) for row in connection.execute(query)]

    def newest_decision(self) -> int:
        """Number of the newest decision of the workspace, 0 when there is none: what is decided changes with it."""
        with reading(self._engine) as connection:
            return int(connection.scalar(select(func.max(decision.c.id))) or 0)

    def decided(self, site_id: int, run_id: int, at: int, since: int, until: int) -> Decided:
        """What the decisions that held at decision `at` say of the dead URLs of a run.

        Only of those URLs about which something was decided after `since` and up to `until` (numbers of decisions).
        Cost: about 2 us for each of these.
        """
        values = {"site": site_id, "run": run_id, "at": at, "since": since, "until": until}
        with reading(self._engine) as connection:
            rows = connection.execute(_DECIDED, values)
            shares = {bool(fixed): _to_share(rest) for fixed, *rest in rows}
        return Decided(accepted=shares.get(True, _NOTHING), left=shares.get(False, _NOTHING))

    def measure(self, site_id: int, run_id: int, referring_domains: int) -> RunFigures:
        """The figures of a run. Cost: reads each target, each look of the run and each claim about a dead URL once."""
        values = {"site": site_id, "run": run_id}
        with reading(self._engine) as connection:
            targets, links, value = connection.execute(_ALL, values).one()
            verdicts = connection.execute(_BY_VERDICT, values).all()
            causes = connection.execute(_BY_CAUSE, values).all()
            recovered = connection.execute(_RECOVERED, values).one()
            sources = connection.execute(_BY_SOURCE, values).all()
        lost = [row for row in causes if row[1] and Cause(row[0]) not in NEVER_REDIRECTED]
        return RunFigures(
            targets=targets,
            links=int(links),
            value=value,
            referring_domains=referring_domains,
            verdicts={VerdictKind(kind): _to_share(rest) for kind, *rest in verdicts},
            causes={Cause(kind): _to_share(rest) for kind, _, *rest in lost},
            lost=sum((_to_share(row[2:]) for row in lost), _NOTHING),
            recovered=_to_share(recovered),
            unlinked_dead=sum(row[2] for row in causes if not row[1] and Cause(row[0]) not in NEVER_REDIRECTED),
            dead_silent_hosts=sum(row[4] for row in verdicts if row[0] == VerdictKind.UNREACHABLE),
            sources=tuple(SourceLoss(*row) for row in sources),
        )

    def overlap(self, site_id: int, run_id: int) -> Overlap:
        """Which sources know which of the run's dead pages. Cost: `read_overlap`."""
        with reading(self._engine) as connection:
            return read_overlap(connection, site_id, run_id)


def known_of_loss(overlap: Overlap) -> tuple[SourceLoss, ...]:
    """What each source knows of the loss, as the ledger counts it; those that know nothing are left out.

    A source that names a page without its target knows the links that were found by reading the page.
    """
    links, targets = overlap.dead_links or {}, overlap.dead_targets or {}
    losses = [
        SourceLoss(*source, _held(targets, 1 << bit), _held(links, 1 << bit), links.get(1 << bit, 0))
        for bit, source in enumerate(overlap.sources)
    ]
    return tuple(sorted((loss for loss in losses if loss.dead_targets or loss.links), key=lambda loss: -loss.links))


def _held(histogram: Histogram, bit: int) -> int:
    """Things that a source knows, alone or with others."""
    return sum(things for known, things in histogram.items() if known & bit)


def write_note(figures: RunFigures, plan: PlanFigures | None, headline: tuple[str, str]) -> dict[str, Any]:
    """What a run notes of itself, as JSON values; `Overviews.runs` reads it back."""
    return {"figures": asdict(figures), "plan": None if plan is None else asdict(plan), "headline": list(headline)}


def _point(row: Any) -> RunPoint:
    state = json.loads(row.state or "{}")
    note = state.get(NOTE) or {}
    return RunPoint(
        run_id=row.id,
        started_at=datetime.fromisoformat(row.started_at),
        finished_at=None if row.finished_at is None else datetime.fromisoformat(row.finished_at),
        figures=_read_figures(note["figures"]) if note else None,
        plan=PlanFigures(**note["plan"]) if note and note["plan"] else None,
        headline=(note["headline"][0], note["headline"][1]) if note else None,
        warnings=tuple(state.get(WARNINGS, ())),
    )


def _read_figures(values: Mapping[str, Any]) -> RunFigures:
    made: dict[str, Any] = {
        "verdicts": _read_shares(VerdictKind, values["verdicts"]),
        "causes": _read_shares(Cause, values["causes"]),
        "lost": Share(**values["lost"]),
        "recovered": Share(**values["recovered"]),
        "sources": tuple(SourceLoss(**each) for each in values["sources"]),
    }
    return RunFigures(**{**values, **made})


def _read_shares(kind: type[KindT], values: Mapping[str, Mapping[str, Any]]) -> dict[KindT, Share]:
    return {kind(name): Share(**share) for name, share in values.items()}


def _to_share(row: Any) -> Share:
    targets, links, value, *_ = row
    return Share(int(targets), int(links), float(value))
