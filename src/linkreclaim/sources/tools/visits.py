"""What a referrer says: what logs and analytics of the site itself have in common."""

import re

from linkreclaim.model.links import Claim
from linkreclaim.sources.cells import read_host

_TLD = r"(?:[a-z]{2,3}|com?\.[a-z]{2})"
_SEARCH_HOST = re.compile(
    rf"(?:(?:www|m|images|news|cse|encrypted)\.)?google\.{_TLD}|(?:[a-z-]+\.)*search\.yahoo\.{_TLD}|(?:www\.|m\.)?yahoo\.{_TLD}"
    rf"|(?:(?:www|m)\.)?yandex\.{_TLD}|ya\.ru|(?:(?:www|cn|m)\.)?bing\.com|(?:[a-z-]+\.)?duckduckgo\.com"
    r"|(?:(?:www|m)\.)?baidu\.com|(?:www\.)?ecosia\.org|(?:www\.)?qwant\.com|(?:www\.)?startpage\.com"
    r"|search\.brave\.com|search\.naver\.com|search\.seznam\.cz"
)
"""Hosts of search engines. Other hosts of their owners (sites.google.com, news.yahoo.com) hold pages that link."""


def no_page(cell: str) -> str | None:
    """A referrer that is no http(s) URL ("-", "(not set)", an app) names no page; the visit counts all the same."""
    return ""


def as_visit(claim: Claim, kind: str = "") -> Claim:
    """A row as visits from its referrer: one where no column counts them.

    A search engine is no linking site. A bare origin names a site and no page: browsers send no more of a page of
    another origin (Referrer Policy, W3C: the default is strict-origin-when-cross-origin), so it is no home page either.
    """
    hits = 1 if claim.hits is None else claim.hits
    page = claim.referring_page
    if page is None:
        return claim._replace(hits=hits)
    host = read_host(page)
    if host is None or _SEARCH_HOST.fullmatch(host):
        return claim._replace(referring_page=None, hits=hits)
    if _is_origin(page):
        return claim._replace(referring_page=None, referring_domain=host, hits=hits)
    return claim._replace(hits=hits)


def _is_origin(url: str) -> bool:
    """Whether a URL has neither a path nor a query."""
    after_host = url.partition("://")[2].partition("#")[0].partition("/")[2]
    return not after_host and "?" not in url
