"""A query that changes nothing is told from one that asks for something that is gone."""

import pytest
from tests.verdict.lab import ARTICLE, ARTICLE_PAGE, HOME, HOME_PAGE, LOST_PAGE, SITE, ok, page, sent_to, status, url

from linkreclaim.model.verdicts import Answer, PageFacts, VerdictKind
from linkreclaim.verdict import Context, bare_path, judge, wants_home, wants_path_sibling, wants_sibling
from linkreclaim.verdict.query import asks_for_item

K = VerdictKind
STATIC = "https://example.com/guides/red-shoes.html?n=3"
SCRIPT = "https://example.com/product.php?id=4711"
OTHER_VALUE = "https://example.com/guides/red-shoes.html?n=987654321"
OTHER_ITEM = "https://example.com/product.php?id=987654321"
OTHER_PATH = "https://example.com/guides/qzvkwxjy.html"
SHOP = page("All shoes", f"<h1>All shoes</h1><p>{ARTICLE}</p>")


def around(sibling: Answer, path_sibling: Answer | None, home: PageFacts = HOME_PAGE) -> Context:
    return Context(SITE, sibling, ok(HOME, home), path_sibling=path_sibling)


def test_a_page_that_ignores_its_query_is_alive() -> None:
    answer = ok(STATIC, ARTICLE_PAGE)
    beside = around(ok(OTHER_VALUE, ARTICLE_PAGE), None)
    assert wants_sibling(answer, SITE)
    assert wants_path_sibling(answer, beside)
    for other in (status(404, OTHER_PATH), ok(OTHER_PATH, LOST_PAGE), sent_to(HOME, OTHER_PATH, HOME_PAGE)):
        assert judge(answer, around(ok(OTHER_VALUE, ARTICLE_PAGE), other)).kind is K.ALIVE


def test_a_catch_all_asked_with_a_query_is_a_soft_404() -> None:
    other = ok(OTHER_PATH, SHOP)
    assert judge(ok(STATIC, SHOP), around(ok(OTHER_VALUE, SHOP), other)).kind is K.SOFT_404


def test_a_path_that_cannot_be_told_leaves_the_page_alive_but_less_surely() -> None:
    verdict = judge(ok(STATIC, ARTICLE_PAGE), around(ok(OTHER_VALUE, ARTICLE_PAGE), status(503, OTHER_PATH)))
    assert verdict.kind is K.ALIVE
    assert verdict.verdict_confidence_0_1 < 0.9


def test_words_of_a_missing_item_make_it_dead_whatever_the_path() -> None:
    answer, sibling = ok(SCRIPT, LOST_PAGE), ok(OTHER_ITEM, LOST_PAGE)
    assert not wants_path_sibling(answer, around(sibling, None))
    assert judge(answer, around(sibling, status(404, OTHER_PATH))).kind is K.SOFT_404


def test_an_item_that_shows_the_home_page_is_dead_and_any_other_page_is_left_to_a_person() -> None:
    other = status(404, "https://example.com/qzvkwxjy.php")
    home = judge(ok(SCRIPT, HOME_PAGE), around(ok(OTHER_ITEM, HOME_PAGE), other))
    shop = judge(ok(SCRIPT, SHOP), around(ok(OTHER_ITEM, SHOP), other))
    assert (home.kind, shop.kind) == (K.SOFT_404, K.UNSURE)


def test_a_page_that_moved_is_not_dead_because_any_query_goes_with_it() -> None:
    moved, sibling = sent_to("https://example.com/new", STATIC), sent_to("https://example.com/new", OTHER_VALUE)
    assert wants_path_sibling(moved, around(sibling, None))
    assert judge(moved, around(sibling, status(404, OTHER_PATH))).kind is K.REDIRECTED
    everything = sent_to("https://example.com/new", OTHER_PATH)
    assert judge(moved, around(sibling, everything)).kind is K.SOFT_404


def test_items_that_are_all_sent_to_the_shop_are_dead() -> None:
    shop = "https://example.com/shop/"
    moved, sibling = sent_to(shop, SCRIPT), sent_to(shop, OTHER_ITEM)
    assert judge(moved, around(sibling, status(404, "https://example.com/qzvkwxjy.php"))).kind is K.SOFT_404


@pytest.mark.parametrize(
    ("address", "asks"),
    [
        ("/product.php?id=4", True),
        ("/?p=123", True),
        ("/?page_id=7", True),
        ("/index.php?page=about", True),
        ("/index.php?page=2", False),
        ("/view?storyid=9", True),
        ("/view.asp?4711", True),
        ("/?ncid=abc", False),
        ("/guides/red.html?id=4", False),
        ("/about.php?ver=2", False),
        ("/about.php?utm_id=2", False),
        ("/about.php", False),
    ],
)
def test_queries_that_ask_for_an_item(address: str, asks: bool) -> None:
    assert asks_for_item(url("https://example.com" + address)) is asks


def test_an_address_without_a_query_is_never_in_doubt() -> None:
    bare = bare_path(url(STATIC + "#top"))
    assert bare.href == "https://example.com/guides/red-shoes.html"
    assert not wants_path_sibling(ok(bare.href, SHOP), around(ok(OTHER_PATH, SHOP), None))


def test_the_home_page_is_asked_for_where_a_404_may_be_a_refusal() -> None:
    refused = Context(SITE, home=status(403, HOME))
    assert wants_home(status(404))
    assert wants_home(status(410))
    assert not wants_home(status(404, HOME))
    assert not wants_home(status(403))
    assert judge(status(404), refused).kind is K.UNSURE
