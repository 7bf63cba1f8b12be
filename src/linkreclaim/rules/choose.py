"""The choice of rules for the pairs of one host."""

import heapq
from collections.abc import Iterable, Sequence

import numpy as np

from linkreclaim.model.rules import RedirectRule
from linkreclaim.rules.apply import CompiledRule, compile_rule
from linkreclaim.rules.candidates import find_candidates
from linkreclaim.rules.cover import Cover, Mask, Offer
from linkreclaim.rules.gates import MIN_CAPTURES, Forbidden, Loops, Unseen, leads_home, varies_enough
from linkreclaim.rules.pairs import UrlPair
from linkreclaim.rules.programs import rule_of
from linkreclaim.rules.site import SitePages
from linkreclaim.rules.trust import Tally, verdict_of

ROUNDS = 3  # a rule may become right once others answer what it got wrong
WORK_AT_LEAST = 3_000_000
WORK_PER_PAIR = 300
"""Bound on paths compared with candidates, so that a hostile map costs seconds; honest ones stay far below it."""


class RuleChoice:
    """Greedy choice: again and again the rule that saves most, as long as one saves anything and passes every gate."""

    def __init__(self, pairs: Sequence[UrlPair], usable: Mask, gates: "Gates") -> None:
        self._cover = Cover(pairs, usable)
        self._teachers = np.flatnonzero(usable)
        self._candidates = find_candidates([pairs[at] for at in self._teachers.tolist()], MIN_CAPTURES)
        self._gates = gates
        self._work_allowed = WORK_AT_LEAST + WORK_PER_PAIR * len(pairs)

    def rules(self) -> list[RedirectRule]:
        """The rules in the order to be tried."""
        waiting = list(range(self._candidates.count))
        for _ in range(ROUNDS):
            before = len(self._cover.rules)
            waiting = self._choose(waiting)
            if len(self._cover.rules) == before or not waiting:
                break
        self._cover.drop_needless()
        return [matched.rule.rule for matched in self._cover.rules]

    def _choose(self, candidates: Iterable[int]) -> list[int]:
        """Accept what can be; give back those that may yet be right once other rules go before them."""
        heap = [(-self._open_cost(at), at) for at in candidates]
        heapq.heapify(heap)
        later: list[int] = []
        while heap and self._cover.work + self._gates.work < self._work_allowed:
            promised, at = heapq.heappop(heap)
            saves = self._open_cost(at)
            if saves < -promised:
                if saves > 0:
                    heapq.heappush(heap, (-saves, at))
            elif self._try(at):
                later.append(at)
        return later

    def _open_cost(self, at: int) -> float:
        return self._cover.open_cost(self._teachers[self._candidates.members_of(at)])

    def _try(self, at: int) -> bool:
        """Accept a candidate that passes; True when it failed only for pairs that it gets wrong."""
        rule = self._compiled(at)
        if self._gates.forbid(rule):
            return False
        for offer in self._cover.offers(self._cover.match(rule)):
            if offer.gain <= 0 or not varies_enough(offer):
                continue
            if not self._gates.trust(offer):
                return True
            if not self._gates.mislead(rule, last=offer.place == len(self._cover.rules)):
                self._cover.accept(offer)
                self._gates.note(rule)
                return False
        return False

    def _compiled(self, at: int) -> CompiledRule:
        first = self._candidates.first_pair(at)
        return compile_rule(rule_of(self._candidates.program(at), first.status, first.host))


class Gates:
    """All that a rule of one host must pass beside being right about the pairs."""

    def __init__(self, site: SitePages, forbidden: Forbidden, unseen: Unseen, doubt: float) -> None:
        self._doubt = doubt
        self._site = site
        self._forbidden = forbidden
        self._unseen = unseen
        self._loops = Loops(site.site_host)

    @property
    def work(self) -> int:
        """Paths asked about so far."""
        return self._forbidden.work + self._unseen.work

    def forbid(self, rule: CompiledRule) -> bool:
        """Whether a rule may never be used: it leads all to the home page, or catches a live page."""
        return leads_home(rule.rule, self._site) or self._forbidden.matched_by(rule)

    def mislead(self, rule: CompiledRule, last: bool) -> bool:
        """Whether a rule would send a URL without a pair to a page that is not there, or round in circles."""
        return self._unseen.misled_by(rule, last) or self._loops.closed_by(rule)

    def note(self, rule: CompiledRule) -> None:
        """Take account of a chosen rule."""
        self._loops.add(rule)
        self._unseen.answer(rule)

    def trust(self, offer: Offer) -> bool:
        """Whether the rule is right often enough about the pairs that reach it."""
        matched = offer.matched
        wrong = np.flatnonzero(offer.reach & ~matched.right)
        dead_ends = sum(self._site.lacks(matched.targets[at]) for at in wrong)
        tally = Tally(int((offer.reach & matched.right).sum()), len(wrong), dead_ends)
        return verdict_of(tally, matched.rule.rule, self._doubt) is not None
