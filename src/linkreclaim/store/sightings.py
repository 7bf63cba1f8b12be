"""Sightings: which pages are said to link to a site, and what looking at them showed."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, func, insert, select, text

from linkreclaim.model.links import PageLook, PageOutcome
from linkreclaim.store.interning import Interner, keys_of
from linkreclaim.store.reading import reading
from linkreclaim.store.schema import CLAIMED_PAGE, page_look, seen_link
from linkreclaim.store.tasks import end_tasks

_UNTARGETED = text(
    f"""
SELECT min({CLAIMED_PAGE}) AS page FROM claim JOIN source_file AS f ON f.id = claim.file_id
WHERE f.site_id = :site AND claim.page_key IS NOT NULL
GROUP BY claim.page_key HAVING count(claim.target_id) = 0
"""  # noqa: S608 - constant text, here and below
)
_TOUCHED = text(
    """
SELECT target_id FROM seen_link JOIN page_look ON page_look.id = seen_link.page_look_id WHERE page_look.run_id = :run
UNION
SELECT target.url_id FROM target WHERE target.site_id = :site AND EXISTS (
  SELECT 1 FROM claim JOIN url ON url.key = claim.page_key
  JOIN page_look ON page_look.url_id = url.id AND page_look.run_id = :run WHERE claim.target_id = target.url_id)
"""
)
_LINKING_PAGES = text(
    f"""
SELECT {CLAIMED_PAGE} AS page, claim.target_id FROM json_each(:targets) AS asked
JOIN claim ON claim.target_id = asked.value
JOIN source_file AS f ON f.id = claim.file_id AND f.site_id = :site
WHERE claim.page_key IS NOT NULL
"""  # noqa: S608
)
_UNTARGETED_YIELD = text(
    """
SELECT look.outcome, count(*) AS pages, sum(coalesce(found.links, 0)) AS links, sum(found.links > 0) AS linking,
  sum(coalesce(found.dead_links, 0)) AS dead_links, sum(found.dead_links > 0) AS dead_linking
FROM (
  SELECT claim.page_key FROM claim JOIN source_file AS f ON f.id = claim.file_id
  WHERE f.site_id = :site AND claim.page_key IS NOT NULL
  GROUP BY claim.page_key HAVING count(claim.target_id) = 0
) AS untargeted
LEFT JOIN url ON url.key = untargeted.page_key
LEFT JOIN page_look AS look ON look.url_id = url.id AND look.run_id = :run
LEFT JOIN (
  SELECT link.page_look_id, count(DISTINCT link.target_id) AS links,
    count(DISTINCT CASE WHEN target_look.dead THEN link.target_id END) AS dead_links
  FROM seen_link AS link JOIN page_look ON page_look.id = link.page_look_id AND page_look.run_id = :run
  LEFT JOIN look AS target_look ON target_look.url_id = link.target_id AND target_look.run_id = :run
  GROUP BY link.page_look_id
) AS found ON found.page_look_id = look.id
GROUP BY look.outcome ORDER BY pages DESC, look.outcome
"""
)


@dataclass(frozen=True, slots=True)
class OutcomeYield:
    """Linking pages named without a target whose reading ended the same way, and what was found on them."""

    outcome: PageOutcome | None  # None: not looked at in the run
    pages: int
    linking: int  # pages that link to the site
    links: int
    dead_linking: int  # pages that link to a dead page of the site
    dead_links: int


class Sightings:
    """Names the pages to look at, keeps looks at them and counts how these ended."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._interner = Interner()

    def save_page_looks(self, run_id: int, kind: str, results: Sequence[tuple[int, PageLook]]) -> None:
        """Store looks at linking pages with the links seen on them, and end their tasks, together."""
        with self._engine.begin() as connection:
            urls = keys_of(link.target_url for _, seen in results for link in seen.links)
            ids = self._interner.ids(connection, urls) if urls else {}
            for url_id, seen in results:
                values = _page_look_row(run_id, url_id, seen)
                number = connection.scalar(insert(page_look).values(values).returning(page_look.c.id))
                links = _seen_link_rows(int(number or 0), seen, ids)
                if links:
                    connection.execute(insert(seen_link), links)
            end_tasks(connection, run_id, kind, [n for n, _ in results])

    def pages_without_target(self, site_id: int) -> Iterator[str]:
        """Linking pages that sources name without saying what they link to, and that no other source completes."""
        with reading(self._engine) as connection:
            for row in connection.execute(_UNTARGETED, {"site": site_id}):
                yield row.page

    def linking_pages(self, site_id: int, target_ids: Sequence[int]) -> list[tuple[str, int]]:
        """(page, target id) of every claimed link to the targets."""
        values = {"site": site_id, "targets": json.dumps(list(target_ids))}
        with reading(self._engine) as connection:
            return [(row.page, row.target_id) for row in connection.execute(_LINKING_PAGES, values)]

    def touched_targets(self, site_id: int, run_id: int) -> list[int]:
        """Targets about whose links the run's looks at linking pages say something."""
        with reading(self._engine) as connection:
            return [row[0] for row in connection.execute(_TOUCHED, {"site": site_id, "run": run_id})]

    def page_outcomes(self, run_id: int) -> list[tuple[PageOutcome, int]]:
        """How reading the linking pages ended."""
        query = text("SELECT outcome, count(*) FROM page_look WHERE run_id = :run GROUP BY outcome ORDER BY 2 DESC")
        with reading(self._engine) as connection:
            return [(PageOutcome(outcome), n) for outcome, n in connection.execute(query, {"run": run_id})]

    def untold_reasons(self, run_id: int) -> list[tuple[str, int]]:
        """Why linking pages could not be told, most frequent first, at most five reasons."""
        query = (
            select(page_look.c.reason, func.count().label("n"))
            .where(page_look.c.run_id == run_id, page_look.c.outcome.not_in([PageOutcome.READ, PageOutcome.GONE]))
            .group_by(page_look.c.reason)
            .order_by(func.count().desc(), page_look.c.reason)
            .limit(5)
        )
        with reading(self._engine) as connection:
            return [(row.reason, row.n) for row in connection.execute(query)]

    def untargeted_yield(self, site_id: int, run_id: int) -> list[OutcomeYield]:
        """What the run found on the pages that sources name without a target, by how reading them ended."""
        with reading(self._engine) as connection:
            rows = connection.execute(_UNTARGETED_YIELD, {"site": site_id, "run": run_id})
            return [
                OutcomeYield(
                    outcome=None if row.outcome is None else PageOutcome(row.outcome),
                    pages=row.pages,
                    linking=row.linking or 0,
                    links=row.links,
                    dead_linking=row.dead_linking or 0,
                    dead_links=row.dead_links,
                )
                for row in rows
            ]


def _page_look_row(run_id: int, url_id: int, seen: PageLook) -> dict[str, Any]:
    return {
        "run_id": run_id,
        "url_id": url_id,
        "seen_at": seen.seen_at.isoformat(),
        "outcome": seen.outcome.value,
        "status_code": seen.status_code,
        "reason": seen.reason,
        "final_url": seen.final_url,
        "title": seen.title,
        "noindex": seen.noindex,
        "nofollow": seen.nofollow,
        "canonical": seen.canonical,
        "external_links": seen.external_links,
        "internal_links": seen.internal_links,
    }


def _seen_link_rows(look_id: int, seen: PageLook, ids: Mapping[str, int]) -> list[dict[str, Any]]:
    rows = []
    for link in seen.links:
        for key in keys_of([link.target_url]):
            rows.append(
                {
                    "page_look_id": look_id,
                    "target_id": ids[key],
                    "anchor_text": link.anchor_text,
                    "context": link.context,
                    "rel": int(link.rel),
                    "place": link.place.value,
                }
            )
    return rows
