"""How much of a dead page's equity each kind of fix regains: R = E x tau."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from linkreclaim.model.judgements import Cause


class Fix(StrEnum):
    """What the dead URL leads to once it is fixed, or how."""

    SAME_CONTENT = "same_content"  # restored, or the same page at its new address
    SUCCESSOR = "successor"
    HUB = "hub"  # parent, listing
    UNRELATED = "unrelated"  # the home page, or a page about something else: a soft 404 to search engines
    TEMPORARY = "temporary"  # a 302 to the same content
    META_REFRESH = "meta_refresh"
    JAVASCRIPT = "javascript"
    BROKEN = "broken"  # more than 10 hops, a loop, forbidden by robots.txt


TAU: Mapping[Fix, float] = MappingProxyType(
    {
        Fix.SAME_CONTENT: 1.0,
        Fix.SUCCESSOR: 0.8,
        Fix.HUB: 0.3,
        Fix.UNRELATED: 0.05,
        Fix.TEMPORARY: 0.9,
        Fix.META_REFRESH: 0.7,
        Fix.JAVASCRIPT: 0.5,
        Fix.BROKEN: 0.0,
    }
)
"""Share of the equity regained. Source: judgement, from what search engines say of redirects (a 301 loses nothing,
up to 10 hops are followed, redirects to the home page are ignored); not measured."""

_SAME_PAGE = frozenset(
    {
        Cause.RESTRUCTURE,
        Cause.MOVED_HOST,
        Cause.SITE_VARIANT,
        Cause.TYPO,
        Cause.MALFORMED,
        Cause.CUT_OFF,
        Cause.WRONG_BASE,
    }
)
"""Causes by which the page itself still stands somewhere; after any other, what fits is another page."""


def fix_of(cause: Cause, to_hub: bool, to_home: bool) -> Fix:
    """What a redirect is, by why the page is lost and where the redirect leads."""
    if to_home:
        return Fix.UNRELATED
    if to_hub:
        return Fix.HUB
    return Fix.SAME_CONTENT if cause in _SAME_PAGE else Fix.SUCCESSOR
