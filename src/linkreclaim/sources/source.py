"""Opens a link export of any known kind, and reads its rows as claims."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from linkreclaim.errors import InputError
from linkreclaim.model.links import Claim, RowProblem
from linkreclaim.sources.claims import claim_ragged, compile_row
from linkreclaim.sources.container import Part, list_parts
from linkreclaim.sources.dates import find_day_first
from linkreclaim.sources.encoding import TextEncoding
from linkreclaim.sources.head import Head, read_head, read_some
from linkreclaim.sources.interface import DATE_FIELDS, Layout, SourceInfo
from linkreclaim.sources.lines import LineFeed
from linkreclaim.sources.recognise import Recognised, apply_columns, recognise, unknown_format
from linkreclaim.sources.records import Record, RowShape, read_records
from linkreclaim.sources.tools import search_console


@dataclass(frozen=True, slots=True)
class Sheet:
    """Where the rows of an opened export are and what they look like: all that another reader of it must know."""

    part: Part
    encoding: TextEncoding
    delimiter: str
    header_lines: int
    layout: Layout


class Source:
    """One opened export; its rows can be read as often as needed, each time from the file."""

    def __init__(self, recognised: Recognised) -> None:
        table, report = recognised.table, recognised.report
        self._recognised = recognised
        self._layout = Layout(
            report=report,
            columns=recognised.columns,
            width=len(table.header),
            day_first=find_day_first(_date_cells(recognised)),
        )
        self.info = SourceInfo(
            tool=report.tool,
            report=report.name,
            encoding=recognised.head.encoding.name,
            delimiter=table.delimiter,
            notes=_notes(recognised),
        )

    @property
    def sheet(self) -> Sheet:
        """The file as it was recognised."""
        head, table = self._recognised.head, self._recognised.table
        return Sheet(head.part, head.encoding, table.delimiter, table.header_end, self._layout)

    def rows(self, after_row: int = 0) -> Iterator[Claim | RowProblem]:
        """The rows of the file in their order, as claims or as problems.

        Each data row gives exactly one claim, or one problem that is not `kept`; a problem that is `kept` comes beside
        the claim of its row. `after_row` leaves out that many rows (claims and problems not kept): a resumed import
        goes on where it stopped, at about half the cost of reading. Memory does not grow with the file.
        Raises UnsafeInputError when an archive unpacks to more than an export can.
        """
        layout, recognised = self._layout, self._recognised
        to_claim, width = compile_row(layout), layout.width
        with recognised.head.part.open() as read:
            feed = LineFeed(read, recognised.head.encoding, skip_lines=recognised.table.header_end)
            records = read_records(feed, RowShape(recognised.table.delimiter, width, _row_check(layout)))
            _skip_rows(records, after_row)
            for record in records:
                if isinstance(record, RowProblem):
                    yield record
                elif len(record[1]) == width:
                    yield to_claim(*record)
                elif len(record[1]) < width and feed.unterminated and feed.read_to == feed.last_line:
                    yield RowProblem(record[0], "the file ends in the middle of this row")
                else:
                    yield from claim_ragged(*record, layout, to_claim)


def open_source(path: Path, columns: Mapping[str, str] | None = None) -> Source:
    """Opens a link export: plain text, gzip, or zip; recognised by its columns, or read by `columns` (field -> name).

    Raises UnknownFormatError when no reader knows the file, UnsafeInputError when it would unpack to more than any
    export does, InputError when it is empty, damaged, a workbook, or lacks the columns named.
    """
    heads = [read_head(part) for part in list_parts(path)]
    heads = [head for head in heads if any(line.strip() for line in head.lines)]
    if not heads:
        raise InputError(f"{path}: the file is empty; export it again")
    if columns:
        return Source(apply_columns(_only(heads, path), columns))
    found = [recognised for head in heads if (recognised := recognise(head))]
    if not found:
        raise unknown_format(heads[0])
    if len(found) > 1:
        names = ", ".join(recognised.head.part.name for recognised in found)
        raise InputError(f"{path}: holds several exports ({names}); unpack it and give each file")
    return Source(_with_issue(found[0], heads))


def _with_issue(recognised: Recognised, heads: list[Head]) -> Recognised:
    """Completes a Page-indexing table by the issue that the file beside it in the zip names."""
    if recognised.report.name != search_console.PAGE_INDEXING.name:
        return recognised
    issues = (_issue_of(head) for head in heads if head is not recognised.head)
    issue = next((issue for issue in issues if issue), None)
    report = search_console.with_issue(recognised.report, issue)
    return Recognised(recognised.head, recognised.table, report, recognised.columns)


def _issue_of(head: Head) -> str | None:
    return search_console.find_issue([cells for _, cells in read_some(head.lines, ",")])


def _only(heads: list[Head], path: Path) -> Head:
    if len(heads) > 1:
        raise InputError(f"{path}: holds {len(heads)} files; unpack it and give the one that --columns is for")
    return heads[0]


def _notes(recognised: Recognised) -> tuple[str, ...]:
    report = recognised.report
    of_columns = (note for field, note in report.column_notes.items() if field in recognised.columns)
    return (*report.notes, *of_columns, *recognised.head.encoding.notes)


def _date_cells(recognised: Recognised) -> Iterator[str]:
    positions = [recognised.columns[field] for field in DATE_FIELDS if field in recognised.columns]
    return (row[position] for row in recognised.table.rows for position in positions)


def _row_check(layout: Layout) -> Callable[[list[str]], bool]:
    to_claim = compile_row(layout)

    def is_row(cells: list[str]) -> bool:
        claim = to_claim(0, list(cells))
        if not isinstance(claim, Claim):
            return False
        return '"' not in (claim.referring_page or "") + (claim.target_url or "")

    return is_row


def _skip_rows(records: Iterator[Record | RowProblem], rows: int) -> None:
    while rows > 0:
        record = next(records, None)
        if record is None:
            return
        if not isinstance(record, RowProblem) or not record.kept:
            rows -= 1
