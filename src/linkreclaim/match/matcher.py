"""The best live page for each dead URL, or that none fits, with the chance of being right."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial

import numpy as np

from linkreclaim.match.doubts import DOUBTED_0_1, Pairing, doubt
from linkreclaim.match.index import Floats, Ints
from linkreclaim.match.model import MatchModel, summary
from linkreclaim.match.question import Question
from linkreclaim.match.reasons import EXPLAINING, explain_match, explain_refusal
from linkreclaim.match.search import Found, Search
from linkreclaim.match.site import SiteTable
from linkreclaim.match.trees import sigmoid
from linkreclaim.match.vouch import Answer, vouch
from linkreclaim.model.matches import Candidate, Match, Role
from linkreclaim.model.pages import DeadPage, LivePage
from linkreclaim.processes import spread, usable_processes
from linkreclaim.urls import Url

MAX_CANDIDATES = 5
MIN_CONFIDENCE = 0.1
"""Below this chance of being right, "none fits" is the answer; the candidates are given all the same. Our measurement
on unseen sites, old text known (0.15 in brackets): 0.1 refuses 90 % (93 %) of noise, spam and strangers' pages and 39 %
(51 %) of the deleted pages without a redirect, a third of which have a page that an owner might accept, and loses 0.7
(1.3) points of right answers. 0.05 would refuse 81 % and 23 %, and lose 0.3."""
HOME_CONFIDENCE = 0.97
"""A home page's URL (`/index.html`) and today's home page: a rule, for the benchmark has no such case to learn from."""
MIN_HUB_CHILDREN = 2
QUESTIONS_AT_ONCE = 128


class Matcher:
    """Answers for one site. CPU time: about 0.3 ms a page with text, an answer 4 ms (measured on 100,000 pages)."""

    def __init__(
        self,
        pages: Iterable[LivePage],
        home: Url,
        model: MatchModel | None = None,
        known: Iterable[tuple[str, str]] = (),
        processes: int | None = None,
    ) -> None:
        """`known`: redirects of the site that work, old URL and new; they tell how its URLs were changed.

        `processes`: how many may work at once, None: as many as there are usable processors. Answers do not depend on
        it.
        """
        self._processes = usable_processes() if processes is None else processes
        self._known = tuple(known)
        self.site = SiteTable(pages, home, self._processes, self._known)
        self._model = model or MatchModel.load()

    def match(self, dead: Sequence[DeadPage], tell: Callable[[int], object] | None = None) -> Iterator[Match]:
        """One match for each dead page, in their order, once all of them have been looked at.

        All dead pages of a run belong into one call: they tell each other how the site moved. The same pages and dead
        pages in any order give the same answers. `tell` is called with the number of those looked at so far.
        """
        return vouch(self._first_answers(dead, tell), self._known)

    def _first_answers(self, dead: Sequence[DeadPage], tell: Callable[[int], object] | None) -> Iterator[Answer]:
        search = Search(self.site, dead, self._known)
        batches = [range(len(dead))[at : at + QUESTIONS_AT_ONCE] for at in range(0, len(dead), QUESTIONS_AT_ONCE)]
        done = 0
        for answers in spread(partial(self._answers, search), batches, self._processes):
            yield from answers
            done += len(answers)
            if tell is not None:
                tell(done)

    def _answers(self, search: Search, numbers: Iterable[int]) -> list[Answer]:
        found = [search.found(number) for number in numbers]
        return [self._answer(search, *told) for told in zip(found, self._scores(found), strict=True)]

    def _scores(self, found: Sequence[Found]) -> list[Floats]:
        ends = np.cumsum([len(one.rows) for one in found])[:-1]
        columns = [np.concatenate([one.measures[name] for one in found]) for name in self._model.names]
        return np.split(self._model.candidate_scores(np.stack(columns, axis=1)), ends)

    def _answer(self, search: Search, found: Found, scores: Floats) -> Answer:
        question = found.question
        if not len(scores):
            return Answer(Match(question.url, None, 0.0, (), explain_refusal(None, is_live=question.own_row >= 0)))
        order, confidence = self._ranked(found, scores)
        against = self._doubt(found, order[0])
        confidence = min(confidence, DOUBTED_0_1) if against else confidence
        candidates = self._candidates(search, found, scores, order, confidence)
        best = candidates[0]
        if best.confidence_0_1 < MIN_CONFIDENCE:
            reason = explain_refusal(best.url, is_live=question.own_row >= 0)
            return Answer(Match(question.url, None, best.confidence_0_1, candidates, reason))
        measures = {name: float(found.measures[name][order[0]]) for name in EXPLAINING}
        row = int(found.rows[order[0]])
        id_fact = found.id_evidence.reason if found.id_evidence is not None and found.id_evidence.row == row else ""
        reason = explain_match(self.site, search.moves, question, row, measures, best.role, id_fact, against)
        return Answer(Match(question.url, best.url, best.confidence_0_1, candidates, reason), doubted=bool(against))

    def _doubt(self, found: Found, place: int) -> str:
        """What speaks against a candidate; nothing where both are home pages, or a trusted id is the same."""
        row, told = int(found.rows[place]), found.id_evidence
        if found.question.asks_home or (told is not None and told.row == row and told.chance_0_1 > DOUBTED_0_1):
            return ""
        return doubt(Pairing(self.site, found.question, row, float(found.measures["text_cosine"][place])))

    def _ranked(self, found: Found, scores: Floats) -> tuple[Ints, float]:
        """(the best candidates in order, confidence of the first): the model's answer, and what ids say to it.

        Where both name one page, the surer holds; where they differ, the surer goes first and the doubt of the other
        lowers its confidence, as if the two were independent witnesses of whom at most one is right.
        """
        order = np.argsort(-scores, kind="stable")
        if found.question.asks_home and int(found.rows[0]) == self.site.home_row:
            return order[:MAX_CANDIDATES], HOME_CONFIDENCE
        confidence = float(self._model.confidence(summary(scores)[None, :])[0])
        told = found.id_evidence
        if told is None:
            return order[:MAX_CANDIDATES], confidence
        place = int(np.flatnonzero(found.rows == told.row)[0])
        if place == order[0]:
            return order[:MAX_CANDIDATES], max(confidence, told.chance_0_1)
        if told.chance_0_1 <= confidence:
            return order[:MAX_CANDIDATES], _against(confidence, told.chance_0_1)
        order = np.concatenate(([place], order[order != place]))
        return order[:MAX_CANDIDATES], _against(told.chance_0_1, confidence)

    def _candidates(
        self, search: Search, found: Found, scores: Floats, order: Ints, first: float
    ) -> tuple[Candidate, ...]:
        """The first with its confidence, the others sharing what is left by their own chances."""
        chances = sigmoid(scores[order])
        rest = (1.0 - first) * chances / max(1e-9, float(chances[1:].sum()), float(chances[0]))
        shares = [first, *(min(first, float(share)) for share in rest[1:])]
        return tuple(
            Candidate(search.address(row), round(share, 4), self._role(found.question, row))
            for row, share in zip(found.rows[order].tolist(), shares, strict=True)
        )

    def _role(self, question: Question, row: int) -> Role:
        """A hub lists other pages, and is not the page itself under a new address."""
        shape = self.site.shapes[row]
        same = bool(shape.slug_key) and shape.slug_key == question.shape.slug_key
        title = bool(question.title) and question.title == self.site.titles[row]
        return Role.HUB if self.site.children[row] >= MIN_HUB_CHILDREN and not same and not title else Role.PAGE


def _against(surer: float, other: float) -> float:
    """The chance of one witness's answer when another, less sure, gives a different one and both cannot be right."""
    return surer * (1.0 - other) / (1.0 - surer * other)
