"""What a page's system calls it."""

import json
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.html.pages import url

from linkreclaim.html import page_facts


def ids_of(html: str) -> tuple[str, ...]:
    return page_facts(html.encode("utf-8", "replace"), "text/html; charset=utf-8", url()).ids


def described(data: Any) -> str:
    return f'<script type="application/LD+json">{json.dumps(data)}</script>'


SHIRT = {"@type": "Product", "name": "Shirt", "sku": "AB 12"}
SHOPIFY = (
    '<script>window.ShopifyAnalytics = {};\nvar meta = {"product":{"id":632910392,"handle":"acme-tee","variants":'
    '[{"id":1,"sku":"IPOD-S"},{"id":2,"sku":null}]},"page":{"pageType":"product","resourceType":"%s",'
    '"resourceId":632910392}};\nfor (var attr in meta) {}</script>'
)
WOO = (
    "<div class=product_meta><span class=sku_wrapper>SKU: <span class=sku>%s</span></span></div>"
    '<form class="variations_form cart" data-product_id=77 data-product_variations='
    '"[{&quot;sku&quot;:&quot;V-1&quot;},{&quot;sku&quot;:&quot;V-2&quot;}]"></form>'
    '<a class="button add_to_cart_button" data-product_sku=OTHER>another product</a>'
)


@pytest.mark.parametrize(
    ("html", "ids"),
    [
        ("<link rel='shortlink' href='https://x.example/?p=123'>", ["wp:123"]),
        ("<link rel='SHORTLINK' href='https://x.example/?lang=de&amp;p=9'>", ["wp:9"]),
        ("<link rel=shortlink href='https://x.example/'>", []),
        ("<link rel=shortlink href='https://wp.me/p4fHk-2x'>", []),
        ("<link rel=shortlink href='/node/4711'>", ["node:4711"]),
        ("<link rel=shortlink href='https://x.example/de/node/7'>", ["node:7"]),
        ("<link rel=shortlink href='/taxonomy/term/7'>", []),
        ("<body class='post-template-default single single-post postid-4711 logged-in'>", ["wp:4711"]),
        ("<body class='page page-id-2 page-parent'>", ["wp:2"]),
        ("<body class='page page-node page-node-12 page-node-edit'>", ["node:12"]),
        ("<body class='parent-pageid-3 xpostid-4 postid-x'>", []),
        ("<article id=post-5 class='post type-post'><h1>T</h1></article>", ["wp:5"]),
        ("<h1>Archive</h1><article id=post-5><h2>T</h2></article>", []),
        ("<article id=post-5><h1>T</h1></article><article id=post-6><h1>U</h1></article>", []),
        ("<link rel=shortlink href='/?p=5'><body class='postid-5'><article id=post-5><h1>T</h1></article>", ["wp:5"]),
        (described(SHIRT), ["sku:ab 12"]),
        (described([{"@graph": [{"@type": "WebPage"}, SHIRT | {"mpn": "M-1", "gtin13": "4006381-333931"}]}]),
         ["sku:ab 12", "sku:m-1", "gtin:4006381333931"]),
        (described(SHIRT | {"@type": ["schema:Product", "Thing"], "offers": [{"@type": "Offer", "sku": "x9"}]}),
         ["sku:ab 12", "sku:x9"]),
        (described({"@type": "ProductGroup", "name": "S", "hasVariant": [SHIRT, SHIRT | {"sku": 13}]}),
         ["sku:ab 12", "sku:13"]),
        (described({"@type": "Book", "name": "B", "isbn": "978-3-16-148410-0"}), ["isbn:9783161484100"]),
        (described({"@type": "ItemPage", "mainEntity": SHIRT}), ["sku:ab 12"]),
        (described([SHIRT, {"@type": "Product", "name": "Trousers", "sku": "z"}]), []),
        (described({"@type": "ItemList", "itemListElement": [{"item": SHIRT}]}), []),
        (described(SHIRT | {"isRelatedTo": {"@type": "Product", "sku": "other"}}), ["sku:ab 12"]),
        (described(SHIRT) + described(SHIRT | {"sku": "ab 12", "gtin": "12345"}), ["sku:ab 12"]),
        (described(SHIRT | {"sku": ["N/A", None, True, {"x": 1}, "k"]}), ["sku:k"]),
        ("<script type=application/ld+json>{'sku': broken</script>" + described(SHIRT), ["sku:ab 12"]),
        ("<div itemscope><meta itemprop=sku content='K-1'><span itemprop=gtin13>4006381333931</span></div>",
         ["sku:k-1", "gtin:4006381333931"]),
        ("<p itemprop=sku>a1</p><p itemprop=sku>a2</p>", []),
        ("<meta property=product:retailer_item_id content=R7><meta property=book:isbn content=316148410X>",
         ["sku:r7", "isbn:316148410x"]),
        (WOO % "WOO-1", ["sku:woo-1", "wp:77", "sku:v-1", "sku:v-2"]),
        (WOO % "N/A", ["wp:77", "sku:v-1", "sku:v-2"]),
        ("<form class=cart><button name=add-to-cart value=31>Buy</button></form>", ["wp:31"]),
        ("<form id=product_addtocart_form data-product-sku='24-MB01'></form>", ["sku:24-mb01"]),
        (SHOPIFY % "product", ["shopify:632910392", "handle:acme-tee", "sku:ipod-s"]),
        (SHOPIFY % "collection", []),
        ("<p>WP 123, SKU: 5, /node/5</p>", []),
    ],
)  # fmt: skip
def test_ids(html: str, ids: list[str]) -> None:
    assert list(ids_of(html)) == ids


def test_ids_are_few_and_short() -> None:
    variants = [SHIRT | {"sku": f"s-{n}"} for n in range(50)]
    assert len(ids_of(described({"@type": "ProductGroup", "hasVariant": variants}))) == 20
    assert ids_of(described(SHIRT | {"sku": "x" * 101})) == ()


HOSTILE = {
    "deep": '{"sku": ' + "[" * 200_000,
    "deep and closed": '{"@graph": ' + "[" * 900 + '{"@type": "Product", "sku": "k"}' + "]" * 900 + "}",
    "wide": '{"@graph": [' + '{"@type": "Product", "sku": "k"},' * 8_000 + "1]}",
    "large": '{"@type": "Product", "sku": "' + "x" * 4_000_000 + '"}',
    "large number": '{"@type": "Product", "sku": ' + "9" * 100_000 + "}",
    "not a number": '{"@type": "Product", "sku": NaN, "mpn": Infinity}',
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_descriptions(data: str) -> None:
    page = f'<script type="application/ld+json">{data}</script>' * 2 + "<body class=postid-1>"
    page += f'<script>var meta = {{"product":{data}, "resourceType":"product"</script>'
    started = time.process_time()
    assert ids_of(page)[0] == "wp:1"
    assert time.process_time() - started < 3


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from(["Product", "Book", "k"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["@type", "@graph", "sku", "offers", "name", "isbn", "hasVariant"]), inner, max_size=5
        )
    ),
    max_leaves=20,
)


@given(JSON)
@settings(max_examples=200)
def test_any_description_gives_ids(data: Any) -> None:
    for text in ids_of(described(data | {"sku": "k", "@type": "Product"} if isinstance(data, dict) else [data, SHIRT])):
        assert ":" in text
        assert text == text.lower()
