"""Which link of a page has taken the place of one that is claimed and no longer there. The rules: docs/links.md."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, text

NEWEST_LOOK = (
    "look.run_id IN (SELECT id FROM run WHERE site_id = :site)"
    " AND NOT EXISTS (SELECT 1 FROM page_look AS newer JOIN run AS later ON later.id = newer.run_id"
    " WHERE newer.url_id = look.url_id AND newer.id > look.id AND later.site_id = :site)"
)
"""The newest look at a page for this site: a look for another site kept only the links to that one."""

_MISSED = text(
    f"""
SELECT claim.target_id, claim.page_key, claim.anchor_text AS claimed_anchor, claim.last_seen_day,
  link.target_id AS other_id, link.anchor_text, other.url AS other_url,
  EXISTS (
    SELECT 1 FROM page_look AS older
    CROSS JOIN seen_link AS lost ON lost.page_look_id = older.id AND +lost.target_id = claim.target_id
    CROSS JOIN seen_link AS beside ON beside.page_look_id = older.id AND +beside.target_id = link.target_id
    WHERE older.url_id = look.url_id AND older.id < look.id
  ) AS stood_beside
FROM json_each(:targets) AS asked
JOIN claim ON claim.target_id = asked.value
JOIN source_file AS f ON f.id = claim.file_id AND f.site_id = :site
JOIN url ON url.key = claim.page_key
JOIN page_look AS look ON look.url_id = url.id AND look.outcome = 'read' AND {NEWEST_LOOK}
JOIN seen_link AS link ON link.page_look_id = look.id
JOIN url AS other ON other.id = link.target_id
WHERE NOT EXISTS (
  SELECT 1 FROM seen_link AS kept WHERE kept.page_look_id = look.id AND kept.target_id = claim.target_id)
ORDER BY claim.target_id, claim.page_key
"""  # noqa: S608 - constant text, here and below
)
"""The older looks at a page are few, so they come first: CROSS JOIN keeps the order, `+` keeps SQLite from the index of
the target (SQLite, "The Query Optimizer Overview", 2 and 7.2), by which each missed link is sought among all links to
its target: 41 s for 3,752 missed ones of 18,757, 0.3 this way (our measurement)."""
_MISSED_ON_PAGES = text(
    _MISSED.text.replace("ORDER BY", "AND claim.page_key IN (SELECT value FROM json_each(:pages)) ORDER BY")
)
_CLAIMED = text(
    """
SELECT claim.page_key, claim.target_id, min(coalesce(claim.first_seen_day, 0)) AS first_seen_day
FROM json_each(:others) AS asked
JOIN claim ON claim.target_id = asked.value
JOIN source_file AS f ON f.id = claim.file_id AND f.site_id = :site
WHERE claim.page_key IN (SELECT value FROM json_each(:pages))
GROUP BY claim.page_key, claim.target_id
"""
)


@dataclass(slots=True)
class _Other:
    """Another URL of the site that the page links to."""

    url: str
    anchors: set[str] = field(default_factory=set)
    stood_beside: bool = False  # it was there together with the missed link


@dataclass(slots=True)
class _Missed:
    """A claimed link that its page no longer shows, though it links to the site."""

    target_id: int
    page_key: str
    last_seen_day: int = 0
    anchors: set[str] = field(default_factory=set)
    others: dict[int, _Other] = field(default_factory=dict)

    def candidates(self) -> list[int]:
        """Links with the same words, else the only link to the site."""
        same_words = [number for number, other in self.others.items() if self.anchors & other.anchors]
        return same_words or (list(self.others) if len(self.others) == 1 else [])


def find_replacements(
    connection: Connection, site_id: int, target_ids: Iterable[int], pages: str | None = None
) -> dict[tuple[int, str], str]:
    """{(target id, key of the linking page): the URL that it links to instead}, where one link alone can be meant.

    Of all linking pages, or (JSON of match keys) of some. Cost: reads the claims of every URL that comes
    into question, once a call.
    """
    missed = _read_missed(connection, site_id, target_ids, pages)
    claimed = _read_claimed(connection, site_id, missed)
    found = {}
    for each in missed:
        new = [number for number in each.candidates() if _is_new(each, number, claimed)]
        if len(new) == 1:
            found[each.target_id, each.page_key] = each.others[new[0]].url
    return found


def _is_new(missed: _Missed, other_id: int, claimed: Mapping[tuple[str, int], int]) -> bool:
    """A link that stood beside the missed one has not taken its place; one that sources met only later may have."""
    if missed.others[other_id].stood_beside:
        return False
    first_seen_day = claimed.get((missed.page_key, other_id))
    return first_seen_day is None or (0 < missed.last_seen_day < first_seen_day)


def _read_missed(connection: Connection, site_id: int, target_ids: Iterable[int], pages: str | None) -> list[_Missed]:
    values = {"site": site_id, "targets": json.dumps(list(target_ids)), "pages": pages}
    rows = connection.execute(_MISSED if pages is None else _MISSED_ON_PAGES, values)
    found = []
    for (target_id, page_key), group in groupby(rows, key=lambda row: (row.target_id, row.page_key)):
        missed = _Missed(target_id, page_key)
        for row in group:
            _add(missed, row)
        if missed.candidates():
            found.append(missed)
    return found


def _add(missed: _Missed, row: Any) -> None:
    missed.last_seen_day = max(missed.last_seen_day, row.last_seen_day or 0)
    other = missed.others.setdefault(row.other_id, _Other(row.other_url))
    other.stood_beside = other.stood_beside or bool(row.stood_beside)
    if row.claimed_anchor:
        missed.anchors.add(_fold(row.claimed_anchor))
    if row.anchor_text:
        other.anchors.add(_fold(row.anchor_text))


def _fold(anchor: str) -> str:
    return " ".join(anchor.casefold().split())


def _read_claimed(connection: Connection, site_id: int, missed: Iterable[_Missed]) -> dict[tuple[str, int], int]:
    others, pages = set(), set()
    for each in missed:
        others.update(each.candidates())
        pages.add(each.page_key)
    if not others:
        return {}
    values = {"site": site_id, "others": json.dumps(sorted(others)), "pages": json.dumps(sorted(pages))}
    return {(row.page_key, row.target_id): row.first_seen_day for row in connection.execute(_CLAIMED, values)}
