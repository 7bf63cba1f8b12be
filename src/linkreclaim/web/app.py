"""The application: its pages, the guard before them, and what is answered when something goes wrong."""

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any
from urllib.parse import urlencode

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles

from linkreclaim.config import FetchSettings
from linkreclaim.errors import LinkreclaimError, WorkspaceError
from linkreclaim.store import open_workspace
from linkreclaim.store.decisions import StaleDecisionError
from linkreclaim.web import pages
from linkreclaim.web.rendering import path_of, render, share, shared, wants_fragment
from linkreclaim.web.security import SAFE_METHODS, Guard, Hosts, add_headers
from linkreclaim.web.sessions import Sessions

STATIC = Path(__file__).parent / "static"
SHARED_STYLE = ("linkreclaim.report", "templates/shared")
"""Package and folder of the style that the page has in common with what is delivered."""
CACHE_KIB = 8_192
"""Page cache of one connection: there may be 15 of them (SQLAlchemy's pool), and a page reads little (our choice)."""


def create_app(
    folder: Path, sessions: Sessions, hosts: Hosts | None = None, settings: FetchSettings | None = None
) -> Starlette:
    """The page on a workspace, which is opened (and made, where there is none) at once and closed with the application.

    Raises:
        WorkspaceError: the workspace cannot be opened.
    """
    held = share(open_workspace(folder, CACHE_KIB), sessions, settings or FetchSettings())

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        """Close what the pages opened when the server ends."""
        yield
        held.close()

    app = Starlette(
        routes=list(find_routes()),
        middleware=[Middleware(Guard, hosts=hosts or Hosts(), sessions=sessions, refuse=_refuse)],
        exception_handlers={
            HTTPException: _answer_status,
            LinkreclaimError: _answer_error,
            Exception: _answer_fault,
        },
        lifespan=lifespan,
    )
    app.state.shared = held
    return app


def find_routes() -> Iterator[BaseRoute]:
    """The routes of every module in `pages`, by its name, and the static files."""
    for module in sorted(iter_modules(pages.__path__), key=lambda found: found.name):
        yield from import_module(f"{pages.__name__}.{module.name}").ROUTES
    yield Mount("/static", StaticFiles(directory=STATIC, packages=[SHARED_STYLE]), name="static")


def _refuse(request: Request, status: int, reason: str) -> Response:
    """What the guard answers; whoever has only to log in is shown the way."""
    ask_password = reason == "locked" and shared(request).sessions.wants_password
    if ask_password and request.method in SAFE_METHODS and not wants_fragment(request):
        login = request.app.url_path_for("login")
        return RedirectResponse(f"{login}?{urlencode({'next': path_of(request)})}", status_code=303)
    return _show(request, status, "login_again" if ask_password else reason)


async def _answer_status(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    response = _show(request, status, _REASONS.get(status, "refused"))
    response.headers.update(getattr(error, "headers", None) or {})
    return response


_REASONS = {404: "missing", 405: "method", 409: "stale", 413: "size"}
_ERRORS: Mapping[type[LinkreclaimError], tuple[int, str]] = {
    StaleDecisionError: (409, "stale"),
    WorkspaceError: (503, "refused"),
    LinkreclaimError: (400, "refused"),
}
"""Status and title of our own errors; the first that fits."""


async def _answer_error(request: Request, error: Exception) -> Response:
    """An error that a person can act on: its own sentence."""
    status, reason = next(found for kind, found in _ERRORS.items() if isinstance(error, kind))
    return _show(request, status, reason, str(error))


async def _answer_fault(request: Request, _: Exception) -> Response:
    """A bug: the traceback goes to the terminal, never to the browser."""
    response = _show(request, 500, "fault")
    add_headers(response.headers)  # this answer is made outside of the guard
    return response


def _show(request: Request, status: int, reason: str, sentence: str = "") -> Response:
    values: dict[str, Any] = {"reason": reason, "sentence": sentence}
    return render(request, "error.html", fragment="message", status=status, **values)
