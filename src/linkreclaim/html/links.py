"""The links of a page: those into a site in full, all others counted."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

from linkreclaim.html.blocks import read_blocks
from linkreclaim.html.charset import read_text
from linkreclaim.html.chrome import Chrome
from linkreclaim.html.head import read_head
from linkreclaim.html.noscript import LINKS, Noscripts
from linkreclaim.html.shell import is_shell
from linkreclaim.html.surroundings import anchor_text, context_around
from linkreclaim.html.targets import Targets
from linkreclaim.html.tree import read_tree
from linkreclaim.html.vocabulary import Vocabularies
from linkreclaim.model.links import Place, Rel, SeenLink
from linkreclaim.urls import Url

_MAX_LINKS = 5_000  # returned from one page; an honest page does not link to one site more often
_REL = {"nofollow": Rel.NOFOLLOW, "ugc": Rel.UGC, "sponsored": Rel.SPONSORED}
_REL_SEPARATORS = re.compile(r"[\t\n\f\r ,]+")
"""Spaces (HTML Standard, 2.3.7), and the commas that Google takes too (Search Central, "Qualify outbound links")."""


@dataclass(frozen=True, slots=True)
class PageLinks:
    """What a linking page shows. The counts are of distinct URLs (no fragment) and cover all links of the page."""

    links: tuple[SeenLink, ...]  # in page order
    base: str  # what relative links are resolved against
    title: str
    noindex: bool
    nofollow_page: bool  # robots rules forbid to follow any link of it
    external_links: int  # to other registrable domains
    canonical: str
    internal_links: int  # to the page's own registrable domain, the page itself left out
    needs_script: bool = False  # an app shell without links outside `<noscript>`: its links cannot be told


def find_links(
    body: bytes, content_type: str, url: Url, wanted: Callable[[Url], bool], x_robots_tag: str = ""
) -> PageLinks:
    """Find the links of `a[href]` and `area[href]` for which `wanted` says yes, those in SVG drawings among them.

    They are those of a browser's DOM with scripting off, in address and rel (tests/html/test_chromium.py), but that
    nothing inside `<noscript>` bears on what stands outside; links inside have their own place. Links in comments,
    scripts and `<template>` are none, and links that scripts would write are not seen. Raises only what `wanted`
    raises. Cost: parsing, and about 6 us per distinct link.
    """
    page = read_text(body, content_type)
    tree = read_tree(page.text)
    head = read_head(tree, url, x_robots_tag)
    chrome = Chrome(tree)
    targets = Targets(head.base, url, page)
    page_rel = Rel.NOFOLLOW if head.nofollow else Rel.NONE
    links: list[SeenLink] = []
    any_shown = False
    for node, in_noscript in _link_elements(tree):
        target = targets.resolve(_href(node))
        if target is None:
            continue
        any_shown = any_shown or not in_noscript
        if len(links) < _MAX_LINKS and wanted(target):
            place = Place.NOSCRIPT if in_noscript else Place.CHROME if chrome.holds(node) else Place.CONTENT
            links.append(_seen(node, target, page_rel, place))
    return PageLinks(
        links=tuple(links),
        base=head.base.href,
        title=head.title,
        noindex=head.noindex,
        nofollow_page=head.nofollow,
        external_links=len(targets.external),
        canonical=head.canonical,
        internal_links=len(targets.internal),
        needs_script=not any_shown and is_shell(tree, read_blocks(tree)),
    )


def _link_elements(tree: LexborHTMLParser) -> Iterator[tuple[LexborNode, bool]]:
    """Each link in page order, and whether it stands in a `<noscript>`."""
    nodes = tree.css(f"{LINKS}, noscript, svg, math")
    drawn: set[int] = set()
    if any(node.tag in ("svg", "math") for node in nodes):
        drawn = {node.mem_id for node in tree.css(f"svg :is({LINKS}, noscript), math :is({LINKS}, noscript)")}
    vocabularies, noscripts = Vocabularies(), Noscripts()
    for node in nodes:
        kind = vocabularies.of(node) if node.mem_id in drawn else "html"
        if node.tag == "noscript" and kind == "html":
            yield from ((link, True) for link in noscripts.links_inside(node))
        elif (node.tag == "a" and kind != "math") or (node.tag == "area" and kind == "html"):
            yield node, False


def _href(node: LexborNode) -> str:
    """The address as written; in SVG, `href` before the older `xlink:href` (SVG 2, 16.1.5)."""
    attributes = node.attributes
    return (attributes["href"] if "href" in attributes else attributes.get("xlink:href")) or ""


def _seen(node: LexborNode, target: Url, page_rel: Rel, place: Place) -> SeenLink:
    rel = page_rel
    for token in _REL_SEPARATORS.split((node.attributes.get("rel") or "").lower()):
        rel |= _REL.get(token, Rel.NONE)
    return SeenLink(
        target_url=target.href,
        anchor_text=anchor_text(node),
        rel=rel,
        place=place,
        context=context_around(node),
    )
