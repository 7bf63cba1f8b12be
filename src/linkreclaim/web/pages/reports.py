"""Reports for a client: who hands them over, made beside the page, looked at and downloaded; and the history drawn."""

from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from linkreclaim.errors import InputError
from linkreclaim.jobs.overviews.overview import OverviewReader
from linkreclaim.jobs.overviews.pictures import draw_overview
from linkreclaim.store import Workspace
from linkreclaim.web.rendering import SiteInView, find_site, go_to, render, shared, who

if TYPE_CHECKING:  # the first page need not wait until all of it is imported
    from linkreclaim.jobs.desk.client_desk import ClientDesk

REPORT_POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'unsafe-inline'",
        "img-src data:",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
"""A report holds its style and its logo itself and nothing that runs: even a script that had slipped in would not."""
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".pdf": "application/pdf",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
MOST_NAME_CHARACTERS = 1_000


def _desk(request: Request) -> "ClientDesk":
    from linkreclaim.jobs.desk.client_desk import ClientDesk

    return shared(request).part(ClientDesk)


async def show_reports(request: Request) -> Response:
    """The page; for htmx the part about the newest report."""
    return await _show(request, await find_site(request))


async def _show(request: Request, site: SiteInView, problem: str = "") -> Response:
    desk = _desk(request)
    values = await run_in_threadpool(
        _values, desk, shared(request).part(OverviewReader), shared(request).workspace, site
    )
    status = 400 if problem else 200
    return render(
        request, "reports.html", site=site, fragment="made_part", status=status, **values, said_problem=problem
    )


def _values(desk: "ClientDesk", reader: OverviewReader, workspace: Workspace, site: SiteInView) -> dict[str, Any]:
    from linkreclaim.jobs.delivery.client_report import AGENCY_CHARACTERS, FORMS

    overview = reader.overview(site.host, site.id)
    made = desk.made(site.id)
    return {
        "latest": overview.latest,
        "pictures": draw_overview(workspace, overview),
        "sender": desk.sender(),
        "task": desk.task(site.host),
        "made": made,
        "current": made is not None and desk.is_current(site.id, made),
        "forms": FORMS,
        "most_characters": AGENCY_CHARACTERS,
    }


async def make_report(request: Request) -> Response:
    """Have the report made."""
    site = await find_site(request)
    await run_in_threadpool(_desk(request).start, site.host, who(request))
    return _back(request, site)


async def stop_report(request: Request) -> Response:
    """Stop making it."""
    site = await find_site(request)
    await run_in_threadpool(_desk(request).stop, site.host)
    return _back(request, site)


async def keep_sender(request: Request) -> Response:
    """Take the agency's name and logo, for all reports of the workspace; a logo that cannot be used is told."""
    site, desk = await find_site(request), _desk(request)
    async with request.form(max_files=1, max_fields=4) as form:
        agency, logo = str(form.get("agency", ""))[:MOST_NAME_CHARACTERS], form.get("logo")
        await run_in_threadpool(desk.keep_agency, agency)
        if "remove_logo" in form:
            await run_in_threadpool(desk.remove_logo)
        if isinstance(logo, UploadFile) and logo.filename:
            try:
                await run_in_threadpool(desk.keep_logo, logo.file, logo.filename)
            except InputError as error:
                return await _show(request, site, str(error))
    return _back(request, site)


async def preview(request: Request) -> Response:
    """The newest report as it will be read, under a policy of its own."""
    site = await find_site(request)
    path = await run_in_threadpool(_desk(request).file, site.host, site.id, ".html")
    return FileResponse(path, media_type=_TYPES[".html"], headers={"Content-Security-Policy": REPORT_POLICY})


async def download(request: Request) -> Response:
    """A file of the newest report."""
    from linkreclaim.jobs.desk.site_redirects import plain_name

    site = await find_site(request)
    form = f".{request.path_params['form']}"
    path = await run_in_threadpool(_desk(request).file, site.host, site.id, form)
    name = plain_name(f"lost-links-{site.host}") + form
    policy = {"Content-Security-Policy": REPORT_POLICY}
    return FileResponse(path, media_type=_TYPES[form], filename=name, headers=policy)


def _back(request: Request, site: SiteInView) -> Response:
    return go_to(str(request.app.url_path_for("reports", host=site.host)))


ROUTES = [
    Route("/sites/{host}/reports", show_reports, name="reports"),
    Route("/sites/{host}/reports/make", make_report, name="make_report", methods=["POST"]),
    Route("/sites/{host}/reports/stop", stop_report, name="stop_report", methods=["POST"]),
    Route("/sites/{host}/reports/sender", keep_sender, name="keep_sender", methods=["POST"]),
    Route("/sites/{host}/reports/preview", preview, name="preview_report"),
    Route("/sites/{host}/reports/files/{form}", download, name="report_file"),
]
