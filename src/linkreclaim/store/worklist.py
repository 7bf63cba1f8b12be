"""URLs to ask, each once, in flat memory, and handed out so that all hosts take turns."""

import hashlib
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby, islice, zip_longest
from operator import itemgetter

from linkreclaim.urls import match_key, parse

_ROWS_AT_ONCE = 5_000
_CACHE_KIB = 16_384
"""While URLs are added in any order, each to its place in the index."""
_SORT_KIB = 2_048
"""While they are put into turns: SQLite sorts in as much memory, twice. Our measurement, 200,000 URLs: 2 MB more are
held instead of 30, and it takes no longer."""

_URLS_OF_A_HOST = 4
"""More would save a few connections more, and let hosts that make each request wait hold the places of others."""
_HOSTS_AT_ONCE = 256
"""Our measurement, 10,000 URLs of 2,000 hosts over TLS, 1,024 connections kept: 4,900 are opened, and 7,300 where all
hosts take turns with one URL each; an opened connection costs 1 ms of CPU."""
_FEW_OF_EACH_HOST = """
SELECT turn / ?1 AS few, first, number, url FROM (
    SELECT number, url, row_number() OVER of_host - 1 AS turn, first_value(number) OVER of_host AS first
    FROM page WINDOW of_host AS (PARTITION BY host ORDER BY number)
) ORDER BY few, first, turn
"""

Identity = tuple[str, str]
"""What makes two URLs one entry of a list, and the host that is asked for it."""


def by_match_key(url: str) -> Identity | None:
    """One entry for all spellings of a page: scheme, `www.` and fragment make no difference."""
    key = match_key(url)
    return None if key is None else (key, key.split("/", 1)[0])  # a key begins with its host


def by_request(url: str) -> Identity | None:
    """One entry for each request: only the fragment, which no server sees, makes no difference."""
    parsed = parse(url)
    return None if parsed is None else (parsed.without_fragment, parsed.netloc)


class WorkList:
    """A list of URLs in a temporary file that is gone when it is closed; a context manager.

    Cost: about 5 us a URL to add; memory does not grow with the list.
    """

    def __init__(self, identify: Callable[[str], Identity | None] = by_match_key) -> None:
        self._identify = identify
        self._connection = sqlite3.connect("", isolation_level=None)  # SQLite: a private file, spilled when it is large
        self._connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        self._connection.execute("PRAGMA temp_store = FILE")
        self._connection.execute(
            "CREATE TABLE page (number INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, host TEXT, url TEXT)"
        )

    def add(self, urls: Iterable[str]) -> int:
        """Add http(s) URLs, those that it has left out; returns how many of them were new."""
        before = len(self)
        rows = ((*identity, url) for url in urls if (identity := self._identify(url)) is not None)
        while block := list(islice(rows, _ROWS_AT_ONCE)):
            with self._connection:
                self._connection.execute("BEGIN")
                self._connection.executemany("INSERT OR IGNORE INTO page (key, host, url) VALUES (?, ?, ?)", block)
        return len(self) - before

    def __len__(self) -> int:
        return int(self._connection.execute("SELECT count(*) FROM page").fetchone()[0])

    def hosts(self, most: int) -> list[str]:
        """The first `most` hosts of the list, in the order of their names."""
        found = self._connection.execute("SELECT DISTINCT host FROM page ORDER BY host LIMIT ?", (most,))
        return [host for (host,) in found]

    def has_scheme(self, scheme: str) -> bool:
        """Whether any URL of the list, as it was written, has this scheme."""
        found = self._connection.execute("SELECT 1 FROM page WHERE url LIKE ? LIMIT 1", (scheme + "://%",))
        return found.fetchone() is not None

    def urls_at(self, numbers: Iterable[int]) -> Iterator[tuple[int, str]]:
        """(number, URL) of the given numbers, in their order."""
        for number in numbers:
            yield from self._connection.execute("SELECT number, url FROM page WHERE number = ?", (number,))

    def fingerprint(self) -> str:
        """What tells this list from any other: its URLs and their order."""
        digest = hashlib.sha256()
        for (url,) in self._connection.execute("SELECT url FROM page ORDER BY number"):
            digest.update(url.encode("utf-8", "replace") + b"\n")
        return digest.hexdigest()

    def in_turns(self) -> Iterator[tuple[int, str]]:
        """(number, URL): the first few URLs of each host, then its next few, and so on; numbers are those of adding.

        A list sorted by host would else be asked one slow host after the other. A few URLs, and not one, because a
        connection to a host is still open when its next URL comes soon: `_HOSTS_AT_ONCE` hosts take turns with theirs,
        then the next hosts do.
        """
        self._connection.execute(f"PRAGMA cache_size = -{_SORT_KIB}")
        rows = self._connection.execute(_FEW_OF_EACH_HOST, (_URLS_OF_A_HOST,))
        for _, next_few in groupby(rows, key=itemgetter(0)):
            of_hosts = (list(few) for _, few in groupby(next_few, key=itemgetter(1)))
            while hosts := list(islice(of_hosts, _HOSTS_AT_ONCE)):
                for turn in zip_longest(*hosts):
                    yield from (row[2:] for row in turn if row is not None)

    def close(self) -> None:
        """Give the file back."""
        self._connection.close()

    def __enter__(self) -> "WorkList":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
