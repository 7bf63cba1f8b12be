"""The `links` job: read pages and list their links to a site or to one URL."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import IO

from linkreclaim.config import FetchSettings
from linkreclaim.errors import UsageError
from linkreclaim.jobs.linking.pages import PageReader
from linkreclaim.jobs.lists.addresses import LINKING_PAGES
from linkreclaim.jobs.lists.listing import UNTOLD_SHARE_0_1, ask_all, collect
from linkreclaim.jobs.lists.outputs import check_out
from linkreclaim.jobs.runs.clock import utc_now
from linkreclaim.model.events import EventSink, RunEvent, Stage
from linkreclaim.model.links import PageLook, PageOutcome, Rel
from linkreclaim.model.reports import PageLinkRow, PageState
from linkreclaim.model.sites import Site
from linkreclaim.net import open_fetcher
from linkreclaim.report.page_links import PAGE_LINKS, page_link_values, read_page_links
from linkreclaim.report.row_files import write_rows
from linkreclaim.store.journal import SUFFIX, Journal
from linkreclaim.store.worklist import WorkList
from linkreclaim.urls import Url, parse_lenient

_STATES = {
    PageOutcome.GONE: PageState.PAGE_GONE,
    PageOutcome.BLOCKED: PageState.BLOCKED,
    PageOutcome.NEEDS_SCRIPT: PageState.NEEDS_SCRIPT,
    PageOutcome.FAILED: PageState.UNREADABLE,
    PageOutcome.SKIPPED: PageState.SKIPPED,
}

RowSink = Callable[[Iterable[PageLinkRow]], None]
Results = Sequence[tuple[int, list[PageLinkRow]]]


@dataclass(frozen=True, slots=True)
class LinksRequest:
    """What a person asked for: every option of `linkreclaim links`."""

    pages: tuple[str, ...]  # URLs, files, "-" for standard input
    to: str
    subdomains: bool = False
    out: Path | None = None  # None: rows go to the sink as they come
    fresh: bool = False
    settings: FetchSettings = field(default_factory=FetchSettings)


@dataclass(frozen=True, slots=True)
class Goal:
    """What links are looked for: all those to a site, or those to one page."""

    name: str
    site: Site
    page_key: str | None  # None: the whole site

    def wants(self, link: Url) -> bool:
        """Whether a link leads there."""
        return self.site.owns(link.netloc) if self.page_key is None else link.key == self.page_key


@dataclass(slots=True)
class LinksSummary:
    """What a listing found."""

    goal: str
    pages: int = 0
    links: int = 0
    states: Counter[PageState] = field(default_factory=Counter)  # pages by how reading them ended
    unreadable: list[str] = field(default_factory=list)  # inputs that could not be used, each with its reason

    @property
    def untold(self) -> int:
        """Pages of which it is not known whether they link there."""
        return sum(count for state, count in self.states.items() if not state.told)

    @property
    def partial(self) -> bool:
        """A whole input, or more than `UNTOLD_SHARE_0_1` of the pages, could not be told."""
        return bool(self.unreadable) or self.untold > UNTOLD_SHARE_0_1 * self.pages

    def add(self, rows: Sequence[PageLinkRow]) -> None:
        """Count one page by its rows."""
        self.states[rows[0].status] += 1
        self.links += sum(1 for row in rows if row.target_url)


async def list_links(
    request: LinksRequest,
    sink: EventSink,
    rows_to: RowSink,
    stdin: IO[bytes],
    clock: Callable[[], datetime] = utc_now,
) -> LinksSummary:
    """Read the pages and give their links: to `rows_to` in the order of answers, or to a file in that of the input.

    With a file, `rows_to` gets the rows once the file is whole. A run that is cut off goes on when it is asked the
    same again: what was answered stands in a journal beside the file.

    Raises:
        UsageError: `to` is no host or URL, or the file is neither .csv nor .jsonl.
        InputError: no input names a page, or the journal is of another question.
        LinkreclaimError: the file cannot be written.
    """
    goal = read_goal(request.to, request.subdomains)
    check_out(request.out)
    summary = LinksSummary(goal.name)
    with WorkList() as pages:
        summary.unreadable = collect(request.pages, LINKING_PAGES, pages, sink, stdin)
        summary.pages = len(pages)
        if request.out is None:
            await _stream(request, goal, pages, sink, rows_to, summary, clock)
        else:
            await _write(request, request.out, goal, pages, sink, rows_to, summary, clock)
    return summary


def read_goal(to: str, subdomains: bool = False) -> Goal:
    """What `--to` names: a host is a site; a URL, or a host with a path, is that page.

    Raises:
        UsageError: it is neither, or subdomains are asked of a page.
    """
    url = parse_lenient(to)
    if url is None:
        raise UsageError(f"--to {to!r} is no host such as example.com and no URL such as https://example.com/page")
    bare = to.strip().strip("\"'<>")
    beyond_host = bare.partition("://")[2] if "://" in bare else bare.removeprefix("//")
    site = Site(url.netloc.removeprefix("www."), url.scheme, subdomains)
    if not any(mark in beyond_host for mark in "/?#"):
        return Goal(site.host, site, None)
    if subdomains:
        raise UsageError("--subdomains goes with a host in --to, not with a page")
    return Goal(url.without_fragment, site, url.key)


async def _stream(
    request: LinksRequest,
    goal: Goal,
    pages: WorkList,
    sink: EventSink,
    rows_to: RowSink,
    summary: LinksSummary,
    clock: Callable[[], datetime],
) -> None:
    def save(results: Results) -> None:
        for _, rows in results:
            summary.add(rows)
            rows_to(rows)
        sink(RunEvent(Stage.READ_PAGES, summary.states.total(), summary.pages))

    await _read(request, goal, pages.in_turns(), save, clock)


async def _write(
    request: LinksRequest,
    out: Path,
    goal: Goal,
    pages: WorkList,
    sink: EventSink,
    rows_to: RowSink,
    summary: LinksSummary,
    clock: Callable[[], datetime],
) -> None:
    with Journal.open(out.with_name(out.name + SUFFIX), _question(goal, pages), request.fresh) as journal:
        if len(journal.done):
            said = f"going on where the last run stopped: {len(journal.done):,} of {summary.pages:,} pages are read"
            sink(RunEvent(Stage.GATHER, message=said))

        def save(results: Results) -> None:
            journal.save((number, list(map(page_link_values, rows))) for number, rows in results)
            sink(RunEvent(Stage.READ_PAGES, len(journal.done), summary.pages))

        todo = ((number, url) for number, url in pages.in_turns() if number not in journal.done)
        await _read(request, goal, todo, save, clock)
        write_rows(out, PAGE_LINKS, _counted(journal, summary))
        rows_to(row for _, body in journal.rows() for row in read_page_links(body))
        journal.remove()


def _question(goal: Goal, pages: WorkList) -> str:
    """What shapes a result: the pages, and the links that are looked for."""
    asked = f"{goal.page_key or goal.site.host} {goal.site.with_subdomains} {pages.fingerprint()}"
    return "links " + hashlib.sha256(asked.encode()).hexdigest()


def _counted(journal: Journal, summary: LinksSummary) -> Iterator[PageLinkRow]:
    for _, body in journal.rows():
        rows = list(read_page_links(body))
        summary.add(rows)
        yield from rows


async def _read(
    request: LinksRequest,
    goal: Goal,
    pages: Iterator[tuple[int, str]],
    save: Callable[[Results], None],
    clock: Callable[[], datetime],
) -> None:
    """Read pages politely, those of the goal's own site too: only headers for it would say that it is the user's."""
    settings = request.settings
    site = goal.site if settings.site_headers else None
    async with open_fetcher(settings, site, obey_site_robots=True) as fetcher:
        reader = PageReader(fetcher, goal.wants, settings.max_page_bytes, clock)

        async def ask(url: str) -> list[PageLinkRow]:
            return rows_of(await reader.read(url))

        await ask_all(pages, ask, save)


def rows_of(look: PageLook) -> list[PageLinkRow]:
    """The rows of one page: its links in page order, or one row that says how reading it ended."""
    was_read = look.outcome is PageOutcome.READ
    read = PageState.LINKED if look.links else PageState.NOT_LINKED
    empty = PageLinkRow(
        referring_page=look.page_url,
        target_url="",
        anchor_text="",
        rel="",
        nofollow=None,
        place="",
        context="",
        links_on_page=look.external_links + look.internal_links if was_read else None,
        page_noindex=look.noindex if was_read else None,
        status=_STATES.get(look.outcome, read),
        status_code=look.status_code,
        final_url=look.final_url,
        canonical=look.canonical,
        reason=look.reason,
        seen_at=look.seen_at,
    )
    return [
        replace(
            empty,
            target_url=link.target_url,
            anchor_text=link.anchor_text,
            rel=link.rel.words,
            nofollow=look.nofollow or Rel.NOFOLLOW in link.rel,
            place=link.place.value,
            context=link.context,
        )
        for link in look.links
    ] or [empty]
