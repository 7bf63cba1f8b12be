"""Backlinks: what claims and looks at the linking pages make together."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Engine, text

from linkreclaim.model.links import Backlink, LinkState
from linkreclaim.store.counting import SHORT_COLUMNS, CountedLink, count_claimed, of_backlinks, of_claims
from linkreclaim.store.merging import ClaimRow, Pair, from_claims, merge_streams, without_known_domains
from linkreclaim.store.reading import reading
from linkreclaim.store.replacements import NEWEST_LOOK, find_replacements
from linkreclaim.store.schema import CLAIMED_PAGE

_AFTER_PAGES = chr(0x10FFFF)
"""Begins the key of a claim that names a domain and no page: after every page, whose keys begin with a host."""
_LOOK_COLUMNS = (
    "look.outcome, look.seen_at, look.noindex, look.nofollow, look.canonical, look.external_links, look.internal_links,"
    " look.status_code, look.final_url"
)
_CLAIM_COLUMNS = {
    "target_id": "claim.target_id",
    "page_key": "coalesce(claim.page_key, :after || domain.name)",
    "page": f"coalesce({CLAIMED_PAGE}, '')",
    "domain": "domain.name",
    "source": "f.tool || ' ' || f.report",
} | {name: f"claim.{name}" for name in ClaimRow._fields[5:]}


def _select(names: Sequence[str]) -> str:
    return "SELECT " + ", ".join(f"{_CLAIM_COLUMNS[name]} AS {name}" for name in names)


_FROM_TARGETS = """
FROM json_each(:targets) AS asked
JOIN claim ON claim.target_id = asked.value
JOIN source_file AS f ON f.id = claim.file_id AND f.site_id = :site
JOIN domain ON domain.id = claim.domain_id
"""
_CLAIMS_OF_TARGETS = f"{_FROM_TARGETS} ORDER BY target_id, page_key, claim.last_seen_day, claim.id"
_CLAIMS = text(_select(ClaimRow._fields) + _CLAIMS_OF_TARGETS)
_CLAIMS_IN_SHORT = _select(SHORT_COLUMNS) + _CLAIMS_OF_TARGETS
_CLAIMED_LINKS = f"""
SELECT claim.target_id, {_CLAIM_COLUMNS["page_key"]}, claim.page_key IS NOT NULL, domain.name
{_FROM_TARGETS} GROUP BY 1, 2 ORDER BY 1, 2
"""
_SEEN_COLUMNS = f"""
SELECT link.target_id, url.key AS page_key, link.id, link.anchor_text, link.context, link.rel, link.place,
  {_LOOK_COLUMNS}, look.title, url.url AS page, domain.name AS domain
"""
_SEEN = text(
    f"""
{_SEEN_COLUMNS}
FROM json_each(:targets) AS asked
JOIN seen_link AS link ON link.target_id = asked.value
JOIN page_look AS look ON look.id = link.page_look_id AND {NEWEST_LOOK}
JOIN url ON url.id = look.url_id
JOIN domain ON domain.id = url.domain_id
ORDER BY link.target_id, url.key, link.id
"""
)
_SEEN_ON_PAGES = text(
    f"""
{_SEEN_COLUMNS}
FROM json_each(:pages) AS named
CROSS JOIN url ON url.key = named.value
CROSS JOIN page_look AS look ON look.url_id = url.id AND {NEWEST_LOOK}
CROSS JOIN seen_link AS link ON link.page_look_id = look.id
  AND +link.target_id IN (SELECT value FROM json_each(:targets))
JOIN domain ON domain.id = url.domain_id
ORDER BY link.target_id, url.key, link.id
"""  # noqa: S608
)
"""From the pages on (CROSS JOIN, `+`: see `replacements`): a page has few links to a site, a target may have many."""
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
_OF_PAGES = "IN (SELECT value FROM json_each(:pages))"
_CLAIMS_ON_PAGES, _LOOKS_ON_PAGES = (
    text(whole.text.replace("ORDER BY", f"{condition} {_OF_PAGES} ORDER BY"))
    for whole, condition in (
        # what names another page is left out before other tables are read for it
        (_CLAIMS, f"WHERE (claim.page_key IS NULL OR claim.page_key {_OF_PAGES}) AND {_CLAIM_COLUMNS['page_key']}"),
        (_LOOKS, "WHERE claim.page_key"),
    )
)
_PAGE_KEYS = text(
    """
SELECT DISTINCT page_key FROM (
  SELECT coalesce(claim.page_key, :after || (SELECT name FROM domain WHERE domain.id = claim.domain_id)) AS page_key
  FROM claim WHERE claim.target_id = :target AND claim.file_id IN (SELECT id FROM source_file WHERE site_id = :site)
  UNION ALL
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


class Backlinks:
    """Reads the links to targets, each pair of linking page and target once."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def of_targets(self, site_id: int, target_ids: Sequence[int]) -> Iterator[Backlink]:
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
        with reading(self._engine) as connection:
            return [row.page_key for row in connection.execute(_PAGE_KEYS, values)]

    def of_pages(self, site_id: int, target_id: int, page_keys: Sequence[str]) -> Iterator[Backlink]:
        """Backlinks of a target on some pages, ordered by page; those of a mere domain whether known by a page or not.

        Cost: about 3 us for each claim of the target, and 40 us a link.
        """
        return self._merged(site_id, [target_id], json.dumps(list(page_keys)))

    def _merged(self, site_id: int, target_ids: Sequence[int], pages: str | None) -> Iterator[Backlink]:
        """Backlinks of targets, on all pages or (JSON of match keys) on some."""
        values = {"site": site_id, "targets": json.dumps(list(target_ids)), "after": _AFTER_PAGES, "pages": pages}
        queries = (_CLAIMS, _LOOKS, _SEEN) if pages is None else (_CLAIMS_ON_PAGES, _LOOKS_ON_PAGES, _SEEN_ON_PAGES)
        with reading(self._engine) as connection:
            claims = map(ClaimRow._make, connection.execute(queries[0], values))
            looks: Iterable[Any] = ()
            seen: Iterable[Any] = ()
            changed: Mapping[Pair, str] = {}
            if connection.scalar(_ANY_LOOK, values):
                looks, seen = (connection.execute(query, values) for query in queries[1:])
                changed = find_replacements(connection, site_id, target_ids, pages)
            yield from merge_streams(claims, looks, seen, changed)

    def counted(self, site_id: int, target_ids: Sequence[int], today: date) -> Iterator[CountedLink]:
        """The links of the targets that count, those of one target together. Cost: 17 us a link; `of_targets`,
        by which the links of targets with looks go, takes 36 (our measurement, 2.4 claims a link)."""
        looked_at = self._looked_at(site_id, target_ids)
        values = {
            "site": site_id,
            "targets": json.dumps([number for number in target_ids if number not in looked_at]),
            "after": _AFTER_PAGES,
        }
        with reading(self._engine) as connection:
            yield from of_claims(_plain_rows(connection, _CLAIMS_IN_SHORT, values), today)
        yield from of_backlinks(self.of_targets(site_id, sorted(looked_at)), today)

    def states(self, site_id: int, target_ids: Sequence[int]) -> Counter[LinkState]:
        """How many links of the targets are in which state. Cost: 6 us a link of a target without looks (our
        measurement), else as `of_targets`."""
        looked_at = self._looked_at(site_id, target_ids)
        counts = Counter(link.state for link in self.of_targets(site_id, sorted(looked_at)))
        others = json.dumps([number for number in target_ids if number not in looked_at])
        with reading(self._engine) as connection:
            rows = _plain_rows(connection, _CLAIMED_LINKS, {"site": site_id, "targets": others, "after": _AFTER_PAGES})
            if not_looked := count_claimed(rows):
                counts[LinkState.NOT_LOOKED] += not_looked
        return counts

    def _looked_at(self, site_id: int, target_ids: Sequence[int]) -> set[int]:
        """Targets of whose links some were looked at."""
        values = {"site": site_id, "targets": json.dumps(list(target_ids))}
        with reading(self._engine) as connection:
            if not connection.scalar(_ANY_LOOK, values):
                return set()
            return {row[0] for row in connection.execute(_LOOKED_AT, values)}

    def unread(self, site_id: int, run_id: int, kind: str) -> Iterator[Backlink]:
        """Claims whose target is still unknown after the run's looks, with how those ended; their target id is 0."""
        values = {"site": site_id, "run": run_id, "kind": kind, "after": _AFTER_PAGES}
        with reading(self._engine) as connection:
            looks = {row.page_key: row for row in connection.execute(_LOOKS_OF_RUN, values)}
            rows = map(ClaimRow._make, connection.execute(_UNREAD, values))
            for page_key, claims in groupby(rows, key=lambda row: row.page_key):
                yield from_claims((0, page_key), list(claims), looks.get(page_key), None, "")


def _plain_rows(connection: Connection, query: str, values: Mapping[str, object]) -> Iterator[tuple[Any, ...]]:
    """Rows as the driver gives them: making a database row of each takes as long as reading it."""
    cursor = connection.connection.cursor()
    try:
        yield from cursor.execute(query, values)
    finally:
        cursor.close()
