"""Gather: bring every export into the ledger."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from linkreclaim.errors import InputError
from linkreclaim.jobs.gathering.gather_logs import import_log
from linkreclaim.jobs.gathering.reading import Export, read_export
from linkreclaim.jobs.gathering.uploads import show_name, spell_path
from linkreclaim.jobs.runs.context import RunContext
from linkreclaim.model.events import EventSink, RunEvent, Stage
from linkreclaim.model.sites import Site
from linkreclaim.sources.logs.opening import LogFile, find_log
from linkreclaim.sources.signs import find_cut
from linkreclaim.sources.source import Source, open_sources
from linkreclaim.store import Workspace
from linkreclaim.store.ledger import SourceFile

FOREIGN_SHARE_WARNED = 0.5
"""Above this share of rows about one other host, that host is probably the site's former one (or the wrong file)."""

NO_ROWS = "no row stands below its header; where the report was not empty, export it again, without filters"


@dataclass(frozen=True, slots=True)
class Intake:
    """What importing needs: the exports, the ledger's workspace, and whom to tell."""

    workspace: Workspace
    site_id: int
    site: Site
    links: tuple[Path, ...]
    columns: tuple[tuple[str, str], ...]
    sink: EventSink
    warn: Callable[[Stage, str], None]

    def tell(self, message: str) -> None:
        """Say a sentence to the person."""
        self.sink(RunEvent(Stage.GATHER, message=message))


def gather(context: RunContext) -> list[str]:
    """Import every export of an audit; returns the files that could not be read at all, each with its reason."""
    request = context.request
    intake = Intake(
        *(context.workspace, context.run.site_id, context.site, request.links, request.columns),
        *(context.sink, context.warn),
    )
    return import_exports(intake)


def import_exports(intake: Intake) -> list[str]:
    """Import every export; returns the files that could not be read at all, each with its reason."""
    unreadable = []
    for path in intake.links:
        try:
            _import(intake, path)
        except InputError as error:
            said = str(error).encode("utf-8", "replace").decode()  # it names the path: see spell_path
            unreadable.append(said)
            intake.warn(Stage.GATHER, said)
    for file in intake.workspace.ledger.files(intake.site_id):
        _warn_of_other_host(intake, file)
    return unreadable


def fingerprint(path: Path, columns: tuple[tuple[str, str], ...]) -> str:
    """What makes a file the same input: its bytes and how its columns are read.

    Raises:
        InputError: the file cannot be read.
    """
    digest = hashlib.sha256(repr(columns).encode())
    try:
        with open(path, "rb") as stream:
            while block := stream.read(1 << 20):
                digest.update(block)
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror or error}") from error
    return digest.hexdigest()


def _import(intake: Intake, path: Path) -> None:
    if path.is_dir():
        raise InputError(f"{path}: this is a folder; name each file in it with a --links of its own")
    if path.exists() and not path.is_file():
        raise InputError(f"{path}: this is a pipe or a device, and is read more than once; write it to a file first")
    columns = dict(intake.columns)
    log = None if columns else find_log(path)
    if log is not None:
        _import_log(intake, path, log)
        return
    sources = open_sources(path, columns or None)
    printed = fingerprint(path, intake.columns)
    for source in sources:
        _import_source(intake, path, source, printed)


def _import_log(intake: Intake, path: Path, log: LogFile) -> None:
    name = show_name(spell_path(path))
    printed = fingerprint(path, intake.columns)
    kept = import_log(intake.workspace, intake.site_id, intake.site, path, log, printed, intake.sink)
    if kept is None:
        intake.tell(f"{name}: already in the ledger, this log or one that goes further")
        return
    intake.tell(f"{_told(name, kept)} ({kept.notes[0]})")
    for note in kept.notes[1:]:
        intake.tell(f"{name}: {note}")


def _import_source(intake: Intake, path: Path, source: Source, printed: str) -> None:
    """Import one of the exports in a file, under its own entry of the ledger."""
    ledger = intake.workspace.ledger
    file = ledger.open_file(
        intake.site_id,
        intake.site,
        f"{spell_path(path)}: {source.member}" if source.member else spell_path(path),
        f"{printed}: {source.member}" if source.member else printed,
        source.info.tool,
        source.info.report,
        source.info.notes,
    )
    known_as = show_name(spell_path(path))
    name = f"{known_as}: {source.member}" if source.member else known_as
    if file.done:
        intake.tell(f"{name}: already in the ledger ({_rows(file.claims)})")
        return
    export = Export(path, dict(intake.columns), intake.site, file.rows_done, source.member)
    for done in ledger.import_batches(file, read_export(export, source)):
        intake.sink(RunEvent(Stage.GATHER, done))
    kept = next(entry for entry in ledger.files(intake.site_id) if entry.id == file.id)
    cut = find_cut(kept.tool, _rows_of(intake, kept))
    if cut:
        ledger.add_notes(file.id, (cut,))
    intake.tell(_told(name, kept))
    if not kept.claims + kept.off_site + kept.problems:
        intake.warn(Stage.GATHER, f"{name}: {NO_ROWS}")
    for sign in (*source.signs, *filter(None, (cut,))):
        intake.tell(f"{name}: {sign}")


def _rows_of(intake: Intake, file: SourceFile) -> int:
    """Data rows of a file: a problem that is `kept` stands beside the claim of its row."""
    problems = intake.workspace.ledger.problems(file.id, file.problems)
    kept = sum(problem.kept for problem in problems)
    return file.claims + file.off_site + file.problems - kept


def _told(name: str, file: SourceFile) -> str:
    parts = [f"{name}: {file.tool} {file.report}, {_rows(file.claims)} read"]
    if file.off_site:
        parts.append(f"{file.off_site:,} about other sites or internal")
    if file.problems:
        parts.append(f"{file.problems:,} problem{'' if file.problems == 1 else 's'}")
    return ", ".join(parts)


def _rows(count: int) -> str:
    return f"{count:,} {'row' if count == 1 else 'rows'}"


def _warn_of_other_host(intake: Intake, file: SourceFile) -> None:
    if not file.off_site_hosts:
        return
    host, rows = max(file.off_site_hosts.items(), key=lambda entry: entry[1])
    if rows > FOREIGN_SHARE_WARNED * (file.claims + file.off_site):
        intake.warn(
            Stage.GATHER,
            f"{show_name(file.path)}: {rows:,} of {file.claims + file.off_site:,} rows link to {host}, not to"
            f" {intake.site.host}. If that is a former address of the site, add --old-host {host}",
        )
