"""What sure answers say to the less sure ones of the same run: pages that moved by one rule vouch for each other.

An answer is never changed, only its confidence raised: where a rule leads elsewhere than the model does, the model is
right far more often. **Source:** our measurement on the redirect benchmark (28 sites, old text known, three tenths of
the one-to-one pairs known): where the best rule of the known pairs named another live page than the model, it was right
15 times and the model 427 times. Of the answers stated below 0.95 that a rule of SUPPORT and PRECISION confirmed (sure
answers teaching, too), 70 of 72 were right.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from linkreclaim.model.matches import Match
from linkreclaim.rules import Prediction, Predictor, UrlPair, predict
from linkreclaim.urls import parse

TEACHES_FROM = 0.9
"""Answers of this confidence teach."""
SUPPORT = 3
PRECISION = 0.9
"""Other pages that moved by the rule, and their share of all that it speaks about."""
VOUCHED_0_1 = 0.96
MAX_TEACHERS = 5_000
"""Pairs that teach, evenly spread over the sorted ones: 0.5 ms each to learn from."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A match, and whether something speaks against it: a rule says where pages went, not that this one is among
    them."""

    match: Match
    doubted: bool = False


def vouch(answers: Iterable[Answer], known: Iterable[tuple[str, str]]) -> Iterator[Match]:
    """The matches, some of them surer, once all are there. `known`: redirects that work. Cost: about 0.7 ms a match."""
    told = list(answers)
    own = [_taught(one) for one in told]
    teachers = {pair for pair in (*own, *(_pair(*pair) for pair in known)) if pair is not None}
    if len(teachers) < SUPPORT:
        yield from (one.match for one in told)
        return
    predictor = predict(_some(sorted(teachers, key=lambda pair: (pair.source, pair.target))))
    for answer, pair in zip(told, own, strict=True):
        yield answer.match if answer.doubted else _vouched(answer.match, pair, predictor)


def _taught(answer: Answer) -> UrlPair | None:
    match = answer.match
    return _pair(match.url, match.target_url) if match.confidence_0_1 >= TEACHES_FROM and not answer.doubted else None


def _some(teachers: Sequence[UrlPair]) -> Sequence[UrlPair]:
    return teachers[:: -(-len(teachers) // MAX_TEACHERS)]


def _vouched(answer: Match, own: UrlPair | None, predictor: Predictor) -> Match:
    if answer.confidence_0_1 >= VOUCHED_0_1:
        return answer
    asked = _pair(answer.url, answer.target_url)
    witness = None if asked is None else _witness(predictor.targets(asked.source, without=own), asked.target)
    if witness is None:
        return answer
    first = replace(answer.candidates[0], confidence_0_1=VOUCHED_0_1)
    reason = f"{answer.reason} {witness.support} other pages moved by the same rule."
    return replace(answer, confidence_0_1=VOUCHED_0_1, candidates=(first, *answer.candidates[1:]), reason=reason)


def _witness(predictions: Iterable[Prediction], target: str) -> Prediction | None:
    strong = (one for one in predictions if one.support >= SUPPORT and one.precision_0_1 >= PRECISION)
    return next((one for one in strong if one.target == target), None)


def _pair(old: str, new: str | None) -> UrlPair | None:
    """Paths alone: hosts play no part in matching; a query identifies a page that no rule over paths speaks about."""
    source, target = parse(old), None if new is None else parse(new)
    if source is None or target is None or source.query or target.query:
        return None
    return UrlPair(source.path, target.path)
