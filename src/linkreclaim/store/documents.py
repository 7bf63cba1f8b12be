"""Documents of a run: small answers that many tasks share (robots.txt, sitemaps, sibling probes)."""

import zlib
from collections.abc import Iterable

from sqlalchemy import Connection, Engine, delete, insert, select

from linkreclaim.store.reading import reading
from linkreclaim.store.schema import document


class Documents:
    """Keeps documents of runs by name."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def get(self, run_id: int, name: str) -> tuple[int | None, bytes] | None:
        """(status, body) of a document that the run has kept, None when it has not."""
        query = select(document).where(document.c.run_id == run_id, document.c.name == name)
        with reading(self._engine) as connection:
            row = connection.execute(query).first()
        return None if row is None else (row.status_code, zlib.decompress(row.body))

    def save(self, run_id: int, name: str, status_code: int | None, body: bytes) -> None:
        """Keep a document so that a continued run does not ask for it again."""
        values = {"run_id": run_id, "name": name, "status_code": status_code, "body": zlib.compress(body, 1)}
        with self._engine.begin() as connection:
            connection.execute(insert(document).prefix_with("OR REPLACE").values(values))

    def forget(self, run_id: int, beginnings: Iterable[str]) -> None:
        """Drop documents whose names begin so: the run asks for them again."""
        with self._engine.begin() as connection:
            forget_documents(connection, run_id, beginnings)


def forget_documents(connection: Connection, run_id: int, beginnings: Iterable[str]) -> None:
    """Drop documents whose names begin so, inside the transaction that takes back what followed from them."""
    for beginning in beginnings:
        same = document.c.name.startswith(beginning, autoescape=True)
        connection.execute(delete(document).where(document.c.run_id == run_id, same))
