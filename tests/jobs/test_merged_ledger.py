"""The same links out of many tools' exports: one ledger that equals the truth, nothing counted twice."""

import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from benchmarks.ledger.exports import EXPORTS, Link
from tests.jobs.conftest import Web
from tests.jobs.web import NOT_FOUND, Answer, Host, Page

from linkreclaim.jobs.gathering.ledger import compare_sources
from linkreclaim.model.ledger import LedgerView
from linkreclaim.model.links import Backlink
from linkreclaim.model.sites import Site
from linkreclaim.sources.source import open_sources
from linkreclaim.store import Workspace, open_workspace
from linkreclaim.store.claims import make_batches

SITE = Site("example.com", "https")
PAGES = ("/a%C3%A4/", "/b?utm_medium=x&utm_source=y", "/c/d.html", "/", "/shop/%7Etilde?id=1&lang=de")
"""Paths of targets and pages that have more than one spelling."""
NAMED = [name for name in EXPORTS if name != "search_console"]
"""Exports that name both ends of a link."""


def in_words_of(tool: str, url: str) -> str:
    """The same URL as another tool writes it."""
    scheme, _, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    other = "http" if scheme == "https" else "https"
    return {
        "ahrefs": url,
        "semrush": f"{other}://{host}{slash}{path}",
        "majestic": f"{scheme}://www.{host}{slash}{path}",
        "moz": f"{host}{slash}{path}",
        "se_ranking": f"{scheme}://{host.upper()}{slash}{path}",
        "bing": f"{scheme}://{host}{slash}{_swapped(path)}",
        "screaming_frog": f"{url}#part-two",
        "search_console": url.replace("%C3%A4", "%c3%a4").replace("%7E", "~"),
    }[tool]


def _swapped(path: str) -> str:
    """Parameters of a query the other way round."""
    before, mark, query = path.partition("?")
    return before + mark + "&".join(reversed(query.split("&")))


@pytest.fixture
def truth() -> list[Link]:
    """Forty links: six sites with pages of odd addresses, to five targets."""
    draw = random.Random(1)
    pairs = {
        (f"https://site-{draw.randrange(6)}.test{draw.choice(PAGES)}", f"https://example.com{draw.choice(PAGES)}")
        for _ in range(400)
    }
    return [Link(page, target, rank=n) for n, (page, target) in enumerate(sorted(pairs)[:40])]


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with open_workspace(tmp_path / "ws") as opened:
        yield opened


def give(workspace: Workspace, tool: str, links: Iterable[Link], name: str = "") -> None:
    """Import the links as the export of a tool, in that tool's spelling."""
    path = workspace.folder / f"{name or tool}.csv"
    spelled = (
        link._replace(page=in_words_of(tool, link.page), target=in_words_of(tool, link.target)) for link in links
    )
    EXPORTS[tool].write(path, spelled)
    (source,) = open_sources(path)
    info = source.info
    assert f"{info.tool} {info.report}" == EXPORTS[tool].name, "each file is recognised by its content"
    ledger = workspace.ledger
    file = ledger.open_file(ledger.site_id(SITE.host), SITE, str(path), path.name, info.tool, info.report, info.notes)
    for _ in ledger.import_batches(file, make_batches(source.rows(), SITE)):
        pass


def backlinks(workspace: Workspace) -> list[Backlink]:
    site_id = workspace.ledger.site_id(SITE.host)
    workspace.targets.refresh(site_id)
    return list(workspace.backlinks.of_targets(site_id, workspace.targets.ids(site_id)))


def pairs_in(workspace: Workspace) -> Counter[Any]:
    """(linking page, target) of every backlink, as their first tool spelled them."""
    found = backlinks(workspace)
    urls = workspace.urls.written(list({link.target_id for link in found}))
    return Counter((key(link.referring_page), key(urls[link.target_id])) for link in found)


def key(url: str) -> tuple[str, ...]:
    """A URL reduced to what its spellings share, by other means than the program's own."""
    rest = url.partition("#")[0].partition("://")[2].removeprefix("www.")
    host, _, path = rest.partition("/")
    before, _, query = path.replace("%c3%a4", "%C3%A4").replace("%7E", "~").partition("?")
    return (host.lower().removeprefix("www."), before, *sorted(query.split("&")))


def pairs_of(links: Iterable[Link]) -> Counter[Any]:
    return Counter((key(link.page), key(link.target)) for link in links)


def figures(view: LedgerView) -> tuple[int, int, int]:
    return view.total.backlinks, view.total.referring_domains, view.total.targets


def true_figures(links: Iterable[Link]) -> tuple[int, int, int]:
    found = list(links)
    return len(pairs_of(found)), len({key(x.page)[0] for x in found}), len({key(x.target) for x in found})


@pytest.mark.parametrize("tool", NAMED)
def test_each_export_alone_gives_its_links(workspace: Workspace, truth: list[Link], tool: str) -> None:
    give(workspace, tool, truth)
    assert pairs_in(workspace) == pairs_of(truth)
    assert figures(compare_sources(workspace.folder)) == true_figures(truth)


def test_all_exports_together_give_each_link_once(workspace: Workspace, truth: list[Link]) -> None:
    for tool in EXPORTS:
        give(workspace, tool, truth)
    assert pairs_in(workspace) == pairs_of(truth)
    view = compare_sources(workspace.folder)
    assert figures(view) == true_figures(truth)
    assert {source.missed.backlinks for source in view.sources} == {0}
    assert {source.alone.backlinks for source in view.sources} == {0}
    for link in backlinks(workspace):
        assert set(link.sources) == {EXPORTS[tool].name for tool in NAMED}


def test_what_each_export_misses_is_what_the_others_have(workspace: Workspace, truth: list[Link]) -> None:
    draw = random.Random(2)
    shares = {tool: [link for link in truth if draw.random() < 0.5] for tool in NAMED}
    for tool, links in shares.items():
        give(workspace, tool, links)
    known = [link for link in truth if any(link in links for links in shares.values())]
    view = compare_sources(workspace.folder)
    assert pairs_in(workspace) == pairs_of(known)
    assert figures(view) == true_figures(known)
    for tool, source in zip(NAMED, view.sources, strict=True):
        own, others = set(shares[tool]), {x for name, links in shares.items() if name != tool for x in links}
        assert source.known.backlinks == len(own)
        assert source.missed.backlinks == len(others - own)
        assert source.alone.backlinks == len(own - others)


def test_the_same_export_under_another_name_adds_nothing(workspace: Workspace, truth: list[Link]) -> None:
    give(workspace, "ahrefs", truth)
    once = backlinks(workspace)
    give(workspace, "ahrefs", truth, "ahrefs-again")
    assert backlinks(workspace) == once
    assert figures(compare_sources(workspace.folder)) == true_figures(truth)


def test_of_two_exports_of_one_tool_the_newer_speaks(workspace: Workspace, truth: list[Link]) -> None:
    newer = [link._replace(anchor="new", rank=90, first_seen="2024-02-01", last_seen="2026-10-01") for link in truth]
    older = [link._replace(anchor="old", rank=10, last_seen="2025-10-01") for link in truth]
    give(workspace, "semrush", newer)
    give(workspace, "semrush", older, "last-year")
    found = backlinks(workspace)
    assert pairs_in(workspace) == pairs_of(truth)
    assert {link.anchor_text for link in found} == {"new"}
    assert {(str(link.first_seen), str(link.last_seen)) for link in found} == {("2024-01-15", "2026-10-01")}
    (source,) = compare_sources(workspace.folder).sources
    assert (source.files, source.known.backlinks) == (2, len(truth))


@dataclass
class Audited:
    """What an audit of the small web says."""

    result: dict[str, Any]
    view: LedgerView

    def links_by_dead(self) -> dict[str, int]:
        return {row["url"].partition("?")[0]: row["links"] for row in self.result["dead_pages"]}


ON_LOOPBACK = ("ahrefs", "semrush", "majestic", "bing", "screaming_frog", "search_console")


def spelled_on_loopback(tool: str, url: str) -> str:
    """Spellings that an address of digits and a server without TLS leave."""
    return {
        "semrush": url.replace("http://", "HTTP://"),
        "majestic": url + "#comments",
        "bing": "?".join(
            part if n == 0 else "&".join(reversed(part.split("&"))) for n, part in enumerate(url.split("?"))
        ),
        "screaming_frog": url.replace("/blog/", "/%62log/"),
    }.get(tool, url)


def ask_with_parameters(web: Web) -> None:
    """Every link of the small web gets two parameters, which have two orders, and which the site does not mind."""
    serving = web.site.answer
    web.site.answer = lambda path: serving(path.partition("?")[0])
    web.links[:] = [(page, f"{target}?utm_source=a&utm_medium=b") for page, target in web.links]
    for host in web.referring:
        host.answer = linking_pages({page: target for page, target in web.links if page.startswith(host.origin)}, host)


def linking_pages(links: dict[str, str], host: Host) -> Answer:
    def answer(path: str) -> Page:
        target = links.get(host.origin + path)
        return NOT_FOUND if target is None else (200, {}, f"<title>Links</title><a href='{target}'>this</a>")

    return answer


@pytest.mark.parametrize("tools", [("ahrefs",), ("search_console",), ON_LOOPBACK], ids=["both ends", "pages", "all"])
def test_an_audit_of_one_export_and_of_all_finds_the_same(web: Web, tools: tuple[str, ...]) -> None:
    ask_with_parameters(web)
    files = []
    for tool in tools:
        path = web.folder / f"{tool}.csv"
        spelled = (Link(page, spelled_on_loopback(tool, target), target_status=404) for page, target in web.links)
        EXPORTS[tool].write(path, spelled)
        files += ["--links", str(path)]
    _, result, _ = web.audit(*files)
    audited = Audited(result, compare_sources(web.folder / "ws"))
    expected: dict[str, set[str]] = defaultdict(set)
    for page, target in web.links:
        expected[target.partition("?")[0]].add(page)
    dead = {url: len(pages) for url, pages in expected.items() if "/blog/" in url and "old-news" not in url}
    assert {url.replace("/%62log/", "/blog/"): links for url, links in audited.links_by_dead().items()} == dead
    assert audited.result["summary"]["backlinks"] == audited.view.total.backlinks == len(web.links)
    assert audited.view.total.targets == len(expected)
    assert audited.view.total.dead_targets == len(dead)
    hosts = {page.partition("://")[2].partition("/")[0] for page, _ in web.links}
    assert audited.result["summary"]["referring_domains"] == audited.view.total.referring_domains == len(hosts)
    assert {source.missed.backlinks for source in audited.view.sources} == {0}


def test_sites_named_without_their_pages_are_links_of_their_target_once(web: Web) -> None:
    path = web.folder / "404s.csv"
    dead = f"{web.site.origin}/blog/retired"
    rows = [
        ("press.test", dead),
        ("www.press.test", dead),
        ("blog.test", dead),
        ("press.test", f"{web.site.origin}/contact"),
    ]
    path.write_text("\n".join(["site,url", *(f"{site},{url}" for site, url in rows)]) + "\n")
    _, result, _ = web.audit("--links", str(path), "--columns", "referring_domain=site,target_url=url")
    (found,) = result["dead_pages"]
    assert (found["links"], found["referring_domains"]) == (2, 2)
    assert found["best_link"] in ("press.test", "blog.test")
    summary, view = result["summary"], compare_sources(web.folder / "ws")
    assert summary["pages_total"] == 0, "there is no page to read"
    assert (summary["backlinks"], summary["referring_domains"]) == (3, 2)
    assert figures(view) == (3, 2, 2)
