"""The walk through a site's sitemaps."""

import asyncio
from collections import Counter

from linkreclaim.inventory.sitemaps import SitemapResult, read_sitemaps
from linkreclaim.urls import Url, parse

ROOT = "https://example.org"


def urlset(*paths: str) -> bytes:
    return ("<urlset>" + "".join(f"<url><loc>{path}</loc></url>" for path in paths) + "</urlset>").encode()


def index(*paths: str) -> bytes:
    return (
        "<sitemapindex>" + "".join(f"<sitemap><loc>{path}</loc></sitemap>" for path in paths) + "</sitemapindex>"
    ).encode()


class Server:
    """Bodies by URL; counts what is asked."""

    def __init__(self, bodies: dict[str, bytes]) -> None:
        self.bodies = {path if "://" in path else ROOT + path: body for path, body in bodies.items()}
        self.asked: list[str] = []

    async def fetch(self, url: Url) -> bytes | None:
        self.asked.append(url.href)
        return self.bodies.get(url.href)

    def walk(self, *starts: str, max_urls: int = 1_000, max_documents: int = 100) -> SitemapResult:
        addresses = [parsed for start in starts if (parsed := parse(start if "://" in start else ROOT + start))]
        return asyncio.run(read_sitemaps(self.fetch, addresses, owns, max_urls, max_documents))


def owns(url: Url) -> bool:
    return url.host.removeprefix("www.") == "example.org"


def test_an_index_and_its_sitemaps() -> None:
    server = Server(
        {
            "/sitemap.xml": index("/one.xml", f"{ROOT}/two.xml", "https://other.example/three.xml", "/gone.xml"),
            "/one.xml": urlset("/a", "/b#part", "/a", "https://other.example/x"),
            "/two.xml": urlset("https://www.example.org/c", "/b"),
        }
    )
    result = server.walk("/sitemap.xml", "/one.xml")
    assert result.urls == (f"{ROOT}/a", f"{ROOT}/b", "https://www.example.org/c")
    assert result.documents == 3
    assert result.problems == (
        f"{ROOT}/gone.xml: no answer with a sitemap",
        "2 addresses of other sites, or no http(s) URLs, left out",
    )
    assert max(Counter(server.asked).values()) == 1
    assert server.asked[:2] == [f"{ROOT}/sitemap.xml", f"{ROOT}/one.xml"]


def test_indexes_that_list_each_other() -> None:
    server = Server(
        {"/a.xml": index("/b.xml", "/a.xml"), "/b.xml": index("/a.xml", "/b.xml#x", "/c.xml"), "/c.xml": urlset("/p")}
    )
    assert server.walk("/a.xml") == SitemapResult((f"{ROOT}/p",), (), 3)
    assert len(server.asked) == 3


def test_an_endless_index_is_left_at_the_limit() -> None:
    bodies = {f"/{n}.xml": index(f"/{n + 1}.xml", f"/x{n}.xml") for n in range(200)}
    result = Server(bodies).walk("/0.xml", max_documents=50)
    assert "stopped at 50 sitemaps" in result.problems[-1]


def test_the_limit_of_urls() -> None:
    server = Server({"/a.xml": urlset(*(f"/{n}" for n in range(500))), "/b.xml": urlset("/x")})
    result = server.walk("/a.xml", "/b.xml", max_urls=120)
    assert len(result.urls) == 120
    assert result.problems == ("stopped at 120 URLs",)


def test_a_start_on_another_host_may_list_pages_of_the_site() -> None:
    server = Server({"https://cdn.example/map.xml": urlset(f"{ROOT}/a", "https://cdn.example/b")})
    assert server.walk("https://cdn.example/map.xml").urls == (f"{ROOT}/a",)


def test_problems_name_the_sitemap() -> None:
    result = Server({"/a.xml": b"<html>no"}).walk("/a.xml", "/none.xml")
    assert result.problems == (f"{ROOT}/a.xml: an HTML page, no sitemap", f"{ROOT}/none.xml: no answer with a sitemap")
    assert (result.urls, result.documents) == ((), 1)
