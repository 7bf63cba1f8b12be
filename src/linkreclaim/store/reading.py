"""How every part of the store reads."""

from sqlalchemy import Connection, Engine


def reading(engine: Engine) -> Connection:
    """A connection for reading: one snapshot, and no writer's turn, so that nobody waits for an import.

    A context manager; whatever was made in it is rolled back.
    """
    return engine.connect().execution_options(read_only=True)
