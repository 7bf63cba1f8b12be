"""Opens a link export of any known kind, and reads its rows as claims."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from linkreclaim.errors import InputError
from linkreclaim.model.links import Claim, RowProblem
from linkreclaim.sources.cells import show
from linkreclaim.sources.claims import claim_ragged, compile_row
from linkreclaim.sources.container import Part
from linkreclaim.sources.dates import find_day_first
from linkreclaim.sources.encoding import TextEncoding
from linkreclaim.sources.forms import list_tables
from linkreclaim.sources.head import Head, find_tables, read_head, read_some
from linkreclaim.sources.interface import DATE_FIELDS, Layout, SourceInfo
from linkreclaim.sources.lines import LineFeed
from linkreclaim.sources.recognise import Recognised, apply_columns, recognise, unknown_format
from linkreclaim.sources.records import Record, RowShape, read_records
from linkreclaim.sources.signs import find_signs
from linkreclaim.sources.tools import search_console
from linkreclaim.sources.url_list import find_url_list


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

    def __init__(self, recognised: Recognised, member: str = "", notes: Sequence[str] = ()) -> None:
        self.member = member  # its name within the file; "" when the file holds no other export
        table, report = recognised.table, recognised.report
        self._recognised = recognised
        self._layout = Layout(
            report=report,
            columns=recognised.columns,
            width=len(table.header),
            day_first=find_day_first(_date_cells(recognised)),
        )
        self.signs = (*find_signs(recognised.head, table, self._layout), *notes)  # also among the notes
        self.info = SourceInfo(
            tool=report.tool,
            report=report.name,
            encoding=recognised.head.encoding.name,
            delimiter=table.delimiter,
            notes=(*_notes(recognised), *self.signs),
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
        problems: list[RowProblem] = []
        with recognised.head.part.open(problems.append) as read:
            feed = LineFeed(read, recognised.head.encoding, recognised.table.header_end, problems)
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
    """Opens a file that holds one link export; see `open_sources`, which takes those that hold several.

    Raises InputError also when there are several.
    """
    sources = open_sources(path, columns)
    if len(sources) > 1:
        names = ", ".join(source.member for source in sources)
        raise InputError(f"{path}: holds several exports ({names}); give one of them")
    return sources[0]


def open_sources(path: Path, columns: Mapping[str, str] | None = None) -> list[Source]:
    """Opens the link exports in a file: delimited text, a workbook, JSON or a list of URLs, plain, gzip or zip.

    Each is recognised by its columns, or read by `columns` (field -> name).
    Raises UnknownFormatError when no reader knows the file, UnsafeInputError when it would unpack to more than any
    export does, InputError when it is empty, damaged, or lacks the columns named.
    """
    heads, refused = _read_heads(path)
    if not heads:
        raise refused[0] if refused else InputError(f"{path}: the file is empty; export it again")
    found = _apply(heads, columns) if columns else _recognise(heads)
    if not found:
        raise refused[0] if refused else unknown_format(heads[0])
    notes = [f"not read: {error}" for error in refused] + _passed_over(heads, found)
    if len(found) == 1:
        return [Source(found[0], notes=notes)]
    return [Source(each, each.head.part.member, notes if each is found[0] else ()) for each in found]


def _read_heads(path: Path) -> tuple[list[Head], list[InputError]]:
    """The beginnings of the tables in a file that are not empty, and why others could not be read."""
    parts, refused = list_tables(path)
    heads = []
    for part in parts:
        try:
            head = read_head(part)
        except InputError as error:
            refused.append(error)
        else:
            if any(line.strip() for line in head.lines):
                heads.append(head)
    return heads, refused


def _recognise(heads: list[Head]) -> list[Recognised]:
    found = [recognised for head in heads if (recognised := recognise(head) or _as_url_list(head))]
    lists = [each.head.part.member for each in found if each.head.part.header]
    outer = [each for each in found if not _is_within(each.head.part, lists)]
    return [_with_issue(each, heads) for each in outer]


def _is_within(part: Part, lists: list[str]) -> bool:
    """Whether a list of JSON objects stands in the objects of another one, as the hops of a link do."""
    return bool(part.header) and any(part.member.startswith(f"{outer}.") for outer in lists)


def _as_url_list(head: Head) -> Recognised | None:
    found = find_url_list(head)
    if found is None:
        return None
    listed, report = found
    return Recognised(listed, next(find_tables(listed)), report, dict.fromkeys(report.required, 0))


def _apply(heads: list[Head], columns: Mapping[str, str]) -> list[Recognised]:
    """The tables that have the columns named. Raises InputError when none has."""
    found, errors = [], []
    for head in heads:
        try:
            found.append(apply_columns(head, columns))
        except InputError as error:
            errors.append(error)
    if not found:
        raise errors[0]
    return found


def _passed_over(heads: list[Head], found: list[Recognised]) -> list[str]:
    """A sentence on what stands beside the exports and is none; what belongs to a Page-indexing table needs none."""
    read = {each.head.part.name for each in found}
    explained = {_group(each.head.part) for each in found if each.report.name == search_console.PAGE_INDEXING.name}
    others = [
        head.part.member
        for head in heads
        if head.part.name not in read and head.part.header is None and _group(head.part) not in explained
    ]
    named = ", ".join(show(name) for name in others)
    return [f"beside it in the file and not read, because no link export: {named}"] if others else []


def _group(part: Part) -> str:
    """The workbook or the folder a table stands in."""
    return part.member.rpartition(": ")[0] or part.member.rpartition("/")[0]


def _with_issue(recognised: Recognised, heads: list[Head]) -> Recognised:
    """Completes a Page-indexing table by the issue that the file beside it in the zip names."""
    if recognised.report.name != search_console.PAGE_INDEXING.name:
        return recognised
    beside = (head for head in heads if head is not recognised.head)
    issues = (_issue_of(head) for head in beside if _group(head.part) == _group(recognised.head.part))
    issue = next((issue for issue in issues if issue), None)
    report = search_console.with_issue(recognised.report, issue)
    return Recognised(recognised.head, recognised.table, report, recognised.columns)


def _issue_of(head: Head) -> str | None:
    return search_console.find_issue([cells for _, cells in read_some(head.lines, ",")])


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
