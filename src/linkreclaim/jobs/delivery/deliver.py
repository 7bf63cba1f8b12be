"""Deliver: the summary, the files of the report, and the redirect files for the user's server."""

import shlex
import shutil
import sys
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from linkreclaim.jobs.delivery.dead_pages import DeadPageCounts, pass_on
from linkreclaim.jobs.delivery.list_dead import list_dead_pages
from linkreclaim.jobs.findings.page_yield import page_yield
from linkreclaim.jobs.findings.restore import restore_briefs
from linkreclaim.jobs.findings.rows import (
    backlink_rows,
    dead_rows,
    link_states,
    links_of,
    lost_in_all,
    provisional_rows,
    source_summaries,
)
from linkreclaim.jobs.overviews.history import recovery_over_time
from linkreclaim.jobs.overviews.overview import note_overview
from linkreclaim.jobs.overviews.pictures import note_folders
from linkreclaim.jobs.planning.plan import make_plan
from linkreclaim.jobs.planning.requests import mark_requests
from linkreclaim.jobs.redirects.files import write_files, write_plain_map
from linkreclaim.jobs.redirects.standing import standing_lines
from linkreclaim.jobs.runs.context import RunContext
from linkreclaim.model.decisions import DecisionState, is_by_threshold
from linkreclaim.model.judgements import Disposition
from linkreclaim.model.redirects import RedirectLine
from linkreclaim.model.reports import AuditSummary, BacklinkRow, DeadPageRow, Plan, ServerFileSummary
from linkreclaim.redirects import plan_redirects, source_keys
from linkreclaim.report.digest import Digest
from linkreclaim.report.document import encode_row, to_json
from linkreclaim.report.files import open_scratch, write_text
from linkreclaim.report.page import render_digest, render_html
from linkreclaim.report.plan import write_plan
from linkreclaim.report.restore import write_restore
from linkreclaim.report.tables import (
    DEAD_PAGE_COLUMNS,
    open_redirects,
    open_table,
    write_backlinks,
    write_dead_pages,
    write_prospects,
)
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
    with open_scratch(out) as encoded:
        passed = _pass_once(context, encoded)
        server_files = () if context.request.foreign else _write_server_lines(context, passed.lines)
        summary = summarise(context, server_files, provisional=False, plan=passed.plan, counts=passed.counts)
        note_overview(context, summary)
        list_dead_pages(context.workspace, context.run, context.site)
        _write_links(context, passed.plan)
        if passed.plan is not None:
            note_folders(context, passed.digest.flows)
            write_plan(out / "plan.csv", passed.plan.steps)
            write_restore(out / "restore", context.site.host, restore_briefs(context, passed.plan))
        _write_html(context, summary, passed.digest, passed.plan)
        steps = () if passed.plan is None else passed.plan.steps
        write_text(out / "summary.json", to_json(summary, _read_lines(encoded), steps))
    return summary


@dataclass(frozen=True, slots=True)
class _Passed:
    """What one pass over the dead pages gave beside their files."""

    counts: DeadPageCounts
    digest: Digest
    lines: list[RedirectLine]  # accepted
    plan: Plan | None  # of the user's own site


def _pass_once(context: RunContext, encoded: TextIO) -> _Passed:
    """Read the dead pages once: write the files that have a line for each, and keep what the others need.

    `encoded` gets each page as summary.json will hold it, which begins with what is known only at the end.
    """
    out, counts, digest = context.request.out, DeadPageCounts(), Digest()
    lines: list[RedirectLine] = []

    def accept(row: DeadPageRow) -> None:
        if (line := redirect_line(row)) is not None:
            lines.append(line)

    def encode(row: DeadPageRow) -> None:
        encoded.write(encode_row(row) + "\n")

    with open_table(out / "dead_pages.csv", DEAD_PAGE_COLUMNS) as add_page:
        rows = pass_on(dead_rows(context), counts.add, digest.add, add_page, encode)
        if context.request.foreign:
            deque(rows, maxlen=0)
            return _Passed(counts, digest, lines, None)
        with open_redirects(out / "redirects.csv") as add_redirect:
            plan = make_plan(context, pass_on(rows, add_redirect, accept))
    return _Passed(counts, digest, lines, plan)


def _read_lines(encoded: TextIO) -> Iterator[str]:
    encoded.seek(0)
    return (line[:-1] for line in encoded)


def _write_links(context: RunContext, plan: Plan | None) -> None:
    out = context.request.out
    write_backlinks(out / "backlinks.csv", _marked(backlink_rows(context), plan))
    if plan is None:
        write_prospects(out / "prospects.csv", backlink_rows(context, dead_only=True))


def _marked(links: Iterable[BacklinkRow], plan: Plan | None) -> Iterable[BacklinkRow]:
    return links if plan is None else mark_requests(links, plan.requests)


def deliver_provisional(context: RunContext) -> AuditSummary:
    """Write the first ranked list: what the files alone say, within seconds."""
    context.request.out.mkdir(parents=True, exist_ok=True)
    summary = summarise(context, (), provisional=True)
    write_dead_pages(context.request.out / "provisional.csv", provisional_rows(context))
    page = render_html(summary, provisional_rows(context), lambda row: ())
    write_text(context.request.out / "report.html", page)
    return summary


def summarise(
    context: RunContext,
    server_files: tuple[ServerFileSummary, ...],
    provisional: bool,
    plan: Plan | None = None,
    counts: DeadPageCounts | None = None,
) -> AuditSummary:
    """The whole result on one screen; `counts` of the dead pages where somebody has them already."""
    workspace, run, site_id = context.workspace, context.run, context.run.site_id
    targets, backlinks = workspace.targets.counts(site_id)
    counted = counts or DeadPageCounts()
    lost = 0.0 if provisional else lost_in_all(workspace, run)
    if counts is None and not provisional:
        deque(pass_on(dead_rows(context), counted.add), maxlen=0)
    whole = workspace.targets.whole_value(site_id)
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
        referring_domains=workspace.referring_domains.count(site_id),
        targets=targets,
        verdict_counts=() if provisional else tuple(workspace.looks.verdict_counts(run.id, site_id)),
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
        inventory_pages=0 if provisional else workspace.pages.live_count(run.id),
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


def write_server_files(context: RunContext, rows: Iterable[DeadPageRow]) -> tuple[ServerFileSummary, ...]:
    """Write the redirect files of the usual servers, and their map: accepted lines, also those that work by now."""
    return _write_server_lines(context, [line for row in rows if (line := redirect_line(row)) is not None])


def _write_server_lines(context: RunContext, accepted: Sequence[RedirectLine]) -> tuple[ServerFileSummary, ...]:
    lines = [*accepted, *standing_lines(context)]
    folder = context.request.out / "redirects"
    _remove_written(folder)
    if not lines:
        return ()
    live = context.workspace.pages.live_among(context.run.id, source_keys(lines, context.site))
    plan = plan_redirects(lines, context.site, live)
    header = _header(context, plan.lines)
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
    by_threshold = is_by_threshold(row.decided_by)
    confidence = row.match_confidence_0_1 if by_threshold else None
    if row.disposition is Disposition.GONE:
        return RedirectLine(source, None, 410)
    if row.disposition is not Disposition.REDIRECT or row.target_url is None:
        return None
    return RedirectLine(source, row.target_url, 301, confidence_0_1=confidence)


def _header(context: RunContext, lines: Sequence[RedirectLine]) -> list[str]:
    accept = context.request.accept_0_1
    who = "lines that a person accepted"
    if accept is not None:
        who += f", and proposals at confidence {accept:g} or above (--accept {accept:g})"
    elif any(line.confidence_0_1 is not None for line in lines):
        who += ", and proposals that --accept took before"
    return [f"linkreclaim: redirects for {context.site.host}", f"{len(lines)} lines: {who}"]


def _write_html(context: RunContext, summary: AuditSummary, digest: Digest, plan: Plan | None) -> None:
    def links(row: DeadPageRow) -> list[BacklinkRow]:
        return list(_marked(links_of(context, row), plan))

    points = recovery_over_time(context.workspace, context.run.site_id)
    write_text(context.request.out / "report.html", render_digest(summary, digest, links, plan, points))


def _pages_to_read(context: RunContext) -> int:
    return sum(1 for _ in context.workspace.sightings.pages_without_target(context.run.site_id))


def _next_commands(
    context: RunContext, counted: DeadPageCounts, files: tuple[ServerFileSummary, ...]
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
