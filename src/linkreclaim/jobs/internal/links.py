"""The site's own broken links: read the links of its pages, look at what they lead to, and say what is wrong."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice, takewhile
from pathlib import Path

from linkreclaim.errors import SiteBlockedError
from linkreclaim.jobs.internal.pages import LinkCatcher
from linkreclaim.jobs.internal.suggest import Suggestions
from linkreclaim.jobs.judging.inventory import KIND as INVENTORY
from linkreclaim.jobs.judging.inventory import find_pages
from linkreclaim.jobs.lists.listing import ask_all
from linkreclaim.jobs.looks.looking import live_page, looker_of
from linkreclaim.jobs.runs.blocked_site import BlockedSite, BlockedWatch, explain
from linkreclaim.jobs.runs.context import RunContext
from linkreclaim.model.events import RunEvent, Stage
from linkreclaim.model.internal_links import InternalKind, InternalLinkRow, InternalSummary, PageLink, TargetLook
from linkreclaim.model.sites import Site
from linkreclaim.model.verdicts import UNTOLD_KINDS, Look, RedirectShape, VerdictKind
from linkreclaim.report.internal_links import INTERNAL_LINKS_NAME, write_internal_links
from linkreclaim.store.internal_links import InternalLinks, remove_internal_links
from linkreclaim.urls import parse

ROWS_SHOWN = 10
_MEANT = frozenset({RedirectShape.LOGIN, RedirectShape.OTHER_OWNER})
"""Redirects that are there on purpose: to sign in, and to another site by way of an own address, as shops' partners
are linked (our judgement)."""
_WITHDRAWN = (VerdictKind.BLOCKED, VerdictKind.UNSURE)
"""Looks taken back when the site refuses us, as for backlinks."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """What one URL of the site gave."""

    look: Look
    links: tuple[PageLink, ...] | None  # None: no page of the site whose links visitors meet


async def check_internal_links(context: RunContext, *, alone: bool) -> InternalSummary:
    """Read the links of the site's pages, look at each URL of the site that they name, and write `internal_links.csv`.

    Starts from the home page and the inventory (at most `max_pages` pages) and goes on to what their links name (at
    most as many URLs again). Each URL is asked once for its verdict and its links together; what this run has seen to
    be no living page is not asked again. `alone`: nothing else was asked for, so that nobody has taken the inventory,
    and what is read here becomes it. Memory: links are on disk; the inventory's pages are held for suggestions.

    Raises:
        SiteBlockedError: the site refuses us, and nothing else was asked for.
        WorkspaceError: the links cannot be kept in the workspace folder.
        LinkreclaimError: the file cannot be written.
    """
    context.tell(Stage.INVENTORY, "reading the links between the site's own pages")
    if alone:
        await find_pages(context)
    with InternalLinks(_kept_in(context), context.request.max_pages) as links:
        links.add_pages(islice(dict.fromkeys(_pages(context)), context.request.max_pages))
        blocked = await _Crawl(context, links, alone).run()
        if blocked is not None:
            _tell_blocked(context, links, blocked, alone)
        suggestions = Suggestions(context, links)

        def rows() -> Iterator[InternalLinkRow]:
            """All lines of the file."""
            return (InternalLinkRow(group, suggestions.of(group)) for group in links.groups())

        write_internal_links(context.request.out / INTERNAL_LINKS_NAME, rows())
        broken = takewhile(lambda row: row.group.look.kind is InternalKind.BROKEN, rows())
        summary = replace(links.summary(), first=tuple(islice(broken, ROWS_SHOWN)))
    _warn(context, summary)
    return summary


def forget_internal_links(context: RunContext) -> None:
    """Delete what was kept for going on; for a run that is finished."""
    remove_internal_links(_kept_in(context))


def kind_of(look: Look, site: Site) -> InternalKind | None:
    """What is to be done about links to a URL; None: nothing, or it is another site's business."""
    verdict, answer = look.verdict, look.answer
    if verdict.dead:
        return InternalKind.BROKEN
    final = parse(answer.final_url)
    ends_here = final is not None and site.concerns(final.netloc)
    if verdict.kind in UNTOLD_KINDS:
        return InternalKind.UNTOLD if ends_here else None
    asked = parse(look.url)
    comes_back = asked is not None and final is not None and asked.without_fragment == final.without_fragment
    if not answer.redirected or comes_back or verdict.shape in _MEANT:
        return None
    return InternalKind.REDIRECT


def _kept_in(context: RunContext) -> Path:
    return context.workspace.folder / f"internal-links-{context.run.id}.db"


def _pages(context: RunContext) -> Iterator[str]:
    """The home page, the living pages of the inventory, and those that it still has to read."""
    workspace, run_id = context.workspace, context.run.id
    yield f"{context.site.scheme}://{context.site.host}/"
    known = (page.url for page in workspace.pages.live(run_id))
    unread = (task.url for task in workspace.tasks.open(run_id, INVENTORY, context.request.max_pages))
    yield from (url.without_fragment for address in chain(known, unread) if (url := parse(address)) is not None)


def _warn(context: RunContext, summary: InternalSummary) -> None:
    if not summary.pages:
        home = f"{context.site.scheme}://{context.site.host}/"
        words = f"no page of the site could be read, so nothing is known of its links; see what {home} answers"
        context.warn(Stage.INVENTORY, words)
    if summary.unasked_links:
        limit = f"--max-pages {context.request.max_pages:,}"
        context.warn(Stage.INVENTORY, f"{summary.unasked_links:,} links of the site lead to URLs beyond {limit}")


class _Crawl:
    """Asks for the URLs of the site, each once, as long as pages name further ones."""

    def __init__(self, context: RunContext, links: InternalLinks, fills_inventory: bool) -> None:
        settings = context.request.settings
        self._context = context
        self._links = links
        self._fills_inventory = fills_inventory
        self._catcher = LinkCatcher(
            context.fetcher,
            lambda url: context.site.concerns(url.netloc),
            max_page_bytes=settings.max_page_bytes,
            max_body_bytes=settings.max_body_bytes,
        )
        self._looker = looker_of(context, self._catcher)
        self._watch = None if context.request.keep_going else BlockedWatch(context.site)

    async def run(self) -> BlockedSite | None:
        """Ask until nothing is left, or until the site refuses; then how it does."""
        try:
            while next(self._links.open_urls(), None) is not None:
                await ask_all(self._links.open_urls(), self._ask, self._save)
        except* _RefusedError:
            pass
        return None if self._watch is None else self._watch.tripped or self._watch.at_end

    async def _ask(self, address: str) -> _Asked:
        known = self._seen_before(address)
        if known is not None:
            return _Asked(known, None)
        self._catcher.watch(address)
        try:
            look = await self._looker.look(address)
        finally:
            links = self._catcher.take(address)
        url = parse(address)
        is_page = look.verdict.kind is VerdictKind.ALIVE and look.answer.page is not None and not look.answer.redirected
        return _Asked(look, links if is_page and url is not None and self._context.site.owns(url.netloc) else None)

    def _seen_before(self, address: str) -> Look | None:
        """The run's own look at this very URL, unless it is a page, whose links are still to be read."""
        workspace, run_id = self._context.workspace, self._context.run.id
        number = workspace.urls.id_of(address)
        look = None if number is None else workspace.looks.of(run_id, [number]).get(number)
        url = None if look is None else parse(look.url)
        if look is None or url is None or url.without_fragment != address:
            return None
        return None if look.verdict.kind is VerdictKind.ALIVE else look

    def _save(self, answered: Sequence[tuple[int, _Asked]]) -> None:
        site = self._context.site
        if self._fills_inventory:
            pages = [live_page(asked.look) for _, asked in answered if asked.links is not None]
            self._context.workspace.pages.add(self._context.run.id, [page for page in pages if page is not None])
        self._links.save(
            ((number, _target_look(asked.look, site), asked.links) for number, asked in answered),
            (address for _, asked in answered for address in _led_to(asked.look, site)),
        )
        done, total = self._links.counts()
        self._context.sink(RunEvent(Stage.INVENTORY, done, total))
        if self._watch is not None:
            for _, asked in answered:
                self._watch.add(asked.look)
            if self._watch.tripped:
                raise _RefusedError


class _RefusedError(Exception):
    """Ends the crawl: what is in flight is dropped."""


def _target_look(look: Look, site: Site) -> TargetLook:
    return TargetLook(
        kind=kind_of(look, site),
        verdict=look.verdict.kind,
        reason=look.verdict.reason,
        verdict_confidence_0_1=look.verdict.verdict_confidence_0_1,
        status_codes=tuple(hop.status_code for hop in look.answer.hops),
        final_url=look.answer.final_url,
        checked_at=look.checked_at,
    )


def _led_to(look: Look, site: Site) -> Iterator[str]:
    """The page of the site that a redirect leads to: its links are read under its own address."""
    final = parse(look.answer.final_url)
    if look.answer.redirected and not look.verdict.dead and final is not None and site.owns(final.netloc):
        yield final.without_fragment


def _tell_blocked(context: RunContext, links: InternalLinks, blocked: BlockedSite, alone: bool) -> None:
    """Beside a finished audit of backlinks a warning, else the end of the run, which goes on when it is asked again."""
    secrets = bool(context.request.settings.site_headers) and not context.request.site.startswith("http://")
    words = explain(blocked, context.site.host, http_secrets=secrets)
    if not alone:
        context.warn(Stage.INVENTORY, f"the site's own links could not all be checked: {words}")
        return
    links.forget(_WITHDRAWN)
    context.workspace.documents.forget(context.run.id, ["home ", "sibling ", "sitemap ", "robots "])
    context.workspace.runs.note(context.run.id, inventory_source=None)  # a refused sitemap says nothing
    raise SiteBlockedError(words)
