"""The links of a page: those into a site in full, all others counted."""

from collections.abc import Callable
from dataclasses import dataclass

from selectolax.lexbor import LexborNode

from linkreclaim.html.chrome import Chrome
from linkreclaim.html.head import read_head
from linkreclaim.html.surroundings import anchor_text, context_around
from linkreclaim.html.tree import read_tree
from linkreclaim.model.links import Place, Rel, SeenLink
from linkreclaim.urls import Url, registrable_domain, resolve

_MAX_LINKS = 5_000  # returned from one page; an honest page does not link to one site more often
_MAX_HREF_CHARS = 8_192  # longer than any server takes; `data:` and broken markup mostly
_REL = {"nofollow": Rel.NOFOLLOW, "ugc": Rel.UGC, "sponsored": Rel.SPONSORED}
_NO_PAGE = ("#", "javascript:", "mailto:", "tel:", "data:")


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


def find_links(
    body: bytes, content_type: str, url: Url, wanted: Callable[[Url], bool], x_robots_tag: str = ""
) -> PageLinks:
    """Find the links of `a[href]` and `area[href]` for which `wanted` says yes, as a browser with scripting sees them.

    Links in comments, scripts, `<template>` and `<noscript>` are no links of the page: its readers never meet them, and
    Google renders with scripting on. Links that scripts would write are not seen. Raises only what `wanted` raises.
    Cost: parsing, and about 6 us per distinct link.
    """
    tree = read_tree(body, content_type)
    head = read_head(tree, url, x_robots_tag)
    chrome = Chrome(tree)
    targets = _Targets(head.base, url)
    links: list[SeenLink] = []
    for node in tree.css("a[href], area[href]"):
        target = targets.resolve(node.attributes.get("href") or "")
        if target is not None and len(links) < _MAX_LINKS and wanted(target):
            links.append(_seen(node, target, Rel.NOFOLLOW if head.nofollow else Rel.NONE, chrome))
    return PageLinks(
        links=tuple(links),
        base=head.base.href,
        title=head.title,
        noindex=head.noindex,
        nofollow_page=head.nofollow,
        external_links=len(targets.external),
        canonical=head.canonical,
        internal_links=len(targets.internal),
    )


class _Targets:
    """Resolves the hrefs of one page, each once, and keeps which distinct URLs leave its domain."""

    def __init__(self, base: Url, page: Url) -> None:
        self._base = base
        self._page = page.without_fragment
        self._domain = registrable_domain(page.netloc)
        self._known: dict[str, Url | None] = {}
        self.external: set[str] = set()
        self.internal: set[str] = set()

    def resolve(self, href: str) -> Url | None:
        if href not in self._known:
            self._known[href] = self._resolve_new(href)
        return self._known[href]

    def _resolve_new(self, href: str) -> Url | None:
        if len(href) > _MAX_HREF_CHARS or href.startswith(_NO_PAGE[1:]):
            return None
        target = resolve(self._base, href)
        if target is None:
            return None
        address = target.without_fragment
        if registrable_domain(target.netloc) != self._domain:
            self.external.add(address)
        elif address != self._page:
            self.internal.add(address)
        return target


def _seen(node: LexborNode, target: Url, page_rel: Rel, chrome: Chrome) -> SeenLink:
    rel = page_rel
    for token in (node.attributes.get("rel") or "").lower().split():
        rel |= _REL.get(token, Rel.NONE)
    return SeenLink(
        target_url=target.href,
        anchor_text=anchor_text(node),
        rel=rel,
        place=Place.CHROME if chrome.holds(node) else Place.CONTENT,
        context=context_around(node),
    )
