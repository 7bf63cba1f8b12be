"""Small pages and addresses that the tests of this room share."""

from linkreclaim.html import PageLinks, find_links
from linkreclaim.urls import Url, parse

PAGE = "https://blog.example.org/posts/one.html"


def url(text: str = PAGE) -> Url:
    parsed = parse(text)
    assert parsed is not None
    return parsed


def wanted(target: Url) -> bool:
    """Our own site in these tests is shop.example."""
    return target.host.removeprefix("www.") == "shop.example"


def links_of(html: str, page: str = PAGE, content_type: str = "text/html; charset=utf-8") -> PageLinks:
    return find_links(html.encode("utf-8", "surrogateescape"), content_type, url(page), wanted)
