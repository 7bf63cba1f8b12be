"""One page under several addresses is one candidate, named as the site names it; two pages stay two."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from tests.match.small_site import ORIGIN, SITE, gone, home, page

from linkreclaim.match import Matcher, MatchModel
from linkreclaim.match.likeness import find_unlike
from linkreclaim.model.matches import Match
from linkreclaim.model.pages import LivePage

Ask = Callable[..., Match]

OLD = gone("/2014/glazing-a-teapot.html", "Glazing a teapot", "Dip the teapot into the glaze, wipe its foot, fire it.")
TEXT = "Dip the teapot into the glaze, wipe its foot and fire it at a thousand degrees."
AT = f"{ORIGIN}/craft/glazing-a-teapot"


def _teapot(url: str, **more: object) -> LivePage:
    return LivePage(url, title="Glazing a teapot", text=TEXT, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("named", "other"),
    [
        (f"{AT}/", AT),
        (f"{AT}/", f"{AT}/index.html"),
        (f"{AT}/", f"{AT}/?utm_source=mail&gclid=x"),
        (f"{AT}/", f"{ORIGIN}//craft/glazing-a-teapot/"),
        (f"{AT}/", f"{AT};jsessionid=0AB1"),
        (f"{AT}/", f"{AT}/#glaze"),
        (f"{AT}/", f"{AT}/".replace("https", "http")),
        (f"{AT}/", f"{AT}/".replace("www.", "")),
        (f"{AT}/", f"{AT}/".replace(".com", ".com:443")),
        (f"{AT}/", f"{AT}.html"),
        (f"{AT}/", f"{ORIGIN}/Craft/Glazing-A-Teapot/"),
    ],
)
def test_page_under_two_addresses_is_one_candidate_as_sure_as_with_one(ask: Ask, named: str, other: str) -> None:
    alone = ask(OLD, [*SITE, _teapot(named)])
    for twins in ([_teapot(named), _teapot(other)], [_teapot(other), _teapot(named)]):
        match = ask(OLD, [*SITE, *twins])
        assert (match.target_url, match.confidence_0_1) == (named, alone.confidence_0_1)
        assert other not in [candidate.url for candidate in match.candidates]
    assert alone.confidence_0_1 > 0.95


def test_addresses_alone_are_one_page_but_for_case_and_ending() -> None:
    paths = ("/a", "/a/", "/a/index.php", "/v/aB3", "/v/Ab3", "/g.html", "/g.php", "/n?sid=1", "/n?sid=2")
    site = Matcher([LivePage(ORIGIN + path) for path in paths], home()).site
    assert len(site) == 7


def test_parameter_that_names_many_pages_is_no_tracking() -> None:
    stories = [LivePage(f"{ORIGIN}/article.php?sid={n}", title="News") for n in range(20)]
    assert len(Matcher([*stories, LivePage(f"{stories[3].url}&utm_source=x")], home()).site) == 20


@pytest.mark.parametrize("other", [AT, f"{AT}/?ref=list", f"{AT}.html"])
def test_pages_that_say_something_else_stay_two(ask: Ask, other: str) -> None:
    another = LivePage(other, title="Teapots of the north", text="Forty makers between Umeå and Tromsø, with a map.")
    site = [*SITE, _teapot(f"{AT}/"), another]
    assert ask(OLD, site).target_url == f"{AT}/"
    assert ask(gone("/2015/north.html", "Teapots of the north"), site).target_url == other


def test_word_of_the_site_goes_before_its_habit(model: MatchModel) -> None:
    twins = [*SITE, _teapot(AT), _teapot(f"{AT}/")]
    moved = Matcher(twins, home(), model, known=[(f"{AT}/", AT)])
    assert next(moved.match([OLD])).target_url == AT
    claimed = Matcher([*twins[:-1], _teapot(f"{AT}/", canonical=AT)], home(), model)
    assert next(claimed.match([OLD])).target_url == AT


def test_address_that_is_dead_itself_is_not_named(ask: Ask) -> None:
    site = [*SITE, _teapot(AT), _teapot(f"{AT}/")]
    stale = gone("/craft/glazing-a-teapot/")
    assert ask(stale, site).target_url == AT
    assert ask(OLD, site, others=[stale]).target_url == AT
    assert ask(stale, site, others=[gone("/craft/glazing-a-teapot")]).target_url is None


def test_what_one_address_does_not_tell_is_taken_from_another(ask: Ask) -> None:
    match = ask(gone("/node/5", "Glazing a teapot"), [*SITE, page("/x/9/"), _teapot(f"{ORIGIN}/x/9")])
    assert match.target_url == f"{ORIGIN}/x/9/"
    assert match.confidence_0_1 > 0.9


@pytest.mark.parametrize("final", [AT, f"{AT}/"])
def test_redirect_to_the_other_address_of_the_right_page_is_not_unlike(model: MatchModel, final: str) -> None:
    long = " ".join([TEXT] * 4)
    site = [*SITE, _teapot(AT), _teapot(f"{AT}/")]
    matcher = Matcher([replace(one, text=long) if one.text == TEXT else one for one in site], home(), model)
    told = find_unlike(matcher, [(replace(OLD, text=long), LivePage(final, text=long))])
    assert list(told) == [None]
