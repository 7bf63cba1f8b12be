"""Majestic's API: the site's pages by links, the links to known dead pages, and the site's links.

Sources: developer-support.majestic.com/api (endpoint, indexes, "datasource should be treated as mandatory"),
.../api/commands/get-back-link-data.shtml (parameters, resources), .../get-prefix-query-estimate.shtml (JSON answer:
Code, ErrorMessage, FullError, Charged...ResUnits). GetTopPages: its own page was not seen; `Query`, `Count` and the
table `Matches` from three public programs; that it costs as GetBackLinkData does is our reading, what an answer says it
charged counts. Code `InsufficientIndexItemInfoUnits`: the Ruby client majestic_seo_api; other codes: from documentation
not seen, told apart by their words.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NoReturn

from linkreclaim.sources.apis.asker import show_units
from linkreclaim.sources.apis.http_statuses import check_status, read_charge
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
from linkreclaim.sources.tools.majestic import BACKLINKS, PAGES

URL = "https://api.majestic.com/api/json"
TITLE = "Majestic"
UNIT = "resource units"
"""Analysis and retrieval units together: an account has both, and neither is spent beyond the budget."""
ANALYSIS_UNITS_PER_CALL = 5_000
"""Of GetBackLinkData, beside one retrieval unit a row. Source: its page, "Resources consumed"."""

MOST_PAGES = 1_000
PAGE_LINKS = 5_000
"""Of at most 50,000 (its page): a call costs as much for analysis as 5,000 rows do for retrieval."""
MOST_LINKS = 20_000
MOST_ASKED_PAGES = 20
LINKS_PER_ASKED_PAGE = 100
"""Our judgement: such a call costs 5,000 units however few links there are."""

_INDEX = {"datasource": "fresh"}
"""The fresh index: links seen in the last months, whose pages are likeliest still there."""
_QUOTA_WORDS = re.compile(r"insufficient|not enough|units|allowance|credit", re.IGNORECASE)
_BUSY_WORDS = re.compile(r"busy|time ?out|too many|throttl|temporar|queue|overload", re.IGNORECASE)
_KEY_WORDS = re.compile(r"key|auth|access|permission|subscri|\bip\b|allowed|token", re.IGNORECASE)
_KEY_ADVICE = "see majestic.com/account/api: the key, the plan, and the addresses that it may be used from"


def _pages(want: Want, ask: Ask) -> Rows:
    reader = ClaimReader(PAGES)
    for host in asked_hosts(want.site):
        params = {**_INDEX, "cmd": "GetTopPages", "Query": host.name, "Count": str(MOST_PAGES)}
        yield from reader.read_objects(_table("top pages", params, MOST_PAGES, "Matches", ask))


def _links_of_dead_pages(want: Want, ask: Ask) -> Rows:
    reader = ClaimReader(BACKLINKS)
    for url in want.dead_urls[:MOST_ASKED_PAGES]:
        params = {**_BACKLINKS, "item": url, "Count": str(LINKS_PER_ASKED_PAGE)}
        yield from reader.read_objects(_table(f"links to {show(url)}", params, LINKS_PER_ASKED_PAGE, "BackLinks", ask))


def _links(want: Want, ask: Ask) -> Rows:
    reader = ClaimReader(BACKLINKS)
    for host in asked_hosts(want.site):
        for start in range(0, MOST_LINKS, PAGE_LINKS):
            params = {**_BACKLINKS, "item": host.name, "Count": str(PAGE_LINKS), "From": str(start)}
            rows = _table("links", params, PAGE_LINKS, "BackLinks", ask)
            yield from reader.read_objects(rows)
            if len(rows) < PAGE_LINKS:
                break


_BACKLINKS = {**_INDEX, "cmd": "GetBackLinkData", "Mode": "0"}
"""Mode 0 gives links that are called lost too: many are where they were, and lost because their target died."""


def _table(report: str, params: Mapping[str, str], most_rows: int, name: str, ask: Ask) -> list[Any]:
    call = Call(report, URL, params, most_units=ANALYSIS_UNITS_PER_CALL + most_rows)
    table = need(TITLE, call, need(TITLE, call, ask(call), "DataTables", dict), name, dict)
    rows: list[Any] = need(TITLE, call, table, "Data", list)
    return rows


def _at_most(calls: int, rows_per_call: int, what: str) -> Estimate:
    analysis, retrieval = calls * ANALYSIS_UNITS_PER_CALL, calls * rows_per_call
    parts = f"{analysis:,} analysis and {retrieval:,} retrieval units"
    requests = "1 request" if calls == 1 else f"{calls:,} requests"
    words = f"at most {requests} ({what}), {parts}: {show_units(analysis + retrieval, UNIT)}"
    return Estimate(analysis + retrieval, words)


def _pages_cost(want: Want) -> Estimate:
    return _at_most(len(asked_hosts(want.site)), MOST_PAGES, "pages of the site by links")


def _links_of_dead_pages_cost(want: Want) -> Estimate:
    """However few are known now: vendors that are asked before may tell of more."""
    return _at_most(MOST_ASKED_PAGES, LINKS_PER_ASKED_PAGE, "links to each dead page known by then")


def _links_cost(want: Want) -> Estimate:
    return _at_most(len(asked_hosts(want.site)) * MOST_LINKS // PAGE_LINKS, PAGE_LINKS, "links to the site")


class Majestic:
    """See the module."""

    name = "majestic"
    title = TITLE
    unit = UNIT
    secrets: tuple[SecretSpec, ...] = (SecretSpec("MAJESTIC_API_KEY", "API key (majestic.com/account/api)"),)
    reports: tuple[ApiReport, ...] = (
        PulledReport("Pages (API)", _pages_cost, _pages),
        PulledReport("Backlinks of dead pages (API)", _links_of_dead_pages_cost, _links_of_dead_pages),
        PulledReport("Backlinks (API)", _links_cost, _links),
    )

    def sign(self, call: Call, secrets: Mapping[str, str]) -> tuple[Call, Mapping[str, str]]:
        """The key is a parameter."""
        return replace(call, params={**call.params, "app_api_key": secrets["MAJESTIC_API_KEY"]}), {}

    def read(self, call: Call, answer: Answer) -> Any:
        """An object whose `Code` is OK."""
        check_status(self.title, answer, _KEY_ADVICE)
        content = read_document(self.title, call, answer)
        code = need(self.title, call, content, "Code", str)
        if code != "OK":
            _raise_code(code, content)
        return content

    def units(self, call: Call, answer: Answer) -> float:
        """What the answer says it charged; where it does not, what is published."""
        try:
            content = self.read(call, answer)
        except ApiError:
            return 0.0
        analysis, retrieval = (read_charge(content.get(f"Charged{kind}ResUnits")) for kind in ("Analysis", "Retrieval"))
        if analysis is not None and retrieval is not None:
            return analysis + retrieval
        return float(ANALYSIS_UNITS_PER_CALL + _count_rows(content.get("DataTables")))


def _count_rows(tables: Any) -> int:
    found = (
        [table.get("Data") for table in tables.values() if isinstance(table, dict)] if isinstance(tables, dict) else []
    )
    return sum(len(data) for data in found if isinstance(data, list))


def _raise_code(code: str, content: Mapping[str, Any]) -> NoReturn:
    words = str(content.get("ErrorMessage") or content.get("FullError") or "nothing more said")
    told = f"{show(code, 60)}: {show(words, 200)}"
    both = f"{code} {words}"
    if _QUOTA_WORDS.search(both):
        raise QuotaSpentError(
            f"Majestic: the account has too few units left ({told}); what was answered is kept, and the same command"
            " goes on from there"
        )
    if _BUSY_WORDS.search(both):
        raise TryLaterError(f"Majestic is busy ({told})")
    if _KEY_WORDS.search(both):
        raise KeyRefusedError(f"Majestic refuses the key ({told}): {_KEY_ADVICE}")
    raise AnswerError(f"Majestic does not take the request ({told}): its interface may have changed; use an export")


VENDOR: Vendor = Majestic()
