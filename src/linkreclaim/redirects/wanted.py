"""What one planned line must do on a server: the request, the place it must lead to, and what may be written there."""

from dataclasses import dataclass, replace

from linkreclaim.errors import RedirectMapError
from linkreclaim.model.redirects import MapMatch, RedirectLine
from linkreclaim.model.sites import Site
from linkreclaim.redirects.canonical import Source, Target, canonical_path, source_of, target_of
from linkreclaim.urls import Url, normalise_escapes, parse, resolve


@dataclass(frozen=True, slots=True)
class Wanted:
    """A line as it must be seen from outside."""

    asked: Url  # the request for its source
    status: int
    target: Url | None  # where the one hop must lead; None for 410
    any_own_host: bool  # the target is a path: scheme and host are the server's to choose
    site: Site
    base_port: int | None = None  # of a staging server, which may name it

    @property
    def at_home(self) -> bool:
        """Whether the line leads to the home page, as only few may."""
        return self.target is not None and self.target.path == "/"


def wanted_of(line: RedirectLine, site: Site, origin: Url, base_port: int | None = None) -> Wanted:
    """What a planned line must do when the site is asked at `origin` (`https://example.com/`).

    Raises RedirectMapError where the line is none of a plan.
    """
    source = source_of(line.source)
    asked = request_for(source, origin)
    target = None if line.target is None else resolve(asked, line.target)
    return Wanted(asked, line.status, target, (line.target or "").startswith("/"), site, base_port)


def request_for(source: Source, origin: Url) -> Url:
    """The URL that asks for a source; a former host is asked by the scheme of `origin`."""
    host = source.host or origin.netloc
    return _parsed(f"{origin.scheme}://{host}{replace(source, host='').text}")


def carried_on(wanted: Wanted, line: RedirectLine, rest: str, query: str) -> Wanted | None:
    """The same for a request with a query, or with more behind a prefix; None where the line does not answer it."""
    source = source_of(line.source)
    if line.target is None or wanted.target is None or source.query is not None:
        return None
    if rest and line.match is not MapMatch.PREFIX:
        return None
    target = target_of(line.target)
    both = "&".join(part for part in (target.query, query) if part) or None
    carried = Target(target.base + rest, both, target.fragment)
    asked = _parsed(f"{wanted.asked.origin}{source.path}{rest}" + (f"?{query}" if query else ""))
    return replace(wanted, asked=asked, target=resolve(asked, carried.text))


def same_path(one: Url, other: Url) -> bool:
    """Whether two paths are one in spellings that every server takes for the same."""
    return _path(one) == _path(other)


def same_query(one: Url, other: Url) -> bool:
    """Whether two queries are one, order and all, but for the spelling of their escapes."""
    return normalise_escapes(one.query or "") == normalise_escapes(other.query or "")


def same_fragment(one: Url, other: Url) -> bool:
    """Whether two fragments are one, but for the spelling of their escapes."""
    return normalise_escapes(one.fragment or "") == normalise_escapes(other.fragment or "")


def _path(url: Url) -> str:
    try:
        return canonical_path(url.path)
    except RedirectMapError:
        return url.path


def _parsed(text: str) -> Url:
    url = parse(text)
    if url is None:
        raise RedirectMapError(f"{text[:200]!r} cannot be asked for")
    return url
