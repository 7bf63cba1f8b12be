"""Walks a site's sitemaps: from the addresses given, through indexes, to the pages."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from linkreclaim.inventory.sitemap import parse_sitemap
from linkreclaim.urls import Url, resolve

MAX_URLS = 1_000_000
MAX_DOCUMENTS = 1_000
_AT_ONCE = 4  # documents of up to 50 MB are in memory together
_MAX_PROBLEMS = 200

Fetch = Callable[[Url], Awaitable[bytes | None]]
"""Gets a sitemap's body; None when it is not there or could not be had."""


@dataclass(frozen=True, slots=True)
class SitemapResult:
    """The pages that a site's sitemaps list, each once, in their order, and what was wrong on the way."""

    urls: tuple[str, ...]
    problems: tuple[str, ...]
    documents: int  # sitemaps read, indexes included


async def read_sitemaps(
    fetch: Fetch,
    starts: Sequence[Url],
    owns: Callable[[Url], bool],
    max_urls: int = MAX_URLS,
    max_documents: int = MAX_DOCUMENTS,
) -> SitemapResult:
    """Walk sitemaps breadth first; each address is asked once, whatever lists it.

    Pages and sitemaps for which `owns` says no are left out and counted in a problem; a start is asked wherever it
    stands, because robots.txt may name a sitemap on another host (sitemaps.org, "Cross Submits"). Raises what
    `fetch` raises.
    """
    walk = _Walk(owns, max_urls)
    walk.queue(starts)
    while walk.waiting and walk.asked < max_documents and len(walk.urls) < max_urls:
        batch = walk.take(min(_AT_ONCE, max_documents - walk.asked))
        bodies = await asyncio.gather(*(fetch(url) for url in batch))
        for url, body in zip(batch, bodies, strict=True):
            walk.add(url, body)
    return walk.result(max_documents)


class _Walk:
    """What is known during one walk."""

    def __init__(self, owns: Callable[[Url], bool], max_urls: int) -> None:
        self._owns = owns
        self._max_urls = max_urls
        self._known: set[str] = set()
        self._foreign = 0
        self._problems: list[str] = []
        self._documents = 0
        self.asked = 0
        self.waiting: list[Url] = []
        self.urls: dict[str, None] = {}

    def queue(self, sitemaps: Sequence[Url]) -> None:
        """Line up sitemaps that were not asked yet."""
        for url in sitemaps:
            if url.without_fragment not in self._known:
                self._known.add(url.without_fragment)
                self.waiting.append(url)

    def take(self, count: int) -> list[Url]:
        """The next sitemaps to ask."""
        batch, self.waiting = self.waiting[:count], self.waiting[count:]
        self.asked += len(batch)
        return batch

    def add(self, url: Url, body: bytes | None) -> None:
        """Take in one answer."""
        if body is None:
            self._problems.append(f"{url.href}: no answer with a sitemap")
            return
        document = parse_sitemap(body)
        self._documents += 1
        self._problems += [f"{url.href}: {problem}" for problem in document.problems]
        self.queue(self._owned(url, document.sitemaps))
        for page in self._owned(url, document.pages):
            if len(self.urls) >= self._max_urls:
                return
            self.urls[page.without_fragment] = None

    def _owned(self, sitemap: Url, addresses: Sequence[str]) -> list[Url]:
        resolved = [target for address in addresses if (target := resolve(sitemap, address))]
        owned = [target for target in resolved if self._owns(target)]
        self._foreign += len(addresses) - len(owned)
        return owned

    def result(self, max_documents: int) -> SitemapResult:
        """What the walk found, with the limits it met."""
        problems = self._problems[:_MAX_PROBLEMS]
        if self._foreign:
            problems.append(f"{self._foreign:,} addresses of other sites, or no http(s) URLs, left out")
        if len(self.urls) >= self._max_urls:
            problems.append(f"stopped at {self._max_urls:,} URLs")
        elif self.waiting:
            problems.append(f"stopped at {max_documents:,} sitemaps; {len(self.waiting):,} more are listed")
        return SitemapResult(tuple(self.urls), tuple(problems), self._documents)
