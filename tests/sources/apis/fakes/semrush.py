"""Semrush's Analytics API (version 3) as developer.semrush.com/api/v3/analytics/backlinks describes it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.sources.apis.server import Asked, Reply

KEY = "0123456789abcdef0123456789abcdef"
PATH = "/analytics/v1/"
PAGE_COLUMNS = frozenset(
    (
        "source_url",
        "source_title",
        "response_code",
        "backlinks_num",
        "domains_num",
        "last_seen",
        "external_num",
        "internal_num",
    )
)
LINK_COLUMNS = frozenset(
    (
        "page_ascore",
        "response_code",
        "source_size",
        "external_num",
        "internal_num",
        "redirect_url",
        "source_url",
        "source_title",
        "image_url",
        "target_url",
        "target_title",
        "anchor",
        "image_alt",
        "last_seen",
        "first_seen",
        "nofollow",
        "ugc",
        "sponsored",
        "form",
        "frame",
        "image",
        "sitewide",
        "newlink",
        "lostlink",
    )
)
Line = Mapping[str, str]


@dataclass
class FakeSemrush:
    """Answers lines of text; errors are text as well. `instead` is answered first, one after the other."""

    pages: list[Line] = field(default_factory=list)
    links: list[Line] = field(default_factory=list)
    balance_units: int = 1_000_000
    instead: list[Reply] = field(default_factory=list)

    def __call__(self, asked: Asked) -> Reply:
        """One report."""
        params = asked.params
        if self.instead:
            return self.instead.pop(0)
        if asked.method != "GET" or asked.path != PATH:
            return Reply(b"not found", 404)
        if params.get("key") != KEY:
            return error(120, "WRONG KEY - ID PAIR")
        missing = [name for name in ("type", "target", "target_type") if not params.get(name)]
        if missing:
            return error(40, f"MANDATORY PARAMETER {missing[0]} NOT SET OR EMPTY")
        return self._report(params)

    def _report(self, params: Mapping[str, str]) -> Reply:
        of_pages = params["type"] == "backlinks_pages"
        columns = params["export_columns"].split(",")
        if not set(columns) <= (PAGE_COLUMNS if of_pages else LINK_COLUMNS):
            return error(46, "INVALID COLUMN")
        limit, offset = int(params.get("display_limit", 0)) or 10_000, int(params.get("display_offset", 0))
        if offset >= limit:
            return error(45, "Invalid display_offset parameter, must be less than display_limit")
        lines = (self._pages if of_pages else self._links)(params)[offset:limit]
        if not lines:
            return error(50, "NOTHING FOUND")
        if 40 * len(lines) > self.balance_units:
            return error(132, "API UNITS BALANCE IS ZERO", 403)
        self.balance_units -= 40 * len(lines)
        table = [columns, *([line.get(column, "") for column in columns] for line in lines)]
        return text("\n".join(map(";".join, table)) + "\n")

    def _pages(self, params: Mapping[str, str]) -> list[Line]:
        assert params["display_sort"] == "domains_num_desc"
        if "display_filter" not in params:
            return self.pages
        sign, column, operation, status = params["display_filter"].split("|")
        assert (sign, column, operation) == ("+", "responsecode", "Eq")
        return [page for page in self.pages if page["response_code"] == status]

    def _links(self, params: Mapping[str, str]) -> list[Line]:
        if params["target_type"] == "url":
            return [link for link in self.links if link["target_url"] == params["target"]]
        assert params["target_type"] in ("root_domain", "domain")
        return self.links


def text(content: str, status: int = 200) -> Reply:
    """An answer of text."""
    return Reply(content.encode(), status, {"Content-Type": "text/plain"})


def error(number: int, words: str, status: int = 200) -> Reply:
    """An error as Semrush writes it."""
    return text(f"ERROR {number} :: {words}", status)
