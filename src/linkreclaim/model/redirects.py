"""Lines of a redirect map."""

from dataclasses import dataclass
from enum import StrEnum


class MapMatch(StrEnum):
    """How a line's source is compared with a request."""

    EXACT = "exact"
    PREFIX = "prefix"


@dataclass(frozen=True, slots=True)
class RedirectLine:
    """One line of the map: `*`, `$` and `:` in it are plain characters.

    `source` is a path with optional query, or a full URL when its host differs from the site's;
    `target` is a full URL or a path; a 410 line has no target.
    """

    source: str
    target: str | None
    status: int = 301
    match: MapMatch = MapMatch.EXACT
    line: int | None = None  # line of the map file it was read from
    confidence_0_1: float | None = None  # set on a proposal taken by a threshold, None on a person's line
