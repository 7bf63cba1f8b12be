"""Which sources know which links: the ledger seen as sets, one bit a source.

A source knows a link that it claims; a link that was seen on a page it names; and, where it names a page without saying
what the page links to, every link that anybody knows of that page, because reading the page would have shown them; and
where it names only the linking site, every known link from that site to that target. A page whose target nobody knows,
and a site whose page nobody knows, is one link.

SQLite does the work, in temporary tables of its own file: a sort of all claims by linking page, then small groupings.
"""

from array import array
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, text

MAX_SOURCES = 62
"""Bits of SQLite's signed integer that are free; further sources (there are fewer reports) share the last one."""

Histogram = Mapping[int, int]
"""{a set of sources as bits: how many things exactly these sources know}"""


@dataclass(frozen=True, slots=True)
class Overlap:
    """What the sources of a site know, each and together; source n of `sources` is bit n."""

    sources: tuple[tuple[str, str], ...]  # (tool, report), in the order of their first import
    links: Histogram  # claimed or seen, and not gone
    links_gone: Histogram  # no longer on their page as we saw it, or called lost by their newest claim
    referring_domains: Histogram
    targets: Histogram
    dead_ids: Mapping[int, "array[int]"] | None  # {set: URL ids of the dead targets that exactly these know}
    dead_links: Histogram | None  # links to these, not gone; None: no run to say which are dead

    @property
    def dead_targets(self) -> Histogram | None:
        """How many dead targets each set of sources knows."""
        return None if self.dead_ids is None else {known: len(ids) for known, ids in self.dead_ids.items()}


_CREATE = (
    "CREATE TEMP TABLE source_bit (file_id INTEGER PRIMARY KEY, bit INTEGER NOT NULL)",
    "CREATE TEMP TABLE page_told (page_key TEXT PRIMARY KEY, domain_id INTEGER, bits INTEGER, look_id INTEGER,"
    " gone INTEGER) WITHOUT ROWID",
    "CREATE TEMP TABLE known (page_key TEXT, target_id INTEGER, domain_id INTEGER, bits INTEGER, is_link INTEGER,"
    " seen INTEGER, gone INTEGER)",
)
_ADD_PAGES_TOLD = text(
    """
INSERT INTO page_told
SELECT page_key, max(domain_id), sum(DISTINCT bit), max(look_id), max(gone) FROM (
  SELECT claim.page_key, claim.domain_id, source_bit.bit, NULL AS look_id, 0 AS gone
  FROM claim JOIN source_bit ON source_bit.file_id = claim.file_id
  WHERE claim.target_id IS NULL AND claim.page_key IS NOT NULL
  UNION ALL
  SELECT url.key, url.domain_id, 0, newest.look_id, newest.outcome IN ('read', 'gone') FROM (
    SELECT page_look.url_id, max(page_look.id) AS look_id, page_look.outcome
    FROM page_look JOIN run ON run.id = page_look.run_id WHERE run.site_id = :site GROUP BY page_look.url_id
  ) AS newest JOIN url ON url.id = newest.url_id
) GROUP BY page_key
"""
)
"""Pages of which more is known than their claims say: named without a target, or looked at by us."""
_ADD_KNOWN = text(
    """
INSERT INTO known
SELECT told.page_key, link.target_id, link.domain_id, link.bits | coalesce(told.bits, 0), link.page_key IS NOT NULL,
  link.seen, NOT link.seen AND (coalesce(told.gone, 0) OR link.lost)
FROM (
  SELECT page_key, target_id, domain_id, sum(DISTINCT bit) AS bits, sum(seen) > 0 AS seen, lost, max(newest) FROM (
    SELECT claim.page_key, claim.target_id, claim.domain_id, source_bit.bit, 0 AS seen,
      claim.lost_reason IS NOT NULL AS lost, (coalesce(claim.last_seen_day, 0) << 40) + claim.id AS newest
    FROM claim JOIN source_bit ON source_bit.file_id = claim.file_id
    WHERE claim.target_id IS NOT NULL OR claim.page_key IS NULL
    UNION ALL
    SELECT page_told.page_key, seen_link.target_id, page_told.domain_id, 0, 1, 0, 0
    FROM page_told JOIN seen_link ON seen_link.page_look_id = page_told.look_id
  ) GROUP BY page_key, target_id, iif(page_key IS NULL, domain_id, 0)
) AS link LEFT JOIN page_told AS told ON told.page_key = link.page_key
"""
)
"""A row for each link, and for each target or site that is named without one. `lost` is what the newest claim says:
SQLite takes bare columns from the row of the only max() (its documentation of SELECT, 2.5)."""
_INDEX_KNOWN = "CREATE INDEX temp.known_page ON known (page_key) WHERE page_key IS NOT NULL"
_CREDIT_SEEN = """
UPDATE known SET bits = (SELECT {any_of} FROM known AS other WHERE other.page_key = known.page_key) WHERE seen
"""
"""Who names a page knows what was seen on it."""
_ADD_UNTOLD = """
INSERT INTO known SELECT page_key, NULL, domain_id, bits, 1, 0, gone FROM page_told
WHERE bits AND NOT EXISTS (SELECT 1 FROM known WHERE known.page_key = page_told.page_key)
"""
_INDEX_SITES = """
CREATE INDEX temp.known_site ON known (domain_id, target_id)
WHERE is_link = 0 AND domain_id IS NOT NULL AND target_id IS NOT NULL
"""
_OF_SITE = """site.domain_id = link.domain_id AND site.target_id = link.target_id
  AND site.is_link = 0 AND site.domain_id IS NOT NULL AND site.target_id IS NOT NULL"""
_CREDIT_SITES = f"""
UPDATE known AS link SET bits = bits | (SELECT site.bits FROM known AS site WHERE {_OF_SITE})
WHERE is_link AND EXISTS (SELECT 1 FROM known AS site WHERE {_OF_SITE})
"""  # noqa: S608 - constant text, here and below
_ADD_UNNAMED = f"""
UPDATE known SET is_link = 1
WHERE is_link = 0 AND domain_id IS NOT NULL AND target_id IS NOT NULL
  AND rowid NOT IN (SELECT site.rowid FROM known AS link JOIN known AS site ON {_OF_SITE} WHERE link.is_link)
"""  # noqa: S608


def read_overlap(connection: Connection, site_id: int, run_id: int | None) -> Overlap:
    """What the sources of a site know; `run_id` says which targets are dead.

    Cost: about 3 s of CPU for a million claims; memory is SQLite's page cache and 8 bytes a dead target. The temporary
    tables go when the caller's transaction is rolled back, as that of a reader is.
    """
    sources, bits = _number_sources(connection, site_id)
    _fill(connection, site_id, bits, len(sources))
    of_run = "JOIN look ON look.url_id = target_id AND look.dead AND look.run_id = :run"
    dead_links = f"SELECT bits FROM known {of_run} WHERE is_link AND NOT gone"  # noqa: S608
    return Overlap(
        sources=sources,
        links=_count(connection, "SELECT bits FROM known WHERE is_link AND NOT gone"),
        links_gone=_count(connection, "SELECT bits FROM known WHERE is_link AND gone"),
        referring_domains=_count(connection, _grouped("domain_id", len(sources))),
        targets=_count(connection, _grouped("target_id", len(sources))),
        dead_ids=None if run_id is None else _dead_ids(connection, len(sources), of_run, run_id),
        dead_links=None if run_id is None else _count(connection, dead_links, run=run_id),
    )


def _dead_ids(connection: Connection, sources: int, of_run: str, run_id: int) -> dict[int, "array[int]"]:
    held: dict[int, array[int]] = {}
    query = text(_grouped("target_id", sources, of_run))
    for known, target_id in connection.execute(query, {"run": run_id}):
        held.setdefault(known, array("q")).append(target_id)
    return held


def _number_sources(connection: Connection, site_id: int) -> tuple[tuple[tuple[str, str], ...], dict[int, int]]:
    """The site's sources, and the bit of each of its files."""
    query = text("SELECT id, tool, report FROM source_file WHERE site_id = :site ORDER BY id")
    files = {row.id: (row.tool, row.report) for row in connection.execute(query, {"site": site_id})}
    sources = tuple(dict.fromkeys(files.values()))
    number = {source: min(n, MAX_SOURCES - 1) for n, source in enumerate(sources)}
    return sources[:MAX_SOURCES], {file: 1 << number[source] for file, source in files.items()}


def _fill(connection: Connection, site_id: int, bits: Mapping[int, int], sources: int) -> None:
    for statement in _CREATE:
        connection.exec_driver_sql(statement)
    if bits:
        connection.exec_driver_sql("INSERT INTO source_bit VALUES (?, ?)", list(bits.items()))
    connection.execute(_ADD_PAGES_TOLD, {"site": site_id})
    connection.execute(_ADD_KNOWN)
    connection.exec_driver_sql(_INDEX_KNOWN)
    connection.exec_driver_sql(_CREDIT_SEEN.format(any_of=_any_of(sources)))
    for statement in (_ADD_UNTOLD, _INDEX_SITES, _CREDIT_SITES, _ADD_UNNAMED):
        connection.exec_driver_sql(statement)


def _any_of(sources: int) -> str:
    """The union of sets as an aggregate, which SQLite lacks."""
    return " | ".join(f"max(bits & {1 << number})" for number in range(sources)) or "0"


def _grouped(column: str, sources: int, join: str = "") -> str:
    return f"SELECT {_any_of(sources)} AS bits, {column} FROM known {join} WHERE {column} IS NOT NULL GROUP BY {column}"  # noqa: S608


def _count(connection: Connection, sets: str, **values: int) -> Histogram:
    query = text(f"SELECT bits, count(*) AS things FROM ({sets}) GROUP BY bits")  # noqa: S608
    return {row.bits: row.things for row in connection.execute(query, values)}
