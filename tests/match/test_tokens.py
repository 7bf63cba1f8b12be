"""What is read of a URL, a title and an anchor."""

from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkreclaim.match.rows import heading_words
from linkreclaim.match.titles import TitleCleaner, first_telling
from linkreclaim.match.tokens import _PUNCTUATION, _UNSPACED, _WORD, character_grams, fold, read_shape, text_words


@pytest.mark.parametrize(
    ("url", "segments", "slug_words"),
    [
        ("https://a.example/Docs/Getting_Started.html", ("docs", "getting_started"), ("getting", "started")),
        ("https://a.example/docs/index.php", ("docs",), ("docs",)),
        ("https://a.example/", (), ()),
        ("/docs/XMLHttpRequest/", ("docs", "xmlhttprequest"), ("xml", "http", "request")),
        ("https://a.example/release-2.0", ("release-2.0",), ("release", "2", "0")),
        ("https://a.example/%C3%BCber%20uns/", ("uber uns",), ("uber", "uns")),
        ("https://a.example/caf%25C3%25A9", ("cafe",), ("cafe",)),
        ("https://a.example/?p=12&utm_source=x", (), ("p", "12")),
        ("https://a.example/備份", ("備份",), ("備份",)),
    ],
)
def test_shape_of_a_url(url: str, segments: tuple[str, ...], slug_words: tuple[str, ...]) -> None:
    shape = read_shape(url)
    assert shape.segments == segments
    assert shape.slug_words == slug_words


def test_language_version_numbers_and_kind() -> None:
    shape = read_shape("https://a.example/de-AT/docs/v2.1/2014/plan.pdf")
    assert (shape.language, set(shape.versions), shape.kind) == ("de", {"v2.1"}, "document")
    assert shape.numbers == {"2", "1", "2014"}
    assert read_shape("https://a.example/go/dexter").language == ""


@pytest.mark.parametrize("tail", ["", ").", "%5C", "%22", "%20", ",", "?download=1", "#page=2"])
def test_kind_of_a_file_survives_careless_links(tail: str) -> None:
    assert read_shape(f"https://a.example/plan.pdf{tail}").kind == "document"
    assert read_shape(f"https://a.example/plan-pdf{tail}").kind == "page"


def test_words_of_scripts_without_spaces_overlap() -> None:
    assert text_words("Backup 备份工具 v2") == ["backup", "备份", "份工", "工具", "v2"]
    assert text_words("한국어 문서") == ["한국어", "문서"]
    assert fold("ŻÓŁĆ Straße ガイド") == "zołc strasse ガイド"


@given(st.text(max_size=60))
def test_any_text_is_a_shape_and_has_grams(text: str) -> None:
    for url in (text, f"https://a.example/{text}"):
        shape = read_shape(url)
        assert all(segment and segment == segment.strip() for segment in shape.segments)
        assert character_grams(shape.path)
        assert shape == read_shape(url)


def test_site_name_is_taken_off_titles() -> None:
    titles = [f"{name} | Example Ltd" for name in ("Oak", "Elm", "Fir", "Yew", "Ash")] + ["Example Ltd"]
    cleaner = TitleCleaner(titles)
    assert cleaner.clean("Oak | Example Ltd") == "oak"
    assert cleaner.clean("Example Ltd") == "example ltd"
    assert cleaner.clean("Oak - Trees | Example Ltd") == "oak - trees"
    assert TitleCleaner(["Oak | One", "Elm | Two"]).clean("Oak | One") == "oak - one"


@pytest.mark.parametrize("anchor", ["here", "Click here", "READ MORE", "https://a.example/x", "www.a.example", "…", ""])
def test_anchors_that_say_nothing_are_passed_over(anchor: str) -> None:
    assert first_telling([anchor, "Pruning fruit trees"]) == "Pruning fruit trees"
    assert first_telling([anchor]) == ""


def test_signs_that_are_blanked_out_are_part_of_no_word() -> None:
    signs = [chr(code) for code in range(0x20, 0x3000) if _PUNCTUATION.match(chr(code))]
    assert len(signs) > 20
    assert not [sign for sign in signs if _WORD.search(fold(f"{sign}é")[:-1])]


TEXT = st.text(alphabet=st.sampled_from("aZ9_ -.\u2019\u00a0\u2026é\u0301ß中文字กข\U00020001"), max_size=40)


@given(TEXT)
def test_words_are_those_of_the_folded_text_with_unspaced_runs_in_pairs(text: str) -> None:
    expected: list[str] = []
    for word in _WORD.findall(fold(text)):
        for unspaced, run in groupby(word, lambda character: bool(_UNSPACED.match(character))):
            part = "".join(run)
            expected += [part[at : at + 2] for at in range(len(part) - 1)] or [part] if unspaced else [part]
    assert text_words(text) == expected


@given(st.lists(TEXT, max_size=4))
def test_words_of_headings_are_those_of_each(headings: list[str]) -> None:
    assert heading_words(headings) == [word for heading in headings for word in text_words(heading)]
