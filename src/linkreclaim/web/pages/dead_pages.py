"""Dead pages: the table with its filters, the pane of one page, and every view as a file. Nothing here is decided."""

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response, StreamingResponse
from starlette.routing import Route

from linkreclaim.model.decisions import DecisionState
from linkreclaim.model.judgements import Cause, Disposition
from linkreclaim.model.verdicts import VerdictKind
from linkreclaim.report.exports import csv_chunks, json_chunks, write_workbook
from linkreclaim.store.browsing import Facets
from linkreclaim.store.bulk_decisions import BulkAction
from linkreclaim.store.dead_page_view import DeadPageFilter, DeadPageSort, DeadPageView, SortColumn, format_filter
from linkreclaim.web.browsing import (
    browser_of,
    changed_facts,
    find_browsed,
    label_of,
    need_browsed,
    query_of,
    read_number,
    say_decision,
    table_path,
    view_of,
    within,
)
from linkreclaim.web.rendering import SiteInView, render, shared, wants_fragment

if TYPE_CHECKING:
    from linkreclaim.jobs.desk.browse import BrowsedSite, DeadPagePane

ROWS = 50
LINKS_SHOWN = 20
EXCERPT_CHARS = 400
LARGEST_FIRST = frozenset({SortColumn.LINKS, SortColumn.DOMAINS, SortColumn.CONFIDENCE, SortColumn.DECIDED_AT})
"""Columns whose first click shows the largest first."""
HEADINGS = (
    ("page", SortColumn.URL),
    ("worth", SortColumn.RANK),
    ("links", SortColumn.LINKS),
    ("answer", SortColumn.VERDICT),
    ("cause", SortColumn.CAUSE),
    ("proposal", SortColumn.TARGET),
    ("confidence", SortColumn.CONFIDENCE),
    ("decision", SortColumn.STATE),
)
FACETS: tuple[tuple[str, str, type[Any]], ...] = (
    ("state", "states", DecisionState),
    ("disposition", "dispositions", Disposition),
    ("verdict", "verdicts", VerdictKind),
    ("cause", "causes", Cause),
)
MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
ACTS = frozenset({*BulkAction, "sheet", "undo", "rule"})
"""Acts about many pages that the catalogue has words for."""
FILES = ("dead_pages.csv", "dead_pages.xlsx", "dead_pages.json", "redirects.csv", "redirects.xlsx")


async def show_dead_pages(request: Request) -> Response:
    """The table, with the pane of one page where the address opens it; for htmx either of them alone."""
    site, browsed = await find_browsed(request)
    if browsed is None:
        return render(request, "dead_pages_none.html", site=site)
    view, opened = view_of(request), read_number(request.query_params.get("open"))
    if wants_fragment(request) and request.headers.get("hx-target") == "opened":
        pane = await pane_values(request, site, browsed, view, opened)
        return render(request, "dead_pages_pane.html", site=site, **pane)
    values = await run_in_threadpool(table_values, request, browsed, view)
    if wants_fragment(request):
        answer = render(request, "dead_pages_swapped.html", site=site, **values | {"opened": opened, "swapped": True})
        answer.headers["HX-Push-Url"] = table_path(request, site.host, query_of(view, open=opened))
        return answer
    pane = await pane_values(request, site, browsed, view, opened)
    return render(request, "dead_pages.html", site=site, **(values | pane))


def table_values(request: Request, browsed: "BrowsedSite", view: DeadPageView) -> dict[str, Any]:
    """What the table and its filters need. Waits for SQLite."""
    browser, workspace = browser_of(request), shared(request).workspace
    page, facets = browser.page(browsed, view, ROWS), browser.facets(browsed, view.filter)
    wanted = read_number(request.query_params.get("batch"))
    done = next((batch for batch in workspace.decisions.batches(browsed.id) if batch.id == wanted), None)
    start = DeadPageView(view.filter, view.sort)
    return {
        "view": view,
        "filter_pairs": format_filter(view.filter),
        "swapped": False,
        "oob": False,
        "within": within,
        "rows": page,
        "facets": facets,
        "facet_choices": [*_choices(facets, view.filter)],
        "headings": [(name, _sorting(view, column), view.sort.column is column) for name, column in HEADINGS],
        "query": query_of(start),
        "query_here": query_of(view),
        "next_query": query_of(replace(start, cursor=page.next)) if page.next else None,
        "previous_query": query_of(replace(start, cursor=page.previous)) if page.previous else None,
        "narrowed": _narrowed(view.filter),
        "saved": workspace.saved_views.all(browsed.id),
        "actions": list(BulkAction),
        "files": FILES,
        "done": done,
        "known": ACTS,
        "refused": read_number(request.query_params.get("refused")) or 0,
        "checked_at": browsed.run.finished_at or browsed.run.started_at,
    }


def _sorting(view: DeadPageView, column: SortColumn) -> str:
    """The query that a heading leads to: its column, and turned round when the table is sorted by it already."""
    first = column in LARGEST_FIRST
    descending = not view.sort.descending if view.sort.column is column else first
    return query_of(DeadPageView(view.filter, DeadPageSort(column, descending)))


class Choice(NamedTuple):
    """One word of a facet."""

    value: str
    label: str
    pages: int  # that would be left
    asked: bool


def _choices(facets: Facets, asked: DeadPageFilter) -> Iterator[tuple[str, list[Choice]]]:
    """What each facet offers: words that would leave pages, and those that are asked for. Without sources none."""
    for name, field, words in FACETS:
        counts, wanted = getattr(facets, field), getattr(asked, field)
        held = [Choice(word.value, label_of(name, word), counts.get(word.value, 0), word in wanted) for word in words]
        yield name, [choice for choice in held if choice.pages or choice.asked]
    names = [*facets.sources, *sorted(asked.sources - facets.sources.keys())]
    if names:
        yield "source", [Choice(each, each, facets.sources.get(each, 0), each in asked.sources) for each in names]


def _narrowed(asked: DeadPageFilter) -> Mapping[str, int]:
    """How much each facet asks for."""
    held = {kind: len(getattr(asked, field)) for kind, field, _ in FACETS}
    return held | {
        "source": len(asked.sources),
        "place": bool(asked.folder) + bool(asked.host),
        "more": bool(asked.min_confidence_0_1) + bool(asked.min_links) + asked.changed,
    }


async def pane_values(
    request: Request, site: SiteInView, browsed: "BrowsedSite", view: DeadPageView, opened: int | None, **more: Any
) -> dict[str, Any]:
    """What the pane of a page needs; a page that is not in the newest list shows as a closed pane that says so."""
    pane: DeadPagePane | None = None
    if opened is not None:
        pane = await run_in_threadpool(_pane, request, browsed, opened)
    return {
        **saying(request, site.host),
        "pane": pane,
        "changes": [] if pane is None else list(changed_facts(pane, site.host)),
        "opened": opened,
        "query_here": query_of(view),
        "closed_path": table_path(request, site.host, query_of(view)),
        "links_query": partial(_links_query, view),
        "excerpt_chars": EXCERPT_CHARS,
        "notice": None,
        "oob": False,
        **more,
    }


def _links_query(view: DeadPageView, after: str) -> str:
    return query_of(view, after_link=after)


def saying(request: Request, host: str) -> dict[str, Any]:
    """How templates tell URLs and decisions."""
    return {"within": within, "decided": partial(say_decision, shared(request).words, host)}


def _pane(request: Request, browsed: "BrowsedSite", url_id: int) -> "DeadPagePane | None":
    from linkreclaim.errors import InputError

    try:
        return browser_of(request).pane(browsed, url_id, LINKS_SHOWN)
    except InputError:
        return None


async def show_links(request: Request) -> Response:
    """Further links to one page: rows for htmx, a page of its own without."""
    site, browsed = await need_browsed(request)
    url_id, after = int(request.path_params["url_id"]), request.query_params.get("after_link", "")
    line = await run_in_threadpool(shared(request).workspace.browsing.line, browsed.run.id, url_id)
    if line is None:
        raise HTTPException(404)
    view = view_of(request)
    values: dict[str, Any] = {
        "links": await run_in_threadpool(browser_of(request).links, browsed, url_id, after, ROWS),
        "pane": {"line": line},
        "links_query": partial(_links_query, view),
        "within": within,
        "back": table_path(request, site.host, query_of(view, open=url_id)),
    }
    return render(request, "dead_page_links.html", site=site, fragment="rows", **values)


async def complete_target(request: Request) -> Response:
    """Live pages for what was typed so far, as options of a list box."""
    site, browsed = await need_browsed(request)
    typed = request.query_params.get("target", "")[:500]
    found = await run_in_threadpool(browser_of(request).complete_target, browsed, typed)
    return render(request, "dead_pages_targets.html", site=site, found=found, within=within)


async def send_file(request: Request) -> Response:
    """A view as a file: all of its rows, in its order."""
    _, browsed = await need_browsed(request)
    file = request.path_params["file"]
    if file not in FILES:
        raise HTTPException(404)
    name, _, kind = file.partition(".")
    rows = browser_of(request).rows(browsed, view_of(request))
    headers = {"Content-Disposition": f'attachment; filename="{file}"'}
    if kind == "xlsx":
        return await run_in_threadpool(_workbook, name, rows, headers)
    chunks = csv_chunks(name, rows) if kind == "csv" else json_chunks(rows)
    return StreamingResponse(chunks, headers=headers, media_type=MEDIA_TYPES[kind])


def _workbook(name: str, rows: Iterator[Any], headers: dict[str, str]) -> Response:
    folder = tempfile.TemporaryDirectory(prefix="linkreclaim-")
    path = Path(folder.name) / f"{name}.xlsx"
    try:
        write_workbook(path, name, rows)
    except BaseException:
        folder.cleanup()
        raise
    return FileResponse(
        path, headers=headers, media_type=MEDIA_TYPES["xlsx"], background=BackgroundTask(folder.cleanup)
    )


ROUTES = [
    Route("/sites/{host}/dead-pages", show_dead_pages, name="dead_pages"),
    Route("/sites/{host}/dead-pages/files/{file}", send_file, name="dead_pages_file"),
    Route("/sites/{host}/dead-pages/targets", complete_target, name="complete_target"),
    Route("/sites/{host}/dead-pages/{url_id:int}/links", show_links, name="dead_page_links"),
]
