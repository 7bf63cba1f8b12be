"""Bing Webmaster Tools: the Backlinks download, and the API's GetUrlLinks, GetLinkCounts and GetCrawlIssues."""

from linkreclaim.sources.interface import Report

_DOCUMENTED = "the columns of this report are known from documentation, not from a real file: check a few rows"
_TOOL = "Bing Webmaster"

BACKLINKS = Report(
    tool=_TOOL,
    name="Backlinks",
    aliases={
        "referring_page": ("Source URL", "Source Page", "SourceUrl"),
        "target_url": ("Target URL", "Target Page", "TargetUrl"),
        "anchor_text": ("Anchor text", "AnchorText"),
    },
    required=("referring_page", "target_url", "anchor_text"),
    needed_urls=("referring_page", "target_url"),
    max_columns=4,
    foreign=frozenset((
        "flagnofollow", "flagredirect", "flagmention", "acrank", "sourcetrustflow", "source trust flow",
        "sourcecitationflow", "source citation flow", "domain trust flow", "link first indexed date",
        "firstindexeddate", "reason lost", "reasonlost", "date lost", "datelost", "pa", "da", "page authority",
        "domain authority", "link equity", "domain score", "page score", "source title", "page ascore",
    )),
    notes=(_DOCUMENTED,),
)  # fmt: skip
"""`Source URL,Target URL,Anchor text`: from the test of a public reader. A file of these three columns and nothing else
is read alike, whoever wrote it."""

URL_LINKS = Report(
    tool=_TOOL,
    name="links to a URL (API)",
    aliases={"referring_page": ("Url",), "anchor_text": ("AnchorText",)},
    required=("referring_page", "anchor_text"),
    needed_urls=("referring_page",),
    max_columns=3,
    notes=("this answer does not name its target: the linking pages have to be read to find it",),
)
"""`{"d": {"Details": [{"AnchorText", "Url"}]}}` (merj/bing-webmaster-tools, and recorded empty answers); the URL that
was asked for stands in the request only."""

LINK_COUNTS = Report(
    tool=_TOOL,
    name="link counts (API)",
    aliases={"target_url": ("Url",), "claimed_links": ("Count",)},
    required=("target_url", "claimed_links"),
    needed_urls=("target_url",),
    max_columns=3,
    notes=("counts per target, without the linking pages",),
)
"""`{"d": {"Links": [{"Count", "Url"}]}}` (the same sources)."""

CRAWL_ISSUES = Report(
    tool=_TOOL,
    name="crawl issues (API)",
    aliases={"target_url": ("Url",), "target_status": ("HttpCode",), "claimed_links": ("InLinks",)},
    required=("target_url", "target_status"),
    needed_urls=("target_url",),
    notes=("an issue that was fixed stays in Bing's list for some days: all URLs are checked",),
)
"""`UrlWithCrawlIssues` of Microsoft's API reference (learn.microsoft.com, IWebmasterApi.GetCrawlIssues): HttpCode,
Issues, Url, InLinks."""

REPORTS = (BACKLINKS, URL_LINKS, LINK_COUNTS, CRAWL_ISSUES)
