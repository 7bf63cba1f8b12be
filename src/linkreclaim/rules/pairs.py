"""What rules are learned from: pairs of an old address and the page it became."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

MAX_LENGTH = 1_000
MAX_SLASHES = 16
"""Longer or deeper addresses stay exact lines: no site's own permalinks look like that, and the work for one pair
stays bounded. Our judgement."""

_PATH = re.compile(r"/[!\"$->@-~]*")
_TARGET = re.compile(r"(?:https?://[^/?#\s]+)?(/[!-~]*)")
_ADDRESS = re.compile(r"https?://(?:www\.)?([^/?#]+)")


@dataclass(frozen=True, slots=True)
class UrlPair:
    """An old address and where it leads now, both in canonical spelling.

    `source` is a path with an optional query, `target` a path or a full URL. A pair with a query in its source, with a
    status other than a redirect's, or without a target is kept as an exact line and nothing is learned from it.
    """

    source: str
    target: str
    status: int = 301
    host: str = ""  # host of the source where it is not the site's


@dataclass(frozen=True, slots=True)
class Place:
    """A path on a host, without query and fragment; `host` is empty for the site itself."""

    host: str
    path: str


in_order = attrgetter("host", "source", "target", "status")
"""What pairs are sorted by."""


def can_teach(pair: UrlPair) -> bool:
    """Whether a rule may be learned from a pair; False for what only an exact line can say, and for hostile text."""
    texts = (pair.source, pair.target)
    if max(map(len, texts)) > MAX_LENGTH or max(text.count("/") for text in texts) > MAX_SLASHES:
        return False
    return 300 <= pair.status < 400 and bool(_PATH.fullmatch(pair.source) and _TARGET.fullmatch(pair.target))


def place_of(address: str, site_host: str = "") -> Place:
    """Where an address points: `/path?query` on the site, or `https://host/path` elsewhere; raises nothing."""
    host, path = "", address
    found = _ADDRESS.match(address)
    if found:
        host, path = found[1].lower(), address[found.end() :]
    path = path.partition("#")[0].partition("?")[0]
    return Place("" if host == site_host else host, path or "/")


def without_fragment(address: str, site_host: str = "") -> tuple[str, str]:
    """Host ("" for the site) and path with query: what an address asks a server for."""
    place = place_of(address, site_host)
    query = address.partition("#")[0].partition("?")[2]
    return place.host, place.path + (f"?{query}" if query else "")


def distinct_pairs(pairs: Iterable[UrlPair]) -> tuple[list[UrlPair], list[UrlPair]]:
    """Pairs sorted and each once, apart from those whose source is said to lead to different places."""
    agreed: list[UrlPair] = []
    torn: list[UrlPair] = []
    for _, group in groupby(sorted(set(pairs), key=in_order), key=attrgetter("host", "source")):
        same_source = list(group)
        (agreed if len(same_source) == 1 else torn).extend(same_source)
    return agreed, torn
