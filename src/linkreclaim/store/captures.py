"""What archives told of old pages: asked once for a site, kept for all its runs."""

import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from sqlalchemy import Engine, insert, select

from linkreclaim.model.pages import Capture
from linkreclaim.store.reading import reading
from linkreclaim.store.schema import capture, url


class Captures:
    """Keeps what an archive has of a URL, and that it has nothing; never that it could not be asked."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def save(
        self, site_id: int, origin: str, looked_at: datetime, answers: Iterable[tuple[int, Capture | None]]
    ) -> None:
        """Store answers (URL id, capture or None for "it has none") of one archive, newer ones over older ones."""
        rows = [_row(site_id, number, origin, looked_at, found) for number, found in answers]
        if rows:
            with self._engine.begin() as connection:
                connection.execute(insert(capture).prefix_with("OR REPLACE"), rows)

    def asked(self, site_id: int, origin: str) -> set[int]:
        """Ids of the URLs that an archive has answered for, whatever it said."""
        query = select(capture.c.url_id).where(capture.c.site_id == site_id, capture.c.origin == origin)
        with reading(self._engine) as connection:
            return {row.url_id for row in connection.execute(query)}

    def found(self, site_id: int) -> Iterator[tuple[int, Capture]]:
        """(URL id, capture) of everything that was found for a site, by id."""
        query = (
            select(capture, url.c.url)
            .join(url, url.c.id == capture.c.url_id)
            .where(capture.c.site_id == site_id, capture.c.found.is_(True))
            .order_by(capture.c.url_id, capture.c.captured_on.desc())
        )
        with reading(self._engine) as connection:
            for row in connection.execute(query):
                yield row.url_id, _capture(row)

    def of_url(self, site_id: int, url_id: int) -> list[Capture]:
        """What was found of one URL, newest first."""
        query = (
            select(capture, url.c.url)
            .join(url, url.c.id == capture.c.url_id)
            .where(capture.c.site_id == site_id, capture.c.url_id == url_id, capture.c.found.is_(True))
            .order_by(capture.c.captured_on.desc())
        )
        with reading(self._engine) as connection:
            return [_capture(row) for row in connection.execute(query)]


def _row(site_id: int, url_id: int, origin: str, looked_at: datetime, found: Capture | None) -> dict[str, Any]:
    known = found or Capture("", "", "")
    return {
        "site_id": site_id,
        "url_id": url_id,
        "origin": origin,
        "looked_at": looked_at.isoformat(),
        "found": found is not None,
        "captured_on": None if known.captured_on is None else known.captured_on.isoformat(),
        "redirects_to": known.redirects_to or None,
        "title": known.title,
        "headings": json.dumps(known.headings, ensure_ascii=False),
        "text": known.text,
        "lang": known.lang,
        "ids": json.dumps(known.ids, ensure_ascii=False),
    }


def _capture(row: Any) -> Capture:
    return Capture(
        url=row.url,
        title=row.title,
        text=row.text,
        headings=tuple(json.loads(row.headings)),
        lang=row.lang,
        ids=tuple(json.loads(row.ids)),
        captured_on=None if row.captured_on is None else date.fromisoformat(row.captured_on),
        origin=row.origin,
        redirects_to=row.redirects_to or "",
    )
