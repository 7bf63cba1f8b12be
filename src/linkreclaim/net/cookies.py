"""Cookies within one redirect chain: many sites set one, redirect, and loop for a client that does not return it."""

import re

from linkreclaim.net.transport import Response
from linkreclaim.urls import Url

MAX_COOKIES = 50
MAX_COOKIE_BYTES = 4096
"""Limits per chain and per cookie. Source: RFC 6265, 6.1 (what user agents should at least hold)."""

_PAIR = re.compile(r"([!-:<>-~]+)=([!-:<-~ \x80-\xff]*)")
"""name=value without control characters: a cookie must not be able to write a header line of its own."""


class ChainCookies:
    """The cookies that the hosts of one chain have set, each sent back to the host (and port) that set it only."""

    def __init__(self) -> None:
        self._by_host: dict[str, dict[str, str]] = {}
        self._secure: set[tuple[str, str]] = set()
        self._count = 0

    def take(self, url: Url, response: Response) -> None:
        """Keep what an answer sets; what is malformed, too long or too much is left out."""
        for field, value in response.headers:
            if field == "set-cookie" and len(value) <= MAX_COOKIE_BYTES and self._count < MAX_COOKIES:
                self._keep(url, value)

    def header_for(self, url: Url) -> str:
        """The value of the Cookie header for a URL, empty when there is nothing to send."""
        if not self._by_host:
            return ""
        cookies = self._by_host.get(url.netloc, {})
        return "; ".join(
            f"{name}={value}"
            for name, value in cookies.items()
            if url.scheme == "https" or (url.netloc, name) not in self._secure
        )

    def _keep(self, url: Url, field: str) -> None:
        pair, *attributes = (part.strip() for part in field.split(";"))
        found = _PAIR.fullmatch(pair)
        if found is None:
            return
        self._count += 1
        self._by_host.setdefault(url.netloc, {})[found[1]] = found[2]
        if "secure" in (attribute.lower() for attribute in attributes):
            self._secure.add((url.netloc, found[1]))
