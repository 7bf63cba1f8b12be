"""What a referrer says: what logs and analytics of the site itself have in common."""

from linkreclaim.model.links import Claim
from linkreclaim.sources.cells import read_host
from linkreclaim.sources.logs.interface import ReferrerKind
from linkreclaim.sources.logs.referrers import load_lists


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
    if host is None or load_lists().kind_of(host) is ReferrerKind.SEARCH:
        return claim._replace(referring_page=None, hits=hits)
    if _is_origin(page):
        return claim._replace(referring_page=None, referring_domain=host, hits=hits)
    return claim._replace(hits=hits)


def _is_origin(url: str) -> bool:
    """Whether a URL has neither a path nor a query."""
    after_host = url.partition("://")[2].partition("#")[0].partition("/")[2]
    return not after_host and "?" not in url
