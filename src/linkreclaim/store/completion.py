"""Completing a target that a person types, from the inventory: by how its address begins, then by words of its path
and title.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any
from urllib.parse import unquote

from sqlalchemy import Connection, Engine, text

from linkreclaim.store.reading import reading
from linkreclaim.store.text_search import Beginnings, fold
from linkreclaim.urls import parse

PAGES_AT_ONCE = 2_000
LOOKED_AT_MOST = 500
"""Pages found by words that are looked at, the first in the index: enough to order ten by (our choice)."""
TITLE_CHARS = 200
_WORD = re.compile(r"\w+")
_BEGINNINGS = Beginnings()
_AFTER = chr(0x10FFFF)
# CROSS JOIN: SQLite keeps the order in which tables are named (SQLite, "The Query Optimizer Overview", 7.2)
_BY_ADDRESS = text(
    """
SELECT url.url, page.title FROM page_words AS named
CROSS JOIN page ON page.url_id = named.url_id AND page.run_id = :run AND page.live = 1
CROSS JOIN url ON url.id = page.url_id
WHERE named.key >= :low AND named.key < :high ORDER BY named.key LIMIT :limit
"""
)
_BY_WORDS = text(
    """
SELECT url.url, page.title FROM page_words_text AS found
CROSS JOIN page ON page.url_id = found.rowid AND page.run_id = :run AND page.live = 1
CROSS JOIN url ON url.id = page.url_id
WHERE found.page_words_text MATCH :words LIMIT :limit
"""
)
_PAGES = text(
    """
SELECT page.url_id, url.url, url.key, substr(page.title, 1, :chars) AS title FROM page JOIN url ON url.id = page.url_id
WHERE page.run_id = :run AND page.live = 1 AND page.url_id > :after ORDER BY page.url_id LIMIT :limit
"""
)
_KNOWN = text(
    "SELECT page_words.url_id, page_words.words FROM json_each(:urls) AS asked"
    " JOIN page_words ON page_words.url_id = asked.value"
)


@dataclass(frozen=True, slots=True)
class TargetSuggestion:
    """A live page that what was typed may mean."""

    url: str
    title: str


class TargetCompletion:
    """Finds live pages of a run's inventory by what a person types."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def index_pages(self, run_id: int) -> Iterator[int]:
        """Enter the words of the run's live pages, those that are new or others than before; yields how many were read.

        Cost: about 40 us a page, known or new (our measurement on 1,000,000).
        """
        after, done = 0, 0
        while True:
            values = {"run": run_id, "after": after, "limit": PAGES_AT_ONCE, "chars": TITLE_CHARS}
            with reading(self._engine) as connection:
                rows = connection.execute(_PAGES, values).all()
            if not rows:
                return
            self._enter({row.url_id: (row.key, _words_of(row.url, row.title)) for row in rows})
            after, done = rows[-1].url_id, done + len(rows)
            yield done

    def complete(self, run_id: int, typed: str, site_host: str, limit: int = 10) -> list[TargetSuggestion]:
        """Live pages for what was typed so far: a path, an address, or words; best first.

        Cost: about 1 ms, and 80 for words that many pages begin with (1,000,000 pages; docs/benchmarks.md).
        """
        typed = typed.strip()[:500]
        if not typed:
            return []
        found: dict[str, TargetSuggestion] = {}
        with reading(self._engine) as connection:
            for row in self._by_address(connection, run_id, typed, site_host, limit):
                found.setdefault(row.url, TargetSuggestion(row.url, row.title))
            if len(found) < limit:
                for row in self._by_words(connection, run_id, typed):
                    found.setdefault(row.url, TargetSuggestion(row.url, row.title))
        return list(islice(found.values(), limit))

    def _by_address(self, connection: Connection, run_id: int, typed: str, site_host: str, limit: int) -> Iterable[Any]:
        low = _key_beginning(typed, site_host)
        if low is None:
            return ()
        return connection.execute(_BY_ADDRESS, {"run": run_id, "low": low, "high": low + _AFTER, "limit": limit})

    def _by_words(self, connection: Connection, run_id: int, typed: str) -> Sequence[Any]:
        words = _WORD.findall(fold(unquote(typed)))
        if not words or (len(words) == 1 and len(words[0]) == 1):
            return ()
        values = {"run": run_id, "words": _BEGINNINGS.query(words), "limit": LOOKED_AT_MOST}
        rows = connection.execute(_BY_WORDS, values).all()
        return sorted(rows, key=lambda row: (_distance(row, words), len(row.url), row.url))

    def _enter(self, pages: Mapping[int, tuple[str, str]]) -> None:
        """Enter (key, words) of pages, those that are new or others than before."""
        asked = {"urls": json.dumps(list(pages))}
        with reading(self._engine) as connection:
            known = {row.url_id: row.words for row in connection.execute(_KNOWN, asked)}
        changed = {number: page for number, page in pages.items() if known.get(number) != page[1]}
        if not changed:
            return
        with self._engine.begin() as connection:
            connection.exec_driver_sql(
                "INSERT OR REPLACE INTO page_words (url_id, key, words) VALUES (?, ?, ?)",
                [(number, key, words) for number, (key, words) in changed.items()],
            )
            before = [(number, known[number]) for number in changed if number in known]
            _BEGINNINGS.replace(connection, before, [(number, words) for number, (_, words) in changed.items()])


def _key_beginning(typed: str, site_host: str) -> str | None:
    """How the match keys of addresses begin that begin with what was typed; None for words."""
    if typed.startswith("/"):
        return site_host.removeprefix("www.") + typed
    if "://" in typed:
        address = parse(typed)
        return None if address is None else address.key
    host, slash, path = typed.partition("/")
    return host.lower().removeprefix("www.") + slash + path if slash and "." in host else None


def _words_of(url: str, title: str) -> str:
    address = parse(url)
    path = url if address is None else f"{address.path} {address.query or ''}"
    return " ".join(_WORD.findall(fold(f"{unquote(path)} {title}")))


def _distance(row: Any, words: Sequence[str]) -> int:
    """How many of the words asked for are not whole words of the page: of beginnings alone, the others come first."""
    held = set(_WORD.findall(fold(f"{unquote(row.url)} {row.title}")))
    return sum(word not in held for word in words)
