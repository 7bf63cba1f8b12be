"""The links of a site's own pages while an audit reads them: on disk, so that memory does not grow with the site.

One SQLite file a run, beside the workspace's own database. A page's links and the end of its task are one transaction:
a run that is killed asks again for nothing that was answered. Links are held grouped, by target, words and place.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from linkreclaim.errors import WorkspaceError
from linkreclaim.model.internal_links import InternalKind, InternalSummary, LinkGroup, PageLink, TargetLook
from linkreclaim.model.links import Place
from linkreclaim.model.verdicts import VerdictKind

EXAMPLE_PAGES = 3
_ROWS_AT_ONCE = 500
_ANCHORS = 5
_CREATE = (
    "CREATE TABLE IF NOT EXISTS url (number INTEGER PRIMARY KEY, url TEXT NOT NULL UNIQUE, found INTEGER NOT NULL,"
    " done INTEGER NOT NULL DEFAULT 0, was_read INTEGER NOT NULL DEFAULT 0, kind TEXT, verdict TEXT, look TEXT)",
    "CREATE INDEX IF NOT EXISTS url_open ON url (done, number)",
    "CREATE TABLE IF NOT EXISTS link (target INTEGER NOT NULL, anchor TEXT NOT NULL, place TEXT NOT NULL,"
    " pages INTEGER NOT NULL, examples TEXT NOT NULL, PRIMARY KEY (target, anchor, place)) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS unasked (one INTEGER PRIMARY KEY CHECK (one = 1), links INTEGER NOT NULL)",
    "INSERT OR IGNORE INTO unasked VALUES (1, 0)",
)
_ADD_LINK = f"""
INSERT INTO link VALUES (?, ?, ?, 1, ?) ON CONFLICT (target, anchor, place) DO UPDATE SET
  examples = CASE WHEN pages < {EXAMPLE_PAGES} THEN examples || ' ' || excluded.examples ELSE examples END,
  pages = pages + 1
"""  # noqa: S608 - constant
_GROUPS = """
SELECT url.number, url.url, url.look, link.anchor, link.place, link.pages, link.examples
FROM url JOIN link ON link.target = url.number WHERE url.kind = ?
ORDER BY sum(link.pages) OVER (PARTITION BY url.number) DESC, url.url, link.pages DESC, link.anchor, link.place
"""
_Answered = tuple[int, TargetLook, Sequence[PageLink] | None]


class InternalLinks:
    """URLs of the site to ask, what they answered, and the links between them. A context manager; the file stays.

    `most_found` bounds the URLs that are known from links alone; those beyond it are counted and never asked.
    Cost: about 16 us a link, and 4 MB whatever their number (our measurement, 3 million links of 50,000 pages).
    Raises WorkspaceError where the file cannot be used.
    """

    def __init__(self, path: Path, most_found: int) -> None:
        self._path = path
        self._most_found = most_found
        with self._told():
            self._connection = sqlite3.connect(path, isolation_level=None)
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA synchronous = NORMAL")
            self._connection.execute("PRAGMA temp_store = FILE")
            with self._writing():
                for statement in _CREATE:
                    self._connection.execute(statement)
            self._found = self._count("SELECT count(*) FROM url WHERE found = 1")

    def add_pages(self, addresses: Iterable[str]) -> None:
        """Add pages of the site (URLs without fragment) that are known without any link to them."""
        with self._told(), self._writing():
            self._connection.executemany(
                "INSERT OR IGNORE INTO url (url, found) VALUES (?, 0)", ((address,) for address in addresses)
            )

    def open_urls(self) -> Iterator[tuple[int, str]]:
        """(number, URL) of what is not asked yet, in the order of adding; URLs that are added meanwhile come, too."""
        last = 0
        query = "SELECT number, url FROM url WHERE done = 0 AND number > ? ORDER BY number LIMIT ?"
        while block := self._connection.execute(query, (last, _ROWS_AT_ONCE)).fetchall():
            yield from block
            last = block[-1][0]

    def save(self, answered: Iterable[_Answered], further: Iterable[str] = ()) -> None:
        """Keep looks (number, look, links of the page or None where it was not read), and add `further` URLs."""
        with self._told(), self._writing():
            for number, look, links in answered:
                self._end(number, look, links is not None)
                for link in links or ():
                    self._add_link(number, link)
            for address in further:
                self._number_of(address)

    def forget(self, verdicts: Iterable[VerdictKind]) -> None:
        """Take looks of these verdicts back, so that the URLs are asked again; they must not be ones of read pages."""
        with self._told(), self._writing():
            self._connection.executemany(
                "UPDATE url SET done = 0, kind = NULL WHERE done = 1 AND was_read = 0 AND verdict = ?",
                [(verdict.value,) for verdict in verdicts],
            )

    def counts(self) -> tuple[int, int]:
        """(asked, all) URLs."""
        done, total = self._connection.execute("SELECT coalesce(sum(done), 0), count(*) FROM url").fetchone()
        return int(done), int(total)

    def broken_urls(self) -> Iterator[tuple[int, str]]:
        """(number, URL) of all that are dead, linked or not."""
        yield from self._connection.execute("SELECT number, url FROM url WHERE kind = ? ORDER BY number", ("broken",))

    def anchors(self, number: int) -> tuple[str, ...]:
        """The words of the links to a URL, most frequent first, at most five."""
        rows = self._connection.execute(
            "SELECT anchor FROM link WHERE target = ? AND anchor <> '' GROUP BY anchor"
            " ORDER BY sum(pages) DESC, anchor LIMIT ?",
            (number, _ANCHORS),
        )
        return tuple(anchor for (anchor,) in rows)

    def groups(self) -> Iterator[LinkGroup]:
        """The links that something is to be done about: broken ones first, those of the most linked URLs first."""
        for kind in InternalKind:
            for number, url, look, anchor, place, pages, examples in self._connection.execute(_GROUPS, (kind.value,)):
                shown = tuple(self._url_of(int(page)) for page in examples.split())
                yield LinkGroup(number, url, _read_look(look), anchor, Place(place), pages, shown)

    def summary(self) -> InternalSummary:
        """All of it in numbers."""
        done, total = self.counts()
        urls = {kind: self._linked(kind, "count(DISTINCT url.number)") for kind in InternalKind}
        links = {kind: self._linked(kind, "coalesce(sum(link.pages), 0)") for kind in InternalKind}
        return InternalSummary(
            pages=self._count("SELECT count(*) FROM url WHERE was_read = 1"),
            urls=done,
            broken_urls=urls[InternalKind.BROKEN],
            broken_links=links[InternalKind.BROKEN],
            redirect_urls=urls[InternalKind.REDIRECT],
            redirect_links=links[InternalKind.REDIRECT],
            untold_urls=urls[InternalKind.UNTOLD],
            untold_links=links[InternalKind.UNTOLD],
            unasked_urls=total - done,
            unasked_links=self._count("SELECT links FROM unasked"),
        )

    def _linked(self, kind: InternalKind, what: str) -> int:
        query = f"SELECT {what} FROM url JOIN link ON link.target = url.number WHERE url.kind = ?"  # noqa: S608 - constants
        return int(self._connection.execute(query, (kind.value,)).fetchone()[0])

    def _end(self, number: int, look: TargetLook, was_read: bool) -> None:
        body = json.dumps(asdict(look) | {"checked_at": look.checked_at.isoformat()})
        self._connection.execute(
            "UPDATE url SET done = 1, was_read = ?, kind = ?, verdict = ?, look = ? WHERE number = ?",
            (was_read, look.kind, look.verdict.value, body, number),
        )

    def _add_link(self, page: int, link: PageLink) -> None:
        target = self._number_of(link.target_url)
        if target is None:
            self._connection.execute("UPDATE unasked SET links = links + 1")
        else:
            self._connection.execute(_ADD_LINK, (target, link.anchor_text, link.place.value, str(page)))

    def _number_of(self, address: str) -> int | None:
        known = self._connection.execute("SELECT number FROM url WHERE url = ?", (address,)).fetchone()
        if known is not None:
            return int(known[0])
        if self._found >= self._most_found:
            return None
        self._found += 1
        return self._connection.execute("INSERT INTO url (url, found) VALUES (?, 1)", (address,)).lastrowid

    def _url_of(self, number: int) -> str:
        return str(self._connection.execute("SELECT url FROM url WHERE number = ?", (number,)).fetchone()[0])

    def _count(self, query: str) -> int:
        return int(self._connection.execute(query).fetchone()[0])

    @contextmanager
    def _writing(self) -> Iterator[None]:
        with self._connection:
            self._connection.execute("BEGIN IMMEDIATE")
            yield

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.DatabaseError as error:
            raise WorkspaceError(
                f"{self._path}: cannot keep the site's links there ({error}); check the space left, and delete the file"
                " to read the site anew"
            ) from error

    def close(self) -> None:
        """Close the file, keeping it for a run that goes on."""
        self._connection.close()

    def __enter__(self) -> "InternalLinks":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def remove_internal_links(path: Path) -> None:
    """Delete the file of a run that is finished; one that is not there is none."""
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _read_look(body: str) -> TargetLook:
    values = json.loads(body)
    kind = values["kind"]
    return TargetLook(
        **values
        | {
            "kind": None if kind is None else InternalKind(kind),
            "verdict": VerdictKind(values["verdict"]),
            "status_codes": tuple(values["status_codes"]),
            "checked_at": datetime.fromisoformat(values["checked_at"]),
        }
    )
