"""The `ranks` job: a published list of ranked domains becomes the table that links are valued by."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from linkreclaim.equity.metrics import DOMAINS_OF_THE_WEB
from linkreclaim.errors import InputError
from linkreclaim.jobs.lists.listing import PROBLEMS_TOLD
from linkreclaim.jobs.ranks.download import RANKS_URL, RELEASES_URL, fetch, newest_release
from linkreclaim.jobs.ranks.lists import read_ranks
from linkreclaim.jobs.ranks.table import KEPT, TABLE_NAME, RankTable, TableMaker, default_place, find_table, is_table
from linkreclaim.model.events import EventSink, RunEvent, Stage


@dataclass(frozen=True, slots=True)
class RanksSummary:
    """What an import gave."""

    table: str
    source: str
    lines: int
    kept: int
    domains: int  # the scale ends at this rank
    bad_lines: int
    table_bytes: int


def import_ranks(path: Path, sink: EventSink, place: Path | None = None, kept: int = KEPT) -> RanksSummary:
    """Make the table out of a list. Cost: about 1 us a line, 16 bytes of memory for each domain kept.

    Raises:
        InputError: the file is no list of ranked domains, or has none.
        LinkreclaimError: the table cannot be written.
    """
    place = place or default_place()
    maker, source = TableMaker(), ""
    lines = bad = last = told = 0
    for known, block in read_ranks(path, kept):
        maker.add(block.ranked)
        source = known.source
        lines, bad, last = lines + block.lines, bad + len(block.problems), max(last, block.last_rank)
        for problem in block.problems[: max(0, PROBLEMS_TOLD - told)]:
            told += 1
            sink(RunEvent(Stage.GATHER, message=f"{path}: line {problem.line:,}: {problem.reason}", warning=True))
        sink(RunEvent(Stage.GATHER, lines))
    if not len(maker):
        raise InputError(f"{path}: names no ranked domain; the table stays as it was")
    domains = max(last, DOMAINS_OF_THE_WEB)
    maker.write(place, f"{source}, {path.name}", domains)
    return RanksSummary(str(place), source, lines, len(maker), domains, bad, place.stat().st_size)


def update_ranks(
    sink: EventSink,
    place: Path | None = None,
    kept: int = KEPT,
    url: str | None = None,
    releases_url: str = RELEASES_URL,
) -> RanksSummary:
    """Fetch Common Crawl's newest list (or the one at `url`), make the table, and delete the list again.

    Raises InputError and LinkreclaimError as `fetch` and `import_ranks` do; what was fetched is then kept.
    """
    place = place or default_place()
    source = url or RANKS_URL.format(release=newest_release(releases_url))
    name = source.rsplit("/", 1)[-1].partition("?")[0] or "ranks"
    held = place.with_name(name)
    sink(RunEvent(Stage.GATHER, message=f"fetching {source}"))
    fetch(source, held, lambda done, whole: sink(RunEvent(Stage.GATHER, done >> 20, whole and whole >> 20)))
    summary = import_ranks(held, sink, place, kept)
    held.unlink(missing_ok=True)
    return summary


@contextmanager
def open_ranks(given: Path | None, workspace: Path | None, sink: EventSink) -> Iterator[RankTable | None]:
    """The table to value by: the one given (or made of the list given), else that of the workspace or user, else none.

    Raises InputError when a file was given that is neither.
    """
    with TemporaryDirectory(prefix="linkreclaim-") as folder:
        path = given
        if given is not None and not is_table(given):
            path = Path(folder) / TABLE_NAME
            import_ranks(given, sink, path)
        table = find_table(workspace) if path is None else RankTable(path)
        if table is None:
            yield None
            return
        sink(RunEvent(Stage.GATHER, message=f"{table.source}: {len(table):,} ranked domains"))
        with table:
            yield table
