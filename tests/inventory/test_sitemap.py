"""One sitemap, whole, broken or hostile."""

import gzip
import time
import tracemalloc
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkreclaim.inventory.sitemap import MAX_SITEMAP_BYTES, SitemapDoc, parse_sitemap

A, B = "https://example.org/a", "https://example.org/b"
NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
URLSET = f"""<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="{NAMESPACE}" xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
 <url><loc> {A}?x=1&amp;y=2
 </loc><lastmod>2026-01-01</lastmod><image:image><image:loc>https://example.org/a.png</image:loc></image:image></url>
 <url><loc><![CDATA[{B}]]></loc></url>
</urlset>"""

READ = {
    "urlset": (URLSET.encode(), (A + "?x=1&y=2", B)),
    "UTF-16": (URLSET.replace("UTF-8", "UTF-16").encode("utf-16"), (A + "?x=1&y=2", B)),
    "byte order mark and space before the declaration": (b"\xef\xbb\xbf\n " + URLSET.encode(), (A + "?x=1&y=2", B)),
    "gzip": (gzip.compress(URLSET.encode()), (A + "?x=1&y=2", B)),
    "prefixed": (f"<s:urlset xmlns:s='{NAMESPACE}'><s:url><s:loc>{A}</s:loc></s:url></s:urlset>".encode(), (A,)),
    "no namespace, undeclared prefix": (f"<urlset><url><loc>{A}</loc><x:y/></url></urlset>".encode(), (A,)),
    "latin-1": (
        f"<?xml version='1.0' encoding='iso-8859-1'?><urlset><url><loc>{A}é</loc></url></urlset>".encode("latin-1"),
        (A + "é",),
    ),
    "text": (f"{A}\r\n\n{B}\n".encode(), (A, B)),
    "text with mark": (b"\xef\xbb\xbf" + A.encode(), (A,)),
    "RSS": (
        f"<rss><channel><link>https://example.org/</link><item><link>{A}</link></item></channel></rss>".encode(),
        (A,),
    ),
    "Atom": (
        f"<feed><link href='{B}'/><entry><link rel='edit' href='{B}'/><link href='{A}'/></entry></feed>".encode(),
        (A,),
    ),
    "empty urlset": (b"<urlset/>", ()),
}


@pytest.mark.parametrize(("body", "pages"), READ.values(), ids=READ.keys())
def test_sitemaps_of_all_forms(body: bytes, pages: tuple[str, ...]) -> None:
    assert parse_sitemap(body) == SitemapDoc(pages=pages)


def test_index() -> None:
    entries = "".join(f"<sitemap><loc>{address}</loc></sitemap>" for address in (A + ".xml", "b.xml.gz"))
    body = f"<sitemapindex xmlns='{NAMESPACE}'>{entries}</sitemapindex>"
    assert parse_sitemap(body.encode()) == SitemapDoc(sitemaps=(A + ".xml", "b.xml.gz"))


BROKEN = {
    "cut off": (URLSET[:-120].encode(), "broken XML", (A + "?x=1&y=2",)),
    "wrong end tag": (f"<urlset><url><loc>{A}</loc></url></oops>".encode(), "broken XML", (A,)),
    "bare ampersand": (
        f"<urlset><url><loc>{A}?x=1&y=2</loc></url><url><loc>{B}</loc></url></urlset>".encode(),
        "`&amp;`",
        (A + "?x=1&y=2", B),
    ),
    "broken UTF-8": (f"<urlset><url><loc>{A}</loc></url>".encode() + b"\xff</urlset>", "broken XML", (A,)),
    "gzip cut off": (gzip.compress(URLSET.encode(), 0)[:-60], "cut off", (A + "?x=1&y=2",)),
    "gzip damaged": (b"\x1f\x8b\x08\x00garbage and more", "gzip", ()),
    "HTML": (b"<!DOCTYPE html><html><body>Not found</body></html>", "HTML page", ()),
    "other XML": (b"<svg/>", "neither a sitemap nor a feed", ()),
    "unknown encoding": (b"<?xml version='1.0' encoding='x-none'?><urlset/>", "x-none", ()),
    "nothing": (b"  ", "empty", ()),
    "text with other lines": (f"hello\n{A}".encode(), "line 1: no URL", (A,)),
    "deep": (b"<a>" * 2_000_000, "nested", ()),
}


@pytest.mark.parametrize(("body", "problem", "pages"), BROKEN.values(), ids=BROKEN.keys())
def test_broken_sitemaps_keep_what_was_read(body: bytes, problem: str, pages: tuple[str, ...]) -> None:
    document = parse_sitemap(body)
    assert document.pages == pages
    assert problem in " ".join(document.problems)


def test_lines_that_are_no_addresses_are_told_of_a_few_times_only() -> None:
    body = b"x\n" * 1_000_000
    tracemalloc.start()
    try:
        problems = parse_sitemap(body).problems
        peak_bytes = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert len(problems) == 20
    assert peak_bytes < 10 * len(body)


def test_entities_are_refused() -> None:
    laughs = "".join(f"<!ENTITY l{n} '{f'&l{n - 1};' * 10}'>" for n in range(1, 10))
    for declared in (
        f"<!ENTITY l0 'ha'>{laughs}",
        "<!ENTITY x SYSTEM 'file:///etc/passwd'>",
        "<!ENTITY % p SYSTEM 'http://x/'>",
    ):
        body = f"<!DOCTYPE urlset [{declared}]><urlset><url><loc>{A}</loc></url><url><loc>&l9;&x;</loc></url></urlset>"
        document = parse_sitemap(body.encode())
        assert document.pages == ()
        assert "refused" in document.problems[0]


def test_a_gzip_bomb_is_unpacked_to_the_limit_only() -> None:
    packer = zlib.compressobj(9, wbits=31)
    bomb = packer.compress(f"<urlset><url><loc>{A}</loc></url>".encode())
    bomb += (
        b"".join(packer.compress(b" " * 1_000_000) for _ in range(2 * MAX_SITEMAP_BYTES // 1_000_000)) + packer.flush()
    )
    assert len(bomb) < 200_000
    started = time.process_time()
    document = parse_sitemap(bomb)
    assert time.process_time() - started < 5
    assert document.pages == (A,)
    assert "50 MB" in document.problems[0]


@given(
    st.one_of(
        st.binary(max_size=500),
        st.text(max_size=300).map(lambda text: f"<urlset><url><loc>{text}".encode("utf-8", "replace")),
    )
)
@settings(max_examples=300)
def test_any_bytes_give_a_document(body: bytes) -> None:
    for document in (parse_sitemap(body), parse_sitemap(gzip.compress(body)), parse_sitemap(b"<" + body)):
        assert len(document.problems) <= 20


@given(st.lists(st.text(st.characters(codec="ascii", min_codepoint=33), min_size=1, max_size=30), max_size=20))
def test_what_is_written_is_read(paths: list[str]) -> None:
    addresses = tuple("https://example.org/" + path for path in paths)
    escaped = (a.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") for a in addresses)
    body = "<urlset>" + "".join(f"<url><loc>{a}</loc></url>" for a in escaped) + "</urlset>"
    assert parse_sitemap(body.encode()) == SitemapDoc(pages=addresses)
