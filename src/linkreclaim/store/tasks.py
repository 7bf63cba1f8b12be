"""Tasks: URLs that the stages of a run still have to ask. A result and its task's end are one transaction."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Engine, and_, func, select, text

from linkreclaim.model.verdicts import VerdictKind
from linkreclaim.store.interning import Interner, keys_of
from linkreclaim.store.reading import reading
from linkreclaim.store.runs import note_in
from linkreclaim.store.schema import look, task, url

_TASKS_AT_ONCE = 5_000
_ADD_TASKS = "INSERT OR IGNORE INTO task (run_id, kind, url_id, priority, done) VALUES (?, ?, ?, ?, 0)"
_ADD_NEW_TASKS = text(
    """
INSERT INTO task (run_id, kind, url_id, priority, done)
SELECT :run, :kind, asked.value, -asked.value, 0 FROM json_each(:urls) AS asked
WHERE NOT EXISTS (SELECT 1 FROM task WHERE run_id = :run AND kind = :kind AND url_id = asked.value) LIMIT :room
"""
)


@dataclass(frozen=True, slots=True)
class Task:
    """A URL that a stage still has to ask."""

    url_id: int
    url: str


class Tasks:
    """Takes the work of each stage (its `kind`), hands it out and counts it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._interner = Interner()

    def add(self, run_id: int, kind: str, addresses: Iterable[str], **noted: Any) -> int:
        """Add URLs to a stage's work, those it already has left out; `noted` is written in the same transaction.

        Returns how many were new.
        """
        urls = keys_of(addresses)
        with self._engine.begin() as connection:
            ids = self._interner.ids(connection, urls) if urls else {}
            before = count_tasks(connection, run_id, kind)
            if ids:
                connection.exec_driver_sql(
                    _ADD_TASKS, [(run_id, kind, ids[key], -float(n)) for n, key in enumerate(urls)]
                )
            if noted:
                note_in(connection, run_id, noted)
            return count_tasks(connection, run_id, kind) - before

    def add_prioritised(self, run_id: int, kind: str, priorities: Mapping[str, float]) -> None:
        """Add URLs with priorities to a stage's work; those it already has keep theirs."""
        urls = keys_of(priorities)
        if urls:
            with self._engine.begin() as connection:
                ids = self._interner.ids(connection, urls)
                rows = [(run_id, kind, ids[key], priorities[address]) for key, address in urls.items()]
                connection.exec_driver_sql(_ADD_TASKS, rows)

    def add_by_id(self, run_id: int, kind: str, priorities: Iterable[tuple[int, float]]) -> None:
        """Add (URL id, priority) pairs to a stage's work; the highest priority is handed out first."""
        rows = ((run_id, kind, number, priority) for number, priority in priorities)
        while block := list(islice(rows, _TASKS_AT_ONCE)):
            with self._engine.begin() as connection:
                connection.exec_driver_sql(_ADD_TASKS, block)

    def open(self, run_id: int, kind: str, limit: int, leave_out: Iterable[int] = ()) -> list[Task]:
        """The next tasks of a stage that are not done, highest priority first; `leave_out` are in flight already."""
        flying = set(leave_out)
        query = (
            select(task.c.url_id, url.c.url)
            .join(url, url.c.id == task.c.url_id)
            .where(task.c.run_id == run_id, task.c.kind == kind, task.c.done.is_(False))
            .order_by(task.c.priority.desc(), task.c.url_id)
            .limit(limit + len(flying))
        )
        with reading(self._engine) as connection:
            rows = [Task(row.url_id, row.url) for row in connection.execute(query)]
        return [row for row in rows if row.url_id not in flying][:limit]

    def counts(self, run_id: int, kind: str) -> tuple[int, int]:
        """(done, all) tasks of a stage."""
        query = select(func.count(), func.sum(task.c.done)).where(task.c.run_id == run_id, task.c.kind == kind)
        with reading(self._engine) as connection:
            total, done = connection.execute(query).one()
        return int(done or 0), int(total)

    def end_known(self, run_id: int, kind: str) -> None:
        """End tasks whose URL this run has looked at already in another stage."""
        known = "(SELECT url_id FROM page WHERE run_id = ? UNION SELECT url_id FROM look WHERE run_id = ?)"
        with self._engine.begin() as connection:
            connection.exec_driver_sql(
                f"UPDATE task SET done = 1 WHERE run_id = ? AND kind = ? AND url_id IN {known}",  # noqa: S608 - constant
                (run_id, kind, run_id, run_id),
            )

    def answered(self, run_id: int, kind: str, verdicts: Iterable[VerdictKind]) -> list[Task]:
        """URLs of a stage's work to which the run gave one of the verdicts."""
        query = (
            select(task.c.url_id, url.c.url)
            .join(url, url.c.id == task.c.url_id)
            .join(look, and_(look.c.url_id == task.c.url_id, look.c.run_id == task.c.run_id))
            .where(task.c.run_id == run_id, task.c.kind == kind)
            .where(look.c.verdict.in_([verdict.value for verdict in verdicts]))
            .order_by(task.c.url_id)
        )
        with reading(self._engine) as connection:
            return [Task(row.url_id, row.url) for row in connection.execute(query)]


def count_tasks(connection: Connection, run_id: int, kind: str) -> int:
    """All tasks of a stage, done or not."""
    query = select(func.count()).where(task.c.run_id == run_id, task.c.kind == kind)
    return int(connection.scalar(query) or 0)


def add_found_tasks(connection: Connection, run_id: int, kind: str, url_ids: Iterable[int], room: int) -> None:
    """Add up to `room` URLs that a stage has not got yet to its work, the first ones."""
    values = {"run": run_id, "kind": kind, "urls": json.dumps(list(url_ids)), "room": room}
    connection.execute(_ADD_NEW_TASKS, values)


def end_tasks(connection: Connection, run_id: int, kind: str, url_ids: Iterable[int]) -> None:
    """Mark tasks as done inside the transaction that stores their results."""
    connection.exec_driver_sql(
        "UPDATE task SET done = 1 WHERE run_id = ? AND kind = ? AND url_id = ?", [(run_id, kind, n) for n in url_ids]
    )


def open_again(connection: Connection, run_id: int, kind: str, url_ids: Iterable[int]) -> None:
    """Open tasks that were done, inside the transaction that takes their results back."""
    connection.exec_driver_sql(
        "UPDATE task SET done = 0 WHERE run_id = ? AND kind = ? AND url_id = ?", [(run_id, kind, n) for n in url_ids]
    )
