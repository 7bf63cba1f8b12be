"""The ledger: every source's view of every link, and what it adds up to for each target.

A claim is stored once and never changed. A backlink is a pair (linking page, target) that at least one claim or one
look at the page names; the pair is made when it is read, so the same link from five tools is one backlink.

Linking pages stand in their claims by key, not by id: giving a million of them an id each is a million random writes in
one index, and cost as much as all the rest of an import (our measurement: 26,000 rows/s with, 45,000 without). For the
same reason claims are indexed by their target alone: with the linking page in that index a million rows came in at
32,000 a second, with a second index by domain at 42,000, with neither at 48,000, and a page of links to the target with
18,757 of them is found in 60 ms without.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, Engine, delete, insert, select, update

from linkreclaim.model.links import RowProblem
from linkreclaim.model.sites import Site
from linkreclaim.store.claims import ClaimBatch
from linkreclaim.store.interning import Interner
from linkreclaim.store.overlap import Overlap, read_overlap
from linkreclaim.store.reading import reading
from linkreclaim.store.schema import claim as claim_table
from linkreclaim.store.schema import row_problem, source_file
from linkreclaim.store.schema import site as site_table

PROBLEMS_KEPT = 10_000
OFF_SITE_HOSTS_KEPT = 50
_CLAIM_COLUMNS = (
    "file_id, domain_id, target_id, line, page_key, page_url, anchor_text, context, rel, place, first_seen_day,"
    " last_seen_day, lost_reason, page_title, page_status, target_status, target_soft_404, external_links,"
    " links_in_group, claimed_links, claimed_domains, domain_metric, domain_metric_value, page_metric,"
    " page_metric_value, hits"
)
_NO_VALUE = bytearray()
"""Stands for NULL among values to be bound: no column of a claim holds bytes."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One input file of a site as the ledger knows it."""

    id: int
    path: str
    fingerprint: str
    tool: str
    report: str
    notes: tuple[str, ...]
    rows_done: int
    claims: int
    off_site: int
    off_site_hosts: Mapping[str, int]
    problems: int
    done: bool
    oldest: date | None = None  # of all days that its rows name
    newest: date | None = None


class Ledger:
    """Writes claims and reads files; see `backlinks` for what they add up to with looks at the linking pages."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._interner = Interner()

    def site_id(self, host: str) -> int:
        """Id of a site in this workspace, made when new."""
        query = select(site_table.c.id).where(site_table.c.host == host)
        with reading(self._engine) as connection:
            known = connection.scalar(query)
        if known is not None:
            return int(known)  # without a writer's turn: pages ask this, and would wait for an import
        with self._engine.begin() as connection:
            found = connection.scalar(query)
            if found is None:
                found = connection.scalar(insert(site_table).values(host=host).returning(site_table.c.id))
            return int(found or 0)

    def hosts(self) -> list[str]:
        """Hosts of the sites in this workspace."""
        with reading(self._engine) as connection:
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
                _drop(connection, [row.id])
                row = None
            if row is None:
                row = connection.execute(insert(source_file).values(values).returning(*source_file.c)).one()
            return _source_file(row)

    def files_printed_as(self, site_id: int, prefix: str) -> list[SourceFile]:
        """The input files of a site whose fingerprint begins so: the editions of one log."""
        begins = source_file.c.fingerprint.startswith(prefix, autoescape=True)
        with reading(self._engine) as connection:
            rows = connection.execute(select(source_file).where(source_file.c.site_id == site_id, begins))
            return [_source_file(row) for row in rows]

    def drop_files(self, file_ids: Sequence[int]) -> None:
        """Forget input files with all their claims: others take their place."""
        if file_ids:
            with self._engine.begin() as connection:
                _drop(connection, file_ids)

    def add_notes(self, file_id: int, notes: Sequence[str]) -> None:
        """Add sentences to an input file's notes, those that are new: what only its import could tell."""
        where = source_file.c.id == file_id
        with self._engine.begin() as connection:
            held = json.loads(connection.execute(select(source_file.c.notes).where(where)).scalar_one())
            fresh = [note for note in notes if note not in held]
            if fresh:
                connection.execute(update(source_file).where(where).values(notes=json.dumps(held + fresh)))

    def files(self, site_id: int) -> list[SourceFile]:
        """All input files of a site, in the order of their first import."""
        with reading(self._engine) as connection:
            rows = connection.execute(
                select(source_file).where(source_file.c.site_id == site_id).order_by(source_file.c.id)
            )
            return [_source_file(row) for row in rows]

    def problems(self, file_id: int, limit: int) -> list[RowProblem]:
        """The first rows of a file that could not be read, or not whole."""
        query = select(row_problem).where(row_problem.c.file_id == file_id).order_by(row_problem.c.id).limit(limit)
        with reading(self._engine) as connection:
            return [RowProblem(row.line, row.reason, bool(row.kept)) for row in connection.execute(query)]

    def overlap(self, site_id: int, run_id: int | None) -> Overlap:
        """Which sources know which links, domains and targets; those dead in the run apart. Cost: see `overlap`."""
        with reading(self._engine) as connection:
            return read_overlap(connection, site_id, run_id)

    def import_batches(self, file: SourceFile, batches: Iterable[ClaimBatch]) -> Iterator[int]:
        """Write batches (those that follow the file's `rows_done`); yields the rows done after each.

        A batch and the file's progress are one transaction, so a kill at any moment loses nothing and doubles nothing.
        """
        progress = _Progress(file)
        for batch in batches:
            with self._engine.begin() as connection:
                self._write(connection, progress, batch)
            yield progress.rows_done
        with self._engine.begin() as connection:
            connection.execute(update(source_file).where(source_file.c.id == file.id).values(done=True))

    def _write(self, connection: Connection, progress: "_Progress", batch: ClaimBatch) -> None:
        file_id = progress.file_id
        if batch.rows:
            self._write_claims(connection, file_id, batch)
        kept = batch.problems[: progress.room_for_problems]
        if kept:
            rows_of_problems = [
                {"file_id": file_id, "line": line, "reason": reason, "kept": was_kept}
                for line, reason, was_kept in kept
            ]
            connection.execute(insert(row_problem), rows_of_problems)
        connection.execute(update(source_file).where(source_file.c.id == file_id).values(progress.after(batch)))

    def _write_claims(self, connection: Connection, file_id: int, batch: ClaimBatch) -> None:
        domains, targets, *columns = zip(*batch.rows, strict=True)
        url_ids = self._interner.ids(connection, batch.targets)
        domain_ids = self._interner.domain_ids(connection, set(domains) - {None})
        statement, rows = _insert_claims(
            [file_id] * len(domains),
            [domain_ids.get(name) for name in domains],
            [url_ids.get(key) for key in targets],
            *columns,
        )
        connection.exec_driver_sql(statement, rows)


def _insert_claims(*columns: Sequence[object]) -> tuple[str, list[tuple[object, ...]]]:
    """The statement that inserts these columns, and its rows.

    No None is bound: sqlite3 looks for an adapter of each, 0.4 us, where a number takes 0.04 and a text 0.14 (our
    measurement).
    """
    values, bound = [], []
    for column in columns:
        nones = column.count(None)
        if nones == len(column):
            values.append("NULL")
            continue
        values.append("nullif(?, x'')" if nones else "?")
        bound.append([_NO_VALUE if value is None else value for value in column] if nones else column)
    return f"INSERT INTO claim ({_CLAIM_COLUMNS}) VALUES ({', '.join(values)})", list(zip(*bound, strict=True))  # noqa: S608


class _Progress:
    """Counts of one import."""

    def __init__(self, file: SourceFile) -> None:
        self.file_id = file.id
        self.rows_done = file.rows_done
        self._claims = file.claims
        self._off_site = file.off_site
        self._problems = file.problems
        self._hosts = Counter(file.off_site_hosts)
        self._days = [day.toordinal() for day in (file.oldest, file.newest) if day is not None]

    @property
    def room_for_problems(self) -> int:
        """How many further problems are kept with their line; all of them are counted."""
        return max(0, PROBLEMS_KEPT - self._problems)

    def after(self, batch: ClaimBatch) -> dict[str, int | str | None]:
        """Values of the file's entry once the batch is written."""
        self.rows_done += batch.items
        self._claims += len(batch.rows)
        self._off_site += batch.off_site
        self._problems += len(batch.problems)
        self._hosts.update(batch.off_site_hosts)
        self._hosts = Counter(dict(self._hosts.most_common(OFF_SITE_HOSTS_KEPT)))
        self._days = _extremes([*self._days, *batch.days])
        return {
            "rows_done": self.rows_done,
            "claims": self._claims,
            "off_site": self._off_site,
            "off_site_hosts": json.dumps(self._hosts),
            "problems": self._problems,
            "oldest_day": self._days[0] if self._days else None,
            "newest_day": self._days[-1] if self._days else None,
        }


def _drop(connection: Connection, file_ids: Sequence[int]) -> None:
    for table in (claim_table, row_problem, source_file):
        column = table.c.id if table is source_file else table.c.file_id
        connection.execute(delete(table).where(column.in_(file_ids)))


def _extremes(days: Sequence[int]) -> list[int]:
    return [min(days), max(days)] if days else []


def _source_file(row: object) -> SourceFile:
    values = row._mapping  # type: ignore[attr-defined]
    return SourceFile(
        id=values["id"],
        path=values["path"],
        fingerprint=values["fingerprint"],
        tool=values["tool"],
        report=values["report"],
        notes=tuple(json.loads(values["notes"])),
        rows_done=values["rows_done"],
        claims=values["claims"],
        off_site=values["off_site"],
        off_site_hosts=json.loads(values["off_site_hosts"]),
        problems=values["problems"],
        done=bool(values["done"]),
        oldest=_day(values["oldest_day"]),
        newest=_day(values["newest_day"]),
    )


def _day(ordinal: int | None) -> date | None:
    return None if ordinal is None else date.fromordinal(ordinal)
