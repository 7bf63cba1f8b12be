"""What the pages about dead pages share: the site with its newest list, the view in the address, and ways back to it."""

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request

from linkreclaim.store.dead_page_view import DeadPageFilter, DeadPageView, format_filter, format_view, parse_view
from linkreclaim.web.rendering import SiteInView, find_site, shared

if TYPE_CHECKING:  # the first page need not wait until all of it is imported
    from linkreclaim.jobs.browse import BrowsedSite, Browser
    from linkreclaim.jobs.decide_browsed import Decider

MOST_PARAMETERS = 200


def browser_of(request: Request) -> "Browser":
    """Reads the lists of dead pages."""
    from linkreclaim.jobs.browse import Browser

    return shared(request).part(Browser)


def decider_of(request: Request) -> "Decider":
    """Takes decisions."""
    from linkreclaim.jobs.decide_browsed import Decider

    held = shared(request)
    return Decider(held.workspace, held.settings)


async def find_browsed(request: Request) -> tuple[SiteInView, "BrowsedSite | None"]:
    """The site that the path names, and its newest list of dead pages; None before the first audit has ended.

    Raises:
        HTTPException: 404, the workspace has no such site.
        WorkspaceError: nothing is listed yet, and a run is working in the workspace.
    """
    site = await find_site(request)
    browser = await run_in_threadpool(browser_of, request)
    return site, await run_in_threadpool(browser.site, site.host)


async def need_browsed(request: Request) -> tuple[SiteInView, "BrowsedSite"]:
    """The same for what only makes sense with a list.

    Raises:
        HTTPException: 404, there is no such site, or none of its audits has ended.
    """
    site, browsed = await find_browsed(request)
    if browsed is None:
        raise HTTPException(404)
    return site, browsed


def view_of(request: Request) -> DeadPageView:
    """The view that the address asks for.

    Raises:
        UsageError: a parameter means nothing.
    """
    return parse_view(parse_qsl(request.url.query, keep_blank_values=True, max_num_fields=MOST_PARAMETERS))


def query_of(view: DeadPageView, **more: object) -> str:
    """A view as a query string, with parameters beside it; those that are empty are left out."""
    return urlencode([*format_view(view), *((name, value) for name, value in more.items() if value not in ("", None))])


def filter_query(asked: DeadPageFilter, **more: object) -> str:
    """A filter alone as a query string."""
    return urlencode([*format_filter(asked), *((name, value) for name, value in more.items() if value not in ("", None))])


def table_path(request: Request, host: str, query: str) -> str:
    """Path of the table with a query."""
    path = str(request.app.url_path_for("dead_pages", host=host))
    return f"{path}?{query}" if query else path
