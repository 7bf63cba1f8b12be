"""Writes the records that an old system leaves: a WordPress export, product exports of shops; and the old addresses."""

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from random import Random
from xml.sax.saxutils import escape as xml_escape

from benchmarks.old_site.stories import Story

OLD = "https://site.example"


@dataclass(frozen=True, slots=True)
class OldSystem:
    """What an old system called its pages, and its export."""

    urls: tuple[str, ...]  # one for each story, as it is linked today
    ids: tuple[str, ...]  # the id that a page of the new site may show
    export: str


WXR_HEAD = """<?xml version="1.0" encoding="UTF-8" ?>
<!-- generator="WordPress/6.6" created="2025-11-01 12:00" -->
<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"
 xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:wp="http://wordpress.org/export/1.2/">
<channel><title>Old</title><link>{old}</link><language>en-US</language>
<wp:wxr_version>1.2</wp:wxr_version><wp:base_site_url>{old}</wp:base_site_url><wp:base_blog_url>{old}</wp:base_blog_url>
"""
WXR_ITEM = """<item><title><![CDATA[{title}]]></title><link>{link}</link>
<content:encoded><![CDATA[<!-- wp:paragraph -->
<p>{text}</p>
<!-- /wp:paragraph -->]]></content:encoded><excerpt:encoded><![CDATA[]]></excerpt:encoded>
<wp:post_id>{number}</wp:post_id><wp:post_name><![CDATA[{slug}]]></wp:post_name><wp:status>publish</wp:status>
<wp:post_type>post</wp:post_type><category domain="language" nicename="{lang}"><![CDATA[{lang}]]></category>
{metas}</item>
"""
WXR_META = (
    "<wp:postmeta><wp:meta_key>_wp_old_slug</wp:meta_key><wp:meta_value><![CDATA[{}]]></wp:meta_value></wp:postmeta>"
)


def wordpress(stories: Sequence[Story], random: Random) -> OldSystem:
    """Dated permalinks with the first words of the title as slug; a third are linked by `?p=ID`, a tenth by an older
    slug of two words."""
    urls, ids, items = [], [], []
    for n, story in enumerate(stories):
        number, words = 40 + 7 * n + random.randrange(5), _words(story.title)
        slug, older = f"{'-'.join(words[:5])}-{n}", f"{'-'.join(words[:2])}-{n}-draft"
        folder = f"{OLD}/{random.randrange(2008, 2024)}/{random.randrange(1, 13):02d}"
        kind = random.random()
        path = f"{folder}/{older}/" if kind < 0.1 else f"{OLD}/?p={number}" if kind < 0.43 else f"{folder}/{slug}/"
        items.append(
            WXR_ITEM.format(
                title=_cdata(story.title),
                link=f"{folder}/{slug}/",
                text=_cdata(escape(story.text)),
                number=number,
                slug=slug,
                lang=xml_escape(story.lang),
                metas=WXR_META.format(older),
            )
        )
        urls.append(path)
        ids.append(f"wp:{number}")
    return OldSystem(tuple(urls), tuple(ids), WXR_HEAD.format(old=OLD) + "".join(items) + "</channel></rss>\n")


def numbered_shop(stories: Sequence[Story], random: Random) -> OldSystem:
    """`/p/12345.html`, and a list with address, number, name and text, as agencies draw from a shop's database."""
    skus = _skus(len(stories), random)
    urls = [f"{OLD}/p/{20_000 + 3 * n}.html" for n in range(len(stories))]
    rows = [[url, sku, story.title, story.text] for url, sku, story in zip(urls, skus, stories, strict=True)]
    return _shop(urls, skus, [["url", "sku", "title", "text"], *rows])


def woocommerce(stories: Sequence[Story], random: Random) -> OldSystem:
    """`/?p=ID` of WooCommerce and its own export, which says no addresses."""
    skus = _skus(len(stories), random)
    urls = [f"{OLD}/?p={900 + n}" for n in range(len(stories))]
    head = ["ID", "Type", "SKU", "GTIN, UPC, EAN, or ISBN", "Name", "Published", "Is featured?"]
    head += ["Visibility in catalog", "Short description", "Description"]
    rows = [
        [str(900 + n), "simple", skus[n], "", story.title, "1", "0", "visible", "", escape(story.text)]
        for n, story in enumerate(stories)
    ]
    return _shop(urls, skus, [head, *rows])


def shopify(stories: Sequence[Story], random: Random) -> OldSystem:
    """`/products/HANDLE` with the first words of the name, and Shopify's export."""
    skus = _skus(len(stories), random)
    handles = [f"{'-'.join(_words(story.title)[:4])}-{n}" for n, story in enumerate(stories)]
    head = ["Handle", "Title", "Body (HTML)", "Vendor", "Type", "Tags", "Published", "Variant SKU"]
    rows = [
        [handle, story.title, f"<p>{escape(story.text)}</p>", "", "", "", "TRUE", sku]
        for handle, story, sku in zip(handles, stories, skus, strict=True)
    ]
    return _shop([f"{OLD}/products/{handle}" for handle in handles], skus, [head, *rows])


SYSTEMS: dict[str, Callable[[Sequence[Story], Random], OldSystem]] = {
    "wordpress": wordpress,
    "numbered shop": numbered_shop,
    "woocommerce": woocommerce,
    "shopify": shopify,
}


def _shop(urls: Sequence[str], skus: Sequence[str], rows: Sequence[Sequence[str]]) -> OldSystem:
    table = io.StringIO()
    csv.writer(table).writerows(rows)
    return OldSystem(tuple(urls), tuple(f"sku:{sku.lower()}" for sku in skus), table.getvalue())


def _skus(count: int, random: Random) -> list[str]:
    return [f"{letter}{n}-{random.randrange(10, 99)}" for n, letter in enumerate(random.choices("ABKT", k=count), 100)]


def _words(title: str) -> list[str]:
    words = "".join(character.lower() if character.isalnum() else " " for character in title).split()
    return [word for word in words if word.isascii()] or ["x"]


def _cdata(text: str) -> str:
    return text.replace("]]>", "]]]]><![CDATA[>")
