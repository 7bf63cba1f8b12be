"""DataForSEO's Backlinks API, version 3: dead pages of the site, the links to broken pages, and all other links.

Sources: docs.dataforseo.com/v3/backlinks-domain_pages-live (2025-11-03), .../backlinks-backlinks-live (2025-04-11),
.../backlinks-filters (filters cost nothing), .../appendix/errors (2026-05-29: HTTP 401, 402, 404, 500, else 200 with
`status_code` for the request and for each task), dataforseo.com/help-center (40203: the daily limit of expenses;
40101: an error of their own), request and answer models of dataforseo/PythonClient (`limit` at most 1,000; `offset` at
most 20,000, from there on `search_after_token` with all other fields unchanged). Codes beyond these: by their groups.
"""

import math
from collections.abc import Iterator, Mapping
from typing import Any, NoReturn

from linkreclaim.sources.apis.asker import show_units
from linkreclaim.sources.apis.http_statuses import basic_auth, check_status, read_charge
from linkreclaim.sources.apis.interface import (
    Answer,
    AnswerError,
    ApiError,
    ApiReport,
    Ask,
    Call,
    Estimate,
    KeyRefusedError,
    QuotaSpentError,
    SecretSpec,
    TryLaterError,
    Vendor,
    Want,
)
from linkreclaim.sources.apis.owned import need, read_document
from linkreclaim.sources.apis.rows import ClaimReader, PulledReport, Rows, asked_hosts
from linkreclaim.sources.cells import show
from linkreclaim.sources.tools.dataforseo import BACKLINKS, DOMAIN_PAGES

ORIGIN = "https://api.dataforseo.com"
PAGES_URL = f"{ORIGIN}/v3/backlinks/domain_pages/live"
LINKS_URL = f"{ORIGIN}/v3/backlinks/backlinks/live"
TITLE = "DataForSEO"
UNIT = "USD"
USD_PER_REQUEST = 0.02
USD_PER_ROW = 0.000_03
"""Source: dataforseo.com/update/bulk-pages-summary-in-backlinks-api (2024-04-25); an answer of 2024 whose `cost` is
0.02003 for one row. The answer's own `cost` is what counts."""

PAGE_ROWS = 1_000
MOST_PAGES = 5_000
MOST_BROKEN_LINKS = 20_000
MOST_LINKS = 20_000
"""0.05 USD a thousand rows (our judgement)."""

_OK = 20_000
_EMPTY = frozenset((40_102,))  # "No search results": the code of searches that found nothing
_KEY_CODES = frozenset((40_100, 40_104, 40_204, 40_207))
_MONEY_CODES = frozenset((40_200, 40_201, 40_203, 40_210))
_PASSING_CODES = frozenset((40_101, 40_103, 40_202, 40_205, 40_209))
_KEY_ADVICE = "login and password of the API stand at app.dataforseo.com/api-access; they are not those of the website"
_COMMON = {"include_subdomains": True, "limit": PAGE_ROWS}
"""Subdomains are asked for, since `www.` may be one; what belongs to others is set aside at the import."""

_DEAD = [["status_code", "=", 404], "or", ["status_code", "=", 410]]
"""Not for a former host, whose pages may give no answer at all."""


def _dead_pages(want: Want, ask: Ask) -> Rows:
    reader = ClaimReader(DOMAIN_PAGES)
    for host in asked_hosts(want.site):
        for offset in range(0, MOST_PAGES, PAGE_ROWS):
            task = {
                "target": host.name,
                **_COMMON,
                "offset": offset,
                "order_by": ["page_summary.backlinks,desc"],
                **({} if host.former else {"filters": _DEAD}),
            }
            items = _items(_ask_for("dead pages", PAGES_URL, task, ask))
            yield from reader.read_objects(items)
            if len(items) < PAGE_ROWS:
                break


def _broken_links(want: Want, ask: Ask) -> Rows:
    """Those that are called lost as well: many are where they were, and lost because their target died."""
    asked = {"filters": ["is_broken", "=", True], "backlinks_status_type": "all"}
    yield from _links("broken links", asked, MOST_BROKEN_LINKS, want, ask)


def _other_links(want: Want, ask: Ask) -> Rows:
    asked = {"filters": ["is_broken", "=", False], "backlinks_status_type": "live"}
    yield from _links("links", asked, MOST_LINKS, want, ask)


def _links(report: str, asked: Mapping[str, Any], most_rows: int, want: Want, ask: Ask) -> Rows:
    reader = ClaimReader(BACKLINKS)
    for host in asked_hosts(want.site):
        task = {
            "target": host.name,
            **_COMMON,
            "mode": "as_is",
            **asked,
            "order_by": ["domain_from_rank,desc"],
            "include_indirect_links": False,  # their target is the page that redirects, not one of the site
            "rank_scale": "one_thousand",  # the scale that ranks are read in
        }
        for items in _pages_after(report, task, most_rows, ask):
            yield from reader.read_objects(items)


def _pages_after(report: str, task: Mapping[str, Any], most_rows: int, ask: Ask) -> Iterator[list[Any]]:
    """Page after page by the token of the page before, all else unchanged."""
    token: Any = None
    for _ in range(0, most_rows, PAGE_ROWS):
        asked = {**task, "search_after_token": token} if token else task
        result = _ask_for(report, LINKS_URL, asked, ask)
        items = _items(result)
        yield items
        last, token = token, (result or {}).get("search_after_token")
        if len(items) < PAGE_ROWS or not token or token == last:
            return


def _ask_for(report: str, url: str, task: Mapping[str, Any], ask: Ask) -> Mapping[str, Any] | None:
    """The result of one task, None where there is none."""
    call = Call(report, url, body=[task], most_units=USD_PER_REQUEST + PAGE_ROWS * USD_PER_ROW)
    result: Mapping[str, Any] | None = ask(call)
    return result


def _items(result: Mapping[str, Any] | None) -> list[Any]:
    """The rows of a result; null stands for none."""
    items = result["items"] if result else None
    return list(items) if items else []


def _at_most(rows: int, what: str) -> Estimate:
    requests = math.ceil(rows / PAGE_ROWS)
    usd = round(requests * USD_PER_REQUEST + rows * USD_PER_ROW, 4)
    return Estimate(usd, f"at most {requests:,} requests of {PAGE_ROWS:,} {what}: {show_units(usd, UNIT)}")


def _dead_pages_cost(want: Want) -> Estimate:
    return _at_most(len(asked_hosts(want.site)) * MOST_PAGES, "dead pages")


def _broken_links_cost(want: Want) -> Estimate:
    return _at_most(len(asked_hosts(want.site)) * MOST_BROKEN_LINKS, "links to broken pages")


def _other_links_cost(want: Want) -> Estimate:
    return _at_most(len(asked_hosts(want.site)) * MOST_LINKS, "other links")


class DataForSeo:
    """See the module."""

    name = "dataforseo"
    title = TITLE
    unit = UNIT
    secrets: tuple[SecretSpec, ...] = (
        SecretSpec("DATAFORSEO_LOGIN", "API login (app.dataforseo.com/api-access)"),
        SecretSpec("DATAFORSEO_PASSWORD", "API password (app.dataforseo.com/api-access)"),
    )
    reports: tuple[ApiReport, ...] = (
        PulledReport("domain pages (API)", _dead_pages_cost, _dead_pages),
        PulledReport("broken backlinks (API)", _broken_links_cost, _broken_links),
        PulledReport("backlinks (API)", _other_links_cost, _other_links),
    )

    def sign(self, call: Call, secrets: Mapping[str, str]) -> tuple[Call, Mapping[str, str]]:
        """HTTP Basic authentication."""
        return call, basic_auth(secrets["DATAFORSEO_LOGIN"], secrets["DATAFORSEO_PASSWORD"])

    def read(self, call: Call, answer: Answer) -> Mapping[str, Any] | None:
        """The result of the one task of a request; None: the task found nothing."""
        check_status(self.title, answer, _KEY_ADVICE)
        content = read_document(self.title, call, answer)
        if not _succeeded(call, content):
            return None
        tasks = need(self.title, call, content, "tasks", list)
        task = tasks[0] if tasks else {}
        if not _succeeded(call, task) or task.get("result") is None:
            return None
        results = need(self.title, call, task, "result", list)
        if not results:
            return None
        result: Mapping[str, Any] = results[0] if isinstance(results[0], dict) else {}
        if "items" not in result or result["items"] is not None:
            need(self.title, call, result, "items", list)
        return result

    def units(self, call: Call, answer: Answer) -> float:
        """The answer's `cost`, in USD; where it does not say, what is published."""
        try:
            content = read_document(self.title, call, answer)
            charge = read_charge(content.get("cost") if isinstance(content, dict) else None)
            if charge is not None:
                return charge
            return USD_PER_REQUEST + USD_PER_ROW * len(_items(self.read(call, answer)))
        except ApiError:
            return 0.0


def _succeeded(call: Call, part: Any) -> bool:
    """Whether a request or a task went well and found something."""
    code = need(TITLE, call, part, "status_code", int)
    if code != _OK and code not in _EMPTY:
        _raise_code(code, str(part.get("status_message") or "nothing more said"))
    return bool(code == _OK)


def _raise_code(code: int, words: str) -> NoReturn:
    told = f"{code}: {show(words, 200)}"
    if code in _KEY_CODES:
        raise KeyRefusedError(f"DataForSEO refuses the account ({told}): {_KEY_ADVICE}")
    if code in _MONEY_CODES:
        raise QuotaSpentError(
            f"DataForSEO: balance or spending limit of the account is reached ({told}); what was answered is kept, and"
            " the same command goes on from there"
        )
    if code in _PASSING_CODES or code >= 50_000:
        raise TryLaterError(f"DataForSEO asks to wait ({told})")
    raise AnswerError(f"DataForSEO does not take the request ({told}): its interface may have changed; use an export")


VENDOR: Vendor = DataForSeo()
