"""Exports of Google Search Console: Latest links, Top target pages, Top linking sites, and the Page indexing tables."""

import re
from collections.abc import Sequence
from dataclasses import replace

from linkreclaim import urls
from linkreclaim.model.links import Claim
from linkreclaim.sources.cells import read_count, read_host, read_url, show
from linkreclaim.sources.dates import looks_like_date
from linkreclaim.sources.interface import NotLinks, Report
from linkreclaim.sources.tools import search_console_words as words

_TOOL = "Search Console"
_CAP_NOTE = "Search Console exports at most 1,000 rows of this table"
_SHAPE_NOTE = "column names in a language that is not known: recognised by the shape of the table"


def _unless_passed(claim: Claim, validation: str) -> Claim:
    """A URL whose fix Google has validated is no longer what the issue says."""
    if validation.strip().casefold() in words.PASSED:
        return claim._replace(target_status=None, target_soft_404=False)
    return claim


LATEST_LINKS = Report(
    tool=_TOOL,
    name="Latest links",
    aliases={"referring_page": words.LINKING_PAGE, "last_seen": words.LAST_CRAWLED},
    required=("referring_page", "last_seen"),
    needed_urls=("referring_page",),
    max_columns=3,
    notes=("this report names no targets: the linking pages have to be read to find them",),
)
"""`More sample links` has the same two columns."""

TOP_TARGET_PAGES = Report(
    tool=_TOOL,
    name="Top target pages",
    aliases={
        "target_url": words.TARGET_PAGE,
        "claimed_links": words.INCOMING_LINKS,
        "claimed_domains": words.LINKING_SITES,
    },
    required=("target_url", "claimed_links"),
    needed_urls=("target_url",),
    max_columns=4,
    notes=(
        "counts per target, without the linking pages; the table of internal links has the same columns: make sure "
        "that this is the external one",
    ),
)

TOP_LINKING_SITES = Report(
    tool=_TOOL,
    name="Top linking sites",
    aliases={"referring_domain": words.SITE, "links_in_group": words.LINKING_PAGES, "kind": words.TARGET_PAGES},
    required=("referring_domain", "links_in_group", "kind"),
    needed_urls=("referring_domain",),
    max_columns=4,
    notes=(_CAP_NOTE, "this report names linking sites, neither their pages nor their targets"),
)
"""`Site,Linking pages,Target pages`. Its columns in other languages are met by the shape of the table."""

PAGE_INDEXING = Report(
    tool=_TOOL,
    name="Page indexing",
    aliases={"target_url": words.URL, "last_seen": words.LAST_CRAWLED, "kind": words.VALIDATION},
    required=("target_url", "last_seen"),
    needed_urls=("target_url",),
    max_columns=4,
    notes=(_CAP_NOTE,),
    adjust=_unless_passed,
)

REPORTS = (LATEST_LINKS, TOP_TARGET_PAGES, TOP_LINKING_SITES, PAGE_INDEXING)

NOT_LINKS = (
    NotLinks(
        "Search Console Performance",
        frozenset(("clicks", "impressions", "position")),
        "it counts searches; export Links > External links > Latest links",
    ),
)


def find_by_shape(header: Sequence[str], rows: Sequence[Sequence[str]]) -> tuple[Report, dict[str, int]] | None:
    """The report a table of unknown column names has the shape of, with its columns; None when it has no such shape.

    URL and date: Latest links when the URLs stand on several registrable domains, Page indexing when on one; URL and
    two counts on one domain: Top target pages. Host and two counts, on several domains: Top linking sites.
    """
    if len(header) not in (2, 3) or not rows or any(len(row) != len(header) for row in rows):
        return None
    if len(header) == 3 and _are_linking_sites(rows):
        shaped = replace(TOP_LINKING_SITES, notes=(*TOP_LINKING_SITES.notes, _SHAPE_NOTE))
        return shaped, {"referring_domain": 0, "links_in_group": 1}
    pages = [urls.parse(read_url(row[0]) or "") for row in rows]
    if any(page is None for page in pages):
        return None
    one_site = len({urls.registrable_domain(page.netloc) for page in pages if page}) == 1
    if all(looks_like_date(row[1]) for row in rows):
        return _dated_shape(len(header), one_site)
    if len(header) == 3 and one_site and all(read_count(cell) is not None for row in rows for cell in row[1:]):
        shaped = replace(TOP_TARGET_PAGES, notes=(*TOP_TARGET_PAGES.notes, _SHAPE_NOTE))
        return shaped, {"target_url": 0, "claimed_links": 1, "claimed_domains": 2}
    return None


def _are_linking_sites(rows: Sequence[Sequence[str]]) -> bool:
    hosts = [read_host(row[0]) for row in rows if "/" not in row[0]]
    domains = {urls.registrable_domain(host) for host in hosts if host}
    counted = all(read_count(cell) is not None for row in rows for cell in row[1:])
    return counted and len(hosts) == len(rows) and all(hosts) and len(domains) > 1


def _dated_shape(width: int, one_site: bool) -> tuple[Report, dict[str, int]] | None:
    if one_site:
        why = "read as Page indexing, because all its URLs are on one site"
        columns = {"target_url": 0, "last_seen": 1} | ({"kind": 2} if width == 3 else {})
        return replace(PAGE_INDEXING, notes=(*PAGE_INDEXING.notes, f"{_SHAPE_NOTE}; {why}")), columns
    if width == 3:
        return None
    why = "read as Latest links, because its URLs are on several sites"
    report = replace(LATEST_LINKS, notes=(*LATEST_LINKS.notes, f"{_SHAPE_NOTE}; {why}"))
    return report, {"referring_page": 0, "last_seen": 1}


def with_issue(report: Report, issue: str | None) -> Report:
    """Page indexing as the table of one issue, named as in Metadata.csv; None when nothing names it.

    In all languages seen the issue "Not found (404)" has its number in brackets, and "Soft 404" has not.
    """
    if issue is None:
        note = "the issue is not known (it is named in the zip that Search Console exports): no URL is taken for dead"
        return replace(report, notes=(*report.notes, note))
    shown = f'issue: "{show(issue)}"'
    if re.search(r"[(（]\s*404\s*[)）]", issue):
        return replace(report, target_status=404, notes=(*report.notes, shown))
    if "404" in issue:
        return replace(report, target_soft_404=True, notes=(*report.notes, shown))
    if is_redirect_error(issue):
        note = f"{shown}; it tells no status: whether these URLs are dead is found by checking them"
    else:
        note = f"{shown} does not mean that a page is dead: its URLs are kept without a status and checked"
    return replace(report, notes=(*report.notes, note))


def is_redirect_error(issue: str) -> bool:
    """Whether an issue is "Redirect error" (a loop, too long a chain, a broken target) in a known language."""
    return " ".join(issue.casefold().split()) in words.REDIRECT_ERROR


def find_issue(rows: Sequence[Sequence[str]]) -> str | None:
    """The issue in the rows of Metadata.csv (`Property,Value`, the issue last); None for another file."""
    if len(rows) < 2 or any(len(row) != 2 or read_count(row[1]) is not None for row in rows):
        return None
    values = [row[1].strip() for row in rows]
    return next((value for value in values if "404" in value), values[-1]) or None
