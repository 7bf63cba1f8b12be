"""Which step of the schema a workspace's tables stand for, and how they come to the present one."""

from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, select, text

from linkreclaim.errors import WorkspaceError
from linkreclaim.store import schema
from linkreclaim.store.reading import reading
from linkreclaim.store.text_search import create_text_indexes
from linkreclaim.urls import KEY_VERSION

HEAD_REVISION = "0005"
"""The newest migration step; compared first, so that Alembic is only imported when there is something to migrate."""


def bring_up_to_date(engine: Engine, folder: Path) -> None:
    """Make the tables of a new workspace, or take those of an older one through the steps that it lacks.

    All of it is one transaction: killed at any moment, the workspace is as it was, and the next one who opens it begins
    anew. Who opens it meanwhile waits.

    Raises:
        WorkspaceError: the tables or the URL keys are those of another linkreclaim.
    """
    with reading(engine) as connection:
        revision = _revision(connection, folder)
    if revision != HEAD_REVISION:
        with engine.begin() as connection:
            revision = _revision(connection, folder)  # another process may have been faster
            if revision is None:
                _create(connection)
            elif revision != HEAD_REVISION:
                _migrate(connection)
    _check_keys(engine)


def _revision(connection: Connection, folder: Path) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    if revision is not None and revision > HEAD_REVISION:
        made = f"the workspace {folder} was made by a newer linkreclaim"
        raise WorkspaceError(f"{made}; upgrade linkreclaim to open it")
    return revision


def _create(connection: Connection) -> None:
    """Make the present tables at once and note the step they stand for (no need to import Alembic for it)."""
    schema.metadata.create_all(connection)
    create_text_indexes(connection)
    connection.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)")
    connection.exec_driver_sql("INSERT INTO alembic_version VALUES (?)", (HEAD_REVISION,))
    connection.execute(schema.meta.insert().values(name="key_version", value=str(KEY_VERSION)))


def _migrate(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _check_keys(engine: Engine) -> None:
    with reading(engine) as connection:
        version = connection.scalar(select(schema.meta.c.value).where(schema.meta.c.name == "key_version"))
    if version != str(KEY_VERSION):
        raise WorkspaceError(f"this workspace keeps URLs under key version {version}, this program knows {KEY_VERSION}")
