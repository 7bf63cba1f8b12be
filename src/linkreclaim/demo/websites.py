"""Renders a scene into websites: for each address, what it answers to each path."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import NamedTuple

from jinja2 import Environment, PackageLoader, Template
from markupsafe import escape

from linkreclaim.demo.scenes import DeadPath, LinkState, Referrer, ReferringPage, Scene, SitePage, split_links

_HTML = "text/html; charset=utf-8"


class Addresses(NamedTuple):
    """Where a scene is served: host:port of each website, referrers in the scene's order."""

    site: str
    referrers: tuple[str, ...]
    old_host: str  # nobody listens there; the site's own address in a scene without a former host


class Reply(NamedTuple):
    """One HTTP answer."""

    status: int
    body: str = ""
    content_type: str = _HTML
    location: str = ""


@dataclass(frozen=True, slots=True)
class Website:
    """All answers of one host: `replies` by path, `not_found` for every other path."""

    replies: Mapping[str, Reply]
    not_found: Reply

    def answer(self, path: str) -> Reply:
        """The answer to a path, its query left out."""
        return self.replies.get(path.partition("?")[0], self.not_found)


class _Anchor(NamedTuple):
    text: str
    href: str = ""


def render_websites(scene: Scene, addresses: Addresses) -> dict[str, Website]:
    """All websites of a scene by their host:port; the former host has none."""
    websites = {addresses.site: _render_site(scene, addresses.site)}
    for number, (referrer, address) in enumerate(zip(scene.referrers, addresses.referrers, strict=True)):
        neighbours = [(number + step) % len(scene.referrers) for step in (1, 2, 3)]
        elsewhere = [(f"http://{addresses.referrers[n]}/", scene.referrers[n].name) for n in neighbours]
        websites[address] = _render_referrer(referrer, addresses, elsewhere)
    return websites


def render_capture(dead: DeadPath, scene: Scene) -> str:
    """The page that stood at a dead path, as an archive kept it."""
    return _render(scene.name, dead.title, dead.text, scene.lang, headings=dead.headings)


def locate(path: str, to_old_host: bool, addresses: Addresses) -> str:
    """The URL that a link of the scene's texts leads to."""
    return f"http://{addresses.old_host if to_old_host else addresses.site}{path}"


def _render_site(scene: Scene, address: str) -> Website:
    menu = [(page.path, page.title) for page in islice(scene.pages, 1, 5)]
    replies = {page.path: Reply(200, _render_page(page, scene, menu)) for page in scene.pages}
    replies |= {source: Reply(301, location=target) for source, target in scene.redirects}
    replies |= {
        path: Reply(403, _render(scene.name, "Client portal", "Please log in first.", "en")) for path in scene.blocked
    }
    replies["/robots.txt"] = _render_robots(address if scene.has_sitemap else "")
    if scene.has_sitemap:
        replies["/sitemap.xml"] = Reply(200, _render_sitemap(scene.pages, address), "application/xml")
    sorry = "We could not find what you asked for. It may have been taken away, or the address has a typing error."
    lost = _render(scene.name, "Sorry, nothing here", sorry, scene.lang, menu=menu)
    return Website(replies, Reply(scene.not_found_status, lost))


def _render_page(page: SitePage, scene: Scene, menu: list[tuple[str, str]]) -> str:
    children = [
        (other.path, other.title) for other in scene.pages if _find_parent(other.path, scene.pages) == page.path
    ]
    return _render(
        scene.name, page.title, page.text, page.lang or scene.lang, headings=page.headings, menu=menu, children=children
    )


def _find_parent(path: str, pages: Iterable[SitePage]) -> str:
    """Path of the nearest page above a path."""
    above = [page.path for page in pages if path.startswith(page.path) and path != page.path]
    return max(above, key=len, default="")


def _render_referrer(referrer: Referrer, addresses: Addresses, elsewhere: list[tuple[str, str]]) -> Website:
    menu = [(page.path, page.title) for page in referrer.pages]
    replies = {
        page.path: _render_referring_page(referrer.name, page, addresses, elsewhere)
        for page in referrer.pages
        if page.state is not LinkState.GONE
    }
    replies["/"] = Reply(200, _render(referrer.name, referrer.name, "Welcome.", "en", menu=menu, elsewhere=elsewhere))
    replies["/robots.txt"] = _render_robots("")
    return Website(replies, Reply(404, _render(referrer.name, "Page not found", "This page is no longer here.", "en")))


def _render_referring_page(
    name: str, page: ReferringPage, addresses: Addresses, elsewhere: list[tuple[str, str]]
) -> Reply:
    if page.state is LinkState.BLOCKED:
        return Reply(403, _render(name, "Access denied", "Subscribers only.", "en"))
    linked = addresses if page.state is LinkState.PRESENT else None
    return Reply(200, _render(name, page.title, page.text, page.lang, linked=linked, rel=page.rel, elsewhere=elsewhere))


def _render_robots(sitemap_host: str) -> Reply:
    sitemap = f"Sitemap: http://{sitemap_host}/sitemap.xml\n" if sitemap_host else ""
    return Reply(200, f"User-agent: *\nAllow: /\n{sitemap}", "text/plain; charset=utf-8")


def _render_sitemap(pages: Iterable[SitePage], address: str) -> str:
    urls = "".join(f"<url><loc>{escape(f'http://{address}{page.path}')}</loc></url>" for page in pages)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'
    )


@cache
def _template() -> Template:
    return Environment(
        loader=PackageLoader("linkreclaim.demo", "data"), autoescape=True, trim_blocks=True
    ).get_template("page.html.j2")


def _render(
    brand: str,
    title: str,
    text: str,
    lang: str,
    *,
    linked: Addresses | None = None,
    rel: str = "",
    headings: Iterable[str] = (),
    menu: Iterable[tuple[str, str]] = (),
    children: Iterable[tuple[str, str]] = (),
    elsewhere: Iterable[tuple[str, str]] = (),
) -> str:
    """One HTML page; without `linked` addresses the links of the text are left as plain words."""
    paragraphs = [list(_place_links(paragraph, linked)) for paragraph in text.strip().split("\n\n")]
    return _template().render(
        brand=brand,
        title=title,
        lang=lang,
        rel=rel,
        paragraphs=paragraphs,
        headings=headings,
        menu=menu,
        children=children,
        elsewhere=elsewhere,
    )


def _place_links(paragraph: str, linked: Addresses | None) -> Iterator[_Anchor]:
    for part in split_links(paragraph):
        has_link = part.path and linked is not None
        yield _Anchor(part.text, locate(part.path, part.to_old_host, linked) if has_link and linked else "")
