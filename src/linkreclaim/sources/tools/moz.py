"""Exports and API answers of Moz: Inbound links and Top pages."""

from linkreclaim.model.links import Claim
from linkreclaim.sources.cells import read_bare_url
from linkreclaim.sources.dates import read_date
from linkreclaim.sources.interface import Report

_DOCUMENTED = "the columns of this report are known from documentation, not from a real file: check a few rows"


def _lost_unless_seen_since(claim: Claim, lost: str) -> Claim:
    """A link that Moz saw again after the day it went missing is there: its crawler failed once, as Moz says itself."""
    day = read_date(lost)
    if day is None or (claim.last_seen is not None and claim.last_seen > day):
        return claim
    return claim._replace(lost_reason="lost")


INBOUND_LINKS = Report(
    tool="Moz",
    name="Inbound links",
    aliases={
        "referring_page": ("source.page", "Linking Page URL", "Source URL", "Source Page", "URL"),
        "target_url": ("target.page", "Target URL", "Target Page"),
        "anchor_text": ("anchor_text", "Anchor Text"),
        "rel": ("Link Type", "Follow/Nofollow"),
        "nofollow": ("nofollow", "Only rel=nofollow"),
        "first_seen": ("date_first_seen", "First Seen", "Date First Seen", "Discovered"),
        "last_seen": ("date_last_seen", "Last Seen", "Date Last Seen"),
        "kind": ("date_disappeared", "Date Lost", "Lost", "Disappeared"),
        "page_title": ("source.title", "Title", "Linking Page Title"),
        "page_status": ("source.http_code", "HTTP Status Code"),
        "target_status": ("target.http_code", "Target HTTP Status Code"),
        "pa": ("source.page_authority", "Page Authority", "Page Authority (PA)", "PA"),
        "da": ("source.domain_authority", "Domain Authority", "Domain Authority (DA)", "DA"),
    },
    required=("referring_page", "target_url"),
    needed_urls=("referring_page", "target_url"),
    any_of=frozenset((
        "pa", "da", "page authority", "domain authority", "page authority (pa)", "domain authority (da)", "source.page",
        "source.page_authority", "source.domain_authority", "link equity",
    )),
    foreign=frozenset(("source page url", "flagnofollow", "page ascore")),
    read_page=read_bare_url,
    read_target=read_bare_url,
    adjust=_lost_unless_seen_since,
    notes=(_DOCUMENTED,),
)  # fmt: skip
"""The API (v2, links): `source.page`, `target.page` without a scheme, `anchor_text`, `nofollow`, `date_first_seen`,
`date_last_seen`, `date_disappeared` (shape in the tests of a public client; endpoint: moz.com/help/links-api). The
older spreadsheet: `URL,Title,Anchor Text,Spam Score,Page Authority,Domain Authority,Number of Domains Linking to this
Page,Number of Domains Linking to Domain,Origin,Target URL,Link Equity,No Link Equity,Only rel=nofollow,Only follow,301`
(a public importer). Names of today's spreadsheet (PA, DA) are labels. Spam Score is not read: it is no authority."""

TOP_PAGES = Report(
    tool="Moz",
    name="Top pages",
    aliases={
        "target_url": ("page",),
        "target_status": ("http_code",),
        "claimed_links": ("external_pages_to_page", "pages_to_page"),
        "claimed_domains": ("root_domains_to_page",),
        "last_seen": ("last_crawled",),
    },
    required=("target_url", "claimed_domains"),
    needed_urls=("target_url",),
    read_target=read_bare_url,
    notes=(_DOCUMENTED, "counts per target, without the linking pages"),
)
"""The API (v2, top_pages): its URL metrics, as Moz's help names them."""

REPORTS = (INBOUND_LINKS, TOP_PAGES)
