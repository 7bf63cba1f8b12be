"""Whose turn it is to write: a person's decision goes before the next piece of a run.

SQLite lets one connection write and has the others ask again after pauses of up to 100 ms (sqliteDefaultBusyCallback
in SQLite's main.c), so that a run which writes piece after piece would be met busy again and again. A person who wants
to write holds a shared lock on a file meanwhile; a run takes that file for itself for a moment before each piece, and
so waits until nobody does. The locks die with their process.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

if os.name != "nt":
    import fcntl


class Turns:
    """The turns of one workspace, across threads and processes. Without flock (Windows) everyone waits by SQLite."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @contextmanager
    def first(self) -> Iterator[None]:
        """Hold the right to write next; never waits for longer than a run needs to look whether it may begin."""
        with self._path.open("ab") as file:
            if os.name != "nt":
                fcntl.flock(file, fcntl.LOCK_SH)
            yield

    def after_people(self) -> None:
        """Wait until nobody holds that right. Cost: about 10 us when nobody does."""
        if os.name != "nt":
            with self._path.open("ab") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
