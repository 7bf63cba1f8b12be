"""The sites of the workspace, and the way to the only one."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from linkreclaim.jobs.overviews.overview import OverviewReader
from linkreclaim.web.rendering import render, shared


async def start(request: Request) -> Response:
    """To the only site, to the list of them, or to the first audit of an empty workspace."""
    hosts = list(await run_in_threadpool(shared(request).part(OverviewReader).sites))
    if not hosts:
        return RedirectResponse(request.app.url_path_for("new_site"), status_code=303)
    if len(hosts) == 1:
        return RedirectResponse(request.app.url_path_for("overview", host=hosts[0]), status_code=303)
    return RedirectResponse(request.app.url_path_for("sites"), status_code=303)


async def list_sites(request: Request) -> Response:
    """Every site with the figures of its newest audit."""
    glances = await run_in_threadpool(shared(request).part(OverviewReader).glances)
    return render(request, "sites.html", glances=glances, workspace=str(shared(request).workspace.folder))


ROUTES = [Route("/", start, name="start"), Route("/sites", list_sites, name="sites")]
