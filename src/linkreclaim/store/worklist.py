"""URLs to ask, each once, in flat memory, and handed out so that all hosts take turns."""

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator
from itertools import islice

from linkreclaim.store.interning import key_host
from linkreclaim.urls import match_key

_ROWS_AT_ONCE = 5_000
_CACHE_KIB = 16_384


class WorkList:
    """A list of URLs in a temporary file that is gone when it is closed; a context manager.

    Cost: about 5 us a URL to add; memory does not grow with the list.
    """

    def __init__(self) -> None:
        self._connection = sqlite3.connect("", isolation_level=None)  # SQLite: a private file, spilled when it is large
        self._connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        self._connection.execute("PRAGMA temp_store = FILE")
        self._connection.execute(
            "CREATE TABLE page (number INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, host TEXT, url TEXT)"
        )

    def add(self, urls: Iterable[str]) -> int:
        """Add http(s) URLs, those with a match key that it has left out; returns how many of them were new."""
        before = len(self)
        rows = ((key, key_host(key), url) for url in urls if (key := match_key(url)) is not None)
        while block := list(islice(rows, _ROWS_AT_ONCE)):
            with self._connection:
                self._connection.execute("BEGIN")
                self._connection.executemany("INSERT OR IGNORE INTO page (key, host, url) VALUES (?, ?, ?)", block)
        return len(self) - before

    def __len__(self) -> int:
        return int(self._connection.execute("SELECT count(*) FROM page").fetchone()[0])

    def fingerprint(self) -> str:
        """What tells this list from any other: its URLs and their order."""
        digest = hashlib.sha256()
        for (url,) in self._connection.execute("SELECT url FROM page ORDER BY number"):
            digest.update(url.encode("utf-8", "replace") + b"\n")
        return digest.hexdigest()

    def in_turns(self) -> Iterator[tuple[int, str]]:
        """(number, URL): the first URL of each host, then the second of each, and so on; numbers are those of adding.

        A list sorted by host would else be asked one slow host after the other.
        """
        yield from self._connection.execute(
            "SELECT number, url FROM (SELECT number, url, row_number() OVER (PARTITION BY host ORDER BY number) AS turn"
            " FROM page) ORDER BY turn, number"
        )

    def close(self) -> None:
        """Give the file back."""
        self._connection.close()

    def __enter__(self) -> "WorkList":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
