"""What to do first: pieces of work in the order of what they regain for an hour spent on them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heapreplace
from itertools import accumulate
from math import fsum

RULE_HOURS = 0.1
"""One rule, however many pages it mends. Source, as for all hours here: our judgement, not measured."""
REDIRECT_HOURS = 0.1
REBUILD_HOURS = 2.0  # a page whose old title or text is known
REWRITE_HOURS = 6.0  # a page of which nothing is known
ASK_HOURS = 0.3  # one domain asked to mend its link
REPLY_SHARE_0_1 = 0.085
"""Share of those asked who answer. Source: a study of 12 million link-building mails by Backlinko and Pitchbox, as the
Link Building Journal quotes it."""


@dataclass(frozen=True, slots=True)
class Work:
    """One thing that can be done, and what it regains of each page that it mends: E x tau x confidence."""

    effort_hours: float
    gains: Mapping[int, float]  # page -> share of the lost equity; pages that it does not mend are not in it


@dataclass(frozen=True, slots=True)
class Ranked:
    """A piece of work at its place in the order, with what is left for it to do there."""

    number: int  # of the work, in the order given
    pages: tuple[int, ...]  # those that no earlier work mends
    gain: float  # of these pages
    running: float  # of all works up to this one


def rank_work(works: Sequence[Work]) -> list[Ranked]:
    """Order work by gain an hour, greedily; each page counts once, for the first work that mends it.

    A work whose pages are all mended before its turn, or that regains nothing, is left out. Ties keep the order given.
    Cost: a gain never grows as others are done, so only the work that seems best is added up again (Minoux, Accelerated
    greedy algorithms for maximizing submodular set functions, 1978): about n log n for works that hardly overlap.
    """
    mended: set[int] = set()
    ranked: list[Ranked] = []
    running = 0.0
    waiting = [(-_priority(work, fsum(work.gains.values())), number) for number, work in enumerate(works)]
    heapify(waiting)
    while waiting:
        claimed, number = waiting[0]
        work = works[number]
        left = tuple(page for page, gain in work.gains.items() if gain > 0 and page not in mended)
        gain = fsum(work.gains[page] for page in left)
        if not gain > 0:
            heappop(waiting)
        elif -_priority(work, gain) > claimed:
            heapreplace(waiting, (-_priority(work, gain), number))
        else:
            heappop(waiting)
            running += gain
            mended.update(left)
            ranked.append(Ranked(number, left, gain, running))
    return ranked


def _priority(work: Work, gain: float) -> float:
    return gain / work.effort_hours


def count_to_goal(gains: Sequence[float], share_0_1: float) -> int:
    """How many of the first gains, in their order, make up a share of them all; 0 when there is nothing to gain."""
    wanted = fsum(gains) * share_0_1 * (1 - 1e-12)  # sums in another order differ in their last digits
    if wanted <= 0:
        return 0
    return next((number for number, total in enumerate(accumulate(gains), 1) if total >= wanted), len(gains))
