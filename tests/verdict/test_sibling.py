"""The random sibling stands where its model stands, and is never the same address."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.verdict.lab import TOKEN, url

from linkreclaim.urls import parse
from linkreclaim.verdict import sibling_group, sibling_url


@pytest.mark.parametrize(
    ("asked", "pattern"),
    [
        ("https://e.com/blog/red-shoes.html", r"https://e\.com/blog/[a-z]{3}-[a-z]{5}\.html"),
        ("https://e.com/blog/Red_Shoes/", r"https://e\.com/blog/[A-Z][a-z]{2}_[A-Z][a-z]{4}/"),
        ("https://e.com/2019/post12.php", r"https://e\.com/2019/[a-z]{4}\d{2}[a-z]{2}\.php"),
        ("https://e.com/item/4711", r"https://e\.com/item/9\d{8}"),
        ("https://e.com/a", r"https://e\.com/[a-z]{8}"),
        ("https://e.com/page?id=42&lang=en", r"https://e\.com/page\?id=9\d{8}&lang=[a-z]{8}"),
        ("https://e.com/page?utm_source=x", r"https://e\.com/[a-z]{8}"),
        ("https://e.com:8443/x/y.pdf", r"https://e\.com:8443/x/[a-z]{8}\.pdf"),
    ],
)
def test_shape_of_the_sibling(asked: str, pattern: str) -> None:
    assert re.fullmatch(pattern, sibling_url(url(asked), TOKEN).href)


def test_one_group_serves_a_folder_and_extension() -> None:
    def group(text: str) -> str:
        return sibling_group(url(text))

    assert group("https://e.com/blog/a.html") == group("https://e.com/blog/b.html")
    assert group("https://e.com/blog/a") != group("https://e.com/blog/a/")
    assert group("https://e.com/blog/a.html") != group("https://e.com/blog/a")
    assert group("https://e.com/blog/a") != group("https://e.com/shop/a")
    assert group("https://e.com/p?id=1&x=2") == group("https://e.com/p?x=9&id=3")
    assert group("https://e.com/p?id=1") != group("https://e.com/p?page=1")
    assert group("https://e.com/blog/a") != group("http://e.com/blog/a")


@given(
    path=st.text(st.characters(codec="utf-8", exclude_characters="?#"), max_size=60),
    query=st.none() | st.text(st.characters(codec="utf-8", exclude_characters="#"), max_size=40),
    token=st.text("abcdefghijklmnopqrstuvwxyz", min_size=12, max_size=20),
)
@settings(max_examples=60, deadline=None)
def test_the_sibling_is_another_address_of_the_same_group(path: str, query: str | None, token: str) -> None:
    asked = parse("https://example.com/" + path + ("" if query is None else "?" + query))
    assert asked is not None
    sibling = sibling_url(asked, token)
    assert sibling.host == asked.host
    assert sibling.path.count("/") == asked.path.count("/")
    assert asked.key != sibling.key
    assert sibling_group(sibling) == sibling_group(asked)
