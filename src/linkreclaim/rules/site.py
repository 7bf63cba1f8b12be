"""What is known of the site beside the pairs: its live pages, and its own host."""

from collections.abc import Iterable
from dataclasses import dataclass

from linkreclaim.rules.pairs import place_of, without_fragment
from linkreclaim.urls import HOME_PATHS


@dataclass(frozen=True, slots=True)
class SitePages:
    """Live pages by host and path with query; none: they are not known."""

    live: frozenset[tuple[str, str]]
    site_host: str

    @property
    def known(self) -> bool:
        """Whether the live pages are known."""
        return bool(self.live)

    def lacks(self, target: str) -> bool:
        """Whether a target is surely no page of the site; never so for other hosts, or where nothing is known."""
        host, path = without_fragment(target, self.site_host)
        return self.known and not host and not {("", path), ("", path.partition("?")[0])} & self.live

    def is_home(self, target: str) -> bool:
        """Whether a target is the home page, of whatever host."""
        return place_of(target, self.site_host).path.lower() in HOME_PATHS


def read_site(live: Iterable[str], site_host: str) -> SitePages:
    """The live pages, given as paths or full URLs; `site_host` (without `www.`) is the host that paths are on."""
    return SitePages(frozenset(without_fragment(page, site_host) for page in live), site_host)
