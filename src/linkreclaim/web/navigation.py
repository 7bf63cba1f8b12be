"""The pages about a site, in the order in which they are offered. One that is not built is not offered."""

from typing import NamedTuple

from starlette.requests import Request
from starlette.routing import NoMatchFound

ORDER = ("overview", "dead_pages", "rules", "redirects", "runs", "reports")
"""Names of their routes; `navigation.NAME` in the catalogue is what they are called."""


class Entry(NamedTuple):
    """A page that can be gone to."""

    name: str
    href: str
    current: bool


def list_pages(request: Request, host: str) -> list[Entry]:
    """The pages about a site that there are."""
    return [entry for name in ORDER if (entry := _entry(request, name, host)) is not None]


def _entry(request: Request, name: str, host: str) -> Entry | None:
    try:
        href = str(request.app.url_path_for(name, host=host))
    except NoMatchFound:
        return None
    path = request.url.path
    below = name != ORDER[0] and path.startswith(f"{href}/")
    return Entry(name, href, path == href or below)
