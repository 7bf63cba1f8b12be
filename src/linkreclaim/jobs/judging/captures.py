"""Captures: what each dead page was, from copies, old records and the archive, the most trusted first."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from linkreclaim import verdict
from linkreclaim.errors import InputError
from linkreclaim.inventory.captures import check_captures, open_captures
from linkreclaim.inventory.files import read_pages
from linkreclaim.inventory.interface import CaptureSource
from linkreclaim.inventory.old_records import OldRecords, check_old_records
from linkreclaim.jobs.judging.wayback import open_wayback
from linkreclaim.jobs.runs.context import AuditRequest, RunContext
from linkreclaim.model.events import Stage
from linkreclaim.model.pages import Capture
from linkreclaim.model.sites import Site
from linkreclaim.model.verdicts import PageFacts
from linkreclaim.store.findings import DeadTarget
from linkreclaim.urls import Url, match_key, parse

PROBLEMS_TOLD = 5
_NO_PAGE = frozenset({"not_found", "parked", "blocked", "maintenance"})


async def find_captures(
    context: RunContext, dead: Sequence[DeadTarget], others: Sequence[tuple[int, str]] = ()
) -> dict[int, Capture]:
    """What is known of old pages, by URL id: copies before old records before the Wayback Machine.

    The Wayback Machine is asked only with `--wayback`, about dead pages whose text nothing else knows, never about
    `others` (URL id, URL); what it said in earlier runs is used in any case. Raises InputError when a file the user
    gave cannot be read at all.
    """
    asked = [*((d.totals.url_id, d.totals.url) for d in dead), *others]
    shelf = open_shelf(context, [key for _, address in asked if (key := match_key(address))])
    held = {number: shelf.find(url) if (url := parse(address)) else None for number, address in asked}
    for problem in shelf.problems[:PROBLEMS_TOLD]:
        context.warn(Stage.CAPTURES, problem)
    if more := len(shelf.problems[PROBLEMS_TOLD:]):
        context.warn(Stage.CAPTURES, f"{more:,} more places in captures and old records could not be read")
    if context.request.wayback:
        unknown = [d.totals for d in dead if (known := held[d.totals.url_id]) is None or not known.text]
        async with open_wayback(context) as ask_wayback:
            await ask_wayback(unknown, is_good)
    kept = dict(context.workspace.captures.found(context.run.site_id))
    merged = {number: merge_captures((known, kept.get(number))) for number, known in held.items()}
    return {number: capture for number, capture in merged.items() if capture is not None}


def check_sources(request: AuditRequest, site: Site) -> None:
    """Refuse what cannot be read at once and not after hours of checking. Cost: reads the beginning of each file.

    Raises InputError (or one of its kinds) with the file and what to do.
    """
    for given in request.pages:
        if "://" not in given:
            next(read_pages(Path(given), _origins(site)[0]), None)
    for path in request.captures:
        check_captures(path)
    for path in request.old:
        check_old_records(path, _origins(site))


def open_shelf(context: RunContext, wanted: Sequence[str]) -> "Shelf":
    """The sources that the user gave: copies first, then records."""
    request, site = context.request, context.site
    sources: list[CaptureSource] = []
    for path in request.captures:
        sources.extend(open_captures(path, [site.host, *site.old_hosts], frozenset(wanted)))
    if request.old:
        sources.append(OldRecords(request.old, _origins(site), frozenset(wanted)))
    return Shelf(sources)


def _origins(site: Site) -> list[Url]:
    """Where relative addresses of the user's files may belong: the site, then its former hosts."""
    origins = []
    for host in (site.host, *site.old_hosts):
        origin = parse(f"{site.scheme or 'https'}://{host}/")
        if origin is None:
            raise InputError(f"{host!r} is no host")
        origins.append(origin)
    return origins


class Shelf:
    """All sources as one: what they know of a page, put together."""

    def __init__(self, sources: Sequence[CaptureSource]) -> None:
        """`sources`: the most trusted first."""
        self._sources = sources

    @property
    def problems(self) -> tuple[str, ...]:
        """What could not be read in any of them."""
        return tuple(problem for source in self._sources for problem in source.problems)

    def find(self, url: Url) -> Capture | None:
        """What is known of a page, None when nothing is."""
        return merge_captures(_best(source.find(url), isinstance(source, OldRecords)) for source in self._sources)


def is_good(capture: Capture) -> bool:
    """Whether a copy shows the page itself: no error page, parking page, bot wall or notice of maintenance.

    A copy with a title and no text is still a page: what it was is known.
    """
    facts = PageFacts(title=capture.title, headings=capture.headings, text=capture.text, lang=capture.lang)
    return bool(capture.title or capture.text) and verdict.page_class(facts) not in _NO_PAGE


def merge_captures(known: Iterable[Capture | None]) -> Capture | None:
    """One capture out of several of the same page, the most trusted first: what one lacks, the next one adds.

    Another title of the page (a record's, say) becomes a heading, so that both count in a match.
    """
    captures = [capture for capture in known if capture is not None]
    if not captures:
        return None
    base = next((capture for capture in captures if capture.text), captures[0])
    titles = dict.fromkeys(capture.title for capture in (base, *captures) if capture.title)
    headings = base.headings or next((capture.headings for capture in captures if capture.headings), ())
    return replace(
        base,
        title=next(iter(titles), ""),
        headings=(*headings, *(title for title in list(titles)[1:] if title not in headings)),
        lang=base.lang or next((capture.lang for capture in captures if capture.lang), ""),
        ids=tuple(dict.fromkeys(number for capture in captures for number in capture.ids)),
        redirects_to=next((capture.redirects_to for capture in captures if capture.redirects_to), ""),
    )


def describe_origin(capture: Capture) -> str:
    """Where a capture is from and when it was taken, for a person: "Wayback Machine, 2019-05-01"."""
    parts = [
        capture.origin or "an archived copy",
        "" if capture.captured_on is None else capture.captured_on.isoformat(),
    ]
    return ", ".join(part for part in parts if part)


def _best(candidates: Sequence[Capture], are_records: bool) -> Capture | None:
    """The first candidate that shows the page; else what is known of where it led.

    A record with an id is the page, whatever its words look like; a copy is not: error pages can have ids too.
    """
    for capture in candidates:
        if is_good(capture) or (are_records and capture.ids):
            return capture
    bare = candidates[0] if candidates else None
    if bare is None or not (bare.redirects_to or not (bare.title or bare.text)):
        return None
    return replace(bare, title="", text="", headings=(), ids=())
