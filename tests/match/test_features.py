"""What the model gets to see: blanks where nothing is known, and nothing that betrays what is known."""

import numpy as np
from tests.match.small_site import BREAD, SITE, gone, home, page

from linkreclaim.match.features import COMPARED, LEAD
from linkreclaim.match.index import Floats
from linkreclaim.match.search import Found, Search
from linkreclaim.match.site import SiteTable
from linkreclaim.model.pages import DeadPage, LivePage


def _look(dead: DeadPage, site: tuple[LivePage, ...] = SITE) -> Found:
    return next(iter(Search(SiteTable(site, home()), [dead])))


def _of(found: Found, name: str, url_end: str) -> float:
    table = SiteTable(SITE, home())
    row = next(n for n, row in enumerate(found.rows.tolist()) if table.urls[row].endswith(url_end))
    return float(found.measures[name][row])


def test_every_measure_has_one_finite_or_blank_value_for_each_candidate() -> None:
    found = _look(gone("/x/baking-bread.html", "Baking bread", BREAD))
    assert all(values.shape == found.rows.shape for values in found.measures.values())
    assert not [name for name, values in found.measures.items() if np.isinf(values).any()]
    assert {name + LEAD for name in COMPARED} <= set(found.measures)


def test_shares_are_shares() -> None:
    found = _look(gone("/x/baking-bread.html", "Baking bread", BREAD))
    for name, values in found.measures.items():
        if "_in_" in name and not name.endswith(LEAD):
            assert ((values >= 0) & (values <= 1 + 1e-9)).all(), name


def test_unknown_text_and_title_leave_blanks() -> None:
    found = _look(gone("/x/baking-bread.html"))
    blank = {name for name, values in found.measures.items() if np.isnan(values).all()}
    assert {"title_ratio", "title_in_title", "text_cosine", "text_in_text"} <= blank
    known_blank = {name for name in blank if name.startswith(("slug", "path", "url"))}
    assert known_blank == {"slug_heading_ratio"}  # this site's pages have no headings


def test_endings_slashes_hosts_and_case_change_no_measure() -> None:
    plain = _look(gone("/x/baking-bread"))
    for other in ("/x/baking-bread/", "/x/baking-bread.html", "/X/Baking-Bread.php"):
        assert _equal(plain.measures, _look(gone(other)).measures), other
    assert _equal(plain.measures, _look(DeadPage("http://other.example:8080/x/baking-bread")).measures)


def test_same_words_score_higher_than_others() -> None:
    found = _look(gone("/x/baking-breads", "How to bake sourdough bread", BREAD))
    for name in ("slug_in_slug", "title_in_title", "text_cosine", "path_cosine"):
        assert _of(found, name, "baking-sourdough-bread/") > _of(found, name, "brewing-green-tea/"), name
    assert _of(found, "text_cosine_lead", "baking-sourdough-bread/") > 0


def test_ancestors_are_known() -> None:
    found = _look(gone("/food/soups/onion"))
    assert _of(found, "is_ancestor", "/food/") == 2
    assert _of(found, "is_ancestor", "/food/brewing-green-tea/") == 0
    assert _of(found, "children", "/food/") > 0


def test_language_and_version_fit_or_clash() -> None:
    site = (page("/de/v2/garten/"), page("/fr/v3/garten/"), page("/garten/"))
    measures = _look(gone("/de/v2/alt/garten"), site).measures
    assert measures["language_fits"].tolist() == [1.0, -1.0, 0.0]
    assert measures["versions_fit"].tolist() == [1.0, -1.0, -1.0]


def test_what_all_candidates_say_does_not_tell_them_apart() -> None:
    site = (
        page("/manual/kettle-setup/", "Kettle setup"),
        page("/manual/toaster-setup/", "Toaster setup"),
        page("/manual/oven-setup/", "Oven setup"),
    )
    measures = _look(gone("/help/toaster-setup-guide", "Toaster setup"), site).measures
    assert measures["label_contrast"].argmax() == 2  # rows by rising URL: kettle, oven, toaster
    assert measures["label_contrast"][2] > 3 * measures["label_contrast"][0]
    assert measures["label_foreign"].argmin() == 2


def test_best_heading_counts_not_all_of_them() -> None:
    more = tuple(f"Another section number {n}" for n in range(9))
    site = (page("/bread/", "Bread", headings=(*more, "Feeding a starter")), page("/feeding/", "Tea", headings=more))
    measures = _look(gone("/bread/feeding-a-starter", "Feeding a starter"), site).measures
    assert measures["title_heading_ratio"][0] == measures["slug_heading_ratio"][0] == 1.0
    assert measures["title_heading_ratio"][1] < 0.6
    assert np.isnan(_look(gone("/bread/feeding-a-starter")).measures["slug_heading_ratio"]).all()


def test_hubs_are_told_by_the_candidates_below_them() -> None:
    found = _look(gone("/food/baking-bread-at-home", "Baking bread"))
    assert _of_row(found, "candidates_below", "/food/") > 0
    assert _of_row(found, "candidates_below", "/food/baking-sourdough-bread/") == 0
    assert _of_row(found, "folders_in_url", "/food/") == 1.0


def test_numbers_that_came_and_went() -> None:
    site = (page("/notes/upgrade-1-12/"), page("/notes/upgrade-1-12-to-1-13/"))
    measures = _look(gone("/notes/upgrading-1-12"), site).measures
    assert measures["numbers_new"].tolist() == [1.0, 0.0]  # rows by rising URL: the longer one first
    assert measures["numbers_gone"].tolist() == [0.0, 0.0]


def _of_row(found: Found, name: str, url_end: str) -> float:
    table = SiteTable(SITE, home())
    return next(
        float(value)
        for row, value in zip(found.rows.tolist(), found.measures[name], strict=True)
        if table.urls[row].endswith(url_end)
    )


def _equal(one: dict[str, Floats], other: dict[str, Floats]) -> bool:
    return one.keys() == other.keys() and all(np.array_equal(one[name], other[name], equal_nan=True) for name in one)
