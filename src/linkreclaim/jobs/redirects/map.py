"""Reads what a redirect command is given: the map, the live pages, what is on the server; and plans it."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from linkreclaim.errors import InputError, UsageError
from linkreclaim.inventory.files import read_pages
from linkreclaim.model.links import RowProblem
from linkreclaim.model.redirects import RedirectLine
from linkreclaim.model.sites import UNNAMED_HOST, Site
from linkreclaim.redirects import ExistingRedirects, LeftOut, RedirectPlan, plan_redirects, read_existing, read_map
from linkreclaim.urls import Url, match_key, parse, parse_lenient


@dataclass(frozen=True, slots=True)
class MapRequest:
    """The inputs that all redirect commands share."""

    map: Path
    pages: Path | None = None
    existing: Path | None = None
    site: str | None = None
    old_hosts: tuple[str, ...] = ()
    accept_0_1: float | None = None


@dataclass(frozen=True, slots=True)
class PlannedMap:
    """A map that was read and planned, with everything that is not in the plan."""

    site: Site
    plan: RedirectPlan
    lines: int  # redirects that the map asks for, without proposals under the threshold
    problems: tuple[RowProblem, ...]  # rows that could not be read
    left_out: tuple[LeftOut, ...]
    live: tuple[str, ...]  # URLs of the live pages, in the order of their file
    page_problems: tuple[RowProblem, ...]
    existing: ExistingRedirects | None

    @property
    def sound(self) -> bool:
        """Whether every line that asks for a redirect is in the plan."""
        return not self.problems and not self.plan.refused


def plan_map(request: MapRequest) -> PlannedMap:
    """Read and plan a map. Memory: about 2 KB a line of the map, and 0.2 KB a live page.

    Raises:
        InputError: a file as a whole cannot be used.
        UsageError: the site cannot be told from the map, or is no host.
    """
    lines, problems, left_out = _read_lines(request)
    site = find_site(request, lines)
    origin = _origin(site)
    pages, page_problems = _read_live(request.pages, origin)
    if not site.named:
        site = _site_of(pages, request) or site
    existing = None if request.existing is None else read_existing(request.existing)
    live = None if request.pages is None else _keys(pages)
    plan = plan_redirects(lines, site, live, () if existing is None else existing.lines)
    urls = tuple(pages)
    return PlannedMap(site, plan, len(lines), tuple(problems), tuple(left_out), urls, tuple(page_problems), existing)


def none_can_be(done: str, request: MapRequest, planned: PlannedMap) -> InputError:
    """The error for a map of which no line can be `done` (written, verified): why the first cannot, and how many."""
    told = [*((p.line, p.reason) for p in planned.problems), *((r.line.line, r.reason) for r in planned.plan.refused)]
    told += [(row.line, row.reason) for row in planned.left_out]
    why = ": it has no lines"
    if told:
        line, reason = told[0]
        why = f"; line {line}: {reason}" + (f" (and {len(told) - 1:,} more)" if len(told) > 1 else "")
    return InputError(f"{request.map}: no line of it can be {done}{why}")


def _read_lines(request: MapRequest) -> tuple[list[RedirectLine], list[RowProblem], list[LeftOut]]:
    lines: list[RedirectLine] = []
    problems: list[RowProblem] = []
    left_out: list[LeftOut] = []
    for row in read_map(request.map):
        if isinstance(row, LeftOut):
            left_out.append(row)
        elif isinstance(row, RowProblem):
            problems.append(row)
        elif _accepted(row, request.accept_0_1):
            lines.append(row)
        else:
            left_out.append(LeftOut(row.line or 0, _why_open(row, request.accept_0_1)))
    return lines, problems, left_out


def _accepted(line: RedirectLine, accept_0_1: float | None) -> bool:
    return line.confidence_0_1 is None or (accept_0_1 is not None and line.confidence_0_1 >= accept_0_1)


def _why_open(line: RedirectLine, accept_0_1: float | None) -> str:
    if accept_0_1 is None:
        return "proposed: not accepted (--accept takes proposals at a confidence)"
    return f"proposed at {line.confidence_0_1:g}, under --accept {accept_0_1:g}"


def find_site(request: MapRequest, lines: Iterable[RedirectLine]) -> Site:
    """The site by --site, else by the one host that full URLs of the map's targets name, else of its sources.

    Raises:
        UsageError: SITE or a former host is no host, or the map names several sites.
    """
    old = tuple(read_host(host, "--old-host").netloc.removeprefix("www.") for host in request.old_hosts)
    if request.site is not None:
        url = read_host(request.site, "--site")
        return _checked(Site(url.netloc.removeprefix("www."), url.scheme, old_hosts=old))
    targets, sources = dict[str, Url](), dict[str, Url]()
    for line in lines:
        _note_host(line.target, targets, old)
        _note_host(line.source, sources, old)
    for found in (targets, sources):
        if len(found) > 1:
            named = ", ".join(list(found)[:3])
            raise UsageError(f"{request.map} names several hosts ({named}): say with --site which is yours")
        for host, url in found.items():
            return _checked(Site(host, url.scheme, old_hosts=old))
    return Site(UNNAMED_HOST, old_hosts=old)


def _note_host(text: str | None, found: dict[str, Url], old: tuple[str, ...]) -> None:
    if not text or "://" not in text[:10] or len(found) > 3:
        return
    url = parse(text.strip())
    if url is not None and (host := url.netloc.removeprefix("www.")) not in old:
        found.setdefault(host, url)


def read_host(text: str, what: str) -> Url:
    """A host as a person names it. Raises UsageError."""
    url = parse_lenient(text)
    if url is None:
        raise UsageError(f"{what} {text!r} is not a host such as example.com or https://example.com")
    return url


def _checked(site: Site) -> Site:
    if site.host in site.old_hosts:
        raise UsageError(f"{site.host} is both the site and an --old-host")
    return site


def _origin(site: Site) -> Url:
    return read_host(f"{site.scheme}://{site.host}/", "the site")


def _read_live(path: Path | None, origin: Url) -> tuple[list[str], list[RowProblem]]:
    pages: list[str] = []
    problems: list[RowProblem] = []
    for row in [] if path is None else read_pages(path, origin):
        if isinstance(row, RowProblem):
            problems.append(row)
        else:
            pages.append(row.url)
    return pages, problems


def _site_of(pages: list[str], request: MapRequest) -> Site | None:
    url = next((url for page in pages if (url := parse(page)) and url.host != UNNAMED_HOST), None)
    if url is None:
        return None
    return find_site(MapRequest(request.map, site=url.origin, old_hosts=request.old_hosts), ())


def _keys(pages: Iterable[str]) -> frozenset[str]:
    return frozenset(key for page in pages if (key := match_key(page)) is not None)
