"""Yandex Webmaster's API, version 4: samples of the links from other sites."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from linkreclaim.sources.apis.interface import (
    Answer,
    AnswerError,
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
from linkreclaim.sources.apis.owned import concerns, list_sites, need, read_document
from linkreclaim.sources.apis.rows import ClaimReader, Rows
from linkreclaim.sources.cells import show
from linkreclaim.sources.tools.yandex import EXTERNAL_LINKS

API = "https://api.webmaster.yandex.net/v4"
TITLE = EXTERNAL_LINKS.tool
PAGE_ROWS = 100
"""The most that `limit` may be. Source: yandex.ru/dev/webmaster/doc/en/reference/host-links-external-samples (2026)."""
MAX_PAGES = 10_000
"""A guard against a count that never ends: a million links (our judgement)."""

_NO_DATA_YET = {
    "HOST_NOT_INDEXED": "Yandex has not indexed the site yet",
    "HOST_NOT_LOADED": "Yandex has not loaded the site's data yet; that takes some days after it was added",
}


class ExternalLinks:
    """`links/external/samples` of every verified address of the site (https, http and www. are sites of their own)."""

    name = "external links (API)"

    def estimate(self, want: Want) -> Estimate:
        """Nothing is charged."""
        return Estimate(
            None, f"a request for each {PAGE_ROWS} links, how many there are is told by the first; free of charge"
        )

    def pull(self, want: Want, ask: Ask) -> Rows:
        """Page after page of each address."""
        reader = ClaimReader(EXTERNAL_LINKS)
        for call in self._find_hosts(want, ask):
            for page in range(MAX_PAGES):
                asked = _page(call, page)
                answer = ask(asked)
                links = need(TITLE, asked, answer, "links", list)
                yield from reader.read_objects(links)
                if not links or (page + 1) * PAGE_ROWS >= _count(asked, answer):
                    break

    def _find_hosts(self, want: Want, ask: Ask) -> list[Call]:
        """The calls for the links of each address of the site."""
        user = Call(self.name, f"{API}/user", keep=False)
        user_id = need(TITLE, user, ask(user), "user_id", int)
        listing = Call(self.name, f"{API}/user/{user_id}/hosts", keep=False)
        hosts = [_read_host(listing, host) for host in need(TITLE, listing, ask(listing), "hosts", list)]
        own = [host for host in hosts if concerns(want.site, host.url)]
        verified = sorted((host for host in own if host.verified), key=lambda host: host.id)
        if not verified:
            raise KeyRefusedError(_no_host(want.site.host, bool(own), hosts))
        path = f"{API}/user/{user_id}/hosts/"
        return [Call(self.name, f"{path}{quote(host.id, safe=':')}/links/external/samples") for host in verified]


@dataclass(frozen=True, slots=True)
class _Host:
    id: str
    url: str
    verified: bool


def _read_host(call: Call, host: Any) -> _Host:
    host_id, url = (need(TITLE, call, host, name, str) for name in ("host_id", "ascii_host_url"))
    return _Host(host_id, url, need(TITLE, call, host, "verified", bool))


def _no_host(host: str, known: bool, hosts: list[_Host]) -> str:
    if known:
        return f"{TITLE}: {host} is in the account, but not verified: verify it at webmaster.yandex.com"
    return (
        f"{TITLE}: the account has no site {host} ({list_sites(entry.url for entry in hosts)}): add and verify it at"
        " webmaster.yandex.com, or use a token of the account that has it"
    )


def _page(call: Call, page: int) -> Call:
    params = {"offset": str(page * PAGE_ROWS), "limit": str(PAGE_ROWS)}
    return Call(call.report, call.url, params, most_units=1)


def _count(call: Call, answer: Any) -> int:
    """How many links there are; the number may come as a text, as int64 does in JSON."""
    count = answer.get("count")
    if isinstance(count, str) and count.isascii() and count.isdigit():
        return int(count[:18])
    return int(need(TITLE, call, answer, "count", int))


class _Yandex:
    """Yandex Webmaster. Errors are `{"error_code", "error_message"}` beside a status of 4xx.

    Source: yandex.ru/dev/webmaster/doc/en/reference: user, hosts, host-links-external-samples, errors (stored 2026).
    INVALID_OAUTH_TOKEN and QUOTA_EXCEEDED: as public clients of version 4 meet them.
    """

    name = "yandex"
    title = TITLE
    unit = "requests"
    secrets: tuple[SecretSpec, ...] = (
        SecretSpec("YANDEX_WEBMASTER_TOKEN", "OAuth token (oauth.yandex.com, scope webmaster:hostinfo)"),
    )
    reports: tuple[ApiReport, ...] = (ExternalLinks(),)

    def sign(self, call: Call, secrets: Mapping[str, str]) -> tuple[Call, Mapping[str, str]]:
        """The token stands in a header."""
        return call, {"Authorization": f"OAuth {secrets['YANDEX_WEBMASTER_TOKEN']}"}

    def units(self, call: Call, answer: Answer) -> float:
        """Nothing is charged: requests are counted, those for the account's sites left out."""
        return 1.0 if call.keep else 0.0

    def read(self, call: Call, answer: Answer) -> Any:
        """The answer's object."""
        if answer.status_code >= 500:
            raise TryLaterError(f"{TITLE} has an error of its own (HTTP {answer.status_code})")
        document = read_document(TITLE, call, answer)
        if answer.status_code == 200:
            return document
        told = document if isinstance(document, dict) else {}
        raise _refusal(answer.status_code, str(told.get("error_code", "")), str(told.get("error_message", "")))


def _refusal(status_code: int, code: str, message: str) -> Exception:
    said = f"{TITLE}: {show(code)} ({show(message, 200)})" if code else f"{TITLE} answers HTTP {status_code}"
    if code == "HOST_NOT_VERIFIED":
        return KeyRefusedError(f"{said}: verify the site at webmaster.yandex.com")
    if code in _NO_DATA_YET:
        return AnswerError(f"{said}: {_NO_DATA_YET[code]}")
    if status_code in (401, 403):
        return KeyRefusedError(
            f"{said}: make a new token at oauth.yandex.com with the right webmaster:hostinfo and set it as"
            " YANDEX_WEBMASTER_TOKEN; tokens end"
        )
    if code == "QUOTA_EXCEEDED":
        return QuotaSpentError(f"{said}: the quota is spent: run the same command again tomorrow")
    if status_code == 429:
        return TryLaterError(f"{said}: too many requests")
    return AnswerError(f"{said}: it refuses the request")


VENDOR: Vendor = _Yandex()
