"""Decisions of people: append-only, the latest holds, no run ever writes one."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, func, insert, select

from linkreclaim.model.decisions import Decision, DecisionState
from linkreclaim.model.judgements import Disposition
from linkreclaim.store.interning import Interner
from linkreclaim.store.schema import decision, url


class Decisions:
    """Appends decisions and reads the latest of each URL."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._interner = Interner()

    def append(self, site_id: int, run_id: int | None, decided: Iterable[Decision]) -> int:
        """Append decisions; those that change nothing about the latest one are left out. Returns how many were new."""
        latest = self.latest(site_id)
        with self._engine.begin() as connection:
            rows = []
            for made in decided:
                url_id = self._interner.id_of(connection, made.source_url)
                if not _same(latest.get(url_id), made):
                    rows.append(_row(site_id, run_id, url_id, made))
            if rows:
                connection.execute(insert(decision), rows)
            return len(rows)

    def latest(self, site_id: int) -> dict[int, Decision]:
        """{URL id: the decision that holds}."""
        newest = select(func.max(decision.c.id)).where(decision.c.site_id == site_id).group_by(decision.c.url_id)
        query = select(decision, url.c.url).join(url, url.c.id == decision.c.url_id).where(decision.c.id.in_(newest))
        with self._engine.connect().execution_options(read_only=True) as connection:
            return {row.url_id: _decision(row) for row in connection.execute(query)}


def _same(held: Decision | None, made: Decision) -> bool:
    return held is not None and (held.state, held.disposition, held.target_url, held.note) == (
        made.state,
        made.disposition,
        made.target_url,
        made.note,
    )


def _row(site_id: int, run_id: int | None, url_id: int, made: Decision) -> dict[str, Any]:
    return {
        "site_id": site_id,
        "url_id": url_id,
        "run_id": run_id,
        "state": made.state.value,
        "disposition": made.disposition.value,
        "target_url": made.target_url,
        "decided_by": made.decided_by,
        "decided_at": made.decided_at.isoformat(),
        "note": made.note,
    }


def _decision(row: Any) -> Decision:
    return Decision(
        source_url=row.url,
        state=DecisionState(row.state),
        disposition=Disposition(row.disposition),
        target_url=row.target_url,
        decided_by=row.decided_by,
        decided_at=datetime.fromisoformat(row.decided_at),
        note=row.note,
    )
