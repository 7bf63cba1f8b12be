"""Decide: read an edited redirects sheet back as decisions, and write the server files of what is accepted."""

from dataclasses import dataclass, field
from pathlib import Path

from linkreclaim.errors import InputError, UsageError
from linkreclaim.jobs.audits.accept import accept_beside_sheet
from linkreclaim.jobs.audits.audit import read_site
from linkreclaim.jobs.delivery.deliver import summarise, write_server_files
from linkreclaim.jobs.delivery.list_dead import site_of
from linkreclaim.jobs.findings.rows import dead_rows
from linkreclaim.jobs.looks.looking import Looker, looker_of
from linkreclaim.jobs.runs.clock import utc_now
from linkreclaim.jobs.runs.context import AuditRequest, RunContext
from linkreclaim.model.decisions import Decision, DecisionState, is_by_threshold
from linkreclaim.model.events import EventSink
from linkreclaim.model.judgements import Disposition
from linkreclaim.model.links import RowProblem
from linkreclaim.model.reports import AuditSummary, DeadPageRow, ServerFileSummary
from linkreclaim.net import open_fetcher
from linkreclaim.redirects import SheetRow, read_sheet
from linkreclaim.store import Workspace, open_workspace
from linkreclaim.urls import Url, match_key, parse, resolve


@dataclass(frozen=True, slots=True)
class DecideResult:
    """What a sheet changed."""

    accepted: int
    rejected: int
    unchanged: int
    problems: tuple[RowProblem, ...]  # rows that were not taken, each with its line
    changed_targets: tuple[tuple[int, str, str], ...]  # (line, source, the person's own target)
    server_files: tuple[ServerFileSummary, ...]
    summary: AuditSummary


@dataclass(slots=True)
class TakenSheet:
    """What the rows of a sheet decided."""

    decisions: list[Decision] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)  # rows that were not taken, each with its line
    changed: list[tuple[int, str, str]] = field(default_factory=list)  # (line, source, the person's own target)
    left_otherwise: set[str] = field(default_factory=set)  # URLs still proposed whose target the person changed
    by_threshold: int = 0  # rows that a threshold accepts, and nobody decides
    unchanged: int = 0

    @property
    def accepted(self) -> int:
        """Rows that accept, or that a threshold does."""
        return self.by_threshold + sum(made.state is DecisionState.ACCEPTED for made in self.decisions)

    @property
    def rejected(self) -> int:
        """Rows that reject."""
        return sum(made.state is DecisionState.REJECTED for made in self.decisions)


async def decide(sheet: Path, request: AuditRequest, decided_by: str, sink: EventSink, check: bool) -> DecideResult:
    """Take over what a person decided in a sheet, then accept what is still proposed at the threshold, where one is
    given, and write the server files of all that is accepted.

    Unknown sources, targets that are dead or that were typed wrong are reported and left undecided; the other rows are
    taken. Targets the inventory does not know are asked when `check` is on.

    Raises:
        InputError: the file is no such sheet, or the site has never been audited in this workspace.
        UsageError: the workspace has several sites and the request names none.
    """
    with open_workspace(request.workspace) as workspace:
        host = _host(request, workspace)
        run = workspace.runs.latest(workspace.ledger.site_id(host))
        if run is None:
            raise InputError(f"{host} has no finished audit in {request.workspace}; run linkreclaim audit first")
        site = site_of(workspace, run)
        async with open_fetcher(request.settings, site) as fetcher:
            context = RunContext(workspace, run, site, request, fetcher, sink, utc_now)
            asked_at = utc_now()
            read = await take_sheet(context, sheet, sheet.name, decided_by, check)
        accept_beside_sheet(context, sheet.name, read.left_otherwise, asked_at)
        files = write_server_files(context, dead_rows(context))
        return DecideResult(
            accepted=read.accepted,
            rejected=read.rejected,
            unchanged=read.unchanged,
            problems=tuple(read.problems),
            changed_targets=tuple(read.changed),
            server_files=files,
            summary=summarise(context, files, provisional=False),
        )


def _host(request: AuditRequest, workspace: Workspace) -> str:
    if request.site:
        return read_site(request).host
    hosts = workspace.ledger.hosts()
    if len(hosts) != 1:
        known = ", ".join(hosts) or "none"
        raise UsageError(f"name the site with --site: {request.workspace} has {known}")
    return hosts[0]


async def take_sheet(context: RunContext, sheet: Path, name: str, decided_by: str, check: bool) -> TakenSheet:
    """Read a sheet and append its decisions, as one batch under the sheet's name.

    Raises:
        InputError: the file is no such sheet.
    """
    read = await _read(context, sheet, decided_by, check)
    context.workspace.decisions.append(context.run.site_id, context.run.id, read.decisions, name)
    return read


async def _read(context: RunContext, sheet: Path, decided_by: str, check: bool) -> TakenSheet:
    rows = {match_key(row.url): row for row in dead_rows(context)}
    live = context.workspace.pages.states(context.run.id)
    looker = looker_of(context)
    read = TakenSheet()
    for entry in read_sheet(sheet):
        if isinstance(entry, RowProblem):
            read.problems.append(entry)
            continue
        made = _decision(context, entry, rows, decided_by)
        if made is None:
            _leave(context, read, entry, rows)
        elif isinstance(made, RowProblem):
            read.problems.append(made)
        else:
            problem = await _target_problem(looker, entry, made, live) if check else None
            _take(read, entry, made, problem, rows[match_key(made.source_url)])
    return read


def _leave(context: RunContext, read: TakenSheet, entry: SheetRow, rows: dict[str | None, DeadPageRow]) -> None:
    """A row that decides nothing: a threshold may, unless the row names another target than it would accept."""
    source = _source(context, entry)
    row = rows[None if source is None else source.key]
    same = entry.target is None or match_key(row.target_url or "") == match_key(entry.target)
    if not same:
        read.left_otherwise.add(row.url)
    least, is_redirect = context.request.accept_0_1, row.disposition is Disposition.REDIRECT
    is_open = row.decision is DecisionState.PROPOSED or is_by_threshold(row.decided_by)
    if same and is_open and is_redirect and least is not None and row.match_confidence_0_1 >= least:
        read.by_threshold += 1
    else:
        read.unchanged += 1


def _take(read: TakenSheet, entry: SheetRow, made: Decision, problem: str | None, row: DeadPageRow) -> None:
    if problem is not None:
        read.problems.append(RowProblem(entry.line, problem))
        return
    if made.target_url is not None and match_key(made.target_url) != match_key(row.target_url or ""):
        read.changed.append((entry.line, made.source_url, made.target_url))
    read.decisions.append(made)


def _decision(
    context: RunContext, entry: SheetRow, rows: dict[str | None, DeadPageRow], decided_by: str
) -> Decision | RowProblem | None:
    """The decision of one sheet row; None when the row decides nothing."""
    origin, source = _origin(context), _source(context, entry)
    row = None if source is None else rows.get(source.key)
    if origin is None or row is None:
        return RowProblem(entry.line, f"{entry.source} is no dead page of the last audit of {context.site.host}")
    state = entry.decision or DecisionState.PROPOSED
    if state is DecisionState.PROPOSED:
        return None
    target = _target(origin, entry)
    if isinstance(target, RowProblem):
        return target
    disposition = entry.disposition or row.disposition
    if state is DecisionState.ACCEPTED and target is not None and disposition is not Disposition.GONE:
        disposition = Disposition.REDIRECT
    if disposition is Disposition.REDIRECT and state is DecisionState.ACCEPTED and target is None:
        return RowProblem(entry.line, f"{entry.source} is accepted as a redirect but has no target")
    kept = None if disposition is not Disposition.REDIRECT or target is None else target.href
    return Decision(row.url, state, disposition, kept, decided_by, context.clock(), entry.note)


def _origin(context: RunContext) -> Url | None:
    return parse(f"{context.site.scheme or 'https'}://{context.site.host}/")


def _source(context: RunContext, entry: SheetRow) -> Url | None:
    origin = _origin(context)
    return None if origin is None else resolve(origin, entry.source)


def _target(origin: Url, entry: SheetRow) -> Url | RowProblem | None:
    if entry.target is None:
        return None
    target = resolve(origin, entry.target)
    return target or RowProblem(entry.line, f"target {entry.target!r} is no path or http(s) URL")


async def _target_problem(looker: Looker, entry: SheetRow, made: Decision, live: dict[str, bool]) -> str | None:
    """Why an accepted target must not be taken; None when it is a living page."""
    if made.state is not DecisionState.ACCEPTED or made.target_url is None:
        return None
    if live.get(match_key(made.target_url) or ""):
        return None
    look = await looker.look(made.target_url)
    if look.verdict.dead or look.answer.redirected:
        return f"target {made.target_url} of {entry.source} is {look.verdict.kind.value}: {look.verdict.reason}"
    return None
