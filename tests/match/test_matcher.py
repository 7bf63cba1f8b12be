"""What a site owner expects of a match, on small sites; and that nothing a stranger writes can break it."""

import random
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.match.small_site import BIKE, BREAD, ORIGIN, SITE, TEA, gone, home, page

from linkreclaim.match import MIN_CONFIDENCE, Matcher, MatchModel
from linkreclaim.model.matches import Match, Role
from linkreclaim.model.pages import DeadPage, LivePage

Ask = Callable[..., Match]

RECIPES = [
    page(f"/kitchen/{name}/", name.replace("-", " ").title()) for name in ("apple-pie", "onion-soup", "rye-buns")
]


def test_moved_folder_keeps_the_slug(ask: Ask) -> None:
    match = ask(gone("/2014/03/baking-sourdough-bread.html"))
    assert match.target_url == f"{ORIGIN}/food/baking-sourdough-bread/"
    assert match.confidence_0_1 > 0.9
    assert "same slug 'baking-sourdough-bread'" in match.reason.lower()


def test_renamed_slug_is_found_by_its_title(ask: Ask) -> None:
    match = ask(gone("/node/4711", "Cleaning a bicycle chain | Example"))
    assert match.target_url == f"{ORIGIN}/outdoors/cleaning-a-bicycle-chain/"
    assert match.confidence_0_1 > 0.5
    assert "title 'Cleaning a bicycle chain" in match.reason


def test_renamed_page_is_found_by_its_text(ask: Ask) -> None:
    match = ask(gone("/archive/item-77", "Our favourite drink", f"Home Shop Login {TEA} Imprint"))
    assert match.target_url == f"{ORIGIN}/food/brewing-green-tea/"


def test_unknown_title_is_replaced_by_the_first_telling_anchor(ask: Ask) -> None:
    dead = gone(
        "/node/4711", anchors=("click here", "https://www.example.com/node/4711", "How to clean a bicycle chain")
    )
    assert ask(dead).candidates[0].url == f"{ORIGIN}/outdoors/cleaning-a-bicycle-chain/"


def test_other_ending_and_case_is_the_same_page(ask: Ask) -> None:
    match = ask(gone("/Outdoors/Pitching_A_Tent.php?utm_source=mail"))
    assert match.target_url == f"{ORIGIN}/outdoors/pitching-a-tent/"
    assert match.confidence_0_1 > 0.9


def test_former_host_does_not_matter(ask: Ask) -> None:
    here = ask(gone("/eat/brewing-green-tea"))
    there = ask(DeadPage("http://old-name.org/eat/brewing-green-tea"))
    assert (here.target_url, here.confidence_0_1) == (there.target_url, there.confidence_0_1)
    assert here.target_url == f"{ORIGIN}/food/brewing-green-tea/"


def test_percent_encoding_and_accents_do_not_matter(ask: Ask) -> None:
    site = [*SITE, page("/essen/käse-spätzle-für-alle/", "Käse-Spätzle"), page("/еда/борщ-со-свёклой/", "Борщ")]
    assert ask(gone("/alt/k%C3%A4se-sp%C3%A4tzle-f%C3%BCr-alle.html"), site).target_url == site[-2].url
    assert ask(gone("/alt/kase-spatzle-fur-alle"), site).candidates[0].url == site[-2].url
    soup = ask(gone("/old/%D0%B1%D0%BE%D1%80%D1%89-%D1%81%D0%BE-%D1%81%D0%B2%D1%91%D0%BA%D0%BB%D0%BE%D0%B9/"), site)
    assert soup.target_url == site[-1].url


def test_scripts_without_spaces_are_compared_by_parts(ask: Ask) -> None:
    site = [*SITE, page("/zh/a1/", "使用备份工具恢复集群数据"), page("/zh/a2/", "性能调优与监控指南")]
    assert ask(gone("/zh/old/77", "使用备份工具恢复集群"), site).candidates[0].url == f"{ORIGIN}/zh/a1/"


def test_id_that_moved_is_found(ask: Ask) -> None:
    site = [
        *SITE,
        *(page(f"/article/{number}-{word}") for number, word in ((10482, "oak"), (20517, "elm"), (30644, "fir"))),
    ]
    assert ask(gone("/news.php?id=20517"), site).candidates[0].url == f"{ORIGIN}/article/20517-elm"


def test_version_of_the_same_product_is_preferred(ask: Ask) -> None:
    site = [page(f"/docs/{version}/install-guide/", "Install guide") for version in ("v1", "v2", "v3")]
    assert ask(gone("/manual/v2/install-guide.html", "Install guide"), site).candidates[0].url == site[1].url


def test_language_twin_is_preferred(ask: Ask) -> None:
    site = [page(f"/{tag}/products/garden-shears/", "Garden shears", lang=tag) for tag in ("de", "en", "fr")]
    assert ask(gone("/fr/shop/garden-shears", "Garden shears"), site).candidates[0].url == site[2].url


def test_deleted_leaf_offers_its_parent_as_hub(ask: Ask) -> None:
    match = ask(gone("/food/pickling-cucumbers-in-brine/"))
    hubs = [candidate.url for candidate in match.candidates if candidate.role is Role.HUB]
    assert f"{ORIGIN}/food/" in hubs
    assert match.confidence_0_1 < 0.95


def test_nothing_fits(ask: Ask) -> None:
    match = ask(gone("/investors/quarterly-report-2009-q3"))
    assert match.target_url is None
    assert match.confidence_0_1 < MIN_CONFIDENCE


@pytest.mark.parametrize(
    "path",
    [
        "/wp-login.php",
        "/.env",
        "/xmlrpc.php",
        "/cheap-viagra-online",
        "/カジノ-ボーナス",
        "/backup.zip",
        "/?author=3",
        "/x7f3k9q2",
    ],
)
def test_noise_is_never_promised_a_page(ask: Ask, path: str) -> None:
    assert ask(gone(path)).confidence_0_1 < 0.5


@pytest.mark.parametrize("path", ["/welcome-to-our-site-about-food", "/example", "/start"])
def test_home_page_is_never_a_target(ask: Ask, path: str) -> None:
    match = ask(gone(path, "Example", "Welcome to our site about food and the outdoors."))
    assert f"{ORIGIN}/" not in {candidate.url for candidate in match.candidates}


@pytest.mark.parametrize("path", ["/index.html", "/home", "/Default.aspx", "/INDEX.PHP"])
def test_dead_home_page_goes_home(ask: Ask, path: str) -> None:
    match = ask(gone(path))
    assert match.target_url == f"{ORIGIN}/"
    assert match.reason == "Both are home pages."


@pytest.mark.parametrize("path", ["/hr/", "/it", "/?p=12"])
def test_short_folders_are_no_home_pages(ask: Ask, path: str) -> None:
    assert ask(gone(path)).target_url != f"{ORIGIN}/"


def test_url_is_never_its_own_replacement(ask: Ask) -> None:
    match = ask(gone("/food/brewing-green-tea/"))
    assert all(candidate.url != f"{ORIGIN}/food/brewing-green-tea/" for candidate in match.candidates)


def test_hidden_pages_are_no_targets_and_their_canonical_is(ask: Ask) -> None:
    site = [
        page("/print/rye-buns/", "Rye buns", canonical=f"{ORIGIN}/kitchen/rye-buns/"),
        page("/internal/rye-buns/", "Rye buns", noindex=True),
        *RECIPES[:2],
    ]
    match = ask(gone("/recipes/rye-buns.html", "Rye buns"), site)
    assert match.target_url == f"{ORIGIN}/kitchen/rye-buns/"
    assert not {candidate.url for candidate in match.candidates} & {site[0].url, site[1].url}


def test_canonical_that_names_the_home_page_is_not_believed(ask: Ask) -> None:
    site = [page("/", "Example"), *(page(f"/a/{name}/", canonical=f"{ORIGIN}/") for name in ("oak-trees", "elm-trees"))]
    assert ask(gone("/old/oak-trees"), site).candidates[0].url == f"{ORIGIN}/a/oak-trees/"


def test_files_are_matched_within_their_kind(ask: Ask) -> None:
    site = [*SITE, page("/files/brewing-green-tea.pdf"), page("/files/summer.jpg")]
    assert (
        ask(gone("/downloads/brewing-green-tea.pdf"), site).candidates[0].url == f"{ORIGIN}/files/brewing-green-tea.pdf"
    )
    assert ask(gone("/img/brewing-green-tea.png"), site).target_url is None


@pytest.mark.parametrize(
    "path", ["/files/brewing-green-te", "/files/brewing-green-tea", "/files/brewing-green-tea.pdfis"]
)
def test_file_is_found_for_a_url_cut_off_or_run_on(ask: Ask, path: str) -> None:
    site = [page("/files/brewing-green-tea.pdf"), page("/files/roasting-coffee.pdf"), page("/files/")]
    assert ask(gone(path), site).candidates[0].url == site[0].url


def test_other_dead_pages_tell_how_the_site_moved(model: MatchModel) -> None:
    names = ["apple-pie", "onion-soup", "rye-buns", "plum-cake", "pea-stew", "fish-curry"]
    site = [page(f"/{folder}/{name}/") for name in [*names, "lamb-roast"] for folder in ("kitchen", "print/kitchen")]
    site = [one for one in site if "/print/" not in one.url or "lamb" in one.url]
    dead = [gone(f"/v1/recipes/{name}.html") for name in [*names, "lamb-roast"]]
    match = list(Matcher(site, home(), model).match(dead))[-1]
    assert match.target_url == f"{ORIGIN}/kitchen/lamb-roast/"
    assert "6 other pages moved from /v[number]/recipes/ to /kitchen/" in match.reason


def test_working_redirects_tell_how_the_site_moved(model: MatchModel) -> None:
    site = [page(f"/{folder}/lamb-roast/") for folder in ("kitchen", "print")]
    known = [
        (f"{ORIGIN}/recipes/{name}.html", f"{ORIGIN}/print/{name}/") for name in ("apple-pie", "onion-soup", "rye-buns")
    ]
    match = next(Matcher(site, home(), model, known).match([gone("/recipes/lamb-roast.html")]))
    assert match.candidates[0].url == f"{ORIGIN}/print/lamb-roast/"
    assert "3 other pages moved from /recipes/ to /print/" in match.reason


def test_order_of_pages_and_dead_pages_does_not_matter(model: MatchModel) -> None:
    dead = [
        gone("/a/brewing-green-tea"),
        gone("/b/tents", "Tents", "peg corners"),
        gone("/c/about"),
        gone("/d/map.html"),
    ]
    told = {match.url: match for match in Matcher(SITE, home(), model).match(dead)}
    for seed in range(4):
        pages, asked = list(SITE), list(dead)
        random.Random(seed).shuffle(pages)
        random.Random(seed).shuffle(asked)
        matches = list(Matcher(pages, home(), model).match(asked))
        assert [match.url for match in matches] == [one.url for one in asked]
        assert {match.url: match for match in matches} == told


def test_same_page_listed_twice_is_one_target(ask: Ask) -> None:
    twice = [*SITE, *(page(one.url.removeprefix(ORIGIN), one.title) for one in SITE)]
    urls = [candidate.url for candidate in ask(gone("/x/brewing-green-tea"), twice).candidates]
    assert len(urls) == len(set(urls))


def test_empty_inventory_and_no_dead_pages(model: MatchModel) -> None:
    match = next(Matcher([], home(), model).match([gone("/a")]))
    assert match == Match(gone("/a").url, None, 0.0, (), "No live page shares a word with it.")
    assert list(Matcher(SITE, home(), model).match([])) == []


def test_inventory_of_urls_alone(ask: Ask) -> None:
    bare = [LivePage(one.url) for one in SITE]
    match = ask(gone("/blog/baking-sourdough-bread", "Baking sourdough bread", BREAD), bare)
    assert match.target_url == f"{ORIGIN}/food/baking-sourdough-bread/"
    assert ask(gone("/node/1", "Cleaning a bicycle chain", BIKE), bare).candidates[0].url.endswith("bicycle-chain/")


ANY_URL = st.one_of(
    st.text(max_size=40),
    st.text(max_size=40).map(lambda path: f"{ORIGIN}/{path}"),
    st.lists(st.sampled_from(["food", "%", "%zz", "..", "", "a.b.c", "?", "#", "=", "é", "カ", "2013", "\x00"])).map(
        lambda parts: ORIGIN + "/" + "/".join(parts)
    ),
)
ANY_PAGE = st.builds(
    LivePage,
    ANY_URL,
    st.text(max_size=30),
    st.text(max_size=30),
    st.lists(st.text(max_size=9)).map(tuple),
    st.text(max_size=60),
    st.text(max_size=3),
    ANY_URL,
    st.booleans(),
)
ANY_DEAD = st.builds(
    DeadPage,
    ANY_URL,
    st.text(max_size=30),
    st.text(max_size=60),
    st.lists(st.text(max_size=9)).map(tuple),
    st.lists(st.text(max_size=20)).map(tuple),
    st.text(max_size=3),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(ANY_PAGE, max_size=6), st.lists(ANY_DEAD, max_size=4))
def test_any_input_gives_well_formed_matches(model: MatchModel, pages: list[LivePage], dead: list[DeadPage]) -> None:
    matches = list(Matcher([*SITE, *pages], home(), model).match(dead))
    assert [match.url for match in matches] == [one.url for one in dead]
    for match in matches:
        chances = [candidate.confidence_0_1 for candidate in match.candidates]
        assert 0 <= match.confidence_0_1 <= 1
        assert len(chances) <= 5
        assert chances == sorted(chances, reverse=True)
        assert match.target_url in {None, *(candidate.url for candidate in match.candidates[:1])}
        assert match.reason.isprintable()


def test_huge_input_is_cut(model: MatchModel) -> None:
    dead = DeadPage(ORIGIN + "/" + "a/" * 200_000, "t " * 200_000, "word " * 500_000, ("h" * 100_000,) * 50)
    assert next(Matcher(SITE, home(), model).match([dead])).url == dead.url
