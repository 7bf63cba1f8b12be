"""What a page declares about itself in its head and its headers: base, title, robots, canonical, refresh."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser

from linkreclaim.html.text import fold
from linkreclaim.html.vocabulary import Vocabularies
from linkreclaim.urls import Url, resolve

_TITLE_CHARS = 500
_DESCRIPTION_CHARS = 1_000
_LANG_CHARS = 35  # RFC 5646, 4.4.1: the length that every program should be able to hold
_REFRESH_LIMIT_S = 10
"""A later refresh is a page that renews itself or a notice to be read, not a redirect. Google takes 0 s for a permanent
redirect and any other for a temporary one (Search Central, "Redirects and Google Search")."""

_REFRESH = re.compile(
    r"\s*(\d+)[\d.]*(?:\s*[;,]\s*|\s+)(?:url\s*=\s*)?(?:\"([^\"]*)|'([^']*)|(.*))", re.IGNORECASE | re.DOTALL
)
_AGENTS = frozenset({"robots", "googlebot"})
_VALUED_RULES = ("unavailable_after", "max-snippet", "max-image-preview", "max-video-preview")
_ROBOTS_CHARS = 2_000


@dataclass(frozen=True, slots=True)
class Head:
    """A page's statements about itself; empty where it makes none."""

    base: Url
    title: str
    description: str
    lang: str
    canonical: str
    noindex: bool
    nofollow: bool
    meta_refresh: str


def read_head(tree: LexborHTMLParser, url: Url, x_robots_tag: str, refresh: str = "") -> Head:
    """Read the head; `url` is the page's own, `x_robots_tag` and `refresh` its headers (several joined by commas)."""
    base = _base(tree, url)
    rules = set(_meta_rules(tree)) | set(_header_rules(x_robots_tag))
    html = tree.css_first("html")
    title = tree.css_first("title:not(svg title)")
    return Head(
        base=base,
        title=fold(title.text(), _TITLE_CHARS) if title else "",
        description=_description(tree),
        lang=fold((html.attributes.get("lang") if html else "") or "", _LANG_CHARS),
        canonical=_canonical(tree, base),
        noindex=not rules.isdisjoint({"noindex", "none"}),
        nofollow=not rules.isdisjoint({"nofollow", "none"}),
        meta_refresh=_refresh_target(refresh, base, url) or _meta_refresh(tree, base, url),
    )


def _base(tree: LexborHTMLParser, url: Url) -> Url:
    """The first `<base href>` counts, even a broken one (HTML Standard, 4.2.3); a drawing has none."""
    bases, vocabularies = tree.css("base[href]"), Vocabularies()
    base = next((base for base in bases if vocabularies.of(base) == "html"), None)
    return (resolve(url, base.attributes.get("href") or "") if base else None) or url


def _description(tree: LexborHTMLParser) -> str:
    for query in ('meta[name="description" i]', 'meta[property="og:description" i]'):
        for meta in tree.css(query):
            text = fold(meta.attributes.get("content") or "", _DESCRIPTION_CHARS)
            if text:
                return text
    return ""


def _canonical(tree: LexborHTMLParser, base: Url) -> str:
    link = tree.css_first('link[rel~="canonical" i][href]')
    href = (link.attributes.get("href") or "").strip() if link else ""
    resolved = resolve(base, href) if href else None
    return resolved.without_fragment if resolved else ""


def _meta_rules(tree: LexborHTMLParser) -> Iterator[str]:
    """Rules of the meta tags for all crawlers and for Google's; they add up (Search Central, "Robots meta tag")."""
    for meta in tree.css("meta[name][content]"):
        if (meta.attributes.get("name") or "").strip().lower() in _AGENTS:
            yield from re.split(r"[\s,]+", (meta.attributes.get("content") or "").lower()[:_ROBOTS_CHARS])


def _header_rules(x_robots_tag: str) -> Iterator[str]:
    """Rules of the header; `agent: rule, rule` holds for that crawler only, up to the next agent."""
    agent = "robots"
    for part in x_robots_tag.lower()[:_ROBOTS_CHARS].split(","):
        name, colon, rest = part.strip().partition(":")
        if not colon:
            rule = name
        elif name.strip() in _VALUED_RULES:
            continue
        else:
            agent, rule = name.strip(), rest.strip()
        if agent in _AGENTS:
            yield rule


def _meta_refresh(tree: LexborHTMLParser, base: Url, url: Url) -> str:
    """Where the page sends its reader at once; "" when nowhere, later, or to itself."""
    contents = (meta.attributes.get("content") or "" for meta in tree.css('meta[http-equiv="refresh" i][content]'))
    return next((target for content in contents if (target := _refresh_target(content, base, url))), "")


def _refresh_target(content: str, base: Url, url: Url) -> str:
    """The same for one statement: of the meta element, or the Refresh header, which browsers read alike."""
    found = _REFRESH.match(content)
    if not found or len(found[1]) > 2 or int(found[1]) > _REFRESH_LIMIT_S:
        return ""
    target = resolve(base, (found[2] or found[3] or found[4] or "").strip())
    return target.href if target and target.without_fragment != url.without_fragment else ""
