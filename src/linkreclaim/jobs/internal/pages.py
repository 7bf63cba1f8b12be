"""Looking at a page of the site and reading its links in one request."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from linkreclaim import html
from linkreclaim.jobs.looks.looking import is_html
from linkreclaim.model.internal_links import PageLink
from linkreclaim.net import Fetched, Fetcher, Response
from linkreclaim.urls import Url

LINKS_READ_AT_STATUS = 200
"""An error page's menu is no place where visitors of the site read."""


class LinkCatcher(Fetcher):
    """Fetches as another fetcher does, and keeps the links of the pages that are watched for.

    A watched page is read up to `max_page_bytes`, where its last link may stand, but handed on only up to
    `max_body_bytes`, so that it is judged as any other. Memory: the links of the pages that are being looked at.
    """

    def __init__(
        self, fetcher: Fetcher, owns: Callable[[Url], bool], *, max_page_bytes: int, max_body_bytes: int
    ) -> None:
        self.robots = fetcher.robots
        self._fetcher = fetcher
        self._owns = owns
        self._max_page_bytes = max_page_bytes
        self._max_body_bytes = max_body_bytes
        self._watched: set[str] = set()
        self._caught: dict[str, tuple[PageLink, ...]] = {}

    def watch(self, address: str) -> None:
        """Keep the links of this page (a URL without fragment) when it is fetched."""
        self._watched.add(address)

    def take(self, address: str) -> tuple[PageLink, ...]:
        """The links of a page that was watched for, each once; they are kept no longer."""
        self._watched.discard(address)
        return self._caught.pop(address, ())

    async def fetch(self, url: Url, **asked: Any) -> Fetched:
        """Ask for a URL like `Fetcher.fetch`."""
        address = url.without_fragment
        if address not in self._watched:
            return await self._fetcher.fetch(url, **asked)
        fetched = await self._fetcher.fetch(url, **asked | {"max_body_bytes": self._max_page_bytes})
        if fetched.response is None:
            return fetched
        if len(fetched.hops) == 1 and address in self._watched:
            self._caught[address] = self._links(fetched, fetched.response)
        return replace(fetched, response=_cut(fetched.response, self._max_body_bytes))

    def _links(self, fetched: Fetched, response: Response) -> tuple[PageLink, ...]:
        content_type = response.header("content-type") or ""
        is_read = fetched.failure is None and response.status_code == LINKS_READ_AT_STATUS
        if not is_read or not is_html(content_type, response.body):
            return ()
        page = fetched.final
        found = html.find_links(response.body, content_type, page, lambda link: self._concerns(link, page))
        links = (PageLink(link.target_url.split("#", 1)[0], link.anchor_text, link.place) for link in found.links)
        return tuple(dict.fromkeys(links))

    def _concerns(self, link: Url, page: Url) -> bool:
        return self._owns(link) and link.without_fragment != page.without_fragment


def _cut(response: Response, most_bytes: int) -> Response:
    if len(response.body) <= most_bytes:
        return response
    return replace(response, body=response.body[:most_bytes], truncated=True)
