"""Ids that a dead page and a live page share (article number, WordPress id): evidence beside the trained model.

An id may lie: a new system counts from 1 again, and small numbers stand for different things in two shops. So each kind
of id is trusted as far as it proves true in this run: of the other dead pages with an id in common with one live page,
how many also share words with it? That share and the page's own words give the chance that the id is right (Bayes).
Without ids in common nothing here has a say. The kinds are those of `html.page_facts` and `inventory.read_old_pages`.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np

from linkreclaim.match.index import Ints
from linkreclaim.match.question import Question
from linkreclaim.match.site import SiteTable

TITLE_SHARE = 0.4
TEXT_COSINE = 0.2
AGREE_SAME = 0.9
AGREE_OTHER = 0.03
AGREE_OTHER_PAGES = 20
CONTROLS = 3
Z_LOW = 1.64
"""Two pages agree when they share this much of the title's rare words, or of the text. Our measurement on seven sites
of the redirect benchmark: 98.2 % of the pages agree with their successor, 1.3 % with another page drawn at random. The
chances are set to the cautious side of it, for relaunches reword more. The second is where a run starts from, worth
so many pages: in a shop of near twins many others agree, so each page is also compared with those that three other
pages' ids name. Of the rate of agreement the lower end of its 90 % interval counts (Wald)."""
PRIOR_TRUST = {"gtin": 0.9, "isbn": 0.9, "sku": 0.9}
OTHER_PRIOR_TRUST = 0.05
PRIOR_PAGES = 10
"""What is held of a kind of id before a run is seen, and how many pages' word that is worth. Our judgement: article
numbers live outside a shop's system and move with the goods, all other ids are a system's own and start anew."""
MAX_CHANCE = 0.99
MAX_PAGES = 8
"""An id on more live pages than this names none of them."""
MIN_SHARE = 0.5
MAX_CHANCE_BELOW = 0.9
"""A live page that shows more ids of other goods than of this one is a family's page or a list: a fair target and never
a sure one. Our judgement."""
NAMES = {
    "sku": "SKU",
    "gtin": "GTIN",
    "isbn": "ISBN",
    "wp": "WordPress id",
    "node": "Drupal node",
    "shopify": "Shopify id",
    "handle": "Shopify handle",
}


@dataclass(frozen=True, slots=True)
class IdMatch:
    """The live page that shares an id of one kind with a dead page, alone or more of them than any other."""

    row: int
    kind: str
    id: str
    share_0_1: float  # of the live page's ids of this kind, those that the dead page has too
    agrees: bool | None  # whether title or text agree; None: there are no words to compare


@dataclass(frozen=True, slots=True)
class IdEvidence:
    """What ids tell of one dead page: the page, the chance that it is the one, and why."""

    row: int
    chance_0_1: float
    reason: str


class SharedIds:
    """The ids that a run's dead pages share with the site; each page's own answer is left out of what judges it."""

    def __init__(self, site: SiteTable, questions: Sequence[Question]) -> None:
        self._matches = [tuple(_matches(site, question)) for question in questions]
        told = {(one.kind, one.id, one.agrees) for matches in self._matches for one in matches}  # each post once
        self._compared = Counter(kind for kind, _, agrees in told if agrees is not None)
        self._agreeing = Counter(kind for kind, _, agrees in told if agrees)
        self._agree_other = {kind: self._by_chance(site, questions, kind) for kind in self._compared}

    def _by_chance(self, site: SiteTable, questions: Sequence[Question], kind: str) -> float:
        """How often a dead page agrees with the page that another one's id names."""
        pairs = ((question, match) for question, all_ in zip(questions, self._matches, strict=True) for match in all_)
        told = sorted(((q, m) for q, m in pairs if m.kind == kind), key=lambda pair: (pair[0].url, pair[1].id))
        seen = [
            _agree(site, question, told[(place + step) % len(told)][1].row)
            for place, (question, match) in enumerate(told)
            for step in range(1, CONTROLS + 1)
            if told[(place + step) % len(told)][1].row != match.row
        ]
        compared = [one for one in seen if one is not None]
        return (AGREE_OTHER * AGREE_OTHER_PAGES + sum(compared)) / (AGREE_OTHER_PAGES + len(compared))

    def evidence(self, number: int) -> IdEvidence | None:
        """What the ids tell of the question of this number, None when they tell nothing."""
        told = [self._evidence(match) for match in self._matches[number]]
        return max(told, key=lambda one: one.chance_0_1, default=None)

    def _evidence(self, match: IdMatch) -> IdEvidence:
        trust, other = self._trust(match), self._agree_other.get(match.kind, AGREE_OTHER)
        right = trust * _likelihood(match.agrees, AGREE_SAME)
        wrong = (1 - trust) * _likelihood(match.agrees, min(other, AGREE_SAME))
        limit = MAX_CHANCE if match.share_0_1 >= MIN_SHARE else MAX_CHANCE_BELOW
        return IdEvidence(match.row, min(limit, right / (right + wrong)), self._reason(match))

    def _trust(self, match: IdMatch) -> float:
        """The share of this kind's matches that are true, as far as the words of the other pages show it."""
        own = int(match.agrees is not None)
        compared, agreeing = self._compared[match.kind] - own, self._agreeing[match.kind] - int(match.agrees is True)
        prior, other = PRIOR_TRUST.get(match.kind, OTHER_PRIOR_TRUST), self._agree_other.get(match.kind, AGREE_OTHER)
        if not compared or other >= AGREE_SAME:  # nothing to judge by, or words that tell nothing apart
            return prior
        rate = agreeing / compared
        rate -= Z_LOW * sqrt(rate * (1 - rate) / compared)
        shown = min(1.0, max(0.0, (rate - other) / (AGREE_SAME - other)))
        return (prior * PRIOR_PAGES + shown * compared) / (PRIOR_PAGES + compared)

    def _reason(self, match: IdMatch) -> str:
        kind, _, value = match.id.partition(":")
        told = f"same {NAMES.get(kind, kind)} {value if kind == 'handle' else value.upper()}"
        compared, agreeing = self._compared[kind], self._agreeing[kind]
        return told if compared < 2 else f"{told} (titles or texts agree on {agreeing:,} of {compared:,} such pages)"


def _likelihood(agrees: bool | None, chance: float) -> float:
    return 1.0 if agrees is None else chance if agrees else 1.0 - chance


def id_rows(site: SiteTable, question: Question) -> Ints:
    """Pages that share an id with the dead page, for a closer look."""
    rows = {row for one in question.ids if len(found := _rows(site, one)) <= MAX_PAGES for row in found.tolist()}
    return np.array(sorted(rows), dtype=np.int64)


def _matches(site: SiteTable, question: Question) -> Iterator[IdMatch]:
    """For each kind the page with the greatest share of ids in common, none where several are equal in that.

    The share counts the page's other ids too: a list that shows thirty goods is no successor of one of them.
    """
    for kind in sorted({one.partition(":")[0] for one in question.ids}):
        ids = [one for one in question.ids if one.startswith(f"{kind}:")]
        common = Counter(row for one in ids if len(found := _rows(site, one)) <= MAX_PAGES for row in found.tolist())
        shares = {row: count / (len(ids) + _count(site, row, kind) - count) for row, count in common.items()}
        row = _single(site, question, [row for row in shares if shares[row] == max(shares.values())])
        if row is not None and row not in site.home_rows:
            shown = next(one for one in ids if row in _rows(site, one))
            yield IdMatch(row, kind, shown, common[row] / _count(site, row, kind), _agree(site, question, row))


def _single(site: SiteTable, question: Question, rows: Sequence[int]) -> int | None:
    """The one of several equal pages that speaks the dead page's language: shops number their goods once for all."""
    if len(rows) > 1 and question.language:
        rows = [row for row in rows if site.languages[row] == question.language]
    return rows[0] if len(rows) == 1 else None


def _rows(site: SiteTable, one: str) -> Ints:
    found = site.by_id.get(one)
    return np.empty(0, dtype=np.int64) if found is None else found


def _count(site: SiteTable, row: int, kind: str) -> int:
    return sum(one.startswith(f"{kind}:") for one in site.ids[row])


def _agree(site: SiteTable, question: Question, row: int) -> bool | None:
    """Whether title or text of two pages agree, None when one of them has neither."""
    rows = np.array([row], dtype=np.int64)
    if not (question.title or question.knows_text) or not (site.titles[row] or site.headings.first(row)):
        return None
    in_title = float(site.title_words.shared(question.title_bag, rows)[0])
    if question.title_mass and in_title / question.title_mass >= TITLE_SHARE:
        return True
    bag = question.text_bag if question.knows_text else question.title_bag
    return float(site.texts.cosine(bag, rows)[0]) >= TEXT_COSINE
