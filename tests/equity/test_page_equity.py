"""Links to one page add up with diminishing returns, in any order, in bounded memory."""

import random
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkreclaim.equity import TAU, Fix, PageEquity, count_to_regain, shares
from linkreclaim.model.judgements import Equity

Links = list[tuple[str, float]]
LINKS = st.lists(st.tuples(st.sampled_from(["a.org", "b.org", "c.org", "d.org"]), st.floats(0, 1)), max_size=40)


def total(links: Iterable[tuple[str, float]]) -> Equity:
    """The equity of a page with these links."""
    page = PageEquity()
    for domain, value in links:
        page.add(domain, value)
    return page.result()


@given(LINKS, st.sampled_from(["a.org", "e.org"]), st.floats(0, 1))
def test_another_link_never_lowers_it(links: Links, domain: str, value: float) -> None:
    assert total([*links, (domain, value)]).value >= total(links).value - 1e-12


@given(LINKS, st.randoms(use_true_random=False))
def test_the_order_does_not_matter(links: Links, chance: random.Random) -> None:
    mixed = list(links)
    chance.shuffle(mixed)
    one, other = total(links), total(mixed)
    assert one.value == pytest.approx(other.value)
    assert (one.links, one.referring_domains) == (other.links, other.referring_domains)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=200))
def test_a_domain_gives_at_most_twice_its_best_link(values: list[float]) -> None:
    assert total([("a.org", value) for value in values]).value <= 2 * max(values) + 1e-12


def test_domains_add_up_and_networks_decay() -> None:
    assert total([("a.org", 0.4), ("b.org", 0.2)]).value == pytest.approx(0.6)
    assert total([("a.org", 0.4), ("a.org", 0.2)]).value == pytest.approx(0.5)
    page = PageEquity()
    for domain, value in (("a.org", 0.2), ("b.org", 0.4)):
        page.add(domain, value, network="203.0.113.0/24")
    assert page.result().value == pytest.approx(0.4 + 0.85 * 0.2)


def test_one_link_and_none() -> None:
    assert total([("a.org", 0.3)]) == Equity(0.3, 1, 1)
    assert PageEquity().result() == Equity(0.0, 0, 0)


def test_many_domains_are_folded_with_the_error_that_is_stated() -> None:
    chance = random.Random(7)
    links = [(f"d{chance.randrange(5_000)}.org", chance.paretovariate(1.2) / 1e4) for _ in range(20_000)]
    exact: dict[str, list[float]] = {}
    for domain, value in links:
        exact.setdefault(domain, []).append(value)
    truth = sum(sum(v * 0.5**j for j, v in enumerate(sorted(values, reverse=True))) for values in exact.values())
    result = total(links)
    assert (result.links, result.referring_domains) == (20_000, len(exact))
    assert truth <= result.value <= truth * 1.2
    assert total(sorted(links)).value == pytest.approx(truth, rel=1e-3), (
        "near exact when a domain's links come together"
    )


@given(st.lists(st.floats(0, 1e6), max_size=50))
def test_shares_add_up_to_one(values: list[float]) -> None:
    parts = shares(values)
    assert len(parts) == len(values)
    assert sum(parts) == pytest.approx(1.0 if sum(values) > 0 else 0.0)


@given(st.lists(st.floats(0, 1e6), max_size=50), st.floats(0, 1))
def test_the_fewest_fixes_reach_the_share(values: list[float], share: float) -> None:
    count = count_to_regain(values, share)
    ordered = sorted(values, reverse=True)
    wanted = share * sum(values)
    assert sum(ordered[:count]) >= wanted * (1 - 1e-9)
    assert count == 0 or sum(ordered[: count - 1]) < wanted


def test_examples_of_counting() -> None:
    assert count_to_regain([1, 5, 2, 2], 0.5) == 1
    assert count_to_regain([1, 5, 2, 2], 0.8) == 3
    assert count_to_regain([1, 5, 2, 2], 1.0) == 4
    assert count_to_regain([], 0.8) == count_to_regain([0.0, 0.0], 0.8) == 0


def test_every_kind_of_fix_has_its_share() -> None:
    assert set(TAU) == set(Fix)
    assert TAU[Fix.SAME_CONTENT] == 1 > TAU[Fix.SUCCESSOR] > TAU[Fix.HUB] > TAU[Fix.UNRELATED] > TAU[Fix.BROKEN] == 0
