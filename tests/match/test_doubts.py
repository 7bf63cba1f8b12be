"""What differs in number, year, language, order or name is never stated as sure, however alike the pages are."""

from collections.abc import Iterable
from dataclasses import replace

import pytest
from tests.match.small_site import ORIGIN, SITE, gone, home, page

from linkreclaim.match import Matcher, MatchModel
from linkreclaim.match.languages import page_language
from linkreclaim.match.tokens import url_language
from linkreclaim.model.matches import Match
from linkreclaim.model.pages import DeadPage, LivePage

SURE = 0.95
CITIES = ("Leeds", "York", "Hull", "Derby", "Bath", "Oxford")


def matches(dead: Iterable[DeadPage], pages: Iterable[LivePage], model: MatchModel) -> dict[str, Match]:
    found = Matcher([*SITE, *pages], home(), model, processes=1).match(list(dead))
    return {match.url.removeprefix(ORIGIN): match for match in found}


def service(city: str) -> str:
    return f"Looking for a plumber in {city}? We come the same day, all over {city}, for a fair and fixed price."


def route(one: str, other: str) -> str:
    return f"Cheap train tickets from {one} to {other}, with seats, discounts and times of all direct connections."


def test_another_city_is_not_sure_and_the_same_one_is(model: MatchModel) -> None:
    pages = [page(f"/services/plumber-{c.lower()}/", f"Plumber in {c}", service(c)) for c in CITIES if c != "Hull"]
    dead = [gone(f"/plumber-in-{c.lower()}.html", f"Plumber in {c}", service(c)) for c in CITIES]
    found = matches(dead, pages, model)
    assert found["/plumber-in-york.html"].target_url == f"{ORIGIN}/services/plumber-york/"
    assert found["/plumber-in-york.html"].confidence_0_1 >= SURE
    assert found["/plumber-in-hull.html"].confidence_0_1 < SURE


def test_two_cities_that_changed_places_are_another_route(model: MatchModel) -> None:
    pairs = [(one, other) for one in CITIES for other in CITIES if one != other]
    lost = ("York", "Hull")
    pages = [page(f"/t/from-{a}-to-{b}".lower(), f"Trains from {a} to {b}", route(a, b)) for a, b in pairs[:5]]
    pages += [page("/t/from-hull-to-york", "Trains from Hull to York", route("Hull", "York"))]
    dead = [gone(f"/trains/{a}-{b}".lower(), f"Trains from {a} to {b}", route(a, b)) for a, b in [*pairs[:5], lost]]
    match = matches(dead, pages, model)["/trains/york-hull"]
    assert match.confidence_0_1 < SURE
    assert match.target_url == f"{ORIGIN}/t/from-hull-to-york"
    assert match.reason.endswith("But 'york' and 'hull' changed places in the title.")


@pytest.mark.parametrize("known", ["url", "title", "text"])
def test_another_year_is_not_sure(model: MatchModel, known: str) -> None:
    def kept(year: int) -> bool:
        return year != 2017

    def told(year: int) -> tuple[str, str]:
        title = f"Annual report {year}"
        text = f"{title}: accounts, members, donations and the plans of the council for the coming twelve months."
        return {"url": ("", ""), "title": (title, ""), "text": (title, text)}[known]

    years = range(2012, 2022)
    pages = [page(f"/documents/annual-report-{year}/", *told(year)) for year in filter(kept, years)]
    found = matches([gone(f"/files/annual-report-{year}.html", *told(year)) for year in years], pages, model)
    assert found["/files/annual-report-2017.html"].confidence_0_1 < SURE
    right = [match for url, match in found.items() if "2017" not in url]
    assert all(match.target_url is not None and match.target_url[-5:-1] in match.url for match in right)


def test_a_twin_in_another_language_is_not_sure(model: MatchModel) -> None:
    names = ("fines", "divorce", "tenants", "leases", "wills", "dismissal")
    text = "The {} guide tells step by step what to do, whom to ask, what it costs and how long it takes."
    live = [(name, tongue) for name in names for tongue in ("de", "en") if (name, tongue) != ("wills", "de")]
    pages = [page(f"/{t}/law/{n}-guide", f"{n} guide".title(), text.format(n), lang=t) for n, t in live]
    dead = [
        gone(f"/{t}/blog/{n}-guide.html", f"{n} guide".title(), text.format(n)) for n in names for t in ("de", "en")
    ]
    found = matches(dead, pages, model)
    assert found["/de/blog/wills-guide.html"].confidence_0_1 < SURE
    assert found["/de/blog/fines-guide.html"].target_url == f"{ORIGIN}/de/law/fines-guide"
    assert found["/de/blog/wills-guide.html"].reason.endswith("But the old page was in 'de', this one is in 'en'.")


def test_a_language_that_a_template_left_on_the_page_is_answered_by_the_text(model: MatchModel) -> None:
    names = ("fines", "divorce", "tenants", "leases", "wills", "dismissal")
    steps = {
        name: f"The guide to {name} tells what {name} cost, who decides on {name} and how long it takes."
        for name in names
    }
    pages = [page(f"/law/{n}-guide", f"{n} guide".title(), steps[n], lang="de") for n in names]
    dead = [replace(gone(f"/blog/{n}-guide.html", f"{n} guide".title(), steps[n]), lang="en") for n in names]
    for match in matches(dead, pages, model).values():
        assert match.confidence_0_1 >= SURE
        assert "was in 'en'" not in match.reason


def test_a_bare_number_is_no_proof(model: MatchModel) -> None:
    pages = [page(f"/node/{number}", "Acme Corporation") for number in range(300, 420, 3)]
    found = matches([gone(f"/artikel/{number}.html") for number in range(300, 420, 15)], pages, model)
    assert all(match.confidence_0_1 < SURE for match in found.values())


@pytest.mark.parametrize(("step", "sure"), [(1, False), (3, False), (400, True)])
def test_a_long_number_is_a_proof_only_where_few_numbers_are_taken(model: MatchModel, step: int, sure: bool) -> None:
    taken = range(310_000, 310_000 + 60 * step, step)
    found = matches([gone(f"/thread/{n}") for n in taken[::7]], [page(f"/user/{n}") for n in taken], model)
    assert {(match.target_url or "").rpartition("/")[2] == url.rpartition("/")[2] for url, match in found.items()} == {
        True
    }
    assert {match.confidence_0_1 >= SURE for match in found.values()} == {sure}


@pytest.mark.parametrize(
    ("dead", "live"),
    [
        ("/blog/page/3/", "/blog/page/2/"),
        ("/blog?page=3", "/blog?page=2"),
        ("/alle/seite-3", "/alle/seite-2"),
        ("/shop/lamps/page/2/", "/shop/chairs/page/2/"),
    ],
)
def test_another_page_of_listings_is_not_sure(model: MatchModel, dead: str, live: str) -> None:
    intro = "All that we wrote, newest first, with pictures of our workshop and of the people who work there every day."
    found = matches([gone(dead, "Our list", intro)], [page(live, "Our list", intro)], model)[dead]
    assert found.target_url == ORIGIN + live
    assert found.confidence_0_1 < SURE
    assert "listing" in found.reason


def test_the_same_page_of_a_moved_listing_is_sure(model: MatchModel) -> None:
    pages = [
        page(f"/store/{name}/page/{n}/", f"{name.title()}, page {n}") for name in ("lamps", "beds") for n in (2, 3)
    ]
    found = matches([gone(f"/shop/lamps/page/{n}/", f"Lamps, page {n}") for n in (2, 3)], pages, model)
    assert all(match.confidence_0_1 >= SURE for match in found.values())


def test_the_same_slug_with_another_word_for_the_same_is_not_doubted(model: MatchModel) -> None:
    text = "Create virtual machines with very many processors, memory of any size and devices passed through to guests."
    pages = [page("/how-to/qemu-virtual-machines/", "Virtualisation with QEMU", text)]
    match = matches([gone("/docs/qemu-virtual-machines.html", "Virtualization with QEMU", text)], pages, model)
    assert next(iter(match.values())).confidence_0_1 >= SURE


@pytest.mark.parametrize(
    ("url", "language"),
    [
        ("/de/ueber-uns", "de"),
        ("/EN-us/learn/x", "en-us"),
        ("/magazine/x?lang=fr", "fr"),
        ("/pages/how-to_de.html", "de"),
        ("/index.it.php", "it"),
        ("/how-to-do-it", ""),
        ("/app/finance/hr/tasks", ""),
        ("/scripts/run.pl", ""),
        ("/?lang=klingon", ""),
        ("//[::1/de/", ""),
    ],
)
def test_where_a_url_names_its_language(url: str, language: str) -> None:
    assert url_language(url if url.startswith("//") else ORIGIN + url) == language


@pytest.mark.parametrize(
    ("lang", "text", "language"),
    [
        ("en-US", "Wash the shirt at thirty degrees", "en"),
        ("en", "衬衫请用三十度水洗涤 with soap", ""),
        ("en", "The word Наука means science, as any English reader of this sentence would have guessed by now", "en"),
        ("zh-CN", "print(value); return 洗涤 value", "zh"),
        ("ru", "Wash the shirt at thirty degrees", ""),
        ("vi", "Giặt áo sơ mi ở ba mươi độ", "vi"),
        ("de", "", "de"),
        ("", "Wash the shirt", ""),
    ],
)
def test_a_page_is_believed_in_a_language_of_its_letters(lang: str, text: str, language: str) -> None:
    assert page_language(page("/x", "", text, lang=lang)) == language
