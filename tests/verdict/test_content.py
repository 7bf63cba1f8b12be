"""A 200 is judged by what it says and by what an address that cannot exist gets."""

from dataclasses import replace

import pytest
from tests.verdict.lab import (
    ARTICLE,
    ARTICLE_PAGE,
    ASKED,
    HOME,
    HOME_PAGE,
    LOST_PAGE,
    SIBLING,
    around,
    failed,
    ok,
    page,
    sent_to,
    status,
)

from linkreclaim.model.verdicts import Answer, FailureKind, PageFacts, VerdictKind
from linkreclaim.verdict import judge

K = VerdictKind


def test_the_page_that_every_address_gets_is_a_soft_404() -> None:
    verdict = judge(ok(ASKED, LOST_PAGE), around(ok(SIBLING, LOST_PAGE), HOME_PAGE))
    assert verdict.kind is K.SOFT_404
    assert verdict.verdict_confidence_0_1 > 0.9
    assert verdict.p_not_found_0_1 is not None
    assert verdict.p_not_found_0_1 > 0.5


@pytest.mark.parametrize("home", [None, HOME_PAGE])
def test_a_catch_all_without_error_words_is_a_soft_404_too(home: PageFacts | None) -> None:
    shop = page("Our shop", f"<h1>Our shop</h1><p>{ARTICLE}</p><p>{ARTICLE[::-1]}</p>")
    assert judge(ok(ASKED, shop), around(ok(SIBLING, shop), home)).kind is K.SOFT_404


def test_an_error_page_that_echoes_the_address_is_the_same_page() -> None:
    def lost(name: str) -> PageFacts:
        return page(
            f"{name} not found",
            f"<h1>No page {name}</h1><p>The page /guides/{name} was not found. Ref 12{len(name)}</p>",
        )

    verdict = judge(ok(ASKED, lost("red-shoes.html")), around(ok(SIBLING, lost("qzv-kwxjy.html")), HOME_PAGE))
    assert verdict.kind is K.SOFT_404


def test_an_own_page_beside_a_soft_error_page_is_alive() -> None:
    verdict = judge(ok(ASKED, ARTICLE_PAGE), around(ok(SIBLING, LOST_PAGE), HOME_PAGE))
    assert verdict.kind is K.ALIVE
    assert verdict.verdict_confidence_0_1 >= 0.95


def test_a_short_page_in_heavy_navigation_is_not_called_dead() -> None:
    menu = "<nav>" + "".join(f"<a href='/{n}'>Chapter {n} of the long manual</a> " for n in range(120)) + "</nav>"
    contact = page("Contact", "<h1>Contact</h1><p>Call 555.</p>", menu=menu)
    lost = page("Not found", "<h1>Not found</h1><p>Sorry.</p>", menu=menu)
    home = page("Home", "<h1>Home</h1>", menu=menu)
    assert judge(ok(ASKED, contact), around(ok(SIBLING, lost), home)).kind is K.ALIVE
    assert judge(ok(ASKED, contact), around(ok(SIBLING, lost))).kind is not K.SOFT_404


def test_words_alone_are_never_certain() -> None:
    verdict = judge(ok(ASKED, LOST_PAGE), around())
    assert verdict.kind is K.UNSURE
    assert verdict.verdict_confidence_0_1 <= 0.7
    assert "random address" in verdict.reason


@pytest.mark.parametrize(
    "sibling",
    [
        failed(FailureKind.TIMEOUT, SIBLING),
        status(503, SIBLING),
        status(403, SIBLING),
        failed(FailureKind.ROBOTS, SIBLING),
    ],
)
def test_a_sibling_that_cannot_be_told_is_like_none(sibling: Answer) -> None:
    assert judge(ok(ASKED, LOST_PAGE), around(sibling)).kind is K.UNSURE
    assert judge(ok(ASKED, ARTICLE_PAGE), around(sibling)).kind is K.ALIVE


def test_where_the_sibling_is_a_hard_404_the_page_is_alive() -> None:
    verdict = judge(ok(ASKED, ARTICLE_PAGE), around(status(404, SIBLING)))
    assert (verdict.kind, verdict.verdict_confidence_0_1) == (K.ALIVE, 0.98)
    assert judge(ok(ASKED, ARTICLE_PAGE), around(sent_to(HOME, SIBLING, HOME_PAGE))).kind is K.ALIVE


def test_a_removed_item_with_its_own_address_is_left_to_a_person() -> None:
    removed = page("Page not found", "<h1>Page not found</h1><p>This page no longer exists.</p>", menu="")
    verdict = judge(ok(ASKED, removed), around(status(404, SIBLING)))
    assert verdict.kind is K.UNSURE
    assert verdict.verdict_confidence_0_1 <= 0.7


@pytest.mark.parametrize(
    "title", ["How to fix 404 errors", "Custom 404 page", "Error 404: a history", "The best page not found designs"]
)
def test_pages_about_404s_stay_alive(title: str) -> None:
    about = page(
        title,
        f"<h1>{title}</h1><p>A page not found message tells a visitor that nothing is here.</p>"
        + f"<p>{ARTICLE}</p>" * 9,
    )
    for context in (around(), around(status(404, SIBLING)), around(ok(SIBLING, LOST_PAGE), HOME_PAGE)):
        assert judge(ok(ASKED, about), context).kind is K.ALIVE


def test_an_empty_shell_needs_a_browser_when_every_address_gets_it() -> None:
    shell = page("App", "<div id=root></div><script src=/app.js></script>", menu="")
    assert shell.script_only
    assert judge(ok(ASKED, shell), around(ok(SIBLING, shell))).kind is K.UNSURE
    assert judge(ok(ASKED, shell), around(status(404, SIBLING))).kind is K.ALIVE
    assert judge(ok(ASKED, shell), around()).kind is K.ALIVE


def test_the_same_sign_in_form_everywhere_cannot_be_told() -> None:
    form = page("Sign in", "<h1>Sign in</h1><form>Username Password Forgot your password?</form>", menu="")
    assert judge(ok(ASKED, form), around(ok(SIBLING, form))).kind is K.UNSURE


def test_maintenance_is_not_dead() -> None:
    down = page("Down for maintenance", "<h1>Scheduled maintenance</h1><p>We will be back soon.</p>", menu="")
    assert judge(ok(ASKED, down), around(ok(SIBLING, down))).kind is K.UNSURE
    assert judge(ok(ASKED, down), around()).kind is K.UNSURE


def test_a_parked_domain_is_parked_but_a_page_about_parking_is_not() -> None:
    parked = page("example.com", "<h1>example.com is for sale</h1><p>Buy this domain.</p>", menu="")
    assert judge(ok(ASKED, parked), around()).kind is K.PARKED
    assert judge(ok(HOME, parked), around()).kind is K.PARKED
    fine_home = page("Registrar", f"<h1>Registrar</h1><p>{ARTICLE * 3}</p>")
    assert judge(ok(ASKED, parked), around(status(404, SIBLING), fine_home)).kind is K.ALIVE


def test_a_home_page_that_every_address_gets_is_alive() -> None:
    shell = page("Shoes", f"<h1>Shoes</h1><p>{ARTICLE}</p>")
    assert judge(ok(HOME, shell), around(ok(SIBLING, shell))).kind is K.ALIVE


def test_a_home_page_that_says_not_found_is_dead_only_where_every_address_says_so() -> None:
    other = page("Shoes", f"<h1>Shoes</h1><p>{ARTICLE}</p>")
    assert judge(ok(HOME, LOST_PAGE), around()).kind is K.UNSURE
    assert judge(ok(HOME, LOST_PAGE), around(ok(SIBLING, other))).kind is K.UNSURE
    assert judge(ok(HOME, LOST_PAGE), around(ok(SIBLING, LOST_PAGE), LOST_PAGE)).kind is K.SOFT_404


def test_other_numbers_and_titles_only_do_not_make_pages_equal() -> None:
    one = page("Red shoes", f"<h1>Red shoes</h1><p>{ARTICLE}</p>")
    other = replace(
        one, title="Page not found", headings=("Page not found",), text="Page not found", blocks=("Page not found",)
    )
    assert judge(ok(ASKED, one), around(ok(SIBLING, other))).kind is K.ALIVE
