"""Runs: what was asked, when, and what the stages noted about themselves."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, insert, select, update

from linkreclaim.store.reading import reading
from linkreclaim.store.schema import run


@dataclass(frozen=True, slots=True)
class Run:
    """One audit of one site."""

    id: int
    site_id: int
    started_at: datetime
    finished_at: datetime | None
    continued: bool  # it was begun by an earlier process and goes on now


class Runs:
    """Begins, continues and ends runs."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def begin(self, site_id: int, question: str, now: datetime, fresh: bool = False) -> Run:
        """The unfinished run that was asked the same question, or a new one (always new when `fresh`)."""
        with self._engine.begin() as connection:
            row = connection.execute(
                select(run)
                .where(run.c.site_id == site_id, run.c.question == question, run.c.finished_at.is_(None))
                .order_by(run.c.id.desc())
            ).first()
            if row is not None and not fresh:
                return _run(row, continued=True)
            values = {"site_id": site_id, "question": question, "started_at": now.isoformat()}
            number = connection.scalar(insert(run).values(values).returning(run.c.id))
            return Run(int(number or 0), site_id, now, None, continued=False)

    def latest(self, site_id: int) -> Run | None:
        """The newest finished run of a site."""
        query = select(run).where(run.c.site_id == site_id, run.c.finished_at.is_not(None)).order_by(run.c.id.desc())
        with reading(self._engine) as connection:
            row = connection.execute(query).first()
        return None if row is None else _run(row, continued=False)

    def get(self, run_id: int) -> Run | None:
        """A run by its id."""
        with reading(self._engine) as connection:
            row = connection.execute(select(run).where(run.c.id == run_id)).first()
        return None if row is None else _run(row, continued=False)

    def finish(self, run_id: int, now: datetime) -> None:
        """Mark a run as finished: it is never continued again."""
        with self._engine.begin() as connection:
            connection.execute(update(run).where(run.c.id == run_id).values(finished_at=now.isoformat()))

    def state(self, run_id: int) -> dict[str, Any]:
        """What the stages noted about themselves."""
        with reading(self._engine) as connection:
            return noted_in(connection, run_id)

    def note(self, run_id: int, **values: Any) -> None:
        """Note facts about a stage (JSON values), kept beside those noted before."""
        with self._engine.begin() as connection:
            note_in(connection, run_id, values)


def noted_in(connection: Connection, run_id: int) -> dict[str, Any]:
    """What the stages of a run noted, read inside a transaction."""
    return dict(json.loads(connection.scalar(select(run.c.state).where(run.c.id == run_id)) or "{}"))


def note_in(connection: Connection, run_id: int, values: Mapping[str, Any]) -> None:
    """Note facts about a stage inside a transaction that stores what they tell of."""
    state = noted_in(connection, run_id) | dict(values)
    connection.execute(update(run).where(run.c.id == run_id).values(state=json.dumps(state)))


def _run(row: Any, continued: bool) -> Run:
    finished = None if row.finished_at is None else datetime.fromisoformat(row.finished_at)
    return Run(row.id, row.site_id, datetime.fromisoformat(row.started_at), finished, continued)
