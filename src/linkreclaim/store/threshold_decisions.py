"""What a threshold decides: every proposal of a run at a confidence is accepted, and is a proposal again when a later
run gives the acceptance no ground.

Its ground is that the newest audit was given a threshold and proposes the same target at that confidence, or that the
page leads to the target by now. A person's decision is never touched: it is read in the transaction that writes.
"""

import json
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, text

from linkreclaim.model.decisions import Decision, DecisionState, is_by_threshold, name_threshold, read_threshold
from linkreclaim.model.judgements import Disposition
from linkreclaim.model.verdicts import UNTOLD_KINDS, VerdictKind
from linkreclaim.store.dead_pages import show_decisions
from linkreclaim.store.decisions import DECISIONS_AT_ONCE, Decisions, open_batch, overruled
from linkreclaim.store.held_decisions import HeldDecision, MadeDecision, held_decisions, insert_decisions, seen_facts
from linkreclaim.store.reading import reading
from linkreclaim.store.runs import note_in, noted_in
from linkreclaim.store.standing import proposed_before
from linkreclaim.urls import match_key

_LOOKED = text(
    """
SELECT url_id FROM look WHERE run_id = :run AND url_id > :after AND (dead = 1 OR verdict = 'redirected')
ORDER BY url_id LIMIT :limit
"""
)
_HELD = text(
    """
SELECT decision.url_id FROM decision INDEXED BY decision_latest
WHERE decision.site_id = :site AND decision.url_id > :after AND decision.state = 'accepted'
  AND decision.decided_by LIKE '--accept %' AND NOT EXISTS (
  SELECT 1 FROM decision AS newer
  WHERE newer.site_id = :site AND newer.url_id = decision.url_id AND newer.id > decision.id)
ORDER BY decision.url_id LIMIT :limit
"""
)
_NEWEST = text(
    """
SELECT decision.decided_by FROM decision
WHERE decision.site_id = :site AND decision.state = 'accepted' AND decision.decided_by LIKE '--accept %'
  AND NOT EXISTS (
  SELECT 1 FROM decision AS newer
  WHERE newer.site_id = :site AND newer.url_id = decision.url_id AND newer.id > decision.id)
ORDER BY decision.id DESC LIMIT 1
"""
)
# CROSS JOIN: SQLite keeps the order in which tables are named (SQLite, "The Query Optimizer Overview", 7.2)
_FOUND = text(
    """
SELECT look.url_id, url.url, look.verdict, look.dead, look.final_url, finding.disposition, finding.target_url,
  coalesce(finding.match_confidence_0_1, 0) AS confidence_0_1
FROM json_each(:urls) AS asked
CROSS JOIN look ON look.run_id = :run AND look.url_id = asked.value
CROSS JOIN url ON url.id = look.url_id
LEFT JOIN finding ON finding.run_id = :run AND finding.url_id = look.url_id
"""
)
_BATCH_NOTE = "accepted_batch"


@dataclass(frozen=True, slots=True)
class ThresholdAct:
    """One use of a threshold."""

    least_0_1: float
    made_at: datetime
    since: datetime  # when it was asked for: what a person takes back from then on stays open
    sheet: str = ""  # the sheet that it was given with; "" for an audit
    but: Container[int] = ()  # ids of URLs whose line in the sheet says something else

    @property
    def by(self) -> str:
        """Whose decisions these are."""
        return name_threshold(self.least_0_1)


class ThresholdDecisions:
    """Accepts proposals, and takes such acceptances back. A few hundred are one transaction; memory holds no others.

    All of it may be cut off and begun anew: what stands already is left as it is.
    """

    def __init__(self, engine: Engine, decisions: Decisions) -> None:
        self._engine = engine
        self._decisions = decisions

    def newest(self, site_id: int) -> float | None:
        """The threshold that accepted last, of those whose acceptances hold; None where there is no such acceptance."""
        with reading(self._engine) as connection:
            decided_by = connection.scalar(_NEWEST, {"site": site_id})
        return None if decided_by is None else read_threshold(decided_by)

    def accept(self, site_id: int, run_id: int, act: ThresholdAct) -> int:
        """Accept what a run proposes at a confidence, and what an earlier one did where it works by now.

        All of it is one batch, also where a run that was cut off goes on. Returns how many decisions are new.
        Left alone is what a person decided, or took back since the act was asked for; an audit also leaves alone what
        a person took back from a threshold. Cost (our measurement, 200,000 dead pages): 0.1 ms of CPU a page that is
        newly accepted, 0.4 ms where it stands in the list that is shown, 0.04 ms one where nothing changes; 5 MB.
        """
        begin = self._decisions.deciding if act.sheet else self._engine.begin
        count, batch_id = 0, None if act.sheet else self._batch_begun(run_id, act)
        for url_ids in self._blocks(_LOOKED, {"run": run_id}):
            with begin() as connection:
                rows = _acceptances(connection, site_id, run_id, url_ids, act)
                if not rows:
                    continue
                if batch_id is None:
                    batch_id = _open_batch(connection, site_id, run_id, act)
                _append(connection, site_id, rows, batch_id)
                count += len(rows)
        return count

    def take_back(self, site_id: int, run_id: int, least_0_1: float | None, now: datetime) -> int:
        """Make acceptances without a ground proposals again, given what the run accepts itself (None: nothing).

        Pages that the run did not look at, or could not tell, stay as they are. Returns how many there were.
        Cost (our measurement): 0.5 ms of CPU each.
        """
        count = 0
        for url_ids in self._blocks(_HELD, {"site": site_id}):
            with self._engine.begin() as connection:
                rows = _withdrawals(connection, site_id, run_id, url_ids, least_0_1, now)
                _append(connection, site_id, rows, None)
                count += len(rows)
        return count

    def _blocks(self, query: Any, values: Mapping[str, int]) -> Iterator[list[int]]:
        after = 0
        while url_ids := self._block(query, {**values, "after": after, "limit": DECISIONS_AT_ONCE}):
            yield url_ids
            after = url_ids[-1]

    def _block(self, query: Any, values: Mapping[str, int]) -> list[int]:
        with reading(self._engine) as connection:
            return [row.url_id for row in connection.execute(query, values)]

    def _batch_begun(self, run_id: int, act: ThresholdAct) -> int | None:
        """The batch of a run that was cut off while it accepted the same."""
        with reading(self._engine) as connection:
            by, batch_id = noted_in(connection, run_id).get(_BATCH_NOTE, ("", None))
        return batch_id if by == act.by else None


def _open_batch(connection: Connection, site_id: int, run_id: int, act: ThresholdAct) -> int:
    action = "sheet" if act.sheet else "accept"
    batch_id = open_batch(connection, site_id, action, act.sheet, act.by, act.made_at)
    if not act.sheet:
        note_in(connection, run_id, {_BATCH_NOTE: (act.by, batch_id)})
    return batch_id


def _append(connection: Connection, site_id: int, rows: Sequence[MadeDecision], batch_id: int | None) -> None:
    if rows:
        insert_decisions(connection, site_id, rows, batch_id)
        show_decisions(connection, site_id, [row[0] for row in rows])


def _acceptances(
    connection: Connection, site_id: int, run_id: int, url_ids: Sequence[int], act: ThresholdAct
) -> list[MadeDecision]:
    held = held_decisions(connection, site_id, url_ids)
    refused = overruled(connection, site_id, [each.id for each in held.values() if _is_taken_back(each)])
    asked = [number for number in url_ids if number not in act.but and _is_open(held.get(number), act, refused)]
    proposed = _proposals(connection, run_id, asked, act)
    standing = _standing(connection, site_id, run_id, asked, act)
    seen = seen_facts(connection, run_id, proposed.keys() | standing.keys())
    rows: list[MadeDecision] = []
    for number, made in (proposed | standing).items():
        newest = held.get(number)
        if number in standing and _leads_to(newest, made.target_url):
            continue
        if newest is None or not _is_confirmed(newest, made, seen[number]):
            rows.append((number, made, run_id, seen[number]))
    return rows


def _is_taken_back(newest: HeldDecision) -> bool:
    """By a person."""
    return newest.decision.state is DecisionState.PROPOSED and not is_by_threshold(newest.decision.decided_by)


def _is_open(newest: HeldDecision | None, act: ThresholdAct, refused: Container[int]) -> bool:
    """Whether the threshold may decide about a page."""
    if newest is None or is_by_threshold(newest.decision.decided_by):
        return True
    if newest.decision.state is not DecisionState.PROPOSED or newest.decision.decided_at >= act.since:
        return False
    return bool(act.sheet) or newest.id not in refused


def _proposals(connection: Connection, run_id: int, url_ids: Sequence[int], act: ThresholdAct) -> dict[int, Decision]:
    """{URL id: its acceptance} of dead pages."""
    return {
        row.url_id: _acceptance(row.url, row.target_url, act)
        for row in _found(connection, run_id, url_ids)
        if row.dead and _is_proposal(row) and row.confidence_0_1 >= act.least_0_1
    }


def _standing(
    connection: Connection, site_id: int, run_id: int, url_ids: Sequence[int], act: ThresholdAct
) -> dict[int, Decision]:
    """{URL id: its acceptance} of pages that redirect as an earlier run proposed."""
    return {
        number: _acceptance(found.url, found.target_url, act)
        for number, found in proposed_before(connection, site_id, run_id, url_ids, act.least_0_1).items()
        if found.as_proposed
    }


def _acceptance(source_url: str, target_url: str, act: ThresholdAct) -> Decision:
    state, note = DecisionState.ACCEPTED, f"confidence >= {act.least_0_1:g}"
    return Decision(source_url, state, Disposition.REDIRECT, target_url, act.by, act.made_at, note)


def _is_confirmed(newest: HeldDecision, made: Decision, seen: str) -> bool:
    """Whether the same threshold accepted the same on the same facts."""
    old = newest.decision
    same = (old.state, old.target_url, old.decided_by, old.note) == (
        made.state,
        made.target_url,
        made.decided_by,
        made.note,
    )
    return same and newest.seen == json.loads(seen)


def _leads_to(newest: HeldDecision | None, target_url: str | None) -> bool:
    """Whether this target is accepted already."""
    if newest is None or newest.decision.state is not DecisionState.ACCEPTED:
        return False
    return match_key(newest.decision.target_url or "") == match_key(target_url or "")


def _withdrawals(
    connection: Connection, site_id: int, run_id: int, url_ids: Sequence[int], least_0_1: float | None, now: datetime
) -> list[MadeDecision]:
    held = held_decisions(connection, site_id, url_ids)
    rows: list[MadeDecision] = []
    seen = seen_facts(connection, run_id, url_ids)
    for found in _found(connection, run_id, url_ids):
        old = held[found.url_id].decision
        if old.state is not DecisionState.ACCEPTED or not is_by_threshold(old.decided_by):
            continue
        if why := _lost_ground(old, found, least_0_1):
            state = DecisionState.PROPOSED
            made = Decision(old.source_url, state, old.disposition, old.target_url, old.decided_by, now, why)
            rows.append((found.url_id, made, run_id, seen[found.url_id]))
    return rows


def _lost_ground(old: Decision, found: Any, least_0_1: float | None) -> str:
    """Why an acceptance has no ground any more; "" while it has."""
    target = match_key(old.target_url or "")
    if not found.dead:
        if found.verdict in UNTOLD_KINDS:
            return ""
        if found.verdict == VerdictKind.REDIRECTED:
            return "" if match_key(found.final_url) == target else "the page leads elsewhere by now"
        return "the page is back"
    if least_0_1 is None:
        return "the newest audit was given no --accept"
    if not _is_proposal(found) or match_key(found.target_url) != target:
        return "the newest audit does not propose this target"
    return "" if found.confidence_0_1 >= least_0_1 else f"confidence < {least_0_1:g}"


def _is_proposal(found: Any) -> bool:
    return found.disposition == Disposition.REDIRECT and bool(found.target_url)


def _found(connection: Connection, run_id: int, url_ids: Sequence[int]) -> Sequence[Any]:
    """What the run saw and proposes of some pages."""
    return connection.execute(_FOUND, {"run": run_id, "urls": json.dumps(list(url_ids))}).all()
