"""Documents that are easy to read wrongly: their links, and where those stand."""

import time

import pytest
from tests.html.pages import links_of, url
from tests.html.tricky import DOCUMENTS, UTF8, Document

from linkreclaim.html import PageLinks, find_links
from linkreclaim.model.links import Place, Rel

AT = "http://site.example/p/n"
LINK = "<a href=/a>x</a>"


def read(document: Document) -> PageLinks:
    return find_links(
        document.html.encode(document.codec, "surrogateescape"), document.content_type, url(AT), lambda _: True
    )


@pytest.mark.parametrize("document", DOCUMENTS.values(), ids=DOCUMENTS.keys())
def test_links_of(document: Document) -> None:
    links = [link.target_url.removeprefix("http://site.example") for link in read(document).links]
    assert links == document.links.split()


@pytest.mark.parametrize(
    ("html", "places"),
    [
        (f"<noscript>{LINK}</noscript>", [Place.NOSCRIPT]),
        (f"<head><noscript>{LINK}</noscript></head>{LINK}", [Place.NOSCRIPT, Place.CONTENT]),
        (f"<nav>{LINK}<noscript>{LINK}</noscript></nav>{LINK}", [Place.CHROME, Place.NOSCRIPT, Place.CONTENT]),
        (f"<nav><svg>{LINK}</svg></nav><svg>{LINK}</svg>", [Place.CHROME, Place.CONTENT]),
        ("<footer><map><area href=/a></map></footer>", [Place.CHROME]),
        (f"<table><nav>{LINK}</nav><tr><td>{LINK}</table>", [Place.CHROME, Place.CONTENT]),
    ],
)
def test_place(html: str, places: list[Place]) -> None:
    assert [link.place for link in read(Document(html, "")).links] == places


@pytest.mark.parametrize(
    ("html", "anchor", "context"),
    [
        ("<p>before <noscript>in <a href=/a>x <b>y</b></a> it</noscript> after", "x y", "in it"),
        ("<p>before <svg><a href=/a><text>t</text></a></svg> after", "t", "before after"),
        ("<noscript><a href=/a><img alt='a shoe'></a></noscript>", "a shoe", ""),
        ("<table>x <a href=/a>y</a> z<tr><td>cell</table>", "y", "x z"),
    ],
)
def test_words(html: str, anchor: str, context: str) -> None:
    (link,) = read(Document(html, "")).links
    assert (link.anchor_text, link.context) == (anchor, context)


@pytest.mark.parametrize(
    ("rel", "expected"),
    [
        ("ugc,nofollow", Rel.UGC | Rel.NOFOLLOW),
        ("UGC , Sponsored", Rel.UGC | Rel.SPONSORED),
        ("nofollow\x0bugc", Rel.NONE),
        ("nofollow\u00a0ugc", Rel.NONE),
        ("ugc;nofollow", Rel.NONE),
        ("no-follow", Rel.NONE),
        ("noopener\n\tnofollow", Rel.NOFOLLOW),
    ],
)
def test_rel(rel: str, expected: Rel) -> None:
    html = f"<a href=/a rel='{rel}'>x</a><noscript><area href=/b rel='{rel}'></noscript><svg><a href=/c rel='{rel}'>"
    assert [link.rel for link in read(Document(html, "")).links] == [expected] * 3


@pytest.mark.parametrize(
    ("html", "needs_script"),
    [
        ("<div id=root></div><script src=/app.js></script>", True),
        (
            f"<noscript>Enable JavaScript, please: {LINK}</noscript><div id=app></div><script src=/app.js></script>",
            True,
        ),
        (f"<div id=root>{LINK}</div><script src=/app.js></script>", False),
        ("<div id=root></div>", False),
        ("<p>A page that has words of its own, and no link at all.</p><script src=/app.js></script>", False),
        ("<a href=mailto:me@site.example></a><div id=root></div><script src=/app.js></script>", True),
    ],
)
def test_shells_need_a_script(html: str, needs_script: bool) -> None:
    assert read(Document(html, "")).needs_script is needs_script


def test_a_broken_base_is_none() -> None:
    """As the HTML Standard has it (4.2.3); Chromium then resolves no relative link at all."""
    page = read(Document("<base href='http://[x'><base href=/2/><a href=d>x</a>", ""))
    assert [link.target_url for link in page.links] == ["http://site.example/p/d"]


def test_noscript_links_are_counted() -> None:
    page = links_of("<noscript><a href=/x>1</a><a href=https://other.example>2</a></noscript><a href=/x>3</a>")
    assert (page.internal_links, page.external_links) == (1, 1)


def test_what_noscript_says_of_the_page_is_not_said() -> None:
    html = "<noscript><base href=/b/><meta name=robots content=nofollow><iframe></noscript><a href=c>x</a>"
    page = read(Document(html, ""))
    assert [(link.target_url, link.rel) for link in page.links] == [("http://site.example/p/c", Rel.NONE)]


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 100_000 + LINK,
        "<svg>" + "<g>" * 20_000 + "<a href=/a></a>" * 20_000,
        "<noscript><b 1><a href=/a>x</noscript>" * 50_000,
        ("<noscript>" + "".join(f"<b {n}>" for n in range(1_500)) + "<a href=/a></noscript>") * 100,
        "".join(f"<a href='/{n}'>x</a> " for n in range(100_000)),
    ],
    ids=["100,000 deep", "deep drawing", "50,000 noscripts", "noscripts made to hurt", "100,000 links"],
)
def test_large_pages_are_read_in_bounded_time(html: str) -> None:
    started = time.process_time()
    find_links(html.encode(), UTF8, url(AT), lambda target: target.path == "/a")
    assert time.process_time() - started < 10
