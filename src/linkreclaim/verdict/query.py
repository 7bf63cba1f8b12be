"""Does the query of an address say which page is meant, or is it ignored?

Sites ignore queries that they do not know, and links carry many (campaigns, versions, sessions). Then an address with
another value gets the very same page, without being dead: only a random path tells a page from a catch-all.
"""

import re
from dataclasses import replace

from linkreclaim.model.verdicts import RedirectShape, Verdict, VerdictKind
from linkreclaim.urls import Url, parse
from linkreclaim.verdict.case import Case
from linkreclaim.verdict.landing import lands_together
from linkreclaim.verdict.reading import read_page_class
from linkreclaim.verdict.shape import identifying_query
from linkreclaim.verdict.sibling import compare_with

_ITEM = re.compile(
    r"(?:(?:page_?|post_?|item_?|product_?|article_?|news_?|topic_?)?id|p|article|item|product|prod|sku|post|story|news"
    r"|doc|topic|thread|title|name|slug)=.*|(?:page|site|view|section|content)=(?!\d+$).+",
    re.I,
)
_ITEM_OF_A_SCRIPT = re.compile(r"\w*id=.*|[^=]+", re.I)
"""Queries by which scripts are told what to show: our judgement. A number after "page" turns pages over. Other ids, and
queries without "=", are as often a campaign's: at the root of a host they are taken for that."""

_STATIC = re.compile(r"\.(?:x|s)?html?$", re.I)
"""File types that name a page by their path."""

_SPEAKS_FOR_ITSELF = frozenset({"not_found", "parked", "blocked"})


def bare_path(url: Url) -> Url:
    """The address without its query and fragment."""
    return parse(url.origin + url.path) or url


def query_in_doubt(case: Case) -> bool:
    """Whether another value in the query gets the same answer, so that a random path should be asked as well."""
    sibling = case.context.sibling
    if sibling is None or not identifying_query(case.asked):
        return False
    if case.shape in (None, RedirectShape.SAME_PAGE):
        page = case.answer.page
        says_so = page is not None and read_page_class(page).page_class in _SPEAKS_FOR_ITSELF
        return not says_so and _same_page(case)
    return case.shape not in (RedirectShape.HOME, RedirectShape.LOGIN) and lands_together(case, sibling)


def settle_query(case: Case) -> Case | Verdict:
    """The case with the sibling that can tell: the random path where the query seems to be ignored.

    A verdict where neither can: the query asks a script for one item, and any other value gets the same page.
    """
    if case.context.path_sibling is None or not query_in_doubt(case):
        return case
    asks_item = asks_for_item(case.asked)
    if asks_item and (case.shape not in (None, RedirectShape.SAME_PAGE) or _shows_home(case)):
        return case
    beside_path = replace(case, context=replace(case.context, sibling=case.context.path_sibling))
    if not asks_item or _same_page(beside_path):
        return beside_path
    reason = "any value in the query gets this page: it may be ignored, or ask for something that is gone"
    return case.verdict(VerdictKind.UNSURE, f"{reason}; open it in a browser", 0.5)


def asks_for_item(url: Url) -> bool:
    """Whether a query asks a script for one thing by its number or name; never where the path is a page's."""
    kinds = (_ITEM,) if url.path == "/" else (_ITEM, _ITEM_OF_A_SCRIPT)
    parts = identifying_query(url)
    return not _STATIC.search(url.path) and any(kind.fullmatch(part) for kind in kinds for part in parts)


def _same_page(case: Case) -> bool:
    page, sibling = case.answer.page, case.context.sibling
    if page is None or sibling is None or sibling.page is None or sibling.status_code != case.answer.status_code:
        return False
    return compare_with(case.asked, page, sibling, case.home_page).same_page


def _shows_home(case: Case) -> bool:
    """A script that gives the home page for what it does not know; the root itself is asked with any query."""
    page, home = case.answer.page, case.home_page
    return page is not None and home is not None and case.asked.path != "/" and page.blocks == home.blocks
