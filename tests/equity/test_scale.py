"""Metrics of different makers on one scale."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkreclaim.equity import AS_GIVEN, RANK_METRIC, fit_scale, rank_score, value_link
from linkreclaim.equity.scale import PAIRS_NEEDED
from linkreclaim.model.judgements import BacklinkFacts

METRIC = st.floats(0, 100)


def link(name: str, value: float) -> BacklinkFacts:
    return BacklinkFacts("a.org", "https://a.org/b/c", 0, None, (name, value), None, 10, None)


def domains(count: int) -> list[dict[str, float]]:
    """Domains that one maker gives half of what the other does, and some noise."""
    draw = random.Random(3)
    strengths = [draw.uniform(10, 90) for _ in range(count)]
    return [{"dr": x, "da": min(100.0, max(0.0, x / 2 + draw.gauss(0, 1)))} for x in strengths]


def test_a_metric_is_read_through_the_one_that_many_domains_carry_beside_it() -> None:
    scale = fit_scale(domains(500))
    assert scale.reference == "dr"
    assert scale.read("dr", 61.0) == 61.0
    for low in (10.0, 20.0, 30.0, 40.0):
        assert scale.read("da", low) == pytest.approx(2 * low, abs=3)
    same, other = value_link(link("dr", 60.0), scale), value_link(link("da", 30.0), scale)
    assert other.value == pytest.approx(same.value, rel=0.2)
    assert "DA 30 (= DR 60 by 500 domains with both)" in other.parts.replace("DR 59", "DR 60").replace("DR 61", "DR 60")


def test_few_domains_with_both_leave_everything_as_it_was() -> None:
    assert fit_scale(domains(PAIRS_NEEDED - 1)) is AS_GIVEN
    assert fit_scale([{"dr": 5.0}] * 500 + [{"da": 5.0}] * 500) is AS_GIVEN
    assert fit_scale([]) is AS_GIVEN
    assert "DA 30 (read like DR)" in value_link(link("da", 30.0)).parts


def test_only_pairs_with_the_reference_count() -> None:
    scale = fit_scale([*domains(40), *({"da": 20.0 + n, "domain_tf": 10.0 + n} for n in range(40))])
    assert scale.read("domain_tf", 33.0) == 33.0, "nothing says how it lies to DR"
    assert scale.read("da", 33.0) != 33.0


def test_where_nobody_has_dr_ranks_are_what_others_are_read_through() -> None:
    scale = fit_scale([{"da": float(n), RANK_METRIC: n / 2} for n in range(100)])
    assert scale.reference == RANK_METRIC
    assert scale.read("da", 60.0) == pytest.approx(30.0, abs=1)


@given(st.lists(st.tuples(METRIC, METRIC), min_size=PAIRS_NEEDED, max_size=80), METRIC, METRIC)
def test_a_scale_never_turns_an_order_round(pairs: list[tuple[float, float]], one: float, other: float) -> None:
    scale = fit_scale({"dr": dr, "da": da} for dr, da in pairs)
    low, high = (scale.read("da", value) for value in sorted((one, other)))
    assert 0 <= low <= high + 1e-9
    assert high <= 100
    assert (scale.read("da", 0.0), scale.read("da", 100.0)) == (0.0, 100.0)


@given(st.integers(1, 2**32), st.integers(1, 2**32))
def test_a_rank_becomes_a_score_that_falls_with_it(one: int, other: int) -> None:
    better, worse = sorted((one, other))
    assert 100 >= rank_score(better) >= rank_score(worse) >= 0


def test_ranks_as_scores() -> None:
    assert rank_score(1) == 100
    assert rank_score(1_000, 1_000_000) == pytest.approx(50)
    assert rank_score(1_000_000, 1_000_000) == pytest.approx(0, abs=1e-9)
