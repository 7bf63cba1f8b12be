"""Where a redirect leads decides before the page is read."""

import pytest
from tests.verdict.lab import (
    ARTICLE_PAGE,
    ASKED,
    HOME,
    HOME_PAGE,
    MENU,
    SIBLING,
    SITE,
    around,
    ok,
    page,
    sent_to,
    status,
    url,
)

from linkreclaim.model.sites import Site
from linkreclaim.model.verdicts import RedirectShape, VerdictKind
from linkreclaim.verdict import Context, judge, redirect_shape, wants_sibling
from linkreclaim.verdict.shape import names_gate

S = RedirectShape


@pytest.mark.parametrize(
    ("asked", "final", "shape"),
    [
        ("http://www.example.com/a/b", "https://example.com/a/b/", S.SAME_PAGE),
        ("https://example.com/A/B?utm_source=x", "https://example.com/a/b", S.SAME_PAGE),
        ("https://example.com/a/index.html", "https://example.com/a/", S.SAME_PAGE),
        ("https://example.com/", "https://example.com/en/", S.SAME_PAGE),
        ("https://m.example.com/a/b", "https://www.example.com/a/b", S.SAME_PAGE),
        ("https://example.com/a/b", "https://example.com/", S.HOME),
        ("https://example.com/a/b", "https://example.com/index.html?from=404", S.HOME),
        ("https://example.com/a/b", "https://example.com/en/", S.HOME),
        ("https://example.com/a/b", "https://example.com/pt-br", S.HOME),
        ("https://shop.example.com/a/b", "https://www.example.com/", S.HOME),
        ("https://example.com/?p=12", "https://example.com/", S.HOME),
        ("https://example.com/a/b", "https://example.com/?p=12", S.OTHER),
        ("https://example.com/a/b/c", "https://example.com/a/b/", S.PARENT),
        ("https://example.com/a/b/c", "https://example.com/a/index.php", S.PARENT),
        ("https://example.com/ab/c", "https://example.com/a/", S.OTHER),
        ("https://example.com/a", "https://example.com/tv/", S.OTHER),
        ("https://example.com/a", "https://example.com/user/login?next=%2Fa", S.LOGIN),
        ("https://example.com/a", "https://accounts.google.com/x", S.LOGIN),
        ("https://example.com/login", "https://example.com/login/", S.SAME_PAGE),
        ("https://example.com/a", "https://example.net/a", S.OTHER_OWNER),
        ("https://a.github.io/x", "https://b.github.io/x", S.OTHER_OWNER),
    ],
)
def test_shapes(asked: str, final: str, shape: RedirectShape) -> None:
    assert redirect_shape(url(asked), url(final)) is shape


def test_a_sites_former_host_is_the_same_owner() -> None:
    old = url("http://old-example.org/a/b")
    assert redirect_shape(old, url("https://example.com/a/b"), SITE) is S.SAME_PAGE
    assert redirect_shape(old, url("https://example.com/"), SITE) is S.HOME
    assert redirect_shape(old, url("https://example.com/"), Site("other.net")) is S.OTHER_OWNER


def test_home_is_dead_and_surest_when_the_sibling_lands_there_too() -> None:
    home = sent_to(HOME, facts=HOME_PAGE, code=302)
    alone = judge(home, around())
    confirmed = judge(home, around(sent_to(HOME, SIBLING, HOME_PAGE, 302)))
    chosen = judge(home, around(status(404, SIBLING)))
    assert {alone.kind, confirmed.kind, chosen.kind} == {VerdictKind.REDIRECTED_HOME}
    assert chosen.verdict_confidence_0_1 < alone.verdict_confidence_0_1 < confirmed.verdict_confidence_0_1
    assert alone.dead


def test_a_www_or_https_change_of_the_home_page_is_fine() -> None:
    for asked in ("http://example.com/", "https://www.example.com/index.html", "https://example.com/?utm_source=a"):
        verdict = judge(sent_to(HOME, asked, HOME_PAGE), around())
        assert (verdict.kind, verdict.shape) == (VerdictKind.REDIRECTED, S.SAME_PAGE)


def test_a_former_hosts_page_sent_to_the_sites_home_is_dead() -> None:
    verdict = judge(sent_to(HOME, "http://old-example.org/a/b", HOME_PAGE), around())
    assert verdict.kind is VerdictKind.REDIRECTED_HOME


def test_a_meta_refresh_to_home_counts_as_a_redirect_home() -> None:
    refreshing = page("Moved", "<p>Moved.</p>", head=f"<meta http-equiv=refresh content='0; url={HOME}'>")
    assert refreshing.meta_refresh
    assert judge(ok(ASKED, refreshing), around()).kind is VerdictKind.REDIRECTED_HOME


@pytest.mark.parametrize(
    "final",
    [
        "https://example.com/404.html",
        "https://example.com/not-found",
        "https://example.com/errors/404",
        "https://example.com/page_not_found.aspx",
        "https://example.com/error.aspx?aspxerrorpath=/guides/red-shoes.html",
        "https://example.com/info?code=404",
        "https://example.com/error.html",
    ],
)
def test_a_redirect_to_an_error_page_is_a_soft_404(final: str) -> None:
    assert judge(sent_to(final), around()).kind is VerdictKind.SOFT_404


@pytest.mark.parametrize("final", ["https://example.com/blog/404-pages-that-work", "https://example.com/area-404/plan"])
def test_a_redirect_to_an_article_about_404s_is_none(final: str) -> None:
    assert judge(sent_to(final, facts=ARTICLE_PAGE), around()).kind is VerdictKind.REDIRECTED


def test_everything_sent_to_the_folder_is_a_soft_404_one_page_alone_is_a_redirect() -> None:
    folder = "https://example.com/guides/"
    moved = sent_to(folder, facts=ARTICLE_PAGE)
    verdict = judge(moved, around(sent_to(folder, SIBLING, ARTICLE_PAGE)))
    assert verdict.kind is VerdictKind.SOFT_404
    assert "every address in this folder" in verdict.reason
    alone = judge(moved, around(status(404, SIBLING)))
    assert (alone.kind, alone.shape) == (VerdictKind.REDIRECTED, S.PARENT)


def test_a_rewritten_folder_is_no_soft_404() -> None:
    moved = sent_to("https://example.com/help/red-shoes.html", facts=ARTICLE_PAGE)
    sibling = sent_to("https://example.com/help/qzv-kwxjy.html", SIBLING, page("Nothing", "<p>short</p>"))
    assert judge(moved, around(sibling)).kind is VerdictKind.REDIRECTED


def test_a_gate_that_carries_the_address_along_cannot_be_told() -> None:
    moved = sent_to("https://example.com/consent?next=%2Fguides%2Fred-shoes.html", facts=ARTICLE_PAGE)
    sibling = sent_to("https://example.com/consent?next=%2Fguides%2Fqzv-kwxjy.html", SIBLING, ARTICLE_PAGE)
    assert judge(moved, around(sibling)).kind is VerdictKind.UNSURE


def test_login_and_another_owner_are_not_dead() -> None:
    login = judge(sent_to("https://example.com/login?next=/x"), around())
    assert (login.kind, login.shape) == (VerdictKind.REDIRECTED, S.LOGIN)
    bought = judge(sent_to("https://bigger.com/red-shoes", facts=ARTICLE_PAGE), around())
    assert (bought.kind, bought.shape) == (VerdictKind.REDIRECTED, S.OTHER_OWNER)


def test_a_whole_domain_sent_to_another_ones_home_page_is_dead() -> None:
    moved = sent_to("https://bigger.com/", facts=HOME_PAGE)
    assert judge(moved, around()).kind is VerdictKind.REDIRECTED
    assert judge(moved, around(sent_to("https://bigger.com/", SIBLING, HOME_PAGE))).kind is VerdictKind.REDIRECTED_HOME


def test_a_redirect_to_a_parked_domain_is_parked() -> None:
    parked = page("bigger.com", "<h1>This domain is for sale</h1><p>Buy this domain now.</p>", menu="")
    assert judge(sent_to("https://bigger.com/", facts=parked), Context()).kind is VerdictKind.PARKED


SEARCH = "https://example.com/search?q=red+shoes"
OTHER_SEARCH = "https://example.com/search?q=qzv+kwxjy"


def test_everything_sent_to_the_sites_search_is_a_soft_404_unless_it_finds_something() -> None:
    nothing = page("Search", "<h1>Search</h1><p>Nothing was found. Try other words, or look at our new shoes.</p>")
    beside = around(sent_to(OTHER_SEARCH, SIBLING, nothing), HOME_PAGE)
    assert judge(sent_to(SEARCH, facts=nothing), beside).kind is VerdictKind.SOFT_404
    assert judge(sent_to(SEARCH, facts=ARTICLE_PAGE), beside).kind is VerdictKind.UNSURE
    assert judge(sent_to(SEARCH, facts=nothing), around(status(404, SIBLING))).kind is not VerdictKind.SOFT_404


def test_a_home_page_with_a_tracking_query_is_a_home_page_and_no_error_page() -> None:
    verdict = judge(sent_to("https://example.com/?utm_source=404", facts=HOME_PAGE), around())
    assert verdict.kind is VerdictKind.REDIRECTED_HOME


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Before you continue", VerdictKind.UNSURE),
        ("Age verification", VerdictKind.UNSURE),
        ("Our shop", VerdictKind.SOFT_404),
    ],
)
def test_a_gate_before_the_whole_site_is_not_dead(title: str, kind: VerdictKind) -> None:
    gate = page(
        title, f"<h1>{title}</h1><p>Please choose yes or no, and we will take you to where you wanted to go.</p>"
    )
    assert judge(ok(ASKED, gate), around(ok(SIBLING, gate), gate)).kind is kind


@pytest.mark.parametrize(
    ("menu", "words", "kind"),
    [
        ("", "Kies ja of nee om verder te gaan.", VerdictKind.UNSURE),
        (MENU, "Kies ja of nee om verder te gaan.", VerdictKind.SOFT_404),
        ("", "Elke schoen wordt met de hand gemaakt. " * 20, VerdictKind.SOFT_404),
        ("", "Sorry, this page does not exist.", VerdictKind.SOFT_404),
    ],
)
def test_a_host_that_says_the_same_few_words_everywhere_cannot_be_judged(
    menu: str, words: str, kind: VerdictKind
) -> None:
    same = page("example.com", f"<h1>Hallo</h1><p>{words}</p>", menu=menu)
    assert judge(ok(ASKED, same), around(ok(SIBLING, same), same)).kind is kind
    at_home_another = judge(ok(ASKED, same), around(ok(SIBLING, same), HOME_PAGE))
    assert at_home_another.kind is kind


def test_what_was_called_by_the_name_of_an_error_may_lead_to_such_a_name() -> None:
    article = "https://example.com/2019/05/custom-404-pages"
    docs = "https://example.com/docs/errors/404"
    answer = sent_to(docs, article, ARTICLE_PAGE)
    assert wants_sibling(answer, None)
    assert judge(answer, around(status(404, SIBLING))).kind is VerdictKind.REDIRECTED
    assert judge(sent_to(docs, facts=ARTICLE_PAGE), around()).kind is VerdictKind.SOFT_404


def test_no_gate_where_an_address_that_does_not_exist_gets_a_404() -> None:
    gate = page("About cookies", "<h1>About cookies</h1><p>" + "We bake them with butter every morning. " * 9 + "</p>")
    assert judge(ok(ASKED, gate), around(status(404, SIBLING), gate)).kind is VerdictKind.ALIVE


def test_a_page_about_something_to_eat_is_no_gate() -> None:
    shop = page(
        "Peanut Cookies", "<h1>Peanut Cookies</h1><p>" + "We bake them with butter every morning. " * 9 + "</p>"
    )
    assert judge(ok(ASKED, shop), around(ok(SIBLING, shop), shop)).kind is VerdictKind.SOFT_404


@pytest.mark.parametrize(
    ("path", "named"),
    [
        ("/choose-country", True),
        ("/errors/503.html", True),
        ("/cgi-sys/suspendedpage.cgi", True),
        ("/verify-age/", True),
        ("/blocked-drains", False),
        ("/guides/queue-theory.html", False),
        ("/challenge-cup", False),
        ("/maintenance/contracts", False),
    ],
)
def test_gates_are_known_by_their_whole_name(path: str, named: bool) -> None:
    assert names_gate(url(f"https://example.com{path}")) is named


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("Wegen Wartungsarbeiten sind wir nicht da.", VerdictKind.UNSURE),
        ("Sorry, this page does not exist.", VerdictKind.SOFT_404),
        ("Red shoes, black shoes, green shoes.", VerdictKind.SOFT_404),
    ],
)
def test_a_redirect_of_every_address_is_read_before_it_is_called_dead(words: str, kind: VerdictKind) -> None:
    at_end = page("Example", f"<h1>Hello</h1><p>{words}</p>")
    target = "https://example.com/there"
    beside = sent_to(target, SIBLING, at_end)
    assert judge(sent_to(target, facts=at_end), around(beside, HOME_PAGE)).kind is kind
