"""URLs: parsed and compared as browsers do; the quick way to a key always gives the parser's key."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkreclaim import urls

LABELS = st.text(alphabet="abcxyzABC019-_.~", min_size=1, max_size=12)
PATHS = st.text(alphabet="abcXYZ019-_.~/%?#&=+:;ü \\'\"@", max_size=40)


@given(
    st.sampled_from(["http://", "https://", "HTTP://", "//", "ftp://", ""]),
    st.sampled_from(["", "www.", "www.www.", "WWW."]),
    LABELS,
    st.sampled_from([".com", ".co.uk", "", ".xn--p1ai", ":8080", ".com:443", ".com:80", "."]),
    PATHS,
)
def test_the_quick_key_is_the_parsers_key(scheme: str, www: str, label: str, rest: str, path: str) -> None:
    raw = f"{scheme}{www}{label}{rest}/{path}"
    parsed = urls.parse(raw)
    assert urls.match_key(raw) == (None if parsed is None else parsed.key)


@given(st.text(max_size=80))
def test_any_text_is_parsed_or_refused_and_never_raises(text: str) -> None:
    for parsed in (urls.parse(text), urls.parse_lenient(text)):
        if parsed is not None:
            again = urls.parse(parsed.href)
            assert again is not None
            assert again.key == parsed.key, "a key does not change by writing the URL out"


@given(st.text(max_size=60))
def test_resolving_any_href_never_raises_and_stays_http(href: str) -> None:
    base = urls.parse("https://example.com/a/b?c")
    assert base is not None
    found = urls.resolve(base, href)
    assert found is None or found.scheme in ("http", "https")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://example.com/a", "https://www.example.com/a"),
        ("https://example.com", "https://EXAMPLE.com:443/"),
        ("https://example.com/?b=2&a=1", "https://example.com/?a=1&b=2"),
        ("https://example.com/%7Euser/%c3%a9", "https://example.com/~user/é"),
        ("https://example.com/a#top", "https://example.com/a"),
        ("https://bücher.example/x", "https://xn--bcher-kva.example/x"),
        ("https://example.com/a/../b", "https://example.com/b"),
    ],
)
def test_spellings_of_one_target(one: str, other: str) -> None:
    assert urls.match_key(one) == urls.match_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.com/a", "https://example.com/a/"),
        ("https://example.com/A", "https://example.com/a"),
        ("https://example.com/a?x", "https://example.com/a"),
        ("https://example.com/a%2Fb", "https://example.com/a/b"),
        ("http://example.com:8080/", "http://example.com/"),
    ],
)
def test_different_targets_stay_different(one: str, other: str) -> None:
    assert urls.match_key(one) != urls.match_key(other)


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("blog.example.co.uk", "example.co.uk"),
        ("a.github.io", "a.github.io"),
        ("www.example.com", "example.com"),
        ("127.0.0.1:8801", "127.0.0.1:8801"),
        ("localhost:80", "localhost"),
    ],
)
def test_registrable_domains(host: str, domain: str) -> None:
    assert urls.registrable_domain(host) == domain


def test_lenient_parsing_takes_what_people_type() -> None:
    typed = {
        "example.com": "https://example.com/",
        " 'http://example.com/x' ": "http://example.com/x",
        "//example.com/x": "https://example.com/x",
        "example.com:8080/x": "https://example.com:8080/x",
    }
    assert {text: parsed.href for text in typed if (parsed := urls.parse_lenient(text))} == typed


def test_paths_for_people_and_back() -> None:
    assert urls.decode_path("/caf%C3%A9/%20x") == "/café/ x"
    assert urls.encode_path("/café/ x") == "/caf%C3%A9/%20x"
