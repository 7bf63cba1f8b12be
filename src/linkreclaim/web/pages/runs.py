"""Runs of a site: the audit at work, those that ended, what changed between them, and the files they had."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from linkreclaim.jobs.desk.audit_desk import AuditDesk
from linkreclaim.jobs.overviews.run_history import RunHistory
from linkreclaim.jobs.runs.background import BackgroundTask, Sentence
from linkreclaim.web.rendering import SiteInView, find_site, go_to, render, shared

LOOK_EVERY_S = 0.5
"""How often a stream looks whether something changed (our choice)."""
SENTENCES_SHOWN = 30


async def list_runs(request: Request) -> Response:
    """The audit at work, the audits that ended, and the files of the site."""
    site = await find_site(request)
    values = await _runs(request, site)
    return render(request, "runs.html", site=site, fragment="work", **values)


async def show_run(request: Request) -> Response:
    """One audit: what it found, what changed, what it warned of."""
    site = await find_site(request)
    history = shared(request).part(RunHistory)
    detail = await run_in_threadpool(history.run, site.id, request.path_params["run"])
    if detail is None:
        raise HTTPException(404)
    return render(request, "run.html", site=site, detail=detail)


async def show_file(request: Request) -> Response:
    """One source file and the rows of it that were not read."""
    site = await find_site(request)
    history = shared(request).part(RunHistory)
    file, problems = await run_in_threadpool(history.problems, site.id, request.path_params["file"])
    return render(request, "run_file.html", site=site, file=file, problems=problems)


async def stop_run(request: Request) -> Response:
    """Stop the audit that is at work."""
    site = await find_site(request)
    await run_in_threadpool(shared(request).part(AuditDesk).stop, site.host)
    return _back(request, site)


async def continue_run(request: Request) -> Response:
    """Go on with an audit that was stopped, or cut off."""
    site = await find_site(request)
    await run_in_threadpool(shared(request).part(AuditDesk).go_on, site.host, shared(request).settings)
    return _back(request, site)


async def stream_run(request: Request) -> Response:
    """The audit at work as server-sent events: `progress` at each change, then `end`; at once when none is at work.

    `after` is the number of the newest sentence that the page shows already.
    """
    site = await find_site(request)
    after = request.query_params.get("after", "0")
    events = _events(request, site, int(after) if after.isdecimal() and len(after) < 10 else 0)
    return StreamingResponse(events, media_type="text/event-stream")


async def _events(request: Request, site: SiteInView, after: int) -> AsyncIterator[str]:
    desk = shared(request).part(AuditDesk)
    shown: int | None = None
    at_work = True
    while at_work:
        task = desk.task(site.host)
        at_work = task is not None and task.at_work and not request.app.state.is_ending()
        if task is not None and task.version != shown and (at_work or shown is not None):  # the last change, too
            shown = task.version
            said = [each for each in task.sentences if each.number > after]
            after = task.sentences[-1].number if task.sentences else after
            yield _event("progress", {"html": _progress(request, site, task), "said": [_say(each) for each in said]})
        if at_work:
            await asyncio.sleep(LOOK_EVERY_S)
    if not request.app.state.is_ending():
        yield _event("end", {})


def _progress(request: Request, site: SiteInView, task: BackgroundTask) -> str:
    """The bars alone, as the page shows them."""
    return bytes(render(request, "run_progress.html", site=site, task=task).body).decode()


def _say(sentence: Sentence) -> dict[str, Any]:
    return {"number": sentence.number, "text": sentence.text, "warning": sentence.warning}


def _event(name: str, data: dict[str, Any]) -> str:
    """**Source:** HTML, 9.2.6: JSON holds no line break, so that the data is one line."""
    return f"event: {name}\ndata: {json.dumps(data)}\n\n"


async def _runs(request: Request, site: SiteInView) -> dict[str, Any]:
    desk, history = shared(request).part(AuditDesk), shared(request).part(RunHistory)

    def read() -> dict[str, Any]:
        task = desk.task(site.host)
        return {
            "task": task,
            "said": task.sentences[-SENTENCES_SHOWN:] if task else (),
            "other": desk.at_work(),
            "can_go_on": desk.can_go_on(site.host),
            "points": history.runs(site.id),
            "files": history.files(site.id),
        }

    return await run_in_threadpool(read)


def _back(request: Request, site: SiteInView) -> Response:
    return go_to(str(request.app.url_path_for("runs", host=site.host)))


ROUTES = [
    Route("/sites/{host}/runs", list_runs, name="runs"),
    Route("/sites/{host}/runs/stream", stream_run, name="run_stream"),
    Route("/sites/{host}/runs/stop", stop_run, methods=["POST"], name="run_stop"),
    Route("/sites/{host}/runs/continue", continue_run, methods=["POST"], name="run_continue"),
    Route("/sites/{host}/runs/files/{file:int}", show_file, name="run_file"),
    Route("/sites/{host}/runs/{run:int}", show_run, name="run"),
]
