"""Bing Webmaster Tools' API: dead pages by the links to them, pages by the links to them, and the links themselves."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from linkreclaim.model.links import RowProblem
from linkreclaim.sources.apis.interface import (
    Answer,
    AnswerError,
    ApiReport,
    Ask,
    Call,
    Estimate,
    KeyRefusedError,
    SecretSpec,
    TryLaterError,
    Vendor,
    Want,
)
from linkreclaim.sources.apis.owned import (
    UrlRefusedError,
    concerns,
    covers,
    list_sites,
    missing,
    need,
    read_document,
)
from linkreclaim.sources.apis.rows import DEAD_STATUSES, ClaimReader, Rows
from linkreclaim.sources.cells import read_count, read_status, read_url, show
from linkreclaim.sources.tools.bing import CRAWL_ISSUES, LINK_COUNTS, URL_LINKS

API = "https://ssl.bing.com/webmaster/api.svc/json"
TITLE = CRAWL_ISSUES.tool
CODE_4XX = 4
"""The flag of `Issues` for an answer of 4xx (301: 1, 302: 2, 4xx: 4, 5xx: 8, ...). Source: merj/bing-webmaster-tools;
Microsoft's reference has the names (Code4xx) without their numbers."""
MAX_URLS = 1_000
"""Dead URLs that are asked for their links in one pull, those with most links first (our judgement: Bing publishes no
limit, its clients keep to five requests a second)."""
MAX_PAGES = 1_000
"""Pages of one answer; Bing says how many there are (our guard against a wrong number)."""

_ASKED_LINKS = replace(
    URL_LINKS, aliases={**URL_LINKS.aliases, "target_url": ("asked url",), "target_status": ("asked status",)}
)
"""The export does not name its target; here it is known, for it was asked for."""

_BAD_KEY = frozenset((3, 10, 18))  # InvalidApiKey, UserNotFound, InvalidToken
_NOT_ALLOWED = frozenset((6, 13, 14))  # UserBlocked, NotAllowed, NotAuthorized
_BUSY = frozenset((1, 2, 4, 5))  # InternalError, UnknownError, ThrottleUser, ThrottleHost
_BAD_URL = frozenset((7, 8, 11))  # InvalidUrl, InvalidParameter, NotFound


class CrawlIssues:
    """`GetCrawlIssues`: URLs that Bing could not fetch, with the links to each."""

    name = "crawl issues (API)"

    def estimate(self, want: Want) -> Estimate:
        """Nothing is charged."""
        return Estimate(None, "a request for each verified address of the site; free of charge")

    def pull(self, want: Want, ask: Ask) -> Rows:
        """Each URL with its status and links, as the same answer saved in a file."""
        reader = ClaimReader(CRAWL_ISSUES)
        for site in _find_sites(want, ask):
            yield from reader.read_objects(_issues(site, ask))


class LinkCounts:
    """`GetLinkCounts`: the pages that have links, with how many."""

    name = "link counts (API)"

    def estimate(self, want: Want) -> Estimate:
        """Nothing is charged; how many pages there are is known after the first."""
        return Estimate(None, "a request for each page of the list of linked pages; free of charge")

    def pull(self, want: Want, ask: Ask) -> Rows:
        """Each page with the number of links to it."""
        reader = ClaimReader(LINK_COUNTS)
        for site in _find_sites(want, ask):
            for rows in _pages(_call(self.name, "GetLinkCounts", siteUrl=site), "Links", ask):
                yield from reader.read_objects(rows)


class UrlLinks:
    """`GetUrlLinks`: who links to each dead URL, with the anchors."""

    name = "links to a URL (API)"

    def estimate(self, want: Want) -> Estimate:
        """Nothing is charged; how many dead URLs Bing knows is known after the crawl issues."""
        return Estimate(
            None,
            f"a request for each dead URL that Bing or the ledger knows ({len(want.dead_urls):,} in the ledger), and"
            f" for each further page of its links; at most {MAX_URLS:,} URLs, most links first; free of charge",
        )

    def pull(self, want: Want, ask: Ask) -> Rows:
        """The links to one dead URL after the other."""
        reader, dead = ClaimReader(_ASKED_LINKS), _find_dead(want, ask)
        for page in dead[:MAX_URLS]:
            try:
                for links in _pages(_call(self.name, "GetUrlLinks", siteUrl=page.site, link=page.url), "Details", ask):
                    yield from reader.read_objects([_with_target(link, page) for link in links])
            except UrlRefusedError as error:
                yield RowProblem(0, f"{show(page.url)}: {error}")
        if len(dead) > MAX_URLS:
            yield RowProblem(0, f"{len(dead) - MAX_URLS:,} more dead URLs, with fewer links, were not asked for")


@dataclass(frozen=True, slots=True)
class _DeadPage:
    site: str
    url: str
    status: int | None


def _with_target(link: Any, page: _DeadPage) -> Any:
    return {**link, "asked url": page.url, "asked status": page.status} if _is_row(link) else link


def _find_dead(want: Want, ask: Ask) -> list[_DeadPage]:
    """Dead URLs that have links: those of the crawl issues, most links first, then those known otherwise."""
    sites = _find_sites(want, ask)
    found: dict[str, tuple[int, _DeadPage]] = {}
    unlinked = set()
    for site in sites:
        for issue in filter(_is_dead, _issues(site, ask)):
            url, links = read_url(str(issue.get("Url", ""))), read_count(str(issue.get("InLinks", "")))
            if url and links != 0:
                found.setdefault(url, (links or 0, _DeadPage(site, url, _status(issue))))
            elif url:
                unlinked.add(url)
    ranked = [page for _, page in sorted(found.values(), key=lambda entry: -entry[0])]
    others = ((_site_of(url, sites), url) for url in want.dead_urls if url not in found and url not in unlinked)
    return ranked + [_DeadPage(site, url, None) for site, url in others if site]


def _is_dead(issue: Any) -> bool:
    """Whether an issue says 404 or 410, or 4xx without saying which: 401, 403 and 429 say nothing about a page."""
    if not _is_row(issue):
        return False
    status, flags = _status(issue), issue.get("Issues")
    return status in DEAD_STATUSES or (status is None and isinstance(flags, int) and bool(flags & CODE_4XX))


def _status(issue: Mapping[str, Any]) -> int | None:
    return read_status(str(issue.get("HttpCode", "")))


def _is_row(value: Any) -> bool:
    return isinstance(value, dict)


def _find_sites(want: Want, ask: Ask) -> list[str]:
    """The verified addresses of the site as the account writes them.

    Raises:
        KeyRefusedError: the account has none.
    """
    call = Call("sites of the account", f"{API}/GetUserSites", keep=False)
    entries = _entries(call, {"d": ask(call)}, "d")
    sites = {need(TITLE, call, site, "Url", str): need(TITLE, call, site, "IsVerified", bool) for site in entries}
    own = sorted(url for url in sites if concerns(want.site, url))
    verified = [url for url in own if sites[url]]
    if verified:
        return verified
    if own:
        raise KeyRefusedError(
            f"{TITLE}: {want.site.host} is in the account, but not verified: verify it at www.bing.com/webmasters"
        )
    raise KeyRefusedError(
        f"{TITLE}: the account has no site {want.site.host} ({list_sites(sites)}): add and verify it at"
        " www.bing.com/webmasters, or use the key of the account that has it"
    )


def _site_of(url: str, sites: list[str]) -> str | None:
    """The site that a URL belongs to, else one of the same host: http and https are often entered as one."""
    exact = [site for site in sites if covers(site, url)]
    return max(exact, key=len) if exact else next((site for site in sites if _same_host(site, url)), None)


def _same_host(one: str, other: str) -> bool:
    hosts = [url.partition("://")[2].partition("/")[0].lower().removeprefix("www.") for url in (one, other)]
    return hosts[0] == hosts[1]


def _issues(site: str, ask: Ask) -> list[Any]:
    call = _call("crawl issues (API)", "GetCrawlIssues", siteUrl=site)
    return _entries(call, {"d": ask(call)}, "d")


def _pages(call: Call, field: str, ask: Ask) -> Iterator[list[Any]]:
    """The rows of an answer, page by page."""
    for page in range(MAX_PAGES):
        asked = replace(call, params={**call.params, "page": str(page)})
        content = ask(asked)
        rows = [] if content is None else _entries(asked, content, field)
        yield rows
        if not rows or page + 1 >= need(TITLE, asked, content, "TotalPages", int):
            return


def _entries(call: Call, holder: Any, field: str) -> list[Any]:
    """A list of an answer; .NET writes one without entries as null too."""
    if isinstance(holder, dict) and field in holder and holder[field] is None:
        return []
    return list(need(TITLE, call, holder, field, list))


def _call(report: str, method: str, **params: str) -> Call:
    return Call(report, f"{API}/{method}", params, most_units=1)


class _Bing:
    """Bing Webmaster Tools. Answers are `{"d": ...}`, errors `{"ErrorCode", "Message"}` with status 400.

    Texts are sent as they are, percent-encoded, without the quotes of Microsoft's JSON samples, as the clients in use
    do (merj/bing-webmaster-tools, recorded answers). Source: learn.microsoft.com, IWebmasterApi: GetUserSites,
    GetCrawlIssues, GetLinkCounts, GetUrlLinks, ApiErrorCode (view bing-webmaster-dotnet, stored 2026); 18 InvalidToken
    and the status 400: as its users recorded (August 2026).
    """

    name = "bing"
    title = TITLE
    unit = "requests"
    secrets: tuple[SecretSpec, ...] = (
        SecretSpec("BING_WEBMASTER_API_KEY", "API key (Bing Webmaster Tools, Settings, API access)"),
    )
    reports: tuple[ApiReport, ...] = (CrawlIssues(), LinkCounts(), UrlLinks())

    def sign(self, call: Call, secrets: Mapping[str, str]) -> tuple[Call, Mapping[str, str]]:
        """The key stands in the address: Bing takes it nowhere else."""
        return replace(call, params={**call.params, "apikey": secrets["BING_WEBMASTER_API_KEY"]}), {}

    def units(self, call: Call, answer: Answer) -> float:
        """Nothing is charged: requests are counted, those for the account's sites left out."""
        return 1.0 if call.keep else 0.0

    def read(self, call: Call, answer: Answer) -> Any:
        """What stands under the answer's `d`."""
        if answer.status_code >= 500:
            raise TryLaterError(f"{TITLE} has an error of its own (HTTP {answer.status_code})")
        if answer.status_code == 429:
            raise TryLaterError(f"{TITLE}: too many requests")
        document = read_document(TITLE, call, answer)
        told = document if isinstance(document, dict) else {}
        if "ErrorCode" in told or answer.status_code != 200:
            code = told.get("ErrorCode")
            raise _refusal(answer.status_code, code if isinstance(code, int) else None, str(told.get("Message", "")))
        if "d" not in told:
            raise missing(TITLE, call, "d")
        return told["d"]


def _refusal(status_code: int, code: int | None, message: str) -> Exception:
    said = f"{TITLE} says {show(message, 200)} (error {show(str(code))})" if message else f"{TITLE}: HTTP {status_code}"
    if code in _BAD_KEY or (code is None and status_code == 401):
        return KeyRefusedError(
            f"{said}: make a new key in Bing Webmaster Tools, Settings, API access, and set it as"
            " BING_WEBMASTER_API_KEY"
        )
    if code in _NOT_ALLOWED or (code is None and status_code == 403):
        return KeyRefusedError(f"{said}: the account of this key may not read the site")
    if code in _BUSY:
        return TryLaterError(said)
    return UrlRefusedError(said) if code in _BAD_URL else AnswerError(said)


VENDOR: Vendor = _Bing()
