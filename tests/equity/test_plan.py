"""Work ordered by what it regains for an hour: the greedy order, and sums that add up."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkreclaim.equity import Ranked, Work, count_to_goal, fix_of, rank_work
from linkreclaim.equity.recoverable import Fix
from linkreclaim.model.judgements import Cause

GAINS = st.dictionaries(st.integers(0, 12), st.floats(0, 1), max_size=8)
WORKS = st.lists(st.builds(Work, st.sampled_from([0.1, 0.3, 2.0, 6.0]), GAINS), max_size=12)


def naive(works: list[Work]) -> list[tuple[int, tuple[int, ...]]]:
    """The same order, everything added up again at each step."""
    mended: set[int] = set()
    order: list[tuple[int, tuple[int, ...]]] = []
    while True:
        left = [[page for page, gain in work.gains.items() if gain > 0 and page not in mended] for work in works]
        worth = [
            sum(work.gains[page] for page in pages) / work.effort_hours for work, pages in zip(works, left, strict=True)
        ]
        best = max(worth, default=0.0)
        if best <= 0:
            return order
        number = worth.index(best)
        order.append((number, tuple(left[number])))
        mended.update(left[number])


def test_a_rule_comes_before_the_redirects_it_replaces() -> None:
    singles = [Work(0.1, {page: 0.1}) for page in range(4)]
    ranked = rank_work([*singles, Work(0.1, {0: 0.1, 1: 0.1, 2: 0.1})])
    assert [(each.number, each.pages) for each in ranked] == [(4, (0, 1, 2)), (3, (3,))]
    assert ranked[-1].running == pytest.approx(0.4)


def test_hours_of_work_stand_against_the_gain() -> None:
    ranked = rank_work([Work(6.0, {0: 0.5}), Work(0.1, {1: 0.05}), Work(2.0, {2: 0.3})])
    assert [each.number for each in ranked] == [1, 2, 0]


def test_a_page_half_mended_by_better_work_counts_for_the_rest_only() -> None:
    ranked = rank_work([Work(0.1, {0: 0.5, 1: 0.1}), Work(0.1, {0: 0.5, 2: 0.3})])
    assert ranked == [Ranked(1, (0, 2), 0.8, 0.8), Ranked(0, (1,), 0.1, 0.9)]


def test_work_that_regains_nothing_is_left_out() -> None:
    assert rank_work([Work(0.1, {0: 0.0}), Work(0.1, {})]) == []


@given(WORKS)
def test_no_page_twice_and_the_gains_add_up(works: list[Work]) -> None:
    ranked = rank_work(works)
    pages = [page for each in ranked for page in each.pages]
    assert len(pages) == len(set(pages))
    assert set(pages) == {page for work in works for page, gain in work.gains.items() if gain > 0}
    for each in ranked:
        assert each.gain == pytest.approx(sum(works[each.number].gains[page] for page in each.pages))
    assert [each.running for each in ranked] == pytest.approx(
        [sum(one.gain for one in ranked[:end]) for end in range(1, len(ranked) + 1)]
    )
    worth = [each.gain / works[each.number].effort_hours for each in ranked]
    assert all(before >= after - 1e-9 for before, after in pairwise(worth))


@given(st.lists(st.builds(Work, st.sampled_from([1.0, 2.0]), st.dictionaries(st.integers(0, 9), st.integers(0, 9)))))
def test_it_is_the_greedy_order(works: list[Work]) -> None:
    assert [(each.number, each.pages) for each in rank_work(works)] == naive(works)


def test_the_first_gains_that_make_up_a_share() -> None:
    assert count_to_goal([0.5, 0.3, 0.1, 0.1], 0.8) == 2
    assert count_to_goal([0.5, 0.3], 1.0) == 2
    assert count_to_goal([], 0.8) == count_to_goal([0.0], 0.8) == 0


@pytest.mark.parametrize(
    ("cause", "to_hub", "to_home", "fix"),
    [
        (Cause.RESTRUCTURE, False, False, Fix.SAME_CONTENT),
        (Cause.DELETED, False, False, Fix.SUCCESSOR),
        (Cause.RESTRUCTURE, True, False, Fix.HUB),
        (Cause.DELETED, True, True, Fix.UNRELATED),
    ],
)
def test_what_a_redirect_hands_on(cause: Cause, to_hub: bool, to_home: bool, fix: Fix) -> None:
    assert fix_of(cause, to_hub, to_home) is fix
