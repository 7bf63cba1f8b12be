"""Rows of decisions: the newest of each URL, what was seen when it was made, and which of those facts changed since."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, text

from linkreclaim.model.decisions import Decision, DecisionState
from linkreclaim.model.judgements import Disposition
from linkreclaim.store.schema import decision, url
from linkreclaim.urls import match_key

_NEWEST = text(
    """
SELECT decision.*, url.url FROM json_each(:urls) AS asked
JOIN decision ON decision.id = (
  SELECT max(newest.id) FROM decision AS newest WHERE newest.site_id = :site AND newest.url_id = asked.value)
JOIN url ON url.id = decision.url_id
"""
)
# CROSS JOIN: SQLite keeps the order in which tables are named (SQLite, "The Query Optimizer Overview", 7.2)
_SEEN = text(
    """
SELECT look.url_id, json_object('verdict', look.verdict, 'cause', coalesce(finding.cause, 'unsure'),
  'target_url', coalesce(finding.target_url, '')) AS seen
FROM json_each(:urls) AS asked
CROSS JOIN look ON look.run_id = :run AND look.url_id = asked.value
LEFT JOIN finding ON finding.run_id = :run AND finding.url_id = look.url_id
"""
)
_NOT_LIVE = text(
    """
SELECT url.key FROM json_each(:keys) AS asked JOIN url ON url.key = asked.value
WHERE EXISTS (SELECT 1 FROM page WHERE page.run_id = :run AND page.url_id = url.id AND page.live = 0)
  OR EXISTS (SELECT 1 FROM look WHERE look.run_id = :run AND look.url_id = url.id AND look.dead = 1)
"""
)


MadeDecision = tuple[int, Decision, int | None, str]
"""(URL id, decision, the run whose findings the person had before them, JSON of the facts seen)"""


@dataclass(frozen=True, slots=True)
class HeldDecision:
    """The newest decision about a URL. One in the state "proposed" was taken back: the run's own proposal holds."""

    id: int
    url_id: int
    decision: Decision
    run_id: int | None = None  # the run whose findings the person had before them
    batch_id: int | None = None
    seen: Mapping[str, str] = field(default_factory=dict)  # verdict, cause and target_url as they were in that run


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a run itself says of a dead page."""

    verdict: str
    cause: str
    disposition: str
    target_url: str


def held_decisions(connection: Connection, site_id: int, url_ids: Iterable[int]) -> dict[int, HeldDecision]:
    """{URL id: its newest decision}, those taken back too."""
    rows = connection.execute(_NEWEST, {"site": site_id, "urls": json.dumps(list(url_ids))})
    return {row.url_id: read_held(row) for row in rows}


def read_held(row: Any) -> HeldDecision:
    """A stored decision with its URL (columns of `decision` and `url.url`)."""
    return HeldDecision(row.id, row.url_id, read_decision(row), row.run_id, row.batch_id, json.loads(row.seen))


def read_decision(row: Any) -> Decision:
    """A stored decision as people know it."""
    return Decision(
        source_url=row.url,
        state=DecisionState(row.state),
        disposition=Disposition(row.disposition),
        target_url=row.target_url,
        decided_by=row.decided_by,
        decided_at=datetime.fromisoformat(row.decided_at),
        note=row.note,
    )


def seen_facts(connection: Connection, run_id: int | None, url_ids: Iterable[int]) -> dict[int, str]:
    """{URL id: JSON of the run's facts about it}; URLs that it has not looked at are left out."""
    if run_id is None:
        return {}
    rows = connection.execute(_SEEN, {"run": run_id, "urls": json.dumps(list(url_ids))})
    return {row.url_id: row.seen for row in rows}


def insert_decisions(
    connection: Connection,
    site_id: int,
    made: Sequence[MadeDecision],
    batch_id: int | None = None,
) -> None:
    """Append decisions as they are."""
    if made:
        rows = [_row(site_id, batch_id, *each) for each in made]
        connection.execute(insert(decision), rows)


def newest_id(connection: Connection, site_id: int, url_id: int) -> int:
    """The revision of a URL: the id of its newest decision, 0 while there is none."""
    query = select(func.max(decision.c.id)).where(decision.c.site_id == site_id, decision.c.url_id == url_id)
    return int(connection.scalar(query) or 0)


def url_of(connection: Connection, url_id: int) -> str:
    """A URL as first written; "" for an id that nothing has."""
    return str(connection.scalar(select(url.c.url).where(url.c.id == url_id)) or "")


def says_the_same(held: HeldDecision | None, made: Decision) -> bool:
    """Whether a decision would change nothing but its time and hand."""
    return held is not None and (
        (held.decision.state, held.decision.disposition, held.decision.target_url, held.decision.note)
        == (made.state, made.disposition, made.target_url, made.note)
    )


def targets_not_live(connection: Connection, run_id: int, held: Iterable[HeldDecision]) -> set[str]:
    """Match keys of accepted targets that the run found dead, or no page one can be sent to."""
    accepted = (each.decision for each in held if each.decision.state is DecisionState.ACCEPTED)
    keys = {key for each in accepted if each.target_url and (key := match_key(each.target_url))}
    if not keys:
        return set()
    return {row.key for row in connection.execute(_NOT_LIVE, {"run": run_id, "keys": json.dumps(sorted(keys))})}


def changed_facts(held: HeldDecision, proposal: Proposal, not_live: set[str]) -> str:
    """Which facts are others than the decider saw, parted by spaces: verdict, cause, proposal, target_not_live."""
    now = {"verdict": proposal.verdict, "cause": proposal.cause, "target_url": proposal.target_url}
    changed = [
        "proposal" if name == "target_url" else name
        for name, value in now.items()
        if name in held.seen and held.seen[name] != value
    ]
    if held.decision.target_url and match_key(held.decision.target_url) in not_live:
        changed.append("target_not_live")
    return " ".join(changed)


def _row(
    site_id: int, batch_id: int | None, url_id: int, made: Decision, run_id: int | None, seen: str
) -> dict[str, Any]:
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
        "batch_id": batch_id,
        "seen": seen,
    }
