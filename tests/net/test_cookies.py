"""Cookies of one chain."""

from hypothesis import given
from hypothesis import strategies as st

from linkreclaim.net import Response
from linkreclaim.net.cookies import MAX_COOKIES, ChainCookies
from linkreclaim.urls import Url, parse


def url(text: str) -> Url:
    parsed = parse(text)
    assert parsed is not None
    return parsed


def sent(*fields: str, to: str = "https://a.example/", set_by: str = "https://a.example/") -> str:
    cookies = ChainCookies()
    cookies.take(url(set_by), Response(200, tuple(("set-cookie", field) for field in fields)))
    return cookies.header_for(url(to))


def test_a_cookie_goes_back_to_its_host() -> None:
    assert sent("a=1; Path=/; HttpOnly", "b=x y", "a=2") == "a=2; b=x y"


def test_and_to_no_other() -> None:
    assert sent("a=1; Domain=example", to="https://b.example/") == ""
    assert sent("a=1", to="https://a.example:8443/") == ""
    assert sent("a=1", to="https://sub.a.example/") == ""


def test_a_secure_cookie_stays_off_plain_http() -> None:
    assert sent("a=1; Secure", "b=2", to="http://a.example/") == "b=2"
    assert sent("a=1; Secure", "b=2") == "a=1; b=2"


def test_malformed_and_huge_ones_are_left_out() -> None:
    assert sent("", "=x", "novalue", "a\x00=1", "b=1\x0b2", "c=" + "x" * 5000, "ok=") == "ok="
    assert len(sent(*(f"c{n}=1" for n in range(500))).split("; ")) == MAX_COOKIES


@given(st.text())
def test_no_cookie_can_break_out_of_its_header(text: str) -> None:
    assert not set(sent(text)) & set("\0\r\n")
