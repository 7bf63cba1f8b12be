"""The ledger: every source's view of every link, and what it adds up to for each target.

A claim is stored once and never changed. A backlink is a pair (linking page, target) that at least one claim or one
look at the page names; the pair is made when it is read, so the same link from five tools is one backlink.

Linking pages stand in their claims by key, not by id: giving a million of them an id each is a million random writes in
one index, and cost as much as all the rest of an import (our measurement: 26,000 rows/s with, 45,000 without).
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from time import monotonic
from typing import NamedTuple

from sqlalchemy import Connection, Engine, delete, insert, select, update

from linkreclaim.model.links import Claim, MetricScale, RowProblem
from linkreclaim.model.sites import Site
from linkreclaim.store.interning import Interner, key_host
from linkreclaim.store.schema import claim as claim_table
from linkreclaim.store.schema import row_problem, source_file
from linkreclaim.store.schema import site as site_table
from linkreclaim.urls import match_key, registrable_domain

CHUNK_ROWS_START = 2_000
CHUNK_ROWS_MAX = 20_000
CHUNK_AIM_S = 0.15
"""Chunks are sized so that a transaction takes at most about 200 ms: readers and deciders never wait a second."""
PROBLEMS_KEPT = 10_000
OFF_SITE_HOSTS_KEPT = 50
_KEY_CACHE_MAX = 100_000
_INSERT_CLAIM = """
INSERT INTO claim (file_id, line, page_key, page_url, domain_id, target_id, anchor_text, context, rel, place,
  first_seen_day, last_seen_day, lost_reason, page_title, page_status, target_status, target_soft_404, external_links,
  links_in_group, claimed_links, claimed_domains, domain_metric, domain_metric_value, page_metric, page_metric_value)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One input file of a site as the ledger knows it."""

    id: int
    path: str
    tool: str
    report: str
    notes: tuple[str, ...]
    rows_done: int
    claims: int
    off_site: int
    off_site_hosts: Mapping[str, int]
    problems: int
    done: bool


class Ledger:
    """Writes claims and reads files; see `sightings` for what looking at the linking pages adds."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._interner = Interner()

    def site_id(self, host: str) -> int:
        """Id of a site in this workspace, made when new."""
        with self._engine.begin() as connection:
            found = connection.scalar(select(site_table.c.id).where(site_table.c.host == host))
            if found is None:
                found = connection.scalar(insert(site_table).values(host=host).returning(site_table.c.id))
            return int(found or 0)

    def hosts(self) -> list[str]:
        """Hosts of the sites in this workspace."""
        with self._engine.connect().execution_options(read_only=True) as connection:
            return [row.host for row in connection.execute(select(site_table.c.host).order_by(site_table.c.id))]

    def open_file(
        self, site_id: int, site: Site, path: str, fingerprint: str, tool: str, report: str, notes: Iterable[str]
    ) -> SourceFile:
        """The ledger's entry of an input file, made when its fingerprint is new for the site.

        `rows_done` tells where an import that was cut off goes on; `done` that there is nothing to do. A file that was
        read when the site had other hosts is read again from its start: rows about the others were not kept.
        """
        scope = json.dumps([site.host, site.with_subdomains, sorted(site.old_hosts)])
        values = {
            "site_id": site_id,
            "path": path,
            "fingerprint": fingerprint,
            "scope": scope,
            "tool": tool,
            "report": report,
            "notes": json.dumps(list(notes)),
        }
        same = (source_file.c.site_id == site_id, source_file.c.fingerprint == fingerprint)
        with self._engine.begin() as connection:
            row = connection.execute(select(source_file).where(*same)).first()
            if row is not None and row.scope != scope:
                for table in (claim_table, row_problem, source_file):
                    column = table.c.id if table is source_file else table.c.file_id
                    connection.execute(delete(table).where(column == row.id))
                row = None
            if row is None:
                row = connection.execute(insert(source_file).values(values).returning(*source_file.c)).one()
            return _source_file(row)

    def files(self, site_id: int) -> list[SourceFile]:
        """All input files of a site, in the order of their first import."""
        with self._engine.connect().execution_options(read_only=True) as connection:
            rows = connection.execute(
                select(source_file).where(source_file.c.site_id == site_id).order_by(source_file.c.id)
            )
            return [_source_file(row) for row in rows]

    def problems(self, file_id: int, limit: int) -> list[RowProblem]:
        """The first rows of a file that could not be read, or not whole."""
        query = select(row_problem).where(row_problem.c.file_id == file_id).order_by(row_problem.c.id).limit(limit)
        with self._engine.connect().execution_options(read_only=True) as connection:
            return [RowProblem(row.line, row.reason, bool(row.kept)) for row in connection.execute(query)]

    def import_rows(self, file: SourceFile, site: Site, rows: Iterable[Claim | RowProblem]) -> Iterator[int]:
        """Write the rows of a file, those it already has (`rows_done`) left out; yields the rows done after each chunk.

        Rows about targets of another site are counted, not kept. A chunk and its progress are one transaction, so a
        kill at any moment loses nothing and doubles nothing. Memory: one chunk, whatever the file's size.
        """
        batch = _Batch(file, site)
        source = islice(rows, file.rows_done, None)
        size = CHUNK_ROWS_START
        while chunk := list(islice(source, size)):
            started = monotonic()
            with self._engine.begin() as connection:
                self._write_chunk(connection, batch, chunk)
            size = _next_size(size, monotonic() - started)
            yield batch.rows_done
        with self._engine.begin() as connection:
            connection.execute(update(source_file).where(source_file.c.id == file.id).values(done=True))

    def _write_chunk(self, connection: Connection, batch: "_Batch", chunk: list[Claim | RowProblem]) -> None:
        claims, problems, targets = batch.sort_out(chunk)
        ids = self._interner.ids(connection, targets) if targets else {}
        if claims:
            domains = self._interner.domain_ids(connection, {keyed.domain for keyed in claims if keyed.domain})
            rows = [_claim_row(batch.file.id, keyed, ids, domains) for keyed in claims]
            rows.sort(key=_by_target)  # neighbours in the index stay neighbours in time
            connection.exec_driver_sql(_INSERT_CLAIM, rows)
        if problems:
            connection.execute(
                insert(row_problem),
                [{"file_id": batch.file.id, "line": p.line, "reason": p.reason, "kept": p.kept} for p in problems],
            )
        connection.execute(update(source_file).where(source_file.c.id == batch.file.id).values(batch.progress()))


class _Keyed(NamedTuple):
    """A claim with the keys of its ends."""

    claim: Claim
    page_key: str | None
    domain: str | None  # registrable domain of the linking page
    target_key: str | None


class _Batch:
    """Counts and caches of one import."""

    def __init__(self, file: SourceFile, site: Site) -> None:
        self.file = file
        self.rows_done = file.rows_done
        self._site = site
        self._claims = file.claims
        self._off_site = file.off_site
        self._problems = file.problems
        self._off_site_hosts = Counter(file.off_site_hosts)
        self._targets: dict[str, tuple[str | None, bool]] = {}

    def sort_out(self, chunk: list[Claim | RowProblem]) -> tuple[list[_Keyed], list[RowProblem], dict[str, str]]:
        """Split a chunk: claims with their keys, problems to keep, {key: URL} of the targets."""
        claims: list[_Keyed] = []
        problems: list[RowProblem] = []
        targets: dict[str, str] = {}
        self.rows_done += len(chunk)
        for row in chunk:
            outcome = row if isinstance(row, RowProblem) else self._keyed(row)
            if isinstance(outcome, _Keyed):
                claims.append(outcome)
                if outcome.target_key is not None and outcome.claim.target_url is not None:
                    targets.setdefault(outcome.target_key, outcome.claim.target_url)
            elif outcome is not None:
                problems.append(outcome)
        self._claims += len(claims)
        kept = problems[: max(0, PROBLEMS_KEPT - self._problems)]
        self._problems += len(problems)
        return claims, kept, targets

    def _keyed(self, claim: Claim) -> _Keyed | RowProblem | None:
        """The claim with its keys; a problem when an end is no URL; None when the claim is about another site."""
        target_key = None
        if claim.target_url is not None:
            target_key, concerned = self._target(claim.target_url)
            if target_key is None:
                return RowProblem(claim.line, f"target is not an http(s) URL: {claim.target_url[:200]!r}")
            if not concerned:
                self._off_site += 1
                self._off_site_hosts[key_host(target_key)] += 1
                return None
        if claim.referring_page is None:
            return _Keyed(claim, None, None, target_key)
        page_key = match_key(claim.referring_page)
        if page_key is None:
            return RowProblem(claim.line, f"linking page is not an http(s) URL: {claim.referring_page[:200]!r}")
        host = key_host(page_key)
        if self._site.concerns(host):
            return self._internal(claim, target_key)
        return _Keyed(claim, page_key, registrable_domain(host), target_key)

    def _internal(self, claim: Claim, target_key: str | None) -> _Keyed | None:
        """A link from the site to itself is no backlink; what it says of its target's status is still worth keeping."""
        if target_key is not None and claim.target_status is not None:
            return _Keyed(claim, None, None, target_key)
        self._off_site += 1
        return None

    def _target(self, address: str) -> tuple[str | None, bool]:
        known = self._targets.get(address)
        if known is None:
            if len(self._targets) > _KEY_CACHE_MAX:
                self._targets.clear()
            key = match_key(address)
            known = (key, key is not None and self._site.concerns(key_host(key)))
            self._targets[address] = known
        return known

    def progress(self) -> dict[str, int | str]:
        """Values of the file's entry after this chunk."""
        self._off_site_hosts = Counter(dict(self._off_site_hosts.most_common(OFF_SITE_HOSTS_KEPT)))
        return {
            "rows_done": self.rows_done,
            "claims": self._claims,
            "off_site": self._off_site,
            "off_site_hosts": json.dumps(self._off_site_hosts),
            "problems": self._problems,
        }


def _by_target(row: tuple[object, ...]) -> int:
    target_id = row[5]
    return target_id if isinstance(target_id, int) else 0


def _next_size(size: int, took_s: float) -> int:
    return max(200, min(CHUNK_ROWS_MAX, int(size * min(2.0, CHUNK_AIM_S / max(took_s, 0.001)))))


def _claim_row(file_id: int, keyed: _Keyed, ids: Mapping[str, int], domains: Mapping[str, int]) -> tuple[object, ...]:
    claim, page_key, domain, target_key = keyed
    domain_name = page_name = domain_value = page_value = None
    for metric in claim.metrics:
        if metric.scale is MetricScale.DOMAIN:
            domain_name, domain_value = metric.name, metric.value_0_100
        else:
            page_name, page_value = metric.name, metric.value_0_100
    return (
        file_id,
        claim.line,
        page_key,
        None if page_key is None or claim.referring_page == "https://" + page_key else claim.referring_page,
        None if domain is None else domains[domain],
        None if target_key is None else ids[target_key],
        claim.anchor_text,
        claim.context,
        None if claim.rel is None else int(claim.rel),
        claim.place.value,
        None if claim.first_seen is None else claim.first_seen.toordinal(),
        None if claim.last_seen is None else claim.last_seen.toordinal(),
        claim.lost_reason,
        claim.page_title,
        claim.page_status,
        claim.target_status,
        claim.target_soft_404,
        claim.external_links,
        claim.links_in_group,
        claim.claimed_links,
        claim.claimed_domains,
        domain_name,
        domain_value,
        page_name,
        page_value,
    )


def _source_file(row: object) -> SourceFile:
    values = row._mapping  # type: ignore[attr-defined]
    return SourceFile(
        id=values["id"],
        path=values["path"],
        tool=values["tool"],
        report=values["report"],
        notes=tuple(json.loads(values["notes"])),
        rows_done=values["rows_done"],
        claims=values["claims"],
        off_site=values["off_site"],
        off_site_hosts=json.loads(values["off_site_hosts"]),
        problems=values["problems"],
        done=bool(values["done"]),
    )
