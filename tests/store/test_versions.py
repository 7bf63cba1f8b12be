"""Opening a workspace: made, brought up to date, refused; killed in the middle of it, and opened by two at once."""

import multiprocessing
import os
import signal
import sqlite3
import sys
from contextlib import closing
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, create_engine, event, inspect

from linkreclaim.errors import WorkspaceError
from linkreclaim.jobs.desk.browse import Browser
from linkreclaim.store import open_workspace, schema, versions, workspace
from linkreclaim.store.dead_page_view import DeadPageView
from linkreclaim.store.saved_views import read_query
from linkreclaim.store.versions import HEAD_REVISION
from linkreclaim.store.workspace import DATABASE_NAME

SPAWN = multiprocessing.get_context("spawn")
OLD_REVISIONS = ("0001", "0002", "0003", "0004")
OLD_ROWS = (
    "INSERT INTO site (id, host) VALUES (1, 'shop.example')",
    "INSERT INTO domain (id, name) VALUES (1, 'shop.example')",
    "INSERT INTO url (id, key, url, domain_id) VALUES (1, 'shop.example/old', 'https://shop.example/old', 1)",
    "INSERT INTO run (id, site_id, question, started_at, finished_at, state) VALUES (1, 1, '',"
    ' \'2026-10-01T09:00:00+00:00\', \'2026-10-01T09:10:00+00:00\', \'{"site": {"host": "shop.example",'
    ' "scheme": "https", "with_subdomains": false, "old_hosts": []}}\')',
    "INSERT INTO look (run_id, url_id, checked_at, verdict, dead, former_host, reason, verdict_confidence_0_1,"
    " evidence, hops, final_url) VALUES (1, 1, '2026-10-01T09:05:00+00:00', 'gone', 1, 0, '', 0.9, '[]', '[]', '')",
    "INSERT INTO target VALUES (1, 1, 1, 0, 1, 1.0, '', '', '[]', 0)",
    "INSERT INTO finding VALUES (1, 1, 'typo_at_source', 0.8, '[]', '', 'https://shop.example/new', 0.9, '', '[]',"
    " 'redirect')",
    "INSERT INTO decision (id, site_id, url_id, run_id, state, disposition, target_url, decided_by, decided_at, note)"
    " VALUES (1, 1, 1, 1, 'accepted', 'redirect', 'https://shop.example/new', 'Ada', '2026-10-02T09:00:00+00:00', '')",
    "INSERT INTO page_look (id, run_id, url_id, seen_at, outcome, reason, final_url, title, noindex, external_links)"
    " VALUES (1, 1, 1, '2026-10-01T09:06:00+00:00', 'read', '', '', '', 0, 1)",
)
"""One dead page, a decision about it and a look at a page, as a workspace of any step holds them."""


def test_the_migrations_make_the_same_tables_as_a_new_workspace(tmp_path: Path) -> None:
    with open_workspace(tmp_path / "new") as opened:
        tables = shape_of(opened.engine)
    engine = create_engine(f"sqlite:///{tmp_path / 'steps.db'}")
    migrate(engine, "head")
    with engine.connect() as connection:
        version = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    assert shape_of(engine) == tables
    engine.dispose()
    assert version == HEAD_REVISION
    assert set(schema.metadata.tables) < set(tables)


def shape_of(engine: Engine) -> dict[str, tuple[list[str], dict[str | None, list[str | None]]]]:
    """{table: (its columns, {index: its columns})}."""
    made = inspect(engine)
    return {
        name: (
            [column["name"] for column in made.get_columns(name)],
            {index["name"]: index["column_names"] for index in made.get_indexes(name)},
        )
        for name in made.get_table_names()
    }


def migrate(engine: Engine, revision: str) -> None:
    """The steps up to one, as they are taken."""
    config = Config()
    config.set_main_option("script_location", str(Path(versions.__file__).parent / "migrations"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def make_old(folder: Path, revision: str) -> None:
    """A workspace as an older linkreclaim left it."""
    folder.mkdir(exist_ok=True)
    engine = create_engine(f"sqlite:///{folder / DATABASE_NAME}")
    migrate(engine, revision)
    with engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO meta VALUES ('key_version', '1')")
        for statement in OLD_ROWS:
            connection.exec_driver_sql(statement)
    engine.dispose()


@pytest.mark.parametrize("revision", OLD_REVISIONS)
def test_an_older_workspace_is_opened_with_all_it_holds(tmp_path: Path, revision: str) -> None:
    make_old(tmp_path, revision)
    check_holds_all(tmp_path, knows_what_was_seen=revision < "0003")


def check_holds_all(folder: Path, knows_what_was_seen: bool = True) -> None:
    """Everything of `OLD_ROWS` is there, and in the tables of today."""
    with open_workspace(folder) as opened:
        held = opened.decisions.held(1, 1)
        assert held is not None
        assert (held.decision.decided_by, held.decision.target_url) == ("Ada", "https://shop.example/new")
        seen = {"verdict": "gone", "cause": "typo_at_source", "target_url": "https://shop.example/new"}
        assert held.seen == (seen if knows_what_was_seen else {})  # from step 0003 on the decider's page says so
        assert len(opened.sightings.page_outcomes(1)) == 1
        assert opened.dead_pages.listed_run(1) is None
        browser = Browser(opened)
        browsed = browser.site("shop.example")
        assert browsed is not None
        rows = browser.page(browsed, DeadPageView()).rows
        assert [(row.url, row.decided_by, row.changed) for row in rows] == [("https://shop.example/old", "Ada", ())]
        assert browser.page(browsed, read_query("q=old")).count == 1
    with open_workspace(folder) as opened, opened.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"


def statements_of_opening(folder: Path) -> int:
    """How many statements opening a workspace takes."""
    count = [0]

    def add(*_: object) -> None:
        count[0] += 1

    event.listen(Engine, "before_cursor_execute", add)
    try:
        open_workspace(folder).close()
    finally:
        event.remove(Engine, "before_cursor_execute", add)
    return count[0]


def open_and_die(folder: Path, statements: int) -> None:
    """Runs in a process: it is killed before its next statement, or when it commits the changes."""
    left = [statements]

    def die(*_: object) -> None:
        left[0] -= 1
        if left[0] < 0:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, "before_cursor_execute", die)
    if statements < 0:
        event.remove(Engine, "before_cursor_execute", die)
        event.listen(Engine, "commit", die)
    open_workspace(folder)


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is of Unix")
@pytest.mark.parametrize("part_0_1", [0.3, 0.6, 0.9, None])
def test_a_workspace_killed_while_it_is_brought_up_to_date_is_as_it_was(tmp_path: Path, part_0_1: float | None) -> None:
    make_old(tmp_path / "counted", "0001")
    statements = statements_of_opening(tmp_path / "counted")
    folder = tmp_path / "ws"
    make_old(folder, "0001")
    with closing(sqlite3.connect(folder / DATABASE_NAME)) as connection:
        before = list(connection.iterdump())
    killed(folder, -1 if part_0_1 is None else int(statements * part_0_1))
    with closing(sqlite3.connect(folder / DATABASE_NAME)) as connection:
        assert list(connection.iterdump()) == before
    check_holds_all(folder)


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is of Unix")
@pytest.mark.parametrize("part_0_1", [0.5, None])
def test_a_workspace_killed_while_it_is_made_is_made_by_the_next(tmp_path: Path, part_0_1: float | None) -> None:
    statements = statements_of_opening(tmp_path / "counted")
    killed(tmp_path / "ws", -1 if part_0_1 is None else int(statements * part_0_1))
    with open_workspace(tmp_path / "ws") as opened, open_workspace(tmp_path / "counted") as other:
        assert opened.ledger.site_id("shop.example") == 1
        assert shape_of(opened.engine) == shape_of(other.engine)


def killed(folder: Path, statements: int) -> None:
    """Open a workspace in a process that is killed at it."""
    process = SPAWN.Process(target=open_and_die, args=(folder, statements))
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL


def open_together(folder: Path, all_there: Barrier) -> None:
    """Runs in a process: opens a workspace at the moment when others do."""
    workspace.BUSY_TIMEOUT_MS = 60_000  # they wait for one another, on a busy machine for longer than five seconds
    all_there.wait(60)
    open_workspace(folder).close()


@pytest.fixture(params=["new", "0002"])
def unready(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """A folder that whoever opens it first has to make or to bring up to date."""
    if request.param != "new":
        make_old(tmp_path, request.param)
    return tmp_path


def test_two_open_a_workspace_that_is_not_ready_at_the_same_moment(unready: Path) -> None:
    together = SPAWN.Barrier(3)
    processes = [SPAWN.Process(target=open_together, args=(unready, together)) for _ in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0, 0]
    with open_workspace(unready) as opened, opened.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT version_num FROM alembic_version").all() == [(HEAD_REVISION,)]


def test_who_waits_in_vain_for_another_to_bring_it_up_to_date_is_told_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_old(tmp_path, "0003")
    monkeypatch.setattr(workspace, "BUSY_TIMEOUT_MS", 50)
    with closing(sqlite3.connect(tmp_path / DATABASE_NAME, isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode = WAL")
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(WorkspaceError, match=r"is locked; another linkreclaim is .* then try again"):
            open_workspace(tmp_path)
    check_holds_all(tmp_path, knows_what_was_seen=False)


def test_a_workspace_of_a_newer_program_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    with open_workspace(tmp_path) as opened, opened.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
        connection.exec_driver_sql("ALTER TABLE site ADD COLUMN unheard_of TEXT")
    with closing(sqlite3.connect(tmp_path / DATABASE_NAME)) as connection:
        before = list(connection.iterdump())
    with pytest.raises(WorkspaceError, match="was made by a newer linkreclaim; upgrade linkreclaim to open it"):
        open_workspace(tmp_path)
    with closing(sqlite3.connect(tmp_path / DATABASE_NAME)) as connection:
        assert list(connection.iterdump()) == before


def test_a_workspace_under_other_url_keys_is_refused(tmp_path: Path) -> None:
    with open_workspace(tmp_path) as opened, opened.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE meta SET value = '0' WHERE name = 'key_version'")
    with pytest.raises(WorkspaceError, match="key version 0"):
        open_workspace(tmp_path)
