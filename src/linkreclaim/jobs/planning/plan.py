"""Plan: what to do first, of what an audit found: rules, redirects, pages to bring back, owners to ask."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum

from linkreclaim.equity import TAU, Fix, Ranked, Work, count_to_goal, fix_of, rank_work
from linkreclaim.equity.plan import ASK_HOURS, REBUILD_HOURS, REDIRECT_HOURS, REPLY_SHARE_0_1, REWRITE_HOURS, RULE_HOURS
from linkreclaim.jobs.findings.rows import dead_rows
from linkreclaim.jobs.planning.requests import find_requests
from linkreclaim.jobs.planning.rules import RuleGroup, group_by_rule, places_of
from linkreclaim.jobs.planning.words import say_ask, say_redirect, say_restore, say_rule
from linkreclaim.jobs.runs.context import RunContext
from linkreclaim.model.decisions import DecisionState
from linkreclaim.model.judgements import NEVER_REDIRECTED, Disposition
from linkreclaim.model.reports import DeadPageRow, Plan, PlanFigures, PlanStep, StepKind
from linkreclaim.report.digest import is_hub, is_untold
from linkreclaim.urls import parse

QUICK = frozenset({StepKind.RULE, StepKind.REDIRECT})
FIRST_STEPS, FIRST_SHARE_0_1 = 12, 0.8
"""So few rules and redirects are named together; of more, the first that regain 80 % of what all of them do. Our
choice, after the 80/20 habit."""


@dataclass(frozen=True, slots=True)
class _Option:
    """Something that can be done, and how it is said."""

    kind: StepKind
    work: Work
    group: RuleGroup | None = None
    place: str = ""  # where a page should be brought back; "" for its own address


def make_plan(context: RunContext) -> Plan:
    """The plan of a finished audit of the user's own site.

    Cost: about 100 us for each dead page with links; memory: its row.
    """
    rows = [row for row in dead_rows(context) if _counts(row)]
    groups = group_by_rule(context, rows)
    places = places_of(groups)
    options = [_rule_option(group, rows) for group in groups]
    options += [option for page, row in enumerate(rows) if (option := _option(page, row, places.get(page, "")))]
    ranked = rank_work([option.work for option in options])
    steps = tuple(_step(rank, options[each.number], each, rows) for rank, each in enumerate(ranked, 1))
    requests = find_requests(context, {row.url: row.target_url for row in rows})
    return Plan(steps, _figures(steps, rows, len(requests)), requests)


def _counts(row: DeadPageRow) -> bool:
    """Whether a dead page is a loss that nobody has decided to leave as it is."""
    lost = row.equity_share_0_1 > 0 and row.cause not in NEVER_REDIRECTED and not is_untold(row)
    left = row.decision is DecisionState.REJECTED or row.disposition in (Disposition.GONE, Disposition.IGNORE)
    return lost and not left


def _rule_option(group: RuleGroup, rows: Sequence[DeadPageRow]) -> _Option:
    gains = {page: _gain_of_redirect(rows[page]) for page in group.mended}
    return _Option(StepKind.RULE, Work(RULE_HOURS, gains), group)


def _option(page: int, row: DeadPageRow, place: str) -> _Option | None:
    """What mends one page alone; None where a person has to look first."""
    sure = row.equity_share_0_1 * row.verdict_confidence_0_1
    if row.disposition is Disposition.REDIRECT and row.target_url:
        return _Option(StepKind.REDIRECT, Work(REDIRECT_HOURS, {page: _gain_of_redirect(row)}))
    if row.disposition is Disposition.RESTORE:
        fix, hours = (Fix.SAME_CONTENT, REBUILD_HOURS) if row.old_title else (Fix.SUCCESSOR, REWRITE_HOURS)
        return _Option(StepKind.RESTORE, Work(hours, {page: sure * TAU[fix]}), place=place)
    if row.disposition is Disposition.FIX_AT_SOURCE:
        hours = ASK_HOURS * max(row.referring_domains, 1)
        return _Option(StepKind.FIX_AT_SOURCE, Work(hours, {page: sure * REPLY_SHARE_0_1}))
    return None


def _gain_of_redirect(row: DeadPageRow) -> float:
    """E x tau x confidence. Whether the links are still there is in E already (p_live)."""
    was_home, to_home = _is_home(row.url), _is_home(row.target_url or "")
    fix = fix_of(row.cause, to_hub=is_hub(row) and not was_home, to_home=to_home and not was_home)
    by_person = row.decision is DecisionState.ACCEPTED and not row.decided_by.startswith("--accept")
    right = 1.0 if by_person else row.match_confidence_0_1
    return row.equity_share_0_1 * TAU[fix] * row.verdict_confidence_0_1 * right


def _is_home(address: str) -> bool:
    url = parse(address)
    return url is not None and url.path in ("", "/") and not url.query


def _step(rank: int, option: _Option, ranked: Ranked, rows: Sequence[DeadPageRow]) -> PlanStep:
    mended = [rows[page] for page in ranked.pages]
    links = sum(row.links for row in mended)
    share = fsum(row.equity_share_0_1 for row in mended)
    what, target, why = _words(option, mended, links, share)
    return PlanStep(
        rank=rank,
        kind=option.kind,
        what=what,
        target_url=target,
        urls=tuple(row.url for row in mended),
        links=links,
        equity_share_0_1=min(share, 1.0),
        regained_share_0_1=min(ranked.gain, 1.0),
        running_share_0_1=min(ranked.running, 1.0),
        effort_hours=option.work.effort_hours,
        why=why,
    )


def _words(option: _Option, mended: Sequence[DeadPageRow], links: int, share_0_1: float) -> tuple[str, str, str]:
    """What is done, where it leads, and why."""
    row = mended[0]
    if option.group is not None:
        return option.group.rule.description, "", say_rule(option.group, len(mended), links, share_0_1)
    if option.kind is StepKind.REDIRECT:
        target = row.target_url or ""
        return f"{row.url} -> {target}", target, say_redirect(row)
    if option.kind is StepKind.RESTORE:
        return row.url, option.place or row.url, say_restore(row, option.place)
    return row.url, "", say_ask(row)


def _figures(steps: Sequence[PlanStep], rows: Sequence[DeadPageRow], requests: int) -> PlanFigures:
    quick = [step for step in steps if step.kind in QUICK]
    gains = [step.regained_share_0_1 for step in quick]
    first = quick if len(quick) <= FIRST_STEPS else quick[: count_to_goal(gains, FIRST_SHARE_0_1)]
    mended = {url for step in steps for url in step.urls}
    return PlanFigures(
        rules=_count(quick, StepKind.RULE),
        redirects=_count(quick, StepKind.REDIRECT),
        restores=_count(steps, StepKind.RESTORE),
        asks=_count(steps, StepKind.FIX_AT_SOURCE),
        regained_share_0_1=_regained(steps),
        effort_hours=_hours(steps),
        quick_regained_share_0_1=_regained(quick),
        quick_effort_hours=_hours(quick),
        first_rules=_count(first, StepKind.RULE),
        first_redirects=_count(first, StepKind.REDIRECT),
        first_regained_share_0_1=_regained(first),
        first_effort_hours=_hours(first),
        undecided_pages=sum(row.url not in mended for row in rows),
        owner_requests=requests,
    )


def _count(steps: Sequence[PlanStep], kind: StepKind) -> int:
    return sum(step.kind is kind for step in steps)


def _regained(steps: Sequence[PlanStep]) -> float:
    return min(1.0, fsum(step.regained_share_0_1 for step in steps))


def _hours(steps: Sequence[PlanStep]) -> float:
    return round(fsum(step.effort_hours for step in steps), 2)
