"""Client report: the newest finished audit of a site, told to whoever owns the site."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path

from linkreclaim.config import FetchSettings
from linkreclaim.errors import InputError, UsageError
from linkreclaim.jobs.delivery.dead_pages import DeadPageCounts, pass_on
from linkreclaim.jobs.delivery.deliver import summarise
from linkreclaim.jobs.delivery.list_dead import site_of
from linkreclaim.jobs.findings.rows import backlink_rows, dead_rows, links_of
from linkreclaim.jobs.gathering.ledger import choose_host
from linkreclaim.jobs.overviews.history import recovery_over_time
from linkreclaim.jobs.overviews.overview import OverviewReader
from linkreclaim.jobs.planning.plan import make_plan
from linkreclaim.jobs.runs.context import AuditRequest, RunContext
from linkreclaim.model.overviews import Overview, RunPoint
from linkreclaim.net import open_fetcher
from linkreclaim.report.client import (
    LINKS_SHOWN,
    PAGES_SHOWN,
    ClientFacts,
    ClientReport,
    Logo,
    read_logo,
    render_client_page,
    render_client_pdf,
    render_client_workbook,
    write_client_report,
)
from linkreclaim.report.digest import Digest
from linkreclaim.report.escape import make_visible
from linkreclaim.report.files import write_bytes, write_text
from linkreclaim.store import Workspace, open_workspace
from linkreclaim.store.workspace import DATABASE_NAME

FORMS = (".html", ".pdf", ".xlsx")
CACHE_KIB = 16_384
"""Page cache of a connection: a report reads most pages of the database once, so that a larger one would only take
memory (our choice)."""
AGENCY_CHARACTERS = 100
"""Longest name of an agency: it stands in one line at the top."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Who hands the report over."""

    agency: str = ""
    logo: Logo | None = None


def name_agency(typed: str) -> str:
    """A name as it stands in the report."""
    return make_visible(typed.strip())[:AGENCY_CHARACTERS]


@dataclass(frozen=True, slots=True)
class WrittenReport:
    """What was written."""

    site: str
    audited_at: datetime
    headline: str


def report_to_client(
    folder: Path, out: Path, site: str = "", agency: str = "", logo: Path | None = None
) -> WrittenReport:
    """Write the report as `out` says by its ending: .html, .pdf or .xlsx. No server is asked.

    The figures are those of the newest finished audit, with the decisions made since. Cost: as the end of an audit.
    Our measurement: 200,000 lost pages with 1,000,000 links in 93 s of CPU and 247 MB on a busy machine.

    Raises:
        UsageError: `out` has another ending, the workspace has several sites and none is named, or the site was
            audited as somebody else's.
        InputError: the folder is no workspace, the site has no finished audit in it, or the logo cannot be used.
        MissingExtraError: a PDF or a workbook is wanted, and the `reports` extra is not installed.
        LinkreclaimError: the file cannot be written.
    """
    if out.suffix.lower() not in FORMS:
        raise UsageError(f"--out {out}: name it .html, .pdf or .xlsx, which says what is written")
    sender = Sender(name_agency(agency), None if logo is None else read_logo(logo))
    if not (folder / DATABASE_NAME).is_file():
        raise InputError(f"{folder} is no workspace: run linkreclaim audit first, or name it with --workspace")
    with open_workspace(folder, CACHE_KIB) as workspace:
        return asyncio.run(_report(workspace, choose_host(workspace, folder, site), out, sender))


async def _report(workspace: Workspace, host: str, out: Path, sender: Sender) -> WrittenReport:
    async with tell_client(workspace, host, sender) as told:
        told.write(out)
        return WrittenReport(host, told.context.clock(), told.report.headline)


@dataclass(frozen=True, slots=True)
class ToldReport:
    """A report that is put into words, to be written in one form or several."""

    context: RunContext
    sender: Sender
    facts: ClientFacts
    report: ClientReport

    def write(self, out: Path) -> None:
        """Write the form that the ending of `out` names. Raises as `report_to_client` does."""
        at, sender = self.context.clock(), self.sender
        if out.suffix.lower() == ".html":
            write_text(out, render_client_page(self.report, sender.agency, sender.logo))
        elif out.suffix.lower() == ".pdf":
            write_bytes(out, render_client_pdf(self.report, at, sender.agency, sender.logo))
        else:
            links = backlink_rows(self.context, dead_only=True)
            steps = self.facts.plan.steps
            write_bytes(out, render_client_workbook(self.report, at, dead_rows(self.context), steps, links))


@asynccontextmanager
async def tell_client(workspace: Workspace, host: str, sender: Sender) -> AsyncIterator[ToldReport]:
    """The report on the newest finished audit of a site, in words. Raises as `report_to_client` does."""
    async with _reopen(workspace, host) as context:
        overview = OverviewReader(workspace).overview(host, context.run.site_id)
        facts = _gather(context, overview, _own_site(overview, host))
        yield ToldReport(context, sender, facts, write_client_report(facts, sender.agency))


@asynccontextmanager
async def _reopen(workspace: Workspace, host: str) -> AsyncIterator[RunContext]:
    """The newest finished run as it stood when it ended: links are valued by that day, and nobody is asked."""
    run = workspace.runs.latest(workspace.ledger.site_id(host))
    if run is None or run.finished_at is None:
        raise InputError(f"{host} has no finished audit in {workspace.folder}; run linkreclaim audit first")
    ended = run.finished_at
    request = AuditRequest(host, (), workspace.folder, workspace.folder)
    site = site_of(workspace, run)
    async with open_fetcher(FetchSettings(), site) as fetcher:
        yield RunContext(workspace, run, site, request, fetcher, lambda event: None, lambda: ended)


def _own_site(overview: Overview, host: str) -> RunPoint:
    """The newest audit; an audit of somebody else's site notes a result without a plan."""
    latest = overview.latest
    if latest is None or latest.figures is None:
        raise InputError(f"{host} has no finished audit that can be told")
    if not latest.figures.verdicts:
        raise InputError(f"the newest audit of {host} looked at no links from other sites: run one with --links")
    if latest.headline is not None and latest.plan is None:
        raise UsageError(f"{host} was audited as somebody else's site: its report.html says whom to ask for links")
    return latest


def _gather(context: RunContext, overview: Overview, latest: RunPoint) -> ClientFacts:
    counts, digest = DeadPageCounts(), Digest(PAGES_SHOWN)
    plan = make_plan(context, pass_on(dead_rows(context), counts.add, digest.add))
    links = {row.url: tuple(islice(links_of(context, row), LINKS_SHOWN)) for row in digest.ranked}
    if latest.figures is None:  # `_own_site` has seen to it
        raise AssertionError(latest)
    return ClientFacts(
        summary=summarise(context, (), provisional=False, plan=plan, counts=counts),
        digest=digest,
        plan=plan,
        figures=latest.figures,
        groups=overview.groups,
        sources=overview.sources,
        decided=overview.decided,
        recovery=recovery_over_time(context.workspace, context.run.site_id),
        links=links,
    )
