"""DataForSEO's Backlinks API (version 3) as docs.dataforseo.com and models of dataforseo/PythonClient describe it."""

from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.sources.apis.server import Asked, Reply

LOGIN, PASSWORD = "somebody@example.com", "pa55word-of-the-api"
_AUTHORIZATION = "Basic " + b64encode(f"{LOGIN}:{PASSWORD}".encode()).decode()
_COMMON = frozenset(("target", "limit", "filters", "order_by", "include_subdomains", "tag", "backlinks_status_type"))
PAGE_FIELDS = _COMMON | frozenset(("offset", "internal_list_limit", "backlinks_filters", "exclude_internal_backlinks"))
LINK_FIELDS = _COMMON | frozenset(
    (
        "mode",
        "custom_mode",
        "offset",
        "search_after_token",
        "include_indirect_links",
        "exclude_internal_backlinks",
        "rank_scale",
    )
)
Item = dict[str, Any]


def page(url: str, status: int = 404, **other: Any) -> Item:
    """An item of domain_pages."""
    return {
        "type": "backlinks_domain_page",
        "main_domain": "example.com",
        "page": url,
        "status_code": status,
        "location": None,
        "meta": None,
        "page_summary": {
            "type": "backlinks_page_summary",
            "rank": 120,
            "backlinks": 1_240,
            "referring_domains": 33,
            "first_seen": "2019-11-15 12:57:46 +00:00",
            "referring_links_tld": {"org": 33},
        },
        **other,
    }


def link(source: str, target: str, broken: bool = True, **other: Any) -> Item:
    """An item of backlinks."""
    return {
        "type": "backlink",
        "domain_from": "blog.example.org",
        "url_from": source,
        "url_to": target,
        "is_new": False,
        "is_lost": False,
        "backlink_spam_score": 12,
        "rank": 128,
        "page_from_rank": 270,
        "domain_from_rank": 347,
        "page_from_external_links": 24,
        "page_from_title": "A guide",
        "page_from_status_code": 200,
        "first_seen": "2019-11-15 12:57:46 +00:00",
        "last_seen": "2026-10-01 00:00:00 +00:00",
        "item_type": "anchor",
        "attributes": ["ugc", "noopener"],
        "dofollow": False,
        "alt": None,
        "anchor": "chairs",
        "text_pre": "see the",
        "text_post": "of the year",
        "semantic_location": "article",
        "links_count": 2,
        "is_broken": broken,
        "url_to_status_code": 404 if broken else 200,
        "ranked_keywords_info": {"page_from_keywords_count_top_3": 1},
        **other,
    }


@dataclass
class FakeDataForSeo:
    """Answers one task a request and charges for it. `instead` is answered first, one after the other."""

    pages: list[Item] = field(default_factory=list)
    links: list[Item] = field(default_factory=list)
    balance_usd: float = 50.0
    page_rows: int = 1_000  # what the server takes for its largest page
    instead: list[Reply] = field(default_factory=list)

    def __call__(self, asked: Asked) -> Reply:
        """One request."""
        if self.instead:
            return self.instead.pop(0)
        if asked.headers.get("authorization") != _AUTHORIZATION:
            return Reply(answer(40_100, "You are not Authorized to Access this Resource."), 401)
        endpoints: dict[str, Callable[[Mapping[str, Any]], Reply]] = {
            "/v3/backlinks/domain_pages/live": self._pages,
            "/v3/backlinks/backlinks/live": self._links,
        }
        if asked.method != "POST" or asked.path not in endpoints:
            return Reply(answer(40_400, "Not Found."), 404)
        tasks = asked.json
        if not isinstance(tasks, list) or len(tasks) != 1:
            return Reply(answer(40_000, "You can set only one task at a time."))
        return endpoints[asked.path](tasks[0])

    def _pages(self, task: Mapping[str, Any]) -> Reply:
        if not set(task) <= PAGE_FIELDS:
            return Reply(task_error(40_501, "Invalid Field."))
        filters = task.get("filters", [])
        wanted = [part[2] for part in filters if isinstance(part, list) and part[:2] == ["status_code", "="]]
        pages = [item for item in self.pages if not filters or item["status_code"] in wanted]
        return self._answer(pages, task["offset"], task)

    def _links(self, task: Mapping[str, Any]) -> Reply:
        if not set(task) <= LINK_FIELDS or task.get("offset", 0) > 20_000:
            return Reply(task_error(40_501, "Invalid Field."))
        column, operator, value = task["filters"]
        assert operator == "="
        start = int(task.get("search_after_token", "after-0").removeprefix("after-"))
        lost = {"all": (True, False), "live": (False,), "lost": (True,)}[task.get("backlinks_status_type", "live")]
        rows = [item for item in self.links if item[column] == value and item["is_lost"] in lost]
        return self._answer(rows, start, task)

    def _answer(self, rows: list[Item], start: int, task: Mapping[str, Any]) -> Reply:
        limit = min(task["limit"], self.page_rows)
        items = rows[start : start + limit]
        cost = round(0.02 + 0.00003 * len(items), 6)
        if cost > self.balance_usd:
            return Reply(answer(40_200, "Payment Required."), 402)
        self.balance_usd -= cost
        result = {
            "target": task["target"],
            "total_count": len(rows),
            "items_count": len(items),
            "items": items or None,
            "search_after_token": f"after-{start + limit}",
        }
        return Reply(answer(20_000, "Ok.", cost, [{**status(20_000, "Ok."), "cost": cost, "result": [result]}]))


def status(code: int, message: str) -> dict[str, Any]:
    """What stands at the head of an answer, and of a task."""
    return {"status_code": code, "status_message": message, "time": "0.1 sec."}


def answer(code: int, message: str, cost: float = 0, tasks: list[Any] | None = None) -> dict[str, Any]:
    """A whole answer."""
    return {"version": "0.1.20260717", **status(code, message), "cost": cost, "tasks_error": 0, "tasks": tasks}


def task_error(code: int, message: str) -> dict[str, Any]:
    """An answer to a request that is well, with a task that is not."""
    return answer(20_000, "Ok.", 0, [{**status(code, message), "cost": 0, "result": None}])
