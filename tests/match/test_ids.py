"""What shared ids may do to a match, and what they may not."""

import random
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.match.small_site import BIKE, ORIGIN, SITE, TEA, gone, home, page

from linkreclaim.match import Matcher, MatchModel
from linkreclaim.model.matches import Match
from linkreclaim.model.pages import DeadPage, LivePage

NAMES = [
    f"{wood} {thing}" for wood in ("oak", "elm", "fir", "ash", "yew") for thing in ("table", "chair", "shelf", "bench")
]


TITLES = {"de": "Stahlbecher", "en": "Steel mug", "fr": "Tasse en acier"}


def shop(kind: str, numbers: Sequence[int], titles: Sequence[str] = NAMES) -> list[LivePage]:
    """A shop's pages under addresses without words, each with the id of its place in `numbers`."""
    told = zip(numbers, titles, strict=True)
    return [
        page(f"/a/{n:x}f{n}", title, f"A {title}.", ids=(f"{kind}:{number}",)) for n, (number, title) in enumerate(told)
    ]


def lost(kind: str, titles: Sequence[str] = NAMES) -> list[DeadPage]:
    """The same goods in the old shop, numbered in order."""
    return [gone(f"/p/{900 + n}.html", title, ids=(f"{kind}:{n}",)) for n, title in enumerate(titles)]


def match(model: MatchModel, pages: Sequence[LivePage], dead: Sequence[DeadPage]) -> list[Match]:
    return list(Matcher(pages, home(), model).match(dead))


def test_the_same_sku_finds_a_renamed_product(model: MatchModel) -> None:
    pages = [*shop("sku", range(20)), page("/a/new", "Dining set Karen", "Seats six.", ids=("sku:ab-12",))]
    dead = [*lost("sku"), gone("/p/4711.html", "Grandfather's heavy kitchen furniture", ids=("sku:ab-12",))]
    *others, renamed = match(model, pages, dead)
    assert renamed.target_url == f"{ORIGIN}/a/new"
    assert 0.5 < renamed.confidence_0_1 < 0.95  # its words say otherwise
    assert renamed.reason.startswith("Same SKU AB-12 (titles or texts agree on 20 of 21 such pages)")
    assert all(
        one.target_url == live.url and one.confidence_0_1 >= 0.95 for one, live in zip(others, pages, strict=False)
    )


def test_a_single_sku_with_the_same_words_is_near_certain(model: MatchModel) -> None:
    pages = [
        *SITE,
        page("/shop/x1", "Bicycle chain oil 50 ml", ids=("sku:oil-50",)),
        page("/shop/x2", "Bicycle chain oil 90 ml"),
    ]
    (found,) = match(model, pages, [gone("/p/1.html", "Bicycle chain oil 50 ml", ids=("sku:oil-50",))])
    assert (found.target_url, found.confidence_0_1 >= 0.95) == (f"{ORIGIN}/shop/x1", True)
    assert "same SKU OIL-50" in found.reason.replace("Same", "same")


def test_a_lone_wordpress_id_proves_nothing(model: MatchModel) -> None:
    pages = [replace(one, ids=("wp:7",)) if "tent" in one.url else one for one in SITE]
    told = gone("/node/7", "Our favourite drink", TEA)
    (without,) = match(model, SITE, [told])
    (with_id,) = match(model, pages, [replace(told, ids=("wp:7",))])
    assert with_id.target_url == without.target_url == f"{ORIGIN}/food/brewing-green-tea/"
    assert with_id.confidence_0_1 == pytest.approx(without.confidence_0_1, abs=0.1)


def test_wordpress_ids_count_when_the_run_shows_that_they_were_kept(model: MatchModel) -> None:
    pages = [*shop("wp", range(20)), page("/a/new", "Dining set Karen", "Seats six.", ids=("wp:99",))]
    dead = [*lost("wp"), gone("/?p=99", "Grandfather's heavy kitchen furniture", ids=("wp:99",))]
    *others, renamed = match(model, pages, dead)
    assert all(one.target_url == live.url for one, live in zip(others, pages, strict=False))
    assert renamed.target_url == f"{ORIGIN}/a/new"
    assert "same WordPress id 99" in renamed.reason.replace("Same", "same")


def test_wordpress_ids_that_begin_again_are_not_believed(model: MatchModel) -> None:
    numbers = random.Random(3).sample(range(20), 20)
    plain = match(model, [replace(one, ids=()) for one in shop("wp", numbers)], lost("wp"))
    anew = match(model, shop("wp", numbers), lost("wp"))
    assert [one.target_url for one in anew] == [one.target_url for one in plain]


def test_a_list_of_goods_is_no_certain_successor(model: MatchModel) -> None:
    goods = page("/a/list", "Tables and chairs", " ".join(NAMES), ids=tuple(f"sku:{n}" for n in range(12)))
    (found,) = match(model, [*SITE, goods], [gone("/p/3.html", NAMES[3], ids=("sku:3",))])
    assert found.confidence_0_1 < 0.95
    pages = [*shop("sku", range(20)), goods]
    assert [one.target_url for one in match(model, pages, lost("sku"))] == [one.url for one in pages[:20]]


def test_variants_of_a_product_lead_to_its_page(model: MatchModel) -> None:
    pages = [
        *SITE,
        page("/a/1", "Steel mug", ids=("sku:m-1", "sku:m-2", "sku:m-3")),
        page("/a/2", "Steel cup", ids=("sku:c-1",)),
    ]
    (found,) = match(model, pages, [gone("/p/1.html", "Steel mug", ids=("sku:m-2", "sku:m-3", "sku:m-9"))])
    assert (found.target_url, found.confidence_0_1 >= 0.95) == (f"{ORIGIN}/a/1", True)


def test_an_id_on_two_pages_names_neither(model: MatchModel) -> None:
    pages = [*SITE, page("/a/1", "Mug", ids=("sku:m",)), page("/a/2", "Mug", ids=("sku:m",))]
    dead = gone("/p/1.html", "Kitchen goods", ids=("sku:m",))
    (found,) = match(model, pages, [dead])
    assert "SKU" not in found.reason
    assert {f"{ORIGIN}/a/1", f"{ORIGIN}/a/2"} <= {one.url for one in found.candidates}


def test_of_an_id_in_every_language_the_own_one_counts(model: MatchModel) -> None:
    pages = [page(f"/{tag}/a{n}", title, ids=("sku:m",), lang=tag) for n, (tag, title) in enumerate(TITLES.items())]
    (found,) = match(model, [*SITE, *pages], [gone("/fr/p/1.html", "Tasse en acier", ids=("sku:m",))])
    assert (found.target_url, found.confidence_0_1 >= 0.95) == (f"{ORIGIN}/fr/a2", True)


def test_home_page_and_the_url_itself_are_never_named_by_an_id(model: MatchModel) -> None:
    pages = [replace(one, ids=("sku:1",)) if one.url in (f"{ORIGIN}/", f"{ORIGIN}/food/") else one for one in SITE]
    found = match(model, pages, [gone("/x9k2", ids=("sku:1",)), gone("/food/", ids=("sku:1",))])
    assert f"{ORIGIN}/" not in {candidate.url for one in found for candidate in one.candidates}
    assert f"{ORIGIN}/food/" not in {candidate.url for candidate in found[1].candidates}


def test_nothing_changes_where_no_ids_are_in_common(model: MatchModel) -> None:
    dead = [gone("/a/brewing-green-tea"), gone("/b", "Cleaning a bicycle chain", BIKE), gone("/wp-login.php")]
    plain = match(model, SITE, dead)
    assert match(model, [replace(one, ids=("sku:1", "wp:2")) for one in SITE[:1]] + list(SITE[1:]), dead) == plain
    assert match(model, SITE, [replace(one, ids=("sku:9", "wp:8")) for one in dead]) == plain


def test_order_does_not_matter(model: MatchModel) -> None:
    pages, dead = shop("sku", random.Random(5).sample(range(20), 20)), lost("sku")
    told = {one.url: one for one in match(model, pages, dead)}
    for seed in range(3):
        random.Random(seed).shuffle(pages)
        random.Random(seed + 9).shuffle(dead)
        assert {one.url: one for one in match(model, pages, dead)} == told


IDS = st.lists(st.sampled_from(["sku:1", "sku:2", "wp:1", "wp:2", "gtin:3", "odd", ":", "x:", "é:😀"]), max_size=4).map(
    tuple
)


@settings(max_examples=60)
@given(st.lists(IDS, min_size=len(SITE), max_size=len(SITE)), st.lists(IDS, max_size=5))
def test_any_ids_give_well_formed_matches(
    model: MatchModel, live: list[tuple[str, ...]], asked: list[tuple[str, ...]]
) -> None:
    pages = [replace(one, ids=ids) for one, ids in zip(SITE, live, strict=True)]
    dead = [gone(f"/old/{n}", "Green tea" if n % 2 else "", ids=ids) for n, ids in enumerate(asked)]
    for found in match(model, pages, dead):
        chances = [one.confidence_0_1 for one in found.candidates]
        assert chances == sorted(chances, reverse=True)
        assert 0 <= found.confidence_0_1 <= 1
        assert found.reason.isprintable()
