"""What a page's system calls it: ids that stay when addresses change."""

import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode

from linkreclaim.html.jsonld import described_ids
from linkreclaim.html.text import fold
from linkreclaim.html.tree import raw_text

_IDS = 20
_ID_CHARS = 100
_JSON_CHARS = 300_000
_VARIANTS = 100
_BODY_CHARS = 5_000

_ELEMENTS = ", ".join(
    (
        *('link[rel~="shortlink" i][href]', 'article[id^="post-"]', 'script[type="application/ld+json" i]'),
        *("[itemprop~=sku]", "[itemprop~=gtin13]", "[itemprop~=isbn]", "meta[property][content]"),
        *(".product_meta .sku", "form.variations_form", "form.cart [name=add-to-cart][value]"),
        *("#product_addtocart_form[data-product-sku]", "script:not([src]):not([type])"),
    )
)
_SHORT_WP = re.compile(r"[^?#]*\?(?:[^#]*&)?p=(\d{1,12})(?:[&#].*)?", re.DOTALL)
_SHORT_NODE = re.compile(r"[^?#]*/node/(\d{1,12})/?")
_BODY_CLASS = re.compile(r"(?:^|\s)(?:(?:postid|page-id)-(\d{1,12})|page-node-(\d{1,12}))(?=\s|$)")
_ARTICLE = re.compile(r"post-(\d{1,12})")
_PROPERTIES = {"product:retailer_item_id": "sku", "book:isbn": "isbn", "books:isbn": "isbn"}
"""Open Graph: ogp.me (book:isbn), Meta's catalogue properties (product:retailer_item_id)."""
_SHOPIFY = re.compile(r"\bvar meta = (?=\{\"(?:product|page)\")")
_UNSAID = frozenset({"n/a", "na", "n.a.", "n/d", "k.a.", "k. a.", "none", "null", "undefined", "false", "-", "--", "0"})
"""What shops show for want of an SKU (WooCommerce: "N/A", translated)."""
_OF_THE_TRADE = frozenset({"gtin", "isbn"})
_OF_A_SYSTEM = frozenset({"wp", "node", "shopify"})


def page_ids(tree: LexborHTMLParser) -> tuple[str, ...]:
    """The ids of a page, lower case, with their kinds, each once: the surest first, at most 20.

    `wp:` (post, page or product of WordPress), `node:` (Drupal), `shopify:` and `handle:` (product of Shopify), `sku:`,
    `gtin:`, `isbn:`. A page that lists several products has no ids of products. Raises nothing, whatever a page holds.
    Cost: one more search of the tree; JSON is parsed only where it names ids.
    """
    found = _Found(tree)
    told = (page_id(kind, value) for kind, value in found.ids())
    return tuple(islice(dict.fromkeys(text for text in told if text), _IDS))


class _Found:
    """The elements of one page that may name it, in one pass."""

    def __init__(self, tree: LexborHTMLParser) -> None:
        self._body = tree.body
        self._links: list[LexborNode] = []
        self._articles: list[LexborNode] = []
        self._scripts: list[LexborNode] = []
        self._described: list[LexborNode] = []
        self._parts: list[LexborNode] = []
        rooms = {"link": self._links, "article": self._articles, "script": self._scripts}
        for node in tree.css(_ELEMENTS):
            is_data = node.tag == "script" and "type" in node.attributes
            (self._described if is_data else rooms.get(node.tag or "", self._parts)).append(node)

    def ids(self) -> Iterator[tuple[str, str]]:
        """Kind and value of each id, as written."""
        yield from self._of_the_system()
        for script in self._scripts:
            yield from _shopify(raw_text(script))
        yield from self._of_the_product()
        yield from described_ids(self._described)

    def _of_the_system(self) -> Iterator[tuple[str, str]]:
        """WordPress (wp_get_shortlink, get_body_class, post_class) and Drupal (shortlink, html.tpl.php)."""
        for link in self._links:
            href = (link.attributes.get("href") or "").strip()
            if found := _SHORT_WP.fullmatch(href):
                yield "wp", found[1]
            elif found := _SHORT_NODE.fullmatch(href):
                yield "node", found[1]
        classes = (self._body.attributes.get("class") or "") if self._body is not None else ""
        for found in islice(_BODY_CLASS.finditer(classes[:_BODY_CHARS]), _IDS):
            yield ("wp", found[1]) if found[1] else ("node", found[2])
        if len(self._articles) == 1 and self._articles[0].css_first("h1") is not None:  # a list has an h1 of its own
            found = _ARTICLE.fullmatch(self._articles[0].attributes.get("id") or "")
            if found:
                yield "wp", found[1]

    def _of_the_product(self) -> Iterator[tuple[str, str]]:
        """What the elements of a product page say; nothing where they say it of several products."""
        told = [(node, kind, value) for node in self._parts for kind, value in _told_by(node)]
        alone = {
            (kind, page_id(kind, value)) for node, kind, value in told if kind == "wp" or "itemprop" in node.attributes
        }
        if len({kind for kind, _ in alone}) == len(alone):
            yield from ((kind, value) for _, kind, value in told)


def _told_by(node: LexborNode) -> Iterator[tuple[str, str]]:
    """What one element of a product page says of it: microdata, Open Graph, WooCommerce, Magento."""
    attributes = node.attributes
    if node.tag == "meta" and attributes.get("property"):
        kind = _PROPERTIES.get((attributes.get("property") or "").lower())
        if kind:
            yield kind, attributes.get("content") or ""
    elif node.tag == "form" and "data-product-sku" in attributes:
        yield "sku", attributes.get("data-product-sku") or ""
    elif node.tag == "form":
        yield "wp", attributes.get("data-product_id") or ""
        for variant in _variants(attributes.get("data-product_variations") or ""):
            yield "sku", variant
    elif attributes.get("name") == "add-to-cart":
        yield "wp", attributes.get("value") or ""
    else:
        kinds = {"gtin13": "gtin", "isbn": "isbn"}
        yield kinds.get(attributes.get("itemprop") or "", "sku"), attributes.get("content") or node.text()


def _variants(text: str) -> Iterator[str]:
    """SKUs of a WooCommerce product's variations; "false" where the shop loads them later."""
    if '"sku"' in text:
        yield from _skus(_json_at(text, 0))


def _shopify(script: str) -> Iterator[tuple[str, str]]:
    """The product of a Shopify page, as its analytics script (`var meta = {"product": ...}`) names it.

    Source: observed in published copies of shop pages; the page's type says that it is a product's own.
    """
    start = _SHOPIFY.search(script) if '"resourceType":"product"' in script else None
    meta = _json_at(script, start.end()) if start else None
    product = meta.get("product") if isinstance(meta, dict) else None
    if isinstance(product, dict):
        for kind, key in (("shopify", "id"), ("handle", "handle")):
            yield kind, str(product.get(key) or "")
        for sku in _skus(product.get("variants")):
            yield "sku", sku


def _json_at(text: str, start: int) -> Any:
    """The JSON value that begins there, None for none."""
    try:
        return json.JSONDecoder(strict=False).raw_decode(text[start : start + _JSON_CHARS])[0]
    except (ValueError, RecursionError):
        return None


def _skus(variants: Any) -> Iterator[str]:
    for variant in variants[:_VARIANTS] if isinstance(variants, list) else ():
        sku = variant.get("sku") if isinstance(variant, dict) else None
        if isinstance(sku, str):
            yield sku


def page_id(kind: str, value: str) -> str:
    """An id with its kind, lower case, as pages and records carry it (see `Capture.ids`); "" for what is none.

    Numbers of the trade (GTIN, ISBN) are their digits, without hyphens and spaces. A maker's part number (MPN) is an
    SKU: goods of one maker have the one as the other, and what an old system called MPN the new one's pages may call
    SKU. Our judgement: an id in common is evidence only, weighed in the match.
    """
    text = fold(value, _ID_CHARS + 1).lower()
    if kind == "mpn":
        kind = "sku"
    elif kind in _OF_THE_TRADE:
        text = re.sub(r"[\s-]", "", text.removeprefix("isbn").removeprefix(":"))
        if not re.fullmatch(r"\d{7,13}[\dx]", text):
            return ""
    elif kind in _OF_A_SYSTEM and not re.fullmatch(r"[1-9]\d{0,19}", text):
        return ""
    return f"{kind}:{text}" if 0 < len(text) <= _ID_CHARS and text not in _UNSAID else ""
