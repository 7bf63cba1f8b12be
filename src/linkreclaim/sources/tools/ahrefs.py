"""Exports of Ahrefs Site Explorer: Backlinks (with Broken and Lost backlinks), Referring domains and Best by links."""

from linkreclaim.sources.interface import Report

_GROUP_NOTE = (
    "a row may stand for a group of similar links on one site; its column 'Links in group' is kept as a number"
)

BACKLINKS = Report(
    tool="Ahrefs",
    name="Backlinks",
    aliases={
        "referring_page": ("Referring page URL", "url_from"),
        "target_url": ("Target URL", "Link URL", "url_to"),
        "anchor_text": ("Anchor", "Link anchor", "Anchor text"),
        "context_left": ("Left context", "TextPre", "snippet_left"),
        "context_right": ("Right context", "TextPost", "snippet_right"),
        "rel": ("Type", "link_type"),  # "Dofollow" or "Nofollow" until 2021, "text" or "image" since
        "nofollow": ("Nofollow", "is_nofollow"),
        "ugc": ("UGC", "is_ugc"),
        "sponsored": ("Sponsored", "is_sponsored"),
        "content": ("Content", "is_content"),
        "first_seen": ("First seen", "first_seen_link", "first_seen"),
        "last_seen": ("Last seen", "Last check", "last_seen", "last_visited"),
        "lost_reason": ("Lost status", "lost_reason"),
        "drop_reason": ("Drop reason", "drop_reason"),
        "lost": ("Lost", "Day lost"),
        "page_title": ("Referring page title", "title"),
        "page_status": ("Referring page HTTP code", "http_code"),
        "target_status": ("Target URL HTTP code", "Target page HTTP code", "http_code_target"),
        "external_links": ("External links", "External links count", "links_external"),
        "links_in_group": ("Links in group", "link_group_count"),
        "dr": ("Domain rating", "DR", "domain_rating_source"),
        "ur": ("UR", "URL rating", "URL rating (desc)", "url_rating_source"),
    },
    required=("referring_page", "target_url"),
    needed_urls=("referring_page", "target_url"),
    any_of=frozenset((
        "referring page url", "url_rating_source", "domain_rating_source", "http_code_target", "link_type",
        "is_nofollow", "is_ugc", "is_sponsored", "is_content", "is_dofollow", "is_lost", "first_seen_link",
        "lost_reason", "drop_reason", "links_external", "link_group_count", "snippet_left", "snippet_right",
    )),
    foreign=frozenset((
        "domain_from", "page_from_rank", "domain_from_rank", "url_to_status_code", "semantic_location", "text_pre",
        "backlink_spam_score", "page_from_status_code", "inlink_rank", "domain_inlink_rank", "new_lost_type",
    )),
    column_notes={"links_in_group": _GROUP_NOTE},
)  # fmt: skip
"""Headers of 2023 (31 columns) and 2026 (37) as real files have them; the form of 2017 to 2021 (`Link URL`, `TextPre`)
and the field names of the API (v3, all-backlinks) as documented. Broken backlinks has the same columns, with or
without `Target URL HTTP code` (two public readers). Other tools and scripts say url_from and url_to too:
one column more has to be Ahrefs' own, and theirs are foreign."""

BEST_BY_LINKS = Report(
    tool="Ahrefs",
    name="Best by links",
    aliases={
        "target_url": ("Page URL", "Target URL", "URL", "url_to"),
        "target_status": ("Page HTTP code", "HTTP code", "Code", "Target URL HTTP code", "http_code_target"),
        "claimed_links": ("Links to page", "Links to target", "Backlinks", "External backlinks", "links_to_target"),
        "claimed_domains": ("Referring domains", "Ref. domains", "RD", "refdomains_target"),
        "first_seen": ("First seen", "first_seen_link"),
        "last_seen": ("Last seen", "Last check", "last_seen"),
    },
    required=("target_url", "claimed_domains"),
    needed_urls=("target_url",),
    foreign=frozenset(
        (
            "referring page url",
            "url_from",
            "source url",
            "keyword",
            "top keyword",
            "current url",
            "extbacklinks",
            "acrank",
        )
    ),
    notes=("the columns of this report are known from documentation, not from a real file: check a few rows",),
)
"""Names made from the API (v3, pages-by-backlinks) and the labels of the report's page; no real file was seen."""

REFERRING_DOMAINS = Report(
    tool="Ahrefs",
    name="Referring domains",
    aliases={
        "referring_domain": ("Domain", "domain"),
        "links_in_group": ("Links to target", "links_to_target"),
        "dr": ("DR", "Domain rating", "domain_rating"),
        "first_seen": ("First seen", "first_seen"),
        "last_seen": ("Last seen", "last_seen"),
        "lost": ("Lost",),
    },
    required=("referring_domain", "links_in_group"),
    needed_urls=("referring_domain",),
    foreign=frozenset(("target url", "referring page url", "page url", "url_to", "referring domains")),
    notes=("this report names linking sites, neither their pages nor their targets: the Backlinks report has both",),
)
"""`Domain,Is spam,DR,Dofollow ref. domains,Dofollow linked domains,Traffic ,Keywords ,Links to target,Dofollow links,
First seen,Lost` (a public test made after a real export: UTF-16, tabs, all quoted); the API's names are documented."""

REPORTS = (BACKLINKS, BEST_BY_LINKS, REFERRING_DOMAINS)
