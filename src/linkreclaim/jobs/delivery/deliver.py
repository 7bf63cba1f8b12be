"""Deliver: the summary, the files of the report, and the redirect files for the user's server."""

import shlex
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path

from linkreclaim.jobs.delivery.list_dead import list_dead_pages
from linkreclaim.jobs.findings.page_yield import page_yield
from linkreclaim.jobs.findings.restore import restore_briefs
from linkreclaim.jobs.findings.rows import (
    backlink_rows,
    dead_rows,
    link_states,
    links_of,
    lost_value,
    provisional_rows,
    source_summaries,
)
from linkreclaim.jobs.overviews.history import recovery_over_time
from linkreclaim.jobs.overviews.overview import note_overview
from linkreclaim.jobs.overviews.pictures import count_folders, note_folders
from linkreclaim.jobs.planning.plan import make_plan
from linkreclaim.jobs.planning.requests import mark_requests
from linkreclaim.jobs.redirects.files import write_files, write_plain_map
from linkreclaim.jobs.redirects.standing import standing_lines
from linkreclaim.jobs.runs.context import RunContext
from linkreclaim.model.decisions import DecisionState
from linkreclaim.model.judgements import NEVER_REDIRECTED, Disposition
from linkreclaim.model.redirects import RedirectLine
from linkreclaim.model.reports import AuditSummary, BacklinkRow, DeadPageRow, Plan, ServerFileSummary
from linkreclaim.redirects import plan_redirects
from linkreclaim.report.document import to_json
from linkreclaim.report.files import write_text
from linkreclaim.report.page import render_html
from linkreclaim.report.pictures import FolderFlows
from linkreclaim.report.plan import write_plan
from linkreclaim.report.restore import write_restore
from linkreclaim.report.tables import write_backlinks, write_dead_pages, write_prospects, write_redirects
from linkreclaim.urls import parse

REGAIN_GOAL_0_1 = 0.8
"""The report says how few redirects regain this share: people start there (our choice, after the 80/20 habit)."""
AUDIT_ENGINES = ("apache", "cloudflare", "htaccess", "netlify", "nginx")
"""Servers whose files an audit writes unasked; `linkreclaim redirects write` knows the others."""
ACCEPTED_MAP_NAME = "map.csv"
"""What is in these files, as a map for `linkreclaim redirects`: other servers, and proof afterwards."""
OPEN_COMMAND = {"darwin": "open", "win32": "start"}.get(sys.platform, "xdg-open")
"""What opens a file with the user's own program."""


def deliver(context: RunContext) -> AuditSummary:
    """Write every file of the finished audit and return its summary."""
    out = context.request.out
    out.mkdir(parents=True, exist_ok=True)
    server_files = () if context.request.foreign else write_server_files(context, dead_rows(context))
    plan = None if context.request.foreign else make_plan(context)
    summary = summarise(context, server_files, provisional=False, plan=plan)
    note_overview(context, summary)
    list_dead_pages(context.workspace, context.run, context.site)
    folders = FolderFlows()
    write_dead_pages(out / "dead_pages.csv", count_folders(dead_rows(context), folders))
    write_backlinks(out / "backlinks.csv", _marked(backlink_rows(context), plan))
    if plan is None:
        write_prospects(out / "prospects.csv", backlink_rows(context, dead_only=True))
    else:
        note_folders(context, folders)
        write_redirects(out / "redirects.csv", dead_rows(context))
        write_plan(out / "plan.csv", plan.steps)
        write_restore(out / "restore", context.site.host, restore_briefs(context, plan))
    _write_html(context, summary, provisional=False, plan=plan)
    steps = () if plan is None else plan.steps
    write_text(out / "summary.json", to_json(summary, dead_rows(context), steps))
    return summary


def _marked(links: Iterable[BacklinkRow], plan: Plan | None) -> Iterable[BacklinkRow]:
    return links if plan is None else mark_requests(links, plan.requests)


def deliver_provisional(context: RunContext) -> AuditSummary:
    """Write the first ranked list: what the files alone say, within seconds."""
    context.request.out.mkdir(parents=True, exist_ok=True)
    summary = summarise(context, (), provisional=True)
    write_dead_pages(context.request.out / "provisional.csv", provisional_rows(context))
    _write_html(context, summary, provisional=True)
    return summary


def summarise(
    context: RunContext, server_files: tuple[ServerFileSummary, ...], provisional: bool, plan: Plan | None = None
) -> AuditSummary:
    """The whole result on one screen."""
    workspace, run, site_id = context.workspace, context.run, context.run.site_id
    targets, backlinks = workspace.findings.all_counts(site_id)
    counted = _Counted()
    lost = 0.0
    if not provisional:
        lost = sum(map(lost_value, workspace.findings.dead_targets(site_id, run.id)))
        for row in dead_rows(context):
            counted.add(row)
    whole = workspace.findings.all_value(site_id)
    state = workspace.runs.state(run.id)
    outcomes = tuple(workspace.sightings.page_outcomes(run.id))
    return AuditSummary(
        site=context.site.host,
        old_hosts=context.site.old_hosts,
        run_id=run.id,
        started_at=run.started_at,
        finished_at=None if provisional else context.clock(),
        provisional=provisional,
        foreign=context.request.foreign,
        sources=source_summaries(context),
        backlinks=backlinks,
        referring_domains=workspace.findings.referring_domains(site_id),
        targets=targets,
        verdict_counts=() if provisional else tuple(workspace.runs.verdict_counts(run.id, site_id)),
        dead_with_links=counted.with_links,
        dead_without_links=counted.without_links,
        broken_backlinks=counted.links,
        lost_equity_share_0_1=lost / whole if whole > 0 and not provisional else None,
        proposed_redirects=counted.proposed,
        regain_share_0_1=min(1.0, counted.regain),
        regain_count_80=counted.count_for(REGAIN_GOAL_0_1),
        accepted=counted.accepted,
        none_fits=counted.none_fits,
        pages_total=sum(n for _, n in outcomes) if not provisional else _pages_to_read(context),
        page_outcomes=outcomes,
        inventory_pages=0 if provisional else workspace.runs.live_page_count(run.id),
        inventory_source=str(state.get("inventory_source", "")),
        captures=int(state.get("captures", 0)),
        server_files=server_files,
        warnings=tuple(dict.fromkeys(context.warnings)),
        next_commands=() if provisional else _next_commands(context, counted, server_files),
        dead_confirmed=counted.confirmed,
        link_states=() if provisional else link_states(context),
        page_yield=None if provisional else page_yield(context),
        plan=None if plan is None else plan.figures,
    )


class _Counted:
    """Totals over the dead pages' rows."""

    def __init__(self) -> None:
        self.with_links = self.without_links = self.links = 0
        self.proposed = self.accepted = self.none_fits = self.untitled = self.confirmed = 0
        self.regain = 0.0
        self._shares: list[float] = []

    def add(self, row: DeadPageRow) -> None:
        """Count one dead page; spam and what never was are no loss."""
        if row.cause in NEVER_REDIRECTED:
            return
        has_links = row.referring_domains > 0
        self.with_links += has_links
        self.without_links += not has_links
        self.links += row.links
        self.confirmed += row.confirmed
        self.accepted += row.decision is DecisionState.ACCEPTED
        redirect = row.disposition is Disposition.REDIRECT and row.decision is not DecisionState.REJECTED
        if has_links and redirect and row.target_url:
            self.proposed += 1
            self.regain += row.equity_share_0_1
            self._shares.append(row.equity_share_0_1)
        self.none_fits += has_links and row.target_url is None
        self.untitled += has_links and not row.old_title

    def count_for(self, goal_0_1: float) -> int:
        """How many of the best redirects regain the given share of what all of them regain."""
        running = 0.0
        for count, share in enumerate(sorted(self._shares, reverse=True), 1):
            running += share
            if running >= goal_0_1 * self.regain:
                return count
        return len(self._shares)


def write_server_files(context: RunContext, rows: Iterable[DeadPageRow]) -> tuple[ServerFileSummary, ...]:
    """Write the redirect files of the usual servers, and their map: accepted lines, and with --accept proposals at
    that confidence; also those that work by now."""
    lines = [line for row in rows if (line := redirect_line(row)) is not None]
    lines += standing_lines(context)
    folder = context.request.out / "redirects"
    _remove_written(folder)
    if not lines:
        return ()
    live = {key for key, state in context.workspace.runs.page_states(context.run.id).items() if state}
    plan = plan_redirects(lines, context.site, live)
    header = _header(context, len(plan.lines))
    written = [write_files(plan, context.site, engine, folder / engine, header) for engine in AUDIT_ENGINES]
    write_plain_map(folder / ACCEPTED_MAP_NAME, plan.lines)
    return tuple(ServerFileSummary(each.engine, str(each.files[0]), each.lines, len(each.refused)) for each in written)


def _remove_written(folder: Path) -> None:
    """What is no longer accepted must not stay behind; what others put into a folder of this name does."""
    if not folder.is_dir():
        return
    for engine in AUDIT_ENGINES:
        if (folder / engine / f"INSTALL-{engine}.txt").exists():
            shutil.rmtree(folder / engine, ignore_errors=True)
    (folder / ACCEPTED_MAP_NAME).unlink(missing_ok=True)


def redirect_line(row: DeadPageRow) -> RedirectLine | None:
    """The accepted line of a dead page, None when nothing is accepted for it."""
    if row.decision is not DecisionState.ACCEPTED:
        return None
    url = parse(row.url)
    if url is None:
        return None
    source = url.without_fragment if row.former_host else url.request_target
    by_threshold = row.decided_by.startswith("--accept")
    confidence = row.match_confidence_0_1 if by_threshold else None
    if row.disposition is Disposition.GONE:
        return RedirectLine(source, None, 410)
    if row.disposition is not Disposition.REDIRECT or row.target_url is None:
        return None
    return RedirectLine(source, row.target_url, 301, confidence_0_1=confidence)


def _header(context: RunContext, lines: int) -> list[str]:
    accept = context.request.accept_0_1
    who = "lines that a person accepted"
    if accept is not None:
        who += f", and proposals at confidence {accept:g} or above (--accept {accept:g})"
    return [f"linkreclaim: redirects for {context.site.host}", f"{lines} lines: {who}"]


def _write_html(context: RunContext, summary: AuditSummary, provisional: bool, plan: Plan | None = None) -> None:
    rows = provisional_rows(context) if provisional else dead_rows(context)

    def links(row: DeadPageRow) -> list[BacklinkRow]:
        return [] if provisional else list(_marked(links_of(context, row), plan))

    points = () if provisional else recovery_over_time(context.workspace, context.run.site_id)
    page = render_html(summary, rows, links, plan=plan, recovery=points)
    write_text(context.request.out / "report.html", page)


def _pages_to_read(context: RunContext) -> int:
    return sum(1 for _ in context.workspace.sightings.pages_without_target(context.run.site_id))


def _next_commands(
    context: RunContext, counted: _Counted, files: tuple[ServerFileSummary, ...]
) -> tuple[tuple[str, str], ...]:
    """The next three commands, with the user's own names in them."""
    out, workspace = context.request.out, context.request.workspace
    if context.request.foreign:
        return (
            ("see the dead pages and what they were", _command(OPEN_COMMAND, out / "report.html")),
            ("see who links to them, and still does", _command(OPEN_COMMAND, out / "prospects.csv")),
        )
    commands = [("look at the result", _command(OPEN_COMMAND, out / "report.html"))]
    if not counted.with_links + counted.without_links:
        return tuple(commands)
    decide = _command("linkreclaim decide", out / "redirects.csv", "--workspace", workspace)
    commands.append(("edit the sheet (accept, change, reject), then read it back", decide))
    if counted.untitled > counted.with_links / 2 and not context.request.wayback:
        commands.append(("ask the Wayback Machine what the dead pages were, for better targets", _ask_wayback(context)))
    if not counted.accepted:
        commands.append(("or take every proposal at 0.95 or above", f"{decide} --accept 0.95"))
    elif files:
        install = Path(files[0].path).parent.parent
        commands.append(("put the redirects on your server (INSTALL in each folder)", _command("ls", install)))
    return tuple(commands)


def _command(program: str, *words: str | Path) -> str:
    """A command that can be pasted into a shell, whatever the user's folders are called."""
    return " ".join((program, *(shlex.quote(str(word)) for word in words)))


def _ask_wayback(context: RunContext) -> str:
    """The same audit once more, with the archive; links and decisions are in the workspace."""
    request = context.request
    hosts = (word for host in request.old_hosts for word in ("--old-host", host))
    subdomains = ["--subdomains"] if request.subdomains else []
    private = ["--allow-private"] if request.settings.allow_private else []
    places: list[str | Path] = ["--workspace", request.workspace]
    if request.out != request.workspace / "report":
        places += ["--out", request.out]
    return _command("linkreclaim audit", request.site, *hosts, *subdomains, "--wayback", *places, *private)
