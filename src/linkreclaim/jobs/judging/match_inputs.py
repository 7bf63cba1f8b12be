"""What the `match` command is given: live pages, dead pages and known redirects, each kept under its own spelling."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from linkreclaim.errors import InputError
from linkreclaim.inventory.dead_pages import guess_home, read_dead_pages
from linkreclaim.inventory.files import read_named_pages
from linkreclaim.jobs.lists.listing import PROBLEMS_TOLD
from linkreclaim.model.events import EventSink, RunEvent, Stage
from linkreclaim.model.links import RowProblem
from linkreclaim.model.pages import DeadPage, LivePage
from linkreclaim.model.redirects import MapMatch, RedirectLine
from linkreclaim.redirects import LeftOut, read_map
from linkreclaim.urls import Url, match_key, parse

NO_HOST = "https://site.invalid"
"""Stands for a site of which only paths are known; a name that can never be one. **Source:** RFC 6761, 6.4."""
PAGES_AT_ONCE = 1_000

ItemT = TypeVar("ItemT")


@dataclass(slots=True)
class DeadList:
    """The dead pages in the order of the file, each once, with their addresses as spelled there."""

    names: list[str] = field(default_factory=list)
    pages: list[DeadPage] = field(default_factory=list)
    repeated: int = 0  # rows that name an address again
    problems: int = 0  # rows that could not be read


class PageNames:
    """How the page list spells an address. Memory: two entries a page."""

    def __init__(self, origin: Url) -> None:
        self._origin = origin
        self._by_url: dict[str, str] = {}
        self._by_key: dict[str, str] = {}

    def add(self, name: str, page: LivePage) -> None:
        """Remember a page's spelling; of one address the shortest counts (no fragment, no default port)."""
        self._by_url[page.url] = min(self._by_url.get(page.url, name), name, key=len)
        self._by_key.setdefault(match_key(page.url) or page.url, name)

    def __len__(self) -> int:
        return len(self._by_url)

    def of(self, url: str) -> str:
        """The spelling of a page that the matcher names; of one that only a canonical names, its own."""
        known = self._by_url.get(url) or self._by_key.get(match_key(url) or url)
        return known or (url.removeprefix(NO_HOST) if self._origin.origin == NO_HOST else url)


def home_of(given: str | None, pages: Path) -> Url:
    """The home page that was given, else that of the host that the page list names most, else of a host of no name.

    Raises InputError when the given one is no http(s) URL, or the list cannot be read.
    """
    found = guess_home(pages) if given is None else parse(given)
    if found is None and given is not None:
        raise InputError(f"--home {given!r} is no URL such as https://example.com/")
    home = found or parse(NO_HOST + "/")
    if home is None:
        raise ValueError(NO_HOST)
    return home


def read_dead_list(path: Path, home: Url, sink: EventSink) -> DeadList:
    """The dead pages of a file; a row that names one again is left out. Raises InputError like `read_dead_pages`."""
    told, found, seen = _Told(path, sink), DeadList(), set[str]()
    for name, page in told.rows(read_dead_pages(path, home)):
        found.repeated += name in seen
        if name not in seen:
            seen.add(name)
            found.names.append(name)
            found.pages.append(page)
    found.problems = told.problems
    again = f"; {found.repeated:,} more rows name one of them again" if found.repeated else ""
    sink(RunEvent(Stage.GATHER, message=f"{path}: {len(found.names):,} dead URLs{again}"))
    return found


def read_live_pages(path: Path, home: Url, names: PageNames, sink: EventSink) -> Iterator[LivePage]:
    """The pages of a file, one by one; their spellings go into `names`. Raises InputError like `read_pages`."""
    for name, page in _Told(path, sink).rows(read_named_pages(path, home)):
        names.add(name, page)
        if len(names) % PAGES_AT_ONCE == 0:
            sink(RunEvent(Stage.INVENTORY, len(names)))
        yield page
    sink(RunEvent(Stage.INVENTORY, message=f"{path}: {len(names):,} live pages"))


def read_known(path: Path, sink: EventSink) -> list[tuple[str, str]]:
    """Redirects that the site has, source and target, of a map: what is still proposed there is none yet.

    Prefix lines are left out: their pages have not died. Raises InputError when the file cannot be used.
    """
    rows = (row for row in read_map(path) if not isinstance(row, LeftOut))
    lines = list(_Told(path, sink).rows(rows))
    known = [(line.source, line.target) for line in lines if line.target is not None and _is_in_force(line)]
    sink(RunEvent(Stage.GATHER, message=f"{path}: {len(known):,} known redirects"))
    return known


def _is_in_force(line: RedirectLine) -> bool:
    return line.match is MapMatch.EXACT and line.confidence_0_1 is None


class _Told:
    """Rows of one file, its bad ones told with their line and counted."""

    def __init__(self, path: Path, sink: EventSink) -> None:
        self.problems = 0  # rows that gave nothing
        self._path = path
        self._sink = sink

    def rows(self, rows: Iterable[ItemT | RowProblem]) -> Iterator[ItemT]:
        """The good ones."""
        bad = 0
        for row in rows:
            if not isinstance(row, RowProblem):
                yield row
                continue
            bad += 1
            self.problems += not row.kept
            if bad <= PROBLEMS_TOLD:
                self._warn(f"line {row.line:,}: {row.reason}")
        if bad > PROBLEMS_TOLD:
            self._warn(f"{bad - PROBLEMS_TOLD:,} more lines could not be read")

    def _warn(self, text: str) -> None:
        self._sink(RunEvent(Stage.GATHER, message=f"{self._path}: {text}", warning=True))
