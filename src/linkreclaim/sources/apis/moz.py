"""Moz's Links API, version 2: the site's top pages, the links to those that are dead, and the site's strongest links.

Sources: moz.com/help/links-api/making-calls/links (request, `filter`, `sort`, `target_scope`, `next_token`; authority
by API token, before that by access ID and secret key), .../usage-data (rows are what is counted), an article with real
answers of all endpoints of 2023-05-02 (miklevin/MikeLev.in: `results`, `next_token`, link and page fields). Version 3
(JSON-RPC) gives the same links under other names; version 2 is still documented and needs no more than its token.
Statuses of errors: from documentation not seen; our reading, by HTTP status and the words beside it.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from linkreclaim.sources.apis.asker import show_units
from linkreclaim.sources.apis.http_statuses import basic_auth, check_status, said
from linkreclaim.sources.apis.interface import (
    Answer,
    ApiError,
    ApiReport,
    Ask,
    Call,
    Estimate,
    QuotaSpentError,
    SecretSpec,
    Vendor,
    Want,
)
from linkreclaim.sources.apis.owned import need, read_document
from linkreclaim.sources.apis.rows import AskedHost, ClaimReader, PulledReport, Rows, asked_hosts, dead_urls
from linkreclaim.sources.cells import show
from linkreclaim.sources.tools.moz import INBOUND_LINKS, TOP_PAGES

ORIGIN = "https://lsapi.seomoz.com"
TOP_PAGES_URL = f"{ORIGIN}/v2/top_pages"
LINKS_URL = f"{ORIGIN}/v2/links"
TITLE = "Moz"
UNIT = "rows"

PAGE_ROWS = 50
"""The most that `limit` may be. Source: moz.com/help/links-api/making-calls/links."""
MOST_TOP_PAGES = 250
MOST_ASKED_PAGES = 20
MOST_LINKS = 500
"""In all 1,750 rows for a site of one host: within the smallest paid plan (3,000 rows a month for 20 USD in 2026;
api-evangelist/moz). Our judgement."""

_QUOTA_WORDS = re.compile(r"quota|rows? (?:limit|allotment|remaining)|insufficient|exhausted|upgrade", re.IGNORECASE)
_KEY_ADVICE = "make an API token at moz.com/api/dashboard; an older pair is given as ACCESS_ID:SECRET_KEY"


def _top_pages(want: Want, ask: Ask) -> Rows:
    reader = ClaimReader(TOP_PAGES)
    for host in asked_hosts(want.site):
        body = {"target": host.name, "scope": _scope(host)}
        for results in _results("top pages", TOP_PAGES_URL, body, MOST_TOP_PAGES, ask):
            yield from reader.read_objects(results)


def _links_of_dead_pages(want: Want, ask: Ask) -> Rows:
    reader = ClaimReader(INBOUND_LINKS)
    for url in dead_urls(want, _top_pages(want, ask), MOST_ASKED_PAGES):
        body = {"target": url.partition("://")[2] or url, "target_scope": "page", "filter": "external"}
        for results in _results(f"links to {show(url)}", LINKS_URL, body, PAGE_ROWS, ask):
            yield from reader.read_objects(results)


def _strongest_links(want: Want, ask: Ask) -> Rows:
    reader = ClaimReader(INBOUND_LINKS)
    for host in asked_hosts(want.site):
        body = {"target": host.name, "target_scope": _scope(host), "filter": "external"}
        for results in _results("links", LINKS_URL, body, MOST_LINKS, ask):
            yield from reader.read_objects(results)


def _scope(host: AskedHost) -> str:
    return "root_domain" if host.whole_domain else "subdomain"


def _results(report: str, url: str, body: Mapping[str, str], most_rows: int, ask: Ask) -> Iterator[list[Any]]:
    """Page after page, until there is no next token or there are rows enough; every request asks for a full page."""
    token = ""
    for _ in range(0, most_rows, PAGE_ROWS):
        asked = {**body, "limit": PAGE_ROWS} | ({"next_token": token} if token else {})
        call = Call(report, url, body=asked, most_units=PAGE_ROWS)
        content = ask(call)
        results: list[Any] = need(TITLE, call, content, "results", list)
        yield results
        last, token = token, content.get("next_token") or ""
        if not results or not isinstance(token, str) or token in ("", last):
            return


def _at_most(rows: int, what: str) -> Estimate:
    return Estimate(rows, f"at most {rows:,} {what}: {show_units(rows, UNIT)} of the month's quota")


def _top_pages_cost(want: Want) -> Estimate:
    return _at_most(len(asked_hosts(want.site)) * MOST_TOP_PAGES, "top pages")


def _links_of_dead_pages_cost(want: Want) -> Estimate:
    return _at_most(MOST_ASKED_PAGES * PAGE_ROWS, f"links ({PAGE_ROWS} to each of {MOST_ASKED_PAGES} dead pages)")


def _strongest_links_cost(want: Want) -> Estimate:
    return _at_most(len(asked_hosts(want.site)) * MOST_LINKS, "of the strongest links")


class Moz:
    """See the module."""

    name = "moz"
    title = TITLE
    unit = UNIT
    secrets: tuple[SecretSpec, ...] = (
        SecretSpec("MOZ_API_TOKEN", "API token (moz.com/api/dashboard), or ACCESS_ID:SECRET_KEY of an older account"),
    )
    reports: tuple[ApiReport, ...] = (
        PulledReport("Top pages (API)", _top_pages_cost, _top_pages),
        PulledReport("Inbound links of dead pages (API)", _links_of_dead_pages_cost, _links_of_dead_pages),
        PulledReport("Inbound links (API)", _strongest_links_cost, _strongest_links),
    )

    def sign(self, call: Call, secrets: Mapping[str, str]) -> tuple[Call, Mapping[str, str]]:
        """A token goes into a header of its own, a pair into HTTP Basic authentication."""
        token = secrets["MOZ_API_TOKEN"]
        user, colon, password = token.partition(":")
        return call, basic_auth(user, password) if colon else {"x-moz-token": token}

    def read(self, call: Call, answer: Answer) -> Any:
        """An object with `results`. A quota that is used up is told from too fast a pace by the words alone."""
        if answer.status_code in (402, 403, 429) and _QUOTA_WORDS.search(said(answer)):
            raise QuotaSpentError(
                f"Moz: the rows of this month are used up (HTTP {answer.status_code}: {said(answer)}); what was"
                " answered is kept, and the same command goes on from there"
            )
        check_status(self.title, answer, _KEY_ADVICE)
        content = read_document(self.title, call, answer)
        need(self.title, call, content, "results", list)
        return content

    def units(self, call: Call, answer: Answer) -> float:
        """A row each result. Source: moz.com/help/links-api: neither endpoint is a weighted one."""
        try:
            return float(len(self.read(call, answer)["results"]))
        except ApiError:
            return 0.0


VENDOR: Vendor = Moz()
