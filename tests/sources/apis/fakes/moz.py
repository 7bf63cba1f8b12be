"""Moz's Links API, version 2, as moz.com/help/links-api/making-calls and answers published in 2023 have it."""

from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.sources.apis.server import Asked, Reply

TOKEN = "bW96c2NhcGUtdG9rZW4tdGhhdC1ub2JvZHktc2Vlcw=="
PAIR = "mozscape-1234567890:1234567890abcdef"


def page_metrics(page: str, http_code: int = 200, **other: Any) -> dict[str, Any]:
    """The URL metrics of a page, some of fifty."""
    return {
        "page": page,
        "subdomain": page.partition("/")[0],
        "root_domain": page.partition("/")[0],
        "title": "A guide",
        "last_crawled": "2026-10-14",
        "http_code": http_code,
        "page_authority": 41,
        "domain_authority": 58,
        "spam_score": -1,
        "link_propensity": 1.76710455e-05,
        "pages_to_page": 130,
        "external_pages_to_page": 120,
        "root_domains_to_page": 17,
        **other,
    }


def link(source: str, target: str, http_code: int = 200, **other: Any) -> dict[str, Any]:
    """One link as /v2/links gives it."""
    return {
        "anchor_text": "chairs",
        "date_first_seen": "2020-06-29",
        "date_last_seen": "2026-10-14",
        "date_disappeared": "",
        "nofollow": True,
        "redirect": False,
        "rel_canonical": False,
        "via_redirect": False,
        "via_rel_canonical": False,
        "source": page_metrics(source),
        "target": page_metrics(target, http_code),
        **other,
    }


@dataclass
class FakeMoz:
    """Answers pages of results with a token for the next. `instead` is answered first, one after the other."""

    pages: list[dict[str, Any]] = field(default_factory=list)
    links: list[dict[str, Any]] = field(default_factory=list)
    quota_rows: int = 3_000
    instead: list[Reply] = field(default_factory=list)

    def __call__(self, asked: Asked) -> Reply:
        """One endpoint."""
        if self.instead:
            return self.instead.pop(0)
        if not _known(asked.headers):
            return Reply({"name": "Unauthorized", "message": "Authentication failed."}, 401)
        if asked.method != "POST" or asked.path not in ("/v2/links", "/v2/top_pages"):
            return Reply({"name": "NotFound", "message": "No such endpoint."}, 404)
        body = asked.json
        limit = body.get("limit", 25)
        if not 1 <= limit <= 50:
            return Reply({"name": "InvalidArgument", "message": "limit must be between 1 and 50"}, 400)
        start = int(body.get("next_token", "token-0").removeprefix("token-"))
        rows = (self._links if asked.path == "/v2/links" else self._pages)(body)
        results = rows[start : start + limit]
        if len(results) > self.quota_rows:
            return Reply({"name": "QuotaExceeded", "message": "You have used up your quota for this period."}, 429)
        self.quota_rows -= len(results)
        more = {"next_token": f"token-{start + limit}"} if start + limit < len(rows) else {}
        return Reply({"results": results, **more})

    def _pages(self, body: Mapping[str, Any]) -> list[dict[str, Any]]:
        assert body["scope"] in ("root_domain", "subdomain")
        return self.pages

    def _links(self, body: Mapping[str, Any]) -> list[dict[str, Any]]:
        assert body["filter"] == "external"
        if body["target_scope"] == "page":
            return [entry for entry in self.links if entry["target"]["page"] == body["target"]]
        assert body["target_scope"] in ("root_domain", "subdomain")
        return self.links


def _known(headers: Mapping[str, str]) -> bool:
    basic = headers.get("authorization", "").removeprefix("Basic ")
    return headers.get("x-moz-token") == TOKEN or b64decode(basic).decode() == PAIR
