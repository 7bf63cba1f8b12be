"""The end of a run at size: its plan, its files, and the report for the client in each form.

    python -m benchmarks.delivery.speed [--links 1000000 --dead 200000 --pages 1000000] [--accept 0.5] [--stages ...]

The workspace is that of `benchmarks.browsing` and kept in build/browsing; what is written is kept beside it, in
`delivered`. Each stage is a process of its own and prints one JSON line: wall time, CPU time and peak memory of that
process. With --accept the redirects at that confidence are accepted, and the files of the servers written. `deliver`
comes first: it notes with the run what the report for the client needs.
"""

import argparse
import asyncio
import json
import multiprocessing
import resource
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from benchmarks.browsing.workspace import HOST, NOW, build

from linkreclaim.config import FetchSettings
from linkreclaim.jobs.delivery.client_report import report_to_client
from linkreclaim.jobs.delivery.deliver import deliver
from linkreclaim.jobs.delivery.list_dead import list_dead_pages, site_of
from linkreclaim.jobs.findings.rows import dead_rows
from linkreclaim.jobs.planning.plan import make_plan
from linkreclaim.jobs.runs.context import AuditRequest, RunContext
from linkreclaim.net import open_fetcher
from linkreclaim.store import open_workspace

STAGES = ("deliver", "list", "plan", "report.html", "report.pdf", "report.xlsx")


def main() -> None:
    """Print one JSON line for each stage."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--links", type=int, default=1_000_000)
    parser.add_argument("--dead", type=int, default=200_000)
    parser.add_argument("--pages", type=int, default=1_000_000)
    parser.add_argument("--accept", type=float)
    parser.add_argument("--stages", nargs="+", choices=STAGES, default=STAGES)
    args = parser.parse_args()
    folder = Path("build/browsing") / f"{args.links}-{args.dead}-{args.pages}"
    folder.mkdir(parents=True, exist_ok=True)
    build(folder, args.links, args.dead, args.pages)
    for stage in args.stages:
        process = multiprocessing.get_context("spawn").Process(target=measure, args=(stage, folder, args.accept))
        process.start()
        process.join()
        if process.exitcode:
            raise SystemExit(f"{stage} failed")


def measure(stage: str, folder: Path, accept_0_1: float | None) -> None:
    """Go through one stage and print what it took."""
    out = folder / "delivered"
    out.mkdir(exist_ok=True)
    started = time.monotonic()
    if stage.startswith("report."):
        report_to_client(folder, out / f"client-{stage}", HOST)  # beside report.html of `deliver`
    else:
        asyncio.run(_in_context(folder, out, accept_0_1, _WORK[stage]))
    taken = {"stage": stage, "wall_s": round(time.monotonic() - started, 1), "cpu_s": round(time.process_time(), 1)}
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps({**taken, "peak_mb": peak_mb}), flush=True)


async def _in_context(
    folder: Path, out: Path, accept_0_1: float | None, work: Callable[[RunContext], Awaitable[None]]
) -> None:
    """A finished run, as it stood when it ended."""
    with open_workspace(folder) as workspace:
        run = workspace.runs.latest(workspace.ledger.site_id(HOST))
        assert run is not None
        site = site_of(workspace, run)
        request = AuditRequest(HOST, (), folder, out, accept_0_1=accept_0_1)
        async with open_fetcher(FetchSettings(), site) as fetcher:
            await work(RunContext(workspace, run, site, request, fetcher, lambda event: None, lambda: NOW))


async def _deliver(context: RunContext) -> None:
    deliver(context)


async def _list(context: RunContext) -> None:
    list_dead_pages(context.workspace, context.run, context.site)


async def _plan(context: RunContext) -> None:
    make_plan(context, dead_rows(context))


_WORK = {"deliver": _deliver, "list": _list, "plan": _plan}


if __name__ == "__main__":
    main()
