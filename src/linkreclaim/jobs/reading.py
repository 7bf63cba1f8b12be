"""Reading an export: in this process, or beside it where the file is large.

The reader (decode, split, key) and the writer (SQLite) take about the same time, so a second process halves the wait.
"""

import gc
import multiprocessing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from linkreclaim.errors import InputError
from linkreclaim.model.links import Claim, RowProblem
from linkreclaim.model.sites import Site
from linkreclaim.sources import Source, open_source
from linkreclaim.store.claims import ClaimBatch, make_batches

BESIDE_FROM_BYTES = 20_000_000
"""From this size on a second process pays: starting one takes half a second (our measurement)."""


@dataclass(frozen=True, slots=True)
class Export:
    """An export and how to read it; passes between processes."""

    path: Path
    columns: Mapping[str, str]
    site: Site
    skip_items: int

    def batches(self) -> Iterator[ClaimBatch]:
        """Read it here."""
        source = open_source(self.path, dict(self.columns) or None)
        return make_batches(_rows(source, self.path), self.site, self.skip_items)


def read_export(export: Export) -> Iterator[ClaimBatch]:
    """Batches of an export, read where it is quicker.

    Raises:
        InputError: the file can no longer be opened.
    """
    if export.path.stat().st_size < BESIDE_FROM_BYTES:
        yield from export.batches()
        return
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    reader = context.Process(target=_send_batches, args=(sender, export), daemon=True)
    reader.start()
    sender.close()
    try:
        yield from _received(receiver, export.path)
    finally:
        receiver.close()
        reader.terminate()
        reader.join()


def _received(receiver: Connection, path: Path) -> Iterator[ClaimBatch]:
    while True:
        try:
            message = receiver.recv()
        except EOFError:
            raise InputError(f"the process that read {path} ended early; run the same command again") from None
        if message is None:
            return
        if isinstance(message, str):
            raise InputError(message)
        yield ClaimBatch(*message)


def _send_batches(sender: Connection, export: Export) -> None:
    """Runs in the process beside: every batch as a plain tuple, then None, or the text of an error."""
    gc.disable()  # batches hold no cycles, and looking for some takes a third of the time (our measurement)
    try:
        for batch in export.batches():
            sender.send(tuple(batch))
        sender.send(None)
    except InputError as error:
        sender.send(str(error))
    except BrokenPipeError:
        pass  # the other side has stopped


def _rows(source: Source, path: Path) -> Iterator[Claim | RowProblem]:
    """Rows of a source; a file that breaks off keeps what came before."""
    line = 0
    try:
        for row in source.rows():
            line = row.line
            yield row
    except InputError as error:
        yield RowProblem(line + 1, f"{path.name} could not be read beyond here: {error}")
