"""Overview of a site: what was lost, what is back, and why. The page to copy when another one is added."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from linkreclaim.jobs.overview import OverviewReader
from linkreclaim.web.rendering import find_site, render, shared


async def show_overview(request: Request) -> Response:
    """The page. One call in a thread, because SQLite waits; everything else is in what it returns."""
    site = await find_site(request)
    reader = shared(request).part(OverviewReader)
    overview = await run_in_threadpool(reader.overview, site.host, site.id)
    return render(request, "overview.html", site=site, overview=overview)


ROUTES = [Route("/sites/{host}", show_overview, name="overview")]
