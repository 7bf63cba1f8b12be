"""Records of old systems: WordPress, shops, crawls, lists; broken and hostile ones too."""

import csv
import gzip
import io
import tracemalloc
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.inventory.written import SITE, Write, origin

from linkreclaim.errors import InputError, UnknownFormatError
from linkreclaim.html import page_facts, page_id
from linkreclaim.inventory.old_pages import read_old_pages
from linkreclaim.model.links import RowProblem
from linkreclaim.model.pages import Capture


def captures(path: Path) -> list[Capture]:
    return [row for row in read_old_pages(path, origin()) if isinstance(row, Capture)]


def problems(path: Path) -> list[RowProblem]:
    return [row for row in read_old_pages(path, origin()) if isinstance(row, RowProblem)]


def paths(path: Path) -> list[str]:
    return [capture.url.removeprefix(SITE) for capture in captures(path)]


def table(*rows: Sequence[str], delimiter: str = ",") -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue()


HEAD = f"""<?xml version="1.0" encoding="UTF-8" ?>
<!-- This is a WordPress eXtended RSS file -->
<!-- generator="WordPress/6.6" created="2025-11-01 12:00" -->
<rss version="2.0"
	xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"
	xmlns:content="http://purl.org/rss/1.0/modules/content/"
	xmlns:wp="http://wordpress.org/export/1.2/"
>
<channel>
	<title>Example</title><link>{SITE}</link><language>de-DE</language>
	<wp:wxr_version>1.2</wp:wxr_version>
	<wp:base_site_url>{SITE}</wp:base_site_url><wp:base_blog_url>{SITE}</wp:base_blog_url>
	<wp:author><wp:author_id>1</wp:author_id><wp:author_login><![CDATA[me]]></wp:author_login></wp:author>
"""
END = "</channel>\n</rss>\n"


def item(number: int, path: str, title: str = "A title", body: str = "<p>Text</p>", **more: str) -> str:
    """One post as WordPress writes it."""
    slug = path.rstrip("/").rpartition("/")[2]
    return f"""	<item>
		<title><![CDATA[{title}]]></title>
		<link>{SITE}{path}</link>
		<content:encoded><![CDATA[{body}]]></content:encoded>
		<excerpt:encoded><![CDATA[{more.get("excerpt", "")}]]></excerpt:encoded>
		<wp:post_id>{number}</wp:post_id>
		<wp:post_name><![CDATA[{slug}]]></wp:post_name>
		<wp:status><![CDATA[{more.get("status", "publish")}]]></wp:status>
		<wp:post_type><![CDATA[{more.get("kind", "post")}]]></wp:post_type>
		{more.get("extra", "")}
	</item>
"""


def meta(key: str, value: str) -> str:
    return (
        f"<wp:postmeta><wp:meta_key>{key}</wp:meta_key><wp:meta_value><![CDATA[{value}]]></wp:meta_value></wp:postmeta>"
    )


def test_wordpress_post_under_all_its_addresses(write: Write) -> None:
    body = '<!-- wp:heading --><h2>Zutaten</h2><!-- /wp:heading -->\n<p>Mehl &amp; Wasser [gallery ids="1"]</p>'
    old = (
        meta("_edit_last", "1")
        + meta("_wp_old_slug", "brot")
        + meta("_wp_old_slug", "")
        + meta("_wp_old_slug", "a/../b")
    )
    path = write(HEAD + item(12, "/2013/05/brot-backen/", "Brot &#8211; <em>backen</em>", body, extra=old) + END)
    post, older, odd, short = captures(path)
    assert (post.url, post.title) == (f"{SITE}/2013/05/brot-backen/", "Brot – backen")
    assert (post.text, post.headings, post.lang) == ("Zutaten Mehl & Wasser", ("Zutaten",), "de-DE")
    assert (post.ids, post.origin, post.redirects_to) == (("wp:12",), "any.dat (WordPress)", "")
    assert (older.url, older.title, older.redirects_to) == (f"{SITE}/2013/05/brot/", post.title, post.url)
    assert odd.url.startswith(f"{SITE}/")
    assert (short.url, short.text) == (f"{SITE}/?p=12", post.text)
    assert not problems(path)


def test_wordpress_kinds_of_posts(write: Write) -> None:
    posts = [
        item(1, "/about/", kind="page"),
        item(2, "/?p=2", status="draft"),
        item(3, "/?p=3", status="private"),
        item(4, "/menu/", kind="nav_menu_item"),
        item(
            5,
            "/about/plan/",
            kind="attachment",
            status="inherit",
            extra=f"<wp:attachment_url>{SITE}/f/plan.pdf</wp:attachment_url>",
        ),
        item(6, "/shop/mug/", kind="product", extra=meta("_sku", "MUG-1")),
        item(7, "/en/hi/", extra='<category domain="language" nicename="en"><![CDATA[English]]></category>'),
        item(8, "/?p=8"),
    ]
    found = captures(write(HEAD + "".join(posts) + END))
    told = ["/about/", "/?page_id=1", "/?p=1", "/f/plan.pdf", "/shop/mug/", "/?p=6", "/en/hi/", "/?p=7", "/?p=8"]
    assert [one.url.removeprefix(SITE) for one in found] == told
    assert (found[4].ids, found[6].lang) == (("wp:6", "sku:mug-1"), "en")


def test_wordpress_slugs_in_other_scripts(write: Write) -> None:
    path = write(HEAD + item(3, "/%d0%b1%d0%be%d1%80%d1%89/", extra=meta("_wp_old_slug", "%d1%81%d1%83%d0%bf")) + END)
    assert [one.lower() for one in paths(path)][:2] == ["/%d0%b1%d0%be%d1%80%d1%89/", "/%d1%81%d1%83%d0%bf/"]


def test_wordpress_with_what_xml_forbids(write: Write) -> None:
    text = HEAD + item(1, "/a/", "One\x0b \x00two", "<p>x\x1fy ]]&gt; z</p>") + item(2, "/b/") + END
    odd = text.encode().replace(b"z</p>", b"\xff\xfez</p>").replace(b"<title>Example", b"<title>Ex&nbsp;ample")
    found = captures(write(odd))
    assert [one.url.removeprefix(SITE) for one in found] == ["/a/", "/?p=1", "/b/", "/?p=2"]
    assert found[0].title == "One two"
    assert not problems(write(odd))


@pytest.mark.parametrize(
    "name",
    [
        "hex",
        "zlib",
        "base64",
        "quopri",
        "uu",
        "bz2",
        "rot13",
        "idna",
        "punycode",
        "undefined",
        "utf-16",
        "utf-7",
        "none",
    ],
)
def test_wordpress_that_names_a_charset_it_cannot_have(write: Write, name: str) -> None:
    text = (HEAD + item(1, "/a/", "Größe") + END).replace("UTF-8", name)
    assert captures(write(text))[0].url == f"{SITE}/a/"


def test_a_zip_with_a_damaged_member_says_so(tmp_path: Path) -> None:
    path = tmp_path / "old.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("one.xml", HEAD + "".join(item(n, f"/{n}/") for n in range(500)) + END)
    body = bytearray(path.read_bytes())
    body[len(body) // 2 : len(body) // 2 + 40] = bytes(40)
    path.write_bytes(body)
    with pytest.raises(InputError):
        captures(path)


def test_wordpress_in_an_old_charset(write: Write) -> None:
    text = (HEAD + item(1, "/a/", "Größe") + END).replace("UTF-8", "ISO-8859-1")
    assert captures(write(text.encode("latin-1")))[0].title == "Größe"


def test_wordpress_cut_off_keeps_what_came_before(write: Write) -> None:
    text = HEAD + item(1, "/a/") + item(2, "/b/") + item(3, "/c/")
    path = write(text[: text.index("<wp:post_id>3")])
    assert paths(path) == ["/a/", "/?p=1", "/b/", "/?p=2"]
    (problem,) = problems(path)
    assert problem.line > 40
    assert "broken XML" in problem.reason
    (crossed,) = problems(write(HEAD + item(1, "/a/") + "<item><title></link></item>" + item(2, "/b/") + END))
    assert "mismatched tag" in crossed.reason


def test_wordpress_post_without_an_address_is_reported(write: Write) -> None:
    path = write(HEAD + item(1, "/a/").replace(SITE, "mailto:x@") + item(2, "/b/") + END)
    assert paths(path) == ["/b/", "/?p=2"]
    assert [(one.line, "'1'" in one.reason) for one in problems(path)] == [(14, True)]


BOMB = '<!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>\n'


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (HEAD.replace("<rss", BOMB + "<rss") + item(1, "/a/", "&b;") + END, "refused"),
        (HEAD.replace("<rss", '<!DOCTYPE rss SYSTEM "file:///etc/passwd">\n<rss') + END, "refused"),
        (HEAD + "<item>" * 70, "nested"),
        (HEAD + "<!-- " + "x" * 6_000_000, "does not end"),
    ],
)
def test_hostile_wordpress_is_refused(write: Write, content: str, reason: str) -> None:
    path = write(content)
    assert not captures(path)
    assert [reason in one.reason for one in problems(path)] == [True]


def test_memory_does_not_grow_with_the_export(tmp_path: Path) -> None:
    path = tmp_path / "long.xml"
    with path.open("w", encoding="utf-8") as file:
        file.write(HEAD)
        for number in range(200):
            file.write(item(number, f"/{number}/", body="<p>x</p>", extra=meta("other", "x" * 1_000) * 100))
        file.write(END)
    tracemalloc.start()
    try:
        count = sum(1 for _ in read_old_pages(path, origin()))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert count == 400
    assert peak < path.stat().st_size / 3


SHOPIFY_OLD = [
    "Handle",
    "Title",
    "Body (HTML)",
    "Vendor",
    "Type",
    "Tags",
    "Published",
    "Option1 Name",
    "Variant SKU",
    "Variant Barcode",
]
SHOPIFY_NEW = [
    "Title",
    "URL handle",
    "Description",
    "Vendor",
    "Product category",
    "Type",
    "Tags",
    "Status",
    "SKU",
    "Barcode",
]


def test_shopify(write: Write) -> None:
    path = write(
        table(
            SHOPIFY_OLD,
            [
                "red-cap",
                "Red Cap",
                "<p>A <b>nice</b> cap</p>",
                "Acme",
                "Hats",
                "sun",
                "true",
                "Size",
                "CAP-S",
                "'4006381333931",
            ],
            ["red-cap", "", "", "", "", "", "", "", "CAP-L", ""],
            ["", "", "", "", "", "", "", "", "CAP-XL", ""],
            ["blue-cap", "Blue Cap", "", "Acme", "", "", "false", "", "N/A", ""],
        )
    )
    red, blue = captures(path)
    assert (red.url, red.title, red.text) == (f"{SITE}/products/red-cap", "Red Cap", "A nice cap Hats sun Acme")
    assert red.ids == ("handle:red-cap", "sku:cap-s", "gtin:4006381333931", "sku:cap-l", "sku:cap-xl")
    assert (blue.url, blue.ids, blue.origin) == (f"{SITE}/products/blue-cap", ("handle:blue-cap",), "any.dat (Shopify)")


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_shopify_of_today_in_any_spelling(write: Write, delimiter: str, encoding: str) -> None:
    row = ["Größe", "groesse", "<p>Für alle</p>", "", "", "", "", "Active", "K-1", ""]
    (found,) = captures(write(table(SHOPIFY_NEW, row, delimiter=delimiter).encode(encoding)))
    assert (found.url, found.title, found.text) == (f"{SITE}/products/groesse", "Größe", "Für alle")
    assert found.ids == ("handle:groesse", "sku:k-1")


WOO = ["ID", "Type", "SKU", "GTIN, UPC, EAN, or ISBN", "Name", "Published", "Is featured?", "Visibility in catalog"]
WOO += ["Short description", "Description", "Parent"]


def test_woocommerce(write: Write) -> None:
    path = write(
        table(
            WOO,
            ["7", "variable", "MUG", "", "Big Mug’s Café", "1", "0", "visible", "short", "<p>long</p>", ""],
            ["8", "variation", "MUG-R", "", "Big Mug - red", "1", "0", "visible", "", "", "id:7"],
            ["9", "simple, virtual", "", "", "Course", "-1", "0", "visible", "", "", ""],
            ["10", "variation", "MUG-B", "", "Big Mug - blue", "1", "0", "visible", "", "", "MUG"],
        )
    )
    assert paths(path) == [
        *("/product/big-mugs-cafe/", "/?p=7", "/?post_type=product&p=7"),
        *("/product/course/", "/?p=9", "/?post_type=product&p=9"),
    ]
    mug = captures(path)[0]
    assert (mug.title, mug.text) == ("Big Mug’s Café", "long short")
    assert mug.ids == ("wp:7", "sku:mug", "sku:mug-r", "sku:mug-b")
    (told,) = problems(path)
    assert told.kept
    assert "says no addresses" in told.reason


def test_woocommerce_with_addresses_from_a_plugin(write: Write) -> None:
    path = write(
        table(
            [*WOO, "Permalink"],
            ["7", "simple", "M", "", "Mug", "1", "0", "visible", "", "", "", f"{SITE}/laden/becher/"],
        )
    )
    assert paths(path) == ["/laden/becher/", "/?p=7", "/?post_type=product&p=7"]
    assert not problems(path)


@pytest.mark.parametrize("with_gtin", [False, True])
def test_woocommerce_in_another_language(write: Write, with_gtin: bool) -> None:
    gtin, number = (["GTIN, UPC, EAN oder ISBN"], ["4006381333931"]) if with_gtin else ([], [])
    head = [
        "ID",
        "Typ",
        "Artikelnummer",
        *gtin,
        "Name",
        "Veröffentlicht",
        "Ist hervorgehoben?",
        "Sichtbarkeit im Katalog",
    ]
    row = ["7", "simple", "K-1", *number, "Käppi", "1", "0", "visible", "kurz", "lang", ""]
    found = captures(write(table([*head, "Kurzbeschreibung", "Beschreibung", "Datum"], row)))
    assert [one.url.removeprefix(SITE) for one in found][:3] == ["/product/kappi/", "/product/kaeppi/", "/?p=7"]
    assert (found[0].title, found[0].text) == ("Käppi", "lang kurz")
    assert found[0].ids == ("wp:7", "sku:k-1", *(["gtin:4006381333931"] if with_gtin else []))


def test_magento(write: Write) -> None:
    head = [
        "sku",
        "store_view_code",
        "attribute_set_code",
        "product_type",
        "name",
        "description",
        "short_description",
        "url_key",
    ]
    path = write(
        table(
            head,
            ["A 1", "", "Default", "simple", "Lamp", "<p>Bright</p>", "", "lamp"],
            ["A1", "de", "", "", "", "", "", ""],
        )
    )
    assert [(one.url, one.title, one.ids) for one in captures(path)] == [
        (f"{SITE}/lamp.html", "Lamp", ("sku:a 1", "sku:a1")),
        (f"{SITE}/lamp", "Lamp", ("sku:a 1", "sku:a1")),
    ]


def test_a_product_without_a_handle_is_reported(write: Write) -> None:
    path = write(table(SHOPIFY_OLD, ["", "Lost"], ["\\\\evil.example", "Odd"], ["cap", "Cap"]))
    assert all(one.startswith("/products/") for one in paths(path))
    assert [one.line for one in problems(path)][:1] == [2]


def test_an_earlier_crawl_with_its_redirects(write: Write) -> None:
    path = write(
        table(
            ["Address", "Content Type", "Status Code", "Title 1", "H1-1", "Meta Description 1", "Redirect URL"],
            [f"{SITE}/old", "text/html", "301", "", "", "", f"{SITE}/older"],
            [f"{SITE}/older", "text/html", "302", "", "", "", f"{SITE}/a"],
            [f"{SITE}/a", "text/html", "200", "A", "One", "About", ""],
            [f"{SITE}/x", "text/html", "404", "", "", "", ""],
            [f"{SITE}/l1", "text/html", "301", "", "", "", f"{SITE}/l1"],
        )
    )
    assert [(one.url, one.title, one.text, one.redirects_to) for one in captures(path)] == [
        (f"{SITE}/a", "A", "About", ""),
        (f"{SITE}/old", "A", "About", f"{SITE}/a"),
        (f"{SITE}/older", "A", "About", f"{SITE}/a"),
    ]


def test_page_lists_of_every_form(write: Write) -> None:
    assert captures(
        write('{"url": "/a", "title": "A", "ids": ["SKU:X 1", "wp:7", "no id", "gtin:4 006381-333931", "wp:x"]}\n')
    ) == [Capture(f"{SITE}/a", "A", "", ids=("sku:x 1", "wp:7", "gtin:4006381333931"), origin="any.dat")]
    listed = write(
        "url;title;sku;EAN;post id\n/p/1.html;Mug;AB-12;4 006381-333931;9\n/p/2.html;Cup;n/a;17;\nmailto:x;;;;\n"
    )
    assert [(one.url, one.ids) for one in captures(listed)] == [
        (f"{SITE}/p/1.html", ("sku:ab-12", "gtin:4006381333931", "wp:9")),
        (f"{SITE}/p/2.html", ()),
    ]
    assert [one.line for one in problems(listed)] == [4]
    assert paths(write("<urlset><url><loc>https://www.example.org/s</loc></url></urlset>")) == ["/s"]
    assert paths(write("/x\n/y\n")) == ["/x", "/y"]


def test_ids_are_spelled_as_pages_spell_theirs() -> None:
    told = {"sku": " AB  12 ", "gtin13": "4 006381-333931", "isbn": "978-3-16-148410-0"}
    body = "".join(f'<span itemprop="{name}">{value}</span>' for name, value in told.items())
    found = page_facts(f"<div itemscope>{body}</div>".encode(), "text/html", origin()).ids
    assert set(found) == {page_id(name.removesuffix("13"), value) for name, value in told.items()}


def test_a_part_number_is_an_sku_on_pages_and_in_lists(write: Write) -> None:
    data = '{"@type": "Product", "name": "Mug", "mpn": "MP 7"}'
    page = f'<script type="application/ld+json">{data}</script>'.encode()
    (listed,) = captures(write("url,mpn\n/mug,MP 7\n"))
    assert page_facts(page, "text/html", origin()).ids == listed.ids == ("sku:mp 7",)


def test_packed_files(write: Write, tmp_path: Path) -> None:
    export = HEAD + item(1, "/a/") + END
    assert paths(write(gzip.compress(export.encode()))) == ["/a/", "/?p=1"]
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("export/one.xml", export)
        archive.writestr("__MACOSX/._one.xml", b"\0\0")
        archive.writestr("export/two.csv", table(SHOPIFY_NEW, ["Cap", "cap", "", "", "", "", "", "", "C", ""]))
    assert [(one.url.removeprefix(SITE), one.origin) for one in captures(path)] == [
        ("/a/", "one.xml (WordPress)"),
        ("/?p=1", "one.xml (WordPress)"),
        ("/products/cap", "two.csv (Shopify)"),
    ]


def workbook() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
    return packed.getvalue()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"name,price\nshoe,3\n", "begins with 'name,price'"),
        (workbook(), "save its sheet as CSV"),
        (workbook()[:40], "cannot be read"),
        (gzip.compress(b"/a\n" * 9_000)[:-20], "cannot be read"),
        (b"<html><body>x", "an HTML page"),
    ],
)
def test_what_is_no_record(write: Write, content: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message):
        captures(write(content))


def test_the_error_names_the_file_in_the_zip(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("inner.txt", "nothing of use here")
    with pytest.raises(UnknownFormatError, match=r"a\.zip: inner\.txt"):
        captures(tmp_path / "a.zip")


PARTS = st.one_of(
    st.binary(max_size=60),
    st.sampled_from(
        [
            HEAD.encode(),
            item(1, "/a/").encode(),
            END.encode(),
            b"<item>",
            b"]]>",
            ",".join(SHOPIFY_OLD).encode(),
            ",".join(WOO).encode(),
            b'7,simple,"x,',
            b"ID,Typ\n1,simple,a,b,1,0,v,s,t,u",
            b"sku,name,url_key",
            b"Address,Redirect URL\n/a,/b\n/b,/a",
            b"PK\x03\x04",
            b"\x1f\x8b",
        ]
    ),
)


@given(st.lists(PARTS, max_size=8))
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_file_gives_rows_or_our_error(tmp_path: Path, parts: Iterable[bytes]) -> None:
    path = tmp_path / "any"
    path.write_bytes(b"\n".join(parts))
    try:
        rows = list(read_old_pages(path, origin()))
    except InputError as error:
        rows = [RowProblem(1, str(error).partition(str(path))[2])]
    assert all(row.url.startswith("http") if isinstance(row, Capture) else row.reason and row.line > 0 for row in rows)
