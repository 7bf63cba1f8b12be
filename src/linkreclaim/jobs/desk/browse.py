"""Browse: what a page about one site's dead pages asks for, composed of what the store holds."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

from linkreclaim.errors import InputError
from linkreclaim.jobs.delivery.list_dead import listed_run, site_of
from linkreclaim.jobs.findings.rows import ANCHORS_SHOWN, show_backlink
from linkreclaim.jobs.ranks.authority import Authority, recall_authority
from linkreclaim.jobs.ranks.table import find_table
from linkreclaim.jobs.valuing.value import value_of
from linkreclaim.model.judgements import Cause, Disposition
from linkreclaim.model.links import Backlink
from linkreclaim.model.matches import Candidate
from linkreclaim.model.pages import Capture, LivePage
from linkreclaim.model.reports import BacklinkRow, DeadPageRow
from linkreclaim.model.sites import Site
from linkreclaim.model.verdicts import Look
from linkreclaim.store import Workspace
from linkreclaim.store.browsing import DeadPageLine, Facets, Page
from linkreclaim.store.completion import TargetSuggestion
from linkreclaim.store.dead_page_view import DeadPageFilter, DeadPageView
from linkreclaim.store.decisions import HistoryPage
from linkreclaim.store.findings import DeadTarget, Finding
from linkreclaim.store.held_decisions import HeldDecision
from linkreclaim.store.runs import Run
from linkreclaim.urls import match_key

SORTED_BY_VALUE_MOST = 2_000
"""Up to so many links of a page are shown most valuable first; more by linking page (36 us a link, our measurement)."""
_UNJUDGED = Finding(Cause.UNSURE, 0.0, (), "", None, 0.0, "", (), Disposition.REVIEW)


@dataclass(frozen=True, slots=True)
class BrowsedSite:
    """A site of the workspace and the run whose dead pages are listed."""

    site: Site
    run: Run

    @property
    def id(self) -> int:
        """Id of the site in its workspace."""
        return self.run.site_id

    @property
    def origin(self) -> str:
        """Scheme and host of the site."""
        return f"{self.site.scheme}://{self.site.host}"


@dataclass(frozen=True, slots=True)
class CandidatePage:
    """A candidate for a dead page, with what the inventory knows of it."""

    candidate: Candidate
    page: LivePage | None  # None: it is no page of the run's inventory


@dataclass(frozen=True, slots=True)
class LinksPage:
    """Some of the links to a dead page."""

    rows: tuple[BacklinkRow, ...]
    by_value: bool  # most valuable first; else by linking page, because there are too many to sort
    next: str | None  # `after` of the following ones


@dataclass(frozen=True, slots=True)
class DeadPagePane:
    """Everything about one dead page."""

    line: DeadPageLine  # as the table shows it, with its revision
    row: DeadPageRow  # what the report says of it, with the decision that holds
    look: Look  # the verdict with its evidence, and what was answered
    captures: tuple[Capture, ...]  # what it was, newest first
    candidates: tuple[CandidatePage, ...]
    held: HeldDecision | None  # in the state "proposed" it was taken back
    history: HistoryPage
    links: LinksPage


class Browser:
    """Answers a page's questions about the sites of one workspace. Safe for threads; each call reads what holds now."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._authority: dict[int, Authority] = {}
        self._lock = Lock()

    def site(self, host: str) -> BrowsedSite | None:
        """A site by its host, None when no audit of it has ended.

        A run that was never listed is listed at once, which can take a minute (`list_dead.listed_run`).

        Raises:
            WorkspaceError: nothing is listed yet, and a run is working in the workspace.
        """
        if host not in self._workspace.ledger.hosts():
            return None
        run = listed_run(self._workspace, self._workspace.ledger.site_id(host))
        return None if run is None else BrowsedSite(site_of(self._workspace, run), run)

    def page(self, browsed: BrowsedSite, view: DeadPageView, limit: int = 50) -> Page:
        """One page of the table."""
        return self._workspace.browsing.page(browsed.run.id, view, limit)

    def facets(self, browsed: BrowsedSite, asked: DeadPageFilter) -> Facets:
        """The counts beside a filter."""
        return self._workspace.browsing.facets(browsed.run.id, asked)

    def pane(self, browsed: BrowsedSite, url_id: int, links_shown: int = 50) -> DeadPagePane:
        """Everything about one dead page.

        Raises:
            InputError: the run lists no such page.
        """
        workspace, run = self._workspace, browsed.run
        line, dead = self._dead(browsed, url_id)
        found = dead.finding or _UNJUDGED
        pages = workspace.pages.live_of(run.id, (candidate.url for candidate in found.candidates))
        return DeadPagePane(
            line=line,
            row=whole_row(line, dead),
            look=dead.look,
            captures=tuple(workspace.captures.of_url(browsed.id, url_id)),
            candidates=tuple(CandidatePage(each, pages.get(match_key(each.url) or "")) for each in found.candidates),
            held=workspace.decisions.held(browsed.id, url_id),
            history=workspace.decisions.history(browsed.id, url_id),
            links=self._links(browsed, dead, "", links_shown),
        )

    def links(self, browsed: BrowsedSite, url_id: int, after: str = "", limit: int = 50) -> LinksPage:
        """Further links to a dead page.

        Raises:
            InputError: the run lists no such page.
        """
        return self._links(browsed, self._dead(browsed, url_id)[1], after, limit)

    def rows(self, browsed: BrowsedSite, view: DeadPageView) -> Iterator[DeadPageRow]:
        """Every row of a view as the report has it, for an export. Memory: one block of them, whatever its size."""
        for lines in self._workspace.browsing.walk(browsed.run.id, view):
            numbers = [line.url_id for line in lines]
            dead = self._workspace.findings.dead_targets_of(browsed.id, browsed.run.id, numbers)
            yield from (whole_row(line, dead[line.url_id]) for line in lines if line.url_id in dead)

    def complete_target(self, browsed: BrowsedSite, typed: str, limit: int = 10) -> list[TargetSuggestion]:
        """Live pages of the site for what a person has typed so far."""
        return self._workspace.completion.complete(browsed.run.id, typed, browsed.site.host, limit)

    def _dead(self, browsed: BrowsedSite, url_id: int) -> tuple[DeadPageLine, DeadTarget]:
        line = self._workspace.browsing.line(browsed.run.id, url_id)
        dead = self._workspace.findings.dead_targets_of(browsed.id, browsed.run.id, [url_id]).get(url_id)
        if line is None or dead is None:
            raise InputError(f"page {url_id} is no dead page of the newest audit of {browsed.site.host}")
        return line, dead

    def _links(self, browsed: BrowsedSite, dead: DeadTarget, after: str, limit: int) -> LinksPage:
        number = dead.totals.url_id
        backlinks = self._workspace.backlinks
        if dead.totals.links <= SORTED_BY_VALUE_MOST:
            links = backlinks.of_targets(browsed.id, [number])
            rows = sorted(self._shown(browsed, dead, links), key=_by_value)
            start = int(after) if after.isdecimal() else 0
            more = len(rows) > start + limit
            return LinksPage(tuple(rows[start : start + limit]), True, str(start + limit) if more else None)
        page_keys = backlinks.page_keys(browsed.id, number, after, limit + 1)
        shown = page_keys[:limit]
        links = backlinks.of_pages(browsed.id, number, shown)
        rows = list(self._shown(browsed, dead, links))
        return LinksPage(tuple(rows), False, shown[-1] if len(page_keys) > limit else None)

    def _shown(self, browsed: BrowsedSite, dead: DeadTarget, links: Iterable[Backlink]) -> Iterator[BacklinkRow]:
        authority = self._authority_of(browsed)
        day = (browsed.run.finished_at or browsed.run.started_at).date()
        for link in links:
            yield show_backlink(link, dead.totals.url, dead.look.verdict.kind, value_of(link, day, authority))

    def _authority_of(self, browsed: BrowsedSite) -> Authority:
        """As the run valued its links, with the ranks as they are when these are first shown."""
        with self._lock:
            known = self._authority.get(browsed.run.id)
        if known is None:
            try:
                ranks = find_table(self._workspace.folder)
            except InputError:
                ranks = None
            known = recall_authority(self._workspace, browsed.run, ranks)
            with self._lock:
                self._authority[browsed.run.id] = known
        return known


def whole_row(line: DeadPageLine, dead: DeadTarget) -> DeadPageRow:
    """A row as the report has it, made of a listed row and what the run found."""
    found, verdict = dead.finding or _UNJUDGED, dead.look.verdict
    return DeadPageRow(
        rank=line.rank,
        url=line.url,
        verdict=verdict.kind,
        verdict_reason=verdict.reason,
        verdict_confidence_0_1=verdict.verdict_confidence_0_1,
        p_not_found_0_1=verdict.p_not_found_0_1,
        checked_at=dead.look.checked_at,
        first_seen_dead=datetime.fromisoformat(line.first_seen_dead) if line.first_seen_dead else None,
        looks_dead=line.looks_dead,
        confirmed=line.confirmed,
        cause=found.cause,
        cause_confidence_0_1=found.cause_confidence_0_1,
        cause_evidence=found.cause_evidence,
        equity_share_0_1=line.equity_share_0_1,
        running_share_0_1=line.running_share_0_1,
        links=line.links,
        links_seen=line.links_seen,
        referring_domains=line.referring_domains,
        best_link=dead.totals.best_link,
        best_link_parts=dead.totals.best_link_parts,
        anchors=dead.totals.anchors[:ANCHORS_SHOWN],
        old_title=line.old_title,
        target_url=line.target_url or None,
        match_confidence_0_1=line.match_confidence_0_1,
        match_reason=found.match_reason,
        candidates=found.candidates,
        disposition=line.disposition,
        decision=line.state,
        decided_by=line.decided_by,
        former_host=line.former_host,
    )


def _by_value(row: BacklinkRow) -> tuple[float, str]:
    return -(row.value or 0.0), row.referring_page
