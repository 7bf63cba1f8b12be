"""Reads access logs: many files, in several processes where that helps, into sums by target and referrer."""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain
from typing import NamedTuple

from linkreclaim.model.logs import LogRow, LogTotals
from linkreclaim.processes import spread, usable_processes
from linkreclaim.sources.logs.blocks import Range, divided
from linkreclaim.sources.logs.crawlers import Crawlers
from linkreclaim.sources.logs.interface import Unread
from linkreclaim.sources.logs.opening import LogFile
from linkreclaim.sources.logs.scan import Counts, Scanner
from linkreclaim.sources.logs.sites import OwnHosts, guess_hosts, own_origins, told_hosts
from linkreclaim.sources.logs.tally import Kinds, Rows, Tally, internal_rows, linking_rows, referrer_kinds

MAX_UNREAD_KEPT = 10_000
"""Unread lines that are kept with their number; all are counted."""
MIN_RANGE_BYTES, MAX_RANGE_BYTES = 16 << 20, 64 << 20
"""Part of a plain file that one process reads at a time: larger ones are less to merge, smaller ones hold fewer rows
twice, here and in the process that made them."""
RANGES_EACH = 4
"""Ranges that what is left is divided into for each process: so they get smaller, and all processes end together."""

Progress = Callable[[int, int], None]
"""Takes how many bytes of how many are read (packed ones where files are packed; 0 of 0 for a stream)."""


@dataclass(frozen=True, slots=True)
class LogRequest:
    """How logs are read."""

    sites: tuple[str, ...] = ()  # own hosts, lower case; none: told by the logs
    crawlers: Crawlers = field(default_factory=Crawlers)
    full: bool = False  # also rows of requests that were answered 200 or by a redirect
    processes: int = 0  # at most; 0: as many as there are cores
    as_paths: bool = False  # what lines name without a host stays a path, also where one site is told


class UnreadLine(NamedTuple):
    """A line that could not be understood."""

    file: str
    line: int
    reason: str


@dataclass(slots=True)
class FileReading:
    """What one file gave."""

    name: str
    format_title: str
    names_host: bool  # its lines name the host that was asked
    lines: int = 0
    requests: int = 0
    unread: int = 0
    notes: list[str] = field(default_factory=list)  # sentences for the user: what the format lacks, where it broke off


@dataclass(frozen=True, slots=True)
class LogReading:
    """What all files gave together."""

    rows: list[LogRow]  # most hits of people first
    own_rows: Rows
    totals: LogTotals
    unread: list[UnreadLine]
    files: list[FileReading]
    own: OwnHosts
    full: bool

    def internal(self) -> list[LogRow]:
        """The rows whose referrer is a page of the site itself, most hits of people first; made anew at each call."""
        return internal_rows(self.own_rows)


class _Part(NamedTuple):
    """What one part of one file gave; passes between processes."""

    process: int
    counts: Counts
    unread: int
    unread_lines: list[tuple[int, str]]  # numbered from the part's first line
    notes: list[str]
    rows: Rows
    own_rows: Rows
    totals: LogTotals


_Task = tuple[int, Range | None]  # number of the file, and which part of it; None: the whole


def read_logs(files: Sequence[LogFile], request: LogRequest, progress: Progress) -> LogReading:
    """Read logs and add up the requests for lost pages.

    Without `full` only lines that may be such requests are parsed. Memory is bounded (`tally.MAX_ROWS`).

    Raises:
        LinkreclaimError: a process was killed from outside, for lack of memory for example.
    """
    own = told_hosts(request.sites) if request.sites else guess_hosts(chain(*(file.sample for file in files)))
    if request.as_paths:
        own = replace(own, written="")
    processes = _processes(files, request)
    tasks = list(_tasks(files, processes))
    tracker = _Tracker(sum(file.size_bytes for file in files), progress)
    work = partial(_read_part, files, request, own, referrer_kinds(own), tracker)
    merged = _Merged(files, own, request)
    for task, part in zip(tasks, spread(work, tasks, processes), strict=True):
        if part.process != tracker.process:
            tracker.count(_size_of(files, task))
        merged.add(task[0], part)
    return merged.reading()


def _processes(files: Sequence[LogFile], request: LogRequest) -> int:
    if any(file.is_stream for file in files):
        return 1
    return request.processes or usable_processes()


def _tasks(files: Sequence[LogFile], processes: int) -> Iterator[_Task]:
    later_bytes = sum(file.size_bytes for file in files if file.divisible)
    for number, file in enumerate(files):
        if not file.divisible:
            yield number, None
            continue
        later_bytes -= file.size_bytes
        next_bytes = partial(_range_bytes, later_bytes, processes)
        yield from ((number, part) for part in divided(file.size_bytes, next_bytes))


def _range_bytes(later_bytes: int, processes: int, left_bytes: int) -> int:
    wanted = (left_bytes + later_bytes) // (processes * RANGES_EACH)
    return min(max(wanted, MIN_RANGE_BYTES), MAX_RANGE_BYTES)


def _size_of(files: Sequence[LogFile], task: _Task) -> int:
    number, part = task
    return files[number].size_bytes if part is None else part[1] - part[0]


class _Tracker:
    """Adds up the bytes read, and tells of them in the process that it was made in."""

    def __init__(self, total_bytes: int, progress: Progress) -> None:
        self.process = os.getpid()
        self._total_bytes = total_bytes
        self._progress = progress
        self._done_bytes = 0

    def count(self, size_bytes: int) -> None:
        self._done_bytes += size_bytes
        if os.getpid() == self.process:
            self._progress(self._done_bytes, self._total_bytes)


def _read_part(
    files: Sequence[LogFile], request: LogRequest, own: OwnHosts, kinds: Kinds, tracker: _Tracker, task: _Task
) -> _Part:
    number, part = task
    file = files[number]
    tally = Tally(own, kinds, request.crawlers, request.full)
    notes: list[str] = []
    unread_lines: list[tuple[int, str]] = []
    unread = 0

    def on_unread(line: int, told: Unread) -> None:
        nonlocal unread
        unread += 1
        if len(unread_lines) < MAX_UNREAD_KEPT:
            unread_lines.append((line, told.reason))

    scanner = Scanner(file.log_format, file.shape, tally.add, on_unread)
    if part is None:
        blocks = file.blocks(notes.append, tracker.count)
    else:
        blocks = file.range_blocks(part, notes.append, tracker.count)
    if not request.full:
        scanner.read_dead(blocks)
    elif (origins := own_origins(own, file.sample)) is None:
        scanner.read_all(blocks)
    else:
        scanner.read_linked(blocks, origins)
        tally.totals.statuses.update(scanner.counts.statuses)
    tally.finish(scanner.counts.days)
    return _Part(os.getpid(), scanner.counts, unread, unread_lines, notes, tally.rows, tally.own_rows, tally.totals)


def _empty_reading(file: LogFile) -> FileReading:
    names_host = any(hit.host for hit in file.sample)
    return FileReading(file.name, file.log_format.title, names_host, notes=list(file.log_format.notes))


class _Merged:
    """Puts the parts together, in the order of the files and their lines."""

    def __init__(self, files: Sequence[LogFile], own: OwnHosts, request: LogRequest) -> None:
        self._files = [_empty_reading(file) for file in files]
        self._own = own
        self._full = request.full
        self._rows, self._own_rows = Rows(), Rows()
        self._totals = LogTotals()
        self._unread: list[UnreadLine] = []

    def add(self, number: int, part: _Part) -> None:
        file = self._files[number]
        room = MAX_UNREAD_KEPT - len(self._unread)
        self._unread.extend(
            UnreadLine(file.name, file.lines + line, reason) for line, reason in part.unread_lines[:room]
        )
        file.lines += part.counts.lines
        file.requests += part.counts.requests
        file.unread += part.unread
        file.notes.extend(part.notes)
        self._rows.merge(part.rows)
        self._own_rows.merge(part.own_rows)
        self._totals.add(part.totals)

    def reading(self) -> LogReading:
        totals = self._totals
        totals.lines = sum(file.lines for file in self._files)
        totals.requests = sum(file.requests for file in self._files)
        totals.unread = sum(file.unread for file in self._files)
        totals.dropped = self._rows.dropped + self._own_rows.dropped
        rows = linking_rows(self._rows)
        return LogReading(rows, self._own_rows, totals, self._unread, self._files, self._own, self._full)
