"""Exports and API answers of SE Ranking: Backlinks, with the history of new and lost ones, and Indexed pages."""

from linkreclaim.sources.interface import Report

BACKLINKS = Report(
    tool="SE Ranking",
    name="Backlinks",
    aliases={
        "referring_page": ("url_from", "URL From", "Referring page", "Backlink"),
        "target_url": ("url_to", "URL To", "Destination URL", "Target page"),
        "anchor_text": ("anchor", "Anchor Text", "Anchor"),
        "alt_text": ("alt", "ALT"),
        "nofollow": ("nofollow", "No-Follow"),
        "first_seen": ("first_seen", "First Seen"),
        "last_seen": ("last_visited", "Last Visited", "Last seen"),
        "lost_reason": ("reason_lost",),
        "lost": ("new_lost_type",),
        "page_title": ("title", "Title"),
        "inlink_rank": ("inlink_rank", "Inlink Rank", "Page InLink Rank"),
        "domain_inlink_rank": ("domain_inlink_rank", "Domain Inlink Rank"),
    },
    required=("referring_page", "target_url"),
    needed_urls=("referring_page", "target_url"),
    any_of=frozenset((
        "inlink_rank", "domain_inlink_rank", "inlink rank", "domain inlink rank", "page inlink rank", "new_lost_type",
    )),
    notes=(
        "the columns of the spreadsheet export are known from programs that show these links, not from a real file",
    ),
)  # fmt: skip
"""The API's twelve fields url_from, url_to, title, anchor, alt, nofollow, image, image_source, inlink_rank,
domain_inlink_rank, first_seen, last_visited (guides and clients in public repositories), and new_lost_date,
new_lost_type, reason_lost of backlinks/history. The labels are those of a public program that lists them."""

INDEXED_PAGES = Report(
    tool="SE Ranking",
    name="Indexed pages",
    aliases={
        "target_url": ("url",),
        "claimed_links": ("backlinks",),
        "claimed_domains": ("refdomains",),
        "first_seen": ("first_seen",),
    },
    required=("target_url", "claimed_domains", "claimed_links"),
    needed_urls=("target_url",),
    notes=("counts per target, without the linking pages, and without the status of the target",),
)
"""backlinks/indexed-pages: url, backlinks, refdomains, dofollow_backlinks, first_seen (a public client)."""

REPORTS = (BACKLINKS, INDEXED_PAGES)
