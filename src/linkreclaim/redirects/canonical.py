"""One spelling for every source and target, so that a writer can quote bytes and never has to guess.

A canonical source is `/path[?query]`, or `https://host/path[?query]` on another host than the site's. Its path holds
letters, digits and `-._~!$&'()*+,;=:@/`; every other byte is an upper-case escape, and `%2F` stays apart from `/`. Its
query is as browsers send it. A canonical target holds only characters that RFC 3986 allows in a URL: no blank, quote,
brace, backslash or control character, so it can be written between quotes on every server.
"""

import re
from dataclasses import dataclass
from urllib.parse import quote_from_bytes, unquote_to_bytes

from linkreclaim.errors import RedirectMapError
from linkreclaim.model.sites import Site
from linkreclaim.urls import Url, parse

PLAIN_IN_PATH = "!$&'()*+,;=:@/"
"""Besides unreserved characters, those that mean the same escaped and plain in a path.
**Source:** RFC 3986, 3.3 (pchar); nginx, Apache, HAProxy and lighttpd decode them before they compare."""

_NOT_WRITABLE = re.compile("[\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff\ud800-\udfff]")
"""Control, line-breaking, invisible and half characters: honest URLs hold them only escaped."""
_LONE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_ENCODED_SLASH = re.compile("%2F", re.IGNORECASE)
_FULL_URL = re.compile("https?://", re.IGNORECASE)
_USER_NAME = re.compile(r"[^/]*//[^/?#]*@")
_NOT_IN_URL = re.compile(r"[^A-Za-z0-9\-._~:/?#@!$&'()*+,;=%]")
_SOURCE = re.compile(
    r"(?:https://(?P<host>[a-z0-9.\-:\[\]]+))?"
    r"(?P<path>/(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/]++|%[0-9A-F]{2})*+)"
    r"(?:\?(?P<query>[!$-;=?-~]+))?"
)
_TARGET = re.compile(
    r"(?P<base>(?:https?://[a-z0-9.\-:\[\]]+)?/[A-Za-z0-9\-._~:/@!$&'()*+,;=%]*)"
    r"(?:\?(?P<query>[A-Za-z0-9\-._~:/?@!$&'()*+,;=%]*))?"
    r"(?:#(?P<fragment>[A-Za-z0-9\-._~:/?@!$&'()*+,;=%]*))?"
)


@dataclass(frozen=True, slots=True)
class Source:
    """What a request must look like. `host` is empty for the site itself and without `www.` for another host."""

    host: str
    path: str
    query: str | None

    @property
    def text(self) -> str:
        """The canonical form, as it stands in a plan."""
        origin = f"https://{self.host}" if self.host else ""
        return origin + self.path + ("" if self.query is None else "?" + self.query)

    @property
    def encoded_slash(self) -> bool:
        """Whether the path holds a `%2F` that is no folder separator."""
        return "%2F" in self.path

    @property
    def path_bytes(self) -> bytes:
        """The path as a server sees it after decoding; an encoded slash is decoded too."""
        return unquote_to_bytes(self.path)


@dataclass(frozen=True, slots=True)
class Target:
    """A target in the parts that a server must put together again around the request's own query."""

    base: str  # [origin]/path
    query: str | None
    fragment: str | None

    @property
    def text(self) -> str:
        """The canonical form, as it stands in a plan."""
        return self.base + _tail("?", self.query) + _tail("#", self.fragment)


def _tail(mark: str, part: str | None) -> str:
    return "" if part is None else mark + part


def read_source(text: str, site: Site) -> Source:
    """Read a source as people and tools write it.

    Raises RedirectMapError with the reason when it can never match a request, or is on a host that is not the site's.
    """
    url = _read_url(text, site, "source")
    if url.netloc.removeprefix("www.") == site.host:
        host = ""
    elif site.concerns(url.netloc):
        host = url.netloc.removeprefix("www.")
    else:
        raise RedirectMapError(f"source is on {url.netloc}, which is neither the site nor one of its former hosts")
    return Source(host, canonical_path(url.path), url.query or None)


def read_target(text: str, site: Site) -> Target:
    """Read a target: a path stays a path, a full URL stays one.

    Raises RedirectMapError with the reason when it is neither, carries a user name, or asks for what no server answers.
    """
    url = _read_url(text, site, "target")
    if "%00" in url.path:
        raise RedirectMapError("target holds a NUL byte (%00), which every server refuses")
    origin = url.origin if _FULL_URL.match(text.strip()) else ""
    return Target(
        origin + _only_url_characters(url.path),
        _only_url_characters(url.query) if url.query else None,
        _only_url_characters(url.fragment).replace("#", "%23") if url.fragment else None,
    )


def source_of(text: str) -> Source:
    """Take a canonical source apart; raises RedirectMapError for anything else, whoever made it."""
    found = _SOURCE.fullmatch(text)
    if found is None:
        raise RedirectMapError(f"{text[:200]!r} is no canonical source: plan the lines before they are written")
    return Source(found["host"] or "", found["path"], found["query"])


def target_of(text: str) -> Target:
    """Take a canonical target apart; raises RedirectMapError for anything else, whoever made it."""
    found = _TARGET.fullmatch(text)
    if found is None:
        raise RedirectMapError(f"{text[:200]!r} is no canonical target: plan the lines before they are written")
    return Target(found["base"], found["query"], found["fragment"])


def canonical_path(path: str) -> str:
    """Spell a percent-encoded path in the one canonical way; raises RedirectMapError for `%00`."""
    pieces = _ENCODED_SLASH.split(path)
    if any("%00" in piece for piece in pieces):
        raise RedirectMapError("source holds a NUL byte (%00), which every server refuses")
    return "%2F".join(quote_from_bytes(unquote_to_bytes(piece), safe=PLAIN_IN_PATH) for piece in pieces)


def requested_by(target: Target, site: Site) -> Source | None:
    """The request that following a target makes, or None when it goes to a host that is not the site's."""
    if target.base.startswith("/"):
        return Source("", canonical_path(target.base), target.query or None)
    try:
        return read_source(target.text, site)
    except RedirectMapError:
        return None


def _read_url(text: str, site: Site, column: str) -> Url:
    found = _NOT_WRITABLE.search(text)
    if found:
        raise RedirectMapError(f"{column} holds the character U+{ord(found[0]):04X}, which no URL may hold unescaped")
    path, mark, rest = text.strip().partition("?")
    text = _LONE_PERCENT.sub("%25", path).replace("\\", "%5C") + mark + rest
    if text.startswith("/") and not (column == "target" and text.startswith("//")):
        url = parse(f"{site.scheme}://{site.host}{text}")
    elif _FULL_URL.match(text) and not _USER_NAME.match(text):
        url = parse(text)
    else:
        raise RedirectMapError(
            f"{column} is neither a path that starts with one / nor an http(s) URL without user name"
        )
    if url is None:
        raise RedirectMapError(f"{column} is no valid URL")
    return url


def _only_url_characters(text: str) -> str:
    whole = _LONE_PERCENT.sub("%25", text)
    return _NOT_IN_URL.sub(lambda found: quote_from_bytes(found[0].encode("utf-8")), whole)
