"""Rows and the summary of a run, made of what the store holds; every output is written from these."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from heapq import nsmallest

from linkreclaim.jobs.linking.pages import KIND as LINKING_PAGE
from linkreclaim.jobs.runs.context import RunContext
from linkreclaim.jobs.valuing.value import authority_of, value_of
from linkreclaim.model.decisions import Decision, DecisionState
from linkreclaim.model.judgements import NEVER_REDIRECTED, Cause, Disposition, LinkValue
from linkreclaim.model.links import Backlink, LinkState
from linkreclaim.model.reports import BacklinkRow, DeadPageRow, SourceSummary
from linkreclaim.model.series import DeadSeries
from linkreclaim.model.sites import Site
from linkreclaim.model.verdicts import VerdictKind
from linkreclaim.report.digest import is_prospect
from linkreclaim.report.page import PROSPECTS_SHOWN
from linkreclaim.store import Workspace
from linkreclaim.store.counting import still_claimed
from linkreclaim.store.findings import DeadTarget, Finding
from linkreclaim.store.runs import Run
from linkreclaim.store.targets import TargetTotals
from linkreclaim.urls import parse
from linkreclaim.verdict import read_series

PROVISIONAL_ROWS = 1_000
ANCHORS_SHOWN = 5
ROWS_AT_ONCE = 200
_UNJUDGED = Finding(Cause.UNSURE, 0.0, (), "", None, 0.0, "", (), Disposition.REVIEW)


def dead_rows(context: RunContext) -> Iterator[DeadPageRow]:
    """Dead pages of the run, most valuable first, with the decisions that hold."""
    held = partial(context.workspace.decisions.latest_of, context.run.site_id)
    return (row for _, row in _numbered_rows(context.workspace, context.run, context.site, held))


def numbered_rows(workspace: Workspace, run: Run, site: Site) -> Iterator[tuple[int, DeadPageRow]]:
    """(URL id, row) of each dead page of a run, most valuable first, as the run itself found them."""
    return _numbered_rows(workspace, run, site, lambda url_ids: {})


def _numbered_rows(
    workspace: Workspace, run: Run, site: Site, held: Callable[[Sequence[int]], Mapping[int, Decision]]
) -> Iterator[tuple[int, DeadPageRow]]:
    lost = lost_in_all(workspace, run)
    running = 0.0
    ids = workspace.losses.ids(run.site_id, run.id)
    for start in range(0, len(ids), ROWS_AT_ONCE):
        block = ids[start : start + ROWS_AT_ONCE]
        found = workspace.findings.dead_targets_of(run.site_id, run.id, block)
        past, decisions = workspace.looks.past(run.id, block), held(block)
        for rank, number in enumerate(block, start + 1):
            dead = found[number]
            share = lost_value(dead) / lost if lost > 0 else 0.0
            running = min(1.0, running + share)
            series = read_series(past.get(number, ()))
            decided = _decided(dead.finding or _UNJUDGED, decisions.get(number))
            yield number, _dead_row(site, dead, decided, series, rank, share, running)


def lost_in_all(workspace: Workspace, run: Run) -> float:
    """What all dead pages of a run lost together. Cost: 10 us a page (our measurement)."""
    values = workspace.losses.values(run.site_id, run.id)
    return sum(value for value, cause in values if cause not in NEVER_REDIRECTED)


def lost_value(dead: DeadTarget) -> float:
    """What the death of a page lost: of spam and of what never was, nothing."""
    worthless = dead.finding is not None and dead.finding.cause in NEVER_REDIRECTED
    return 0.0 if worthless else dead.totals.value


def _dead_row(
    site: Site,
    dead: DeadTarget,
    decided: tuple[str | None, Disposition, DecisionState, str],
    series: DeadSeries | None,
    rank: int,
    share: float,
    running: float,
) -> DeadPageRow:
    found = dead.finding or _UNJUDGED
    verdict = dead.look.verdict
    target, disposition, state, by = decided
    url = parse(dead.totals.url)
    return DeadPageRow(
        rank=rank,
        url=dead.totals.url,
        verdict=verdict.kind,
        verdict_reason=verdict.reason,
        verdict_confidence_0_1=verdict.verdict_confidence_0_1,
        p_not_found_0_1=verdict.p_not_found_0_1,
        checked_at=dead.look.checked_at,
        first_seen_dead=None if series is None else series.first_seen_dead,
        looks_dead=0 if series is None else series.looks_dead,
        confirmed=series is not None and series.confirmed,
        cause=found.cause,
        cause_confidence_0_1=found.cause_confidence_0_1,
        cause_evidence=found.cause_evidence,
        equity_share_0_1=share,
        running_share_0_1=running,
        links=dead.totals.links,
        links_seen=dead.totals.links_seen,
        referring_domains=dead.totals.referring_domains,
        best_link=dead.totals.best_link,
        best_link_parts=dead.totals.best_link_parts,
        anchors=dead.totals.anchors[:ANCHORS_SHOWN],
        old_title=found.old_title,
        target_url=target,
        match_confidence_0_1=found.match_confidence_0_1,
        match_reason=found.match_reason,
        candidates=found.candidates,
        disposition=disposition,
        decision=state,
        decided_by=by,
        former_host=url is not None and site.owned(url.netloc),
    )


def _decided(found: Finding, decision: Decision | None) -> tuple[str | None, Disposition, DecisionState, str]:
    """What was decided holds, else what the run proposes."""
    if decision is not None:
        return decision.target_url, decision.disposition, decision.state, decision.decided_by
    return found.target_url, found.disposition, DecisionState.PROPOSED, ""


def provisional_rows(context: RunContext) -> Iterator[DeadPageRow]:
    """What the files alone say: targets that a source calls dead, then the most valuable. Nothing is checked."""
    totals = context.workspace.targets.most_valuable(context.run.site_id, PROVISIONAL_ROWS)
    whole = sum(t.value for t in totals)
    running = 0.0
    for rank, target in enumerate(totals, 1):
        share = target.value / whole if whole > 0 else 0.0
        running = min(1.0, running + share)
        yield _provisional_row(context, target, rank, share, running)


def _provisional_row(context: RunContext, target: TargetTotals, rank: int, share: float, running: float) -> DeadPageRow:
    url = parse(target.url)
    said = "a source calls it dead; not checked yet" if target.said_dead else "not checked yet"
    return DeadPageRow(
        rank=rank,
        url=target.url,
        verdict=None,
        verdict_reason=said,
        verdict_confidence_0_1=0.0,
        p_not_found_0_1=None,
        checked_at=None,
        first_seen_dead=None,
        looks_dead=0,
        confirmed=False,
        cause=Cause.UNSURE,
        cause_confidence_0_1=0.0,
        cause_evidence=(),
        equity_share_0_1=share,
        running_share_0_1=running,
        links=target.links,
        links_seen=target.links_seen,
        referring_domains=target.referring_domains,
        best_link=target.best_link,
        best_link_parts=target.best_link_parts,
        anchors=target.anchors[:ANCHORS_SHOWN],
        old_title="",
        target_url=None,
        match_confidence_0_1=0.0,
        match_reason="",
        candidates=(),
        disposition=Disposition.REVIEW,
        decision=DecisionState.PROPOSED,
        decided_by="",
        former_host=url is not None and context.site.owned(url.netloc),
    )


def backlink_rows(context: RunContext, dead_only: bool = False) -> Iterator[BacklinkRow]:
    """Every backlink of the site, target by target; then the claims whose target nobody could tell."""
    workspace, run = context.workspace, context.run
    if dead_only:
        ids = workspace.losses.ids(run.site_id, run.id)
    else:
        ids = workspace.targets.ids(run.site_id)
    for start in range(0, len(ids), ROWS_AT_ONCE):
        yield from _rows_of(context, ids[start : start + ROWS_AT_ONCE])
    if not dead_only:
        for link in workspace.backlinks.unread(run.site_id, run.id, LINKING_PAGE):
            yield backlink_row(context, link, "", None)


def _rows_of(context: RunContext, ids: list[int]) -> Iterator[BacklinkRow]:
    urls = context.workspace.urls.written(ids)
    looks = context.workspace.looks.of(context.run.id, ids)
    for link in context.workspace.backlinks.of_targets(context.run.site_id, ids):
        look = looks.get(link.target_id)
        yield backlink_row(context, link, urls[link.target_id], None if look is None else look.verdict.kind)


def links_of(context: RunContext, row: DeadPageRow) -> list[BacklinkRow]:
    """The most valuable backlinks of one dead page, as many as the report shows; memory holds no others."""
    url_id = context.workspace.urls.id_of(row.url)
    if url_id is None:
        return []
    links = context.workspace.backlinks.of_targets(context.run.site_id, [url_id])
    rows = (backlink_row(context, link, row.url, row.verdict) for link in links)
    shown = filter(is_prospect, rows) if context.request.foreign else rows
    return nsmallest(PROSPECTS_SHOWN, shown, key=lambda made: (-(made.value or 0.0), made.referring_page))


def backlink_row(context: RunContext, link: Backlink, target: str, verdict: VerdictKind | None) -> BacklinkRow:
    """One backlink as every output shows it."""
    return show_backlink(link, target, verdict, value_of(link, context.clock().date(), authority_of(context)))


def show_backlink(link: Backlink, target: str, verdict: VerdictKind | None, value: LinkValue) -> BacklinkRow:
    """One backlink and what it is worth."""
    return BacklinkRow(
        referring_page=link.referring_page,
        referring_domain=link.referring_domain,
        target_url=target,
        target_verdict=verdict,
        anchor_text=link.anchor_text,
        rel="" if link.rel is None else link.rel.words or "follow",
        place=link.place.value,
        first_seen="" if link.first_seen is None else link.first_seen.isoformat(),
        last_seen="" if link.last_seen is None else link.last_seen.isoformat(),
        sources="; ".join(link.sources),
        seen=link.state.value,
        value=value.value if still_claimed(link) else 0.0,
        value_parts=value.parts,
        changed_to=link.changed_to,
        moved_to=link.moved_to,
        page_marks="; ".join(_page_marks(link)),
    )


def _page_marks(link: Backlink) -> Iterator[str]:
    """What the linking page says of itself that makes its links count for less."""
    if link.page_noindex:
        yield "noindex"
    if link.page_nofollow:
        yield "nofollow"
    if link.page_canonical:
        yield f"canonical {link.page_canonical}"


def link_states(context: RunContext) -> tuple[tuple[LinkState, int], ...]:
    """How many backlinks of dead pages are in which state, most frequent first. Cost: reads each of them once."""
    workspace, run = context.workspace, context.run
    ids = workspace.losses.ids(run.site_id, run.id)
    counts: Counter[LinkState] = Counter()
    for start in range(0, len(ids), ROWS_AT_ONCE):
        counts += workspace.backlinks.states(run.site_id, ids[start : start + ROWS_AT_ONCE])
    return tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def source_summaries(context: RunContext) -> tuple[SourceSummary, ...]:
    """What each input file of the site gave."""
    return tuple(
        SourceSummary(
            path=file.path,
            tool=file.tool,
            report=file.report,
            rows=file.claims + file.off_site + file.problems,
            claims=file.claims,
            off_site=file.off_site,
            problems=file.problems,
            notes=(*file.notes, *_problem_notes(context, file.id)),
        )
        for file in context.workspace.ledger.files(context.run.site_id)
    )


def _problem_notes(context: RunContext, file_id: int) -> list[str]:
    return [f"line {p.line:,}: {p.reason}" for p in context.workspace.ledger.problems(file_id, limit=5)]
