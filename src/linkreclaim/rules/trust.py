"""How far a rule can be trusted with URLs nobody listed."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from linkreclaim.model.rules import RedirectRule

ACCEPTED_PRECISION = 0.98
PROPOSED_PRECISION = 0.9
"""Least held-out precision of a rule that may be used as it is, and of one that a person may be asked about. The
project's own bars."""
PROPOSED_WITH_DEAD_ENDS = 0.75
"""A rule that is never wrong but for pages that were renamed: those it sends to pages that are not there, which is what
they were. Our judgement."""


class RuleVerdict(StrEnum):
    """Whether a rule may be used as it is, or needs a person's yes."""

    ACCEPTED = "accepted"
    PROPOSED = "proposed"


USUAL_DOUBT = 0.3
"""Errors that a rule is taken to have had beside those that were seen. **Source:** rules learned on one half of 28
sites' redirects and asked about the other. One-to-one redirects alone: those that had explained 3 pairs without an
exception were right for 142 of 145, those of 15 or more for 422 of 424; all redirects: 204 of 230, and 282 of 286. A
value between the two; each map's own takes its place as far as it is known (`measure_doubt`)."""
DOUBT_OF_LIVE_ERRORS = 0.05
"""The same for errors that lead to a live page: at most 1 of about 2,000 answers on the same sites."""
LEAST_DOUBT, MAX_DOUBT = 0.1, 5.0
_PRIOR_CASES, _PRIOR_SUPPORT = 20, 5  # weight of the usual doubt against a map's own; our judgement


@dataclass(frozen=True, slots=True)
class Tally:
    """What a rule says about the pairs that reach it."""

    right: int
    wrong: int
    dead_ends: int  # of the wrong ones: those sent to a page that is not live

    @property
    def precision_0_1(self) -> float:
        """Share of the pairs that it gets right."""
        return self.right / max(1, self.right + self.wrong)

    def held_out_0_1(self, doubt: float) -> float:
        """The share expected of URLs that it was not learned from."""
        return self.right / (self.right + self.wrong + doubt)

    def not_misled_0_1(self) -> float:
        """The share of those that it will not send to a wrong live page."""
        return self.right / (self.right + self.wrong - self.dead_ends + DOUBT_OF_LIVE_ERRORS)


@dataclass(frozen=True, slots=True)
class Trial:
    """A rule learned on one half of a map, asked about a pair of the other half."""

    tally: Tally
    right: bool


def measure_doubt(trials: Iterable[Trial]) -> float:
    """The doubt with which the expected errors of all trials are those that were made.

    Some maps are more regular than others: where one rule without exceptions failed, others will.
    """
    counts = Counter((trial.tally.right, trial.tally.wrong, trial.right) for trial in trials)
    errors = float(sum(count for (_, _, right), count in counts.items() if not right))
    errors += _PRIOR_CASES * USUAL_DOUBT / (_PRIOR_SUPPORT + USUAL_DOUBT)
    low, high = 0.0, MAX_DOUBT
    for _ in range(30):
        doubt = (low + high) / 2
        expected = _PRIOR_CASES * doubt / (_PRIOR_SUPPORT + doubt)
        expected += sum(n * (wrong + doubt) / (right + wrong + doubt) for (right, wrong, _), n in counts.items())
        low, high = (doubt, high) if expected < errors else (low, doubt)
    return max(LEAST_DOUBT, round(high, 3))


def verdict_of(tally: Tally, rule: RedirectRule, doubt: float, live_known: bool = True) -> RuleVerdict | None:
    """Accepted, proposed, or None: no rule. Without the live pages a person has to look."""
    held_out = tally.held_out_0_1(doubt)
    if held_out >= ACCEPTED_PRECISION and live_known and not _needs_a_look(rule):
        return RuleVerdict.ACCEPTED
    mostly_right = tally.not_misled_0_1() >= ACCEPTED_PRECISION and held_out >= PROPOSED_WITH_DEAD_ENDS
    return RuleVerdict.PROPOSED if held_out >= PROPOSED_PRECISION or mostly_right else None


def _needs_a_look(rule: RedirectRule) -> bool:
    """Whether a rule sends many pages to one, or catches any address of some depth, pages of tomorrow too."""
    to_one_page = not any(isinstance(part, int) for part in rule.target)
    spelled = any(part.text.strip("/-_.") for part in rule.source)
    return to_one_page or not spelled
