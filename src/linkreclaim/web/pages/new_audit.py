"""Ask for an audit: the site, its files, and the options in plain words."""

from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from linkreclaim.errors import InputError, UsageError
from linkreclaim.jobs.desk.audit_desk import AuditDesk, FileKind, Setup
from linkreclaim.jobs.desk.audit_options import IN_FLIGHT, RATE_PER_S, Asked, VendorChoice, find_vendors
from linkreclaim.jobs.gathering.uploads import MAX_FILES
from linkreclaim.jobs.overviews.overview import OverviewReader
from linkreclaim.web.rendering import SiteInView, go_to, render, shared, wants_fragment
from linkreclaim.web.security import MAX_UPLOAD_BYTES

SWITCHES = ("subdomains", "read_pages", "wayback", "internal", "foreign", "keep_going")
"""Options that are on or off; named as in `Asked`."""
USUAL, SPECIAL = SWITCHES[:4], SWITCHES[4:]
MAX_TYPED_CHARACTERS = 10_000


async def ask_site(request: Request) -> Response:
    """The first page of an empty workspace, and the way to another site."""
    return await _site_form(request)


async def open_site(request: Request) -> Response:
    """Take the site that was typed and go on to its files."""
    async with request.form(max_files=0, max_fields=4) as form:
        typed = _text(form, "site")
    try:
        host = await run_in_threadpool(_desk(request).open_site, typed)
    except UsageError as error:
        return await _site_form(request, typed, str(error))
    return go_to(_path(request, host))


async def give_up_site(request: Request) -> Response:
    """Delete the files of a site that was never audited."""
    async with request.form(max_files=0, max_fields=4) as form:
        host = _text(form, "host")
    await run_in_threadpool(_desk(request).give_up, host)
    return go_to(str(request.app.url_path_for("new_site")))


async def prepare(request: Request) -> Response:
    """Files and options of an audit."""
    return await _show(request, await _known_host(request))


async def add_files(request: Request) -> Response:
    """Keep the files that were sent, and say of each what it is."""
    host = await _known_host(request)
    async with request.form(max_files=MAX_FILES, max_fields=4) as form:
        sent = [each for each in form.getlist("files") if isinstance(each, UploadFile) and each.filename]
        refused = await run_in_threadpool(_take, _desk(request), host, sent, _kind(form))
    if wants_fragment(request) or refused:
        return await _show(request, host, refused=refused)
    return go_to(_path(request, host))


async def remove_file(request: Request) -> Response:
    """Delete a file that was sent."""
    host = await _known_host(request)
    async with request.form(max_files=0, max_fields=4) as form:
        name, kind = _text(form, "name"), _kind(form)
    await run_in_threadpool(_desk(request).remove_file, host, name, kind)
    return await _show(request, host) if wants_fragment(request) else go_to(_path(request, host))


async def start_audit(request: Request) -> Response:
    """Begin, or keep the options and say what keeps it from beginning."""
    host = await _known_host(request)
    async with request.form(max_files=0, max_fields=100) as form:
        asked = _read_options(form)
    try:
        await run_in_threadpool(_desk(request).start, host, asked, shared(request).settings)
    except UsageError as error:
        return await _show(request, host, asked=asked, problem=str(error))
    return go_to(str(request.app.url_path_for("runs", host=host)))


async def _site_form(request: Request, typed: str = "", problem: str = "") -> Response:
    desk, overviews = _desk(request), shared(request).part(OverviewReader)
    opened, sites = await run_in_threadpool(lambda: (desk.open_sites(), overviews.sites()))
    status = 400 if problem else 200
    values: dict[str, Any] = {"typed": typed, "problem": problem, "opened": opened, "first": not sites}
    return render(request, "new_site.html", status=status, **values)


async def _show(
    request: Request, host: str, refused: tuple[str, ...] = (), asked: Asked | None = None, problem: str = ""
) -> Response:
    desk, overviews = _desk(request), shared(request).part(OverviewReader)

    def read() -> tuple[Setup, dict[str, int], tuple[VendorChoice, ...] | None]:
        vendors = () if wants_fragment(request) else find_vendors()
        return desk.setup(host, asked), overviews.sites(), vendors

    setup, sites, vendors = await run_in_threadpool(read)
    site = SiteInView(host, sites[host], len(sites)) if host in sites else None
    values: dict[str, Any] = {
        "host": host,
        "setup": setup,
        "asked": setup.asked,
        "refused": refused,
        "problem": problem,
        "usual": USUAL,
        "special": SPECIAL,
        "kinds": ((FileKind.OLD, setup.old), (FileKind.CAPTURES, setup.captures)),
        "vendors": vendors,
        "rates": RATE_PER_S,
        "in_flight": IN_FLIGHT,
        "max_mib": MAX_UPLOAD_BYTES >> 20,
        "other": desk.at_work(),
    }
    status = 400 if problem else 200
    return render(request, "new_audit.html", site=site, fragment="files", status=status, **values)


async def _known_host(request: Request) -> str:
    """The host of the path, whether it was audited or only opened; else 404."""
    host: str = request.path_params["host"]
    if not await run_in_threadpool(_desk(request).knows, host):
        raise HTTPException(404)
    return host


def _take(desk: AuditDesk, host: str, sent: list[UploadFile], kind: FileKind) -> tuple[str, ...]:
    """Take files one by one; returns why some were not kept."""
    refused = []
    for file in sent:
        try:
            desk.take_file(host, file.file, file.filename or "", kind)
        except InputError as error:
            refused.append(str(error))
    return tuple(refused)


def _read_options(form: FormData) -> Asked:
    switches: dict[str, Any] = {name: name in form for name in SWITCHES}
    vendors = tuple(dict.fromkeys(value for value in form.getlist("vendor") if isinstance(value, str)))
    budgets = ((name, _text(form, f"budget-{name}").strip()) for name in vendors)
    return Asked(
        old_hosts=_lines(form, "old_hosts"),
        sitemaps=_lines(form, "sitemaps"),
        rate=_text(form, "rate").strip(),
        in_flight=_text(form, "in_flight").strip(),
        accept=_text(form, "accept").strip(),
        vendors=vendors,
        budgets=tuple(f"{name}={number}" for name, number in budgets if number),
        **switches,
    )


def _kind(form: FormData) -> FileKind:
    """What the files of a form are for; links where it does not say."""
    named = _text(form, "kind")
    return next((kind for kind in FileKind if kind == named), FileKind.LINKS)


def _lines(form: FormData, name: str) -> tuple[str, ...]:
    """What was typed with a line, or a word, for each."""
    return tuple(dict.fromkeys(_text(form, name).replace(",", " ").split()))


def _text(form: FormData, name: str) -> str:
    value = form.get(name, "")
    return value[:MAX_TYPED_CHARACTERS] if isinstance(value, str) else ""


def _path(request: Request, host: str) -> str:
    return str(request.app.url_path_for("new_audit", host=host))


def _desk(request: Request) -> AuditDesk:
    return shared(request).part(AuditDesk)


ROUTES = [
    Route("/new", ask_site, name="new_site"),
    Route("/new", open_site, methods=["POST"], name="open_site"),
    Route("/new/give-up", give_up_site, methods=["POST"], name="give_up_site"),
    Route("/sites/{host}/runs/new", prepare, name="new_audit"),
    Route("/sites/{host}/runs/new", start_audit, methods=["POST"], name="start_audit"),
    Route("/sites/{host}/runs/new/files", add_files, methods=["POST"], name="add_files"),
    Route("/sites/{host}/runs/new/files/remove", remove_file, methods=["POST"], name="remove_file"),
]
