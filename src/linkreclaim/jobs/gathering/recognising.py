"""Recognising: what a file is, about how many rows it has and which hosts they link to, from its beginning."""

import time
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from linkreclaim.errors import InputError, UnsafeInputError
from linkreclaim.jobs.gathering.gather_logs import TOOL as LOG_TOOL
from linkreclaim.jobs.gathering.uploads import FilePart, FirstRows
from linkreclaim.model.links import Claim, RowProblem
from linkreclaim.sources.container import read_blocks
from linkreclaim.sources.logs.opening import find_log
from linkreclaim.sources.source import Source, open_sources
from linkreclaim.urls import parse_lenient

FIRST_ROWS = 2_000
"""Rows that are read as an audit would read them, some 20 ms (our choice)."""
COUNT_FOR_S = 1.0
"""So long lines are counted: about 1 GB of a plain file, 100 MB of a packed one (our choice)."""
HOSTS_KEPT = 10


def recognise_file(path: Path) -> tuple[tuple[FilePart, ...], FirstRows]:
    """The exports in a file, or the access log it is, as an audit would read it.

    Cost: its beginning, and up to `COUNT_FOR_S` of counting lines; a JSON document is parsed whole.

    Raises:
        InputError: no reader knows it, or it cannot be read.
    """
    log = find_log(path)
    if log is not None:
        lines, whole = _count_lines(log.blocks(lambda _: None, lambda _: None))
        title = log.log_format.title
        return (FilePart(LOG_TOOL, title, "", lines, "exact" if whole else "over"),), FirstRows(len(log.sample))
    found = [(source, list(islice(source.rows(), FIRST_ROWS))) for source in open_sources(path)]
    parts = tuple(_part(source, rows) for source, rows in found)
    return parts, _sum_up([row for _, rows in found for row in rows])


def _part(source: Source, rows: list[Claim | RowProblem]) -> FilePart:
    number, rows_are = len(rows), "exact"
    if number == FIRST_ROWS:
        number, rows_are = _estimate(source, rows[-1].line)
    return FilePart(source.info.tool, source.info.report, source.member, number, rows_are)


def _estimate(source: Source, line: int) -> tuple[int, str]:
    """About how many rows there are, from the line on which the last one that was read begins."""
    try:
        lines, whole = _count_lines(read_blocks(source.sheet.part))
    except UnsafeInputError:
        raise
    except InputError:  # damaged further down: what was read stands
        return FIRST_ROWS, "over"
    rows = max(FIRST_ROWS, round(lines * FIRST_ROWS / max(line, 1)))
    return rows, "about" if whole else "over"


def _count_lines(blocks: Iterable[bytes]) -> tuple[int, bool]:
    """(line ends, whether they are all)."""
    until = time.monotonic() + COUNT_FOR_S
    lines = 0
    for block in blocks:
        lines += block.count(b"\n")
        if time.monotonic() > until:
            return lines, False
    return lines, True


def _sum_up(rows: list[Claim | RowProblem]) -> FirstRows:
    hosts = Counter(_hosts(row for row in rows if isinstance(row, Claim)))
    problems = sum(isinstance(row, RowProblem) for row in rows)
    return FirstRows(len(rows), problems, tuple(hosts.most_common(HOSTS_KEPT)))


def _hosts(claims: Iterable[Claim]) -> Iterator[str]:
    for claim in claims:
        url = parse_lenient(claim.target_url) if claim.target_url else None
        if url is not None and url.netloc:
            yield url.netloc.removeprefix("www.")
