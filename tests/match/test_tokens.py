"""What is read of a URL, a title and an anchor."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkreclaim.match.titles import TitleCleaner, first_telling
from linkreclaim.match.tokens import character_grams, fold, read_shape, text_words


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
