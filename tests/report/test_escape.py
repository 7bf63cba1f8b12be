import csv
import io
import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from linkreclaim.report.escape import find_href, make_visible, neutralise_cell, neutralise_url, read_aloud, shorten
from linkreclaim.urls import parse

ANY_TEXT = st.text(st.characters(), max_size=200)
FORMULAS = ANY_TEXT | st.builds(
    "".join, st.tuples(st.sampled_from(["=", "+", "-", "@", "\t", "\r", "\0", " =", ";=", '; "=', "＝"]), ANY_TEXT)
)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "\0", " =", "＝", "＠"])
def test_a_cell_that_would_be_a_formula_gets_an_apostrophe(start: str) -> None:
    assert neutralise_cell(start + "cmd|' /C calc'!A0").startswith("'")


@pytest.mark.parametrize("number", ["-5", "+0.25", "1e-06", "-1.5E+3", "0"])
def test_numbers_stay_numbers(number: str) -> None:
    assert neutralise_cell(number) == number


@pytest.mark.parametrize("text", ["-1+2", "+49 30 1234", "--5", "-٣"])
def test_what_only_begins_like_a_number_is_neutralised(text: str) -> None:
    assert neutralise_cell(text) == "'" + text


def test_a_formula_behind_a_semicolon_is_neutralised_too() -> None:
    assert neutralise_cell('x; "=1+1') == "x;' \"=1+1"


@given(FORMULAS)
def test_no_cell_is_a_formula_or_holds_anything_unseen(text: str) -> None:
    cell = neutralise_cell(text)
    if re.fullmatch(r"[+-]?[0-9.eE+-]+", cell) is None:
        assert not re.match(r"\s*[=+\-@＝＋－＠]", cell)
    assert not re.search(r';[\s"]*[=+\-@]', cell)
    assert not re.search("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]", cell)
    assert neutralise_cell(cell) == cell


@given(st.lists(FORMULAS, min_size=1, max_size=5))
def test_cells_come_back_from_a_csv_as_they_were_written(texts: list[str]) -> None:
    cells = [neutralise_cell(text) for text in texts]
    file = io.StringIO()
    csv.writer(file).writerow(cells)
    lines = list(csv.reader(io.StringIO(file.getvalue())))
    assert lines == [cells]


def test_a_huge_cell_is_cut_and_costs_little() -> None:
    assert len(neutralise_cell("1" * 5_000_000 + "x")) == 32_000
    assert len(neutralise_cell(";=" * 2_000_000)) == 32_000


@given(ANY_TEXT)
def test_a_url_cell_is_the_same_url(path: str) -> None:
    url = "https://example.com/a" + path.replace(";", "")
    before, after = parse(url), parse(neutralise_url(url))
    assume(before is not None)  # half a surrogate pair is in no URL
    assert before is not None
    assert after is not None
    assert after.key == before.key


@pytest.mark.parametrize("url", ["=1+1", "@x", "https://e.example/;=cmd|'/C'!A0;", "https://e.example/;+1"])
def test_a_url_cell_is_no_formula(url: str) -> None:
    cell = neutralise_url(url)
    assert cell[0] not in "=+-@"
    assert not re.search(r";[=+\-@]", cell)


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", " JaVaScRiPt:alert(1)", "data:text/html,x", "//", "/path", "mailto:a@b.example", ""]
)
def test_only_web_addresses_are_linked(url: str) -> None:
    assert find_href(url) is None


def test_an_href_is_serialised_and_an_endless_one_is_none() -> None:
    assert find_href('https://e.example/"><b>') == "https://e.example/%22%3E%3Cb%3E"
    assert find_href("https://e.example/" + "a" * 10_000) is None


def test_a_url_is_readable_in_its_own_script_but_keeps_what_separates() -> None:
    assert read_aloud("https://e.example/%D7%9E%D7%93/%2F%20a%FF") == "https://e.example/מד/%2F%20a%FF"
    assert read_aloud("https://e.example/%E2%80%AEgpj") == "https://e.example/%E2%80%AEgpj"


def test_unseen_characters_show_their_name() -> None:
    assert make_visible("a\u202eb\x1b[31m\r\nc\x7f") == "a[U+202E]b␛[31m  c[U+007F]"


@given(ANY_TEXT, st.integers(10, 80))
def test_shortening_keeps_both_ends(text: str, characters: int) -> None:
    short = shorten(text, characters)
    assert len(short) <= characters
    assert short[:3] == text[:3]
    assert short[-3:] == text[-3:]
