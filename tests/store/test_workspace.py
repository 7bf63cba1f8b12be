"""Opening a workspace: made, migrated, refused."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, create_engine, inspect

from linkreclaim.errors import WorkspaceError
from linkreclaim.jobs.desk.browse import Browser
from linkreclaim.store import open_workspace, schema
from linkreclaim.store import workspace as workspace_module
from linkreclaim.store.dead_page_view import DeadPageView
from linkreclaim.store.saved_views import read_query

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
)
"""One dead page and a decision about it, as a workspace of step 0002 holds them."""


def test_the_migrations_make_the_same_tables_as_a_new_workspace(tmp_path: Path) -> None:
    with open_workspace(tmp_path / "new") as opened:
        made = inspect(opened.engine)
        tables = {name: [c["name"] for c in made.get_columns(name)] for name in made.get_table_names()}
    engine = create_engine(f"sqlite:///{tmp_path / 'steps.db'}")
    config = Config()
    config.set_main_option("script_location", str(Path(workspace_module.__file__).parent / "migrations"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    with engine.connect() as connection:
        version = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
        stepped = inspect(engine)
        assert {name: [c["name"] for c in stepped.get_columns(name)] for name in stepped.get_table_names()} == tables
    engine.dispose()
    assert version == workspace_module.HEAD_REVISION
    assert set(schema.metadata.tables) < set(tables)


def test_an_older_workspace_is_opened_with_all_it_holds(tmp_path: Path) -> None:
    old = make_workspace(tmp_path, "0002")
    with old.begin() as connection:
        for statement in OLD_ROWS:
            connection.exec_driver_sql(statement)
    old.dispose()
    with open_workspace(tmp_path) as opened:
        held = opened.decisions.held(1, 1)
        assert held is not None
        assert (held.decision.decided_by, held.decision.target_url) == ("Ada", "https://shop.example/new")
        assert held.seen == {"verdict": "gone", "cause": "typo_at_source", "target_url": "https://shop.example/new"}
        assert opened.dead_pages.listed_run(1) is None
        browser = Browser(opened)
        browsed = browser.site("shop.example")
        assert browsed is not None
        rows = browser.page(browsed, DeadPageView()).rows
        assert [(row.url, row.decided_by, row.changed) for row in rows] == [("https://shop.example/old", "Ada", ())]
        assert browser.page(browsed, read_query("q=old")).count == 1
    with open_workspace(tmp_path) as opened, opened.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"


def make_workspace(folder: Path, revision: str) -> Engine:
    """A workspace as an older linkreclaim left it."""
    engine = create_engine(f"sqlite:///{folder / workspace_module.DATABASE_NAME}")
    config = Config()
    config.set_main_option("script_location", str(Path(workspace_module.__file__).parent / "migrations"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        connection.exec_driver_sql("INSERT INTO meta VALUES ('key_version', '1')")
    return engine


def test_a_workspace_of_a_newer_program_is_refused(tmp_path: Path) -> None:
    with open_workspace(tmp_path) as opened, opened.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(WorkspaceError, match="newer linkreclaim"):
        open_workspace(tmp_path)


def test_a_workspace_under_other_url_keys_is_refused(tmp_path: Path) -> None:
    with open_workspace(tmp_path) as opened, opened.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE meta SET value = '0' WHERE name = 'key_version'")
    with pytest.raises(WorkspaceError, match="key version 0"):
        open_workspace(tmp_path)


def test_a_full_disk_is_told_as_one_line_and_what_was_saved_stays(tmp_path: Path) -> None:
    with open_workspace(tmp_path) as workspace:
        run = workspace.runs.begin(
            workspace.ledger.site_id("example.com"), "question", datetime(2026, 11, 2, tzinfo=UTC)
        )
        workspace.runs.save_document(run.id, "robots", 200, b"before")
        with workspace.engine.connect() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(WorkspaceError, match=r"linkreclaim\.db cannot be written: .* full; free some space there"):
            workspace.runs.save_document(run.id, "sitemap", 200, b"x" * 1_000_000)
        assert workspace.runs.document(run.id, "robots") == (200, b"before")
