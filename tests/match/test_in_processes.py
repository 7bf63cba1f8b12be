"""Matching spread over processes: the same answers and the same numbers of words."""

import sys

import pytest
from tests.match.small_site import SITE, gone, home, page

from linkreclaim.match import Matcher, MatchModel, rows
from linkreclaim.match.site import SiteTable

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs Linux, where work is spread")
WORDS = ("fig", "ash", "bay", "ash-fig", "elm", "oak")


@pytest.fixture(autouse=True)
def _always_spread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("linkreclaim.processes.usable_processes", lambda: 4)


def test_answers_do_not_depend_on_processes_or_parts(model: MatchModel, monkeypatch: pytest.MonkeyPatch) -> None:
    pages = [*SITE, *(page(f"/notes/day-{n}/", f"Day {n} | Example", f"Notes of day {n}, word{n}.") for n in range(40))]
    dead = [gone(f"/old/day-{n}.html", f"Day {n}", f"Notes of day {n}") for n in range(30)]
    dead += [gone("/x/baking-bread", "Baking bread"), gone("/a.html/index.html"), gone("/zzz")]
    expected = list(Matcher(pages, home(), model, processes=1).match(dead))
    for pages_at_once, questions_at_once in ((7, 5), (1, 1), (30, 128)):
        monkeypatch.setattr(rows, "PAGES_AT_ONCE", pages_at_once)
        monkeypatch.setattr("linkreclaim.match.matcher.QUESTIONS_AT_ONCE", questions_at_once)
        assert list(Matcher(pages, home(), model, processes=3).match(dead)) == expected


def test_words_are_numbered_as_by_one_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    pages = [page(f"/{word}.html/index.html", word, f"{word} html") for word in WORDS]
    whole = SiteTable(pages, home())
    monkeypatch.setattr(rows, "PAGES_AT_ONCE", 2)
    cut = SiteTable(pages, home())
    asked = (*WORDS, "html")
    assert [whole.vocabulary.bag([word]).terms.tolist() for word in asked] == [
        cut.vocabulary.bag([word]).terms.tolist() for word in asked
    ]
    assert whole.slug_words.masses.tolist() == cut.slug_words.masses.tolist()
    assert min(whole.slug_words.masses) > max(whole.vocabulary.idf) / 2  # "html" is known from the texts
