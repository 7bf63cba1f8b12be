"""Pages of a run's inventory: what the site has, as the run knows it."""

import json
from collections.abc import Generator, Iterable, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import Engine, func, insert, select, text

from linkreclaim.model.pages import LivePage
from linkreclaim.store.interning import Interner, keys_of
from linkreclaim.store.reading import reading, scanning
from linkreclaim.store.schema import page, url
from linkreclaim.store.tasks import add_found_tasks, count_tasks, end_tasks

_LIVE_OF = text(
    """
SELECT page.*, url.url, url.key FROM json_each(:keys) AS asked
CROSS JOIN url ON url.key = asked.value
CROSS JOIN page ON page.url_id = url.id AND page.run_id = :run AND page.live = 1
"""
)
"""CROSS JOIN keeps the order in which tables are named (SQLite, "The Query Optimizer Overview", 7.2). Left to itself
SQLite reads every page of the run once some dozens of URLs are asked for: 370 ms for 50 (our measurement on 1,000,000
pages), 1 this way."""
_LIVE_KEYS = """
SELECT url.key FROM page JOIN url ON url.id = page.url_id WHERE page.run_id = ? AND page.live = 1 ORDER BY url.key
"""
_LIVE_AMONG = """
SELECT url.key FROM json_each(?) AS asked
CROSS JOIN url ON url.key = asked.value
CROSS JOIN page ON page.url_id = url.id AND page.run_id = ? AND page.live = 1
"""
_KEYS_AT_ONCE = 5_000


class InventoryPages:
    """Keeps pages and tells which of them can be redirected to (`live`)."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._interner = Interner()

    def save(
        self,
        run_id: int,
        kind: str,
        results: Sequence[tuple[int, LivePage, bool]],
        found: Iterable[str] = (),
        max_tasks: int = 0,
    ) -> None:
        """Store pages (URL id, page, whether it can be redirected to) and end their tasks, together.

        URLs `found` on them become tasks of the same kind, up to `max_tasks` in all.
        """
        urls = keys_of(found)
        with self._engine.begin() as connection:
            rows = [page_row(run_id, n, facts, live) for n, facts, live in results]
            connection.execute(insert(page).prefix_with("OR REPLACE"), rows)
            room = max_tasks - count_tasks(connection, run_id, kind)
            if urls and room > 0:
                add_found_tasks(connection, run_id, kind, self._interner.ids(connection, urls).values(), room)
            end_tasks(connection, run_id, kind, [n for n, _, _ in results])

    def add(self, run_id: int, pages: Iterable[LivePage]) -> None:
        """Store pages that a file tells of, as they are told."""
        known = list(pages)
        urls = keys_of(facts.url for facts in known)
        with self._engine.begin() as connection:
            ids = self._interner.ids(connection, urls) if urls else {}
            by_key = {key: facts for facts in known for key in keys_of([facts.url])}
            rows = [page_row(run_id, ids[key], facts, live=True) for key, facts in by_key.items()]
            if rows:
                connection.execute(insert(page).prefix_with("OR IGNORE"), rows)

    def live(self, run_id: int) -> list[LivePage]:
        """The live pages of the site as this run knows them, by URL."""
        query = (
            select(page, url.c.url)
            .join(url, url.c.id == page.c.url_id)
            .where(page.c.run_id == run_id, page.c.live.is_(True))
            .order_by(url.c.key)
        )
        with reading(self._engine) as connection:
            return [_live_page(row) for row in connection.execute(query)]

    def live_of(self, run_id: int, addresses: Iterable[str]) -> dict[str, LivePage]:
        """{match key: page} of those among some addresses that are live pages of the inventory."""
        values = {"run": run_id, "keys": json.dumps(list(keys_of(addresses)))}
        with reading(self._engine) as connection:
            return {row.key: _live_page(row) for row in connection.execute(_LIVE_OF, values)}

    def live_keys(self, run_id: int) -> Generator[str, None, None]:
        """Match keys of the live pages, sorted. Cost: about 3 us each. Memory: one at a time."""
        with scanning(self._engine) as rows:
            for (key,) in rows.execute(_LIVE_KEYS, (run_id,)):
                yield key

    def live_among(self, run_id: int, keys: Iterable[str]) -> set[str]:
        """Those of some match keys that are live pages. Cost: about 10 us each."""
        asked, found = iter(keys), set[str]()
        with reading(self._engine) as connection:
            while block := list(islice(asked, _KEYS_AT_ONCE)):
                rows = connection.exec_driver_sql(_LIVE_AMONG, (json.dumps(block), run_id))
                found.update(key for (key,) in rows)
        return found

    def states(self, run_id: int) -> dict[str, bool]:
        """{match key: live} of every page of the inventory."""
        query = select(url.c.key, page.c.live).join(url, url.c.id == page.c.url_id).where(page.c.run_id == run_id)
        with reading(self._engine) as connection:
            return {row.key: bool(row.live) for row in connection.execute(query)}

    def live_count(self, run_id: int) -> int:
        """How many live pages the inventory has."""
        with reading(self._engine) as connection:
            query = select(func.count()).where(page.c.run_id == run_id, page.c.live.is_(True))
            return int(connection.scalar(query) or 0)


def page_row(run_id: int, url_id: int, facts: LivePage, live: bool) -> dict[str, Any]:
    """A page as its table holds it."""
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
