"""Overview of a site: what was lost, what is back, and why. The page to copy when another one is added."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from linkreclaim.jobs.overviews.overview import OverviewReader
from linkreclaim.jobs.overviews.pictures import OverviewPictures, draw_overview
from linkreclaim.model.overviews import Overview
from linkreclaim.web.rendering import find_site, render, shared


async def show_overview(request: Request) -> Response:
    """The page. One call in a thread, because SQLite waits; everything else is in what it returns."""
    site = await find_site(request)
    reader = shared(request).part(OverviewReader)
    workspace = shared(request).workspace

    def read() -> tuple[Overview, OverviewPictures]:
        """All of it in one turn of the thread pool."""
        overview = reader.overview(site.host, site.id)
        return overview, draw_overview(workspace, overview)

    overview, pictures = await run_in_threadpool(read)
    return render(request, "overview.html", site=site, overview=overview, pictures=pictures)


ROUTES = [Route("/sites/{host}", show_overview, name="overview")]
