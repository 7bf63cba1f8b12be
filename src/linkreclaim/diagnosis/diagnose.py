"""Why a URL broke: every cause starts from how often it is seen, evidence adds to or takes from it, the best one wins.

Sums of log-odds; when the best two are too near to each other the answer is "unsure".
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from linkreclaim.diagnosis.injected import looks_injected
from linkreclaim.diagnosis.noise import is_scanner_noise
from linkreclaim.diagnosis.repair import Repair
from linkreclaim.model.judgements import Cause, Diagnosis
from linkreclaim.model.matches import Match
from linkreclaim.model.verdicts import UNTOLD_KINDS, Verdict, VerdictKind
from linkreclaim.urls import Url


@dataclass(frozen=True, slots=True)
class DiagnosisFacts:
    """What is known of one dead URL beside its repair."""

    url: Url
    verdict: Verdict | None  # None: not checked
    referring_domains: int  # that use this exact URL
    anchors: tuple[str, ...]
    had_capture: bool  # an archive, an old sitemap or a log shows that the URL did work; False also when none was asked
    neighbours_dead: int  # other URLs of its folder
    neighbours_alive: int
    on_old_host: bool
    match: Match | None  # None: not matched
    mapped_like: int  # other dead pages that moved in the same way


@dataclass(frozen=True, slots=True)
class _Clue:
    """One piece of evidence: what it adds to which causes (natural log-odds), and its words."""

    weights: dict[Cause, float]
    words: str


_PRIORS = {
    Cause.RESTRUCTURE: 0.35,
    Cause.DELETED: 0.25,
    Cause.SITE_VARIANT: 0.09,
    Cause.CUT_OFF: 0.06,
    Cause.TYPO: 0.06,
    Cause.WRONG_BASE: 0.05,
    Cause.MALFORMED: 0.05,
    Cause.MOVED_HOST: 0.04,
    Cause.TEMPORARY: 0.02,
    Cause.LOST_REDIRECT: 0.01,
    Cause.NEVER_EXISTED: 0.01,
    Cause.INJECTED: 0.01,
}
"""How often each cause is seen. Source: the shares of 5,687 literal 404 rules of one site (moved 35 %, cut off 16 %,
typo 8 %, wrong base 7 %, variants 14 %), with part of the faults at the source moved to deletion, which such rules
never show; judgement where neither says anything."""

_AT_SOURCE = (Cause.TYPO, Cause.MALFORMED, Cause.CUT_OFF, Cause.WRONG_BASE)
_MIN_MARGIN = 0.7
"""Below this distance (log-odds, a factor of two) between the best two causes the answer is "unsure"."""


_WORDS: dict[Cause, str] = {cause: cause.value.replace("_", " ") for cause in Cause}


def diagnose(facts: DiagnosisFacts, repair: Repair | None) -> Diagnosis:
    """The likeliest cause with the evidence for it; a repaired URL only where the cause allows one."""
    clues = [clue for rule in _RULES for clue in rule(facts, repair)]
    scores = {
        cause: math.log(prior) + sum(c.weights.get(cause, 0.0) for c in clues) for cause, prior in _PRIORS.items()
    }
    ranked = sorted(scores, key=lambda cause: -scores[cause])
    best, second = ranked[0], ranked[1]
    confidence = 1 / sum(math.exp(scores[cause] - scores[best]) for cause in ranked)
    unsure = scores[best] - scores[second] < _MIN_MARGIN
    evidence = tuple(clue.words for clue in clues if unsure or clue.weights.get(best, 0.0) > 0)
    between = (f"as likely: {_WORDS[best]} or {_WORDS[second]}",) if unsure else ()
    return Diagnosis(
        cause=Cause.UNSURE if unsure else best,
        cause_confidence_0_1=round(confidence, 4),
        evidence=between + (evidence or ("nothing but how often this cause is seen",)),
        repaired_url=repair.url if repair is not None and best not in (Cause.NEVER_EXISTED, Cause.INJECTED) else None,
    )


def _read_noise(facts: DiagnosisFacts, repair: Repair | None) -> Iterator[_Clue]:
    if is_scanner_noise(facts.url):
        weight = 12.0 if facts.referring_domains == 0 else 6.0
        yield _Clue({Cause.NEVER_EXISTED: weight}, "scanners ask for this address on every site")
    if looks_injected(facts.url, facts.anchors):
        yield _Clue({Cause.INJECTED: 3.0 if facts.had_capture else 9.0}, "spam words in the address and its anchors")


def _read_verdict(facts: DiagnosisFacts, repair: Repair | None) -> Iterator[_Clue]:
    verdict = facts.verdict
    if verdict is None:
        return
    if verdict.kind is VerdictKind.GONE:
        yield _Clue({Cause.DELETED: 2.5}, "the server says that it is gone for good (410)")
    if verdict.kind is VerdictKind.REDIRECT_BROKEN:
        yield _Clue({Cause.LOST_REDIRECT: 5.0}, "a redirect is there, but it leads nowhere")
    if verdict.kind in UNTOLD_KINDS and not verdict.dead:
        yield _Clue({Cause.TEMPORARY: 6.0}, f"not seen to be dead: {verdict.reason}")


def _read_repair(facts: DiagnosisFacts, repair: Repair | None) -> Iterator[_Clue]:
    """Faults at the source need a repair to be seen at all."""
    if repair is None:
        yield _Clue({**dict.fromkeys(_AT_SOURCE, -4.0), Cause.SITE_VARIANT: -4.0}, "no damaged form of a live URL")
        return
    certainty = min(repair.confidence_0_1, 0.99)
    weight = 2.0 + math.log(certainty / (1 - certainty))
    weights = dict.fromkeys((*_AT_SOURCE, Cause.SITE_VARIANT), -2.0)
    if repair.kind.endswith("wrong_folder"):
        weights[Cause.RESTRUCTURE] = 2.0  # a folder taken out of every address looks the same on one page
    yield _Clue({**weights, repair.cause: weight}, repair.reason)


def _read_history(facts: DiagnosisFacts, repair: Repair | None) -> Iterator[_Clue]:
    """An address that worked, or that several sites use, was no slip of one author."""
    if facts.had_capture:
        weights = {Cause.RESTRUCTURE: 1.0, Cause.DELETED: 1.0, Cause.MOVED_HOST: 0.5, Cause.NEVER_EXISTED: -4.0}
        yield _Clue({**weights, **dict.fromkeys(_AT_SOURCE, -3.0)}, "the archive shows that this address did work")
    if facts.referring_domains >= 3:
        weights = {Cause.SITE_VARIANT: 1.0, Cause.RESTRUCTURE: 0.5, Cause.DELETED: 0.5, Cause.NEVER_EXISTED: -2.0}
        words = f"{facts.referring_domains} domains use exactly this address"
        yield _Clue({**weights, **dict.fromkeys(_AT_SOURCE, -1.5)}, words)
    elif facts.referring_domains == 1:
        yield _Clue(dict.fromkeys(_AT_SOURCE, 0.7), "only one domain uses this address")


def _read_neighbours(facts: DiagnosisFacts, repair: Repair | None) -> Iterator[_Clue]:
    dead, alive = facts.neighbours_dead, facts.neighbours_alive
    if dead >= 3 and dead > alive:
        yield _Clue({Cause.RESTRUCTURE: 1.5, Cause.MOVED_HOST: 0.5}, f"{dead} neighbours in its folder are dead too")
    elif alive >= 3 and dead == 0:
        words = f"{alive} neighbours in its folder live on"
        yield _Clue({Cause.DELETED: 1.5, Cause.RESTRUCTURE: -1.0}, words)
    if facts.mapped_like >= 2:
        yield _Clue({Cause.RESTRUCTURE: 2.5}, f"{facts.mapped_like} other pages moved in the same way")


def _read_host(facts: DiagnosisFacts, repair: Repair | None) -> Iterator[_Clue]:
    if facts.on_old_host:
        yield _Clue({Cause.MOVED_HOST: 6.0}, f"{facts.url.netloc} is a former host of the site")


def _read_match(facts: DiagnosisFacts, repair: Repair | None) -> Iterator[_Clue]:
    match = facts.match
    if match is None or repair is not None:
        return
    if match.target_url is None:
        yield _Clue({Cause.DELETED: 2.0}, "no live page of the site fits it")
    elif match.confidence_0_1 >= 0.5:
        words = f"its content is very likely at {match.target_url[:200]} now"
        yield _Clue({Cause.RESTRUCTURE: 3 * match.confidence_0_1}, words)


_Rule = Callable[[DiagnosisFacts, Repair | None], Iterator[_Clue]]
_RULES: tuple[_Rule, ...] = (
    _read_noise,
    _read_verdict,
    _read_repair,
    _read_host,
    _read_history,
    _read_neighbours,
    _read_match,
)
"""Source of the weights: judgement, after which evidence speaks for which cause; each is a natural log-odds."""
