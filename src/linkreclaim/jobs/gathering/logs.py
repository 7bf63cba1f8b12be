"""The `logs` job: which lost pages visitors asked for, and where they came from, as access logs tell it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from linkreclaim.errors import InputError, UsageError
from linkreclaim.jobs.gathering.megabytes import show_megabytes
from linkreclaim.jobs.lists.outputs import check_out
from linkreclaim.model.events import EventSink, RunEvent, Stage
from linkreclaim.model.logs import LogRow, LogTotals
from linkreclaim.report.logs import LOG_ROWS
from linkreclaim.report.row_files import write_rows
from linkreclaim.sources.logs.address_ranges import load_ranges
from linkreclaim.sources.logs.crawlers import Crawlers
from linkreclaim.sources.logs.formats import format_by_name
from linkreclaim.sources.logs.interface import LogFormat
from linkreclaim.sources.logs.opening import STDIN, LogFile, open_log
from linkreclaim.sources.logs.read import LogReading, LogRequest, read_logs
from linkreclaim.urls import parse_lenient

RowSink = Callable[[Iterable[LogRow]], None]


@dataclass(frozen=True, slots=True)
class LogsRequest:
    """What a person asked for: every option of `linkreclaim logs`."""

    files: tuple[Path, ...]  # "-": standard input
    log_format: str | None = None  # a format's name or a GoAccess string; None: told by the content
    sites: tuple[str, ...] = ()  # own hosts; none: told by the logs
    full: bool = False  # also what was answered 200 or redirected, where another site links there
    out: Path | None = None  # None: rows go to the sink
    internal_out: Path | None = None
    bot_ranges: tuple[Path, ...] = ()
    reverse_dns: bool = False
    processes: int = 0  # 0: as many as there are cores


@dataclass(slots=True)
class LogsSummary:
    """What reading logs found."""

    reading: LogReading
    unreadable: list[str] = field(default_factory=list)  # files that could not be used, each with its reason

    @property
    def totals(self) -> LogTotals:
        """Requests added up over all files."""
        return self.reading.totals

    @property
    def partial(self) -> bool:
        """A whole file could not be used, or not a line of it be read."""
        return bool(self.unreadable) or any(file.unread and not file.requests for file in self.reading.files)

    @property
    def dead_linked(self) -> int:
        """Lost pages that somebody came to on a link of another site."""
        rows = self.reading.rows
        return len({row.target for row in rows if row.status in (404, 410) and row.referrer})


def summarise_logs(
    request: LogsRequest, sink: EventSink, rows_to: RowSink, stdin: BinaryIO | None = None
) -> LogsSummary:
    """Read access logs and give a row for each target and referrer, most hits of people first.

    Rows go to `rows_to`, called once, or to a file. Memory: see `read_logs`.

    Raises:
        UsageError: an output is neither .csv nor .jsonl, a site is no host, or a format is not known.
        InputError: no file could be read, or a file of ranges cannot be.
        LinkreclaimError: a file cannot be written, or a process was killed from outside.
    """
    check_out(request.out)
    check_out(request.internal_out)
    named = None if request.log_format is None else format_by_name(request.log_format)
    asked = LogRequest(_sites(request.sites), _crawlers(request), request.full, request.processes)
    files, unreadable = _open_all(request.files, named, sink, stdin)
    reading = read_logs(files, asked, show_megabytes(sink))
    if request.out is None:
        rows_to(reading.rows)
    else:
        write_rows(request.out, LOG_ROWS, reading.rows)
    if request.internal_out is not None:
        write_rows(request.internal_out, LOG_ROWS, reading.internal())
    return LogsSummary(reading, unreadable)


def _sites(named: tuple[str, ...]) -> tuple[str, ...]:
    sites = []
    for text in named:
        url = parse_lenient(text)
        if url is None:
            raise UsageError(f"--site {text}: name a host, such as example.com")
        sites.append(url.netloc)
    return tuple(sites)


def _crawlers(request: LogsRequest) -> Crawlers:
    ranges = load_ranges(request.bot_ranges)
    if not request.reverse_dns:
        return Crawlers(ranges)
    from linkreclaim.sources.logs.reverse_dns import ReverseDns  # loads all that asks servers: 0.04 s

    return Crawlers(ranges, ReverseDns())


def _open_all(
    paths: tuple[Path, ...], named: LogFormat | None, sink: EventSink, stdin: BinaryIO | None
) -> tuple[list[LogFile], list[str]]:
    """The files that are logs, and those that cannot be used, each with its reason."""
    files, unreadable = [], []
    for path in paths:
        try:
            if _is_empty(path):
                sink(RunEvent(Stage.GATHER, message=f"{path}: the file is empty"))
                continue
            file = open_log(path, named, stdin)
            if file is None:
                raise InputError(_unknown(path))
            files.append(file)
        except InputError as error:
            unreadable.append(str(error))
            sink(RunEvent(Stage.GATHER, message=str(error), warning=True))
    if not files:
        raise InputError("no access log could be read")
    return files, unreadable


def _is_empty(path: Path) -> bool:
    """Whether a path is a file of no bytes, as a log is right after its rotation."""
    return path.is_file() and path.stat().st_size == 0


def _unknown(path: Path) -> str:
    name = "standard input" if str(path) == STDIN else str(path)
    return (
        f"{name}: no access log in a format that is known; give --format with the name of a format, or with"
        ' what GoAccess calls a log format (\'%h %^[%d:%t %^] "%r" %s %b "%R" "%u"\')'
    )
