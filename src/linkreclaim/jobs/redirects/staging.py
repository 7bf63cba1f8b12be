"""Where a map is verified: the live site, or a staging server that is asked under the site's name."""

import ipaddress
from dataclasses import dataclass, replace

from linkreclaim.model.sites import Site
from linkreclaim.net import Headers, Request, Response, Transport
from linkreclaim.urls import Url


@dataclass(frozen=True, slots=True)
class Place:
    """The server to connect to, and the site that is asked for there."""

    base: Url
    origin: Url  # under which the site's paths are asked for
    site: Site  # with the scheme of `base`

    @property
    def staged(self) -> bool:
        """Whether the server is asked under another name than its own."""
        return self.base.netloc != self.origin.netloc

    @property
    def public(self) -> bool:
        """Whether pages there can know their real address."""
        return not self.staged and _has_real_name(self.base)

    @property
    def has_www(self) -> bool:
        """Whether the site's name can stand with and without `www.`."""
        return _has_real_name(self.origin)

    @property
    def both_schemes(self) -> bool:
        """Whether http and https can be asked, each on its own port."""
        return self.public and self.base.port is None

    def is_here(self, url: Url) -> bool:
        """Whether a request for the URL is one to the site or its former hosts (a staging server may add its port)."""
        return self.site.concerns(url.netloc) or (url.port == self.base.port and self.site.concerns(url.host))


def _has_real_name(url: Url) -> bool:
    try:
        ipaddress.ip_address(url.host.strip("[]"))
    except ValueError:
        return "." in url.host and not url.host.endswith((".localhost", ".local"))
    return False


class StagedTransport:
    """Sends what is for the site to its staging server, with the site's name as Host; all else goes its usual way.

    `site_headers` (a password, a firewall's pass) go along with each of them: former hosts, too, are that server here.
    """

    def __init__(self, inner: Transport, place: Place, site_headers: Headers) -> None:
        self._inner = inner
        self._place = place
        self._site_headers = site_headers

    async def send(self, request: Request) -> Response:
        """Ask once; see Transport."""
        if not self._place.is_here(request.url):
            return await self._inner.send(request)
        url, base = request.url, self._place.base
        there = replace(
            url,
            href=base.origin + url.request_target,
            scheme=base.scheme,
            host=base.host,
            port=base.port,
            fragment=None,
        )
        name = url.host if url.port == base.port else url.netloc
        own = [field for field in request.headers if field not in self._site_headers]
        return await self._inner.send(replace(request, url=there, headers=(("Host", name), *self._site_headers, *own)))

    async def close(self) -> None:
        """Close the connections."""
        await self._inner.close()
