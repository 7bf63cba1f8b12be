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
    assert not {name for name in blank if name.startswith(("slug", "path", "url"))}


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


def _equal(one: dict[str, Floats], other: dict[str, Floats]) -> bool:
    return one.keys() == other.keys() and all(np.array_equal(one[name], other[name], equal_nan=True) for name in one)
