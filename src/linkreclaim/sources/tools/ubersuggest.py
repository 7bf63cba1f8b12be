"""The backlinks export of Ubersuggest."""

from linkreclaim.sources.interface import Report

BACKLINKS = Report(
    tool="Ubersuggest",
    name="Backlinks",
    aliases={
        "referring_page": ("Source Page URL", "Source URL", "source_url"),
        "target_url": ("Target Page URL", "Target Page", "Target URL", "target_url"),
        "anchor_text": ("Anchor Text", "Anchor"),
        "rel": ("Link Type",),
        "first_seen": ("First Seen",),
        "last_seen": ("Last Seen",),
        "page_title": ("Source Page Title",),
        "page_score": ("Page Score", "page_score", "Page Authority"),
        "domain_score": ("Domain Score", "domain_score", "Domain Authority"),
    },
    required=("referring_page", "target_url"),
    needed_urls=("referring_page", "target_url"),
    any_of=frozenset(("domain score", "source page url")),
    notes=("the columns of this report are known from documentation, not from a real file: check a few rows",),
)
"""No real file was seen: the names are those that a public importer of these exports takes (source url, target url,
anchor text, domain score, page score, link type, first seen, last seen) and the labels of the report's page."""

REPORTS = (BACKLINKS,)
