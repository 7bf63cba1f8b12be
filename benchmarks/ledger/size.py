"""The ledger at size: import, totals, provisional report and `linkreclaim ledger`, with time and memory of each.

    python -m benchmarks.ledger.size [--claims 500000,5000000] [--stages import,totals,report,ledger] [--keep DIR]

Exports of seven tools over one pool of links are made (deterministic; Zipf targets and domains; each tool knows a
share), then each stage runs as a process of its own on the same workspace:

  import   every export into the ledger, as `linkreclaim audit` does it
  totals   adding up the links of every target
  report   the provisional list, CSV and page
  ledger   the installed command `linkreclaim ledger`

`peak_mb` is the largest sum of the resident sizes of the stage's process and all below it, looked at every 50 ms
(Linux; pages that they share count more than once); `peak_own_mb` and `peak_child_mb` are the largest of the stage's
process alone and of any single one below it. `workspace_mb` is the size of its files afterwards, `load_before` that of
the machine. With --keep the exports and the workspace of each size stay in DIR, and a later run goes on with them:
`--keep DIR --stages totals,report` needs no second import.
"""

import argparse
import asyncio
import json
import multiprocessing
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.ledger.exports import EXPORTS, SHARES_0_1, Pool, pool_size

from linkreclaim.config import FetchSettings
from linkreclaim.jobs.delivery.deliver import deliver_provisional
from linkreclaim.jobs.gathering.gather import gather
from linkreclaim.jobs.runs.context import AuditRequest, RunContext
from linkreclaim.jobs.valuing.value import value_targets
from linkreclaim.model.sites import Site
from linkreclaim.net import open_fetcher
from linkreclaim.store import open_workspace

SITE = Site("example.com", "https")
LOOK_EVERY_S = 0.05
Stage = Callable[[RunContext], object]


def main() -> None:
    """Print one JSON line for each size and stage."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--claims", default="500000,5000000")
    parser.add_argument("--stages", default="import,totals,report,ledger")
    parser.add_argument("--keep", type=Path, default=None)
    args = parser.parse_args()
    stages = args.stages.split(",")
    for claims in map(int, args.claims.split(",")):
        if args.keep is not None:
            measure(claims, args.keep / str(claims), stages)
            continue
        with tempfile.TemporaryDirectory(prefix="linkreclaim-ledger-") as folder:
            measure(claims, Path(folder), stages)


def measure(claims: int, folder: Path, stages: Sequence[str]) -> None:
    """Some stages on a ledger of so many claims."""
    files = [folder / f"{tool}.csv" for tool in SHARES_0_1]
    if not all(path.is_file() for path in files):
        folder.mkdir(parents=True, exist_ok=True)
        write_exports(claims, files)
    size = {"claims": claims, "exports_mb": sum(path.stat().st_size for path in files) // 1_000_000}
    workspace = folder / "workspace"
    for name in stages:
        figures = in_command(workspace) if name == "ledger" else in_process(name, files, workspace)
        show(size, name, figures, workspace)


def write_exports(claims: int, files: Sequence[Path]) -> None:
    """The export of each tool."""
    pool = Pool(f"https://{SITE.host}", pool_size(claims))
    for path in files:
        EXPORTS[path.stem].write(path, pool.known_to(path.stem))


def show(size: dict[str, int], stage: str, figures: dict[str, object], workspace: Path) -> None:
    """One line of figures."""
    files = (path for path in workspace.rglob("*") if path.is_file())
    kept = {"workspace_mb": sum(path.stat().st_size for path in files) // 1_000_000}
    print(json.dumps({**size, "stage": stage, **figures, **kept}), flush=True)


def in_process(stage: str, files: list[Path], workspace: Path) -> dict[str, object]:
    """A stage in a process of its own."""
    process = multiprocessing.get_context("spawn").Process(target=run_stage, args=(stage, files, workspace))

    def start() -> int:
        process.start()
        return process.pid or 0

    def wait() -> int:
        process.join()
        return process.exitcode or 0

    return watch(start, wait)


def in_command(workspace: Path) -> dict[str, object]:
    """The installed command."""
    command = [str(Path(sys.executable).with_name("linkreclaim")), "ledger", "--workspace", str(workspace)]
    started: list[subprocess.Popen[bytes]] = []

    def start() -> int:
        started.append(subprocess.Popen(command, stdout=subprocess.DEVNULL))
        return started[0].pid

    return watch(start, lambda: started[0].wait())


def run_stage(stage: str, files: list[Path], folder: Path) -> None:
    """Runs in the process of the stage."""
    asyncio.run(_run_stage(stage, files, folder))


async def _run_stage(stage: str, files: list[Path], folder: Path) -> None:
    request = AuditRequest(site=SITE.host, links=tuple(files), workspace=folder, out=folder / "report")
    now = datetime(2026, 11, 1, tzinfo=UTC)
    with open_workspace(folder) as workspace:
        run = workspace.runs.begin(workspace.ledger.site_id(SITE.host), "size", now)
        async with open_fetcher(FetchSettings(), SITE) as fetcher:
            context = RunContext(workspace, run, SITE, request, fetcher, lambda event: None, lambda: now)
            STAGES[stage](context)


def add_up(context: RunContext) -> None:
    """As the audit does before its first list."""
    targets = context.workspace.targets
    targets.refresh(context.run.site_id)
    value_targets(context, targets.ids(context.run.site_id))


STAGES: dict[str, Stage] = {"import": gather, "totals": add_up, "report": deliver_provisional}


def watch(start: Callable[[], int], wait: Callable[[], int]) -> dict[str, object]:
    """Wall and CPU seconds and peak memory of a process with its children."""
    load, before, begun = os.getloadavg()[0], resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    peaks_kb, ended, pid = [0, 0, 0], threading.Event(), start()

    def look() -> None:
        while not ended.wait(LOOK_EVERY_S):
            own, *children = map(resident_kb, family(pid) or [0])
            peaks_kb[:] = map(max, peaks_kb, (own + sum(children), own, max(children, default=0)))

    watcher = threading.Thread(target=look, daemon=True)
    watcher.start()
    failed = wait()
    ended.set()
    watcher.join()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    if failed:
        raise SystemExit(f"a stage failed with {failed}")
    return {
        "wall_s": round(time.monotonic() - begun, 1),
        "cpu_s": round(used.ru_utime + used.ru_stime - before.ru_utime - before.ru_stime, 1),
        **{name: kb // 1024 for name, kb in zip(("peak_mb", "peak_own_mb", "peak_child_mb"), peaks_kb, strict=True)},
        "load_before": round(load, 1),
    }


def family(pid: int) -> list[int]:
    """A process and all below it."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    except OSError:
        return []
    return [pid, *(each for child in children for each in family(int(child)))]


def resident_kb(pid: int) -> int:
    """Memory that a process has in use now, shared pages included."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")), 0)


if __name__ == "__main__":
    main()
