"""Google Search Console's API: pages with their clicks, and what Google knows of dead URLs and who refers to them."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import quote

from linkreclaim.model.links import Claim, RowProblem
from linkreclaim.sources.apis import google_login
from linkreclaim.sources.apis.gsc_properties import (
    Property,
    find_properties,
    pages_pattern,
    property_of,
    whole_properties,
)
from linkreclaim.sources.apis.interface import (
    Answer,
    AnswerError,
    ApiReport,
    Ask,
    Call,
    Estimate,
    KeyRefusedError,
    Login,
    LoginVendor,
    QuotaSpentError,
    SecretSpec,
    TryLaterError,
    Want,
)
from linkreclaim.sources.apis.owned import UrlRefusedError, need, read_document
from linkreclaim.sources.apis.rows import Rows
from linkreclaim.sources.cells import read_url, show
from linkreclaim.sources.dates import read_date

API = "https://searchconsole.googleapis.com"
TITLE = "Search Console"
SCOPE = "https://www.googleapis.com/auth/webmasters.readonly"
PAGE_ROWS = 25_000
"""The most that `rowLimit` may be. Source: developers.google.com/webmaster-tools/v1/searchanalytics/query."""
MAX_PAGES = 40
"""A guard: a million pages with clicks (our judgement)."""
KEPT_DAYS = 487
"""Search Console keeps 16 months. Source: support.google.com/webmasters, "Performance report", date range."""
INSPECTED_A_DAY = 2_000
"""Inspections that a property gets a day, then it refuses and the pull goes on the next day; 600 a minute are more than
one after the other makes. Source:
developers.google.com/webmaster-tools/limits (read again August 2026 by public trackers)."""
MAX_INSPECTED = 500
"""URLs asked for in one pull, the most valuable first: at some seconds each that is up to an hour (our choice)."""
MAX_REFUSED = 10
"""URLs refused one after the other: then it is the account that may not inspect (our judgement)."""

_DAY_SPENT = frozenset(("dailyLimitExceeded", "quotaExceeded"))
_TOO_FAST = frozenset(("rateLimitExceeded", "userRateLimitExceeded", "RATE_LIMIT_EXCEEDED"))
_NO_PROJECT = frozenset(("SERVICE_DISABLED", "accessNotConfigured", "USER_PROJECT_DENIED"))
_NO_SCOPE = frozenset(("ACCESS_TOKEN_SCOPE_INSUFFICIENT", "insufficientPermissions"))

_SITES = Call("list of properties", f"{API}/webmasters/v3/sites", keep=False)


class SearchPerformance:
    """Search Analytics by page: each page that had a click in the last 16 months, with its clicks (web search).

    Rows come with most clicks first (developers.google.com/webmaster-tools/v1/searchanalytics/query), so that the pull
    ends at the first page that had none.
    """

    name = "Performance, pages (API)"

    def estimate(self, want: Want) -> Estimate:
        """Nothing is charged."""
        return Estimate(None, f"a request for each {PAGE_ROWS:,} pages with clicks; free of charge")

    def pull(self, want: Want, ask: Ask) -> Rows:
        """Page after page of each property."""
        line = 0
        for entry in whole_properties(find_properties(TITLE, _SITES, want.site, ask)):
            for row in self._rows(entry, want, ask):
                line += 1
                yield _page_claim(line, row)

    def _rows(self, entry: Property, want: Want, ask: Ask) -> Iterator[Any]:
        for page in range(MAX_PAGES):
            call = self._call(entry, want, page)
            answer = ask(call)
            without_rows = "rows" not in answer and "responseAggregationType" in answer
            rows = [] if without_rows else need(TITLE, call, answer, "rows", list)
            clicked = [row for row in rows if _clicks(row) != 0]
            yield from clicked
            if len(clicked) < PAGE_ROWS:
                return

    def _call(self, entry: Property, want: Want, page: int) -> Call:
        body: dict[str, Any] = {
            "startDate": (want.today - timedelta(days=KEPT_DAYS)).isoformat(),
            "endDate": want.today.isoformat(),
            "dimensions": ["page"],
            "rowLimit": PAGE_ROWS,
            "startRow": page * PAGE_ROWS,
        }
        pattern = pages_pattern(entry, want.site)
        if pattern:
            only = {"dimension": "page", "operator": "includingRegex", "expression": pattern}
            body["dimensionFilterGroups"] = [{"filters": [only]}]
        path = f"{API}/webmasters/v3/sites/{quote(entry.name, safe='')}/searchAnalytics/query"
        return Call(self.name, path, body=body, most_units=1)


def _page_claim(line: int, row: Any) -> Claim | RowProblem:
    keys, clicks = row.get("keys") if isinstance(row, dict) else None, _clicks(row)
    url = read_url(str(keys[0])) if isinstance(keys, list) and keys else None
    if not url:
        return RowProblem(line, f"the page is not an http(s) URL: {show(str(keys))}")
    if clicks is None:
        return RowProblem(line, f"{show(url)}: the row says no number of clicks")
    return Claim(line, target_url=url, hits=clicks)


def _clicks(row: Any) -> int | None:
    clicks = row.get("clicks") if isinstance(row, dict) else None
    return int(clicks) if isinstance(clicks, (int, float)) and 0 <= clicks < 1e15 else None


class Inspections:
    """URL Inspection of dead URLs that are known: when Google met them last, and pages that refer to them.

    `referringUrls` are a small sample, "directly and indirectly" (developers.google.com/webmaster-tools/v1/
    urlInspection.index/UrlInspectionResult): the linking pages have to be read. Google takes some seconds for each URL.
    """

    name = "URL Inspection (API)"

    def estimate(self, want: Want) -> Estimate:
        """Nothing is charged; a property gets 2,000 inspections a day."""
        known = min(len(want.dead_urls), MAX_INSPECTED)
        if not known:
            return Estimate(
                float(MAX_INSPECTED),
                f"a request for each dead page that the audit finds, the {MAX_INSPECTED:,} most valuable at most; free"
                " of charge",
            )
        return Estimate(
            float(known),
            f"at most {known:,} requests, one for each dead URL known (the {MAX_INSPECTED:,} most valuable at most);"
            f" Google takes some seconds for each and answers {INSPECTED_A_DAY:,} a day and property; free of charge",
        )

    def pull(self, want: Want, ask: Ask) -> Rows:
        """What is known of one URL after the other."""
        if not want.dead_urls:
            return
        properties = find_properties(TITLE, _SITES, want.site, ask)
        rows = (row for url_rows in self._inspect_all(want, properties, ask) for row in url_rows)
        for line, row in enumerate(rows, start=1):
            yield row._replace(line=line) if isinstance(row, Claim) else replace(row, line=line)

    def _inspect_all(self, want: Want, properties: list[Property], ask: Ask) -> Iterator[list[Claim | RowProblem]]:
        refused = 0
        for url in want.dead_urls[:MAX_INSPECTED]:
            entry = property_of(url, properties)
            try:
                yield [_no_property(url)] if entry is None else list(self._inspect(url, entry, ask))
                refused = 0
            except UrlRefusedError as error:
                refused += 1
                if refused == MAX_REFUSED:
                    raise KeyRefusedError(
                        f"{error}; {MAX_REFUSED} URLs one after the other: does the account have the role Full?"
                    ) from None
                yield [RowProblem(0, f"{show(url)}: {error}")]

    def _inspect(self, url: str, entry: Property, ask: Ask) -> Rows:
        body = {"inspectionUrl": url, "siteUrl": entry.name, "languageCode": "en-US"}
        call = Call(self.name, f"{API}/v1/urlInspection/index:inspect", body=body, most_units=1)
        answer = ask(call)
        result = need(TITLE, call, answer, "inspectionResult", dict)
        yield from _inspected(url, need(TITLE, call, result, "indexStatusResult", dict))


def _no_property(url: str) -> RowProblem:
    return RowProblem(0, f"{show(url)}: no property of the account has it")


def _inspected(url: str, status: Mapping[str, Any]) -> Rows:
    """The URL as Google last met it, and each page that refers to it. `NOT_FOUND` is 404 (Google's own word for it).

    Fields that do not apply are left out of the answer, `lastCrawlTime` for a URL that Google does not know.
    """
    state = status.get("pageFetchState")
    found = Claim(
        0, None, url, target_status=404 if state == "NOT_FOUND" else None, target_soft_404=state == "SOFT_404"
    )
    crawled = _read_time(status.get("lastCrawlTime"))
    if crawled is not None:
        yield found._replace(last_seen=crawled)
    referring = status.get("referringUrls", [])
    for page in referring if isinstance(referring, list) else [referring]:
        read = read_url(page) if isinstance(page, str) else None
        if read:
            yield found._replace(referring_page=read)
        else:
            yield RowProblem(0, f"{show(url)}: the referring page is not an http(s) URL: {show(str(page))}")


def _read_time(value: Any) -> date | None:
    return read_date(value) if isinstance(value, str) else None


class _SearchConsole:
    """Google Search Console. Errors are `{"error": {"code", "message", "status", "errors", "details"}}`.

    Source: developers.google.com/webmaster-tools/v1: sites/list, searchanalytics/query, urlInspection.index/inspect,
    /webmaster-tools/limits, /v1/errors (quotaExceeded); answers that users recorded in August 2026 (a URL that is
    unknown, an account without a quota project), and goenning/google-indexing-script#52 (403 for a URL outside the
    property). How a spent day is told by URL Inspection is from no source that we saw: both ways end the pull.
    """

    name = "gsc"
    title = TITLE
    unit = "requests"
    secrets: tuple[SecretSpec, ...] = google_login.SECRETS
    reports: tuple[ApiReport, ...] = (SearchPerformance(), Inspections())

    def login(self, secrets: Mapping[str, str], now: datetime) -> Call | None:
        """Exchange the credentials file for an access token, with the right to read alone."""
        return google_login.start_login(secrets, SCOPE, now)

    def read_login(self, answer: Answer, secrets: Mapping[str, str]) -> Login:
        """The access token."""
        return google_login.read_token(answer, secrets)

    def sign(self, call: Call, secrets: Mapping[str, str]) -> tuple[Call, Mapping[str, str]]:
        """The access token, and the project that a person's requests are counted for, stand in headers."""
        headers = {"Authorization": f"Bearer {secrets[google_login.ACCESS_TOKEN]}"}
        if google_login.QUOTA_PROJECT in secrets:
            headers["x-goog-user-project"] = secrets[google_login.QUOTA_PROJECT]
        return call, headers

    def units(self, call: Call, answer: Answer) -> float:
        """Nothing is charged: requests are counted, those for the account's sites left out."""
        return 1.0 if call.keep else 0.0

    def read(self, call: Call, answer: Answer) -> Any:
        """The answer's object."""
        if answer.status_code >= 500:
            raise TryLaterError(f"{TITLE} has an error of its own (HTTP {answer.status_code})")
        document = read_document(TITLE, call, answer)
        if answer.status_code != 200:
            raise _refusal(call, answer.status_code, document)
        if not isinstance(document, dict):
            raise AnswerError(f"{TITLE}: the answer to {call.report} is no JSON object")
        return document


def _refusal(call: Call, status_code: int, document: Any) -> Exception:
    error = document.get("error") if isinstance(document, dict) else None
    told = error if isinstance(error, dict) else {}
    message, reasons = str(told.get("message", "")), _reasons(told)
    said = f"{TITLE} answers HTTP {status_code}: {show(message, 300) or 'nothing said'}"
    if reasons & _DAY_SPENT or (status_code == 429 and "per day" in message.casefold()):
        return QuotaSpentError(
            f"{said}: the quota is spent: run the same command again in 15 minutes, else tomorrow; it goes on from here"
        )
    if status_code == 429 or reasons & _TOO_FAST:
        return TryLaterError(said)
    if reasons & _NO_PROJECT:
        return KeyRefusedError(
            f"{said}: turn on the Google Search Console API in the project that is asked through, and name the project:"
            " gcloud auth application-default set-quota-project PROJECT"
        )
    if reasons & _NO_SCOPE:
        return KeyRefusedError(f"{said}: log in again with the scope {SCOPE}")
    if status_code == 401:
        return KeyRefusedError(f"{said}: the access token has ended or is none: get a new one, or name a login's file")
    if call.report == Inspections.name and status_code in (400, 403):
        return UrlRefusedError(said)
    if status_code == 403:
        return KeyRefusedError(f"{said}: the account may not read this (Settings, Users and permissions)")
    return AnswerError(said)


def _reasons(told: Mapping[str, Any]) -> set[str]:
    """What kind of error it is: the old form has `errors[].reason`, the new one `details[].reason`."""
    listed = [*_list(told.get("errors")), *_list(told.get("details"))]
    return {str(entry.get("reason", "")) for entry in listed if isinstance(entry, dict)}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


VENDOR: LoginVendor = _SearchConsole()
