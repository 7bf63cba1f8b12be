"""Rules of a site's newest audit for a page to show: what each says, what became of it, and its yes as one act."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

from linkreclaim.errors import InputError
from linkreclaim.jobs.desk.browse import BrowsedSite
from linkreclaim.jobs.desk.decide_page import MOST_NOTE_CHARS
from linkreclaim.jobs.planning.learned_rules import LearnedRules, SiteRule, learn_site_rules, read_rules
from linkreclaim.jobs.runs.prepared import Prepared
from linkreclaim.model.decisions import Decision, DecisionState
from linkreclaim.model.judgements import Disposition
from linkreclaim.store import Workspace
from linkreclaim.store.browsing import DeadPageLine
from linkreclaim.store.bulk_decisions import BulkAct, BulkResult, make_token, read_token
from linkreclaim.store.decisions import Batch
from linkreclaim.store.proposals import DecidedPage
from linkreclaim.urls import match_key

ACTION = "rule"
"""What a batch that accepted a rule is called in the history; its view is the key of the rule."""
PAGES_SHOWN = 50
OTHERS_SHOWN = 20
SITES_HELD = 8
_BLOCK = 500


@dataclass(frozen=True, slots=True)
class RuleStanding:
    """A rule, and what has been decided about its pages."""

    rule: SiteRule
    accepted: int  # as the rule says
    otherwise: int  # rejected, or decided differently

    @property
    def open(self) -> int:
        """Pages about which nobody has decided: what a yes to the rule would accept."""
        return len(self.rule.pages) - self.accepted - self.otherwise


@dataclass(frozen=True, slots=True)
class SiteRules:
    """All rules of a site's listed run, those that regain most first."""

    standings: tuple[RuleStanding, ...]
    redirects: int  # that the run proposes
    said: int  # of these, by rules
    token: str  # of what is shown; a yes must give it back


@dataclass(frozen=True, slots=True)
class RuleView:
    """One rule with some of its pages."""

    standing: RuleStanding
    lines: tuple[DeadPageLine, ...]  # as they stand now
    start: int  # place of the first of them
    exceptions: tuple[tuple[DeadPageLine, str], ...]  # the first; with where the rule would lead
    misled: tuple[tuple[DeadPageLine, str], ...]
    token: str

    @property
    def next(self) -> int | None:
        """Where the following pages begin, None at the end."""
        end = self.start + PAGES_SHOWN
        return end if end < len(self.standing.rule.pages) else None

    @property
    def previous(self) -> int | None:
        """Where the pages before begin, None at the start."""
        return max(0, self.start - PAGES_SHOWN) if self.start else None


class _Learned:
    """The rules of one run, and what has been read of the decisions so far."""

    def __init__(self, learned: LearnedRules) -> None:
        self.rules = learned.rules
        self.redirects = learned.redirects
        self.read_until = 0  # id of the newest decision that is counted
        self._rule_of = {page: place for place, rule in enumerate(self.rules) for page in rule.pages}
        self._words: dict[int, str] = {}
        self._counts = [Counter[str]() for _ in self.rules]

    def count(self, decided: Iterator[DecidedPage]) -> None:
        """Count what was decided since."""
        for page in decided:
            self.read_until = page.id
            place = self._rule_of.get(page.url_id)
            if place is None:
                continue
            before, now = self._words.get(page.url_id, ""), _word(page, self.rules[place].pages[page.url_id])
            self._words[page.url_id] = now
            self._counts[place][before] -= 1
            self._counts[place][now] += 1

    def standings(self) -> list[RuleStanding]:
        """Every rule, in the order in which they are tried."""
        counted = zip(self.rules, self._counts, strict=True)
        return [RuleStanding(rule, counts["accepted"], counts["otherwise"]) for rule, counts in counted]


def _word(page: DecidedPage, target_key: str) -> str:
    if page.state is DecisionState.PROPOSED:
        return ""
    same = page.disposition is Disposition.REDIRECT and match_key(page.target_url) == target_key
    return "accepted" if page.state is DecisionState.ACCEPTED and same else "otherwise"


class RuleReader:
    """Says how the rules of each listed run stand. Safe for threads.

    They are those of the run's own proposals, so that they stay the same whatever is decided, and were learned when it
    ended; those of a run that kept none are learned now, beside the requests. Cost: once 2 us a page that a rule says,
    then 2 us a decision. Memory: 0.3 KB a page that a rule says.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._learned = Prepared[_Learned](SITES_HELD)
        self._lock = Lock()

    def rules(self, browsed: BrowsedSite) -> SiteRules | None:
        """All rules; None while they are being learned: ask again in a moment."""
        found = self._standings(browsed)
        if found is None:
            return None
        learned, standings, newest = found
        said = sum(len(rule.pages) for rule in learned.rules)
        standings.sort(key=lambda each: -each.rule.equity_share_0_1)
        return SiteRules(tuple(standings), learned.redirects, said, make_token(browsed.run.id, newest))

    def rule(self, browsed: BrowsedSite, key: str, start: int = 0) -> RuleView | None:
        """One rule, with pages from a place on; None while the rules are being learned.

        Raises:
            InputError: the run has no such rule.
        """
        found = self._standings(browsed)
        if found is None:
            return None
        _, standings, newest = found
        standing = _pick(standings, key, browsed)
        rule = standing.rule
        start = max(0, min(start, len(rule.pages) - 1)) // PAGES_SHOWN * PAGES_SHOWN
        lines = self._lines(browsed, list(rule.pages)[start : start + PAGES_SHOWN])
        exceptions, misled = (self._others(browsed, group) for group in (rule.exceptions, rule.misled))
        return RuleView(standing, tuple(lines), start, exceptions, misled, make_token(browsed.run.id, newest))

    def accept(self, browsed: BrowsedSite, key: str, token: str, by: str, now: datetime) -> BulkResult | None:
        """Accept the redirects that a rule says and nobody has decided about, as one batch that can be undone.

        Pages about which somebody decided since the token was given are left alone, and told. None while the rules are
        being learned: nothing was done.

        Raises:
            InputError: the run has no such rule.
            StaleDecisionError: another run's dead pages are listed by now.
            UsageError: the token is none.
        """
        found = self._standings(browsed)
        if found is None:
            return None
        rule = _pick(found[1], key, browsed).rule
        act = BulkAct(ACTION, key, token, by, now)
        listed = self._workspace.dead_pages.listed_run(browsed.id)
        return self._workspace.bulk_decisions.decide_lines(browsed.id, act, self._accepting(browsed, rule, act), listed)

    def batch(self, browsed: BrowsedSite, batch_id: int) -> Batch | None:
        """An act about the site, to tell what it did."""
        return next((each for each in self._workspace.decisions.batches(browsed.id) if each.id == batch_id), None)

    def undo(self, browsed: BrowsedSite, batch_id: int, by: str, now: datetime) -> BulkResult:
        """Take an act back; see `BulkDecisions.undo`."""
        return self._workspace.bulk_decisions.undo(browsed.id, batch_id, by, now)

    def _accepting(self, browsed: BrowsedSite, rule: SiteRule, act: BulkAct) -> Iterator[tuple[DeadPageLine, Decision]]:
        note = f"by the rule {rule.description}"[:MOST_NOTE_CHARS]
        _, newest = read_token(act.token)
        pages = list(rule.pages)
        for start in range(0, len(pages), _BLOCK):
            for line in self._lines(browsed, pages[start : start + _BLOCK]):
                meanwhile = line.revision > newest  # given as well, so that it is refused and told
                if meanwhile or (line.state is DecisionState.PROPOSED and line.target_url):
                    state, redirect = DecisionState.ACCEPTED, Disposition.REDIRECT
                    yield line, Decision(line.url, state, redirect, line.target_url, act.made_by, act.made_at, note)

    def _lines(self, browsed: BrowsedSite, url_ids: Sequence[int]) -> list[DeadPageLine]:
        lines = self._workspace.browsing.lines(browsed.run.id, url_ids)
        return [lines[number] for number in url_ids if number in lines]

    def _others(self, browsed: BrowsedSite, group: Mapping[int, str]) -> tuple[tuple[DeadPageLine, str], ...]:
        shown = list(group)[:OTHERS_SHOWN]
        return tuple((line, group[line.url_id]) for line in self._lines(browsed, shown))

    def _standings(self, browsed: BrowsedSite) -> tuple[_Learned, list[RuleStanding], int] | None:
        """The rules as they stand at the newest decision, whose id is given with them."""
        learned = self._learned.get(browsed.run.id, lambda: self._learn(browsed))
        if learned is None:
            return None
        with self._lock:
            newest = self._workspace.browsing.newest_decision(browsed.id)
            if newest != learned.read_until:
                learned.count(self._workspace.proposals.decided_since(browsed.id, learned.read_until))
            return learned, learned.standings(), newest

    def _learn(self, browsed: BrowsedSite) -> _Learned:
        kept = read_rules(self._workspace, browsed.run)
        learned = _Learned(kept or learn_site_rules(self._workspace, browsed.run, browsed.site))
        learned.count(self._workspace.proposals.decided_since(browsed.id, 0))
        return learned


def _pick(standings: Sequence[RuleStanding], key: str, browsed: BrowsedSite) -> RuleStanding:
    found = next((each for each in standings if each.rule.key == key), None)
    if found is None:
        raise InputError(f"the newest audit of {browsed.site.host} has no such rule; go back to the list of rules")
    return found
