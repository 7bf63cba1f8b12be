"""Redirects: the files for a server, what it cannot take, and whether the redirects work."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from linkreclaim.web.browsing import find_browsed, need_browsed
from linkreclaim.web.rendering import go_to, render, shared, wants_fragment, who

if TYPE_CHECKING:  # the first page need not wait until all of it is imported
    from linkreclaim.jobs.desk.browse import BrowsedSite
    from linkreclaim.jobs.desk.site_proofs import Proofs
    from linkreclaim.jobs.desk.site_redirects import EngineFiles, RedirectDesk

ROWS_SHOWN = 100
PARTS = ("prove", "verify")
"""Blocks of the template that htmx asks for alone; each is the section of its name."""
MOST_ADDRESS_CHARS = 500
PATIENCE_S = 60.0
"""How long a download waits for files that are still being written; it has no page that could come again."""


def desk_of(request: Request) -> "RedirectDesk":
    """Plans and writes what is accepted."""
    from linkreclaim.jobs.desk.site_redirects import RedirectDesk

    return shared(request).part(RedirectDesk)


def proofs_of(request: Request) -> "Proofs":
    """Proves and verifies."""
    from linkreclaim.jobs.desk.site_proofs import Proofs

    return shared(request).part(Proofs)


async def show_redirects(request: Request) -> Response:
    """The page; for htmx one of its parts: the files, or how a proof is doing."""
    site, browsed = await find_browsed(request)
    if browsed is None:
        return render(request, "redirects.html", site=site, browsed=None)
    desk, proofs = desk_of(request), proofs_of(request)
    server, file = (request.query_params.get(name, "") for name in ("server", "file"))
    values = await run_in_threadpool(_values, desk, proofs, browsed, server, file)
    target = request.headers.get("hx-target", "")
    part = target if target in PARTS else "work"
    if wants_fragment(request) and part in PARTS and (values["accepted"] is None or (server and not values["files"])):
        return Response(headers={"HX-Refresh": "true"})  # decided meanwhile: the whole page waits for its files now
    return render(request, "redirects.html", site=site, browsed=browsed, fragment=part, **values)


def _values(desk: "RedirectDesk", proofs: "Proofs", browsed: "BrowsedSite", server: str, file: str) -> dict[str, Any]:
    from linkreclaim.jobs.desk.site_proofs import LIVE
    from linkreclaim.jobs.desk.site_redirects import REFUSED_SHOWN, is_installed, list_engines

    accepted = desk.accepted(browsed)
    files = desk.files(browsed, server) if server else None
    return {
        "accepted": accepted,
        "open": desk.open_proposals(browsed),
        "engines": list_engines(),
        "server": server,
        "files": files,
        "file": None if files is None else _shown(files, file),
        "refused_shown": REFUSED_SHOWN,
        "installed": is_installed(server),
        "prove": _proof(proofs, browsed, server) if server else None,
        "verify": _proof(proofs, browsed, LIVE),
        "origin": browsed.origin,
    }


def _shown(files: "EngineFiles", name: str) -> Any:
    from linkreclaim.jobs.desk.site_redirects import show_file

    return show_file(files.file(name) if name else files.files[0])


def _proof(proofs: "Proofs", browsed: "BrowsedSite", name: str) -> Mapping[str, Any]:
    """How the newest work is doing, and what was found the last time."""
    task, report = proofs.task(browsed, name), proofs.report(browsed, name)
    done, total = (0, None) if task is None or task.stage is None else (task.counts or {}).get(task.stage, (0, None))
    rows = () if report is None else report.rows[:ROWS_SHOWN]
    return {"name": name, "task": task, "report": report, "rows": rows, "done": done, "total": total}


async def download(request: Request) -> Response:
    """All files of a server in one archive."""
    from linkreclaim.jobs.desk.site_redirects import pack

    files = await _need_files(request)
    name, content = await run_in_threadpool(pack, files)
    return _attachment(name, content, "application/zip")


async def download_file(request: Request) -> Response:
    """One file of a server as it is."""
    from linkreclaim.jobs.desk.site_redirects import plain_name

    files = await _need_files(request)
    file = files.file(request.path_params["file"])
    return _attachment(plain_name(file.name), file.content, "application/octet-stream")


async def _need_files(request: Request) -> "EngineFiles":
    _, browsed = await need_browsed(request)
    server = request.path_params["server"]
    files = await run_in_threadpool(desk_of(request).files, browsed, server, PATIENCE_S)
    if files is None:
        raise HTTPException(503, headers={"Retry-After": "10"})
    return files


def _attachment(name: str, content: bytes, kind: str) -> Response:
    return Response(content, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


async def prove(request: Request) -> Response:
    """Start the server program of this machine with the files."""
    site, browsed = await need_browsed(request)
    server = request.path_params["server"]
    await run_in_threadpool(proofs_of(request).start_prove, browsed, server, who(request))
    return _back(request, site.host, server, "prove")


async def verify(request: Request) -> Response:
    """Ask the site itself, or a staging server."""
    site, browsed = await need_browsed(request)
    async with request.form(max_files=0, max_fields=8) as form:
        base, name, server = (str(form.get(field, "")).strip() for field in ("base", "name", "server"))
    settings = shared(request).settings
    asked = base[:MOST_ADDRESS_CHARS], name[:MOST_ADDRESS_CHARS]
    await run_in_threadpool(proofs_of(request).start_verify, browsed, *asked, settings, who(request))
    return _back(request, site.host, server, "verify")


async def stop(request: Request) -> Response:
    """Stop a proof or a verification."""
    from linkreclaim.jobs.desk.site_proofs import LIVE

    site, browsed = await need_browsed(request)
    async with request.form(max_files=0, max_fields=8) as form:
        name, server = str(form.get("proof", "")), str(form.get("server", ""))
    await run_in_threadpool(proofs_of(request).stop, browsed, name)
    return _back(request, site.host, server, "verify" if name == LIVE else "prove")


async def send_table(request: Request) -> Response:
    """Every line of the last verification."""
    from linkreclaim.jobs.desk.site_redirects import plain_name

    site, browsed = await need_browsed(request)
    path = await run_in_threadpool(proofs_of(request).table, browsed)
    return FileResponse(path, filename=plain_name(f"verified-{site.host}.csv"), media_type="text/csv; charset=utf-8")


def _back(request: Request, host: str, server: str, part: str) -> Response:
    query = f"?{urlencode({'server': server})}" if server else ""
    return go_to(f"{request.app.url_path_for('redirects', host=host)}{query}#{part}")


ROUTES = [
    Route("/sites/{host}/redirects", show_redirects, name="redirects"),
    Route("/sites/{host}/redirects/verified.csv", send_table, name="verified_table"),
    Route("/sites/{host}/redirects/verify", verify, name="verify_redirects", methods=["POST"]),
    Route("/sites/{host}/redirects/stop", stop, name="stop_proof", methods=["POST"]),
    Route("/sites/{host}/redirects/{server}/download", download, name="redirects_download"),
    Route("/sites/{host}/redirects/{server}/files/{file}", download_file, name="redirects_file"),
    Route("/sites/{host}/redirects/{server}/prove", prove, name="prove_redirects", methods=["POST"]),
]
