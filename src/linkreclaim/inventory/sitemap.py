"""Reads one sitemap: urlset, index, text, RSS or Atom; gzipped or not; hostile or broken."""

import io
import re
import zlib
from dataclasses import dataclass
from xml.parsers import expat

MAX_SITEMAP_BYTES = 52_428_800
"""50 MB uncompressed (sitemaps.org protocol, "Using Sitemap index files")."""
_MAX_DEPTH = 64  # a urlset with image and video extensions nests 5 deep
_MAX_URL_CHARS = 8_192
_MAX_PROBLEMS = 20
_GZIP = b"\x1f\x8b"
_GZIP_WBITS = 31
_BARE_AMPERSAND = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9a-fA-F]{1,6});)")
_SPACE = b" \t\r\n\xef\xbb\xbf"

_PLACES = {
    ("url", "loc"): "pages",
    ("sitemap", "loc"): "sitemaps",
    ("item", "link"): "pages",  # RSS 1.0, 2.0
    ("entry", "link"): "pages",  # Atom, whose address is an attribute
}
"""(parent, element) that hold an address. `image:loc` has another parent."""


@dataclass(frozen=True, slots=True)
class SitemapDoc:
    """What one sitemap lists, in its order, as it is written there; and what was wrong with it."""

    pages: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


def parse_sitemap(body: bytes) -> SitemapDoc:
    """Read a sitemap; raises nothing. What was read before a fault is kept and the fault is reported.

    Entity declarations are refused (billion laughs); a gzipped body is unpacked to 50 MB at most.
    """
    problems: list[str] = []
    body = _unpack(body, problems).lstrip(_SPACE)
    if len(body) > MAX_SITEMAP_BYTES:
        problems.append("more than 50 MB uncompressed, the limit of the sitemaps protocol: read up to there")
        body = body[:MAX_SITEMAP_BYTES]
    if not body:
        return SitemapDoc(problems=(*problems, "empty"))
    if body[:100].lower().startswith((b"<!doctype html", b"<html")):
        return SitemapDoc(problems=(*problems, "an HTML page, no sitemap"))
    if body.startswith((b"<", b"\xff\xfe", b"\xfe\xff")):
        found = _parse_xml(body, problems)
    else:
        found = _parse_text(body, problems)
    return SitemapDoc(tuple(found["pages"]), tuple(found["sitemaps"]), tuple(problems[:_MAX_PROBLEMS]))


def _unpack(body: bytes, problems: list[str]) -> bytes:
    if not body.startswith(_GZIP):
        return body
    unpacker = zlib.decompressobj(_GZIP_WBITS)
    try:
        unpacked = unpacker.decompress(body, MAX_SITEMAP_BYTES + 1)
    except zlib.error as error:
        problems.append(f"broken gzip data: {error}")
        return b""
    if not unpacker.eof and len(unpacked) <= MAX_SITEMAP_BYTES:
        problems.append("gzip data cut off: read up to there")
    return unpacked


def _parse_text(body: bytes, problems: list[str]) -> dict[str, list[str]]:
    """One URL a line (sitemaps.org protocol, "Text file")."""
    pages: list[str] = []
    for number, line in enumerate(io.StringIO(body.decode("utf-8", "replace"), newline=None), 1):
        address = line.strip()
        if address.startswith(("http://", "https://")):
            pages.append(address[:_MAX_URL_CHARS])
        elif address and len(problems) < _MAX_PROBLEMS:
            problems.append(f"line {number}: no URL: {address[:80]!r}")
    return {"pages": pages, "sitemaps": []}


def _parse_xml(body: bytes, problems: list[str]) -> dict[str, list[str]]:
    """Read XML; a raw `&` in an address, the commonest fault, is mended and the reading done again."""
    reader = _XmlReader()
    fault = reader.read(body)
    if fault and _BARE_AMPERSAND.search(body):
        problems.append(f"{fault}; read again with each `&` that stands alone as `&amp;`")
        reader = _XmlReader()
        fault = reader.read(_BARE_AMPERSAND.sub(b"&amp;", body))
    if fault:
        problems.append(f"{fault}; what stands before it was read")
    elif not reader.known:
        problems.append("XML, but neither a sitemap nor a feed")
    return reader.found


class _RefusedError(Exception):
    """Raised inside expat's callbacks to stop the reading."""


class _XmlReader:
    """Collects addresses while expat reads; expat keeps no tree, so memory is bound by the addresses."""

    def __init__(self) -> None:
        self.found: dict[str, list[str]] = {"pages": [], "sitemaps": []}
        self.known = False  # a root element of a sitemap or feed was seen
        self._open: list[str] = []
        self._text: list[str] | None = None

    def read(self, body: bytes) -> str:
        """Read a document; the fault that ended it early, "" when there was none."""
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.EntityDeclHandler = self._refuse_entity
        try:
            parser.Parse(body, True)
        except expat.ExpatError as error:
            return f"broken XML: {error}"
        except (_RefusedError, ValueError, LookupError) as error:  # ValueError, LookupError: an encoding Python has not
            return str(error)
        return ""

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2].lower()
        if not self._open:
            self.known = local in ("urlset", "sitemapindex", "rss", "feed", "rdf")
        self._open.append(local)
        if len(self._open) > _MAX_DEPTH:
            raise _RefusedError(f"elements nested more than {_MAX_DEPTH} deep")
        place = _PLACES.get((self._open[-2] if len(self._open) > 1 else "", local))
        self._text = [] if place else None
        if place and attributes.get("href") and attributes.get("rel", "alternate") == "alternate":
            self._text = [attributes["href"]]

    def _end(self, _name: str) -> None:
        local = self._open.pop()
        if self._text is not None:
            address = "".join(self._text).strip()
            if 0 < len(address) <= _MAX_URL_CHARS:
                self.found[_PLACES[(self._open[-1], local)]].append(address)
        self._text = None

    def _characters(self, text: str) -> None:
        if self._text is not None:
            self._text.append(text)

    def _refuse_entity(self, name: str, *_rest: object) -> None:
        raise _RefusedError(
            f"declares the entity {name[:40]!r}: refused, sitemaps need none and bombs are made of them"
        )
