"""Runs: what was asked, how far it came, and the looks it took. A result and its task's end are one transaction."""

import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Engine, and_, case, delete, func, insert, select, text, update

from linkreclaim.model.pages import LivePage
from linkreclaim.model.series import HostLook, PastLook
from linkreclaim.model.verdicts import Answer, Hop, Look, RedirectShape, Verdict, VerdictKind
from linkreclaim.store.interning import Interner, keys_of
from linkreclaim.store.schema import document, look, page, run, target, task, url
from linkreclaim.urls import match_key

_TASKS_AT_ONCE = 5_000
_ADD_TASKS = "INSERT OR IGNORE INTO task (run_id, kind, url_id, priority, done) VALUES (?, ?, ?, ?, 0)"
_PAST_LOOKS = text(
    """
SELECT past.url_id, past.checked_at, past.verdict, past.dead
FROM json_each(:urls) AS asked
JOIN look AS newest ON newest.run_id = :run AND newest.url_id = asked.value
JOIN look AS past ON past.url_id = newest.url_id AND past.id <= newest.id
ORDER BY past.url_id, past.id
"""
)
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


@dataclass(frozen=True, slots=True)
class Run:
    """One audit of one site."""

    id: int
    site_id: int
    started_at: datetime
    finished_at: datetime | None
    continued: bool  # it was begun by an earlier process and goes on now


@dataclass(frozen=True, slots=True)
class Task:
    """A URL that a stage still has to ask."""

    url_id: int
    url: str


class Runs:
    """Begins and continues runs, hands out their tasks, keeps their looks, pages and fetched documents."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._interner = Interner()

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
        with self._reading() as connection:
            row = connection.execute(query).first()
        return None if row is None else _run(row, continued=False)

    def get(self, run_id: int) -> Run | None:
        """A run by its id."""
        with self._reading() as connection:
            row = connection.execute(select(run).where(run.c.id == run_id)).first()
        return None if row is None else _run(row, continued=False)

    def finish(self, run_id: int, now: datetime) -> None:
        """Mark a run as finished: it is never continued again."""
        with self._engine.begin() as connection:
            connection.execute(update(run).where(run.c.id == run_id).values(finished_at=now.isoformat()))

    def state(self, run_id: int) -> dict[str, Any]:
        """What the stages noted about themselves."""
        with self._reading() as connection:
            return dict(json.loads(connection.scalar(select(run.c.state).where(run.c.id == run_id)) or "{}"))

    def note(self, run_id: int, **values: Any) -> None:
        """Note facts about a stage (JSON values), kept beside those noted before."""
        with self._engine.begin() as connection:
            self._note(connection, run_id, values)

    def _note(self, connection: Connection, run_id: int, values: Mapping[str, Any]) -> None:
        state = json.loads(connection.scalar(select(run.c.state).where(run.c.id == run_id)) or "{}") | dict(values)
        connection.execute(update(run).where(run.c.id == run_id).values(state=json.dumps(state)))

    # Tasks

    def add_tasks(self, run_id: int, kind: str, addresses: Iterable[str], **noted: Any) -> int:
        """Add URLs to a stage's work, those it already has left out; `noted` is written in the same transaction.

        Returns how many were new.
        """
        urls = keys_of(addresses)
        with self._engine.begin() as connection:
            ids = self._interner.ids(connection, urls) if urls else {}
            before = self._count(connection, run_id, kind)
            if ids:
                connection.exec_driver_sql(
                    _ADD_TASKS, [(run_id, kind, ids[key], -float(n)) for n, key in enumerate(urls)]
                )
            if noted:
                self._note(connection, run_id, noted)
            return self._count(connection, run_id, kind) - before

    def add_prioritised(self, run_id: int, kind: str, priorities: Mapping[str, float]) -> None:
        """Add URLs with priorities to a stage's work; those it already has keep theirs."""
        urls = keys_of(priorities)
        if urls:
            with self._engine.begin() as connection:
                ids = self._interner.ids(connection, urls)
                rows = [(run_id, kind, ids[key], priorities[address]) for key, address in urls.items()]
                connection.exec_driver_sql(_ADD_TASKS, rows)

    def add_tasks_by_id(self, run_id: int, kind: str, priorities: Iterable[tuple[int, float]]) -> None:
        """Add (URL id, priority) pairs to a stage's work; the highest priority is handed out first."""
        rows = ((run_id, kind, number, priority) for number, priority in priorities)
        while block := list(islice(rows, _TASKS_AT_ONCE)):
            with self._engine.begin() as connection:
                connection.exec_driver_sql(_ADD_TASKS, block)

    def open_tasks(self, run_id: int, kind: str, limit: int, leave_out: Iterable[int] = ()) -> list[Task]:
        """The next tasks of a stage that are not done, highest priority first; `leave_out` are in flight already."""
        flying = set(leave_out)
        query = (
            select(task.c.url_id, url.c.url)
            .join(url, url.c.id == task.c.url_id)
            .where(task.c.run_id == run_id, task.c.kind == kind, task.c.done.is_(False))
            .order_by(task.c.priority.desc(), task.c.url_id)
            .limit(limit + len(flying))
        )
        with self._reading() as connection:
            rows = [Task(row.url_id, row.url) for row in connection.execute(query)]
        return [row for row in rows if row.url_id not in flying][:limit]

    def task_counts(self, run_id: int, kind: str) -> tuple[int, int]:
        """(done, all) tasks of a stage."""
        query = select(func.count(), func.sum(task.c.done)).where(task.c.run_id == run_id, task.c.kind == kind)
        with self._reading() as connection:
            total, done = connection.execute(query).one()
        return int(done or 0), int(total)

    def _count(self, connection: Connection, run_id: int, kind: str) -> int:
        query = select(func.count()).where(task.c.run_id == run_id, task.c.kind == kind)
        return int(connection.scalar(query) or 0)

    # Results

    def save_looks(self, run_id: int, kind: str, results: Sequence[tuple[int, Look, LivePage | None]]) -> None:
        """Store looks (URL id, look, the page where it is one of the site's) and end their tasks, together."""
        with self._engine.begin() as connection:
            connection.execute(
                insert(look).prefix_with("OR IGNORE"), [_look_row(run_id, n, seen) for n, seen, _ in results]
            )
            pages = [_page_row(run_id, n, facts, live=True) for n, _, facts in results if facts is not None]
            if pages:
                connection.execute(insert(page).prefix_with("OR REPLACE"), pages)
            end_tasks(connection, run_id, kind, [n for n, _, _ in results])

    def save_pages(
        self,
        run_id: int,
        kind: str,
        results: Sequence[tuple[int, LivePage, bool]],
        found: Iterable[str] = (),
        max_tasks: int = 0,
    ) -> None:
        """Store inventory pages (URL id, page, whether it can be redirected to) and end their tasks, together.

        URLs `found` on them become tasks of the same kind, up to `max_tasks` in all.
        """
        urls = keys_of(found)
        with self._engine.begin() as connection:
            rows = [_page_row(run_id, n, facts, live) for n, facts, live in results]
            connection.execute(insert(page).prefix_with("OR REPLACE"), rows)
            room = max_tasks - self._count(connection, run_id, kind)
            if urls and room > 0:
                ids = self._interner.ids(connection, urls)
                new = self._not_tasks(connection, run_id, kind, list(ids.values()))[:room]
                if new:
                    connection.exec_driver_sql(_ADD_TASKS, [(run_id, kind, n, -float(n)) for n in new])
            end_tasks(connection, run_id, kind, [n for n, _, _ in results])

    def end_known_tasks(self, run_id: int, kind: str) -> None:
        """End tasks whose URL this run has looked at already in another stage."""
        known = "(SELECT url_id FROM page WHERE run_id = ? UNION SELECT url_id FROM look WHERE run_id = ?)"
        with self._engine.begin() as connection:
            connection.exec_driver_sql(
                f"UPDATE task SET done = 1 WHERE run_id = ? AND kind = ? AND url_id IN {known}",  # noqa: S608 - constant
                (run_id, kind, run_id, run_id),
            )

    def _not_tasks(self, connection: Connection, run_id: int, kind: str, url_ids: list[int]) -> list[int]:
        query = select(task.c.url_id).where(task.c.run_id == run_id, task.c.kind == kind, task.c.url_id.in_(url_ids))
        known = {row[0] for row in connection.execute(query)}
        return [n for n in url_ids if n not in known]

    def add_pages(self, run_id: int, pages: Iterable[LivePage]) -> None:
        """Store pages that a file tells of, as they are told."""
        known = list(pages)
        urls = keys_of(facts.url for facts in known)
        with self._engine.begin() as connection:
            ids = self._interner.ids(connection, urls) if urls else {}
            by_key = {key: facts for facts in known for key in keys_of([facts.url])}
            rows = [_page_row(run_id, ids[key], facts, live=True) for key, facts in by_key.items()]
            if rows:
                connection.execute(insert(page).prefix_with("OR IGNORE"), rows)

    def pages(self, run_id: int) -> list[LivePage]:
        """The live pages of the site as this run knows them, by URL."""
        query = (
            select(page, url.c.url)
            .join(url, url.c.id == page.c.url_id)
            .where(page.c.run_id == run_id, page.c.live.is_(True))
            .order_by(url.c.key)
        )
        with self._reading() as connection:
            return [_live_page(row) for row in connection.execute(query)]

    def pages_of(self, run_id: int, addresses: Iterable[str]) -> dict[str, LivePage]:
        """{match key: page} of those among some addresses that are live pages of the inventory."""
        query = (
            select(page, url.c.url, url.c.key)
            .join(url, url.c.id == page.c.url_id)
            .where(page.c.run_id == run_id, page.c.live.is_(True), url.c.key.in_(list(keys_of(addresses))))
        )
        with self._reading() as connection:
            return {row.key: _live_page(row) for row in connection.execute(query)}

    def page_states(self, run_id: int) -> dict[str, bool]:
        """{match key: live} of every page of the inventory."""
        query = select(url.c.key, page.c.live).join(url, url.c.id == page.c.url_id).where(page.c.run_id == run_id)
        with self._reading() as connection:
            return {row.key: bool(row.live) for row in connection.execute(query)}

    def live_page_count(self, run_id: int) -> int:
        """How many live pages the inventory has."""
        with self._reading() as connection:
            query = select(func.count()).where(page.c.run_id == run_id, page.c.live.is_(True))
            return int(connection.scalar(query) or 0)

    def looks_for(self, run_id: int, url_ids: Sequence[int]) -> dict[int, Look]:
        """Looks of a run at the given URLs."""
        query = (
            select(look, url.c.url)
            .join(url, url.c.id == look.c.url_id)
            .where(look.c.run_id == run_id, look.c.url_id.in_(list(url_ids)))
        )
        with self._reading() as connection:
            return {row.url_id: read_look(row) for row in connection.execute(query)}

    def urls(self, url_ids: Sequence[int]) -> dict[int, str]:
        """URLs as first written, by id."""
        query = select(url.c.id, url.c.url).where(url.c.id.in_(list(url_ids)))
        with self._reading() as connection:
            return {row.id: row.url for row in connection.execute(query)}

    def url_id(self, address: str) -> int | None:
        """Id of a URL that the workspace knows, None when it does not."""
        key = match_key(address)
        with self._reading() as connection:
            found = connection.scalar(select(url.c.id).where(url.c.key == key))
        return None if found is None else int(found)

    def verdict_counts(self, run_id: int, site_id: int) -> list[tuple[VerdictKind, int]]:
        """How many targets of the site got which verdict, most frequent first."""
        query = text(
            "SELECT look.verdict, count(*) AS n FROM look JOIN target ON target.url_id = look.url_id"
            " WHERE look.run_id = :run AND target.site_id = :site GROUP BY look.verdict ORDER BY n DESC, look.verdict"
        )
        with self._reading() as connection:
            return [(VerdictKind(kind), n) for kind, n in connection.execute(query, {"run": run_id, "site": site_id})]

    def untold_count(self, run_id: int, site_id: int, kinds: Iterable[VerdictKind]) -> tuple[int, int]:
        """(targets that could not be told, all targets looked at); dead former hosts are told."""
        untold = case((and_(look.c.dead.is_(False), look.c.verdict.in_([kind.value for kind in kinds])), 1), else_=0)
        query = (
            select(func.sum(untold), func.count())
            .join(target, target.c.url_id == look.c.url_id)
            .where(look.c.run_id == run_id, target.c.site_id == site_id)
        )
        with self._reading() as connection:
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
        with self._reading() as connection:
            return [(row.reason, row.n) for row in connection.execute(query)]

    # Over time

    def past_looks(self, run_id: int, url_ids: Sequence[int]) -> dict[int, list[PastLook]]:
        """Every kept look at each URL up to that of the run, oldest first; URLs that it has not looked at are left out.

        Memory and cost: one small row for each look of each URL asked for, so ask for a block at a time.
        """
        past: dict[int, list[PastLook]] = {}
        with self._reading() as connection:
            rows = connection.execute(_PAST_LOOKS, {"run": run_id, "urls": json.dumps(list(url_ids))})
            for number, checked_at, kind, dead in rows:
                seen = PastLook(datetime.fromisoformat(checked_at), VerdictKind(kind), bool(dead))
                past.setdefault(number, []).append(seen)
        return past

    def host_looks(self, netloc: str, but_run: int) -> list[HostLook]:
        """Whether a host answered in each of the other runs that asked it, oldest first.

        Looks that were left out (robots.txt, private address) say nothing. Cost: reads each kept look at the host.
        """
        bare = netloc.removeprefix("www.")
        values = {"run": but_run, "low": f"{bare}/", "high": f"{bare}0", "host": f"://{netloc}/"}
        with self._reading() as connection:
            rows = connection.execute(_HOST_LOOKS, values)
            return [HostLook(datetime.fromisoformat(looked_at), bool(answered)) for _, looked_at, answered in rows]

    def looked_at(self, run_id: int, kind: str, verdicts: Iterable[VerdictKind]) -> list[Task]:
        """URLs of a stage's work to which the run gave one of the verdicts."""
        query = (
            select(task.c.url_id, url.c.url)
            .join(url, url.c.id == task.c.url_id)
            .join(look, and_(look.c.url_id == task.c.url_id, look.c.run_id == task.c.run_id))
            .where(task.c.run_id == run_id, task.c.kind == kind)
            .where(look.c.verdict.in_([verdict.value for verdict in verdicts]))
            .order_by(task.c.url_id)
        )
        with self._reading() as connection:
            return [Task(row.url_id, row.url) for row in connection.execute(query)]

    def withdraw_looks(self, run_id: int, kind: str, url_ids: Iterable[int], documents: Iterable[str]) -> None:
        """Take back looks of an unfinished run and open their tasks again, with shared answers of these beginnings.

        For looks that say more about how we were received than about the pages; a finished run's looks stay.
        """
        numbers = list(url_ids)
        with self._engine.begin() as connection:
            if numbers:
                keys = [(run_id, number) for number in numbers]
                connection.exec_driver_sql("DELETE FROM look WHERE run_id = ? AND url_id = ?", keys)
                again = [(run_id, kind, number) for number in numbers]
                connection.exec_driver_sql(
                    "UPDATE task SET done = 0 WHERE run_id = ? AND kind = ? AND url_id = ?", again
                )
            for beginning in documents:
                same = document.c.name.startswith(beginning, autoescape=True)
                connection.execute(delete(document).where(document.c.run_id == run_id, same))

    # Documents: small answers that many tasks share (robots.txt, sitemaps, sibling probes)

    def document(self, run_id: int, name: str) -> tuple[int | None, bytes] | None:
        """(status, body) of a document this run has fetched before, None when it has not."""
        query = select(document).where(and_(document.c.run_id == run_id, document.c.name == name))
        with self._reading() as connection:
            row = connection.execute(query).first()
        return None if row is None else (row.status_code, zlib.decompress(row.body))

    def save_document(self, run_id: int, name: str, status_code: int | None, body: bytes) -> None:
        """Keep a document so that a continued run does not ask for it again."""
        values = {"run_id": run_id, "name": name, "status_code": status_code, "body": zlib.compress(body, 1)}
        with self._engine.begin() as connection:
            connection.execute(insert(document).prefix_with("OR REPLACE").values(values))

    def _reading(self) -> Connection:
        return self._engine.connect().execution_options(read_only=True)


def end_tasks(connection: Connection, run_id: int, kind: str, url_ids: Iterable[int]) -> None:
    """Mark tasks as done inside the transaction that stores their results."""
    connection.exec_driver_sql(
        "UPDATE task SET done = 1 WHERE run_id = ? AND kind = ? AND url_id = ?", [(run_id, kind, n) for n in url_ids]
    )


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


def _page_row(run_id: int, url_id: int, facts: LivePage, live: bool) -> dict[str, Any]:
    return {
        "run_id": run_id,
        "url_id": url_id,
        "title": facts.title,
        "description": facts.description,
        "headings": json.dumps(facts.headings, ensure_ascii=False),
        "text": facts.text,
        "lang": facts.lang,
        "canonical": facts.canonical,
        "noindex": facts.noindex,
        "live": live,
        "ids": json.dumps(facts.ids, ensure_ascii=False),
    }


def _live_page(row: Any) -> LivePage:
    return LivePage(
        row.url,
        row.title,
        row.description,
        tuple(json.loads(row.headings)),
        row.text,
        row.lang,
        row.canonical,
        bool(row.noindex),
        tuple(json.loads(row.ids)),
    )


def _run(row: Any, continued: bool) -> Run:
    finished = None if row.finished_at is None else datetime.fromisoformat(row.finished_at)
    return Run(row.id, row.site_id, datetime.fromisoformat(row.started_at), finished, continued)
