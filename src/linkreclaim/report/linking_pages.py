"""What the linking pages showed, in sentences: the same on the terminal and in the report."""

from collections.abc import Iterable, Iterator

from linkreclaim.model.links import PageOutcome
from linkreclaim.model.reports import AuditSummary, PageYield
from linkreclaim.report.figures import show_count
from linkreclaim.report.words import OUTCOMES, SEEN


def say_linking_pages(summary: AuditSummary) -> Iterator[str]:
    """Sentences about the linking pages of a finished audit; none where nothing was to be read."""
    if summary.pages_total:
        yield f"{show_count(summary.pages_total, 'linking page')} asked: {say_outcomes(summary.page_outcomes)}."
    if summary.page_yield is not None:
        yield _say_found(summary.page_yield)
        yield from _say_unread(summary.page_yield)
    if summary.link_states:
        states = "; ".join(f"{SEEN[state].lower()} {show_count(count)}" for state, count in summary.link_states)
        yield f"Links to dead pages, by what their pages show: {states}."


def say_outcomes(outcomes: Iterable[tuple[PageOutcome, int]]) -> str:
    """`101 read, 9 gone, 7 blocked`."""
    return ", ".join(f"{show_count(count)} {OUTCOMES[outcome]}" for outcome, count in outcomes)


def _say_found(gave: PageYield) -> str:
    named = f"{show_count(gave.pages, 'linking page')} named without a target"
    if not gave.read:
        return f"None of the {named} was read."
    were = "was" if gave.read == 1 else "were"
    gone = f", {show_count(gave.gone)} {'is' if gave.gone == 1 else 'are'} gone" if gave.gone else ""
    found = f"{show_count(gave.linking)} of them link to the site, {show_count(gave.dead_linking)} to dead pages of it"
    return f"Of {named} {show_count(gave.read)} {were} read{gone}; {found} ({show_count(gave.dead_links, 'link')})."


def _say_unread(gave: PageYield) -> Iterator[str]:
    low, high, about = gave.unread_dead_linking_low, gave.unread_dead_linking_high, gave.unread_dead_linking
    if not gave.unread:
        return
    reasons = say_outcomes(gave.untold)
    if gave.unlooked:
        reasons = ", ".join(filter(None, (reasons, f"{show_count(gave.unlooked)} not asked")))
    unread = f"{show_count(gave.unread, 'page')} could not be told ({reasons})"
    if about is None or low is None or high is None:
        yield f"{unread}: any of them may link to a dead page."
    else:
        yield (
            f"{unread}: if they are like those read, about {show_count(round(about))} of them link to a dead page too "
            f"(95 % interval {show_count(round(low))} to {show_count(round(high))}, Wilson 1927)."
        )
