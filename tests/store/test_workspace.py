"""Opening a workspace: made, migrated, refused."""

from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, inspect

from linkreclaim.errors import WorkspaceError
from linkreclaim.store import open_workspace, schema
from linkreclaim.store import workspace as workspace_module


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
