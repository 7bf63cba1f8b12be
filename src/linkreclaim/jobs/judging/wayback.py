"""Asks the Wayback Machine what dead pages were: few requests, in their turn, answers kept for all later runs."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from linkreclaim.inventory.wayback import ORIGIN, Listing, Snapshot, Wayback, common_texts, read_listing, write_listing
from linkreclaim.inventory.wayback_client import NotTold, WaybackClient
from linkreclaim.jobs.runs.context import RunContext
from linkreclaim.model.events import RunEvent, Stage
from linkreclaim.model.pages import Capture
from linkreclaim.net import CurlTransport
from linkreclaim.store.targets import TargetTotals
from linkreclaim.urls import Url, parse

LIST_FROM = 8
"""Dead pages of one host from which on its whole index is read instead of asking for each page: the index comes in
pieces of 20,000 rows, and a quarter of the requests that the pages would take is spent on it at most. Where the
pieces end before the index does, the pages not met are asked for one by one: in the worst case five requests for every
four pages, in the best one for a whole site (our rule; 24 index requests a minute are what costs time)."""
LISTING_SHARE_0_1 = 0.25
MOST_PIECES = 40
"""Pieces of one host's index at most: 800,000 rows, about 120 MB (our judgement)."""
WORKERS = 8
Ask = Callable[[Sequence[TargetTotals], Callable[[Capture], bool]], Awaitable[None]]


@asynccontextmanager
async def open_wayback(context: RunContext) -> AsyncIterator[Ask]:
    """The archive as the request names it, closed at the end of the block."""
    transport = CurlTransport(context.request.settings)
    client = WaybackClient(transport, context.request.wayback_url)
    try:
        yield lambda wanted, is_good: ask_wayback(context, Wayback(client), wanted, is_good)
    finally:
        await transport.close()


async def ask_wayback(
    context: RunContext, archive: Wayback, wanted: Sequence[TargetTotals], is_good: Callable[[Capture], bool]
) -> None:
    """Ask about pages the archive has not answered for, the first `request.wayback_max` of them, and keep each answer.

    Killed at any moment, at most the answers in flight are lost. Says what was found, and what could not be asked.
    """
    asked = context.workspace.captures.asked(context.run.site_id, ORIGIN)
    new = [totals for totals in wanted if totals.url_id not in asked]
    pages = [(t.url_id, url) for t in new[: context.request.wayback_max] if (url := parse(t.url)) is not None]
    if not pages:
        return
    context.tell(Stage.CAPTURES, f"asking the Wayback Machine about {len(pages):,} dead pages")
    index = await _read_index(context, archive, [url for _, url in pages])
    results = await _Round(context, archive, index, is_good, len(pages)).work(pages)
    _tell(context, results, len(pages), len(new) - len(pages))


@dataclass(slots=True)
class _Index:
    """What the index said about whole hosts."""

    rows: dict[str, list[Snapshot]] = field(default_factory=lambda: defaultdict(list))
    answered: dict[str, NotTold | None] = field(default_factory=dict)  # host: None, or that it is closed
    common: frozenset[str] = frozenset()

    def find(self, url: Url) -> list[Snapshot] | NotTold | None:
        """The rows of a page; None when it must be asked for itself."""
        if url.key in self.rows:
            return self.rows[url.key]
        host = _host(url)
        if host not in self.answered or _is_home(url):
            return None
        closed = self.answered[host]
        return [] if closed is None else closed


async def _read_index(context: RunContext, archive: Wayback, urls: Sequence[Url]) -> _Index:
    index = _Index()
    for host, pages in Counter(_host(url) for url in urls).items():
        if pages >= LIST_FROM:
            keys = frozenset(url.key for url in urls if _host(url) == host)
            await _read_host(context, archive, host, keys, index)
    index.common = common_texts(row for rows in index.rows.values() for row in rows)
    return index


async def _read_host(context: RunContext, archive: Wayback, host: str, keys: frozenset[str], index: _Index) -> None:
    """Read a host's index piece by piece; pieces are kept with the run, so that a killed one asks for none again."""
    resume = ""
    for _ in range(max(1, min(MOST_PIECES, int(len(keys) * LISTING_SHARE_0_1)))):
        listing = await _piece(context, archive, host, keys, resume)
        if isinstance(listing, NotTold):
            if listing.final:
                index.answered[host] = listing
            return
        for row in listing.snapshots:
            index.rows[row.key].append(row)
        resume = listing.resume_key
        if not resume:
            index.answered[host] = None
            return


async def _piece(
    context: RunContext, archive: Wayback, host: str, keys: frozenset[str], resume: str
) -> Listing | NotTold:
    documents, name = context.workspace.documents, f"cdx {host} {resume}"
    held = documents.get(context.run.id, name)
    if held is not None:
        return read_listing(held[1].decode())
    listing = await archive.list_host(host, keys, resume)
    if isinstance(listing, Listing):
        documents.save(context.run.id, name, 200, write_listing(listing).encode())
    return listing


class _Round:
    """Works through the pages, several at a time; each waits for its turn at the archive."""

    def __init__(
        self, context: RunContext, archive: Wayback, index: _Index, is_good: Callable[[Capture], bool], total: int
    ) -> None:
        self._context = context
        self._archive = archive
        self._index = index
        self._is_good = is_good
        self._total = total
        self._results: Counter[str] = Counter()

    async def work(self, pages: Sequence[tuple[int, Url]]) -> Counter[str]:
        """Ask about all pages; gives how many were "found", "none", "closed", and else the reasons of failures."""
        rest = iter(pages)
        async with asyncio.TaskGroup() as group:
            for _ in range(WORKERS):
                group.create_task(self._take_from(rest))
        return self._results

    async def _take_from(self, rest: Iterator[tuple[int, Url]]) -> None:
        for url_id, url in rest:
            self._keep(url_id, await self._ask(url))

    async def _ask(self, url: Url) -> Capture | NotTold | None:
        rows = self._index.find(url)
        if rows is None:
            listing = await self._archive.list_page(url)
            rows = listing if isinstance(listing, NotTold) else list(listing.snapshots)
        if isinstance(rows, NotTold):
            return rows
        return await self._archive.read_best(rows, self._is_good, self._index.common) if rows else None

    def _keep(self, url_id: int, answer: Capture | NotTold | None) -> None:
        """Keep what the archive said; a failure is no answer."""
        context, told = self._context, not isinstance(answer, NotTold) or answer.final
        if told:
            capture = answer if isinstance(answer, Capture) else None
            context.workspace.captures.save(context.run.site_id, ORIGIN, context.clock(), [(url_id, capture)])
            self._results["found" if capture else "closed" if isinstance(answer, NotTold) else "none"] += 1
        elif isinstance(answer, NotTold):
            self._results[answer.reason] += 1
        context.sink(RunEvent(Stage.CAPTURES, self._results.total(), self._total))


def _tell(context: RunContext, results: Counter[str], pages: int, left: int) -> None:
    found, none, closed = (results.pop(name, 0) for name in ("found", "none", "closed"))
    context.tell(
        Stage.CAPTURES, f"the Wayback Machine knows {found:,} of {pages:,} dead pages, and has nothing of {none:,}"
    )
    if closed:
        context.warn(
            Stage.CAPTURES, f"the Wayback Machine does not show {closed:,} dead pages: the site's owner closed them"
        )
    if results:
        reason = results.most_common(1)[0][0]
        context.warn(
            Stage.CAPTURES,
            f"the Wayback Machine could not be asked about {results.total():,} of {pages:,} dead pages ({reason});"
            " what it said is kept, and a later run with --wayback asks for the rest",
        )
    if left:
        context.tell(Stage.CAPTURES, f"{left:,} less valuable dead pages were not asked about: see --wayback-max")


def _host(url: Url) -> str:
    return url.netloc.removeprefix("www.")


def _is_home(url: Url) -> bool:
    """The listing of a host leaves its home page out."""
    return url.request_target == "/"
