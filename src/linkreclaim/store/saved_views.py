"""Views that people keep under a name: the query string of a filter and an order."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl, urlencode

from sqlalchemy import Engine, delete, func, insert, select

from linkreclaim.errors import UsageError
from linkreclaim.store.dead_page_view import DeadPageView, format_view, parse_view
from linkreclaim.store.reading import reading
from linkreclaim.store.schema import saved_view
from linkreclaim.store.turns import Turns

MOST_NAME_CHARS = 100
MOST_VIEWS = 200
"""Of one site: a list that a person still reads (our choice)."""


@dataclass(frozen=True, slots=True)
class SavedView:
    """A view and its name."""

    id: int
    name: str
    query: str  # of the URL that shows it
    saved_by: str
    saved_at: datetime


class SavedViews:
    """Keeps views; a second one of the same name takes the place of the first."""

    def __init__(self, engine: Engine, turns: Turns) -> None:
        self._engine = engine
        self._turns = turns

    def save(self, site_id: int, name: str, parameters: Iterable[tuple[str, str]], by: str, now: datetime) -> None:
        """Keep a view; where it begins is left out.

        Raises:
            UsageError: the name is empty or too long, there are too many views, or the parameters mean nothing.
        """
        name = " ".join(name.replace("\0", " ").split())
        if not 0 < len(name) <= MOST_NAME_CHARS:
            raise UsageError(f"a view needs a name of at most {MOST_NAME_CHARS} characters")
        view = parse_view(parameters)
        query = urlencode(format_view(DeadPageView(view.filter, view.sort)))
        values = {"site_id": site_id, "name": name, "query": query, "saved_by": by, "saved_at": now.isoformat()}
        same = (saved_view.c.site_id == site_id, saved_view.c.name == name)
        engine = self._engine.execution_options(person=True)
        with self._turns.first(), engine.begin() as connection:
            connection.execute(delete(saved_view).where(*same))
            held = connection.scalar(select(func.count()).where(saved_view.c.site_id == site_id)) or 0
            if held >= MOST_VIEWS:
                raise UsageError(f"there are {held} views already: delete one of them first")
            connection.execute(insert(saved_view).values(values))

    def delete(self, site_id: int, view_id: int) -> None:
        """Forget a view; one that is not there is forgotten already."""
        engine = self._engine.execution_options(person=True)
        with self._turns.first(), engine.begin() as connection:
            connection.execute(delete(saved_view).where(saved_view.c.site_id == site_id, saved_view.c.id == view_id))

    def all(self, site_id: int) -> list[SavedView]:
        """The views of a site, by name."""
        query = select(saved_view).where(saved_view.c.site_id == site_id).order_by(saved_view.c.name)
        with reading(self._engine) as connection:
            return [
                SavedView(row.id, row.name, row.query, row.saved_by, datetime.fromisoformat(row.saved_at))
                for row in connection.execute(query)
            ]


def read_query(query: str) -> DeadPageView:
    """The view of a query string, as it is saved and as it stands in a URL.

    Raises:
        UsageError: it means nothing.
    """
    return parse_view(parse_qsl(query, keep_blank_values=True, max_num_fields=200))
