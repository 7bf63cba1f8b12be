"""Browsing and deciding at size: each view's time at the server, and decisions while a run imports.

    python -m benchmarks.browsing.views [--links 1000000 --dead 200000 --pages 1000000] [--times 20] [--beside 1000000]

The workspace is made once and kept in build/browsing. Every view of `views()` is read `--times` times in turn, each
time with its counts made anew, as after a decision; times are of the function the page calls, without HTML. `peak_mb`
is that of the process. With --beside another process then imports so many rows, while two people decide about a page
every 50 ms and a third one reads: the times of their calls are those they wait.
"""

import argparse
import itertools
import json
import multiprocessing
import random
import resource
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from statistics import quantiles

from benchmarks.browsing.workspace import HOST, NOW, build, dead_url, live_url
from benchmarks.ledger.exports import EXPORTS, Pool
from benchmarks.ledger.size import run_stage

from linkreclaim.jobs.desk.browse import BrowsedSite, Browser
from linkreclaim.model.decisions import Decision, DecisionState
from linkreclaim.model.judgements import Disposition
from linkreclaim.store import Workspace, open_workspace
from linkreclaim.store.browsing import place_of
from linkreclaim.store.bulk_decisions import BulkAction
from linkreclaim.store.dead_page_view import DeadPageView, SortColumn
from linkreclaim.store.saved_views import read_query

View = Callable[[], object]
CACHE_KIB = 16_384
"""As the local page opens a workspace."""


def main() -> None:
    """Print one JSON line for each view, one for all, and one for each kind of call beside an import."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--links", type=int, default=1_000_000)
    parser.add_argument("--dead", type=int, default=200_000)
    parser.add_argument("--pages", type=int, default=1_000_000)
    parser.add_argument("--times", type=int, default=20, help="at least 2")
    parser.add_argument("--beside", type=int, default=0)
    args = parser.parse_args()
    folder = Path("build/browsing") / f"{args.links}-{args.dead}-{args.pages}"
    folder.mkdir(parents=True, exist_ok=True)
    build(folder, args.links, args.dead, args.pages)
    measured = multiprocessing.get_context("spawn").Process(target=measure, args=(folder, args.times))
    measured.start()
    measured.join()
    if args.beside:
        decide_beside(folder, args.beside)


def measure(folder: Path, times: int) -> None:
    """Every view, in a process of its own."""
    with open_workspace(folder, CACHE_KIB) as workspace:
        browser = Browser(workspace)
        browsed = browser.site(HOST)
        assert browsed is not None
        every = dict(views(workspace, browser, browsed))
        taken: dict[str, list[float]] = {name: [] for name in every}
        for _ in range(times):
            for name, view in every.items():
                workspace.browsing.forget_counts()
                started = time.perf_counter()
                view()
                taken[name].append((time.perf_counter() - started) * 1_000)
        for name, ms in taken.items():
            show(name, ms)
        show("all views", list(itertools.chain.from_iterable(taken.values())))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps({"peak_mb": peak}), flush=True)


def show(name: str, ms: list[float]) -> None:
    """One line of figures."""
    cuts = quantiles(ms, n=20, method="inclusive")
    figures = {"p50_ms": round(cuts[9], 1), "p95_ms": round(cuts[18], 1), "max_ms": round(max(ms), 1)}
    print(json.dumps({"view": name, "calls": len(ms), **figures}), flush=True)


QUERIES = (
    *(f"sort={column.value}" for column in SortColumn),
    *(f"sort=-{column.value}" for column in (SortColumn.LINKS, SortColumn.CONFIDENCE, SortColumn.URL)),
    "verdict=not_found",
    "verdict=parked&cause=never_existed",
    "verdict=gone&verdict=soft_404&state=proposed&sort=-links",
    "cause=url_restructure&disposition=redirect&confidence=0.95",
    "disposition=restore&links=20&sort=url",
    "folder=/folder-3/&sort=-confidence",
    "folder=/folder-38/&links=5",
    "host=old-shop.example",
    "host=old-shop.example&links=100&sort=title",
    "source=Ahrefs+Backlinks",
    "source=Moz+Inbound+links&sort=-links",
    "source=Moz+Inbound+links&verdict=gone&sort=url",
    "state=accepted",
    "changed=1",
    "q=oak",
    "q=oak&sort=-links",
    "q=leather+winter+garden&sort=url",
    "q=größe&verdict=gone",
    "q=wint+19999",
    "q=anchor&cause=typo_at_source&sort=-confidence",
    "q=zzzz",
    "q=ab",
    "q=ab&verdict=parked&sort=url",
    "q=shop.example&folder=/folder-3/&disposition=restore",
)
"""What is asked of the table; each is read as a first page, a page from the middle on, and the counts beside."""
TYPED = ("/", "/new-3/oa", "oak", "gard oak", "press kit", "größ", f"https://{HOST}/new-7/", "z", "zz zz")


def views(workspace: Workspace, browser: Browser, browsed: BrowsedSite) -> Iterator[tuple[str, View]]:
    """The stated set."""
    for query in QUERIES:
        view = read_query(query)
        yield f"page {query}", partial(browser.page, browsed, view)
        middle = from_middle(workspace, browsed, query)
        if middle is not None and middle.cursor is not None:
            yield f"middle {query}", partial(browser.page, browsed, middle)
            back = replace(middle, cursor=replace(middle.cursor, back=True))
            yield f"back {query}", partial(browser.page, browsed, back)
        yield f"counts {query}", partial(browser.facets, browsed, view.filter)
    for number in (0, 10, 3_000):
        yield f"pane {number}", partial(browser.pane, browsed, workspace.urls.id_of(dead_url(number)) or 0)
    for typed in TYPED:
        yield f"complete {typed}", partial(browser.complete_target, browsed, typed)
    yield "history", partial(workspace.decisions.history, browsed.id)
    asked = read_query("folder=/folder-38/&confidence=0.9").filter
    yield "preview", partial(workspace.bulk_decisions.preview, browsed.id, browsed.run.id, asked, BulkAction.ACCEPT)


def from_middle(workspace: Workspace, browsed: BrowsedSite, query: str) -> DeadPageView | None:
    """The same view from the row in the middle of its first ten thousand on."""
    view = read_query(query)
    blocks = itertools.islice(workspace.browsing.walk(browsed.run.id, view, 2_000), 5)
    lines = list(itertools.chain.from_iterable(blocks))
    if len(lines) < 200:
        return None
    return replace(view, cursor=place_of(lines[len(lines) // 2], view.sort))


def decide_beside(folder: Path, rows: int) -> None:
    """Two people decide and one reads while another process imports."""
    export = folder / "beside.csv"
    pool = Pool("https://example.com", rows * 2 + int(time.time()) % 1_000)  # not a file that is in the ledger already
    EXPORTS["semrush"].write(export, itertools.islice(pool.known_to("semrush"), rows))
    waits: dict[str, list[float]] = {"decide": [], "page": []}
    process = multiprocessing.get_context("spawn").Process(target=run_stage, args=("import", [export], folder))
    with open_workspace(folder, CACHE_KIB) as workspace:
        browser = Browser(workspace)
        browsed = browser.site(HOST)
        assert browsed is not None
        ended = threading.Event()
        people = [
            threading.Thread(target=decide_on, args=(workspace, browsed, n, waits["decide"], ended)) for n in range(2)
        ]
        people.append(threading.Thread(target=read_on, args=(browser, browsed, waits["page"], ended)))
        started = time.monotonic()
        process.start()
        for person in people:
            person.start()
        process.join()
        ended.set()
        for person in people:
            person.join()
        print(json.dumps({"imported": rows, "seconds": round(time.monotonic() - started, 1)}), flush=True)
    for name, ms in waits.items():
        show(f"{name} beside an import", ms)


def decide_on(
    workspace: Workspace, browsed: BrowsedSite, person: int, waits: list[float], ended: threading.Event
) -> None:
    """A person who decides about one page after another."""
    draw = random.Random(person)
    while not ended.wait(0.05):
        number = draw.randrange(2_000) * 2 + person
        url_id = workspace.urls.id_of(dead_url(number)) or 0
        line = workspace.browsing.line(browsed.run.id, url_id)
        assert line is not None
        made = Decision(
            line.url, DecisionState.ACCEPTED, Disposition.REDIRECT, live_url(draw.randrange(1000)), "Ada", NOW
        )
        started = time.perf_counter()
        workspace.decisions.decide(browsed.id, url_id, line.revision, made)
        waits.append((time.perf_counter() - started) * 1_000)


def read_on(browser: Browser, browsed: BrowsedSite, waits: list[float], ended: threading.Event) -> None:
    """A person who looks at pages."""
    for query in itertools.cycle(QUERIES):
        if ended.wait(0.05):
            return
        started = time.perf_counter()
        browser.page(browsed, read_query(query))
        waits.append((time.perf_counter() - started) * 1_000)


if __name__ == "__main__":
    main()
