"""Which redirects lead to a page about something else."""

from collections.abc import Sequence

import pytest
from tests.match.small_site import BIKE, BREAD, ORIGIN, SITE, TEA, TENT, gone, home, page

from linkreclaim.match import Matcher, MatchModel
from linkreclaim.match.likeness import Unlike, find_unlike
from linkreclaim.model.pages import DeadPage, LivePage

MORE = {
    BREAD: " Let it rest overnight in a cool place until it has doubled; a dark crust sounds hollow when it is tapped.",
    BIKE: " Turn the pedals backwards, wipe off what is too much, and measure the wear before the sprockets suffer.",
    TENT: " Open the vents so that no moisture gathers under the flysheet, and dry everything before it is packed.",
    TEA: " Pour everything out at once, steep the same leaves again three times, and store the rest far from light.",
}
PAGES = {path.url.removeprefix(ORIGIN): path for path in SITE}
PAGES |= {
    url: page(url, known.title, known.text + MORE[known.text]) for url, known in PAGES.items() if known.text in MORE
}
LOAF = gone("/posts/loaf", "Baking sourdough bread", BREAD + MORE[BREAD])


@pytest.fixture(scope="module")
def matcher(model: MatchModel) -> Matcher:
    return Matcher(PAGES.values(), home(), model)


def ask(matcher: Matcher, *redirects: tuple[DeadPage, str | LivePage]) -> Sequence[Unlike | None]:
    pairs = [(dead, PAGES[final] if isinstance(final, str) else final) for dead, final in redirects]
    return list(find_unlike(matcher, pairs))


def test_a_page_about_something_else_is_told_with_the_better_one_and_the_facts(matcher: Matcher) -> None:
    (found,) = ask(matcher, (LOAF, "/outdoors/cleaning-a-bicycle-chain/"))
    assert found is not None
    assert found.better_url == ORIGIN + "/food/baking-sourdough-bread/"
    assert found.text_alike_0_1 < 0.1 < 0.5 < found.better_text_alike_0_1
    assert found.better_confidence_0_1 >= 0.8
    assert all(len(line) < 300 for line in found.evidence)
    assert "/food/baking-sourdough-bread/" in found.evidence[1]


@pytest.mark.parametrize("final", ["/food/baking-sourdough-bread/", "/food/", "/"])
def test_the_right_page_a_hub_and_the_home_page_are_left_alone(matcher: Matcher, final: str) -> None:
    assert ask(matcher, (LOAF, final)) == [None]


@pytest.mark.parametrize(
    "dead",
    [
        gone("/posts/loaf", "Baking sourdough bread"),
        gone("/posts/loaf", "Baking sourdough bread", BREAD[:100]),
        gone(
            "/posts/x",
            "Annual report",
            "Turnover, staff and outlook of the year, with all tables of the auditors. " * 4,
        ),
        gone("/outdoors/cleaning-a-bicycle-chain-at-home/", "Baking sourdough bread", BREAD + MORE[BREAD]),
    ],
)
def test_without_plain_evidence_nothing_is_said(matcher: Matcher, dead: DeadPage) -> None:
    assert ask(matcher, (dead, "/outdoors/cleaning-a-bicycle-chain/")) == [None]


def test_pages_outside_the_inventory_and_pages_with_little_text_are_left_alone(matcher: Matcher) -> None:
    outside = page("/elsewhere/", "Elsewhere", TENT + MORE[TENT])
    assert ask(matcher, (LOAF, outside), (LOAF, "/contact/")) == [None, None]


def test_each_redirect_has_its_own_answer_in_order(matcher: Matcher) -> None:
    wrong, right = "/outdoors/pitching-a-tent/", "/food/baking-sourdough-bread/"
    assert [found is not None for found in ask(matcher, (LOAF, right), (LOAF, wrong), (LOAF, right))] == [
        False,
        True,
        False,
    ]
    assert ask(matcher) == []
