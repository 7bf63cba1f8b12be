"""The page at size: every kind of view through HTTP, as the installed command serves it, and beside an import.

    python -m benchmarks.serving.views [--links 1000000 --dead 200000 --pages 1000000] [--times 20] [--beside 1000000]

The workspace is that of `benchmarks.browsing` and kept in build/browsing. `views()` is read `--times` times in turn on
one connection, from the request to the last byte, HTML and all, with the CPU time that the server spent on it. With
`--decide` a decision is made before each round, so that the counts of the views are made anew. With --beside another
process then imports so many rows while two people decide through the page, partly about the same pages, and a third one
reads all views.
"""

import argparse
import itertools
import json
import multiprocessing
import random
import re
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

from benchmarks.browsing.views import show
from benchmarks.browsing.workspace import HOST, build, dead_url
from benchmarks.ledger.exports import EXPORTS, Pool
from benchmarks.ledger.size import run_stage
from benchmarks.serving.pages import COMMAND, Visitor, peak_memory

from linkreclaim.jobs.delivery.list_dead import site_of
from linkreclaim.jobs.planning.learned_rules import keep_rules
from linkreclaim.store import open_workspace
from linkreclaim.store.overviews import NOTE, Overviews, write_note

SITE = f"/sites/{HOST}"
TABLE = f"{SITE}/dead-pages"
FRAGMENT = {"HX-Request": "true", "HX-Target": "results"}
PANE = {"HX-Request": "true", "HX-Target": "opened"}
FILTERS = (
    *("sort=url", "sort=-links", "sort=-domains", "sort=verdict", "sort=cause", "sort=target", "sort=-confidence"),
    *("sort=state", "sort=-decided_at", "sort=title"),
    *("verdict=not_found", "verdict=gone&verdict=soft_404&state=proposed&sort=-links", "state=accepted", "changed=1"),
    *("cause=url_restructure&disposition=redirect&confidence=0.95", "disposition=restore&links=20&sort=url"),
    *("folder=/folder-3/&sort=-confidence", "folder=/folder-38/&links=5", "host=old-shop.example&links=100"),
    *("q=oak", "q=leather+winter+garden&sort=url", "q=gr%C3%B6%C3%9Fe&verdict=gone", "q=wint+19999", "q=zzzz", "q=ab"),
)
PANES = (0, 1, 10, 4_000, 150_000)
"""Dead pages by the number of their links, which falls from 18,757."""


View = tuple[str, str, Mapping[str, str]]
"""(name, path, headers)"""


def views(visitor: Visitor, ids: Mapping[int, int]) -> Iterator[View]:
    """The stated set."""
    yield "overview", SITE, {}
    yield "dead pages, whole", TABLE, {}
    for query in FILTERS:
        yield f"table {query}", f"{TABLE}?{query}", FRAGMENT
    for query in ("", "sort=-links", "sort=url", "verdict=not_found", "q=oak"):
        following = unescape(re.findall(r'rel="next" href="([^"]+)"', visitor.get(f"{TABLE}?{query}"))[0])
        yield f"next rows {query}", following, FRAGMENT
    for number in PANES:
        yield f"pane {number}", f"{TABLE}?open={ids[number]}", PANE
    yield "whole with pane", f"{TABLE}?q=oak&open={ids[10]}", {}
    for typed in ("/new-3/oa", "oak", "press kit", "zz zz"):
        yield f"target {typed}", f"{TABLE}/targets?{urlencode({'target': typed})}", {}
    yield "links of a page", f"{TABLE}/{ids[0]}/links", {}
    yield "history", f"{TABLE}/history", {}
    yield "preview", f"{TABLE}/all?folder=/folder-38/&confidence=0.9&action=accept", {}
    yield "sheet", f"{TABLE}/sheet", {}
    for name in ("rules", "redirects", "redirects?server=nginx", "runs", "runs/1", "reports"):
        yield name, f"{SITE}/{name}", {}
    yield "sites", "/sites", {}


def main() -> None:
    """Print one JSON line for each view, one for all, and one for each kind of call beside an import."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--links", type=int, default=1_000_000)
    parser.add_argument("--dead", type=int, default=200_000)
    parser.add_argument("--pages", type=int, default=1_000_000)
    parser.add_argument("--times", type=int, default=20, help="at least 2")
    parser.add_argument("--decide", action="store_true", help="a decision before each round")
    parser.add_argument("--beside", type=int, default=0)
    args = parser.parse_args()
    folder = Path("build/browsing") / f"{args.links}-{args.dead}-{args.pages}"
    folder.mkdir(parents=True, exist_ok=True)
    build(folder, args.links, args.dead, args.pages)
    end_run(folder)
    with open_workspace(folder) as workspace:
        wanted = {*PANES, *range(2_000)} & set(range(args.dead))
        ids = {number: workspace.urls.id_of(dead_url(number)) or 0 for number in wanted}
    with serve(folder) as (process, visitor):
        measure(process.pid, visitor, ids, args.times, args.decide)
        print(json.dumps({"after the views": peak_memory(process.pid)}), flush=True)
        if args.beside:
            decide_beside(folder, visitor, ids, args.beside)
            print(json.dumps({"after the import": peak_memory(process.pid)}), flush=True)


def end_run(folder: Path) -> None:
    """What an audit does when it ends and the builder of the workspace does not: figures and rules are noted."""
    with open_workspace(folder) as workspace:
        site_id = workspace.ledger.site_id(HOST)
        run = workspace.runs.latest(site_id)
        assert run is not None
        if NOTE in workspace.runs.state(run.id):
            return
        started = time.monotonic()
        figures = Overviews(workspace.engine).measure(site_id, run.id, workspace.referring_domains.count(site_id))
        workspace.runs.note(run.id, **{NOTE: write_note(figures, None, ("", ""))})
        print(json.dumps({"figures_s": round(time.monotonic() - started)}), flush=True)
        keep_rules(workspace, run, site_of(workspace, run))
        print(json.dumps({"figures and rules_s": round(time.monotonic() - started)}), flush=True)


def cpu_ms(pid: int) -> float:
    """CPU time of all threads of a process so far. **Source:** Linux, Documentation/scheduler/sched-stats.rst."""
    threads = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(thread.read_text().split()[0]) for thread in threads) / 1e6


@contextmanager
def serve(folder: Path) -> Iterator[tuple["subprocess.Popen[str]", Visitor]]:
    """The command, and somebody who was let in."""
    command = [str(COMMAND), "serve", "--workspace", str(folder), "--port", "0", "--by", "Ada"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process, Visitor(process)
        finally:
            process.terminate()


def measure(pid: int, visitor: Visitor, ids: Mapping[int, int], times: int, decide: bool) -> None:
    """Each view in turn, after a round that pays for what is made once."""
    asked = list(views(visitor, ids))
    first = {name: next(visitor.time_ms(path, 1, headers)) for name, path, headers in asked}
    taken: dict[str, list[float]] = {name: [] for name in first}
    worked: dict[str, list[float]] = {name: [] for name in first}
    for turn in range(times):
        if decide:
            page = f"{TABLE}/{ids[1_000 + turn]}"
            if (status := visitor.post(f"{page}/decide", next_decision(visitor, ids[1_000 + turn]))) != 200:
                raise SystemExit(
                    f"{page}: the decision before the round got {status}: what follows would not be after one"
                )
        for name, path, headers in asked:
            before_ms = cpu_ms(pid)
            taken[name] += visitor.time_ms(path, 1, headers)
            worked[name].append(cpu_ms(pid) - before_ms)
    for name, ms in taken.items():
        show(name, ms)
        show(f"{name}, CPU of the server", worked[name])
    show("all views", list(itertools.chain.from_iterable(taken.values())))
    show("all views, CPU of the server", list(itertools.chain.from_iterable(worked.values())))
    slowest = sorted(first.items(), key=lambda each: -each[1])[:5]
    print(json.dumps({"first round, slowest": {name: round(ms) for name, ms in slowest}}), flush=True)


def next_decision(visitor: Visitor, url_id: int) -> dict[str, str]:
    """What the form of the pane sends now: one of the decisions that need no target."""
    revision = re.findall(r'name="revision" value="(\d+)"', visitor.get(f"{TABLE}?open={url_id}", PANE))[0]
    return {"revision": revision, "action": random.choice(("restore", "gone", "ignore")), "in": "pane", "view": ""}


def decide_beside(folder: Path, visitor: Visitor, ids: Mapping[int, int], rows: int) -> None:
    """Two people decide, about the same hundred pages, and one reads while another process imports."""
    export = folder / "beside.csv"
    pool = Pool("https://example.com", rows * 2 + int(time.time()) % 1_000)  # not a file that is in the ledger already
    EXPORTS["semrush"].write(export, itertools.islice(pool.known_to("semrush"), rows))
    waits: dict[str, list[float]] = {"decide": [], "view": []}
    answers: dict[int, int] = {}
    ended = threading.Event()
    shared = [ids[number] for number in range(1_100, 1_200)]
    people = [
        threading.Thread(target=_decide_on, args=(visitor.twin(), shared, n, waits["decide"], answers, ended))
        for n in range(2)
    ]
    asked = list(views(visitor, ids))
    people.append(threading.Thread(target=_read_on, args=(visitor.twin(), asked, waits["view"], ended)))
    process = multiprocessing.get_context("spawn").Process(target=run_stage, args=("import", [export], folder))
    started = time.monotonic()
    process.start()
    for person in people:
        person.start()
    process.join()
    ended.set()
    for person in people:
        person.join()
    print(json.dumps({"imported": rows, "seconds": round(time.monotonic() - started, 1), "answers": answers}))
    for name, ms in waits.items():
        show(f"{name} beside an import", ms)


def _decide_on(
    visitor: Visitor, url_ids: list[int], seed: int, waits: list[float], answers: dict[int, int], ended: threading.Event
) -> None:
    draw = random.Random(seed)
    while not ended.wait(0.05):
        url_id = draw.choice(url_ids)
        form = next_decision(visitor, url_id)
        started = time.perf_counter()
        status = visitor.post(f"{TABLE}/{url_id}/decide", form)
        waits.append((time.perf_counter() - started) * 1_000)
        answers[status] = answers.get(status, 0) + 1


def _read_on(visitor: Visitor, asked: list[View], waits: list[float], ended: threading.Event) -> None:
    for _, path, headers in itertools.cycle(asked):
        if ended.wait(0.05):
            return
        waits += visitor.time_ms(path, 1, headers)


if __name__ == "__main__":
    main()
