"""URLs that the workspace knows, by id and by address."""

from collections.abc import Sequence

from sqlalchemy import Engine, select

from linkreclaim.store.reading import reading
from linkreclaim.store.schema import url
from linkreclaim.urls import match_key


class KnownUrls:
    """Looks URLs up; `interning` gives new ones their ids."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def written(self, url_ids: Sequence[int]) -> dict[int, str]:
        """URLs as first written, by id."""
        query = select(url.c.id, url.c.url).where(url.c.id.in_(list(url_ids)))
        with reading(self._engine) as connection:
            return {row.id: row.url for row in connection.execute(query)}

    def id_of(self, address: str) -> int | None:
        """Id of a URL that the workspace knows, None when it does not."""
        key = match_key(address)
        with reading(self._engine) as connection:
            found = connection.scalar(select(url.c.id).where(url.c.key == key))
        return None if found is None else int(found)
