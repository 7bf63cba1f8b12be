"""Gather: bring every export into the ledger."""

import hashlib
from pathlib import Path

from linkreclaim.errors import InputError
from linkreclaim.jobs.reading import Export, read_export
from linkreclaim.jobs.run import RunContext
from linkreclaim.model.events import RunEvent, Stage
from linkreclaim.sources import open_source
from linkreclaim.store.ledger import SourceFile

FOREIGN_SHARE_WARNED = 0.5
"""Above this share of rows about one other host, that host is probably the site's former one (or the wrong file)."""


def gather(context: RunContext) -> list[str]:
    """Import every export; returns the files that could not be read at all, each with its reason."""
    unreadable = []
    for path in context.request.links:
        try:
            _import(context, path)
        except InputError as error:
            unreadable.append(str(error))
            context.warn(Stage.GATHER, str(error))
    for file in context.workspace.ledger.files(context.run.site_id):
        _warn_of_other_host(context, file)
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


def _import(context: RunContext, path: Path) -> None:
    source = open_source(path, dict(context.request.columns) or None)
    file = context.workspace.ledger.open_file(
        context.run.site_id,
        context.site,
        str(path),
        fingerprint(path, context.request.columns),
        source.info.tool,
        source.info.report,
        source.info.notes,
    )
    if file.done:
        context.tell(Stage.GATHER, f"{path.name}: already in the ledger ({file.claims:,} rows)")
        return
    export = Export(path, dict(context.request.columns), context.site, file.rows_done)
    for done in context.workspace.ledger.import_batches(file, read_export(export)):
        context.sink(RunEvent(Stage.GATHER, done))
    kept = next(entry for entry in context.workspace.ledger.files(context.run.site_id) if entry.id == file.id)
    context.tell(Stage.GATHER, _told(path, kept))


def _told(path: Path, file: SourceFile) -> str:
    parts = [f"{path.name}: {file.tool} {file.report}, {file.claims:,} rows"]
    if file.off_site:
        parts.append(f"{file.off_site:,} about other sites or internal")
    if file.problems:
        parts.append(f"{file.problems:,} with problems")
    return ", ".join(parts)


def _warn_of_other_host(context: RunContext, file: SourceFile) -> None:
    if not file.off_site_hosts:
        return
    host, rows = max(file.off_site_hosts.items(), key=lambda entry: entry[1])
    if rows > FOREIGN_SHARE_WARNED * (file.claims + file.off_site):
        context.warn(
            Stage.GATHER,
            f"{Path(file.path).name}: {rows:,} of {file.claims + file.off_site:,} rows link to {host}, not to"
            f" {context.site.host}. If that is a former address of the site, add --old-host {host}",
        )
