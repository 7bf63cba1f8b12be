"""The value of one link is the product of its parts, and says so."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkreclaim.equity import value_link, worth
from linkreclaim.equity.metrics import METRIC_WORDS, RANK_METRIC
from linkreclaim.model.judgements import BacklinkFacts
from linkreclaim.model.links import MetricScale, Rel
from linkreclaim.sources.interface import METRIC_KINDS

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


def value(**changes: object) -> float:
    """The value of the link with some of its facts changed."""
    return value_link(LINK._replace(**changes)).value  # type: ignore[arg-type]


def test_the_formula_by_hand() -> None:
    of_page, of_domain = 10 ** (3 * (31 - 100) / 100), 10 ** (2 * (60 - 100) / 100) * 0.1
    assert value() == pytest.approx((of_page * of_domain) ** 0.5 / 25)
    assert value(domain_metric=None) == pytest.approx(of_page / 25)
    assert value(page_metric=None, present=None, last_seen_years=2.0) == pytest.approx(of_domain / 25 * 0.85 * 0.74**2)


def test_the_parts_are_in_words() -> None:
    parts = value_link(LINK).parts
    for words in ("UR 31 and DR 60", "1 of 13 outgoing links", "in content", "follow", "seen by us"):
        assert words in parts
    unknown = LINK._replace(domain_metric=None, page_metric=None, rel=None, present=None, external_links=None)
    assert "authority unknown" in value_link(unknown).parts
    assert "rel unknown" in value_link(unknown).parts
    assert "not looked at by us" in value_link(unknown).parts


@pytest.mark.parametrize("rel", [Rel.NOFOLLOW, Rel.UGC, Rel.SPONSORED, Rel.NOFOLLOW | Rel.UGC, Rel.SPONSORED | Rel.UGC])
def test_a_weakened_link_is_worth_less_but_something(rel: Rel) -> None:
    assert 0 < value(rel=int(rel)) <= 0.05 * value() + 1e-12


def test_what_lowers_a_link() -> None:
    assert value(present=False) == 0
    assert value(present=None) < value()
    assert value(present=None, last_seen_years=3.0) < value(present=None, last_seen_years=1.0)
    assert value(content=False) < value()
    assert value(external_links=200) < value()
    assert value(page_noindex=True) < value()
    assert value(spam_0_1=0.9) < value()
    assert value(spam_0_1=1.0) == 0


def test_a_domains_strength_lies_on_its_home_page() -> None:
    only_domain = {"page_metric": None}
    home, section, deep = (
        value(referring_page=f"https://news.org/{path}", **only_domain) for path in ("", "a", "a/b/c")
    )
    assert home > section > deep


def test_links_of_the_page_itself_count_where_we_have_read_it() -> None:
    assert value(internal_links=87) == pytest.approx(value() * 25 / 100), "13 + 87 links, not 13 + 12"
    assert value(internal_links=0, external_links=0) == value(internal_links=0, external_links=1)
    assert "1 of 13 outgoing links beside 87 of its own" in value_link(LINK._replace(internal_links=87)).parts


def test_a_page_that_names_another_url_counts_like_one_that_is_not_indexed() -> None:
    assert value(page_canonical=True) == value(page_noindex=True) == pytest.approx(0.1 * value())
    assert value(page_canonical=True, rel=int(Rel.NOFOLLOW)) == value(rel=int(Rel.NOFOLLOW))
    assert "page names another URL as canonical" in value_link(LINK._replace(page_canonical=True)).parts


def test_a_link_known_by_its_domain_alone_is_no_link_of_a_home_page() -> None:
    unnamed = LINK._replace(referring_page="", page_metric=None)
    assert value_link(unnamed).value == value(page_metric=None)
    assert "DR 60, page unknown" in value_link(unnamed).parts


def test_every_metric_of_our_readers_is_known_and_says_by_whose_curve_it_is_read() -> None:
    assert set(METRIC_WORDS) == set(METRIC_KINDS) | {RANK_METRIC}
    of_page = LINK._replace(page_metric=("page_from_rank", 34.7), domain_metric=None)
    assert "page from rank 34.7 (read like UR)" in value_link(of_page).parts
    for name, kind in METRIC_KINDS.items():
        of_domain = kind.scale is MetricScale.DOMAIN
        metric = (name, 50.0)
        facts = LINK._replace(domain_metric=metric if of_domain else None, page_metric=None if of_domain else metric)
        parts = value_link(facts).parts
        assert ("read like" in parts) is (name not in ("dr", "ur"))
        assert "_" not in parts
    unheard = LINK._replace(domain_metric=("zip_rank", 3.0), page_metric=None)
    assert "zip rank 3 (a metric not known here, read like DR)" in value_link(unheard).parts


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
        internal_links=st.none() | st.integers(-3, 10**9),
        page_canonical=st.booleans(),
    )
)
def test_any_link_is_worth_between_nothing_and_one(facts: BacklinkFacts) -> None:
    found = value_link(facts)
    assert 0 <= found.value <= 1
    assert found.value == worth(facts)
    assert found.parts
