"""Results of a long listing, kept on disk while it runs, so that a run that is cut off goes on where it stopped.

One SQLite file beside the output. It is written in transactions, so that a kill at any moment leaves whole results,
and it answers in the order of the input, whatever the order in which results came.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from linkreclaim.errors import InputError, WorkspaceError

SUFFIX = ".part"
_FORM = "2"
"""Version of the file's form; another one is another question."""
_CREATE = (
    "CREATE TABLE IF NOT EXISTS question (text TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS result (number INTEGER PRIMARY KEY, body TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS aside (name TEXT PRIMARY KEY, body BLOB NOT NULL)",
)
_OUR_TABLES = {"question", "result", "aside"}


class DoneNumbers:
    """Numbers that are done: one bit each, 125 kB for a million."""

    def __init__(self, numbers: Iterable[int] = ()) -> None:
        self._bits = bytearray()
        self._count = 0
        for number in numbers:
            self.add(number)

    def add(self, number: int) -> None:
        """Mark a number (0 or greater) as done."""
        byte, bit = divmod(number, 8)
        if byte >= len(self._bits):
            self._bits.extend(bytes(max(byte + 1 - len(self._bits), len(self._bits))))
        self._count += not self._bits[byte] >> bit & 1
        self._bits[byte] |= 1 << bit

    def __contains__(self, number: int) -> bool:
        byte, bit = divmod(number, 8)
        return byte < len(self._bits) and bool(self._bits[byte] >> bit & 1)

    def __len__(self) -> int:
        return self._count


class Journal:
    """An open journal: the process that has it open holds it alone. A context manager; leaving it keeps the file."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self._connection = connection
        self.done = DoneNumbers(row[0] for row in connection.execute("SELECT number FROM result"))

    @classmethod
    def open(cls, path: Path, question: str, fresh: bool = False) -> "Journal":
        """Open the journal of a question (a fingerprint of the input and of all that shapes a result), or begin it.

        `fresh` drops what an earlier run left behind.

        Raises:
            InputError: the file holds another question's results, is no journal, or cannot be written.
            WorkspaceError: another process has it open.
        """
        with _told(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            connection = _connect(path)
            try:
                if fresh and not _is_foreign(connection):
                    for table in _OUR_TABLES:
                        connection.execute(f"DROP TABLE IF EXISTS {table}")
                _agree(connection, path, f"{_FORM} {question}")
                return cls(path, connection)
            except BaseException:
                connection.close()
                raise

    def save(self, results: Iterable[tuple[int, Any]]) -> None:
        """Keep results (number of the input, a JSON value) in one transaction; see `save_texts`."""
        self.save_texts([(number, json.dumps(body, separators=(",", ":"))) for number, body in results])

    def save_texts(self, rows: Sequence[tuple[int, str]]) -> None:
        """Keep results (number of the input, JSON text) in one transaction; one that is there already stays.

        Raises InputError when the disk is full or the file can no longer be written.
        """
        with _told(self.path), self._connection:
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.executemany("INSERT OR IGNORE INTO result VALUES (?, ?)", rows)
        for number, _ in rows:
            self.done.add(number)

    def forget(self, numbers: Iterable[int]) -> None:
        """Take results back, so that a run that goes on asks for them again."""
        with _told(self.path):
            self._connection.executemany("DELETE FROM result WHERE number = ?", ((number,) for number in numbers))

    def put_aside(self, name: str, body: bytes) -> None:
        """Keep what several results share, or what is no result yet, under a name; a later body takes its place."""
        with _told(self.path):
            self._connection.execute("INSERT OR REPLACE INTO aside VALUES (?, ?)", (name, body))

    def aside(self, name: str) -> bytes | None:
        """What was put aside under a name, None when nothing was."""
        found = self._connection.execute("SELECT body FROM aside WHERE name = ?", (name,)).fetchone()
        return None if found is None else bytes(found[0])

    def rows(self) -> Iterator[tuple[int, Any]]:
        """All results in the order of their numbers. Memory: one result."""
        return ((number, json.loads(body)) for number, body in self.texts())

    def texts(self) -> Iterator[tuple[int, str]]:
        """All results in the order of their numbers, as JSON text. Memory: one result."""
        yield from self._connection.execute("SELECT number, body FROM result ORDER BY number")

    def remove(self) -> None:
        """Close the journal and delete its files: the output is whole."""
        self.close()
        for suffix in ("", "-wal", "-shm", "-journal"):
            self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)

    def close(self) -> None:
        """Close the file, keeping it for a run that goes on."""
        self._connection.close()

    def __enter__(self) -> "Journal":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Database trouble as an error that a person can act on."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            raise WorkspaceError(
                f"{path} is being written by another run; wait for it, or choose another --out"
            ) from error
        raise InputError(f"{path}: cannot keep results there ({error}); check the folder and the space left") from error
    except sqlite3.DatabaseError as error:
        raise _no_journal(path) from error
    except OSError as error:
        raise InputError(f"{path}: cannot keep results there: {error.strerror or error}") from error


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=0, isolation_level=None)
    try:
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")  # of the process, and gone with it
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("COMMIT")
    except BaseException:
        connection.close()
        raise
    return connection


def _is_foreign(connection: sqlite3.Connection) -> bool:
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    return bool(tables) and tables != _OUR_TABLES


def _agree(connection: sqlite3.Connection, path: Path, question: str) -> None:
    """See that the file is of this question, or make it so when it is new."""
    if _is_foreign(connection):
        raise _no_journal(path)
    with connection:
        connection.execute("BEGIN IMMEDIATE")
        for statement in _CREATE:
            connection.execute(statement)
        held = connection.execute("SELECT text FROM question").fetchone()
        if held is None:
            connection.execute("INSERT INTO question VALUES (?)", (question,))
    if held is not None and held[0] != question:
        raise InputError(
            f"{path} holds the results of a run that was asked something else (other input or other options): "
            "give that command again to finish it, choose another --out, or begin anew with --fresh"
        )


def _no_journal(path: Path) -> InputError:
    return InputError(f"{path} is in the way: it is no file of unfinished results; move it, or choose another --out")
