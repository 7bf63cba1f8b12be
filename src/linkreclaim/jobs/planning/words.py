"""Why each step of the plan is where it is, in words."""

from linkreclaim.jobs.planning.rules import RuleGroup
from linkreclaim.model.reports import DeadPageRow
from linkreclaim.report.digest import is_hub
from linkreclaim.report.figures import show_count, show_percent
from linkreclaim.report.words import CAUSES
from linkreclaim.rules import RuleVerdict


def say_rule(group: RuleGroup, pages: int, links: int, share_0_1: float) -> str:
    """One rule does the work of many lines; what a person should look at before using it."""
    words = [
        f"One rule instead of {show_count(pages, 'line')}: the pages moved alike and hold {show_percent(share_0_1)}"
        f" of the lost equity ({show_count(links, 'link')})."
    ]
    if group.rule.verdict is RuleVerdict.PROPOSED:
        words.append("Look at some of the pages before you use it.")
    if group.rule.exceptions:
        words.append(f"{show_count(group.rule.exceptions, 'exception')} must stand before it as lines of their own.")
    if group.misled:
        others = show_count(len(group.misled), "dead page")
        words.append(f"It also catches {others} that no page replaces: what is brought back must stand where it leads.")
    return " ".join(words)


def say_redirect(row: DeadPageRow) -> str:
    """How sure the target is, and why the page is lost."""
    listing = " It is a listing, which hands on only part of the value." if is_hub(row) else ""
    return (
        f"{CAUSES[row.cause].label}; {show_percent(row.match_confidence_0_1)} sure of its new place"
        f" ({show_count(row.links, 'link')}).{listing}"
    )


def say_restore(row: DeadPageRow) -> str:
    """Why no redirect does it, and what there is to build on."""
    known = "an older copy tells what it was" if row.old_title else "nothing tells what it was, so it must be rewritten"
    quick = "If your system still has the page, this takes half an hour."
    return f"No live page replaces it; {known}. {quick}"


def say_place(place: str) -> str:
    """What is added where a rule of the plan leads to the page's new place; "" for none."""
    return f" A rule of this plan leads to {place}: put it there." if place else ""


def say_ask(row: DeadPageRow) -> str:
    """Why others have to act, and how seldom they do."""
    domains = show_count(row.referring_domains, "domain")
    return f"Only those who link here can mend it: {domains} to ask; about one in twelve answers."
