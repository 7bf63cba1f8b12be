"""Decide: about one page, about all of a view, by a sheet; what was decided, and taking it back."""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from linkreclaim.errors import InputError, LinkreclaimError
from linkreclaim.jobs.runs.clock import utc_now
from linkreclaim.store.bulk_decisions import BulkAction
from linkreclaim.store.dead_page_view import DeadPageView, format_view
from linkreclaim.store.decisions import StaleDecisionError
from linkreclaim.store.saved_views import read_query
from linkreclaim.web.browsing import (
    decider_of,
    filter_query,
    need_browsed,
    query_of,
    read_number,
    table_path,
    view_of,
    within,
)
from linkreclaim.web.pages.dead_pages import ACTS, pane_values, saying, table_values
from linkreclaim.web.rendering import SiteInView, go_to, render, shared, wants_fragment, who

if TYPE_CHECKING:
    from linkreclaim.jobs.desk.browse import BrowsedSite
    from linkreclaim.jobs.desk.decide_browsed import Wish
    from linkreclaim.jobs.desk.decide_page import TargetCheck

MAX_SHEET_BYTES = 128 << 20
"""Largest sheet, twice that of 200,000 dead pages (our choice)."""
MAX_FIELD_BYTES = 16_384
MOST_PROBLEMS = 200
ENTRIES = 50
BATCHES = 20


@dataclass(frozen=True, slots=True)
class Notice:
    """Why nothing was decided, for the pane to show."""

    kind: str  # "stale", "untold", "refused"
    sentence: str
    wish: "Wish"
    instead: str = ""  # a target that is offered in place of the one that was typed


async def decide_page(request: Request) -> Response:
    """Take one decision. htmx gets the row and the pane as they are now, others the table again."""
    site, browsed = await need_browsed(request)
    url_id = int(request.path_params["url_id"])
    form = await _fields(request)
    wish = await run_in_threadpool(_wish, form)
    notice, status = None, 200
    try:
        check = await run_in_threadpool(_decide, request, browsed, url_id, wish)
        notice = None if check is None else _told(check, wish)
    except StaleDecisionError as error:
        notice, status = Notice("stale", str(error), wish.spelt_out()), 409
    except InputError as error:
        notice, status = Notice("refused", str(error), wish), 422
    return await _answer(request, site, browsed, url_id, form, notice, status)


def _wish(form: Mapping[str, str]) -> "Wish":
    from linkreclaim.jobs.desk.decide_browsed import Wish

    return Wish(
        action=form.get("action", ""),
        revision=read_number(form.get("revision")) or 0,
        target=form.get("target", "")[:8_000],
        note=form.get("note", ""),
        anyway=form.get("anyway") == "1",
        seen_disposition=form.get("seen", "")[:40],
        seen_target=form.get("seen_target", "")[:8_000],
    )


def _decide(request: Request, browsed: "BrowsedSite", url_id: int, wish: "Wish") -> "TargetCheck | None":
    line = shared(request).workspace.browsing.line(browsed.run.id, url_id)
    if line is None:
        raise HTTPException(404)
    return decider_of(request).decide(browsed, line, wish, who(request))


def _told(check: "TargetCheck", wish: "Wish") -> Notice:
    if check.problem:
        return Notice("refused", check.problem, wish, check.instead)
    assert check.verdict is not None  # one that is known is taken
    return Notice("untold", check.verdict.reason, wish)


async def _answer(
    request: Request,
    site: SiteInView,
    browsed: "BrowsedSite",
    url_id: int,
    form: dict[str, str],
    notice: Notice | None,
    status: int,
) -> Response:
    view, in_pane = read_query(form.get("view", "")), form.get("in") == "pane" or notice is not None
    if not wants_fragment(request) and notice is None:
        place = table_path(request, site.host, query_of(view, open=url_id if in_pane else form.get("open")))
        return go_to(f"{place}#{'pane' if in_pane else f'row-{url_id}'}")
    opened = url_id if in_pane or form.get("open") == str(url_id) else None
    values = await pane_values(request, site, browsed, view, opened, notice=notice)
    line = await run_in_threadpool(shared(request).workspace.browsing.line, browsed.run.id, url_id)
    if not wants_fragment(request):
        table = await run_in_threadpool(table_values, request, browsed, view)
        return render(request, "dead_pages.html", site=site, status=status, **(table | values))
    values |= {"line": line, "in_pane": in_pane}
    answer = render(request, "dead_pages_decided.html", site=site, status=status, **values)
    if in_pane and request.headers.get("hx-target") != "opened":
        answer.headers.update({"HX-Retarget": "#opened", "HX-Reswap": "innerHTML"})
    return answer


async def preview_all(request: Request) -> Response:
    """What would be decided about every page of a view."""
    site, browsed = await need_browsed(request)
    view, action = view_of(request), request.query_params.get("action", BulkAction.ACCEPT.value)
    decider = await run_in_threadpool(decider_of, request)
    preview = await run_in_threadpool(decider.preview, browsed, view.filter, action)
    back = table_path(request, site.host, query_of(DeadPageView(view.filter, view.sort)))
    values: dict[str, Any] = {"preview": preview, "action": action, "back": back, "states": view.filter.states}
    values |= {"query": filter_query(view.filter), "within": within}
    return render(request, "decide_all.html", site=site, **values)


async def decide_all(request: Request) -> Response:
    """Do what was previewed, and lead back to the view with what was done and a way to undo it."""
    site, browsed = await need_browsed(request)
    form = await _fields(request)
    view = read_query(form.get("view", ""))
    decider = await run_in_threadpool(decider_of, request)
    action, token = form.get("action", ""), form.get("token", "")
    done = await run_in_threadpool(decider.decide_all, browsed, view.filter, action, token, who(request))
    query = filter_query(view.filter, batch=done.batch_id, refused=done.refused or "")
    return go_to(table_path(request, site.host, query))


async def undo_batch(request: Request) -> Response:
    """Take a batch back."""
    site, browsed = await need_browsed(request)
    form = await _fields(request)
    number = int(request.path_params["batch"])
    decider = await run_in_threadpool(decider_of, request)
    done = await run_in_threadpool(decider.undo, browsed, number, who(request))
    view = read_query(form.get("view", ""))
    query = filter_query(view.filter, batch=done.batch_id, refused=done.refused or "")
    return go_to(table_path(request, site.host, query))


async def show_history(request: Request) -> Response:
    """Who decided what and when: the acts about many pages, and each decision."""
    site, browsed = await need_browsed(request)
    start = read_number(request.query_params.get("before"))
    decisions = shared(request).workspace.decisions
    history = await run_in_threadpool(decisions.history, browsed.id, None, start, ENTRIES)
    batches = [] if start else await run_in_threadpool(decisions.batches, browsed.id, BATCHES)
    values: dict[str, Any] = {"history": history, "batches": batches, "known": ACTS, "actions": list(BulkAction)}
    return render(request, "decision_history.html", site=site, **(values | saying(request, site.host)))


async def save_view(request: Request) -> Response:
    """Keep the view of the address under a name."""
    site, browsed = await need_browsed(request)
    form = await _fields(request)
    view = read_query(form.get("view", ""))
    views = shared(request).workspace.saved_views
    await run_in_threadpool(views.save, browsed.id, form.get("name", ""), format_view(view), who(request), utc_now())
    return go_to(table_path(request, site.host, query_of(view)))


async def delete_view(request: Request) -> Response:
    """Forget a view."""
    site, browsed = await need_browsed(request)
    form = await _fields(request)
    views, number = shared(request).workspace.saved_views, int(request.path_params["saved"])
    await run_in_threadpool(views.delete, browsed.id, number)
    return go_to(table_path(request, site.host, query_of(read_query(form.get("view", "")))))


async def show_sheet(request: Request) -> Response:
    """Where a sheet goes out and comes back."""
    site, _ = await need_browsed(request)
    return render(request, "decide_sheet.html", site=site, taken=None, problem="", name="")


async def take_sheet(request: Request) -> Response:
    """Read an edited sheet; what each row did not say clearly is listed. Sending it twice changes nothing more."""
    site, browsed = await need_browsed(request)
    async with request.form(max_files=1, max_fields=4, max_part_size=MAX_FIELD_BYTES) as form:
        sheet, check = form.get("sheet"), form.get("check") == "1"
        values: dict[str, Any] = {"taken": None, "problem": "", "name": ""}
        if not isinstance(sheet, UploadFile) or not sheet.size:
            return render(request, "decide_sheet.html", site=site, status=422, **values | {"problem": "none"})
        if sheet.size > MAX_SHEET_BYTES:
            raise HTTPException(413)
        name = _file_name(sheet.filename or "")
        try:
            taken = await run_in_threadpool(_take_sheet, request, browsed, sheet, name, check)
        except LinkreclaimError as error:
            return render(request, "decide_sheet.html", site=site, status=422, **values | {"problem": str(error)})
    values |= {"taken": taken, "name": name, "problems": taken.problems[:MOST_PROBLEMS]}
    return render(request, "decide_sheet.html", site=site, **values)


def _take_sheet(request: Request, browsed: "BrowsedSite", sheet: UploadFile, name: str, check: bool) -> Any:
    """Under a name of ours: that of the sheet is shown only."""
    with tempfile.TemporaryDirectory(prefix="linkreclaim-") as folder:
        path = Path(folder) / "sheet"
        with path.open("wb") as file:
            while block := sheet.file.read(1 << 20):
                file.write(block)
        try:
            return decider_of(request).take_sheet(browsed, path, name, who(request), check)
        except InputError as error:
            raise InputError(str(error).replace(str(path), name)) from error


def _file_name(name: str) -> str:
    return name.replace("\\", "/").rsplit("/", 1)[-1].strip()[:100] or "sheet"


async def _fields(request: Request) -> dict[str, str]:
    """The text fields of a form, the last of each name."""
    async with request.form(max_files=0, max_fields=40, max_part_size=MAX_FIELD_BYTES) as form:
        return _texts(form)


def _texts(form: FormData) -> dict[str, str]:
    return {name: value for name, value in form.multi_items() if isinstance(value, str)}


ROUTES = [
    Route("/sites/{host}/dead-pages/{url_id:int}/decide", decide_page, methods=["POST"], name="decide_page"),
    Route("/sites/{host}/dead-pages/all", preview_all, name="preview_all"),
    Route("/sites/{host}/dead-pages/all", decide_all, methods=["POST"], name="decide_all"),
    Route("/sites/{host}/dead-pages/batches/{batch:int}/undo", undo_batch, methods=["POST"], name="undo_batch"),
    Route("/sites/{host}/dead-pages/history", show_history, name="decision_history"),
    Route("/sites/{host}/dead-pages/views", save_view, methods=["POST"], name="save_view"),
    Route("/sites/{host}/dead-pages/views/{saved:int}/delete", delete_view, methods=["POST"], name="delete_view"),
    Route("/sites/{host}/dead-pages/sheet", show_sheet, name="decide_sheet"),
    Route("/sites/{host}/dead-pages/sheet", take_sheet, methods=["POST"], name="take_sheet"),
]
