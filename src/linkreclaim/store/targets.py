"""Targets: the URLs of a site that anybody links to, and what the links to each add up to."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, func, select, text

from linkreclaim.store.reading import reading
from linkreclaim.store.schema import target, url

_ROWS_AT_ONCE = 5_000
"""Rows of one transaction, 10 to 30 ms (our measurement), so that nobody who decides waits for a second."""
_NEW_TARGETS = text(
    """
SELECT claim.target_id FROM claim JOIN source_file AS f ON f.id = claim.file_id
WHERE f.site_id = :site AND claim.target_id IS NOT NULL
UNION
SELECT seen_link.target_id FROM seen_link JOIN page_look ON page_look.id = seen_link.page_look_id
JOIN run ON run.id = page_look.run_id WHERE run.site_id = :site
EXCEPT SELECT url_id FROM target WHERE site_id = :site
"""
)
_ADD_TARGET = (
    "INSERT OR IGNORE INTO target"
    " (site_id, url_id, links, links_seen, referring_domains, value, best_link, best_link_parts, anchors, said_dead)"
    " VALUES (?, ?, 0, 0, 0, 0.0, '', '', '[]', 0)"
)
_SAID_DEAD = text(
    """
SELECT DISTINCT claim.target_id FROM claim JOIN source_file AS f ON f.id = claim.file_id
JOIN target ON target.site_id = :site AND target.url_id = claim.target_id AND target.said_dead = 0
WHERE f.site_id = :site AND (claim.target_status IN (404, 410) OR claim.target_soft_404 = 1)
"""
)
_MARK_SAID_DEAD = "UPDATE target SET said_dead = 1 WHERE site_id = ? AND url_id = ?"
_SAVE_SOURCES = "UPDATE target SET sources = ? WHERE site_id = ? AND url_id = ?"
_CLAIMED_COUNTS = text(
    """
SELECT claim.target_id, max(claim.claimed_links) AS links, max(claim.claimed_domains) AS domains
FROM json_each(:targets) AS asked
JOIN claim ON claim.target_id = asked.value JOIN source_file AS f ON f.id = claim.file_id AND f.site_id = :site
WHERE claim.claimed_links IS NOT NULL OR claim.claimed_domains IS NOT NULL GROUP BY claim.target_id
"""
)


@dataclass(frozen=True, slots=True)
class TargetTotals:
    """What the links to one URL of the site add up to."""

    url_id: int
    url: str
    links: int
    links_seen: int
    referring_domains: int
    value: float
    best_link: str
    best_link_parts: str
    anchors: tuple[str, ...]
    said_dead: bool


class Targets:
    """Enters targets and keeps their totals."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def refresh(self, site_id: int) -> int:
        """Enter every target that the ledger knows of; returns how many the site has. Memory: one integer a new one."""
        for query, statement in ((_NEW_TARGETS, _ADD_TARGET), (_SAID_DEAD, _MARK_SAID_DEAD)):
            with reading(self._engine) as connection:
                numbers = [row[0] for row in connection.execute(query, {"site": site_id})]
            for start in range(0, len(numbers), _ROWS_AT_ONCE):
                with self._engine.begin() as connection:
                    rows = [(site_id, number) for number in numbers[start : start + _ROWS_AT_ONCE]]
                    connection.exec_driver_sql(statement, rows)
        with reading(self._engine) as connection:
            return int(connection.scalar(select(func.count()).where(target.c.site_id == site_id)) or 0)

    def save_totals(self, site_id: int, totals: Iterable[TargetTotals]) -> None:
        """Store totals of targets that were entered before."""
        rows = [
            (
                *(t.links, t.links_seen, t.referring_domains, t.value, t.best_link, t.best_link_parts),
                *(json.dumps(t.anchors, ensure_ascii=False), site_id, t.url_id),
            )
            for t in totals
        ]
        if rows:
            with self._engine.begin() as connection:
                connection.exec_driver_sql(
                    "UPDATE target SET links = ?, links_seen = ?, referring_domains = ?, value = ?, best_link = ?,"
                    " best_link_parts = ?, anchors = ? WHERE site_id = ? AND url_id = ?",
                    rows,
                )

    def save_sources(self, site_id: int, known: Mapping[int, Sequence[int]]) -> None:
        """Store which sources know which targets ({set of sources: URL ids}); of all others it is forgotten."""
        with self._engine.begin() as connection:
            connection.exec_driver_sql("UPDATE target SET sources = 0 WHERE site_id = ? AND sources <> 0", (site_id,))
        for sources, ids in known.items():
            for start in range(0, len(ids), _ROWS_AT_ONCE):
                rows = [(sources, site_id, number) for number in ids[start : start + _ROWS_AT_ONCE]]
                with self._engine.begin() as connection:
                    connection.exec_driver_sql(_SAVE_SOURCES, rows)

    def ids(self, site_id: int) -> list[int]:
        """Ids of all targets, in order. Memory: one integer a target."""
        with reading(self._engine) as connection:
            query = select(target.c.url_id).where(target.c.site_id == site_id).order_by(target.c.url_id)
            return [row[0] for row in connection.execute(query)]

    def sample(self, site_id: int, limit: int) -> list[str]:
        """Some of the site's target URLs, as written."""
        query = select(url.c.url).join(target, target.c.url_id == url.c.id).where(target.c.site_id == site_id)
        with reading(self._engine) as connection:
            return [row.url for row in connection.execute(query.limit(limit))]

    def priorities(self, site_id: int) -> Iterator[tuple[int, float]]:
        """(URL id, value) of all targets; those that a source calls dead weigh double."""
        query = select(target.c.url_id, target.c.value, target.c.said_dead).where(target.c.site_id == site_id)
        with reading(self._engine) as connection:
            for row in connection.execute(query):
                yield row.url_id, row.value * 2 + 1 if row.said_dead else row.value

    def most_valuable(self, site_id: int, limit: int) -> list[TargetTotals]:
        """The most valuable targets, those that a source calls dead first."""
        query = (
            select(target, url.c.url)
            .join(url, url.c.id == target.c.url_id)
            .where(target.c.site_id == site_id)
            .order_by(target.c.said_dead.desc(), target.c.value.desc(), url.c.key)
            .limit(limit)
        )
        with reading(self._engine) as connection:
            return [read_totals(row) for row in connection.execute(query)]

    def ranked(self, site_id: int) -> Iterator[TargetTotals]:
        """All targets, most valuable first. Memory: one at a time."""
        query = (
            select(target, url.c.url)
            .join(url, url.c.id == target.c.url_id)
            .where(target.c.site_id == site_id)
            .order_by(target.c.value.desc(), target.c.links.desc(), url.c.key)
        )
        with reading(self._engine) as connection:
            for row in connection.execute(query):
                yield read_totals(row)

    def claimed_counts(self, site_id: int, target_ids: Sequence[int]) -> dict[int, tuple[int, int]]:
        """(links, linking sites) that a source counts for a target without naming the pages."""
        values = {"site": site_id, "targets": json.dumps(list(target_ids))}
        with reading(self._engine) as connection:
            rows = connection.execute(_CLAIMED_COUNTS, values)
            return {row.target_id: (row.links or row.domains or 0, row.domains or 0) for row in rows}

    def whole_value(self, site_id: int) -> float:
        """Value of all links to the site together."""
        with reading(self._engine) as connection:
            return float(connection.scalar(select(func.sum(target.c.value)).where(target.c.site_id == site_id)) or 0.0)

    def counts(self, site_id: int) -> tuple[int, int]:
        """(targets, backlinks) of the site."""
        with reading(self._engine) as connection:
            query = select(func.count(), func.sum(target.c.links)).where(target.c.site_id == site_id)
            targets, links = connection.execute(query).one()
        return int(targets), int(links or 0)


def read_totals(row: Any) -> TargetTotals:
    """Stored totals with their URL (columns of `target` and `url.url`)."""
    return TargetTotals(
        url_id=row.url_id,
        url=row.url,
        links=row.links,
        links_seen=row.links_seen,
        referring_domains=row.referring_domains,
        value=row.value,
        best_link=row.best_link,
        best_link_parts=row.best_link_parts,
        anchors=tuple(json.loads(row.anchors)),
        said_dead=bool(row.said_dead),
    )
