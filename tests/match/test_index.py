"""Sparse retrieval agrees with the same sums written out."""

import math
from collections import Counter
from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from linkreclaim.match.index import CountedRows, SparseRows, TermNumbers, Vocabulary, count_pairs, order_of, runs, top

WORDS = st.lists(st.sampled_from(["oak", "elm", "fir", "ash", "yew", "box", "bay", "fig"]), max_size=12)


def _counted(rows: list[list[str]], numbers: TermNumbers) -> CountedRows:
    pairs = np.array([(row, numbers[word]) for row, words in enumerate(rows) for word in words], dtype=np.int64)
    owners, terms = pairs.reshape(-1, 2).T
    return count_pairs(owners, terms, len(rows))


def _weights(words: list[str], idf: dict[str, float]) -> dict[str, float]:
    raw = {word: (1 + math.log(count)) * idf[word] for word, count in Counter(words).items() if word in idf}
    norm = math.sqrt(sum(value * value for value in raw.values())) or 1.0
    return {word: value / norm for word, value in raw.items()}


@settings(deadline=None)
@given(st.lists(WORDS, min_size=1, max_size=8), WORDS)
def test_cosine_shared_and_best_are_what_they_say(rows: list[list[str]], query: list[str]) -> None:
    numbers = TermNumbers()
    counted = _counted(rows, numbers)
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
    vocabulary = Vocabulary(numbers, _counted([["oak"], ["oak", "elm"]], numbers))
    assert vocabulary.mass(["yew"]) > vocabulary.mass(["elm"]) > vocabulary.mass(["oak"]) > 0
    assert len(vocabulary.bag(["yew"]).terms) == 0


def test_top_breaks_ties_by_number() -> None:
    assert top(np.array([0.0, 2.0, 5.0, 2.0, 2.0]), 3).tolist() == [2, 1, 3]
    assert top(np.zeros(4), 3).tolist() == []


def test_runs() -> None:
    assert runs(np.array([5, 0, 9]), np.array([2, 0, 3])).tolist() == [5, 6, 9, 10, 11]
    assert runs(np.array([], dtype=np.int64), np.array([], dtype=np.int64)).tolist() == []


@given(st.lists(st.integers(0, 3) | st.integers(0, 2**61), max_size=200))
def test_order_is_the_stable_one_for_keys_of_any_size(keys: list[int]) -> None:
    found = np.array(keys, dtype=np.int64)
    assert order_of(found).tolist() == np.argsort(found, kind="stable").tolist()


@given(st.integers(0, 2**32), st.integers(1, 40), st.sampled_from([0, 31, 32, 400, 5_000]))
def test_top_of_many_is_what_sorting_all_gives(seed: int, limit: int, size: int) -> None:
    random = np.random.default_rng(seed)
    scores = np.maximum(0, random.integers(-20, 30, size) * random.choice([0.1, 1.0]))
    every = np.lexsort((np.arange(size), -scores))
    assert top(scores, limit).tolist() == [row for row in every[:limit].tolist() if scores[row] > 0]
