"""Reasons are short, printable and true."""

from collections.abc import Callable

from tests.match.small_site import SITE, TEA, gone, page

from linkreclaim.model.matches import Match

Ask = Callable[..., Match]


def test_facts_come_strongest_first(ask: Ask) -> None:
    match = ask(gone("/drinks/brewing-green-tea.html", "Brewing green tea", TEA))
    title, slug, text = match.reason.removesuffix(".").split("; ")[:3]
    assert title == "Same title 'Brewing green tea | Example'"
    assert slug == "same slug 'brewing-green-tea'"
    assert text.startswith("the old text matches (")


def test_refusal_names_the_nearest_page(ask: Ask) -> None:
    match = ask(gone("/investors/quarterly-report-2009-q3"))
    assert match.reason == f"No live page is close enough; the nearest is {match.candidates[0].url}."


def test_words_are_named_when_nothing_is_the_same(ask: Ask) -> None:
    match = ask(gone("/guides/how-to-clean-the-bicycle-chain-and-sprockets"))
    assert match.target_url is not None
    assert "both urls speak of bicycle, chain" in match.reason.lower()


def test_hostile_titles_and_urls_stay_short_and_printable(ask: Ask) -> None:
    title = "Oak\x1b[31m\u202e\n" + "tree " * 200
    site = [*SITE, page("/trees/oak\u202e\x07/" + "x" * 900, title)]
    for dead in (gone("/old/" + "x" * 900, title), gone("/" + "oak-" * 90), gone("/zzz/trees-x")):
        match = ask(dead, site)
        assert match.reason.isprintable()
        assert len(match.reason) < 450


def test_a_dead_url_that_is_among_the_live_pages_is_told(ask: Ask) -> None:
    assert ask(gone("/contact/")).reason.startswith("The URL itself is among the live pages")


def test_other_parameters_are_not_the_same_address(ask: Ask) -> None:
    site = [*SITE, *(page(f"/item.php?id={number}", f"Lamp {number}") for number in (3, 5, 8))]
    assert "same path, with other parameters" in ask(gone("/item.php?id=4"), site).reason.lower()


def test_an_anchor_is_not_called_a_title(ask: Ask) -> None:
    match = ask(gone("/x/7", anchors=("Brewing green tea",)))
    assert match.reason.startswith("Same link text and title 'Brewing green tea | Example'")


def test_a_title_that_many_pages_have_is_told(ask: Ask) -> None:
    site = [*SITE, *(page(f"/kb/{name}", "Acme Support") for name in ("fuses", "lamps", "wires"))]
    match = ask(gone("/help/lamps.html", "Acme Support"), site)
    assert match.reason.startswith("Same title 'Acme Support', as 3 live pages have it; same slug 'lamps'")
