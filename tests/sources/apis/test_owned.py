"""What holds for every interface of a site's owner: no answer breaks it, and only the site's own pages are meant."""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.sources.apis.server import WANT

from linkreclaim.model.links import Claim, RowProblem
from linkreclaim.model.sites import Site
from linkreclaim.sources.apis.bing import VENDOR as BING
from linkreclaim.sources.apis.google_login import ACCESS_TOKEN, read_token
from linkreclaim.sources.apis.gsc import VENDOR as GSC
from linkreclaim.sources.apis.gsc_properties import Property, pages_pattern, property_of, whole_properties
from linkreclaim.sources.apis.interface import Answer, ApiError, Call, Vendor
from linkreclaim.sources.apis.owned import covers, list_sites
from linkreclaim.sources.apis.yandex import VENDOR as YANDEX

DEAD = replace(WANT, dead_urls=("https://example.com/old",))
_GOOD: Mapping[str, Any] = {
    "/v4/user": {"user_id": 1},
    "/hosts": {
        "hosts": [{"host_id": "https:example.com:443", "ascii_host_url": "https://example.com/", "verified": True}]
    },
    "GetUserSites": {"d": [{"Url": "https://example.com/", "IsVerified": True}]},
    "v3/sites": {"siteEntry": [{"siteUrl": "sc-domain:example.com", "permissionLevel": "siteOwner"}]},
}
_KEYS = (
    *(
        "count",
        "links",
        "source_url",
        "destination_url",
        "discovery_date",
        "d",
        "Details",
        "Links",
        "TotalPages",
        "Url",
    ),
    *("HttpCode", "InLinks", "Issues", "Count", "AnchorText", "rows", "keys", "clicks", "responseAggregationType"),
    *("inspectionResult", "indexStatusResult", "pageFetchState", "lastCrawlTime", "referringUrls", "error", "errors"),
    *("details", "message", "reason", "ErrorCode", "Message", "error_code", "error_message", "siteEntry", "hosts"),
    *("siteUrl", "host_id", "ascii_host_url", "verified", "user_id", "IsVerified"),
)
_PLAIN = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**30), 10**30),
    st.floats(),
    st.text(max_size=8),
    st.sampled_from(("https://example.com/old", "https://blog.example.org/", "NOT_FOUND", "2026-08-21T08:31:23Z")),
)
_JSON = st.recursive(
    _PLAIN,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(_KEYS), inner, max_size=4)),
    max_leaves=12,
)

_SHAPES = (
    *(lambda inner: {"d": inner}, lambda inner: {"d": [inner]}, lambda inner: {"links": [inner], "count": inner}),
    lambda inner: {"d": {"Details": [inner], "Links": [inner], "TotalPages": 1}},
    *(lambda inner: {"rows": [inner]}, lambda inner: {"inspectionResult": {"indexStatusResult": inner}}),
    *(lambda inner: {"error": inner}, lambda inner: {"hosts": [inner], "siteEntry": [inner], "user_id": 1}),
    lambda inner: inner,
)
"""Answers of the right form around a content that is not."""
_BODIES = st.one_of(
    st.builds(lambda shape, inner: json.dumps(shape(inner)).encode(), st.sampled_from(_SHAPES), _JSON),
    st.binary(max_size=30),
)


def pull_all(vendor: Vendor, body: bytes, status: int, lists_too: bool) -> list[Claim | RowProblem]:
    """Everything a vendor's reports make of the same answer to each call; lists of sites are good unless asked for."""

    def ask(call: Call) -> Any:
        good = next((content for end, content in _GOOD.items() if call.url.endswith(end)), None)
        if good is not None and not lists_too:
            return vendor.read(call, Answer(200, {}, json.dumps(good).encode()))
        return vendor.read(call, Answer(status, {}, body))

    rows: list[Claim | RowProblem] = []
    told: list[str] = []
    for report in vendor.reports:
        try:
            for number, row in enumerate(report.pull(DEAD, ask)):
                rows.append(row)
                if number > 50:
                    break
        except ApiError as error:
            told.append(str(error))
    assert all(vendor.title in words for words in told)
    return rows


@pytest.mark.parametrize("vendor", [BING, YANDEX, GSC], ids=lambda vendor: vendor.name)
@given(_BODIES, st.data())
def test_no_answer_breaks_a_client(vendor: Vendor, body: bytes, data: st.DataObject) -> None:
    status = data.draw(st.sampled_from((200, 200, 200, 400, 401, 403, 404, 429, 500)))
    for row in pull_all(vendor, body, status, data.draw(st.booleans())):
        assert isinstance(row, (Claim, RowProblem))


@given(_BODIES, st.integers(200, 599))
def test_no_answer_breaks_the_login(body: bytes, status: int) -> None:
    try:
        login = read_token(Answer(status, {}, body), {"GSC_QUOTA_PROJECT": "p"})
    except ApiError:
        return
    assert login.secrets[ACCESS_TOKEN]


@pytest.mark.parametrize(
    ("prefix", "url", "under"),
    [
        ("https://example.com/", "https://EXAMPLE.com/a", True),
        ("https://example.com/", "https://example.com:443/a", True),
        ("https://example.com/", "http://example.com/a", False),
        ("https://example.com/", "https://www.example.com/a", False),
        ("https://example.com/blog/", "https://example.com/blogs", False),
        ("https://example.com/", "https://example.com.evil.example/", False),
        ("nonsense", "https://example.com/", False),
    ],
)
def test_a_prefix_covers_what_lies_under_it(prefix: str, url: str, under: bool) -> None:
    assert covers(prefix, url) is under


def test_the_closest_property_is_asked_about_a_url_and_the_widest_about_a_site() -> None:
    names = ("sc-domain:example.com", "sc-domain:shop.example.com", "https://example.com/", "https://example.com/blog/")
    entries = [Property(name) for name in names]
    assert property_of("https://example.com/blog/a", entries) == entries[3]
    assert property_of("https://a.shop.example.com/", entries) == entries[1]
    assert property_of("https://notexample.com/", entries) is None
    assert whole_properties(entries) == [entries[0]]
    assert whole_properties(entries[2:]) == [entries[2]]


_HOSTS = st.from_regex(r"(www\.|a\.)?(blog|shop|blogX)\.?(b\.)?example\.(com|net)", fullmatch=True)


@given(_HOSTS, st.booleans())
def test_the_pattern_of_pages_is_that_of_the_site(host: str, with_subdomains: bool) -> None:
    site = Site("blog.example.com", with_subdomains=with_subdomains, old_hosts=("shop.example.com",))
    pattern = pages_pattern(Property("sc-domain:example.com"), site)
    assert pattern is not None
    found = re.search(pattern, f"https://{host}/page") is not None
    assert found or not site.concerns(host)
    old_subdomain = with_subdomains and host.endswith(".shop.example.com")
    assert not found or site.concerns(host) or old_subdomain


def test_sites_of_an_account_are_named_a_few() -> None:
    assert list_sites([]) == "it has no site"
    assert list_sites(f"s{number}.example" for number in range(7)).endswith("s4.example and 2 more")
