"""What looking at the linking pages showed, and the backlinks that claims and looks make together."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from heapq import merge
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, insert, text

from linkreclaim.model.links import Backlink, Metric, MetricScale, PageLook, PageOutcome, Place, Rel
from linkreclaim.store.interning import Interner, keys_of
from linkreclaim.store.runs import end_tasks
from linkreclaim.store.schema import page_look, seen_link

SEEN_SOURCE = "linking page"

_PAGE = "coalesce(claim.page_url, 'https://' || claim.page_key)"
_UNTARGETED = text(
    f"""
SELECT min({_PAGE}) AS page FROM claim JOIN source_file AS f ON f.id = claim.file_id
WHERE f.site_id = :site AND claim.page_key IS NOT NULL
GROUP BY claim.page_key HAVING count(claim.target_id) = 0
"""  # noqa: S608 - constant text, here and below
)
_CLAIM_COLUMNS = (
    f"claim.target_id, claim.page_key, {_PAGE}, domain.name, f.tool || ' ' || f.report, claim.anchor_text,"
    " claim.context, claim.rel, claim.place, claim.first_seen_day, claim.last_seen_day, claim.lost_reason,"
    " claim.page_title, claim.external_links, claim.links_in_group, claim.domain_metric, claim.domain_metric_value,"
    " claim.page_metric, claim.page_metric_value"
)
_CLAIMS = text(
    f"""
SELECT {_CLAIM_COLUMNS}
FROM json_each(:targets) AS asked
JOIN claim ON claim.target_id = asked.value
JOIN source_file AS f ON f.id = claim.file_id AND f.site_id = :site
JOIN domain ON domain.id = claim.domain_id
WHERE claim.page_key IS NOT NULL
ORDER BY claim.target_id, claim.page_key, claim.last_seen_day, claim.id
"""  # noqa: S608
)
_NEWEST_LOOK = "NOT EXISTS (SELECT 1 FROM page_look AS newer WHERE newer.url_id = look.url_id AND newer.id > look.id)"
_SEEN = text(
    f"""
SELECT link.*, look.seen_at, look.title, look.noindex, look.external_links, look.status_code,
  url.key AS page_key, url.url AS page, domain.name AS domain
FROM json_each(:targets) AS asked
JOIN seen_link AS link ON link.target_id = asked.value
JOIN page_look AS look ON look.id = link.page_look_id AND {_NEWEST_LOOK}
JOIN url ON url.id = look.url_id
JOIN domain ON domain.id = url.domain_id
ORDER BY link.target_id, url.key, link.id
"""  # noqa: S608
)
_LOOKS = text(
    f"""
SELECT DISTINCT url.key AS page_key, look.outcome, look.seen_at, look.noindex, look.external_links, look.status_code
FROM json_each(:targets) AS asked
JOIN claim ON claim.target_id = asked.value
JOIN url ON url.key = claim.page_key
JOIN page_look AS look ON look.url_id = url.id AND {_NEWEST_LOOK}
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
SELECT {_CLAIM_COLUMNS}
FROM claim JOIN source_file AS f ON f.id = claim.file_id AND f.site_id = :site
JOIN domain ON domain.id = claim.domain_id
JOIN url ON url.key = claim.page_key
JOIN task ON task.url_id = url.id AND task.run_id = :run AND task.kind = :kind
LEFT JOIN page_look AS look ON look.url_id = url.id AND look.run_id = :run
WHERE claim.target_id IS NULL
  AND (look.id IS NULL OR NOT EXISTS (SELECT 1 FROM seen_link WHERE seen_link.page_look_id = look.id))
ORDER BY claim.page_key, claim.id
"""  # noqa: S608
)
_LOOKS_OF_RUN = text(
    """
SELECT url.key AS page_key, look.outcome, look.seen_at, look.noindex, look.external_links, look.status_code
FROM page_look AS look JOIN url ON url.id = look.url_id WHERE look.run_id = :run
"""
)

_Pair = tuple[int, str]
"""(target id, match key of the linking page)"""


class _Claim(NamedTuple):
    """A row of `_CLAIM_COLUMNS`: a plain tuple, because reading a field of a database row costs ten times as much."""

    target_id: int | None
    page_key: str
    page: str
    domain: str
    source: str
    anchor_text: str | None
    context: str | None
    rel: int | None
    place: str
    first_seen_day: int | None
    last_seen_day: int | None
    lost_reason: str | None
    page_title: str | None
    external_links: int | None
    links_in_group: int
    domain_metric: str | None
    domain_metric_value: float | None
    page_metric: str | None
    page_metric_value: float | None


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

    def backlinks(self, site_id: int, target_ids: Sequence[int]) -> Iterator[Backlink]:
        """Backlinks of the targets, ordered by target id, then by linking page. Memory: the looks at their pages."""
        values = {"site": site_id, "targets": json.dumps(list(target_ids))}
        with self._reading() as connection:
            looks = {row.page_key: row for row in connection.execute(_LOOKS, values)}
            seen = _seen_by_pair(connection.execute(_SEEN, values))
            rows = map(_Claim._make, connection.execute(_CLAIMS, values))
            claims = ((row[:2], row) for row in rows)
            entries = merge(claims, ((pair, None) for pair in sorted(seen)), key=lambda entry: entry[0])
            for pair, group in groupby(entries, key=lambda entry: entry[0]):
                claimed = [row for _, row in group if row is not None]
                if claimed:
                    yield _from_claims(pair, claimed, looks.get(pair[1]), seen.get(pair))
                else:
                    yield _from_sight(pair, seen[pair])

    def unread_links(self, site_id: int, run_id: int, kind: str) -> Iterator[Backlink]:
        """Claims whose target is still unknown after the run's looks, with how those ended; their target id is 0."""
        values = {"site": site_id, "run": run_id, "kind": kind}
        with self._reading() as connection:
            looks = {row.page_key: row for row in connection.execute(_LOOKS_OF_RUN, values)}
            rows = map(_Claim._make, connection.execute(_UNREAD, values))
            for page_key, claims in groupby(rows, key=lambda row: row.page_key):
                yield _from_claims((0, page_key), list(claims), looks.get(page_key), None)

    def _reading(self) -> Connection:
        return self._engine.connect().execution_options(read_only=True)


def _seen_by_pair(rows: Iterable[Any]) -> dict[_Pair, list[Any]]:
    found: dict[_Pair, list[Any]] = {}
    for row in rows:
        found.setdefault((row.target_id, row.page_key), []).append(row)
    return found


def _from_claims(pair: _Pair, claims: list[_Claim], look: Any, seen: list[Any] | None) -> Backlink:
    """Merge the claims of one link (oldest first) with what was seen on its page."""
    newest = claims[-1]
    link = None if seen is None else _strongest(seen)
    outcome = None if look is None else PageOutcome(look.outcome)
    rel = _last(claims, "rel")
    return Backlink(
        target_id=pair[0],
        referring_page=newest.page,
        referring_domain=newest.domain,
        sources=tuple(dict.fromkeys([*(row.source for row in claims), *([SEEN_SOURCE] if link else [])])),
        anchor_text=link.anchor_text if link else _last(claims, "anchor_text") or "",
        context=link.context if link else _last(claims, "context") or "",
        rel=Rel(link.rel) if link else None if rel is None else Rel(rel),
        place=Place(link.place) if link else Place(newest.place),
        first_seen=_day(min((row.first_seen_day for row in claims if row.first_seen_day), default=None)),
        last_seen=_day(max((row.last_seen_day for row in claims if row.last_seen_day), default=None)),
        lost_reason=newest.lost_reason,
        page_title=_last(claims, "page_title") or "",
        external_links=look.external_links
        if outcome is PageOutcome.READ and pair[0]
        else _last(claims, "external_links"),
        links_in_group=newest.links_in_group,
        domain_metric=_metric(claims, "domain_metric", MetricScale.DOMAIN),
        page_metric=_metric(claims, "page_metric", MetricScale.PAGE),
        outcome=outcome,
        present=_presence(outcome, link is not None),
        page_noindex=bool(look is not None and look.noindex),
        seen_at=None if look is None else datetime.fromisoformat(look.seen_at),
        page_status=None if look is None else look.status_code,
    )


def _from_sight(pair: _Pair, seen: list[Any]) -> Backlink:
    """A link that only our own look at its page tells of."""
    link = _strongest(seen)
    return Backlink(
        target_id=pair[0],
        referring_page=link.page,
        referring_domain=link.domain,
        sources=(SEEN_SOURCE,),
        anchor_text=link.anchor_text,
        context=link.context,
        rel=Rel(link.rel),
        place=Place(link.place),
        first_seen=None,
        last_seen=datetime.fromisoformat(link.seen_at).date(),
        lost_reason=None,
        page_title=link.title,
        external_links=link.external_links,
        links_in_group=1,
        domain_metric=None,
        page_metric=None,
        outcome=PageOutcome.READ,
        present=True,
        page_noindex=bool(link.noindex),
        seen_at=datetime.fromisoformat(link.seen_at),
        page_status=link.status_code,
    )


def _strongest(seen: list[Any]) -> Any:
    """Of several links from one page to one target, the followed one in the content counts."""
    return min(seen, key=lambda row: (row.rel != 0, row.place != Place.CONTENT.value, row.id))


def _presence(outcome: PageOutcome | None, seen: bool) -> bool | None:
    if seen:
        return True
    return False if outcome in (PageOutcome.READ, PageOutcome.GONE) else None


def _last(claims: list[_Claim], name: str) -> Any:
    for claim in reversed(claims):
        value = getattr(claim, name)
        if value is not None:
            return value
    return None


def _metric(claims: list[_Claim], name: str, scale: MetricScale) -> Metric | None:
    for claim in reversed(claims):
        kind = getattr(claim, name)
        if kind is not None:
            return Metric(kind, getattr(claim, f"{name}_value"), scale)
    return None


def _day(ordinal: int | None) -> date | None:
    return None if ordinal is None else date.fromordinal(ordinal)


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
        "external_links": seen.external_links,
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
