"""What a page says of itself."""

import json
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.conftest import RequireProgram
from tests.html.pages import PAGE, url

from linkreclaim.html import find_links, fold, page_facts
from linkreclaim.model.verdicts import PageFacts


def facts_of(html: str, x_robots_tag: str = "") -> PageFacts:
    return page_facts(html.encode(), "text/html; charset=utf-8", url(), x_robots_tag)


ARTICLE = """<!doctype html><html lang=en-GB><head><title> The  title &amp; more</title>
<meta name=Description content=" What it  is about "><link rel="alternate canonical" href="../one">
<noscript><meta http-equiv=refresh content="0;url=/nojs"></noscript><style>p { color: red }</style></head>
<body><header><a href=/>Brand</a></header><nav><ul><li>Home<li>Shop</ul></nav>
<main><h1>Big <em>news</em></h1><p>First paragraph of the<br>story.</p><script>var hidden = 1</script>
<h2>Part two</h2><p hidden>Not shown</p><p style="Display: None">Nor this</p><p>Second.</p>
<template><p>Later</p></template><select><option>Albania</select></main>
<aside>See also</aside><footer>Imprint</footer></body></html>"""


def test_an_article() -> None:
    facts = facts_of(ARTICLE)
    assert facts.title == "The title & more"
    assert facts.description == "What it is about"
    assert facts.headings == ("Big news", "Part two")
    assert facts.text == "Big news First paragraph of the story. Part two Second."
    assert facts.lang == "en-GB"
    assert facts.canonical == "https://blog.example.org/one"
    assert facts.blocks == (
        *("Brand", "Home", "Shop", "Big news", "First paragraph of the story.", "Part two", "Second.", "See also"),
        "Imprint",
    )
    assert (facts.noindex, facts.meta_refresh, facts.script_only) == (False, "", False)


def test_main_is_preferred_only_where_most_text_stands() -> None:
    assert facts_of("<article>Teaser</article><div>" + "The whole story. " * 9 + "</div>").text.startswith("Teaser The")
    assert facts_of("<div>Short</div><article>" + "The whole story. " * 9 + "</article>").text.startswith("The whole")


def test_a_page_that_is_all_chrome_keeps_its_text() -> None:
    assert facts_of("<header><h1>We are closed</h1></header><footer>Bye</footer>").text == "We are closed Bye"


def test_text_of_old_markup_without_landmarks() -> None:
    facts = facts_of("<div id=menu>Home About</div><div id=content>Words</div><div class=footer>Imprint</div>")
    assert facts.text == "Words"


def test_limits() -> None:
    facts = facts_of("<h1>" + "long " * 500 + "</h1>" + "<h2>h</h2><p>" * 600 + "word " * 9_000)
    assert len(facts.headings) == 25
    assert max(map(len, facts.headings)) <= 300
    assert 3_990 <= len(facts.text) <= 4_000
    assert len(facts.blocks) <= 400
    assert max(map(len, facts.blocks)) <= 200


@pytest.mark.parametrize(
    ("html", "title"),
    [
        ("<title>a</title><title>b</title>", "a"),
        ("<svg><title>drawing</title></svg><title>page</title>", "page"),
        ("<body><p>x<title>late</title>", "late"),
        ("<title>a &lt;b&gt; <b>c</b></title>", "a <b> <b>c</b>"),
        ("<title>never closed", "never closed"),
        ("<title>\x1b]0;evil\x07 \u202eright</title>", "]0;evil right"),
        ("<p>none", ""),
    ],
)
def test_title(html: str, title: str) -> None:
    assert facts_of(html).title == title


@pytest.mark.parametrize(
    ("html", "canonical"),
    [
        ("<link rel=canonical href=/x>", "https://blog.example.org/x"),
        ("<link rel=Canonical href=' //www.example.org/x#part '>", "https://www.example.org/x"),
        ("<link rel=canonical href=''>", ""),
        ("<link rel=canonical href='javascript:1'>", ""),
        ("<base href=https://cdn.example/><link rel=canonical href=x>", "https://cdn.example/x"),
    ],
)
def test_canonical(html: str, canonical: str) -> None:
    assert facts_of(html).canonical == canonical


@pytest.mark.parametrize(
    ("content", "target"),
    [
        ("0; url=/new", "https://blog.example.org/new"),
        ("0;URL='/new'", "https://blog.example.org/new"),
        ('5 ; url = "https://other.example/a b" ', "https://other.example/a%20b"),
        ("0,/new", "https://blog.example.org/new"),
        ("1.5;url=new", "https://blog.example.org/posts/new"),
        ("10;url=/new", "https://blog.example.org/new"),
        ("11;url=/new", ""),
        ("99999999999999999999;url=/new", ""),
        ("0", ""),
        ("0;url=" + PAGE, ""),
        ("0;url=javascript:1", ""),
        ("soon;url=/new", ""),
    ],
)
def test_meta_refresh(content: str, target: str) -> None:
    page = "<meta http-equiv=Refresh content='" + content.replace("'", "&#39;") + "'>"
    assert facts_of(page).meta_refresh == target


@pytest.mark.parametrize(
    ("header", "target"),
    [
        ("0; url=/new", "https://blog.example.org/new"),
        ("60; url=/new", ""),
        ("5", ""),
        ("0;url=" + PAGE, ""),
    ],
)
def test_a_refresh_header_is_read_like_the_meta_element(header: str, target: str) -> None:
    assert page_facts(b"<p>Moved", "text/html", url(), refresh=header).meta_refresh == target


def test_a_field_for_a_password_is_seen() -> None:
    assert facts_of("<form><input name=u><input type=PASSWORD name=p></form>").asks_password
    assert not facts_of("<p>Password <input type=text></p>").asks_password


@pytest.mark.parametrize(
    ("html", "shell"),
    [
        ("<div id=root></div><script src=/app.js></script>", True),
        ("<div id=app>Loading...</div><script type=module src=/app.js></script>", True),
        ("<app-root></app-root><script src=/main.js></script>", True),
        ("<script>location = '/new'</script>", True),
        (
            "<noscript>You need to enable JavaScript to run this app and much more.</noscript><script src=a></script>",
            True,
        ),
        ("<div id=root></div>", False),
        ("<h1>Not found</h1><script src=/stats.js></script>", False),
        ("<div id=__next><h1>404</h1><p>No such page.</p></div><script src=/x.js></script>", False),
        ("<p>Gone</p><script src=/stats.js></script>", False),
        ("<div id=root>" + "A rendered page. " * 9 + "</div><script src=/app.js></script>", False),
        ("<div id=root></div><script type='application/ld+json'>{}</script>", False),
    ],
)
def test_app_shells(html: str, shell: bool) -> None:
    assert facts_of(html).script_only is shell


def test_robots_header() -> None:
    assert facts_of("<p>x", "noindex").noindex
    assert facts_of("<meta name=googlebot content=none>").noindex
    assert not facts_of("<meta name=robots content=index>", "otherbot: noindex").noindex


def test_blocks_keep_words_apart_and_letters_together() -> None:
    facts = facts_of("<table><tr><td>a<td>b</table><ul><li>c<li>d</ul><p>J<b>ohn</b></p><x-card>e</x-card><x-card>f")
    assert facts.blocks == ("a", "b", "c", "d", "John", "e", "f")


@pytest.mark.parametrize("body", [b"", b"\0", b"\xff\xfe", b"<", b"%PDF-1.7\n\x93\x8c\x8b\x9e", b"\x1f\x8b\x08\x00"])
def test_what_is_no_page(body: bytes) -> None:
    facts = page_facts(body, "text/html", url())
    assert (facts.title, facts.headings, facts.canonical) == ("", (), "")


@given(st.text(max_size=300), st.integers(1, 50))
def test_folded_text_is_one_clean_line(text: str, limit: int) -> None:
    folded = fold(text, limit)
    assert len(folded) <= limit
    assert folded == " ".join(folded.split())
    assert not any(character < " " or "\x7f" <= character < "\xa0" for character in folded)


@given(st.binary(max_size=3_000), st.text(max_size=100))
@settings(max_examples=300, deadline=None)
def test_any_bytes_give_facts(body: bytes, header: str) -> None:
    for page in (body, b"<!doctype html><title>" + body, b"<p " + body + b"<main><h1>" + body):
        facts = page_facts(page, header, url(), header)
        assert len(facts.text) <= 4_000


def test_real_pages(shared_dir: Path, require_program: RequireProgram) -> None:
    """300 labelled real pages: none fails, and what is read fits their labels."""
    corpus = shared_dir / "bench" / "soft404" / "soft404_dev.jsonl.zst"
    if not corpus.is_file():
        pytest.skip(f"no {corpus}")
    lines = subprocess.run(
        [require_program("zstd"), "-dcq", corpus], capture_output=True, check=True
    ).stdout.splitlines()
    rows = [row for line in lines[::8] if (row := json.loads(line))["provenance"] == "page"][:300]
    facts = [(row["label"], page_facts(row["html"].encode(), "text/html", url())) for row in rows]
    links = [find_links(row["html"].encode(), "text/html", url(), lambda target: True) for row in rows]
    normal = [fact for label, fact in facts if label == "ok"]
    assert len(rows) == 300
    assert sum(bool(fact.text) for fact in normal) > 0.98 * len(normal)
    assert sum(bool(fact.title) for fact in normal) > 0.9 * len(normal)
    assert sum(fact.script_only for label, fact in facts if label != "empty") <= 2
    assert sum(len(page.links) for page in links) > 5_000
