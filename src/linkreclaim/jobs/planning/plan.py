"""Plan: what to do first, of what an audit found: rules, redirects, pages to bring back, owners to ask."""

from array import array
from collections.abc import Iterable, Sequence
from math import fsum
from sys import intern
from typing import Any, NamedTuple

from linkreclaim.equity import TAU, Fix, Ranked, Work, count_to_goal, fix_of, rank_work
from linkreclaim.equity.plan import ASK_HOURS, REBUILD_HOURS, REDIRECT_HOURS, REPLY_SHARE_0_1, REWRITE_HOURS, RULE_HOURS
from linkreclaim.jobs.planning.columns import Lazy, Texts
from linkreclaim.jobs.planning.requests import find_requests
from linkreclaim.jobs.planning.rules import RuleGroup, group_by_rule, places_of
from linkreclaim.jobs.planning.words import say_ask, say_place, say_redirect, say_restore, say_rule
from linkreclaim.jobs.runs.context import RunContext
from linkreclaim.model.decisions import DecisionState, is_by_threshold
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
    target_url: str  # "" for none
    links: int
    equity_share_0_1: float
    kind: StepKind | None  # what mends it alone; None where a person has to look first
    effort_hours: float
    gain: float
    why: str


class _Pages(Sequence[_Page]):
    """Pages in columns, most valuable first: objects would take four times the memory."""

    def __init__(self, pages: Iterable[_Page]) -> None:
        self._urls, self._targets, self._links, self._shares = Texts(), Texts(), array("q"), array("d")
        self.kinds: list[StepKind | None] = []
        self.hours, self.gains = array("d"), array("d")
        self._whys: list[str] = []
        for page in pages:
            self._add(page)

    def _add(self, page: _Page) -> None:
        self._urls.append(page.url)
        self._targets.append(page.target_url)
        self._links.append(page.links)
        self._shares.append(page.equity_share_0_1)
        self.kinds.append(page.kind)
        self.hours.append(page.effort_hours)
        self.gains.append(page.gain)
        self._whys.append(page.why)

    def __len__(self) -> int:
        return len(self.kinds)

    def __getitem__(self, at: Any) -> Any:
        return _Page(
            self._urls[at],
            self._targets[at],
            self._links[at],
            self._shares[at],
            self.kinds[at],
            self.hours[at],
            self.gains[at],
            self._whys[at],
        )


class _Option(NamedTuple):
    """Something that can be done, and how it is said."""

    kind: StepKind
    work: Work
    group: RuleGroup | None = None
    place: str = ""  # where a page should be brought back; "" for its own address


class _Done(NamedTuple):
    """What a step takes and gives."""

    kind: StepKind
    effort_hours: float
    regained_share_0_1: float


def make_plan(context: RunContext, rows: Iterable[DeadPageRow]) -> Plan:
    """The plan of a finished audit of the user's own site, given all its dead pages.

    Its steps are put into words whenever they are asked for, in 10 us each. Memory: 0.4 KB a page, and what learning
    rules takes meanwhile (`group_pairs`).
    """
    pages = _Pages(_read(row) for row in rows if _counts(row))
    groups = group_by_rule(context, ((page.url, _redirected(page)) for page in pages))
    options = _options(groups, pages)
    ranked = rank_work(Lazy(len(options), lambda number: options[number].work))
    steps = Lazy(len(ranked), lambda at: _step(at + 1, options[ranked[at].number], ranked[at], pages))
    requests = find_requests(context, ((page.url, page.target_url, page.equity_share_0_1) for page in pages))
    done = [_done(options[each.number], each) for each in ranked]
    undecided = len(pages) - sum(len(each.pages) for each in ranked)
    return Plan(steps, _figures(done, undecided, len(requests)), requests)


def _counts(row: DeadPageRow) -> bool:
    """Whether a dead page is a loss that nobody has decided to leave as it is."""
    lost = row.equity_share_0_1 > 0 and row.cause not in NEVER_REDIRECTED and not is_untold(row)
    left = row.decision is DecisionState.REJECTED or row.disposition in (Disposition.GONE, Disposition.IGNORE)
    return lost and not left


def _read(row: DeadPageRow) -> _Page:
    """A page with what mends it alone. Most pages are reasoned about in few different words, which are kept once."""
    kind, hours, gain, why = _alone(row)
    return _Page(row.url, row.target_url or "", row.links, row.equity_share_0_1, kind, hours, gain, intern(why))


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
    return page.target_url if page.kind is StepKind.REDIRECT else ""


def _options(groups: Sequence[RuleGroup], pages: _Pages) -> Sequence[_Option]:
    """The rules, and then what mends one page alone."""
    rules = [_rule_option(group, pages) for group in groups]
    places = places_of(groups)
    alone = array("L", (number for number, kind in enumerate(pages.kinds) if kind is not None))

    def make(at: int) -> _Option:
        if at < len(rules):
            return rules[at]
        number = alone[at - len(rules)]
        return _option(number, pages, places.get(number, ""))

    return Lazy(len(rules) + len(alone), make)


def _rule_option(group: RuleGroup, pages: _Pages) -> _Option:
    gains = {number: pages.gains[number] for number in group.mended}
    return _Option(StepKind.RULE, Work(RULE_HOURS, gains), group)


def _option(number: int, pages: _Pages, place: str) -> _Option:
    kind = pages.kinds[number]
    if kind is None:  # `_options` has left these out
        raise AssertionError(number)
    work = Work(pages.hours[number], {number: pages.gains[number]})
    return _Option(kind, work, place=place if kind is StepKind.RESTORE else "")


def _done(option: _Option, ranked: Ranked) -> _Done:
    return _Done(option.kind, option.work.effort_hours, min(ranked.gain, 1.0))


def _gain_of_redirect(row: DeadPageRow) -> float:
    """E x tau x confidence. Whether the links are still there is in E already (p_live)."""
    was_home, to_home = _is_home(row.url), _is_home(row.target_url or "")
    fix = fix_of(row.cause, to_hub=is_hub(row) and not was_home, to_home=to_home and not was_home)
    by_person = row.decision is DecisionState.ACCEPTED and not is_by_threshold(row.decided_by)
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
        return f"{page.url} -> {page.target_url}", page.target_url, page.why
    if option.kind is StepKind.RESTORE:
        return page.url, option.place or page.url, page.why + say_place(option.place)
    return page.url, "", page.why


def _figures(steps: Sequence[_Done], undecided: int, requests: int) -> PlanFigures:
    quick = [step for step in steps if step.kind in QUICK]
    gains = [step.regained_share_0_1 for step in quick]
    first = quick if len(quick) <= FIRST_STEPS else quick[: count_to_goal(gains, FIRST_SHARE_0_1)]
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
        undecided_pages=undecided,
        owner_requests=requests,
    )


def _count(steps: Sequence[_Done], kind: StepKind) -> int:
    return sum(step.kind is kind for step in steps)


def _regained(steps: Sequence[_Done]) -> float:
    return min(1.0, fsum(step.regained_share_0_1 for step in steps))


def _hours(steps: Sequence[_Done]) -> float:
    return round(fsum(step.effort_hours for step in steps), 2)
