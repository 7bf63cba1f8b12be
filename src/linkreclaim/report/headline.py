"""The result in two sentences, the same on the terminal and at the top of the report."""

from typing import NamedTuple

from linkreclaim.model.reports import AuditSummary, PlanFigures
from linkreclaim.model.verdicts import UNTOLD_KINDS
from linkreclaim.report.figures import show_count, show_percent


class Headline(NamedTuple):
    """The result in one sentence, and what stands behind it."""

    title: str
    detail: str


def write_headline(summary: AuditSummary) -> Headline:
    """Say what can be won: by redirects on the user's own site, by asking on somebody else's."""
    if not summary.dead_with_links:
        return _say_nothing_lost(summary)
    if summary.foreign:
        return _say_foreign(summary)
    if summary.provisional:
        return _say_provisional(summary)
    return _say_plan(summary)


def has_no_link(summary: AuditSummary) -> bool:
    """Whether no input has a link to the site: they are empty, or about other sites. The wrong file, the wrong name of
    the site, or an export that failed."""
    if summary.targets or summary.page_yield is not None or not summary.sources:
        return False
    return any(each.off_site for each in summary.sources) or not any(each.rows for each in summary.sources)


def _say_nothing_lost(summary: AuditSummary) -> Headline:
    if has_no_link(summary):
        others = sum(each.off_site for each in summary.sources)
        why = f"{show_count(others, 'row is', 'rows are')} about other sites." if others else "They have no rows."
        return Headline(f"None of the files has a link to {summary.site}.", why)
    targets = show_count(summary.targets, "linked address", "linked addresses")
    unlinked = _say_unlinked(summary)
    if summary.provisional:
        return Headline("The files name no dead page that has links.", f"{targets} to check. {unlinked}".strip())
    untold = sum(count for kind, count in summary.verdict_counts if kind in UNTOLD_KINDS)
    unread = 0 if summary.page_yield is None else summary.page_yield.unread
    doubts = [show_count(untold, "linked address", "linked addresses")] if untold else []
    doubts += [show_count(unread, "linking page")] if unread else []
    doubt = f"{' and '.join(doubts)} could not be told. " if doubts else ""
    if doubts and untold >= summary.targets:
        return Headline("Whether links are lost could not be told.", f"{doubt}{unlinked}".strip())
    return Headline("No lost links were found.", f"{targets} looked at. {doubt}{unlinked}".strip())


def _say_unlinked(summary: AuditSummary) -> str:
    if not summary.dead_without_links:
        return ""
    return f"{show_count(summary.dead_without_links, 'dead address', 'dead addresses')} without any known link."


def _say_foreign(summary: AuditSummary) -> Headline:
    if summary.provisional:
        return _say_provisional(summary)
    pages = show_count(summary.dead_with_links, "dead page")
    verb = "has" if summary.dead_with_links == 1 else "have"
    return Headline(f"{pages} of {summary.site} still {verb} links to win.", _say_loss(summary))


def _say_provisional(summary: AuditSummary) -> Headline:
    pages = show_count(summary.dead_with_links, "linked page")
    verb = "looks" if summary.dead_with_links == 1 else "look"
    return Headline(f"{pages} of {summary.site} {verb} dead.", f"{_say_loss(summary)} Nothing has been checked yet.")


def _say_plan(summary: AuditSummary) -> Headline:
    if summary.plan is not None:
        steps = _say_first(summary.plan) or _say_none_fits(summary)
        return Headline(steps, _say_rest(summary.plan) + _say_loss(summary))
    fixes = max(summary.proposed_redirects, summary.accepted)
    if not fixes:
        return Headline(_say_none_fits(summary), _say_loss(summary))
    these = "this one page" if fixes == 1 else f"these {show_count(fixes)} pages"
    title = f"Fix {these} and regain {show_percent(summary.regain_share_0_1)} of the lost equity."
    first = summary.regain_count_80
    detail = f"The first {show_count(first)} give 80 % of that. " if 0 < first < fixes else ""
    return Headline(title, detail + _say_loss(summary))


def _say_none_fits(summary: AuditSummary) -> str:
    if not summary.inventory_pages:
        return "Links are lost, and what fits them cannot be told: no live page of the site is known."
    return "Links are lost, and no live page fits them."


def _say_first(plan: PlanFigures) -> str:
    """What the first steps regain; empty where there are none."""
    share = show_percent(plan.first_regained_share_0_1)
    rules, redirects = plan.first_rules, plan.first_redirects
    if not rules + redirects:
        return ""
    if rules + redirects == 1:
        return f"This {'rule' if rules else 'redirect'} regains {share} of the lost equity."
    these = "These " if rules != 1 else "This rule and these " if redirects > 1 else "This rule and this "
    what = say_quick(rules, redirects) if rules != 1 else show_count(redirects, "redirect").removeprefix("1 ")
    return f"{these}{what} regain {share} of the lost equity."


def _say_rest(plan: PlanFigures) -> str:
    """What the steps that the title leaves out would add."""
    rules, redirects = plan.rules - plan.first_rules, plan.redirects - plan.first_redirects
    if not rules and not redirects:
        return ""
    more = show_percent(plan.quick_regained_share_0_1 - plan.first_regained_share_0_1)
    return f"{say_quick(rules, redirects)} more would add {more}. "


def say_quick(rules: int, redirects: int) -> str:
    """`3 rules and 9 redirects`; a kind of which there is none is left out."""
    parts = [show_count(rules, "rule") if rules else "", show_count(redirects, "redirect") if redirects else ""]
    return " and ".join(filter(None, parts))


def _say_loss(summary: AuditSummary) -> str:
    links = show_count(summary.broken_backlinks, "link")
    verb = "leads" if summary.broken_backlinks == 1 else "lead"
    pages = show_count(summary.dead_with_links, "page that is", "pages that are")
    unfit = summary.none_fits and summary.inventory_pages and not summary.provisional and not summary.foreign
    none = f" No live page fits {show_count(summary.none_fits)} of them." if unfit else ""
    return f"{links} from other sites {verb} to {pages} no longer there.{none}"
