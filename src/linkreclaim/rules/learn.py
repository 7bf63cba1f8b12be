"""Rules learned from pairs: as few as say the same as the lines they replace, and none that harms another page."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from operator import attrgetter
from zlib import crc32

import numpy as np

from linkreclaim.model.rules import RedirectRule
from linkreclaim.rules.apply import RuleSet
from linkreclaim.rules.choose import Gates, RuleChoice
from linkreclaim.rules.describe import describe
from linkreclaim.rules.gates import MIN_CAPTURES, Forbidden, Unseen
from linkreclaim.rules.pairs import Place, UrlPair, can_teach, distinct_pairs, in_order, place_of
from linkreclaim.rules.site import SitePages, read_site
from linkreclaim.rules.trust import USUAL_DOUBT, RuleVerdict, Tally, Trial, measure_doubt, verdict_of

MAX_TRIED = 8_000  # pairs of a map by which its regularity is measured


@dataclass(frozen=True, slots=True)
class LearnedRule:
    """A rule with what speaks for it, counted at its place in the order."""

    rule: RedirectRule
    support: int  # pairs it explains
    coverage_0_1: float  # their share of all pairs
    exceptions: int  # pairs it would get wrong: exact lines, which go before it
    dead_ends: int  # of the exceptions, those it would send to a page that is not there
    precision_0_1: float
    held_out_precision_0_1: float  # see `trust.Tally`
    examples: tuple[UrlPair, UrlPair, UrlPair]
    unseen: int  # URLs without a pair that it answers
    to_one_page: bool  # no captures: may be read as a soft 404
    verdict: RuleVerdict

    @property
    def description(self) -> str:
        """The rule in words."""
        return describe(self.rule, (pair.source for pair in self.examples))


@dataclass(frozen=True, slots=True)
class Learned:
    """Rules in the order to be tried, and the pairs that stay exact lines, which go before all rules."""

    rules: tuple[LearnedRule, ...]
    exact: tuple[UrlPair, ...]


@dataclass(slots=True)
class _Record:
    """What one rule does, while it is counted."""

    explained: list[UrlPair] = field(default_factory=list)
    wrong: int = 0
    dead_ends: int = 0
    unseen: int = 0
    misled: int = 0  # of the unseen: sent to a page that is not there


@dataclass(slots=True)
class _Count:
    records: dict[RedirectRule, _Record]  # in the order of the rules
    exact: list[UrlPair]


def learn_rules(
    pairs: Iterable[UrlPair], live: Iterable[str] = (), unseen: Iterable[str] = (), *, site_host: str = ""
) -> Learned:
    """Learn rules that say what the pairs say.

    `live` holds canonical paths (or full URLs) of pages that answer: no rule matches one, nor any pair's target. Empty
    means unknown, and then rules are proposed at best. `unseen` are URLs known to be asked for without a pair: those
    that a rule matches get a live page. Both may be paths of the site or full URLs; `site_host`, without `www.`, says
    which host is the site's own. The map is taken as planned: chains collapsed, no source alive.

    The same pairs in any order give the same rules. Raises nothing: what no rule can say stays exact. Cost: about
    100 us a pair, and 4 us a live page. Memory: 0.5 KB a pair; the live pages as `site.read_site` keeps them.
    """
    agreed, torn = distinct_pairs(pairs)
    site = read_site(live, site_host)
    others = _without_pair(unseen, agreed, site_host)
    doubt = measure_doubt(_trials(agreed, site))
    learned = _learn(agreed, site, others, doubt, torn)
    return replace(learned, exact=tuple(sorted([*learned.exact, *torn], key=in_order)))


def _trials(pairs: Sequence[UrlPair], site: SitePages) -> Iterator[Trial]:
    """Learn on each half of the map and ask about the other."""
    every = len(pairs) // MAX_TRIED + 1
    halves: tuple[list[UrlPair], ...] = ([], [])
    for pair in pairs:
        side, left = divmod(crc32(pair.source.encode("utf-8", "surrogatepass")) % (2 * every), every)
        if not left:
            halves[side].append(pair)
    for half, other in (halves, halves[::-1]):
        learned = {rule.rule: rule for rule in _learn(half, site, [], USUAL_DOUBT).rules}
        answers = RuleSet(learned)
        for pair in other:
            answer = answers.answer(pair.source, pair.host)
            if answer is not None:
                rule = learned[answer[0]]
                yield Trial(Tally(rule.support, rule.exceptions, rule.dead_ends), answer[1] == pair.target)


def _learn(
    pairs: Sequence[UrlPair], site: SitePages, others: Sequence[Place], doubt: float, torn: Sequence[UrlPair] = ()
) -> Learned:
    rules: list[RedirectRule] = []
    for host in sorted({pair.host for pair in pairs}):
        forbidden = Forbidden(site, [*pairs, *torn], host)
        unseen = Unseen([place for place in others if place.host == host], site)
        rules += _learn_host(pairs, host, site, Gates(site, forbidden, unseen, doubt))
    while True:  # a rule may have lost pairs to one that was put before it
        count = _count(rules, pairs, site, others)
        learned = [_learned(rule, record, len(pairs), site, doubt) for rule, record in count.records.items()]
        kept = [rule for rule in learned if rule is not None]
        if len(kept) == len(rules):
            return Learned(tuple(kept), tuple(count.exact))
        rules = [rule.rule for rule in kept]


def _without_pair(unseen: Iterable[str], pairs: Iterable[UrlPair], site_host: str) -> list[Place]:
    places = {place_of(url, site_host) for url in unseen}
    return sorted(places - {Place(pair.host, pair.source) for pair in pairs}, key=attrgetter("host", "path"))


def _learn_host(agreed: Sequence[UrlPair], host: str, site: SitePages, gates: Gates) -> list[RedirectRule]:
    pairs = [pair for pair in agreed if pair.host == host and "?" not in pair.source]
    usable = np.array([can_teach(pair) and not site.lacks(pair.target) for pair in pairs], dtype=np.bool_)
    return RuleChoice(pairs, usable, gates).rules()


def _count(rules: list[RedirectRule], pairs: Sequence[UrlPair], site: SitePages, others: Sequence[Place]) -> _Count:
    """Ask the rules about every URL again; whatever they do not say exactly stays exact."""
    answers = RuleSet(rules)
    count = _Count({rule: _Record() for rule in rules}, [])
    for pair in pairs:
        answer = answers.answer(pair.source, pair.host) if "?" not in pair.source else None
        if answer is None or not _note(count.records[answer[0]], pair, answer, site):
            count.exact.append(pair)
    for place in others:
        answer = answers.answer(place.path, place.host)
        if answer is not None:
            count.records[answer[0]].unseen += 1
            count.records[answer[0]].misled += site.lacks(answer[1])
    return count


def _note(record: _Record, pair: UrlPair, answer: tuple[RedirectRule, str], site: SitePages) -> bool:
    """Count an answer; whether it spares the pair's line."""
    rule, target = answer
    if target != pair.target or rule.status != pair.status:
        record.wrong += 1
        record.dead_ends += site.lacks(target)
        return False
    if site.lacks(target) or not can_teach(pair):
        return False
    record.explained.append(pair)
    return True


def _learned(rule: RedirectRule, record: _Record, pairs: int, site: SitePages, doubt: float) -> LearnedRule | None:
    """The rule with its figures; None when they do not bear it."""
    explained = record.explained
    tally = Tally(len(explained), record.wrong, record.dead_ends)
    verdict = verdict_of(tally, rule, doubt, site.known)
    if verdict is None or len(explained) < MIN_CAPTURES or record.misled:
        return None
    return LearnedRule(
        rule=rule,
        support=len(explained),
        coverage_0_1=len(explained) / pairs,
        exceptions=record.wrong,
        dead_ends=record.dead_ends,
        precision_0_1=tally.precision_0_1,
        held_out_precision_0_1=tally.held_out_0_1(doubt),
        examples=(explained[0], explained[len(explained) // 2], explained[-1]),
        unseen=record.unseen,
        to_one_page=not any(isinstance(part, int) for part in rule.target),
        verdict=verdict,
    )
