"""Where other pages of a site suggest that a dead URL went: many weak rules, none of which is ever written."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from linkreclaim.rules.apply import CompiledRule, RuleSet, compile_rule
from linkreclaim.rules.candidates import find_candidates
from linkreclaim.rules.pairs import UrlPair, can_teach, distinct_pairs
from linkreclaim.rules.paths import PathIndex
from linkreclaim.rules.programs import rule_of

MAX_PROGRAMS = 10_000
"""Programs that are kept, those of most pairs first: they bound memory (about 2 KB each) and the time of a question."""
MAX_OF_ONE_PAIR = 4  # programs only one pair has: the most specific ones; the others hardly ever say more
MAX_TARGETS = 10
MIN_PRECISION = 0.02  # below it a program says nothing; our judgement
_WORK = 20_000_000


class Prediction(NamedTuple):
    """A target, how many pairs back it, and their share of all pairs that the same rule speaks about."""

    target: str
    support: int
    precision_0_1: float


class _Record(NamedTuple):
    rule: CompiledRule
    right: int
    matched: int


class Predictor:
    """Answers for one site; see `predict`."""

    def __init__(self, pairs: Collection[UrlPair], records: Iterable[_Record]) -> None:
        self._voters = frozenset(pairs)
        self._records = list(records)
        self._rules = RuleSet(record.rule.rule for record in self._records)

    def targets(self, path: str, host: str = "", without: UrlPair | None = None) -> list[Prediction]:
        """Where a canonical path without query may have gone, best first, at most ten.

        `without` is a pair that must not vote, the question's own, say. Raises nothing. Cost: below 1 ms.
        """
        best: dict[str, Prediction] = {}
        own = without if without in self._voters else None
        for place, target in self._rules.answers(path, host):
            prediction = _count(self._records[place], path, target, own)
            known = best.get(target)
            if prediction.support and (known is None or _strength(prediction) > _strength(known)):
                best[target] = prediction
        return sorted(best.values(), key=lambda one: (_strength(one), one.target), reverse=True)[:MAX_TARGETS]


def predict(pairs: Sequence[UrlPair]) -> Predictor:
    """Learn weak rules from pairs that can be trusted: one pair is enough for a rule, and no gate is asked.

    Cost: about 0.5 ms a pair, some seconds at most.
    """
    agreed, _ = distinct_pairs(pairs)
    teachers = [pair for pair in agreed if can_teach(pair)]
    hosts = sorted({pair.host for pair in teachers})
    records = [record for host in hosts for record in _records([pair for pair in teachers if pair.host == host])]
    return Predictor(teachers, records)


def _records(pairs: Sequence[UrlPair]) -> Iterator[_Record]:
    candidates = find_candidates(pairs, 1)
    index = PathIndex((pair.host, pair.source) for pair in pairs)
    places = candidates.names & 63
    useful = np.flatnonzero((candidates.sizes > 1) | (places < MAX_OF_ONE_PAIR))
    by_size = useful[np.argsort(-candidates.sizes[useful], kind="stable")][:MAX_PROGRAMS]
    for at in by_size.tolist():
        if index.asked > _WORK:
            return
        first = candidates.first_pair(at)
        rule = compile_rule(rule_of(candidates.program(at), first.status, first.host))
        if any(isinstance(part, int) for part in rule.rule.target):
            matched = list(index.matches(rule))
            right = sum(rule.fill(captures) == pairs[number].target for number, captures in matched)
            if right >= MIN_PRECISION * len(matched):
                yield _Record(rule, right, len(matched))


def _count(record: _Record, path: str, target: str, own: UrlPair | None) -> Prediction:
    right, matched = record.right, record.matched
    if own is not None and own.host == record.rule.rule.host:
        said = target if own.source == path else record.rule.apply(own.source)
        right, matched = right - (said == own.target), matched - (said is not None)
    return Prediction(target, right, right / matched if matched else 0.0)


def _strength(prediction: Prediction) -> tuple[float, int]:
    """Precision with one error added, so that one pair alone counts for half."""
    support, precision = prediction.support, prediction.precision_0_1
    return support / (support / precision + 1), support
