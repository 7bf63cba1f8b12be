"""The inventory: which pages the site has today, from files, its sitemaps, or a polite crawl."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from linkreclaim import html, verdict
from linkreclaim.errors import InputError
from linkreclaim.inventory.files import read_pages
from linkreclaim.inventory.sitemaps import read_sitemaps
from linkreclaim.jobs.looks.looking import is_html, page_of, read_fetched
from linkreclaim.jobs.runs.context import RunContext, work_through
from linkreclaim.model.events import Stage
from linkreclaim.model.links import RowProblem
from linkreclaim.model.pages import LivePage
from linkreclaim.model.verdicts import Answer
from linkreclaim.store.tasks import Task
from linkreclaim.urls import Url, match_key, parse

KIND = "inventory"
PAGES_AT_ONCE = 5_000
SITEMAP_MAX_BYTES = 52_428_800
"""50 MB uncompressed (sitemaps.org protocol)."""
NOT_PAGES = frozenset(
    (
        *("7z", "avi", "bmp", "bz2", "css", "csv", "doc", "docx", "eot", "exe", "gif", "gz", "ico", "ics", "iso"),
        *("jpeg", "jpg", "js", "json", "m4a", "m4v", "map", "mov", "mp3", "mp4", "mpeg", "ogg", "otf", "pdf", "png"),
        *("ppt", "pptx", "rar", "rss", "svg", "swf", "tar", "tgz", "tif", "tiff", "ttf", "txt", "wav", "webm"),
        *("webp", "woff", "woff2", "xls", "xlsx", "xml", "zip"),
    )
)
"""File types that a crawl does not ask for: they hold no links and rarely replace a page."""
BLOCKED_STATUSES = frozenset({401, 403, 407, 429, 451, 999})
"""Refusals: the page is there or not, we cannot tell; a page that a sitemap names stays in the inventory."""


@dataclass(frozen=True, slots=True)
class _Crawled:
    page: LivePage
    live: bool
    links: tuple[str, ...]


async def take_inventory(context: RunContext) -> None:
    """Fill the run's inventory. What was begun by an earlier process goes on where it stopped."""
    crawling = await find_pages(context) == "crawl"
    if not crawling:  # a crawl reads on from pages, which the check of a target does not keep
        context.workspace.tasks.end_known(context.run.id, KIND)
    await _read_tasks(context, crawling)


async def find_pages(context: RunContext) -> str:
    """Make every page that files or sitemaps name a task, or the home page alone; gives where they are from."""
    source = context.workspace.runs.state(context.run.id).get("inventory_source")
    return await _begin(context) if source is None else str(source)


async def _begin(context: RunContext) -> str:
    if context.request.pages:
        return await _from_files(context)
    named = await _named_sitemaps(context)
    if await _from_sitemaps(context, named or _usual_sitemaps(context), "sitemap", tell_problems=bool(named)):
        return "sitemap"
    context.tell(Stage.INVENTORY, "no sitemap found: crawling from the home page")
    context.workspace.tasks.add(context.run.id, KIND, [_home(context)], inventory_source="crawl")
    return "crawl"


def _home(context: RunContext) -> str:
    return f"{context.site.scheme}://{context.site.host}/"


async def _from_files(context: RunContext) -> str:
    origin = parse(f"{context.site.scheme}://{context.site.host}/")
    names = []
    for given in context.request.pages:
        names.append(Path(given).name if "://" not in given else given)
        if "://" in given:
            await _from_sitemaps(context, [given], given)
        elif origin is not None:
            _read_file(context, Path(given), origin)
    source = ", ".join(names)
    context.workspace.runs.note(context.run.id, inventory_source=source)
    return source


def _read_file(context: RunContext, path: Path, origin: Url) -> None:
    """Pages with a title are taken as told; bare URLs are asked."""
    problems = 0
    rows = read_pages(path, origin)
    while block := list(islice(rows, PAGES_AT_ONCE)):
        pages = [row for row in block if not isinstance(row, RowProblem)]
        own = [page for page in pages if (url := parse(page.url)) is not None and context.site.owns(url.netloc)]
        problems += len(block) - len(own)
        context.workspace.pages.add(context.run.id, [page for page in own if page.title or page.text])
        context.workspace.tasks.add(context.run.id, KIND, [p.url for p in own if not (p.title or p.text)])
    if problems:
        context.warn(Stage.INVENTORY, f"{path.name}: {problems:,} lines are no page of {context.site.host}")


async def _named_sitemaps(context: RunContext) -> list[str]:
    """The sitemaps that robots.txt names."""
    return list(await context.fetcher.robots.sitemaps(f"{context.site.scheme}://{context.site.host}"))


def _usual_sitemaps(context: RunContext) -> list[str]:
    """Where sitemaps stand when nobody says so: a guess, of which nothing is said when it fails."""
    origin = f"{context.site.scheme}://{context.site.host}"
    return [f"{origin}/sitemap.xml", f"{origin}/sitemap_index.xml"]


async def _from_sitemaps(context: RunContext, starts: Sequence[str], source: str, tell_problems: bool = True) -> bool:
    async def fetch(url: Url) -> bytes | None:
        return await _document(context, url)

    addresses = [url for start in starts if (url := parse(start)) is not None]
    result = await read_sitemaps(
        fetch, addresses, lambda url: context.site.owns(url.netloc), max_urls=context.request.max_pages
    )
    told = [p for p in result.problems if tell_problems or not p.startswith(tuple(starts))]
    for problem in told[:5]:
        context.warn(Stage.INVENTORY, problem)
    if not result.urls:
        return False
    context.workspace.tasks.add(context.run.id, KIND, result.urls, inventory_source=source)
    return True


async def _document(context: RunContext, url: Url) -> bytes | None:
    documents, name = context.workspace.documents, f"sitemap {url.href}"
    held = documents.get(context.run.id, name)
    if held is None:
        fetched = await context.fetcher.fetch(url, max_body_bytes=SITEMAP_MAX_BYTES)
        status = fetched.hops[-1].status_code if fetched.hops and fetched.failure is None else None
        body = fetched.response.body if fetched.response is not None else b""
        documents.save(context.run.id, name, status, body)
        held = (status, body)
    return held[1] if held[0] == 200 else None


async def _read_tasks(context: RunContext, crawling: bool) -> None:
    async def ask(task: Task) -> _Crawled:
        return await _ask(context, task, crawling)

    def save(answered: Sequence[tuple[int, _Crawled]]) -> None:
        results = [(number, crawled.page, crawled.live) for number, crawled in answered]
        found = [link for _, crawled in answered for link in crawled.links]
        context.workspace.pages.save(context.run.id, KIND, results, found, context.request.max_pages)

    await work_through(context, KIND, Stage.INVENTORY, ask, save)
    done, _ = context.workspace.tasks.counts(context.run.id, KIND)
    if crawling and done >= context.request.max_pages:
        context.warn(Stage.INVENTORY, f"the crawl stopped at --max-pages {context.request.max_pages:,}")


async def _ask(context: RunContext, task: Task, crawling: bool) -> _Crawled:
    """One page: live unless its answer says that it is no page of its own (dead, moved, broken)."""
    asked = parse(task.url)
    if asked is None:
        raise InputError(f"not an http(s) URL: {task.url!r}")
    fetched = await context.fetcher.fetch(asked)
    answer = read_fetched(fetched)
    status = answer.status_code or 0
    untold = answer.failure is not None or status in BLOCKED_STATUSES or 500 <= status < 600
    if crawling and untold and match_key(task.url) == match_key(_home(context)):
        _warn_of_home(context, answer)
    live = (status == 200 and not answer.redirected) or untold
    page = page_of(task.url, answer) if live and not untold else LivePage(task.url)
    links: tuple[str, ...] = ()
    response = fetched.response
    if crawling and response is not None and is_html(answer.content_type, response.body):
        found = html.find_links(response.body, answer.content_type, fetched.final, lambda url: _is_page(context, url))
        links = tuple(dict.fromkeys(link.target_url.split("#", 1)[0] for link in found.links))
    if crawling and answer.redirected and _is_page(context, fetched.final):
        links = (*links, fetched.final.without_fragment)
    return _Crawled(page, live and not (crawling and untold), links)


def _warn_of_home(context: RunContext, answer: Answer) -> None:
    """A crawl that cannot begin finds no live pages, so that hardly any lost page gets a target."""
    reason = verdict.judge(answer, verdict.Context(context.site)).reason
    context.warn(
        Stage.INVENTORY,
        f"the home page {_home(context)} could not be read ({reason}), so the site's live pages are not known: see that"
        " the name is right and this machine is online, or name the pages with --pages FILE",
    )


def _is_page(context: RunContext, url: Url) -> bool:
    extension = url.path.rsplit("/", 1)[-1].rpartition(".")
    return context.site.owns(url.netloc) and (not extension[0] or extension[2].lower() not in NOT_PAGES)
