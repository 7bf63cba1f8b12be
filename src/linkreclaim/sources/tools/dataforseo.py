"""API answers of DataForSEO: backlinks, domain_pages and referring_domains."""

from linkreclaim.sources.interface import Report

_SCALE_NOTE = (
    "ranks are read as 0 to 1,000, DataForSEO's default: an answer asked for with rank_scale one_hundred would be read "
    "ten times too low"
)

BACKLINKS = Report(
    tool="DataForSEO",
    name="backlinks",
    aliases={
        "referring_page": ("url_from",),
        "target_url": ("url_to",),
        "anchor_text": ("anchor",),
        "alt_text": ("alt",),
        "context_left": ("text_pre",),
        "context_right": ("text_post",),
        "rel": ("attributes",),
        "follow": ("dofollow",),
        "position": ("semantic_location",),
        "first_seen": ("first_seen",),
        "last_seen": ("last_seen",),
        "lost": ("is_lost",),
        "page_title": ("page_from_title",),
        "page_status": ("page_from_status_code",),
        "target_status": ("url_to_status_code",),
        "external_links": ("page_from_external_links",),
        "links_in_group": ("links_count",),
        "page_from_rank": ("page_from_rank",),
        "domain_from_rank": ("domain_from_rank",),
    },
    required=("referring_page", "target_url"),
    needed_urls=("referring_page", "target_url"),
    any_of=frozenset((
        "domain_from", "page_from_rank", "domain_from_rank", "url_to_status_code", "semantic_location", "text_pre",
        "backlink_spam_score", "page_from_status_code",
    )),
    column_notes={"page_from_rank": _SCALE_NOTE},
)  # fmt: skip
"""Fields of `BacklinksBacklinksLiveItem` (dataforseo/PythonClient) and their meaning (docs.dataforseo.com). A target's
status is `url_to_status_code`, empty where it was never visited; `is_broken` also stands for 5xx, which may pass, and
is not read. `attributes` is a list such as ["nofollow", "ugc"]; `links_count` the links of one page folded into one."""

DOMAIN_PAGES = Report(
    tool="DataForSEO",
    name="domain pages",
    aliases={
        "target_url": ("page",),
        "target_status": ("status_code",),
        "claimed_links": ("page_summary.backlinks",),
        "claimed_domains": ("page_summary.referring_domains",),
        "first_seen": ("page_summary.first_seen",),
    },
    required=("target_url", "claimed_domains"),
    needed_urls=("target_url",),
    notes=("counts per target, without the linking pages",),
)
"""`BacklinksDomainPagesLiveItem`: page, status_code, page_summary (dataforseo/PythonClient)."""

REFERRING_DOMAINS = Report(
    tool="DataForSEO",
    name="referring domains",
    aliases={
        "referring_domain": ("domain",),
        "links_in_group": ("backlinks",),
        "first_seen": ("first_seen",),
        "lost": ("lost_date",),
        "domain_from_rank": ("rank",),
    },
    required=("referring_domain", "links_in_group"),
    needed_urls=("referring_domain",),
    any_of=frozenset(("backlinks_spam_score", "broken_backlinks", "referring_pages", "lost_date")),
    foreign=frozenset(("url_from", "url_to", "domain_ascore")),
    column_notes={"domain_from_rank": _SCALE_NOTE},
    notes=("this answer names linking sites, neither their pages nor their targets",),
)
"""`BacklinksReferringDomainsLiveItem`: domain, rank, backlinks, first_seen, lost_date, backlinks_spam_score, ...
(docs.rs: data-for-seo; docs.dataforseo.com)."""

REPORTS = (BACKLINKS, DOMAIN_PAGES, REFERRING_DOMAINS)
