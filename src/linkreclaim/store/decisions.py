"""Decisions: append-only, the latest holds. Runs write none but those of a threshold (`threshold_decisions`).

Each is an answer to what held when it was made: a URL's revision is the id of its newest decision, and a decision made
on an older one is refused and shown what holds now.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Engine, func, insert, select, text
from sqlalchemy.exc import OperationalError

from linkreclaim.errors import InputError, LinkreclaimError, WorkspaceError
from linkreclaim.model.decisions import Decision, DecisionState, is_by_threshold
from linkreclaim.store.dead_pages import show_decisions
from linkreclaim.store.held_decisions import (
    HeldDecision,
    MadeDecision,
    held_decisions,
    insert_decisions,
    newest_id,
    read_decision,
    read_held,
    says_the_same,
    seen_facts,
    url_of,
)
from linkreclaim.store.interning import Interner
from linkreclaim.store.reading import reading
from linkreclaim.store.schema import decision, decision_batch, site, url
from linkreclaim.store.turns import Turns

DECISIONS_AT_ONCE = 500
"""Decisions of one transaction, so that it ends within 200 ms."""
_FORMER = text(
    """
SELECT decision.*, url.url, newer.id AS newer_id FROM json_each(:ids) AS asked
CROSS JOIN decision AS newer ON newer.id = asked.value AND newer.site_id = :site
CROSS JOIN decision ON decision.id = (
  SELECT max(older.id) FROM decision AS older
  WHERE older.site_id = newer.site_id AND older.url_id = newer.url_id AND older.id < newer.id)
JOIN url ON url.id = decision.url_id
"""
)
"""What was decided before each of some decisions; asked of a table of pairs, SQLite makes those of the whole site."""


# INDEXED BY: the index of the site alone would have all of it sorted
_ACCEPTED = text(
    """
SELECT decision.*, url.url FROM decision INDEXED BY decision_latest JOIN url ON url.id = decision.url_id
WHERE decision.site_id = :site AND decision.url_id > :after AND decision.state = 'accepted' AND NOT EXISTS (
  SELECT 1 FROM decision AS newer
  WHERE newer.site_id = :site AND newer.url_id = decision.url_id AND newer.id > decision.id)
ORDER BY decision.url_id LIMIT :limit
"""
)


class StaleDecisionError(LinkreclaimError):
    """A decision was made on what no longer holds; nothing was written. `held` is what holds now, None for nothing."""

    def __init__(self, message: str, held: HeldDecision | None) -> None:
        super().__init__(message)
        self.held = held

    @property
    def revision(self) -> int:
        """The revision that a new decision must answer."""
        return 0 if self.held is None else self.held.id


@dataclass(frozen=True, slots=True)
class Batch:
    """Decisions made by one act."""

    id: int
    action: str  # a word of BulkAction, "sheet" or "undo"
    view: str  # the query of the filter that chose the pages; the name of a sheet
    made_by: str
    made_at: datetime
    decisions: int
    undoes_id: int | None  # the batch that it takes back
    undone_by_id: int | None  # the newest batch that takes this one back


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """Decisions, newest first, those taken back too."""

    entries: tuple[HeldDecision, ...]
    next: int | None  # `before` of the following page


class Decisions:
    """Appends decisions, each in its turn before any run, and reads them."""

    def __init__(self, engine: Engine, turns: Turns) -> None:
        self._engine = engine
        self._turns = turns
        self._interner = Interner()

    @contextmanager
    def deciding(self) -> Iterator[Connection]:
        """A transaction of a person: it goes before the next one of a run. Nothing else may be written inside.

        Raises:
            WorkspaceError: another program has been writing for longer than anybody waits.
        """
        engine = self._engine.execution_options(person=True)
        try:
            with self._turns.first(), engine.begin() as connection:
                yield connection
        except OperationalError as error:
            if "locked" not in str(error.orig):
                raise
            raise WorkspaceError("the workspace has been busy for 5 seconds; nothing was decided, try again") from error

    def decide(
        self, site_id: int, url_id: int, expected_revision: int, made: Decision, run_id: int | None = None
    ) -> int:
        """Append a decision about one dead page; returns the page's new revision.

        `run_id` is the run whose findings the person had before them (the listed one unless given); its facts are kept
        with the decision, so that a later run can say which of them changed.

        Raises:
            StaleDecisionError: somebody decided since `expected_revision` (0: nobody had).
            InputError: the URL is no page that the run looked at.
        """
        with self.deciding() as connection:
            held = _check_revision(connection, site_id, url_id, expected_revision)
            run_id = run_id or connection.scalar(select(site.c.listed_run_id).where(site.c.id == site_id))
            seen = seen_facts(connection, run_id, [url_id]).get(url_id)
            if seen is None:
                raise InputError(f"page {url_id} is no dead page of run {run_id}; reload the list")
            if held is not None and says_the_same(held, made):
                return held.id
            insert_decisions(connection, site_id, [(url_id, made, run_id, seen)])
            show_decisions(connection, site_id, [url_id])
            return newest_id(connection, site_id, url_id)

    def take_back(self, site_id: int, url_id: int, expected_revision: int, by: str, now: datetime) -> int:
        """Restore what held before the newest decision about a page; returns the page's new revision.

        Raises:
            StaleDecisionError: somebody decided since.
            InputError: nobody has decided anything about the page.
        """
        with self.deciding() as connection:
            if _check_revision(connection, site_id, url_id, expected_revision) is None:
                raise InputError(f"nothing has been decided about page {url_id}: there is nothing to take back")
            restored = former_decisions(connection, site_id, [expected_revision], by, now)
            insert_decisions(connection, site_id, [each for _, each in restored])
            show_decisions(connection, site_id, [url_id])
            return newest_id(connection, site_id, url_id)

    def append(self, site_id: int, run_id: int | None, decided: Iterable[Decision], sheet: str = "") -> int:
        """Append decisions of a sheet as one batch; those that change nothing about the latest one are left out, and
        so are lines that only repeat what a threshold accepted: nobody but it has decided those.

        Returns how many were new. A few hundred are one transaction, so that nobody waits for a large sheet.
        """
        rows, count, batch_id = iter(decided), 0, None
        while block := list(islice(rows, DECISIONS_AT_ONCE)):
            with self.deciding() as connection:
                ids = {self._interner.id_of(connection, made.source_url): made for made in block}
                held = held_decisions(connection, site_id, ids)
                new = {number: made for number, made in ids.items() if not _repeats(held.get(number), made)}
                if not new:
                    continue
                first = next(iter(new.values()))
                if batch_id is None:
                    batch_id = open_batch(connection, site_id, "sheet", sheet, first.decided_by, first.decided_at)
                seen = seen_facts(connection, run_id, new)
                made_rows = [(number, made, run_id, seen.get(number, "{}")) for number, made in new.items()]
                insert_decisions(connection, site_id, made_rows, batch_id)
                show_decisions(connection, site_id, list(new))
                count += len(new)
        return count

    def latest(self, site_id: int) -> dict[int, Decision]:
        """{URL id: the decision that holds}; URLs whose decision was taken back are left out."""
        newest = select(func.max(decision.c.id)).where(decision.c.site_id == site_id).group_by(decision.c.url_id)
        query = select(decision, url.c.url).join(url, url.c.id == decision.c.url_id).where(decision.c.id.in_(newest))
        with reading(self._engine) as connection:
            rows = connection.execute(query.where(decision.c.state != DecisionState.PROPOSED.value))
            return {row.url_id: read_decision(row) for row in rows}

    def latest_of(self, site_id: int, url_ids: Iterable[int]) -> dict[int, Decision]:
        """The same of some URLs only. Cost: about 10 us each."""
        with reading(self._engine) as connection:
            held = held_decisions(connection, site_id, url_ids)
        return {
            number: newest.decision
            for number, newest in held.items()
            if newest.decision.state is not DecisionState.PROPOSED
        }

    def accepted(self, site_id: int) -> Iterator[tuple[int, Decision]]:
        """(URL id, decision) of everything that is accepted, by id. Memory: `DECISIONS_AT_ONCE` of them."""
        after = 0
        while rows := self._accepted_after(site_id, after):
            yield from ((row.url_id, read_decision(row)) for row in rows)
            after = rows[-1].url_id

    def _accepted_after(self, site_id: int, after: int) -> Sequence[Any]:
        values = {"site": site_id, "after": after, "limit": DECISIONS_AT_ONCE}
        with reading(self._engine) as connection:
            return connection.execute(_ACCEPTED, values).all()

    def held(self, site_id: int, url_id: int) -> HeldDecision | None:
        """The newest decision about a URL; in the state "proposed" it was taken back."""
        with reading(self._engine) as connection:
            return held_decisions(connection, site_id, [url_id]).get(url_id)

    def history(
        self, site_id: int, url_id: int | None = None, before: int | None = None, limit: int = 50
    ) -> HistoryPage:
        """Who decided what and when, newest first: about one page, or about all of a site."""
        query = (
            select(decision, url.c.url).join(url, url.c.id == decision.c.url_id).where(decision.c.site_id == site_id)
        )
        if url_id is not None:
            query = query.where(decision.c.url_id == url_id)
        if before is not None:
            query = query.where(decision.c.id < before)
        with reading(self._engine) as connection:
            rows = connection.execute(query.order_by(decision.c.id.desc()).limit(limit + 1)).all()
        entries = tuple(read_held(row) for row in rows[:limit])
        return HistoryPage(entries, entries[-1].id if len(rows) > limit else None)

    def batches(self, site_id: int, limit: int = 20) -> list[Batch]:
        """The newest acts that decided about many pages, newest first."""
        with reading(self._engine) as connection:
            return _read_batches(connection, decision_batch.c.site_id == site_id, limit)

    def batch(self, batch_id: int) -> Batch | None:
        """One of them."""
        with reading(self._engine) as connection:
            return next(iter(_read_batches(connection, decision_batch.c.id == batch_id, 1)), None)

    def ids_of_batch(self, site_id: int, batch_id: int) -> list[int]:
        """Ids of a batch's decisions, in order."""
        query = select(decision.c.id).where(decision.c.batch_id == batch_id, decision.c.site_id == site_id)
        with reading(self._engine) as connection:
            return [row[0] for row in connection.execute(query.order_by(decision.c.id))]


def open_batch(
    connection: Connection,
    site_id: int,
    action: str,
    view: str,
    made_by: str,
    made_at: datetime,
    undoes_id: int | None = None,
) -> int:
    """Enter a new batch; returns its id."""
    values = {"site_id": site_id, "action": action, "view": view, "made_by": made_by, "made_at": made_at.isoformat()}
    query = insert(decision_batch).values(**values, undoes_id=undoes_id).returning(decision_batch.c.id)
    return int(connection.execute(query).scalar_one())


def former_decisions(
    connection: Connection, site_id: int, decision_ids: Sequence[int], by: str, now: datetime
) -> list[tuple[HeldDecision, MadeDecision]]:
    """(a decision, what to append to restore what held before it) for each of some decisions.

    What a person decided before stays theirs; where nothing held, the decision is taken back in the name of `by`. What
    a threshold accepted is restored only where a person had decided over it since the listed run: an older acceptance
    may have lost its ground.
    """
    listed_run = connection.scalar(select(site.c.listed_run_id).where(site.c.id == site_id))
    asked = {"site": site_id, "ids": json.dumps(list(decision_ids))}
    former = {row.newer_id: row for row in connection.execute(_FORMER, asked)}
    taken_back = select(decision, url.c.url).join(url, url.c.id == decision.c.url_id)
    rows = connection.execute(taken_back.where(decision.c.id.in_(decision_ids)).order_by(decision.c.id)).all()
    return [(read_held(row), _restored(row, former.get(row.id), by, now, listed_run)) for row in rows]


def overruled(connection: Connection, site_id: int, decision_ids: Sequence[int]) -> set[int]:
    """Those among some decisions that took the place of a threshold's acceptance."""
    asked = {"site": site_id, "ids": json.dumps(list(decision_ids))}
    return {
        row.newer_id
        for row in connection.execute(_FORMER, asked)
        if row.state == DecisionState.ACCEPTED.value and is_by_threshold(row.decided_by)
    }


def _restored(row: Any, former: Any, by: str, now: datetime, listed_run: int | None) -> MadeDecision:
    held = read_decision(row if former is None else former)
    automatic = is_by_threshold(held.decided_by)
    lapsed = automatic and (is_by_threshold(row.decided_by) or former is None or former.run_id != listed_run)
    state = DecisionState.PROPOSED if former is None or lapsed else held.state
    is_open = state is DecisionState.PROPOSED
    decided_by, note = by if is_open else held.decided_by, "" if is_open and automatic else held.note
    made = Decision(held.source_url, state, held.disposition, held.target_url, decided_by, now, note)
    seen = row if former is None else former
    return row.url_id, made, seen.run_id, seen.seen


def _repeats(held: HeldDecision | None, made: Decision) -> bool:
    if held is not None and is_by_threshold(held.decision.decided_by) and not made.note:
        return says_the_same(held, replace(made, note=held.decision.note))
    return says_the_same(held, made)


def _check_revision(connection: Connection, site_id: int, url_id: int, expected: int) -> HeldDecision | None:
    held = held_decisions(connection, site_id, [url_id]).get(url_id)
    if (0 if held is None else held.id) == expected:
        return held
    if held is None:
        raise StaleDecisionError(f"nothing has been decided about {url_of(connection, url_id)} yet", None)
    made = held.decision
    raise StaleDecisionError(
        f"{made.decided_by} decided about {made.source_url} at {made.decided_at:%Y-%m-%d %H:%M} UTC, after you had"
        f" opened it: {made.state.value}, {made.disposition.value} {made.target_url or ''}".rstrip(),
        held,
    )


def _read_batches(connection: Connection, which: Any, limit: int) -> list[Batch]:
    later = decision_batch.alias()
    undone = select(func.max(later.c.id)).where(later.c.undoes_id == decision_batch.c.id).scalar_subquery()
    count = select(func.count()).where(decision.c.batch_id == decision_batch.c.id).scalar_subquery()
    query = select(decision_batch, undone.label("undone_by_id"), count.label("decisions")).where(which)
    return [
        Batch(
            id=row.id,
            action=row.action,
            view=row.view,
            made_by=row.made_by,
            made_at=datetime.fromisoformat(row.made_at),
            decisions=row.decisions,
            undoes_id=row.undoes_id,
            undone_by_id=row.undone_by_id,
        )
        for row in connection.execute(query.order_by(decision_batch.c.id.desc()).limit(limit))
    ]
