"""The pairs of one host while rules are chosen for them: which rule answers which pair, in which order."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from linkreclaim.rules.apply import CompiledRule
from linkreclaim.rules.candidates import Ints
from linkreclaim.rules.pairs import UrlPair
from linkreclaim.rules.paths import PathIndex

Mask = npt.NDArray[np.bool_]

LINE_COST = 10
"""Cost of an exact line beside its characters: status, separators, and a person's look at it. Our judgement."""
PART_COST = 12
RULE_COST = 40
EXCEPTION_COST = 4
"""Costs are in characters (about five bits each: the constant does not matter for the choice). A rule costs its text,
its parts, and a person's thought; a line that must go before it a little more than it would alone. Our judgement."""


@dataclass(frozen=True, slots=True)
class Matched:
    """What a rule says about the pairs it matches."""

    rule: CompiledRule
    at: Ints  # numbers of the pairs
    right: Mask  # of those: whether the pair says the same
    targets: tuple[str, ...]
    captures: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Offer:
    """What a rule would do at one place in the order."""

    matched: Matched
    place: int
    reach: Mask  # which of the matched pairs no earlier rule answers
    gain: float


class Cover:
    """An ordered list of rules and what it says about every pair of a host."""

    def __init__(self, pairs: Sequence[UrlPair], usable: Mask) -> None:
        self.pairs = pairs
        self.rules: list[Matched] = []
        self._usable = usable
        self._index = PathIndex((pair.host, pair.source) for pair in pairs)
        self._costs = np.array([LINE_COST + len(pair.source) + len(pair.target) for pair in pairs], dtype=np.float64)
        self._covered = np.zeros(len(pairs), dtype=np.bool_)
        self._place = np.full(len(pairs), -1, dtype=np.int64)  # of the rule that matches first; -1: none does

    @property
    def work(self) -> int:
        """Paths asked about so far."""
        return self._index.asked

    def open_cost(self, members: Ints) -> float:
        """Cost of the lines of these pairs that no rule spares yet."""
        return float(self._costs[members[~self._covered[members] & self._usable[members]]].sum())

    def match(self, rule: CompiledRule) -> Matched:
        """What a rule says about every pair."""
        found = sorted(self._index.matches(rule))
        at = np.array([number for number, _ in found], dtype=np.int64)
        targets = tuple(rule.fill(captures) for _, captures in found)
        right = [
            target == self.pairs[number].target and rule.rule.status == self.pairs[number].status
            for (number, _), target in zip(found, targets, strict=True)
        ]
        return Matched(rule, at, np.array(right, dtype=np.bool_), targets, tuple(captures for _, captures in found))

    def offers(self, matched: Matched) -> list[Offer]:
        """What the rule would do as the last one, and before those that answer its pairs wrongly; best first."""
        places = self._place[matched.at]
        ends = [len(self.rules)]
        wronged = places[matched.right & ~self._covered[matched.at] & self._usable[matched.at] & (places >= 0)]
        if len(wronged):
            ends.append(int(wronged.min()))
        offers = [self._offer(matched, places, end) for end in ends]
        return sorted(offers, key=lambda offer: -offer.gain)

    def _offer(self, matched: Matched, places: Ints, end: int) -> Offer:
        reach = (places < 0) | (places >= end)
        covered, costs = self._covered[matched.at], self._costs[matched.at]
        won = reach & matched.right & ~covered & self._usable[matched.at]
        lost = reach & ~matched.right & covered
        wrong = int((reach & ~matched.right).sum())
        gain = costs[won].sum() - costs[lost].sum() - rule_cost(matched.rule) - EXCEPTION_COST * wrong
        return Offer(matched, end, reach, float(gain))

    def accept(self, offer: Offer) -> None:
        """Put the rule into its place."""
        matched = offer.matched
        self.rules.insert(offer.place, matched)
        self._place[self._place >= offer.place] += 1
        reached = matched.at[offer.reach]
        self._place[reached] = offer.place
        self._covered[reached] = (matched.right & self._usable[matched.at])[offer.reach]

    def drop_needless(self) -> None:
        """Take out, last first, every rule whose pairs later ones answer as well."""
        for place in range(len(self.rules) - 1, -1, -1):
            if self._is_needless(place):
                self._drop(place)

    def _drop(self, place: int) -> None:
        del self.rules[place]
        self._place[:] = -1
        self._covered[:] = False
        for at, matched in enumerate(self.rules):
            free = self._place[matched.at] < 0
            self._place[matched.at[free]] = at
            self._covered[matched.at[free]] = (matched.right & self._usable[matched.at])[free]

    def _is_needless(self, place: int) -> bool:
        """Whether later rules would say the same about every pair that the rule answers rightly."""
        own = self.rules[place]
        left = {
            int(number)
            for number, right in zip(own.at, own.right, strict=True)
            if right and self._place[number] == place and self._covered[number]
        }
        for later in self.rules[place + 1 :]:
            if not left:
                break
            for number, right in zip(later.at.tolist(), later.right.tolist(), strict=True):
                if number in left:
                    if not right:
                        return False
                    left.discard(number)
        return not left


def rule_cost(rule: CompiledRule) -> float:
    """Cost of a rule, in the unit of the costs of lines."""
    parts = rule.rule.source
    texts = sum(len(part.text) for part in parts) + sum(len(str(part)) for part in rule.rule.target)
    return RULE_COST + PART_COST * len(parts) + texts
