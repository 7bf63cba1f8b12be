"""Exports and API answers of Majestic: Backlinks and Pages."""

from linkreclaim.model.links import Claim
from linkreclaim.sources.cells import read_flag
from linkreclaim.sources.interface import Report


def _unless_mention(claim: Claim, mention: str) -> Claim:
    """A URL that stands as plain text on a page names its target, but is no link to it."""
    if read_flag(mention):
        return claim._replace(referring_page=None, anchor_text=None, rel=None)
    return claim


BACKLINKS = Report(
    tool="Majestic",
    name="Backlinks",
    aliases={
        "referring_page": ("Source URL", "SourceURL"),
        "target_url": ("Target URL", "TargetURL"),
        "anchor_text": ("Anchor Text", "AnchorText"),
        "nofollow": ("FlagNoFollow", "No Follow", "No Follow?", "NoFollow"),
        "kind": ("FlagMention", "Mention", "Mention?"),
        "page_title": ("Source Title", "SourceTitle", "Title"),
        "first_seen": (
            "Link First Indexed Date", "First Indexed Date", "FirstIndexedDate", "Source First Found Date",
        ),
        "last_seen": ("Link Last Seen Date", "Last Seen Date", "LastSeenDate", "Source Crawl Date"),
        "lost_reason": ("Reason Lost", "ReasonLost"),
        "lost": ("Date Lost", "DateLost", "FlagDeleted"),
        "tf": ("Source Trust Flow", "SourceTrustFlow"),
        "cf": ("Source Citation Flow", "SourceCitationFlow"),
        "domain_tf": ("Domain Trust Flow", "RefDomainTrustFlow"),
        "domain_cf": ("Domain Citation Flow", "RefDomainCitationFlow"),
    },
    required=("referring_page", "target_url"),
    needed_urls=("referring_page", "target_url"),
    any_of=frozenset((
        "source trust flow", "sourcetrustflow", "source citation flow", "sourcecitationflow", "flagnofollow",
        "flagredirect", "flagmention", "acrank", "domain trust flow", "link first indexed date", "firstindexeddate",
        "reason lost", "reasonlost", "date lost", "datelost",
    )),
    blank_is_follow=True,
    adjust=_unless_mention,
    notes=(
        "a mention (a URL that is no link) keeps its target, not as a link",
        "the columns of the spreadsheet export are known from programs that read it, not from a real file",
    ),
)  # fmt: skip
"""The API's GetBackLinkData: SourceURL, ACRank, AnchorText, FlagRedirect, FlagFrame, FlagNoFollow, FlagImages,
FlagDeleted, FlagAltText, FlagMention, TargetURL, FirstIndexedDate, LastSeenDate, DateLost, ReasonLost, LinkType,
Source/TargetCitationFlow, Source/TargetTrustFlow (test of a public program that writes it on). The download: `Target
URL,Source URL,Anchor Text,Source Crawl Date,Source First Found Date,FlagNoFollow,...` with empty cells for no (a public
importer of 20 columns, which names developer-support.majestic.com); `Source Trust Flow`, `Domain Trust Flow`, `Link
First Indexed Date`: another importer. The flows of the target say nothing of the link and are not read."""

PAGES = Report(
    tool="Majestic",
    name="Pages",
    aliases={
        "target_url": ("URL",),
        "claimed_links": ("ExtBackLinks", "External Backlinks"),
        "claimed_domains": ("RefDomains", "Referring Domains"),
    },
    required=("target_url", "claimed_links"),
    needed_urls=("target_url",),
    any_of=frozenset(("extbacklinks", "acrank", "crawl result")),
    foreign=frozenset(("address", "target url", "targeturl")),
    notes=("counts per target, without the linking pages, and without the status of the target",),
)
"""The API's GetTopPages as a public program writes it on: ACRank, URL, Title, ExtBackLinks, RefDomains."""

REPORTS = (BACKLINKS, PAGES)
