"""Plan: what to do first, of what an audit found: rules, redirects, pages to bring back, owners to ask."""

from collections.abc import Iterable, Sequence
from math import fsum
from sys import intern
from typing import NamedTuple

from linkreclaim.equity import TAU, Fix, Ranked, Work, count_to_goal, fix_of, rank_work
from linkreclaim.equity.plan import ASK_HOURS, REBUILD_HOURS, REDIRECT_HOURS, REPLY_SHARE_0_1, REWRITE_HOURS, RULE_HOURS
from linkreclaim.jobs.planning.requests import find_requests
from linkreclaim.jobs.planning.rules import RuleGroup, group_by_rule, places_of
from linkreclaim.jobs.planning.words import say_ask, say_place, say_redirect, say_restore, say_rule
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


class _Page(NamedTuple):
    """What the plan needs of a dead page, so that its row need not be kept."""

    url: str
    target_url: str | None
    links: int
    equity_share_0_1: float
    kind: StepKind | None  # what mends it alone; None where a person has to look first
    effort_hours: float
    gain: float
    why: str


class _Option(NamedTuple):
    """Something that can be done, and how it is said."""

    kind: StepKind
    work: Work
    group: RuleGroup | None = None
    place: str = ""  # where a page should be brought back; "" for its own address


def make_plan(context: RunContext, rows: Iterable[DeadPageRow]) -> Plan:
    """The plan of a finished audit of the user's own site, given all its dead pages.

    Memory: a few fields of each page, its step, and what learning rules takes (`learn_site_rules`). Our measurement,
    rows read too: 200,000 pages beside 1,000,000 live ones in 68 s of CPU and 918 MB on a busy machine.
    """
    pages = [_read(row) for row in rows if _counts(row)]
    groups = group_by_rule(context, ((page.url, _redirected(page)) for page in pages))
    places = places_of(groups)
    options = [_rule_option(group, pages) for group in groups]
    options += [
        option for number, page in enumerate(pages) if (option := _option(number, page, places.get(number, "")))
    ]
    ranked = rank_work([option.work for option in options])
    steps = tuple(_step(rank, options[each.number], each, pages) for rank, each in enumerate(ranked, 1))
    requests = find_requests(context, {page.url: page.target_url for page in pages})
    return Plan(steps, _figures(steps, pages, len(requests)), requests)


def _counts(row: DeadPageRow) -> bool:
    """Whether a dead page is a loss that nobody has decided to leave as it is."""
    lost = row.equity_share_0_1 > 0 and row.cause not in NEVER_REDIRECTED and not is_untold(row)
    left = row.decision is DecisionState.REJECTED or row.disposition in (Disposition.GONE, Disposition.IGNORE)
    return lost and not left


def _read(row: DeadPageRow) -> _Page:
    """A page with what mends it alone. Most pages are reasoned about in few different words, which are kept once."""
    kind, hours, gain, why = _alone(row)
    return _Page(row.url, row.target_url, row.links, row.equity_share_0_1, kind, hours, gain, intern(why))


def _alone(row: DeadPageRow) -> tuple[StepKind | None, float, float, str]:
    """(kind, hours, gain, why) of what mends one page alone."""
    sure = row.equity_share_0_1 * row.verdict_confidence_0_1
    if row.disposition is Disposition.REDIRECT and row.target_url:
        return StepKind.REDIRECT, REDIRECT_HOURS, _gain_of_redirect(row), say_redirect(row)
    if row.disposition is Disposition.RESTORE:
        fix, hours = (Fix.SAME_CONTENT, REBUILD_HOURS) if row.old_title else (Fix.SUCCESSOR, REWRITE_HOURS)
        return StepKind.RESTORE, hours, sure * TAU[fix], say_restore(row)
    if row.disposition is Disposition.FIX_AT_SOURCE:
        hours = ASK_HOURS * max(row.referring_domains, 1)
        return StepKind.FIX_AT_SOURCE, hours, sure * REPLY_SHARE_0_1, say_ask(row)
    return None, 0.0, 0.0, ""


def _redirected(page: _Page) -> str:
    """Where a page is redirected; "" where it is not."""
    return page.target_url or "" if page.kind is StepKind.REDIRECT else ""


def _rule_option(group: RuleGroup, pages: Sequence[_Page]) -> _Option:
    gains = {number: pages[number].gain for number in group.mended}
    return _Option(StepKind.RULE, Work(RULE_HOURS, gains), group)


def _option(number: int, page: _Page, place: str) -> _Option | None:
    if page.kind is None:
        return None
    work = Work(page.effort_hours, {number: page.gain})
    return _Option(page.kind, work, place=place if page.kind is StepKind.RESTORE else "")


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


def _step(rank: int, option: _Option, ranked: Ranked, pages: Sequence[_Page]) -> PlanStep:
    mended = [pages[number] for number in ranked.pages]
    links = sum(page.links for page in mended)
    share = fsum(page.equity_share_0_1 for page in mended)
    what, target, why = _words(option, mended, links, share)
    return PlanStep(
        rank=rank,
        kind=option.kind,
        what=what,
        target_url=target,
        urls=tuple(page.url for page in mended),
        links=links,
        equity_share_0_1=min(share, 1.0),
        regained_share_0_1=min(ranked.gain, 1.0),
        running_share_0_1=min(ranked.running, 1.0),
        effort_hours=option.work.effort_hours,
        why=why,
    )


def _words(option: _Option, mended: Sequence[_Page], links: int, share_0_1: float) -> tuple[str, str, str]:
    """What is done, where it leads, and why."""
    page = mended[0]
    if option.group is not None:
        return option.group.rule.description, "", say_rule(option.group, len(mended), links, share_0_1)
    if option.kind is StepKind.REDIRECT:
        target = page.target_url or ""
        return f"{page.url} -> {target}", target, page.why
    if option.kind is StepKind.RESTORE:
        return page.url, option.place or page.url, page.why + say_place(option.place)
    return page.url, "", page.why


def _figures(steps: Sequence[PlanStep], pages: Sequence[_Page], requests: int) -> PlanFigures:
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
        undecided_pages=sum(page.url not in mended for page in pages),
        owner_requests=requests,
    )


def _count(steps: Sequence[PlanStep], kind: StepKind) -> int:
    return sum(step.kind is kind for step in steps)


def _regained(steps: Sequence[PlanStep]) -> float:
    return min(1.0, fsum(step.regained_share_0_1 for step in steps))


def _hours(steps: Sequence[PlanStep]) -> float:
    return round(fsum(step.effort_hours for step in steps), 2)
