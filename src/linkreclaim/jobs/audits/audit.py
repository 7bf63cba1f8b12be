"""The audit: gather, check, read, take inventory, judge, accept what was asked, deliver."""

import hashlib
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Any

from linkreclaim.errors import InputError, UsageError
from linkreclaim.jobs.audits.accept import settle_acceptances
from linkreclaim.jobs.delivery.deliver import deliver, deliver_provisional
from linkreclaim.jobs.findings.page_yield import page_yield
from linkreclaim.jobs.findings.rows import dead_rows
from linkreclaim.jobs.gathering.gather import fingerprint, gather
from linkreclaim.jobs.internal.links import check_internal_links, forget_internal_links
from linkreclaim.jobs.judging.captures import check_sources
from linkreclaim.jobs.judging.inventory import take_inventory
from linkreclaim.jobs.judging.judge import judge_dead
from linkreclaim.jobs.linking.pages import read_pages_of_dead, read_untargeted_pages
from linkreclaim.jobs.lists.listing import UNTOLD_SHARE_0_1
from linkreclaim.jobs.looks.check import check_targets, warn_of_untold
from linkreclaim.jobs.looks.looking import looker_of
from linkreclaim.jobs.pulls.in_audit import asks_after_check, pull_after_check, pull_before_check
from linkreclaim.jobs.runs.clock import utc_now
from linkreclaim.jobs.runs.context import AuditRequest, RunContext
from linkreclaim.jobs.valuing.value import value_targets
from linkreclaim.model.decisions import DecisionState
from linkreclaim.model.events import EventSink, Stage
from linkreclaim.model.internal_links import InternalSummary
from linkreclaim.model.judgements import NEVER_REDIRECTED
from linkreclaim.model.reports import AuditSummary, DeadPageRow
from linkreclaim.model.sites import Site
from linkreclaim.net import open_fetcher
from linkreclaim.report.headline import has_no_link
from linkreclaim.store import Workspace, open_workspace
from linkreclaim.urls import Url, parse_lenient

TOP_ROWS = 15
ProvisionalSink = Callable[[AuditSummary], None]


@dataclass(frozen=True, slots=True)
class AuditResult:
    """A finished audit: its summary, and whether a part of it could not be told."""

    summary: AuditSummary
    top: tuple[DeadPageRow, ...]  # the most valuable dead pages, for the screen
    unreadable: tuple[str, ...]  # input files that no reader could use
    undecided: int  # dead pages with links for which nothing has been accepted or refused yet
    many_untold: bool  # more targets, or pages that may link to some, than `UNTOLD_SHARE_0_1` could not be told
    with_backlinks: bool = True  # False: only the site's own links were asked for
    internal: InternalSummary | None = None  # None: nobody asked for them

    @property
    def partial(self) -> bool:
        """A whole input, many of the targets, or some of the site's own links, could not be told; or no input
        has a link to the site."""
        own_untold = self.internal is not None and self.internal.partial
        return bool(self.unreadable) or self.many_untold or own_untold or has_no_link(self.summary)


async def audit(
    request: AuditRequest,
    sink: EventSink,
    provisional: ProvisionalSink,
    clock: Callable[[], datetime] = utc_now,
) -> AuditResult:
    """Run an audit, or continue the one that was cut off while it was asked the same.

    Raises:
        UsageError: SITE is no host, there is no export, neither given nor in the workspace, and the site's own links
            were not asked for either; or they were asked of somebody else's site.
        InputError: no input could be read at all, or captures or old records cannot be.
        WorkspaceError: the workspace cannot be used, or another run works in it.
    """
    site = read_site(request)
    if request.internal and request.foreign:
        raise UsageError("--internal is for your own site: leave out --foreign")
    check_sources(request, site)
    with open_workspace(request.workspace) as workspace, workspace.only_run():
        site_id = workspace.ledger.site_id(site.host)
        run = workspace.runs.begin(site_id, _question(request, site), clock(), request.fresh)
        begun = f"continuing the run of {run.started_at:%Y-%m-%d %H:%M} UTC" if run.continued else f"run {run.id}"
        async with open_fetcher(request.settings, site, _RobotsDocuments(workspace, run.id)) as fetcher:
            context = RunContext(workspace, run, site, request, fetcher, sink, clock)
            context.tell(Stage.GATHER, f"{site.host}: {begun}")
            if (path := _host(request.site, "SITE").path).strip("/"):
                context.tell(Stage.GATHER, f"all of {site.host} is audited, not only what stands below {path}")
            return await _stages(context, provisional)


async def _stages(context: RunContext, provisional: ProvisionalSink) -> AuditResult:
    unreadable = gather(context) + pull_before_check(context)
    with_backlinks = bool(context.workspace.ledger.files(context.run.site_id)) or asks_after_check(context.request)
    if not with_backlinks and unreadable:
        raise InputError("no input could be read; nothing was checked")
    if not with_backlinks and not context.request.internal:
        raise UsageError(
            "no link export was given: add --links FILE, --from VENDOR, or --internal for the site's own links"
        )
    context.workspace.targets.refresh(context.run.site_id)
    _find_scheme(context)
    _value_all(context)
    if with_backlinks:
        provisional(deliver_provisional(context))
    looker = looker_of(context)
    if context.request.read_pages:
        await read_untargeted_pages(context)
    await check_targets(context, looker)
    _find_scheme(context)
    if asks_after_check(context.request):
        unreadable += pull_after_check(context)
        _value_all(context, anew=True)
        await check_targets(context, looker)
    if context.request.read_pages:
        await read_pages_of_dead(context)
        await check_targets(context, looker)
        _value_touched(context)
    many_untold = _warn_of_untold_pages(context) | warn_of_untold(context)
    if with_backlinks and not context.request.foreign:
        await take_inventory(context)
    await judge_dead(context, looker)
    internal = await check_internal_links(context, alone=not with_backlinks) if context.request.internal else None
    settle_acceptances(context)
    context.workspace.runs.finish(context.run.id, context.clock())
    if internal is not None:
        forget_internal_links(context)
    summary = deliver(context)
    top = tuple(islice(dead_rows(context), TOP_ROWS))
    undecided = sum(
        1
        for row in dead_rows(context)
        if row.links and row.cause not in NEVER_REDIRECTED and row.decision is DecisionState.PROPOSED
    )
    return AuditResult(summary, top, tuple(unreadable), undecided, many_untold, with_backlinks, internal)


def read_site(request: AuditRequest) -> Site:
    """The site that the request names.

    Raises:
        UsageError: SITE or a former host is no host.
    """
    asked = _host(request.site, "SITE")
    old = tuple(_host(host, "--old-host").netloc.removeprefix("www.") for host in request.old_hosts)
    host = asked.netloc.removeprefix("www.")
    if host in old:
        raise UsageError(f"{host} is both the site and an --old-host")
    scheme = asked.scheme if "://" in request.site else ""
    return Site(host, scheme, request.subdomains, old)


def _host(text: str, what: str) -> Url:
    url = parse_lenient(text)
    if url is None or {"*", ","} & set(url.host):
        raise UsageError(f"{what} {text!r} is not a host such as example.com or https://example.com")
    return url


def _find_scheme(context: RunContext) -> None:
    """The scheme the user wrote, else the one that most links use, else https. Links that are found by reading count,
    too: some reports name no targets."""
    if "://" not in context.request.site:
        sample = context.workspace.targets.sample(context.run.site_id, 1_000)
        schemes = Counter(url.split(":", 1)[0] for url in sample)
        context.site = replace(context.site, scheme="http" if schemes["http"] > schemes["https"] else "https")
    context.workspace.runs.note(context.run.id, site=asdict(context.site))


def _question(request: AuditRequest, site: Site) -> str:
    """What was asked, as one line: a run that was cut off goes on only for the same question."""
    asked: dict[str, list[Any]] = {
        "site": [site.host, site.with_subdomains, list(site.old_hosts)],
        "links": [_fingerprint(request, n) for n in range(len(request.links))],
        "pages": list(request.pages),
        "captures": [str(path) for path in (*request.captures, *request.old)],
        "switches": [request.foreign, request.read_pages, request.probe, request.max_pages],
    }
    if request.internal:
        asked["switches"].append("internal")
    if request.vendors:
        asked["vendors"] = list(request.vendors)
    return hashlib.sha256(json.dumps(asked).encode()).hexdigest()


def _fingerprint(request: AuditRequest, number: int) -> str:
    try:
        return fingerprint(request.links[number], request.columns)
    except InputError as error:
        return str(error)


def _value_all(context: RunContext, anew: bool = False) -> None:
    if anew:
        context.workspace.targets.refresh(context.run.site_id)
    if anew or not context.workspace.runs.state(context.run.id).get("valued"):
        value_targets(context, context.workspace.targets.ids(context.run.site_id))
        context.workspace.runs.note(context.run.id, valued=True)


def _value_touched(context: RunContext) -> None:
    touched = context.workspace.sightings.touched_targets(context.run.site_id, context.run.id)
    value_targets(context, touched)


def _warn_of_untold_pages(context: RunContext) -> bool:
    """Whether many of the pages that were to name the targets could not be told; if so, say why."""
    given = page_yield(context)
    if given is None or sum(n for _, n in given.untold) <= UNTOLD_SHARE_0_1 * given.pages:
        return False
    for reason, n in context.workspace.sightings.untold_reasons(context.run.id):
        context.warn(Stage.READ_PAGES, f"{n:,} linking pages could not be told: {reason}")
    return True


class _RobotsDocuments:
    """Keeps robots.txt files with the run, so that a continued run does not ask for them again."""

    def __init__(self, workspace: Workspace, run_id: int) -> None:
        self._documents = workspace.documents
        self._run_id = run_id

    def get(self, origin: str) -> tuple[int, str] | None:
        held = self._documents.get(self._run_id, f"robots {origin}")
        return None if held is None else (held[0] or 0, held[1].decode())

    def put(self, origin: str, status: int, text: str) -> None:
        self._documents.save(self._run_id, f"robots {origin}", status, text.encode())
