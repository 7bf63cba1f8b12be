"""Which links a page has, as a browser would say."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.html.pages import links_of, url, wanted

from linkreclaim.html import find_links
from linkreclaim.model.links import Place, Rel

T = "https://shop.example"

FOUND = {
    "absolute": (f"<a href='{T}/a'>x</a>", ["/a"]),
    "http, www and another port are seen as they are written": (
        "<a href=http://www.shop.example/a>x</a>",
        ["http://www.shop.example/a"],
    ),
    "scheme-relative": ("<a href=//shop.example/a>x</a>", ["/a"]),
    "upper-case tag, attribute and host": ("<A HREF='HTTPS://SHOP.EXAMPLE/A'>x</A>", ["/A"]),
    "unquoted": (f"<a href={T}/a?b=c>x</a>", ["/a?b=c"]),
    "spaces around": (f"<a href='  {T}/a  '>x</a>", ["/a"]),
    "newline and tab inside": (f"<a href='{T}/a\n\t b/\r\nc'>x</a>", ["/a%20b/c"]),
    "space inside": (f"<a href='{T}/a b'>x</a>", ["/a%20b"]),
    "backslashes": (r"<a href='https:\\shop.example\a\b'>x</a>", ["/a/b"]),
    "named entity": (f"<a href='{T}/?a=1&amp;b=2'>x</a>", ["/?a=1&b=2"]),
    "bare ampersand": (f"<a href='{T}/?a=1&b=2'>x</a>", ["/?a=1&b=2"]),
    "entity without semicolon before a letter stays": (f"<a href='{T}/?a=1&copy=2'>x</a>", ["/?a=1&copy=2"]),
    "numeric entities": ("<a href='https&#58;//shop&#x2e;example/a'>x</a>", ["/a"]),
    "umlaut": (f"<a href='{T}/größe'>x</a>", ["/gr%C3%B6%C3%9Fe"]),
    "fragment kept": (f"<a href='{T}/a#part'>x</a>", ["/a#part"]),
    "dot segments": (f"<a href='{T}/a/../b/./c'>x</a>", ["/b/c"]),
    "area": (f"<map><area href='{T}/a' alt=x></map>", ["/a"]),
    "base": (f"<base href='{T}/dir/x.html'><a href=a>x</a><a href=/b>y</a>", ["/dir/a", "/b"]),
    "relative base": ("<base href=//shop.example/><a href=a>x</a>", ["/a"]),
    "the first base counts": (f"<base href='{T}/1/'><base href='{T}/2/'><a href=a>x</a>", ["/1/a"]),
    "base without href is none": (f"<base target=_top><base href='{T}/2/'><a href=a>x</a>", ["/2/a"]),
    "base after the link": (f"<a href=a>x</a><base href='{T}/'>", ["/a"]),
    "base of a scheme that no page has": (f"<base href='javascript:1'><a href='{T}/a'>x</a>", ["/a"]),
    "link closed by the next link": (f"<a href='{T}/a'>x<a href='{T}/b'>y", ["/a", "/b"]),
    "unclosed quote up to the next": (f"<a href='{T}/a>x</a><p class='>", ["/a%3Ex%3C/a%3E%3Cp%20class="]),
    "doubled attribute: the first counts": (f"<a href='{T}/a' href='{T}/b'>x</a>", ["/a"]),
    "no space between attributes": (f"<a class='x'href='{T}/a'>x</a>", ["/a"]),
    "slashes in the tag": (f"<a/href='{T}/a'/>x</a>", ["/a"]),
    "never closed": (f"<a href='{T}/a'>x", ["/a"]),
    "cut inside a tag": (f"<a href='{T}/a'>x</a><a href='{T}/b", ["/a"]),
    "in a table": (f"<table><tr><td><a href='{T}/a'>x</a></table>", ["/a"]),
    "misplaced in a table": (f"<table><a href='{T}/a'>x</a><tr><td>y</table>", ["/a"]),
    "in svg": (f"<svg><a href='{T}/a'><text>x</text></a></svg>", ["/a"]),
    "in a hidden box": (f"<div hidden><a href='{T}/a'>x</a></div>", ["/a"]),
    "in an object's fallback": (f"<object><a href='{T}/a'>x</a></object>", ["/a"]),
    "the same twice": (f"<a href='{T}/a'>x</a><a href='{T}/a'>y</a>", ["/a", "/a"]),
    "NUL in the page": (f"<p>\0</p><a href='{T}/a'>x</a>", ["/a"]),
    "XHTML": (
        f"<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'><body><a href='{T}/a'/></body>",
        ["/a"],
    ),
    "after a script with a tag in a string": (f"<script>var x = '<a href=/no>';</script><a href='{T}/a'>x</a>", ["/a"]),
    "after a conditional comment": (f"<!--[if IE]><p><![endif]--><a href='{T}/a'>x</a>", ["/a"]),
    "noscript closed in the head": (f"<head><noscript><img src=x></noscript></head><a href='{T}/a'>x</a>", ["/a"]),
    "user name in the address": ("<a href='https://me:pw@shop.example/a'>x</a>", ["https://me:pw@shop.example/a"]),
}

NOT_FOUND = {
    "comment": f"<!-- <a href='{T}/a'>x</a> -->",
    "comment that never ends": f"<!-- <a href='{T}/a'>x</a>",
    "script": f"<script>document.write(\"<a href='{T}/a'>x</a>\")</script>",
    "style": f"<style><a href='{T}/a'>x</a></style>",
    "template": f"<template><a href='{T}/a'>x</a></template>",
    "textarea": f"<textarea><a href='{T}/a'>x</a></textarea>",
    "title": f"<title><a href='{T}/a'>x</a></title>",
    "iframe content": f"<iframe><a href='{T}/a'>x</a></iframe>",
    "frame": f"<frameset><frame src='{T}/a'><noframes><a href='{T}/a'>x</a></noframes></frameset>",
    "iframe address": f"<iframe src='{T}/a'></iframe>",
    "escaped text": f"&lt;a href='{T}/a'&gt;x&lt;/a&gt;",
    "CDATA is a comment in HTML": f"<![CDATA[<a href='{T}/a'>]]>",
    "link element": f"<link rel=stylesheet href='{T}/a.css'>",
    "image": f"<img src='{T}/a.png'>",
    "form": f"<form action='{T}/a'></form>",
    "data attribute": f"<a data-href='{T}/a'>x</a>",
    "anchor without address": "<a name=shop.example>x</a>",
    "mail": "<a href='mailto:a@shop.example'>x</a>",
    "script address": f"<a href='javascript:location=\"{T}/a\"'>x</a>",
    "another host that ends alike": "<a href='https://notshop.example/a'>x</a>",
    "another host behind a user name": "<a href='https://shop.example@other.example/a'>x</a>",
    "broken host": "<a href='https://shop example/a'>x</a>",
    "port out of range": "<a href='https://shop.example:99999/a'>x</a>",
    "longer than any server takes": f"<a href='{T}/{'a' * 9000}'>x</a>",
}


@pytest.mark.parametrize(("html", "expected"), FOUND.values(), ids=FOUND.keys())
def test_links_that_are_there(html: str, expected: list[str]) -> None:
    found = [link.target_url for link in links_of(html).links]
    assert found == [target if "://" in target else T + target for target in expected]


@pytest.mark.parametrize("html", NOT_FOUND.values(), ids=NOT_FOUND.keys())
def test_links_that_are_none(html: str) -> None:
    page = links_of(html)
    assert page.links == ()


@pytest.mark.parametrize(
    ("html", "anchor"),
    [
        ("<a href=//shop.example/>plain</a>", "plain"),
        ("<a href=//shop.example/>  two \n lines&nbsp;here </a>", "two lines here"),
        ("<a href=//shop.example/>A <b>bo</b>ld word</a>", "A bold word"),
        ("<a href=//shop.example/><h3>Card</h3><p>text</p></a>", "Card text"),
        ("<a href=//shop.example/>one<br>two</a>", "one two"),
        ("<a href=//shop.example/>caf&eacute; &lt;3</a>", "café <3"),
        ("<a href=//shop.example/><img src=x alt='A red  shoe'></a>", "A red shoe"),
        ("<a href=//shop.example/><img src=x alt='pic'> Shoes</a>", "Shoes"),
        ("<a href=//shop.example/><picture><img alt=deep></picture></a>", "deep"),
        ("<a href=//shop.example/><img alt=''></a>", ""),
        ("<a href=//shop.example/ title=tip><i class=icon></i></a>", "tip"),
        ("<a href=//shop.example/ aria-label=Home><svg><title>x</title></svg></a>", "Home"),
        ("<a href=//shop.example/>x<script>var y</script><style>z</style></a>", "x"),
        ("<a href=//shop.example/>soft&shy;hyphen &#8203;&#27;[31m</a>", "softhyphen [31m"),
        ("<map><area href=//shop.example/ alt=Region></map>", "Region"),
        ("<a href=//shop.example/></a>", ""),
    ],
)
def test_the_words_of_a_link(html: str, anchor: str) -> None:
    (link,) = links_of(html).links
    assert link.anchor_text == anchor


def test_a_long_anchor_is_cut() -> None:
    (link,) = links_of(f"<a href=//shop.example/>{'word ' * 5000}</a>").links
    assert 250 < len(link.anchor_text) <= 300


@pytest.mark.parametrize(
    ("rel", "expected"),
    [
        ("", Rel.NONE),
        ("rel=nofollow", Rel.NOFOLLOW),
        ("rel='NoFollow UGC'", Rel.NOFOLLOW | Rel.UGC),
        ("rel='noopener sponsored noreferrer'", Rel.SPONSORED),
        ("rel='dofollow nofollower'", Rel.NONE),
        ("rel='\n ugc\t'", Rel.UGC),
        ("rel", Rel.NONE),
    ],
)
def test_rel(rel: str, expected: Rel) -> None:
    (link,) = links_of(f"<a {rel} href=//shop.example/>x</a>").links
    assert link.rel == expected


@pytest.mark.parametrize(
    ("meta", "header", "nofollow", "noindex"),
    [
        ("", "", False, False),
        ("<meta name=robots content='noindex, nofollow'>", "", True, True),
        ("<meta name=ROBOTS content=NONE>", "", True, True),
        ("<meta name=googlebot content=nofollow><meta name=robots content=noindex>", "", True, True),
        ("<meta name=bingbot content=nofollow>", "", False, False),
        ("<meta name=robots content='max-snippet:-1, index'>", "", False, False),
        ("", "nofollow", True, False),
        ("", "otherbot: noindex, nofollow", False, False),
        ("", "otherbot: noindex, googlebot: nofollow", True, False),
        ("", "unavailable_after: 25 Jun 2010 15:00:00 PST, noindex", False, True),
        ("<noscript><meta name=robots content=noindex></noscript>", "", False, False),
    ],
)
def test_robots_rules(meta: str, header: str, nofollow: bool, noindex: bool) -> None:
    html = f"<head>{meta}</head><a href='{T}/a' rel=ugc>x</a>".encode()
    page = find_links(html, "text/html", url(), wanted, header)
    assert (page.nofollow_page, page.noindex) == (nofollow, noindex)
    assert page.links[0].rel == (Rel.UGC | Rel.NOFOLLOW if nofollow else Rel.UGC)


LINK = f"<a href='{T}/a'>x</a>"


@pytest.mark.parametrize(
    ("html", "place"),
    [
        (f"<p>{LINK}</p>", Place.CONTENT),
        (f"<main><article><p>{LINK}</article></main>", Place.CONTENT),
        (f"<nav><ul><li>{LINK}</ul></nav>", Place.CHROME),
        (f"<header>{LINK}</header>", Place.CHROME),
        (f"<footer><div><p>{LINK}</div></footer>", Place.CHROME),
        (f"<aside>{LINK}</aside>", Place.CHROME),
        (f"<div role=navigation>{LINK}</div>", Place.CHROME),
        (f"<div class='widget widget_links'>{LINK}</div>", Place.CHROME),
        (f"<div id=sidebar-right>{LINK}</div>", Place.CHROME),
        (f"<ul class=mainMenu>{LINK}</ul>", Place.CHROME),
        (f"<div class=blogroll>{LINK}</div>", Place.CHROME),
        (f"<div id=footer>{LINK}</div>", Place.CHROME),
        (f"<div class=navy>{LINK}</div>", Place.CONTENT),
        (f"<div class='menuhin-concert'>{LINK}</div>", Place.CONTENT),
        (f"<body class='has-sidebar menu-open'><p>{LINK}</p>", Place.CONTENT),
        (f"<div class=content-sidebar-wrap><h1>T</h1><p>{LINK}</p></div>", Place.CONTENT),
        (f"<div class=page-with-sidebar><main>{LINK}</main></div>", Place.CONTENT),
    ],
)
def test_place(html: str, place: Place) -> None:
    (link,) = links_of(html).links
    assert link.place == place


@pytest.mark.parametrize(
    ("html", "context"),
    [
        (f"<p>We like {LINK}, really.</p>", "We like , really."),
        (f"<p>Far.</p><p>Near <em>and {LINK} so</em> on</p><p>Far.</p>", "Near and so on"),
        (f"<ul><li>{LINK}</li><li>other</li></ul>", ""),
        (f"one<br>two {LINK}<br>three", "one two three"),
        (f"<div>before<div>block</div>after {LINK} end</div>", "after end"),
        (f"<p>a <script>code</script>b {LINK}</p>", "a b"),
    ],
)
def test_the_words_around_a_link(html: str, context: str) -> None:
    (link,) = links_of(html).links
    assert link.context == context


def test_context_is_cut_on_both_sides() -> None:
    (link,) = links_of(f"<p>{'left ' * 900}{LINK}{' right' * 900}</p>").links
    assert link.context.startswith(("left", "eft", "ft", "t "))
    assert link.context.endswith(("right", "righ", "rig", "ri", "r"))
    assert 140 <= len(link.context) <= 151


def test_counts_cover_all_links_and_are_of_distinct_pages() -> None:
    page = links_of(
        "<title>A page</title><link rel=canonical href=/one>"
        "<a href=/x>1</a><a href=/x#part>2</a><a href=https://www.example.org/y>3</a><a href=#top>4</a><a href=''>5</a>"
        "<a href=https://other.example/>6</a><a href=https://other.example>7</a><a href=https://a.github.io/>8</a>"
        "<a href=https://b.github.io/>9</a><a href='mailto:x@y.example'>10</a>" + LINK
    )
    assert (page.internal_links, page.external_links, len(page.links)) == (2, 4, 1)
    assert (page.title, page.canonical) == ("A page", "https://blog.example.org/one")
    assert page.base == "https://blog.example.org/posts/one.html"


def test_ports_of_an_address_are_sites_of_their_own() -> None:
    page = links_of("<a href=http://127.0.0.1:8001/>a</a><a href=/b>b</a>", page="http://127.0.0.1:8002/")
    assert (page.internal_links, page.external_links) == (1, 1)


@pytest.mark.parametrize("codec", ["windows-1252", "utf-16", "iso-8859-15", "utf-8-sig"])
def test_links_in_other_encodings(codec: str) -> None:
    body = f"<a href='{T}/é'>Café</a>".encode(codec)
    page = find_links(body, f"text/html; charset={codec.removesuffix('-sig')}", url(), wanted)
    assert [(link.target_url, link.anchor_text) for link in page.links] == [(f"{T}/%C3%A9", "Café")]


def test_a_page_of_five_megabytes() -> None:
    items = (f"<li><a href='/page/{n}'>Some text here</a> and <b>more</b> of it</li>\n" for n in range(75_000))
    body = "".join(["<ul>", *items, f"</ul><p>{LINK}</p>"]).encode()
    assert len(body) > 5_000_000
    started = time.process_time()
    page = find_links(body, "text/html", url(), wanted)
    assert time.process_time() - started < 5  # 0.9 s on the machine this was written on
    assert (page.internal_links, len(page.links)) == (75_000, 1)


def test_a_page_of_nothing_but_links_into_the_site_is_cut() -> None:
    assert len(links_of(LINK * 6_000).links) == 5_000


PIECES = st.sampled_from(
    [
        "<a href=//shop.example/x>",
        "</a>",
        "<base href='//b.example/'>",
        "<p>",
        "<div>",
        "<table>",
        "<svg>",
        "<b>",
        "</b>",
        "<nav>",
        "text ",
        "<!--",
        "-->",
        "<script>",
        "</script>",
        "<template>",
        "&amp",
        "\x00",
        "'",
        '"',
        "<",
        ">",
        "<select>",
    ]
)


@given(st.one_of(st.binary(max_size=2_000), st.lists(PIECES, max_size=60).map(lambda parts: "".join(parts).encode())))
@settings(max_examples=300, deadline=None)
def test_any_bytes_give_an_answer(body: bytes) -> None:
    page = find_links(body, "text/html", url(), lambda target: True)
    assert all(link.target_url.startswith(("http://", "https://")) for link in page.links)
    assert page.external_links + page.internal_links <= len(page.links)
