"""How a page is made: what all requests share, the template environment, and the answer to a request."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from jinja2 import Environment
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from linkreclaim import __version__
from linkreclaim.config import FetchSettings
from linkreclaim.jobs.desk.audit_desk import AuditDesk
from linkreclaim.jobs.gathering.uploads import show_name
from linkreclaim.jobs.overviews.overview import OverviewReader
from linkreclaim.report import words
from linkreclaim.report.environment import make_environment
from linkreclaim.report.figures import as_utc, show_day, show_iso
from linkreclaim.store import Workspace
from linkreclaim.web.navigation import list_pages
from linkreclaim.web.sessions import Session, Sessions
from linkreclaim.web.strings import Catalogue, load_catalogue

PartT = TypeVar("PartT")


@dataclass(frozen=True, slots=True)
class Shared:
    """What all requests share; made once by `create_app`."""

    workspace: Workspace
    sessions: Sessions
    words: Catalogue
    templates: Environment
    settings: FetchSettings  # how servers are asked
    _parts: dict[Callable[[Workspace], Any], Any] = field(default_factory=dict)

    def part(self, make: Callable[[Workspace], PartT]) -> PartT:
        """A part of `jobs` on the workspace, `part(OverviewReader)`: made at its first use, kept as the application is.

        One that has a method `close` is closed with the application. Ask for it in the event loop, use it in a thread.
        """
        if make not in self._parts:
            self._parts[make] = make(self.workspace)
        made: PartT = self._parts[make]
        return made

    def close(self) -> None:
        """Close the parts, then the workspace."""
        for part in self._parts.values():
            if hasattr(part, "close"):
                part.close()
        self.workspace.close()


@dataclass(frozen=True, slots=True)
class SiteInView:
    """The site that a page is about."""

    host: str
    id: int
    among: int  # how many sites the workspace has


def share(workspace: Workspace, sessions: Sessions, settings: FetchSettings) -> Shared:
    """Put together what all requests share."""
    catalogue = load_catalogue()
    return Shared(workspace, sessions, catalogue, load_environment(catalogue), settings)


def shared(request: Request) -> Shared:
    """What all requests share, typed."""
    held: Shared = request.app.state.shared
    return held


def who(request: Request) -> str:
    """Name of the person who sent a request, for decisions; "" when nobody is let in."""
    session: Session | None = request.state.session
    return "" if session is None else session.name


async def find_site(request: Request) -> SiteInView:
    """The site that the path names.

    Raises:
        HTTPException: 404, the workspace has no such site.
    """
    host = request.path_params["host"]
    sites = await run_in_threadpool(shared(request).part(OverviewReader).sites)
    if host not in sites:
        raise HTTPException(404)
    return SiteInView(host, sites[host], len(sites))


def render(
    request: Request,
    template: str,
    *,
    site: SiteInView | None = None,
    fragment: str = "",
    status: int = 200,
    **values: Any,
) -> Response:
    """A page of a template; for an htmx request, where `fragment` names a block of it, that block alone."""
    found = shared(request).templates.get_template(template)
    context = values | _frame(request, site)
    if fragment and wants_fragment(request):
        body = "".join(found.blocks[fragment](found.new_context(context)))
    else:
        body = found.render(context)
    return HTMLResponse(body, status, headers={"Vary": "HX-Request"})


def wants_fragment(request: Request) -> bool:
    """Whether htmx asks for a part of a page; when it restores its history it wants all of it."""
    headers = request.headers
    return headers.get("hx-request") == "true" and headers.get("hx-history-restore-request") != "true"


def go_to(address: str) -> Response:
    """The answer to a form that was taken: look there (303), so that a reload does not send it again."""
    return RedirectResponse(address, status_code=303)


def own_path(address: str) -> str:
    """An address out of a request to go on to afterwards, or the start page where it would leave this server.

    **Source:** WHATWG URL, 4.4: a browser reads `\\` as `/`, drops tabs and breaks, and takes `//` for another host.
    """
    plain = address.isprintable() and "\\" not in address
    return address if plain and address.startswith("/") and not address.startswith("//") else "/"


def _frame(request: Request, site: SiteInView | None) -> dict[str, Any]:
    """What the frame around every page needs."""
    return {
        "site": site,
        "navigation": [] if site is None else list_pages(request, site.host),
        "path_for": lambda name, **params: str(request.app.url_path_for(name, **params)),
        "here": path_of(request),
        "who": who(request),
        "with_password": shared(request).sessions.wants_password,
        "audit_at_work": shared(request).part(AuditDesk).at_work() if who(request) else None,
    }


def path_of(request: Request) -> str:
    """Path and query of a request: where to come back to."""
    query = request.url.query
    return f"{request.url.path}?{query}" if query else request.url.path


def load_environment(catalogue: Catalogue) -> Environment:
    """The pages' templates with their filters and words."""
    environment = make_environment("linkreclaim.web")
    environment.filters.update(
        file_name=show_name, iso=show_iso, minute=lambda moment: f"{show_day(moment)}, {as_utc(moment):%H:%M}"
    )
    environment.globals.update(_=catalogue, field_words=words, version=__version__)
    return environment
