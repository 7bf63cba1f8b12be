"""A workspace: one folder that holds the state of all audits made in it."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Connection, Engine, ExceptionContext, create_engine, event
from sqlalchemy.exc import DatabaseError

from linkreclaim.errors import WorkspaceError
from linkreclaim.store.backlinks import Backlinks
from linkreclaim.store.browsing import Browsing
from linkreclaim.store.bulk_decisions import BulkDecisions
from linkreclaim.store.captures import Captures
from linkreclaim.store.completion import TargetCompletion
from linkreclaim.store.dead_page_conditions import HintingCompiler
from linkreclaim.store.dead_pages import DeadPages
from linkreclaim.store.decisions import Decisions
from linkreclaim.store.documents import Documents
from linkreclaim.store.findings import Findings
from linkreclaim.store.known_urls import KnownUrls
from linkreclaim.store.ledger import Ledger
from linkreclaim.store.looks import Looks
from linkreclaim.store.losses import Losses
from linkreclaim.store.pages import InventoryPages
from linkreclaim.store.proposals import Proposals
from linkreclaim.store.referring_domains import ReferringDomains
from linkreclaim.store.runs import Runs
from linkreclaim.store.saved_views import SavedViews
from linkreclaim.store.sightings import Sightings
from linkreclaim.store.standing import StandingRedirects
from linkreclaim.store.targets import Targets
from linkreclaim.store.tasks import Tasks
from linkreclaim.store.threshold_decisions import ThresholdDecisions
from linkreclaim.store.turns import Turns
from linkreclaim.store.versions import bring_up_to_date

DATABASE_NAME = "linkreclaim.db"
LOCK_NAME = "run.lock"
TURNS_NAME = "turns.lock"
BUSY_TIMEOUT_MS = 5_000
CHECKPOINT_PAGES = 16_000
"""Pages of 4 KiB in the write-ahead log before it is folded in: at 1,000 (the default) an import spent a fifth of its
time there (our measurement)."""
CACHE_KIB = 65_536
"""Page cache of one connection: bounds the memory of an import whatever its size."""


MACHINE_FAULTS = {
    sqlite3.SQLITE_FULL: "free some space there",
    sqlite3.SQLITE_IOERR: "see whether the disk is sound",
    sqlite3.SQLITE_READONLY: "check the permissions of the folder and its files",
    sqlite3.SQLITE_CANTOPEN: "check the permissions of the folder and its files",
}
"""What the machine does to a database, and what the person can do about it (codes: sqlite.org/rescode.html)."""


class Workspace:
    """Opened state; each part of it is one attribute. Close it, or use it as a context manager."""

    def __init__(self, folder: Path, engine: Engine, turns: Turns) -> None:
        self.folder = folder
        self.engine = engine
        self.ledger = Ledger(engine)
        self.sightings = Sightings(engine)
        self.backlinks = Backlinks(engine)
        self.referring_domains = ReferringDomains(engine)
        self.targets = Targets(engine)
        self.urls = KnownUrls(engine)
        self.runs = Runs(engine)
        self.tasks = Tasks(engine)
        self.looks = Looks(engine)
        self.pages = InventoryPages(engine)
        self.documents = Documents(engine)
        self.findings = Findings(engine)
        self.losses = Losses(engine)
        self.decisions = Decisions(engine, turns)
        self.captures = Captures(engine)
        self.standing = StandingRedirects(engine)
        self.dead_pages = DeadPages(engine)
        self.browsing = Browsing(engine)
        self.bulk_decisions = BulkDecisions(self.browsing, self.decisions)
        self.threshold_decisions = ThresholdDecisions(engine, self.decisions)
        self.proposals = Proposals(engine)
        self.completion = TargetCompletion(engine)
        self.saved_views = SavedViews(engine, turns)

    def close(self) -> None:
        """Give the database back."""
        self.engine.dispose()

    def __enter__(self) -> "Workspace":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def only_run(self) -> Iterator[None]:
        """Hold the workspace's run lock: one run at a time writes looks (deciding and reading go on beside it).

        The lock belongs to the process and dies with it, so a killed run never blocks the next one.

        Raises:
            WorkspaceError: another run holds it.
        """
        with open(self.folder / LOCK_NAME, "a+b") as lock:
            if not _try_lock(lock):
                raise WorkspaceError(
                    f"another run is working in {self.folder}; wait for it, or give this one its own --workspace"
                )
            yield


def open_workspace(folder: Path, cache_kib: int = CACHE_KIB) -> Workspace:
    """Open a workspace, making or migrating it as needed. Who keeps many connections gives each a smaller cache.

    Raises:
        WorkspaceError: the folder cannot be written, is no workspace, or was made by a newer linkreclaim.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WorkspaceError(f"cannot make the workspace folder {folder}: {error.strerror or error}") from error
    engine = create_engine(f"sqlite:///{folder / DATABASE_NAME}")
    engine.dialect.statement_compiler = HintingCompiler
    turns = Turns(folder / TURNS_NAME)
    event.listen(engine, "connect", partial(_prepare_connection, cache_kib))
    event.listen(engine, "begin", partial(_begin, turns))
    event.listen(engine, "handle_error", partial(_explain, folder))
    try:
        bring_up_to_date(engine, folder)
    except DatabaseError as error:
        engine.dispose()
        told = f"{folder / DATABASE_NAME} cannot be opened as a workspace: {error.orig}"
        if "locked" in str(error.orig):
            told += "; another linkreclaim is writing a lot or bringing it up to date: wait a little, then try again"
        raise WorkspaceError(told) from error
    except WorkspaceError:
        engine.dispose()
        raise
    return Workspace(folder, engine, turns)


def _prepare_connection(cache_kib: int, connection: Any, _: object) -> None:
    connection.isolation_level = None  # SQLAlchemy's events below say when a transaction begins
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = NORMAL")
    cursor.execute(f"PRAGMA cache_size = -{cache_kib}")
    cursor.execute("PRAGMA temp_store = FILE")
    cursor.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
    cursor.close()


def _explain(folder: Path, context: ExceptionContext) -> None:
    """A full or broken disk is told as such; nothing of what was saved before is lost by it."""
    fault = context.original_exception
    code = getattr(fault, "sqlite_errorcode", 0) & 0xFF  # the rest says more of the same (sqlite.org/rescode.html)
    if code in MACHINE_FAULTS:
        told = f"{folder / DATABASE_NAME} cannot be written: {fault}"
        raise WorkspaceError(f"{told}; {MACHINE_FAULTS[code]}, then run the same command again") from fault


def _begin(turns: Turns, connection: Connection) -> None:
    """Readers take a snapshot; writers take their turn at once, not half-way through (SQLite, BEGIN IMMEDIATE)."""
    options = connection.get_execution_options()
    read_only = options.get("read_only", False)
    if not read_only and not options.get("person", False):
        turns.after_people()
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")


def _try_lock(lock: IO[bytes]) -> bool:
    try:
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(lock.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        else:
            import fcntl

            fcntl.flock(lock.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
