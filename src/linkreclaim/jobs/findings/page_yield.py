"""What reading the linking pages without targets gave, and what the pages that could not be read may still hold."""

from collections.abc import Sequence
from math import sqrt

from linkreclaim.jobs.runs.context import RunContext
from linkreclaim.model.links import PageOutcome
from linkreclaim.model.reports import PageYield
from linkreclaim.store.sightings import OutcomeYield

_Z_95 = 1.959964
"""Two-sided 95 % quantile of the normal distribution."""


def page_yield(context: RunContext) -> PageYield | None:
    """The yield of the run's pages without targets, None when there are none. Cost: a pass over all claims."""
    parts = context.workspace.sightings.untargeted_yield(context.run.site_id, context.run.id)
    return add_up(parts) if parts else None


def add_up(parts: Sequence[OutcomeYield]) -> PageYield:
    """One yield out of the outcomes' own."""
    pages = {part.outcome: part.pages for part in parts}
    read = pages.get(PageOutcome.READ, 0)
    told = (PageOutcome.READ, PageOutcome.GONE, None)
    untold = tuple((part.outcome, part.pages) for part in parts if part.outcome not in told and part.outcome)
    unlooked = pages.get(None, 0)
    dead_linking = sum(part.dead_linking for part in parts)
    unread = sum(count for _, count in untold) + unlooked
    low, high = wilson_interval(dead_linking, read) if read else (0.0, 0.0)
    return PageYield(
        pages=sum(part.pages for part in parts),
        read=read,
        gone=pages.get(PageOutcome.GONE, 0),
        untold=untold,
        unlooked=unlooked,
        linking=sum(part.linking for part in parts),
        links=sum(part.links for part in parts),
        dead_linking=dead_linking,
        dead_links=sum(part.dead_links for part in parts),
        unread_dead_linking=unread * dead_linking / read if read else None,
        unread_dead_linking_low=unread * low if read else None,
        unread_dead_linking_high=unread * high if read else None,
    )


def wilson_interval(hits: int, trials: int) -> tuple[float, float]:
    """95 % interval of a share: Wilson's score interval, which stays inside 0 to 1 and holds for few trials.

    Source: E. B. Wilson, J. Amer. Statist. Assoc. 22 (1927), 209-212. `trials` is at least 1.
    """
    share, square = hits / trials, _Z_95**2
    middle = (share + square / (2 * trials)) / (1 + square / trials)
    half = _Z_95 / (1 + square / trials) * sqrt(share * (1 - share) / trials + square / (4 * trials**2))
    return max(0.0, middle - half), min(1.0, middle + half)
