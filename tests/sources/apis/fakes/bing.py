"""Bing Webmaster's API as its reference describes it (learn.microsoft.com, IWebmasterApi, JSON; read in 2026).

Errors have status 400 and the prefix that its users recorded.
"""

from dataclasses import dataclass, field
from typing import Any

from tests.sources.apis.server import Asked, Reply

KEY = "bingkeyedecc1ea4ae341cc8b6"
ROOT = "/webmaster/api.svc/json/"


def issue(url: str, http_code: int, links: int, issues: int = 4) -> dict[str, Any]:
    """A URL with crawl issues; `issues` are flags: 1 for 301, 4 for 4xx, 128 for DNS."""
    return {
        "__type": "UrlWithCrawlIssues:#Microsoft.Bing.Webmaster.Api",
        "HttpCode": http_code,
        "InLinks": links,
        "Issues": issues,
        "Url": url,
    }


def error(code: int, name: str, status: int = 400) -> Reply:
    """An error as all methods give it."""
    return Reply({"ErrorCode": code, "Message": f"ERROR!!! {name}"}, status)


@dataclass
class FakeBing:
    """An account with its sites, their issues, and the links to each URL, a few on a page."""

    sites: list[dict[str, Any]] = field(default_factory=lambda: [{"Url": "https://example.com/", "IsVerified": True}])
    issues: dict[str, list[Any]] = field(default_factory=dict)
    counts: list[Any] = field(default_factory=list)
    links: dict[str, list[Any]] = field(default_factory=dict)
    page_rows: int = 2
    answers: dict[str, Reply] = field(default_factory=dict)  # by method, or method and URL

    def __call__(self, asked: Asked) -> Reply:
        if asked.params.get("apikey") != KEY:
            return error(3, "InvalidApiKey")
        method, params = asked.path.removeprefix(ROOT), asked.params
        for name in (method, f"{method} {params.get('link')}"):
            if name in self.answers:
                return self.answers[name]
        if method == "GetUserSites":
            return Reply({"d": self.sites})
        if params["siteUrl"] not in [site["Url"] for site in self.sites]:
            return error(14, "NotAuthorized")
        if method == "GetCrawlIssues":
            return Reply({"d": self.issues.get(params["siteUrl"], [])})
        if method == "GetLinkCounts":
            return self._page("LinkCounts", "Links", self.counts, int(params["page"]))
        assert method == "GetUrlLinks", method
        return self._page("LinkDetails", "Details", self.links.get(params["link"], []), int(params["page"]))

    def _page(self, kind: str, field_name: str, rows: list[Any], page: int) -> Reply:
        start = page * self.page_rows
        return Reply(
            {
                "d": {
                    "__type": f"{kind}:#Microsoft.Bing.Webmaster.Api",
                    field_name: rows[start : start + self.page_rows],
                    "TotalPages": -(-len(rows) // self.page_rows),
                }
            }
        )
