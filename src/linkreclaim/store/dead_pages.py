"""The list of a run's dead pages, made for browsing: one row each, with the decision that holds.

A run's list is written piece by piece beside the list of the run before, and takes its place when it is whole.
Decisions are read again in the very transaction that writes a row, and each decision changes the rows of its URL in
its own.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any
from urllib.parse import unquote

from sqlalchemy import Connection, Engine, delete, func, insert, select, text, update

from linkreclaim.model.decisions import DecisionState
from linkreclaim.model.reports import DeadPageRow
from linkreclaim.store.held_decisions import HeldDecision, Proposal, changed_facts, held_decisions, targets_not_live
from linkreclaim.store.reading import reading
from linkreclaim.store.schema import dead_page, dead_page_cell, site, target
from linkreclaim.store.text_search import PartsOfWords, fold
from linkreclaim.urls import parse

ROWS_AT_ONCE = 500
"""Rows of one transaction, so that it ends within 200 ms."""
SEARCH_CHARS = 4_000
"""Of one page's URL, title and anchors, as much as is searched."""
_PARTS = PartsOfWords()
# CROSS JOIN: SQLite keeps the order in which tables are named (SQLite, "The Query Optimizer Overview", 7.2)
_LISTED = text(
    """
SELECT dead_page.id, dead_page.run_id, dead_page.url_id, dead_page.target_url, dead_page.search_text,
  dead_page.verdict, dead_page.cause, dead_page.folder, dead_page.host, dead_page.state,
  dead_page.disposition AS shown_disposition, dead_page.changed, dead_page.sources, finding.disposition,
  coalesce(finding.target_url, '') AS proposed
FROM json_each(:urls) AS asked
CROSS JOIN run ON run.site_id = :site
CROSS JOIN dead_page ON dead_page.run_id = run.id AND dead_page.url_id = asked.value
LEFT JOIN finding ON finding.run_id = dead_page.run_id AND finding.url_id = dead_page.url_id
"""
)
_Cell = tuple[int, str, str, str, str, bool, str, str, int]
_COUNT_CELL = (
    "INSERT INTO dead_page_cell (run_id, verdict, cause, disposition, state, changed, folder, host, sources, pages)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (run_id, verdict, cause, disposition, state, changed, folder, host, sources)"
    " DO UPDATE SET pages = pages + excluded.pages"
)
_SHOWN_COLUMNS = ("state", "disposition", "target_url", "changed", "revision", "decided_by", "decided_at")


class DeadPages:
    """Writes the lists of dead pages."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def listed_run(self, site_id: int) -> int | None:
        """The run whose dead pages can be browsed; None before the first list is whole."""
        with reading(self._engine) as connection:
            found = connection.scalar(select(site.c.listed_run_id).where(site.c.id == site_id))
        return None if found is None else int(found)

    def list_run(self, site_id: int, run_id: int, pages: Iterable[tuple[int, DeadPageRow]]) -> Iterator[int]:
        """List a run's dead pages (URL id, the run's own row, by rank); yields how many stand there so far.

        Nobody sees the list before it is whole; then it takes the place of the one before. What an earlier call that
        was cut off has left is begun anew. Cost: about 0.3 ms a page.
        """
        self._remove(dead_page.c.run_id == run_id)
        self._forget_cells(dead_page_cell.c.run_id == run_id)
        rows, done = iter(pages), 0
        while block := list(islice(rows, ROWS_AT_ONCE)):
            with self._engine.begin() as connection:
                _add(connection, site_id, run_id, block)
            done += len(block)
            yield done
        with self._engine.begin() as connection:
            connection.execute(update(site).where(site.c.id == site_id).values(listed_run_id=run_id))
        others = text("run_id IN (SELECT id FROM run WHERE site_id = :site AND id <> :run)")
        self._remove(others.bindparams(site=site_id, run=run_id))
        self._forget_cells(others.bindparams(site=site_id, run=run_id))

    def _forget_cells(self, which: Any) -> None:
        with self._engine.begin() as connection:
            connection.execute(delete(dead_page_cell).where(which))

    def _remove(self, which: Any) -> None:
        query = select(dead_page.c.id, dead_page.c.search_text).where(which).limit(ROWS_AT_ONCE)
        while True:
            with self._engine.begin() as connection:
                gone = [(row.id, row.search_text) for row in connection.execute(query)]
                if not gone:
                    return
                _PARTS.remove(connection, gone)
                connection.execute(delete(dead_page).where(dead_page.c.id.in_([number for number, _ in gone])))


def show_decisions(connection: Connection, site_id: int, url_ids: Sequence[int]) -> None:
    """Bring the listed rows of URLs up to the decisions that hold now, in the transaction that makes them."""
    held = held_decisions(connection, site_id, url_ids)
    values = {"site": site_id, "urls": json.dumps(list(url_ids))}
    rows = connection.execute(_LISTED, values).all()
    shown = []
    for run_id in {row.run_id for row in rows}:
        not_live = targets_not_live(connection, run_id, held.values())
        for row in (row for row in rows if row.run_id == run_id):
            proposal = Proposal(row.verdict, row.cause, row.disposition or "review", row.proposed)
            shown.append((row, _shown(proposal, held.get(row.url_id), not_live)))
    moved = [(row, _with_target(row.search_text, now["target_url"])) for row, now in shown if _moved(row, now)]
    _PARTS.remove(connection, [(row.id, row.search_text) for row, _ in moved])
    _PARTS.add(connection, [(row.id, words) for row, words in moved])
    if shown:
        columns = ", ".join(f"{name} = ?" for name in _SHOWN_COLUMNS)
        connection.exec_driver_sql(
            f"UPDATE dead_page SET {columns} WHERE id = ?",  # noqa: S608 - constant names
            [(*(now[name] for name in _SHOWN_COLUMNS), row.id) for row, now in shown],
        )
    _count_cells(connection, _changes(shown))
    if moved:
        connection.exec_driver_sql(
            "UPDATE dead_page SET search_text = ? WHERE id = ?", [(words, row.id) for row, words in moved]
        )


def _changes(shown: Iterable[tuple[Any, Mapping[str, Any]]]) -> Counter[_Cell]:
    """How many pages leave which cell and come to another."""
    changes: Counter[_Cell] = Counter()
    for row, now in shown:
        before = {"disposition": row.shown_disposition, "state": row.state, "changed": row.changed}
        changes[_cell_of(row.run_id, {**row._mapping, **before})] -= 1
        changes[_cell_of(row.run_id, {**row._mapping, **now})] += 1
    return changes


def _cell_of(run_id: int, values: Mapping[str, Any]) -> _Cell:
    kinds = (values["verdict"], values["cause"], values["disposition"], values["state"])
    return (run_id, *kinds, bool(values["changed"]), values["folder"], values["host"], values["sources"])


def _count_cells(connection: Connection, changes: Counter[_Cell]) -> None:
    rows = [(*cell, pages) for cell, pages in changes.items() if pages]
    if rows:
        connection.exec_driver_sql(_COUNT_CELL, rows)


def _moved(row: Any, now: Mapping[str, Any]) -> bool:
    return bool(row.target_url != now["target_url"])


def _with_target(search_text: str, target: str) -> str:
    """The target is the last line."""
    return f"{search_text.rpartition(chr(10))[0]}\n{_line(target)}"


def _add(connection: Connection, site_id: int, run_id: int, block: Sequence[tuple[int, DeadPageRow]]) -> None:
    held = held_decisions(connection, site_id, [number for number, _ in block])
    not_live = targets_not_live(connection, run_id, held.values())
    known = _sources(connection, site_id, [number for number, _ in block])
    first = (connection.scalar(select(func.max(dead_page.c.id))) or 0) + 1
    rows = [
        {
            "id": first + n,
            "run_id": run_id,
            "url_id": url_id,
            "sources": known.get(url_id, 0),
            **_facts(row),
            **_shown(_proposal(row), held.get(url_id), not_live),
        }
        for n, (url_id, row) in enumerate(block)
    ]
    for values in rows:
        values["search_text"] += f"\n{_line(values['target_url'])}"
    connection.execute(insert(dead_page), rows)
    _PARTS.add(connection, [(values["id"], values["search_text"]) for values in rows])
    _count_cells(connection, Counter(_cell_of(run_id, values) for values in rows))


def _sources(connection: Connection, site_id: int, url_ids: Sequence[int]) -> dict[int, int]:
    query = select(target.c.url_id, target.c.sources).where(target.c.site_id == site_id, target.c.url_id.in_(url_ids))
    return {row.url_id: row.sources for row in connection.execute(query)}


def _proposal(row: DeadPageRow) -> Proposal:
    verdict = "" if row.verdict is None else row.verdict.value
    return Proposal(verdict, row.cause.value, row.disposition.value, row.target_url or "")


def _facts(row: DeadPageRow) -> dict[str, Any]:
    address = parse(row.url)
    host, path = ("", row.url) if address is None else (address.netloc, address.path)
    words = [row.url, unquote(path), row.old_title, *row.anchors]
    return {
        "rank": row.rank,
        "merit": -row.rank,
        "verdict": "" if row.verdict is None else row.verdict.value,
        "cause": row.cause.value,
        "folder": first_folder(path),
        "host": host,
        "match_confidence_0_1": row.match_confidence_0_1,
        "links": row.links,
        "referring_domains": row.referring_domains,
        "links_seen": row.links_seen,
        "equity_share_0_1": row.equity_share_0_1,
        "running_share_0_1": row.running_share_0_1,
        "first_seen_dead": "" if row.first_seen_dead is None else row.first_seen_dead.isoformat(),
        "looks_dead": row.looks_dead,
        "confirmed": row.confirmed,
        "former_host": row.former_host,
        "old_title": row.old_title,
        "url": row.url,
        "search_text": "\n".join(map(_line, words))[:SEARCH_CHARS],
    }


def _line(words: str) -> str:
    return " ".join(fold(words).split())


def first_folder(path: str) -> str:
    """The first folder of a path: "/blog/" of "/blog/2019/a"; "/" where it stands in none, as "/a" and "/a/" do."""
    first, slash, _ = path.strip("/").partition("/")
    return f"/{first}/" if slash else "/"


def _shown(proposal: Proposal, held: HeldDecision | None, not_live: set[str]) -> dict[str, Any]:
    """The columns that a decision changes."""
    shown: dict[str, Any] = {
        "state": DecisionState.PROPOSED.value,
        "disposition": proposal.disposition,
        "target_url": proposal.target_url,
        "changed": "",
        "revision": 0 if held is None else held.id,
        "decided_by": "",
        "decided_at": "",
    }
    if held is not None and held.decision.state is not DecisionState.PROPOSED:
        made = held.decision
        shown |= {"state": made.state.value, "disposition": made.disposition.value, "target_url": made.target_url or ""}
        shown |= {"decided_by": made.decided_by, "decided_at": made.decided_at.isoformat()}
        shown["changed"] = changed_facts(held, proposal, not_live)
    return shown
