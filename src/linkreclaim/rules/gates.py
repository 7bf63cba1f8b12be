"""What no rule may do: the checks that a rule passes before it is chosen.

Known URLs are safe by construction, because exact lines go before rules. These gates are for the URLs nobody listed.
"""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from linkreclaim.model.rules import PartKind, RedirectRule
from linkreclaim.rules.apply import CompiledRule
from linkreclaim.rules.cover import Matched, Offer
from linkreclaim.rules.overlap import may_follow, shortens
from linkreclaim.rules.pairs import Place, UrlPair, place_of
from linkreclaim.rules.paths import PathIndex
from linkreclaim.rules.site import SitePages

MIN_CAPTURES = 3
"""Pairs with different captures that a rule must explain; two may agree by chance. Our judgement; what it costs is
measured by `trust.USUAL_DOUBT`."""
MIN_KEPT_VALUES, MIN_DROPPED_VALUES = 2, 3
"""Different values that a kept, and a dropped, folder must have had: one that never varied belongs to the rule's text.
Numbers need not vary: those of one month may be all there are."""
MIN_TO_ONE_PAGE = 10
"""Pairs that a rule without captures must explain. Sending a folder to one page is what search engines read as a soft
404 when the pages were not about the same thing. **Source:** Google Search Central, "Redirects and Google Search"; the
number is our judgement."""


def leads_home(rule: RedirectRule, site: SitePages) -> bool:
    """Whether a rule sends everything to the home page, which is a soft 404 at best."""
    return len(rule.target) == 1 and site.is_home(str(rule.target[0]))


class Forbidden:
    """Paths of a host that no rule may match: live pages, and wherever any line leads."""

    def __init__(self, site: SitePages, pairs: Sequence[UrlPair], host: str) -> None:
        places = (place_of(pair.target, site.site_host) for pair in pairs if pair.target)
        led_to = {place.path for place in places if place.host == host}
        self._live, self._asked_before = site.live, site.live.asked
        self._led_to = PathIndex((host, path) for path in sorted(led_to) if not site.live.holds(host, path))

    def matched_by(self, rule: CompiledRule) -> bool:
        """Whether a rule matches one of them."""
        return self._live.matches_any(rule) or self._led_to.matches_any(rule)

    @property
    def work(self) -> int:
        """Paths asked about so far."""
        return self._live.asked - self._asked_before + self._led_to.asked


class Unseen:
    """URLs that no pair speaks of, but that somebody asked for: each must get a live page, or no answer."""

    def __init__(self, places: Iterable[Place], site: SitePages) -> None:
        self._index = PathIndex((place.host, place.path) for place in places)
        self._site = site
        self._answered: set[int] = set()

    def misled_by(self, rule: CompiledRule, last: bool) -> bool:
        """Whether a rule would send one of them to a page that is not live.

        The last rule is not asked for those that an earlier one answers.
        """
        for number, captures in self._index.matches(rule):
            if last and number in self._answered:
                continue
            if self._site.lacks(rule.fill(captures)):
                return True
        return False

    @property
    def work(self) -> int:
        """Paths asked about so far."""
        return self._index.asked

    def answer(self, rule: CompiledRule) -> None:
        """Note that the rule was chosen."""
        self._answered.update(number for number, _ in self._index.matches(rule))


class Loops:
    """Which chosen rules may answer what another one leads to."""

    def __init__(self, site_host: str) -> None:
        self._site_host = site_host
        self._rules: list[CompiledRule] = []
        self._next: dict[int, set[int]] = {}

    def closed_by(self, rule: CompiledRule) -> bool:
        """Whether some URL, however odd, could be sent in circles; rules that only shorten paths cannot do that."""
        if shortens(rule.rule):
            return False
        if may_follow(rule.rule, rule.rule, self._site_host):
            return True
        after, before = self._neighbours(rule)
        return bool(self._reachable(after) & before)

    def add(self, rule: CompiledRule) -> None:
        """Note that the rule was chosen."""
        after, before = self._neighbours(rule)
        self._next[len(self._rules)] = after
        for number in before:
            self._next[number].add(len(self._rules))
        self._rules.append(rule)

    def _neighbours(self, rule: CompiledRule) -> tuple[set[int], set[int]]:
        after = {at for at, other in enumerate(self._rules) if may_follow(rule.rule, other.rule, self._site_host)}
        before = {at for at, other in enumerate(self._rules) if may_follow(other.rule, rule.rule, self._site_host)}
        return after, before

    def _reachable(self, start: set[int]) -> set[int]:
        reached, waiting = set(start), list(start)
        while waiting:
            for number in self._next[waiting.pop()] - reached:
                reached.add(number)
                waiting.append(number)
        return reached


def varies_enough(offer: Offer) -> bool:
    """Whether the pairs that a rule explains differ in what it captures."""
    matched = offer.matched
    explained = [matched.captures[at] for at in np.flatnonzero(offer.reach & matched.right)]
    kept = [part - 1 for part in matched.rule.rule.target if isinstance(part, int)]
    if not kept:
        return len(set(explained)) >= MIN_TO_ONE_PAGE
    if len({tuple(captures[at] for at in kept) for captures in explained}) < MIN_CAPTURES:
        return False
    return all(
        len({captures[at] for captures in explained}) >= least for at, least in _least_values(matched, frozenset(kept))
    )


def _least_values(matched: Matched, kept: frozenset[int]) -> Iterator[tuple[int, int]]:
    """How many different values each capture must have had."""
    kinds = [part.kind for part in matched.rule.rule.source if part.kind is not PartKind.TEXT]
    for at, kind in enumerate(kinds):
        if kind is not PartKind.DIGITS:
            yield at, MIN_KEPT_VALUES if at in kept else MIN_DROPPED_VALUES
