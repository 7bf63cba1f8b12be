"""Exports and API answers of Semrush: Backlinks, Backlink Audit, Indexed pages and Referring domains."""

from linkreclaim.sources.interface import Report

_DOCUMENTED = "the columns of this report are known from documentation, not from a real file: check a few rows"
_AUDIT_NAMES = frozenset(("toxicity score", "toxic score", "toxic markers"))

_LINK = {
    "referring_page": ("Source url", "source_url"),
    "target_url": ("Target url", "target_url"),
    "anchor_text": ("Anchor", "anchor"),
    "alt_text": ("image_alt", "Image alt"),
    "nofollow": ("Nofollow",),
    "ugc": ("Ugc",),
    "sponsored": ("Sponsored",),
    "first_seen": ("First seen", "first_seen"),
    "last_seen": ("Last seen", "last_seen"),
    "lost": ("Lost link", "lostlink", "lost_link"),
    "page_title": ("Source title", "source_title"),
    "page_status": ("response_code", "Response code"),  # of the linking page; nothing tells the target's
    "external_links": ("External links", "external_links", "external_num"),
    "as": ("Page ascore", "page_ascore", "Page AS"),
}

BACKLINKS = Report(
    tool="Semrush",
    name="Backlinks",
    aliases=_LINK,
    required=("referring_page", "target_url"),
    needed_urls=("referring_page", "target_url"),
    any_of=frozenset((
        "page ascore", "page_ascore", "page score", "page_score", "page trust score", "source title", "source_title",
        "external_num", "internal_num", "new link", "newlink",
    )),
    foreign=_AUDIT_NAMES | {"domain score", "source page url"},
    notes=("this report does not say which targets are dead: they are checked",),
)  # fmt: skip
"""The interface's 19 columns, from Page ascore to Lost link, as notes on a real export list them (research note on
exports; the same names in two readers of it); before that `Page score,Page trust score,Source title,Source url,Target
url,Anchor,...` (15 columns, in a public importer). The API's names: python-semrush (`backlinks`, export_columns:
page_score, response_code, external_num, source_url, target_url, anchor, image_alt, ...). A real file was seen with the
header in lower case and underscores only. Page score and trust score are another measure than today's Authority Score
and are not read. Links of frames and forms are kept as links: they lead to the dead URL like any other."""

BACKLINK_AUDIT = Report(
    tool="Semrush",
    name="Backlink Audit",
    aliases=_LINK,
    required=("referring_page", "target_url"),
    needed_urls=("referring_page", "target_url"),
    any_of=_AUDIT_NAMES,
    notes=(_DOCUMENTED, "Backlink Audit takes in at most 500 links of a site: the Backlinks report holds more"),
)
"""`Source title,Source url,Target url,Anchor,Toxicity Score,Toxic markers,First seen,Last seen,Nofollow`: from the test
of a public reader. The limit: semrush.com/kb/580."""

INDEXED_PAGES = Report(
    tool="Semrush",
    name="Indexed pages",
    aliases={
        "target_url": ("source_url", "Source url", "URL", "Page URL"),
        "target_status": ("response_code", "Response code", "HTTP code"),
        "claimed_links": ("backlinks_num", "Backlinks"),
        "claimed_domains": ("domains_num", "Domains"),
        "last_seen": ("last_seen", "Last seen"),
    },
    required=("target_url", "claimed_links", "claimed_domains"),
    needed_urls=("target_url",),
    any_of=frozenset(("response_code", "response code", "backlinks_num", "domains_num")),
    foreign=frozenset(("target url", "target_url", "page url", "page http code")),
    notes=(_DOCUMENTED,),
)
"""Its `source_url` is the page of the site. Names of the API: python-semrush (`backlinks_pages`); those of the
interface are the labels of its page."""

REFERRING_DOMAINS = Report(
    tool="Semrush",
    name="Referring domains",
    aliases={
        "referring_domain": ("domain", "Root domain"),
        "links_in_group": ("backlinks_num", "Backlinks"),
        "first_seen": ("first_seen", "First seen"),
        "last_seen": ("last_seen", "Last seen"),
        "lost": ("Lost domain", "lostdomain", "Lost"),
        "domain_as": ("domain_ascore", "Domain ascore"),
    },
    required=("referring_domain", "links_in_group"),
    needed_urls=("referring_domain",),
    any_of=frozenset(("domain_ascore", "domain ascore", "domain_score", "backlinks_num")),
    foreign=frozenset(("source_url", "source url", "target url", "target_url", "domain score")),
    notes=(_DOCUMENTED, "this report names linking sites, neither their pages nor their targets"),
)
"""Names of the API: python-semrush (`backlinks_refdomains`); those of the interface are its labels."""

REPORTS = (BACKLINKS, BACKLINK_AUDIT, INDEXED_PAGES, REFERRING_DOMAINS)
