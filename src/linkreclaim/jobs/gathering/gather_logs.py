"""Gather: bring access logs into the ledger, each as what it adds up to by target and referrer.

A log grows and is rotated: an edition of a log that the ledger has already takes the place of the older one, so that no
visit is counted twice. Two files are editions of one log when their first lines are equal.
"""

from collections.abc import Iterator
from pathlib import Path

from linkreclaim.jobs.gathering.log_claims import log_claims
from linkreclaim.jobs.gathering.megabytes import show_megabytes
from linkreclaim.jobs.gathering.uploads import spell_path
from linkreclaim.model.events import EventSink, RunEvent, Stage
from linkreclaim.model.links import Claim, RowProblem
from linkreclaim.model.sites import Site
from linkreclaim.sources.logs.opening import LogFile, first_line_digest
from linkreclaim.sources.logs.read import LogReading, LogRequest, read_logs
from linkreclaim.store import Workspace
from linkreclaim.store.claims import make_batches
from linkreclaim.store.ledger import SourceFile

TOOL = "Access log"
ORIGINS_NOTE = "browsers name the site that a visitor came from, mostly not the page: such links are known by domain"
"""**Source:** Referrer Policy (W3C): the default is strict-origin-when-cross-origin."""
CLAIM_NOTE = "a referrer can be forged: a link counts as seen once its page was read"
_PREFIX = "log"


def import_log(
    workspace: Workspace, site_id: int, site: Site, path: Path, log: LogFile, printed: str, sink: EventSink
) -> SourceFile | None:
    """Import one log; `printed` is the digest of its bytes. Returns its entry of the ledger, None when the ledger holds
    this edition or a later one.

    Cost: the full pass over the log, some 1 us a line and core (docs/benchmarks.md).
    """
    edition = f"{_PREFIX} {first_line_digest(path)} "
    held = workspace.ledger.files_printed_as(site_id, edition)
    fingerprint = edition + printed
    if any(file.done and file.fingerprint == fingerprint for file in held):
        return None
    asked = LogRequest(sites=(site.host, *site.old_hosts), full=True, as_paths=True)
    reading = read_logs([log], asked, show_megabytes(sink))
    if any(file.done and _covers(file, reading) for file in held):
        return None
    workspace.ledger.drop_files([file.id for file in held if file.fingerprint != fingerprint])
    file = workspace.ledger.open_file(site_id, site, spell_path(path), fingerprint, TOOL, log.log_format.title, ())
    workspace.ledger.add_notes(file.id, _notes(reading))
    for done in workspace.ledger.import_batches(file, make_batches(_rows(reading), site, file.rows_done)):
        sink(RunEvent(Stage.GATHER, done))
    return next(entry for entry in workspace.ledger.files(site_id) if entry.id == file.id)


def _covers(held: SourceFile, reading: LogReading) -> bool:
    """Whether an edition in the ledger goes at least as far as the one at hand: that is an older copy."""
    last = reading.totals.last_day
    return last is not None and held.newest is not None and (held.newest, held.claims) > (last, len(reading.rows))


def _rows(reading: LogReading) -> Iterator[Claim | RowProblem]:
    yield from log_claims(reading)
    for unread in reading.unread:
        yield RowProblem(unread.line, unread.reason)


def _notes(reading: LogReading) -> tuple[str, ...]:
    totals = reading.totals
    window = f", {totals.first_day} to {totals.last_day}" if totals.first_day else ""
    notes = [f"{totals.lines:,} lines, {totals.requests:,} requests{window}", *reading.files[0].notes]
    if totals.unread:
        notes.append(f"{totals.unread:,} lines could not be read")
    if totals.kinds["spam"]:
        notes.append(f"{totals.kinds['spam']:,} requests with referrers known to be forged were left out")
    if totals.kinds["junk"]:
        notes.append(f"{totals.kinds['junk']:,} requests with referrers that are no public site were left out")
    if totals.scans:
        notes.append(f"{totals.scans:,} requests of vulnerability scanners were left out")
    return (*notes, ORIGINS_NOTE, CLAIM_NOTE)
