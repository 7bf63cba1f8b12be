"""Five questions of an owner who is no expert, each answered in one sentence with the audit's own figures."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from linkreclaim.model.judgements import NEVER_REDIRECTED, Cause
from linkreclaim.model.links import PageOutcome
from linkreclaim.model.reports import AuditSummary, PlanFigures, PlanStep, StepKind
from linkreclaim.model.verdicts import VerdictKind
from linkreclaim.report.digest import Digest
from linkreclaim.report.figures import show_count, show_percent
from linkreclaim.report.headline import say_quick
from linkreclaim.report.plan import say_effort, say_late_steps
from linkreclaim.report.words import CAUSES_COUNTED

_CAUSES_NAMED = 3


class Answer(NamedTuple):
    """A question and its answer; `step` where the answer is a step of the plan, for the page to show."""

    question: str
    answer: str
    step: PlanStep | None = None


def answer_all(summary: AuditSummary, digest: Digest, steps: Sequence[PlanStep], untold: int) -> list[Answer]:
    """The five answers of a finished audit of the user's own site; none where nothing is lost or known yet.

    `untold`: linked addresses that gave no clear answer.
    """
    if summary.plan is None or not summary.dead_with_links:
        return []
    first = steps[0] if steps else None
    return [
        Answer("What did I lose?", _say_lost(summary)),
        Answer("Why?", _say_why(digest)),
        Answer("What do I do first?", _say_first(first), first),
        Answer("What do I get back?", _say_gain(summary.plan)),
        Answer("What is still unknown?", _say_unknown(summary, digest, untold)),
    ]


def _say_lost(summary: AuditSummary) -> str:
    links = show_count(summary.broken_backlinks, "link")
    pages = show_count(summary.dead_with_links, "page that is", "pages that are")
    verb = "leads" if summary.broken_backlinks == 1 else "lead"
    lost = f"{links} from other sites {verb} to {pages} gone"
    if summary.lost_equity_share_0_1 is None:
        return f"{lost}."
    return f"{lost}: {show_percent(summary.lost_equity_share_0_1)} of the weight that links give your site."


def _say_why(digest: Digest) -> str:
    causes = [each for each in digest.causes if each.kind not in NEVER_REDIRECTED]
    named = [_count_cause(Cause(each.kind), each.pages) for each in causes[:_CAUSES_NAMED]]
    others = sum(each.pages for each in causes[_CAUSES_NAMED:])
    if others:
        named.append(f"{show_count(others, 'page')} broke for other reasons")
    return _join(named) + "."


def _count_cause(cause: Cause, pages: int) -> str:
    return CAUSES_COUNTED[cause].format(pages=show_count(pages, "page"), were="was" if pages == 1 else "were")


def _say_first(step: PlanStep | None) -> str:
    if step is None:
        return "No step is sure enough to be proposed: look at the lost pages below, one by one."
    takes = f"about {say_effort(step.effort_hours)} for {show_percent(step.regained_share_0_1)} of what was lost"
    if step.kind is StepKind.RULE:
        return f"Put this rule on your server; it mends {show_count(len(step.urls), 'page')} at once, {takes}:"
    if step.kind is StepKind.REDIRECT:
        return f"Put this redirect on your server, {takes}:"
    if step.kind is StepKind.RESTORE:
        return f"Bring this page back, {takes}:"
    return f"Ask the sites that link here to correct their links, {takes}:"


def _say_gain(plan: PlanFigures) -> str:
    late = say_late_steps(plan)
    if not plan.rules + plan.redirects:
        return f"No redirect can be proposed; {late or 'what can be done is yours to decide'}."
    share, work = show_percent(plan.quick_regained_share_0_1), say_effort(plan.quick_effort_hours)
    quick = f"{say_quick(plan.rules, plan.redirects)}, {work} of work, should bring back {share} of what was lost"
    return f"{quick}; {late}." if late else f"{quick}."


def _say_unknown(summary: AuditSummary, digest: Digest, untold: int) -> str:
    parts = list(list_unknowns(summary, digest, untold))
    return (
        f"{_join(parts)}." if parts else "Nothing that was asked stayed open; links that no source names stay unseen."
    )


def list_unknowns(summary: AuditSummary, digest: Digest, untold: int) -> Iterator[str]:
    """What a finished audit leaves open, each as a part of a sentence; `untold` as in `answer_all`."""
    if untold:
        blocked = dict(summary.verdict_counts).get(VerdictKind.BLOCKED, 0)
        told = f" ({show_count(blocked)} blocked us)" if blocked else ""
        yield f"{show_count(untold, 'address', 'addresses')} gave no clear answer{told}"
    unread = sum(n for outcome, n in summary.page_outcomes if outcome not in (PageOutcome.READ, PageOutcome.GONE))
    if unread:
        yield f"{show_count(unread, 'linking page')} could not be read"
    if unsure := digest.cause_pages[Cause.UNSURE]:
        yield f"why {show_count(unsure, 'page')} broke is unclear"
    if summary.plan is not None and (open_pages := summary.plan.undecided_pages):
        yield f"{show_count(open_pages, 'page')} wait{'s' if open_pages == 1 else ''} for your own look"
    unconfirmed = summary.dead_with_links + summary.dead_without_links - summary.dead_confirmed
    if unconfirmed > 0:
        yield f"the death of {show_count(unconfirmed, 'page')} is not confirmed yet by looks on several days"


def _join(parts: Sequence[str]) -> str:
    """`a, b and c`, its first letter large."""
    text = parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}" if parts else ""
    return text[:1].upper() + text[1:]
