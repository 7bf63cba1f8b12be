"""What looking at the linking pages showed, and the backlinks that claims and looks make together."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Engine, func, insert, select, text

from linkreclaim.model.links import Backlink, PageLook, PageOutcome
from linkreclaim.store.counting import SHORT_COLUMNS, CountedLink, of_backlinks, of_claims
from linkreclaim.store.interning import Interner, keys_of
from linkreclaim.store.merging import ClaimRow, Pair, from_claims, merge_streams, without_known_domains
from linkreclaim.store.replacements import NEWEST_LOOK, find_replacements
from linkreclaim.store.runs import end_tasks
from linkreclaim.store.schema import page_look, seen_link

_PAGE = "coalesce(claim.page_url, 'https://' || claim.page_key)"
_AFTER_PAGES = chr(0x10FFFF)
"""Begins the key of a claim that names a domain and no page: after every page, whose keys begin with a host."""
_LOOK_COLUMNS = (
    "look.outcome, look.seen_at, look.noindex, look.nofollow, look.canonical, look.external_links, look.internal_links,"
    " look.status_code, look.final_url"
)
_UNTARGETED = text(
    f"""
SELECT min({_PAGE}) AS page FROM claim JOIN source_file AS f ON f.id = claim.file_id
WHERE f.site_id = :site AND claim.page_key IS NOT NULL
GROUP BY claim.page_key HAVING count(claim.target_id) = 0
"""  # noqa: S608 - constant text, here and below
)
_CLAIM_COLUMNS = {
    "target_id": "claim.target_id",
    "page_key": "coalesce(claim.page_key, :after || domain.name)",
    "page": f"coalesce({_PAGE}, '')",
    "domain": "domain.name",
    "source": "f.tool || ' ' || f.report",
} | {name: f"claim.{name}" for name in ClaimRow._fields[5:]}


def _select(names: Sequence[str]) -> str:
    return "SELECT " + ", ".join(f"{_CLAIM_COLUMNS[name]} AS {name}" for name in names)


_CLAIMS_OF_TARGETS = """
FROM json_each(:targets) AS asked
JOIN claim ON claim.target_id = asked.value
JOIN source_file AS f ON f.id = claim.file_id AND f.site_id = :site
JOIN domain ON domain.id = claim.domain_id
ORDER BY target_id, page_key, claim.last_seen_day, claim.id
"""
_CLAIMS = text(_select(ClaimRow._fields) + _CLAIMS_OF_TARGETS)
_CLAIMS_IN_SHORT = _select(SHORT_COLUMNS) + _CLAIMS_OF_TARGETS
_SEEN = text(
    f"""
SELECT link.target_id, url.key AS page_key, link.id, link.anchor_text, link.context, link.rel, link.place,
  {_LOOK_COLUMNS}, look.title, url.url AS page, domain.name AS domain
FROM json_each(:targets) AS asked
JOIN seen_link AS link ON link.target_id = asked.value
JOIN page_look AS look ON look.id = link.page_look_id AND {NEWEST_LOOK}
JOIN url ON url.id = look.url_id
JOIN domain ON domain.id = url.domain_id
ORDER BY link.target_id, url.key, link.id
"""  # noqa: S608
)
_LOOKS = text(
    f"""
SELECT DISTINCT claim.target_id, url.key AS page_key, {_LOOK_COLUMNS}
FROM json_each(:targets) AS asked
JOIN claim ON claim.target_id = asked.value
JOIN url ON url.key = claim.page_key
JOIN page_look AS look ON look.url_id = url.id AND {NEWEST_LOOK}
ORDER BY claim.target_id, url.key
"""  # noqa: S608
)
_OF_PAGES = "IN (SELECT value FROM json_each(:pages)) ORDER BY"
_CLAIMS_OF_PAGES, _LOOKS_OF_PAGES, _SEEN_OF_PAGES = (
    text(whole.text.replace("ORDER BY", f"{condition} {_OF_PAGES}"))
    for whole, condition in (
        (_CLAIMS, "WHERE coalesce(claim.page_key, :after || domain.name)"),
        (_LOOKS, "WHERE claim.page_key"),
        (_SEEN, "WHERE url.key"),
    )
)
_PAGE_KEYS = text(
    """
SELECT page_key FROM (
  SELECT coalesce(claim.page_key, :after || (SELECT name FROM domain WHERE domain.id = claim.domain_id)) AS page_key
  FROM claim WHERE claim.target_id = :target AND claim.file_id IN (SELECT id FROM source_file WHERE site_id = :site)
  UNION
  SELECT url.key FROM seen_link AS link JOIN page_look AS look ON look.id = link.page_look_id
  JOIN run ON run.id = look.run_id AND run.site_id = :site
  JOIN url ON url.id = look.url_id WHERE link.target_id = :target
) WHERE page_key > :beyond ORDER BY page_key LIMIT :limit
"""
)
_ANY_LOOK = text("SELECT EXISTS (SELECT 1 FROM page_look JOIN run ON run.id = page_look.run_id WHERE site_id = :site)")
_LOOKED_AT = text(
    f"""
SELECT asked.value FROM json_each(:targets) AS asked
WHERE EXISTS (SELECT 1 FROM seen_link AS link JOIN page_look AS look ON look.id = link.page_look_id
    WHERE link.target_id = asked.value AND {NEWEST_LOOK})
  OR EXISTS (SELECT 1 FROM claim JOIN url ON url.key = claim.page_key
    JOIN page_look AS look ON look.url_id = url.id AND {NEWEST_LOOK} WHERE claim.target_id = asked.value)
"""  # noqa: S608
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
SELECT {_PAGE} AS page, claim.target_id FROM json_each(:targets) AS asked
JOIN claim ON claim.target_id = asked.value
JOIN source_file AS f ON f.id = claim.file_id AND f.site_id = :site
WHERE claim.page_key IS NOT NULL
"""  # noqa: S608
)
_UNREAD = text(
    f"""
{_select(ClaimRow._fields)}
FROM claim JOIN source_file AS f ON f.id = claim.file_id AND f.site_id = :site
JOIN domain ON domain.id = claim.domain_id
JOIN url ON url.key = claim.page_key
JOIN task ON task.url_id = url.id AND task.run_id = :run AND task.kind = :kind
LEFT JOIN page_look AS look ON look.url_id = url.id AND look.run_id = :run
WHERE claim.target_id IS NULL
  AND (look.id IS NULL OR NOT EXISTS (SELECT 1 FROM seen_link WHERE seen_link.page_look_id = look.id))
ORDER BY page_key, claim.id
"""  # noqa: S608
)
_LOOKS_OF_RUN = text(
    f"""
SELECT url.key AS page_key, {_LOOK_COLUMNS}
FROM page_look AS look JOIN url ON url.id = look.url_id WHERE look.run_id = :run
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
    """Keeps looks at linking pages and reads backlinks."""

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
        with self._reading() as connection:
            for row in connection.execute(_UNTARGETED, {"site": site_id}):
                yield row.page

    def linking_pages(self, site_id: int, target_ids: Sequence[int]) -> list[tuple[str, int]]:
        """(page, target id) of every claimed link to the targets."""
        values = {"site": site_id, "targets": json.dumps(list(target_ids))}
        with self._reading() as connection:
            return [(row.page, row.target_id) for row in connection.execute(_LINKING_PAGES, values)]

    def touched_targets(self, site_id: int, run_id: int) -> list[int]:
        """Targets about whose links the run's looks at linking pages say something."""
        with self._reading() as connection:
            return [row[0] for row in connection.execute(_TOUCHED, {"site": site_id, "run": run_id})]

    def page_outcomes(self, run_id: int) -> list[tuple[PageOutcome, int]]:
        """How reading the linking pages ended."""
        query = text("SELECT outcome, count(*) FROM page_look WHERE run_id = :run GROUP BY outcome ORDER BY 2 DESC")
        with self._reading() as connection:
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
        with self._reading() as connection:
            return [(row.reason, row.n) for row in connection.execute(query)]

    def untargeted_yield(self, site_id: int, run_id: int) -> list[OutcomeYield]:
        """What the run found on the pages that sources name without a target, by how reading them ended."""
        with self._reading() as connection:
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

    def backlinks(self, site_id: int, target_ids: Sequence[int]) -> Iterator[Backlink]:
        """Backlinks of the targets, ordered by target id, then by linking page; those of a mere domain come last.

        A domain that is named without a page is left out where a page of it is known to link to the same target.
        Memory: the domains of one target, and what took the place of links that are gone.
        """
        yield from without_known_domains(self._merged(site_id, target_ids, None))

    def page_keys(self, site_id: int, target_id: int, beyond: str, limit: int) -> list[str]:
        """Match keys of the first linking pages of a target beyond one, in order; those of a mere domain come last.

        Cost: about 9 us for each claim of the target (our measurement).
        """
        values = {"site": site_id, "target": target_id, "beyond": beyond, "limit": limit, "after": _AFTER_PAGES}
        with self._reading() as connection:
            return [row.page_key for row in connection.execute(_PAGE_KEYS, values)]

    def backlinks_of_pages(self, site_id: int, target_id: int, page_keys: Sequence[str]) -> Iterator[Backlink]:
        """Backlinks of a target on some pages, ordered by page; those of a mere domain whether known by a page or not.

        Cost: about 3 us for each claim of the target, and 40 us a link.
        """
        return self._merged(site_id, [target_id], json.dumps(list(page_keys)))

    def _merged(self, site_id: int, target_ids: Sequence[int], pages: str | None) -> Iterator[Backlink]:
        """Backlinks of targets, on all pages or (JSON of match keys) on some."""
        values = {"site": site_id, "targets": json.dumps(list(target_ids)), "after": _AFTER_PAGES, "pages": pages}
        queries = (_CLAIMS, _LOOKS, _SEEN) if pages is None else (_CLAIMS_OF_PAGES, _LOOKS_OF_PAGES, _SEEN_OF_PAGES)
        with self._reading() as connection:
            claims = map(ClaimRow._make, connection.execute(queries[0], values))
            looks: Iterable[Any] = ()
            seen: Iterable[Any] = ()
            changed: Mapping[Pair, str] = {}
            if connection.scalar(_ANY_LOOK, values):
                looks, seen = (connection.execute(query, values) for query in queries[1:])
                changed = find_replacements(connection, site_id, target_ids, pages)
            yield from merge_streams(claims, looks, seen, changed)

    def counted_links(self, site_id: int, target_ids: Sequence[int], today: date) -> Iterator[CountedLink]:
        """The links of the targets that count, those of one target together. Cost: 17 us a link; `backlinks`,
        by which the links of targets with looks go, takes 36 (our measurement, 2.4 claims a link)."""
        looked_at = self._looked_at(site_id, target_ids)
        values = {
            "site": site_id,
            "targets": json.dumps([number for number in target_ids if number not in looked_at]),
            "after": _AFTER_PAGES,
        }
        with self._reading() as connection:
            yield from of_claims(_plain_rows(connection, _CLAIMS_IN_SHORT, values), today)
        yield from of_backlinks(self.backlinks(site_id, sorted(looked_at)), today)

    def _looked_at(self, site_id: int, target_ids: Sequence[int]) -> set[int]:
        """Targets of whose links some were looked at."""
        values = {"site": site_id, "targets": json.dumps(list(target_ids))}
        with self._reading() as connection:
            if not connection.scalar(_ANY_LOOK, values):
                return set()
            return {row[0] for row in connection.execute(_LOOKED_AT, values)}

    def unread_links(self, site_id: int, run_id: int, kind: str) -> Iterator[Backlink]:
        """Claims whose target is still unknown after the run's looks, with how those ended; their target id is 0."""
        values = {"site": site_id, "run": run_id, "kind": kind, "after": _AFTER_PAGES}
        with self._reading() as connection:
            looks = {row.page_key: row for row in connection.execute(_LOOKS_OF_RUN, values)}
            rows = map(ClaimRow._make, connection.execute(_UNREAD, values))
            for page_key, claims in groupby(rows, key=lambda row: row.page_key):
                yield from_claims((0, page_key), list(claims), looks.get(page_key), None, "")

    def _reading(self) -> Connection:
        return self._engine.connect().execution_options(read_only=True)


def _plain_rows(connection: Connection, query: str, values: Mapping[str, object]) -> Iterator[tuple[Any, ...]]:
    """Rows as the driver gives them: making a database row of each takes as long as reading it."""
    cursor = connection.connection.cursor()
    try:
        yield from cursor.execute(query, values)
    finally:
        cursor.close()


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
