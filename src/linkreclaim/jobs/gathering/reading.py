"""Reading an export: in this process, or beside it where the file is large.

The reader (decode, split, key) and the writer (SQLite) take about the same time, so a second process halves the wait.
With the extra `bulk` that process splits plain files by DuckDB.
"""

import gc
import marshal
import multiprocessing
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory

from linkreclaim.bulk import Batch, BatchMaker, NotPlainError, SheetForm, TextForm, read_batches
from linkreclaim.errors import InputError
from linkreclaim.model.links import Claim, RowProblem
from linkreclaim.model.sites import Site
from linkreclaim.sources.claims import MAX_TEXT_CHARS, MAX_TITLE_CHARS, compile_row
from linkreclaim.sources.container import BROKEN_ARCHIVE
from linkreclaim.sources.source import Source, open_sources
from linkreclaim.store.claims import BATCH_ROWS, ClaimBatch, make_batches

BESIDE_FROM_BYTES = 20_000_000
"""From this size on a second process pays: starting one takes half a second (our measurement)."""
_FLAT = 2
"""Version of marshal's format: the last that does not look for objects that occur twice."""


@dataclass(frozen=True, slots=True)
class Export:
    """An export and how to read it; passes between processes."""

    path: Path
    columns: Mapping[str, str]
    site: Site
    skip_items: int
    member: str = ""  # of the exports in the file; "" when it holds one
    in_bulk: bool = True  # where the file is large and DuckDB installed

    def open(self) -> Source:
        """The export, opened and recognised.

        Raises:
            InputError: the file cannot be opened any more, or no longer holds it.
        """
        sources = open_sources(self.path, dict(self.columns) or None)
        found = next((source for source in sources if source.member == self.member), None)
        if found is None:
            raise InputError(f"{self.path}: no longer holds {self.member or 'one export'}; run the same command again")
        return found

    def batches(self, source: Source | None = None) -> Iterator[ClaimBatch]:
        """Read it row by row, from a source that is open already or opened anew."""
        return make_batches(_rows(source or self.open(), self.path), self.site, self.skip_items)

    def bulk_batches(self, folder: Path) -> Iterator[ClaimBatch]:
        """Read it in bulk as far as it is plain, and from there on row by row: the batches are the same.

        `folder` takes temporary files. Row by row from the start when DuckDB is not installed, or the report needs it.
        """
        if not self.in_bulk:
            yield from self.batches()
            return
        source = self.open()
        done = 0
        try:
            for batch in read_plain(source, self.site, folder, self.skip_items):
                yield batch
                done += batch.items
        except (NotPlainError, ImportError, InputError, *BROKEN_ARCHIVE):
            if not done:
                yield from self.batches(source)
            else:  # so far each row was one item
                yield from make_batches(_rows(source, self.path, self.skip_items + done), self.site)


def read_export(export: Export, source: Source | None = None) -> Iterator[ClaimBatch]:
    """Batches of an export, read where and how it is quickest; `source` is the same export where it is open already.

    A workbook (parsed in a process of its own in any case) and a JSON document are not opened a second time for it.

    Raises:
        InputError: the file can no longer be opened.
    """
    open_already = source is not None and source.sheet.part.costly
    if open_already or export.path.stat().st_size < BESIDE_FROM_BYTES:
        yield from export.batches(source)
        return
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    with TemporaryDirectory(prefix="linkreclaim-") as folder:
        reader = context.Process(target=_send_batches, args=(sender, export, Path(folder)), daemon=True)
        reader.start()
        sender.close()
        try:
            yield from _received(receiver, export.path)
        finally:
            receiver.close()
            reader.terminate()
            reader.join()


def read_plain(source: Source, site: Site, folder: Path, skip_rows: int) -> Iterator[ClaimBatch]:
    """Batches in bulk, of a report whose rows are links and mean what their cells say.

    Raises:
        NotPlainError: the rows from here on have to be read row by row.
    """
    sheet = source.sheet
    layout = sheet.layout
    if layout.report.adjust or not {"referring_page", "target_url"} <= layout.columns.keys():
        raise NotPlainError("a report that is read row by row")
    to_claim = compile_row(layout)

    def read_rows(rows: Sequence[tuple[int, Mapping[str, str]]]) -> Batch:
        claims = []
        for line, fields in rows:
            cells = [""] * layout.width
            for name, cell in fields.items():
                cells[layout.columns[name]] = cell
            claims.append(to_claim(line, cells))
        return Batch(*next(make_batches(claims, site)))

    form = SheetForm(sheet.delimiter, layout.width, layout.columns, MAX_TEXT_CHARS, MAX_TITLE_CHARS)
    example = {"referring_page": "https://linking-page.invalid/", "target_url": f"{site.scheme}://{site.host}/"}
    maker = BatchMaker(form, read_rows, example, site.concerns)
    text = TextForm(sheet.encoding.decode, sheet.encoding.bom_bytes, sheet.header_lines)
    with sheet.part.open() as read:
        for batch in read_batches(read, text, maker, folder, BATCH_ROWS, skip_rows):
            yield ClaimBatch(*batch)


def _received(receiver: Connection, path: Path) -> Iterator[ClaimBatch]:
    while True:
        try:
            message = marshal.loads(receiver.recv_bytes())  # noqa: S302  # from our own process
        except EOFError:
            raise InputError(f"the process that read {path} ended early; run the same command again") from None
        if message is None:
            return
        if isinstance(message, str):
            raise InputError(message)
        yield ClaimBatch(*message)


def _send_batches(sender: Connection, export: Export, folder: Path) -> None:
    """Runs in the process beside: every batch as a plain tuple, then None, or the text of an error.

    By `marshal`, which takes 2 us a row for writing and reading together; pickle 7 for writing alone (our measurement).
    """
    gc.disable()  # batches hold no cycles, and looking for some takes a third of the time (our measurement)
    try:
        for batch in export.bulk_batches(folder):
            sender.send_bytes(marshal.dumps(tuple(batch), _FLAT))
        sender.send_bytes(marshal.dumps(None))
    except InputError as error:
        sender.send_bytes(marshal.dumps(str(error)))
    except BrokenPipeError:
        pass  # the other side has stopped


def _rows(source: Source, path: Path, after_row: int = 0) -> Iterator[Claim | RowProblem]:
    """Rows of a source; a file that breaks off keeps what came before."""
    line = 0
    try:
        for row in source.rows(after_row):
            line = row.line
            yield row
    except InputError as error:
        yield RowProblem(line + 1, f"{path.name} could not be read beyond here: {error}")
