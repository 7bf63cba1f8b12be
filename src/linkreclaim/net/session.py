"""Everything needed to ask servers, wired together and closed again."""

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from linkreclaim.config import FetchSettings
from linkreclaim.model.sites import Site
from linkreclaim.net.curl import CurlTransport
from linkreclaim.net.fetch import Fetcher
from linkreclaim.net.pace import HostPace, choose_limits
from linkreclaim.net.polite import BACKOFF_S, PoliteTransport
from linkreclaim.net.robots import Robots, RobotsCache
from linkreclaim.net.transport import Transport


@asynccontextmanager
async def open_fetcher(
    settings: FetchSettings,
    site: Site | None = None,
    robots_cache: RobotsCache | None = None,
    *,
    transport: Transport | None = None,
    clock: Callable[[], float] = time.monotonic,
    obey_site_robots: bool = False,
    backoff_s: float = BACKOFF_S,
    second_try: bool = True,
) -> AsyncIterator[Fetcher]:
    """A Fetcher for one run, closed at the end of the block.

    `site` None: every host is a stranger's. `transport` replaces the libcurl one; it is closed here all the same.
    `backoff_s` and `second_try`: see PoliteTransport.
    """
    pace = HostPace(choose_limits(settings, site), clock=clock)
    inner = transport or CurlTransport(settings)
    polite = PoliteTransport(inner, pace, settings, backoff_s=backoff_s, second_try=second_try)
    robots = Robots(polite, settings.user_agent, robots_cache)
    fetcher = Fetcher(polite, settings, site, robots, pace, obey_site_robots=obey_site_robots)
    try:
        yield fetcher
    finally:
        await fetcher.close()
