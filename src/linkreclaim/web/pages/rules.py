"""Rules: what many redirects of a site have in common, and one yes for all that a rule says."""

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from linkreclaim.jobs.runs.clock import utc_now
from linkreclaim.store.bulk_decisions import BulkResult
from linkreclaim.store.decisions import Batch
from linkreclaim.web.browsing import find_browsed, need_browsed
from linkreclaim.web.rendering import go_to, render, shared, who

if TYPE_CHECKING:  # the first page need not wait until all of it is imported
    from linkreclaim.jobs.desk.browse import BrowsedSite
    from linkreclaim.jobs.desk.site_rules import RuleReader


def reader_of(request: Request) -> "RuleReader":
    """Learns rules, once for each run."""
    from linkreclaim.jobs.desk.site_rules import RuleReader

    return shared(request).part(RuleReader)


async def show_rules(request: Request) -> Response:
    """All rules of the newest audit."""
    site, browsed = await find_browsed(request)
    values: dict[str, Any] = {"browsed": browsed, "rules": None, "done": None, "refused": 0}
    if browsed is not None:
        values["rules"] = await run_in_threadpool(reader_of(request).rules, browsed)
        values |= await _done(request, browsed)
    return render(request, "rules.html", site=site, fragment="work", **values)


async def show_rule(request: Request) -> Response:
    """One rule with the pages it says: what a yes would accept."""
    site, browsed = await need_browsed(request)
    start = number_of(request.query_params.get("from", ""))
    view = await run_in_threadpool(reader_of(request).rule, browsed, request.path_params["rule"], start)
    done = await _done(request, browsed)
    return render(request, "rule.html", site=site, fragment="work", view=view, origin=browsed.origin, **done)


async def accept_rule(request: Request) -> Response:
    """Accept what a rule says, as one act."""
    site, browsed = await need_browsed(request)
    key = request.path_params["rule"]
    async with request.form(max_files=0, max_fields=8) as form:
        token = str(form.get("token", ""))
    reader = reader_of(request)
    result = await run_in_threadpool(reader.accept, browsed, key, token, who(request), utc_now())
    path = str(request.app.url_path_for("rules", host=site.host))
    return go_to(path if result is None else f"{path}?{_said(result)}")


async def undo_rule(request: Request) -> Response:
    """Take an act back."""
    site, browsed = await need_browsed(request)
    async with request.form(max_files=0, max_fields=8) as form:
        batch_id = number_of(str(form.get("batch", "")))
    result = await run_in_threadpool(reader_of(request).undo, browsed, batch_id, who(request), utc_now())
    return go_to(f"{request.app.url_path_for('rules', host=site.host)}?{_said(result)}")


def _said(result: BulkResult) -> str:
    return urlencode({"batch": result.batch_id} | ({"refused": result.refused} if result.refused else {}))


async def _done(request: Request, browsed: "BrowsedSite") -> dict[str, Any]:
    """The act that the address tells of, to say what it did and to offer its undoing."""
    batch_id, refused = (number_of(request.query_params.get(name, "")) for name in ("batch", "refused"))
    done: Batch | None = None
    if batch_id:
        done = await run_in_threadpool(reader_of(request).batch, browsed, batch_id)
        if done is None:
            raise HTTPException(404)
    return {"done": done, "refused": refused}


def number_of(text: str) -> int:
    """A number out of an address or a form, 0 for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 15 else 0


ROUTES = [
    Route("/sites/{host}/rules", show_rules, name="rules"),
    Route("/sites/{host}/rules/undo", undo_rule, name="undo_rule", methods=["POST"]),
    Route("/sites/{host}/rules/{rule}", show_rule, name="rule"),
    Route("/sites/{host}/rules/{rule}/accept", accept_rule, name="accept_rule", methods=["POST"]),
]
