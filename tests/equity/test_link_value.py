"""The value of one link is the product of its parts, and says so."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkreclaim.equity import value_link
from linkreclaim.model.judgements import BacklinkFacts
from linkreclaim.model.links import Rel

LINK = BacklinkFacts(
    referring_domain="news.org",
    referring_page="https://news.org/2024/05/story",
    rel=0,
    content=True,
    domain_metric=("dr", 60.0),
    page_metric=("ur", 31.0),
    external_links=13,
    present=True,
)


def worth(**changes: object) -> float:
    """The value of the link with some of its facts changed."""
    return value_link(replace(LINK, **changes)).value  # type: ignore[arg-type]


def test_the_formula_by_hand() -> None:
    of_page, of_domain = 10 ** (3 * (31 - 100) / 100), 10 ** (2 * (60 - 100) / 100) * 0.1
    assert worth() == pytest.approx((of_page * of_domain) ** 0.5 / 25**0.5)
    assert worth(domain_metric=None) == pytest.approx(of_page / 5)
    assert worth(page_metric=None, present=None, last_seen_years=2.0) == pytest.approx(of_domain / 5 * 0.85 * 0.74**2)


def test_the_parts_are_in_words() -> None:
    parts = value_link(LINK).parts
    for words in ("UR 31 and DR 60", "1 of 13 outgoing links", "in content", "follow", "seen by us"):
        assert words in parts
    unknown = replace(LINK, domain_metric=None, page_metric=None, rel=None, present=None, external_links=None)
    assert "authority unknown" in value_link(unknown).parts
    assert "rel unknown" in value_link(unknown).parts
    assert "not looked at by us" in value_link(unknown).parts


@pytest.mark.parametrize("rel", [Rel.NOFOLLOW, Rel.UGC, Rel.SPONSORED, Rel.NOFOLLOW | Rel.UGC, Rel.SPONSORED | Rel.UGC])
def test_a_weakened_link_is_worth_less_but_something(rel: Rel) -> None:
    assert 0 < worth(rel=int(rel)) <= 0.05 * worth() + 1e-12


def test_what_lowers_a_link() -> None:
    assert worth(present=False) == 0
    assert worth(present=None) < worth()
    assert worth(present=None, last_seen_years=3.0) < worth(present=None, last_seen_years=1.0)
    assert worth(content=False) < worth()
    assert worth(external_links=200) < worth()
    assert worth(page_noindex=True) < worth()
    assert worth(spam_0_1=0.9) < worth()
    assert worth(spam_0_1=1.0) == 0


def test_a_domains_strength_lies_on_its_home_page() -> None:
    only_domain = {"page_metric": None}
    home, section, deep = (
        worth(referring_page=f"https://news.org/{path}", **only_domain) for path in ("", "a", "a/b/c")
    )
    assert home > section > deep


@given(
    st.builds(
        BacklinkFacts,
        referring_domain=st.just("a.org"),
        referring_page=st.text(max_size=40),
        rel=st.none() | st.integers(0, 7),
        content=st.none() | st.booleans(),
        domain_metric=st.none() | st.tuples(st.just("dr"), st.floats(-50, 500)),
        page_metric=st.none() | st.tuples(st.just("ur"), st.floats(-50, 500)),
        external_links=st.none() | st.integers(-3, 10**9),
        present=st.none() | st.booleans(),
        page_noindex=st.booleans(),
        spam_0_1=st.floats(-1, 2),
        last_seen_years=st.none() | st.floats(-5, 100),
    )
)
def test_any_link_is_worth_between_nothing_and_one(facts: BacklinkFacts) -> None:
    value = value_link(facts)
    assert 0 <= value.value <= 1
    assert value.parts
