"""Exports of the Screaming Frog SEO Spider: inlinks, Response codes, External, redirect and canonical chains."""

from linkreclaim.model.links import Claim
from linkreclaim.sources.cells import read_status
from linkreclaim.sources.interface import NotLinks, Report

_LINK_KINDS = frozenset(("hyperlink", "ahref", "href", ""))
"""`Type` of a row that is a link a person can click: HREF in 2017, AHREF in 2019, Hyperlink since."""


def _only_hyperlinks(claim: Claim, kind: str) -> Claim:
    """A row about an image, a script or a canonical says something of its target, but is no link to it."""
    if kind.strip().casefold() in _LINK_KINDS:
        return claim
    return claim._replace(referring_page=None, anchor_text=None, rel=None)


def _dead_at_the_end(claim: Claim, final_status: str) -> Claim:
    """A chain that ends at 4xx makes its first URL as dead as the last; any other first URL answers with a redirect."""
    status = read_status(final_status)
    return claim._replace(target_status=status) if status is not None and 400 <= status <= 499 else claim


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

EXTERNAL = Report(
    tool="Screaming Frog",
    name="External",
    aliases={"target_url": ("URL encoded address", "Address"), "target_status": ("Status code",)},
    required=("target_url", "target_status"),
    needed_urls=("target_url",),
    own_names=frozenset(("status", "crawl depth", "inlinks")),
    foreign=frozenset(("title 1", "redirect url", "indexability", "outlinks")),
    notes=(
        "this tab names URLs outside the crawled site, and no pages that link to them: it helps when linking pages "
        "were crawled; of a crawl of your own site all its rows are set aside",
    ),
)
"""The real file (6 columns) lists what its site links to; in a crawl of linking pages the user's URLs stand here."""

CHAINS = Report(
    tool="Screaming Frog",
    name="redirect and canonical chains",
    aliases={
        "referring_page": ("Source",),
        "target_url": ("Address",),
        "anchor_text": ("Anchor text", "Anchor"),
        "alt_text": ("Alt text",),
        "position": ("Link position",),
        "target_status": ("Status code 1",),
        "kind": ("Final status code",),
    },
    required=("target_url", "kind"),
    needed_urls=("target_url",),
    own_names=frozenset(("chain type", "final address")),
    adjust=_dead_at_the_end,
    notes=("a URL whose chain ends at 4xx is taken for dead, with the status of the end",),
)
"""A real file of 2019: a title line, 62 columns, rows as long as their chain (22 cells and more); the columns of the
link (anchor, alt text, position) as later versions are documented to have them."""

REPORTS = (INLINKS, RESPONSE_CODES, EXTERNAL, CHAINS)

NOT_LINKS = (
    NotLinks(
        "Screaming Frog Internal",
        frozenset(("address", "status code", "title 1")),
        "it lists the pages of the crawled site; give it as --pages, and its inlinks export as --links",
    ),
)
