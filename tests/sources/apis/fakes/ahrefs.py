"""Ahrefs API v3 as its documentation has it (docs.ahrefs.com/api; OpenAPI documents of Site Explorer, 2026-08-12).

`select` and `target` are required; `where` is the documented filter language; there is no `offset`. A request costs
max(50, cost of a row x rows), where a row costs its columns in `select`, `where` and `order_by`, each once.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.sources.apis.server import Asked, Reply

ORIGIN = "https://api.ahrefs.com"
KEY = "ahrefs-test-key"
SECRETS = {"AHREFS_API_KEY": KEY}
FIVE_UNITS = {"refdomains_target", "refdomains_source", "class_c"}
TEN_UNITS = {"traffic", "traffic_domain"}
NOT_SORTABLE = {
    "pages-by-backlinks": {"http_code_target", "last_visited_target", "title_target", "url_rating_target"},
    "broken-backlinks": {"http_code_target", "last_visited_target", "link_group_count"},
}
ROWS_KEYS = {"pages-by-backlinks": "pages", "broken-backlinks": "backlinks"}

_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "eq": lambda value, other: bool(value == other),
    "neq": lambda value, other: bool(value != other),
    "gt": lambda value, other: value is not None and bool(value > other),
    "gte": lambda value, other: value is not None and bool(value >= other),
    "lt": lambda value, other: value is not None and bool(value < other),
    "lte": lambda value, other: value is not None and bool(value <= other),
    "prefix": lambda value, other: str(value).startswith(other),
}


@dataclass
class FakeAhrefs:
    """Holds rows as Ahrefs would; `instead` is answered first, one after the other."""

    pages: list[dict[str, Any]] = field(default_factory=list)
    backlinks: list[dict[str, Any]] = field(default_factory=list)
    instead: list[Reply] = field(default_factory=list)
    units_used: int = 0
    units_limit: int | None = None

    def __call__(self, asked: Asked) -> Reply:
        if self.instead:
            return self.instead.pop(0)
        if asked.headers.get("authorization") != f"Bearer {KEY}":
            return error(401, "Invalid API key")
        path = asked.path.removeprefix("/v3/site-explorer/")
        if asked.method != "GET" or path not in ROWS_KEYS:
            return error(404, "not found")
        return self._report(path, asked.params)

    def _report(self, path: str, params: Mapping[str, str]) -> Reply:
        if "select" not in params or "target" not in params:
            return error(400, "missing required parameter")
        if "offset" in params:
            return error(400, "unknown parameter offset")
        columns = params["select"].split(",")
        order = [part.split(":") for part in params.get("order_by", "").split(",") if part]
        where = json.loads(params["where"]) if "where" in params else None
        if {name for name, *_ in order} & NOT_SORTABLE[path]:
            return error(400, "column not supported in order_by")
        rows = [row for row in self._rows(path, params) if where is None or holds(where, row)]
        for name, *direction in reversed(order):
            rows.sort(key=lambda row: row[name], reverse=direction == ["desc"])
        rows = rows[: int(params.get("limit", "1000"))]
        fields = {*columns, *(name for name, *_ in order), *(fields_of(where) if where else ())}
        a_row = sum(10 if name in TEN_UNITS else 5 if name in FIVE_UNITS else 1 for name in fields)
        return self._priced(ROWS_KEYS[path], [{name: row.get(name) for name in columns} for row in rows], a_row)

    def _rows(self, path: str, params: Mapping[str, str]) -> list[dict[str, Any]]:
        rows = self.pages if path == "pages-by-backlinks" else self.backlinks
        target = params["target"]
        return [row for row in rows if _host(row["url_to"]) == target or _host(row["url_to"]).endswith("." + target)]

    def _priced(self, key: str, rows: list[dict[str, Any]], a_row: int) -> Reply:
        total = max(50, a_row * len(rows))
        if self.units_limit is not None and self.units_used + total > self.units_limit:
            left = self.units_limit - self.units_used
            return error(403, f"API units limit reached. Expected usage: {total}, API units left: {left}")
        self.units_used += total
        headers = {
            "x-api-rows": str(len(rows)),
            "x-api-units-cost-row": str(a_row),
            "x-api-units-cost-total": str(total),
            "x-api-units-cost-total-actual": str(total),
            "x-api-cache": "no_cache",
        }
        return Reply({key: rows}, headers=headers)


def error(status: int, words: str) -> Reply:
    """The one form of an error: a free text."""
    return Reply({"error": words}, status)


def holds(where: Any, row: Mapping[str, Any]) -> bool:
    """Whether a row passes a filter ("Filter syntax")."""
    if "and" in where:
        return all(holds(part, row) for part in where["and"])
    if "or" in where:
        return any(holds(part, row) for part in where["or"])
    if "not" in where:
        return not holds(where["not"], row)
    operator, value = where["is"]
    return _COMPARE[operator](row.get(where["field"]), value)


def fields_of(where: Any) -> set[str]:
    """The columns that a filter names."""
    if "field" in where:
        return {where["field"]}
    parts = where.get("and") or where.get("or") or [where["not"]]
    return set().union(*map(fields_of, parts))


def _host(url: str) -> str:
    return url.split("/")[2].partition(":")[0]


def page(path: str, domains: int, status: int = 404, host: str = "example.com", **more: Any) -> dict[str, Any]:
    """A row of pages-by-backlinks."""
    return {
        "url_to": f"https://{host}{path}",
        "http_code_target": status,
        "links_to_target": domains * 3,
        "refdomains_target": domains,
        "first_seen_link": "2024-05-01T10:00:00Z",
        "last_seen": None,
        **more,
    }


def backlink(number: int, rank: int, seen: str = "2024-05-01T10:00:00Z", **more: Any) -> dict[str, Any]:
    """A row of broken-backlinks."""
    return {
        "url_from": f"https://site-{rank}.example.org/page-{number}",
        "url_to": "https://example.com/old",
        "anchor": f"guide {number}",
        "is_nofollow": False,
        "is_ugc": False,
        "is_sponsored": False,
        "is_content": True,
        "first_seen_link": seen,
        "last_visited": "2026-11-01T08:30:00Z",
        "links_external": 24,
        "link_group_count": 1,
        "http_code_target": 404,
        "domain_rating_source": 71.0,
        "url_rating_source": 12.5,
        "ahrefs_rank_source": rank,
        "traffic": 10,
        **more,
    }
