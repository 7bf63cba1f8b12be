"""Sparse retrieval agrees with the same sums written out."""

import math
from collections import Counter
from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from linkreclaim.match.index import SparseRows, TermNumbers, Vocabulary, count_rows, runs, top

WORDS = st.lists(st.sampled_from(["oak", "elm", "fir", "ash", "yew", "box", "bay", "fig"]), max_size=12)


def _weights(words: list[str], idf: dict[str, float]) -> dict[str, float]:
    raw = {word: (1 + math.log(count)) * idf[word] for word, count in Counter(words).items() if word in idf}
    norm = math.sqrt(sum(value * value for value in raw.values())) or 1.0
    return {word: value / norm for word, value in raw.items()}


@settings(deadline=None)
@given(st.lists(WORDS, min_size=1, max_size=8), WORDS)
def test_cosine_shared_and_best_are_what_they_say(rows: list[list[str]], query: list[str]) -> None:
    numbers = TermNumbers()
    counted = count_rows(rows, numbers, grow=True)
    vocabulary = Vocabulary(numbers, counted)
    sparse = SparseRows(vocabulary, counted).indexed()
    total = len(rows)
    idf = {word: math.log((total + 1) / (sum(word in row for row in rows) + 0.5)) for word in numbers}
    asked = _weights(query, idf)
    cosines = [sum(asked.get(word, 0) * weight for word, weight in _weights(row, idf).items()) for row in rows]
    shares = [sum(idf[word] for word in set(row) & set(query)) for row in rows]
    every = np.arange(total)
    bag = vocabulary.bag(query)
    np.testing.assert_allclose(sparse.cosine(bag, every), cosines, atol=1e-6)
    np.testing.assert_allclose(sparse.shared(bag, every), shares, atol=1e-6)
    best = sparse.best(bag, 3)
    assert len(best) == min(3, sum(cosine > 1e-9 for cosine in cosines))
    assert all(cosines[one] >= cosines[other] - 1e-6 for one, other in pairwise(best))


def test_unknown_words_count_as_the_rarest() -> None:
    numbers = TermNumbers()
    vocabulary = Vocabulary(numbers, count_rows([["oak"], ["oak", "elm"]], numbers, grow=True))
    assert vocabulary.mass(["yew"]) > vocabulary.mass(["elm"]) > vocabulary.mass(["oak"]) > 0
    assert len(vocabulary.bag(["yew"]).terms) == 0


def test_top_breaks_ties_by_number() -> None:
    assert top(np.array([0.0, 2.0, 5.0, 2.0, 2.0]), 3).tolist() == [2, 1, 3]
    assert top(np.zeros(4), 3).tolist() == []


def test_runs() -> None:
    assert runs(np.array([5, 0, 9]), np.array([2, 0, 3])).tolist() == [5, 6, 9, 10, 11]
    assert runs(np.array([], dtype=np.int64), np.array([], dtype=np.int64)).tolist() == []
