"""The scenes of the demo as values: what each website has and had, who links to it, and what is the truth.

A scene is one TOML file in `data/`. In its texts `[anchor](/path)` is a link to the scene's site and
`[anchor](old:/path)` one to the site's former host.
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import files
from typing import Any, NamedTuple

_LINK = re.compile(r"\[([^\]]+)\]\((old:)?(/[^)]*)\)")


class Export(StrEnum):
    """The tool whose export the owner of a scene has."""

    AHREFS_BACKLINKS = "ahrefs_backlinks"
    SEARCH_CONSOLE = "search_console"
    SCREAMING_FROG = "screaming_frog"


class LinkState(StrEnum):
    """What became of a linking page since the export was made."""

    PRESENT = "present"
    REMOVED = "removed"  # the page is there, the link is not
    GONE = "gone"
    BLOCKED = "blocked"


class TextPart(NamedTuple):
    """A run of text, or (path not empty) a link in it."""

    text: str
    path: str = ""
    to_old_host: bool = False


@dataclass(frozen=True, slots=True)
class SitePage:
    """A live page of the scene's site; `was` is its former path, dead now."""

    path: str
    title: str
    text: str
    headings: tuple[str, ...] = ()
    lang: str = ""
    was: str = ""


@dataclass(frozen=True, slots=True)
class DeadPath:
    """A dead URL of the scene: the verdict it should get, and the path of the page that fits (None: none fits).

    `title`, `headings` and `text` are the page that stood there, where a capture of it exists.
    """

    path: str
    verdict: str
    target: str | None = None
    title: str = ""
    headings: tuple[str, ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class ReferringPage:
    """A page of another site that links, or linked, to the scene's site."""

    path: str
    title: str
    text: str
    lang: str = "en"
    rel: str = ""
    state: LinkState = LinkState.PRESENT


@dataclass(frozen=True, slots=True)
class Referrer:
    """A site that links to the scene's site, served on an address of its own."""

    name: str
    pages: tuple[ReferringPage, ...]
    dr: int = 30  # domain rating, 0 to 100, as an export states it


@dataclass(frozen=True, slots=True)
class Scene:
    """One website and its world."""

    key: str  # file name without its ending
    title: str
    story: str
    export: Export
    name: str  # of the website
    lang: str
    not_found_status: int  # 200: the site answers "not found" pages with 200 OK
    pages: tuple[SitePage, ...]
    dead: tuple[DeadPath, ...]  # all dead paths that are linked to, those of moved pages included
    redirects: tuple[tuple[str, str], ...]  # (from, to), working
    blocked: tuple[str, ...]  # live paths that answer 403
    referrers: tuple[Referrer, ...]
    has_sitemap: bool = True
    foreign: bool = False  # somebody else's site
    has_old_host: bool = False  # all dead paths are on a former host that answers nothing
    accept_0_1: float | None = None  # the owner takes every proposal at this confidence or above


def read_scenes() -> Iterator[Scene]:
    """Read all scenes, in the order of their file names."""
    for file in sorted(files(__package__).joinpath("data").iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".toml"):
            yield _build_scene(file.name.removesuffix(".toml"), tomllib.loads(file.read_text(encoding="utf-8")))


def split_links(text: str) -> Iterator[TextPart]:
    """Cut a text into its runs and links, in order."""
    end = 0
    for found in _LINK.finditer(text):
        if found.start() > end:
            yield TextPart(text[end : found.start()])
        yield TextPart(found[1], found[3], found[2] is not None)
        end = found.end()
    if end < len(text):
        yield TextPart(text[end:])


def _build_scene(key: str, table: dict[str, Any]) -> Scene:
    site, old_host = table["site"], table.get("old_host", False)
    pages = tuple(SitePage(**_freeze(page)) for page in table["pages"])
    moved_verdict = "unreachable" if old_host else "soft_404" if site["not_found_status"] == 200 else "not_found"
    moved = [DeadPath(page.was, moved_verdict, page.path) for page in pages if page.was]
    return Scene(
        key=key,
        title=table["title"],
        story=table["story"],
        export=Export(table["export"]),
        name=site["name"],
        lang=site["lang"],
        not_found_status=site["not_found_status"],
        pages=pages,
        dead=(*moved, *(DeadPath(**_freeze(dead)) for dead in table["dead"])),
        redirects=tuple((line["from"], line["to"]) for line in table.get("redirects", ())),
        blocked=tuple(line["path"] for line in table.get("blocked", ())),
        referrers=tuple(map(_build_referrer, table["referrers"])),
        has_sitemap=site.get("sitemap", True),
        foreign=table.get("foreign", False),
        has_old_host=old_host,
        accept_0_1=table.get("accept_0_1"),
    )


def _build_referrer(table: dict[str, Any]) -> Referrer:
    pages = tuple(
        ReferringPage(**_freeze(page) | {"state": LinkState(page.get("state", "present"))}) for page in table["pages"]
    )
    return Referrer(table["name"], pages, table.get("dr", 30))


def _freeze(table: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in table.items()}
