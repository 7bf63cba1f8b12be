"""Where the links of one page lead: hrefs resolved as its browser would, each once."""

import re

from linkreclaim.html.charset import Decoded
from linkreclaim.urls import Url, registrable_domain, resolve

_MAX_HREF_CHARS = 8_192  # longer than any server takes; `data:` and broken markup mostly
_NO_PAGE = ("javascript:", "mailto:", "tel:", "data:")
_STRIPPED = "".join(map(chr, range(0x21)))  # URL Standard, 4.4: C0 controls and spaces at both ends
_LINE_BREAKS = re.compile(r"[\t\n\r]")  # and these anywhere
_PARTS = re.compile(r"([^?#]*\?)([^#]*)(.*)", re.DOTALL)
_REFERENCE = re.compile(rb"&#(\d+);")
_ESCAPED = frozenset(range(0x21)) | frozenset(b"\"#<>'") | frozenset(range(0x7F, 0x100))
"""URL Standard, 1.3: the special-query percent-encode set, over bytes."""


class Targets:
    """Resolves the hrefs of one page, and keeps which distinct URLs leave its registrable domain."""

    def __init__(self, base: Url, page: Url, encoding: Decoded) -> None:
        self._base = base
        self._page = page.without_fragment
        self._domain = registrable_domain(page.netloc)
        self._encoding = encoding
        self._known: dict[str, Url | None] = {}
        self.external: set[str] = set()
        self.internal: set[str] = set()

    def resolve(self, href: str) -> Url | None:
        """The URL that an href leads to, None when it is no http(s) URL or longer than servers take."""
        if href not in self._known:
            self._known[href] = self._resolve_new(href)
        return self._known[href]

    def _resolve_new(self, href: str) -> Url | None:
        if len(href) > _MAX_HREF_CHARS or href.startswith(_NO_PAGE):
            return None
        target = resolve(self._base, href if href.isascii() else _as_browsers_write(href, self._encoding))
        if target is None:
            return None
        address = target.without_fragment
        if registrable_domain(target.netloc) != self._domain:
            self.external.add(address)
        elif address != self._page:
            self.internal.add(address)
        return target


def _as_browsers_write(href: str, encoding: Decoded) -> str:
    """An href with letters beyond ASCII, which browsers read in the page's encoding and send its query in that too.

    URL Standard, 4.4 "query state" and 1.3 "percent-encode after encoding"; letters that the encoding lacks become
    decimal references. UTF-16 pages send UTF-8.
    """
    codec = encoding.browser_codec
    if codec != encoding.codec:
        href = href.encode(encoding.codec, "replace").decode(codec, "replace")
    parts = None if codec.startswith("utf") else _PARTS.fullmatch(_LINE_BREAKS.sub("", href.strip(_STRIPPED)))
    if parts is None or parts[2].isascii():
        return href
    return parts[1] + _query_in(parts[2], codec) + parts[3]


def _query_in(query: str, codec: str) -> str:
    data = _REFERENCE.sub(rb"%26%23\1%3B", query.encode(codec, "xmlcharrefreplace"))
    return "".join(f"%{byte:02X}" if byte in _ESCAPED else chr(byte) for byte in data)
