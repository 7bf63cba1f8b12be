"""Reads the product export of a shop (Shopify, WooCommerce, Magento): where each product stood, its words and numbers.

Unpublished products are read too: they are the pages that are dead.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from linkreclaim.html import fold, page_facts, page_id
from linkreclaim.inventory.columns import page_url
from linkreclaim.inventory.tables import possible_headers
from linkreclaim.model.links import RowProblem
from linkreclaim.model.pages import Capture
from linkreclaim.urls import Url

Row = tuple[int, list[str] | RowProblem]
_MAX_IDS = 50  # of one product: its variants' numbers
_MAX_VARIANTS = 2_000_000
_MAX_CELL_CHARS = 400_000

_SHOPIFY = {
    "handle": ("handle", "url handle"),
    "title": ("title",),
    "text": ("body (html)", "description"),
    "sku": ("variant sku", "sku"),
    "gtin": ("variant barcode", "barcode"),
    "more": ("type", "tags", "vendor"),
}
"""Both generations of Shopify's export (help.shopify.com, "Using CSV files to import and export products")."""
_WOOCOMMERCE = {
    "id": ("id",),
    "type": ("type",),
    "sku": ("sku",),
    "gtin": ("gtin, upc, ean, or isbn",),
    "title": ("name",),
    "text": ("description",),
    "more": ("short description", "categories", "tags"),
    "parent": ("parent",),
    "url": ("permalink", "url", "link"),  # not of the exporter; plugins add it
    "slug": ("slug",),  # the same
}
"""The columns of WooCommerce's exporter (class-wc-product-csv-exporter.php, get_default_column_names)."""
_WOOCOMMERCE_TYPES = {"simple", "variable", "variation", "grouped", "external"}
"""First words of its column `Type` (ProductType.php); they are never translated."""
_AFTER_PUBLISHED = {"short": 3, "text": 4, "categories": 22, "tags": 23, "parent": 28}
"""WooCommerce translates its headers and keeps their order; counted from the column `Published`."""
_PUBLISHED = {"-1", "0", "1", "2"}
_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss"})
"""How WordPress spells umlauts in slugs under a German locale (remove_accents)."""
_MAGENTO = {
    "sku": ("sku",),
    "title": ("name",),
    "text": ("description",),
    "more": ("short_description", "meta_title"),
    "handle": ("url_key",),
}
"""Magento 2 and Adobe Commerce (import and export data reference, "Product attributes")."""


@dataclass(frozen=True, slots=True)
class ShopTable:
    """A product export that was recognised: whose it is, and which columns hold what."""

    shop: str
    header_lines: int
    delimiter: str
    columns: Mapping[str, Sequence[int]]  # field to its columns


def find_shop(text: str) -> ShopTable | None:
    """The shop system whose product export begins so, None when it is none."""
    for lines, delimiter, cells in possible_headers(text):
        names = [cell.strip().strip('\ufeff"').casefold() for cell in cells]
        known = set(names)
        if {"handle", "title"} <= known and known & {"body (html)", "variant sku", "variant price", "vendor"}:
            return ShopTable("Shopify", lines, delimiter, _columns(names, _SHOPIFY))
        if {"url handle", "title"} <= known:
            return ShopTable("Shopify", lines, delimiter, _columns(names, _SHOPIFY))
        if {"sku", "name", "url_key"} <= known:
            return ShopTable("Magento", lines, delimiter, _columns(names, _MAGENTO))
        if {"type", "sku", "name"} <= known and known & {"id", "visibility in catalog", "is featured?"}:
            return ShopTable("WooCommerce", lines, delimiter, _columns(names, _WOOCOMMERCE))
        if names[:1] == ["id"] and (placed := _placed(text, lines, delimiter)):
            return ShopTable("WooCommerce", lines, delimiter, placed)
    return None


def read_shop(
    table: ShopTable, open_rows: Callable[[], Iterator[Row]], site_origin: Url, origin: str
) -> Iterator[Capture | RowProblem]:
    """The captures of a product export; `open_rows` gives its rows from the top, and is called twice for WooCommerce.

    Shopify: `/products/HANDLE`. Magento: `/URL_KEY.html` and `/URL_KEY`, its suffix by default. WooCommerce says no
    addresses: `/?p=ID`, and `/product/` with the slug that WordPress makes of the name, unless a column has them.
    Variants belong to their product. Memory: the numbers of WooCommerce's variations, else one product.
    """
    if table.shop == "WooCommerce":
        yield from _woocommerce(table, open_rows, site_origin, origin)
        return
    product = _Product(0)
    for line, row in open_rows():
        if isinstance(row, RowProblem):
            yield row
            continue
        handle = _cell(table, row, "handle")
        if handle and handle != product.handle:
            yield from _product_pages(table, product, site_origin, origin)
            product = _Product(line, handle)
        if product.handle:
            product.add(table, row)
        elif any(cell.strip() for cell in row):
            yield RowProblem(line, "a product without a handle: its address is not known")
    yield from _product_pages(table, product, site_origin, origin)


@dataclass(slots=True)
class _Product:
    """One product, as its rows tell it."""

    line: int
    handle: str = ""
    title: str = ""
    body: str = ""
    more: str = ""
    ids: dict[str, None] = field(default_factory=dict)

    def add(self, table: ShopTable, row: Sequence[str]) -> None:
        self.title = self.title or fold(_cell(table, row, "title"), 500)
        self.body = self.body or _cell(table, row, "text")
        self.more = self.more or " ".join(_cells(table, row, "more"))
        for kind in ("sku", "gtin"):
            if (told := page_id(kind, _cell(table, row, kind).lstrip("'"))) and len(self.ids) < _MAX_IDS:
                self.ids[told] = None  # an apostrophe in front: the guard of exporters against formulas


def _product_pages(table: ShopTable, product: _Product, site: Url, origin: str) -> Iterator[Capture | RowProblem]:
    if not product.handle:
        return
    paths = [f"/products/{product.handle}"]
    if table.shop == "Magento":
        paths = [f"/{product.handle}.html", f"/{product.handle}"]
    urls = [url for path in paths if (url := page_url(path, site)) is not None and url.netloc == site.netloc]
    if not urls:
        yield RowProblem(product.line, f"no address can be made of the handle {product.handle[:80]!r}")
    ids = (page_id("handle", product.handle), *product.ids) if table.shop == "Shopify" else tuple(product.ids)
    yield from _told(product, urls, ids, origin)


def _told(product: _Product, urls: Sequence[Url], ids: Sequence[str], origin: str) -> Iterator[Capture]:
    if urls:
        body = f"<body><p>{product.body[:_MAX_CELL_CHARS]}</p><p>{product.more[:_MAX_CELL_CHARS]}</p>"
        facts = page_facts(body.encode("utf-8", "replace"), "text/html; charset=utf-8", urls[0])
        for address in dict.fromkeys(url.without_fragment for url in urls):
            yield Capture(address, product.title, facts.text, facts.headings, ids=tuple(ids), origin=origin)


def _woocommerce(
    table: ShopTable, open_rows: Callable[[], Iterator[Row]], site: Url, origin: str
) -> Iterator[Capture | RowProblem]:
    if not {"url", "slug"} & set(table.columns):
        told = "the file says no addresses: /?p=ID and /product/ with the name's slug are taken, WooCommerce's default"
        yield RowProblem(table.header_lines, f"{told}; a column `permalink` would say them", kept=True)
    variants = _variants(table, open_rows())
    for line, row in open_rows():
        if isinstance(row, RowProblem):
            yield row
        elif _cell(table, row, "type").split(",")[0].strip() != "variation":
            product = _Product(line)
            product.add(table, row)
            number, sku = _cell(table, row, "id"), page_id("sku", _cell(table, row, "sku"))
            ids = [page_id("wp", number), *product.ids, *variants.get(f"id:{number}", ()), *variants.get(sku, ())]
            urls = list(_woocommerce_urls(table, row, product.title, site))
            if not urls:
                yield RowProblem(line, "a product without an id and a name: its address is not known")
            yield from _told(product, urls, [told for told in dict.fromkeys(ids) if told][:_MAX_IDS], origin)


def _variants(table: ShopTable, rows: Iterator[Row]) -> dict[str, list[str]]:
    """Numbers of the variations by their product, which they name `id:12` or by its SKU."""
    found: dict[str, list[str]] = {}
    for count, (_, row) in enumerate(rows):
        if isinstance(row, RowProblem) or count >= _MAX_VARIANTS:
            continue
        parent, sku = _cell(table, row, "parent"), page_id("sku", _cell(table, row, "sku"))
        if parent and sku:
            found.setdefault(parent if parent.startswith("id:") else page_id("sku", parent), []).append(sku)
    return found


def _woocommerce_urls(table: ShopTable, row: Sequence[str], name: str, site: Url) -> Iterator[Url]:
    number, slug, told = _cell(table, row, "id"), _cell(table, row, "slug"), _cell(table, row, "url")
    slugs = [slug] if slug else list(dict.fromkeys((_slug(name), _slug(name.translate(_GERMAN)))))
    paths = [told] if told else [f"/product/{one}/" for one in slugs if one]
    if number.isdecimal():
        paths += [f"/?p={number}", f"/?post_type=product&p={number}"]
    yield from (url for path in paths if (url := page_url(path, site)) is not None)


def _slug(name: str) -> str:
    """What WordPress makes of a title (sanitize_title, remove_accents): accents off, lower case, hyphens between words;
    other scripts stay."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name.lower()) if not unicodedata.combining(c))
    return "-".join(re.findall(r"[^\W_]+", unicodedata.normalize("NFC", plain.replace("'", "").replace("’", ""))))


def _columns(names: Sequence[str], fields: Mapping[str, Sequence[str]]) -> dict[str, list[int]]:
    found = {name: [names.index(alias) for alias in aliases if alias in names] for name, aliases in fields.items()}
    return {name: columns for name, columns in found.items() if columns}


def _placed(text: str, lines: int, delimiter: str) -> dict[str, list[int]]:
    """The columns of a WooCommerce export in another language, by their order; empty when it is none."""
    row = next((cells for n, d, cells in possible_headers(text) if n == lines + 1 and d == delimiter), [])
    if len(row) < 10 or row[1].split(",")[0].strip() not in _WOOCOMMERCE_TYPES:
        return {}
    published = next((n for n in (4, 5) if row[n].strip() in _PUBLISHED and row[n + 1].strip() in ("0", "1")), 0)
    if not published:  # version 9.2 put the GTIN before the name
        return {}
    at = {name: [published + step] for name, step in _AFTER_PUBLISHED.items() if name not in ("short", "categories")}
    more = [published + _AFTER_PUBLISHED["short"], published + _AFTER_PUBLISHED["categories"], *at.pop("tags")]
    gtin = {"gtin": [3]} if published == 5 else {}
    return {"id": [0], "type": [1], "sku": [2], "title": [published - 1], "more": more, **gtin, **at}


def _cell(table: ShopTable, row: Sequence[str], name: str) -> str:
    return next(iter(_cells(table, row, name)), "")


def _cells(table: ShopTable, row: Sequence[str], name: str) -> list[str]:
    return [row[n].strip() for n in table.columns.get(name, ()) if n < len(row) and row[n].strip()]
