"""Exports of the Screaming Frog SEO Spider: Response codes, and the inlinks of all, dead and silent URLs."""

from linkreclaim.model.links import Claim
from linkreclaim.sources.interface import Report

_LINK_KINDS = frozenset(("hyperlink", "ahref", "href", ""))
"""`Type` of a row that is a link a person can click: HREF in 2017, AHREF in 2019, Hyperlink since."""


def _only_hyperlinks(claim: Claim, kind: str) -> Claim:
    """A row about an image, a script or a canonical says something of its target, but is no link to it."""
    if kind.strip().casefold() in _LINK_KINDS:
        return claim
    return claim._replace(referring_page=None, anchor_text=None, rel=None)


INLINKS = Report(
    tool="Screaming Frog",
    name="inlinks",
    aliases={
        "referring_page": ("Source", "From"),
        "target_url": ("Destination", "To"),
        "anchor_text": ("Anchor", "Anchor text"),
        "alt_text": ("Alt text",),
        "target_status": ("Status code",),
        "follow": ("Follow",),
        "rel": ("Rel",),
        "position": ("Link position",),
        "kind": ("Type",),
    },
    required=("referring_page", "target_url", "kind", "target_status"),
    needed_urls=("referring_page", "target_url"),
    adjust=_only_hyperlinks,
    notes=("rows about images, scripts and other resources are kept for their target's status, not as links",),
)
"""All inlinks, Client error (4xx) inlinks and No response inlinks share their columns: 9 in 2017 (below a title line)
and 2019, 15 in 2025."""

RESPONSE_CODES = Report(
    tool="Screaming Frog",
    name="Response codes",
    aliases={
        "target_url": ("URL encoded address", "Address"),  # the second shows URLs decoded, for people
        "target_status": ("Status code",),
    },
    required=("target_url", "target_status"),
    needed_urls=("target_url",),
    own_names=frozenset(("status", "redirect url")),
    foreign=frozenset(("title 1", "crawl depth")),
    notes=("this report names dead URLs but no pages that link to them: add its inlinks export to count links",),
)
"""The Internal and External tabs, which list every URL of a crawl, are told apart by columns that only they have."""

REPORTS = (INLINKS, RESPONSE_CODES)
