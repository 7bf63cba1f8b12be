"""Looks: what URLs answered in a run and what that means, and how hosts and URLs answered over time."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, and_, case, func, insert, select, text

from linkreclaim.model.pages import LivePage
from linkreclaim.model.series import HostLook, PastLook
from linkreclaim.model.verdicts import Answer, Hop, Look, RedirectShape, Verdict, VerdictKind
from linkreclaim.store.documents import forget_documents
from linkreclaim.store.pages import page_row
from linkreclaim.store.reading import plain_rows, reading
from linkreclaim.store.schema import look, page, target, url
from linkreclaim.store.tasks import end_tasks, open_again

_PAST_LOOKS = """
SELECT past.url_id, past.checked_at, past.verdict, past.dead
FROM json_each(:urls) AS asked
JOIN look AS newest ON newest.run_id = :run AND newest.url_id = asked.value
JOIN look AS past ON past.url_id = newest.url_id AND past.id <= newest.id
ORDER BY past.url_id, past.id
"""
_HOST_LOOKS = text(
    """
SELECT run_id, max(checked_at) AS looked_at, max(answered) AS answered FROM (
  SELECT look.id, look.run_id, look.checked_at, instr(look.hops, :host) IN (8, 9) AS answered,
    look.verdict = 'unreachable' AND look.hops = '[]' AND instr(look.final_url, :host) IN (5, 6) AS silent
  FROM url JOIN look ON look.url_id = url.id
  WHERE url.key >= :low AND url.key < :high AND look.run_id <> :run
) WHERE answered OR silent GROUP BY run_id ORDER BY min(id)
"""
)
"""`[["https://host/..."` and `https://host/...`: where the asked host stands in the first hop and in a URL."""


class Looks:
    """Keeps looks, and takes those of an unfinished run back."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def save(self, run_id: int, kind: str, results: Sequence[tuple[int, Look, LivePage | None]]) -> None:
        """Store looks (URL id, look, the page where it is one of the site's) and end their tasks, together."""
        with self._engine.begin() as connection:
            connection.execute(
                insert(look).prefix_with("OR IGNORE"), [_look_row(run_id, n, seen) for n, seen, _ in results]
            )
            pages = [page_row(run_id, n, facts, live=True) for n, _, facts in results if facts is not None]
            if pages:
                connection.execute(insert(page).prefix_with("OR REPLACE"), pages)
            end_tasks(connection, run_id, kind, [n for n, _, _ in results])

    def of(self, run_id: int, url_ids: Sequence[int]) -> dict[int, Look]:
        """Looks of a run at the given URLs."""
        query = (
            select(look, url.c.url)
            .join(url, url.c.id == look.c.url_id)
            .where(look.c.run_id == run_id, look.c.url_id.in_(list(url_ids)))
        )
        with reading(self._engine) as connection:
            return {row.url_id: read_look(row) for row in connection.execute(query)}

    def verdict_counts(self, run_id: int, site_id: int) -> list[tuple[VerdictKind, int]]:
        """How many targets of the site got which verdict, most frequent first."""
        query = text(
            "SELECT look.verdict, count(*) AS n FROM look JOIN target ON target.url_id = look.url_id"
            " WHERE look.run_id = :run AND target.site_id = :site GROUP BY look.verdict ORDER BY n DESC, look.verdict"
        )
        with reading(self._engine) as connection:
            return [(VerdictKind(kind), n) for kind, n in connection.execute(query, {"run": run_id, "site": site_id})]

    def untold_count(self, run_id: int, site_id: int, kinds: Iterable[VerdictKind]) -> tuple[int, int]:
        """(targets that could not be told, all targets looked at); dead former hosts are told."""
        untold = case((and_(look.c.dead.is_(False), look.c.verdict.in_([kind.value for kind in kinds])), 1), else_=0)
        query = (
            select(func.sum(untold), func.count())
            .join(target, target.c.url_id == look.c.url_id)
            .where(look.c.run_id == run_id, target.c.site_id == site_id)
        )
        with reading(self._engine) as connection:
            told, total = connection.execute(query).one()
        return int(told or 0), int(total)

    def untold_reasons(self, run_id: int, site_id: int, kinds: Iterable[VerdictKind]) -> list[tuple[str, int]]:
        """Why targets of the site could not be told, most frequent first, at most five reasons."""
        query = (
            select(look.c.reason, func.count().label("n"))
            .join(target, target.c.url_id == look.c.url_id)
            .where(look.c.run_id == run_id, target.c.site_id == site_id)
            .where(look.c.dead.is_(False), look.c.verdict.in_([kind.value for kind in kinds]))
            .group_by(look.c.reason)
            .order_by(func.count().desc(), look.c.reason)
            .limit(5)
        )
        with reading(self._engine) as connection:
            return [(row.reason, row.n) for row in connection.execute(query)]

    def past(self, run_id: int, url_ids: Sequence[int]) -> dict[int, list[PastLook]]:
        """Every kept look at each URL up to that of the run, oldest first; URLs that it has not looked at are left out.

        Memory and cost: one small row for each look of each URL asked for, so ask for a block at a time.
        """
        past: dict[int, list[PastLook]] = {}
        with reading(self._engine) as connection:
            values = {"run": run_id, "urls": json.dumps(list(url_ids))}
            for number, checked_at, kind, dead in plain_rows(connection, _PAST_LOOKS, values):
                seen = PastLook(datetime.fromisoformat(checked_at), VerdictKind(kind), bool(dead))
                past.setdefault(number, []).append(seen)
        return past

    def of_host(self, netloc: str, but_run: int) -> list[HostLook]:
        """Whether a host answered in each of the other runs that asked it, oldest first.

        Looks that were left out (robots.txt, private address) say nothing. Cost: reads each kept look at the host.
        """
        bare = netloc.removeprefix("www.")
        values = {"run": but_run, "low": f"{bare}/", "high": f"{bare}0", "host": f"://{netloc}/"}
        with reading(self._engine) as connection:
            rows = connection.execute(_HOST_LOOKS, values)
            return [HostLook(datetime.fromisoformat(looked_at), bool(answered)) for _, looked_at, answered in rows]

    def withdraw(self, run_id: int, kind: str, url_ids: Iterable[int], documents: Iterable[str] = ()) -> None:
        """Take back looks of an unfinished run and open their tasks again, with shared answers of these beginnings.

        For looks that say more about how we were received than about the pages; a finished run's looks stay.
        """
        numbers = list(url_ids)
        with self._engine.begin() as connection:
            if numbers:
                keys = [(run_id, number) for number in numbers]
                connection.exec_driver_sql("DELETE FROM look WHERE run_id = ? AND url_id = ?", keys)
                open_again(connection, run_id, kind, numbers)
            forget_documents(connection, run_id, documents)


def read_look(row: Any) -> Look:
    """A stored look with its URL (columns of `look` and `url.url`). Page facts are not kept and come back as None."""
    hops = tuple(Hop(*hop) for hop in json.loads(row.hops))
    verdict = Verdict(
        kind=VerdictKind(row.verdict),
        reason=row.reason,
        verdict_confidence_0_1=row.verdict_confidence_0_1,
        evidence=tuple(json.loads(row.evidence)),
        shape=None if row.shape is None else RedirectShape(row.shape),
        former_host=bool(row.former_host),
        p_not_found_0_1=row.p_not_found_0_1,
    )
    return Look(row.url, Answer(row.url, hops), verdict, datetime.fromisoformat(row.checked_at))


def _look_row(run_id: int, url_id: int, seen: Look) -> dict[str, Any]:
    verdict = seen.verdict
    return {
        "run_id": run_id,
        "url_id": url_id,
        "checked_at": seen.checked_at.isoformat(),
        "verdict": verdict.kind.value,
        "dead": verdict.dead,
        "former_host": verdict.former_host,
        "reason": verdict.reason,
        "verdict_confidence_0_1": verdict.verdict_confidence_0_1,
        "p_not_found_0_1": verdict.p_not_found_0_1,
        "shape": None if verdict.shape is None else verdict.shape.value,
        "evidence": json.dumps(verdict.evidence, ensure_ascii=False),
        "hops": json.dumps([[hop.url, hop.status_code, hop.location] for hop in seen.answer.hops], ensure_ascii=False),
        "final_url": seen.answer.final_url,
    }
