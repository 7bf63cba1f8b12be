"""Bing Webmaster Tools: the API's GetUrlLinks, GetLinkCounts and GetCrawlIssues; the Backlinks download has no column
of its own and is read as a list of links by column names (`any_csv`)."""

from linkreclaim.sources.interface import Report

_TOOL = "Bing Webmaster"

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

REPORTS = (URL_LINKS, LINK_COUNTS, CRAWL_ISSUES)
