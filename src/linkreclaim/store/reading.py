"""How every part of the store reads."""

from collections import namedtuple
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.engine.interfaces import DBAPICursor

SCAN_KIB = 8_192
"""Page cache and sorter of whoever goes through a whole table: it reads a page once, so that a larger cache would only
hold what nobody asks for again (our choice)."""


def reading(engine: Engine) -> Connection:
    """A connection for reading: one snapshot, and no writer's turn, so that nobody waits for an import.

    A context manager; whatever was made in it is rolled back.
    """
    return engine.connect().execution_options(read_only=True)


@contextmanager
def scanning(engine: Engine) -> Iterator[DBAPICursor]:
    """A cursor for going through many rows once, in little memory; it gives plain tuples, which take half the time."""
    with reading(engine) as connection:
        cursor = connection.connection.cursor()
        (cache,) = cursor.execute("PRAGMA cache_size").fetchone()
        cursor.execute(f"PRAGMA cache_size = -{SCAN_KIB}")
        try:
            yield cursor
        finally:
            cursor.execute(f"PRAGMA cache_size = {cache}")
            cursor.close()


def plain_rows(connection: Connection, query: str, values: Mapping[str, object]) -> Iterator[Any]:
    """Rows as named tuples: SQLAlchemy's own take three times as long to be read field by field (our measurement)."""
    cursor = connection.connection.cursor()
    try:
        rows = cursor.execute(query, values)
        yield from map(_row_type(tuple(column[0] for column in cursor.description))._make, rows)
    finally:
        cursor.close()


@cache
def _row_type(names: tuple[str, ...]) -> Any:
    """Made once for each of our queries."""
    return namedtuple("Row", names)
