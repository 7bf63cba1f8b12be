"""How long `linkreclaim value` takes for many backlinks, and a table of ranks for many domains.

    python -m benchmarks.equity.speed [--links 100000,1000000] [--domains 1000000,10000000] [--folder DIR]

Links: a made-up Ahrefs export, valued by the installed command from start to end. Domains: a made-up list in Common
Crawl's columns, made into a table; then look-ups of names that it has and has not.
"""

import argparse
import gzip
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.gathering.exports import write_export

from linkreclaim.jobs.ranks.table import RankTable

LOOK_UPS = 100_000
HEADER = "#harmonicc_pos\t#harmonicc_val\t#pr_pos\t#pr_val\t#host_rev\t#n_hosts\n"


def timed(command: list[str]) -> dict[str, Any]:
    """Run a command of linkreclaim; wall and CPU seconds, and the largest process's memory."""
    started = time.monotonic()
    child = subprocess.Popen([sys.executable, "-m", "linkreclaim", *command], stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"linkreclaim {command[0]} ended with {child.returncode}")
    wall, cpu = time.monotonic() - started, used.ru_utime + used.ru_stime
    return {"wall_s": round(wall, 1), "cpu_s": round(cpu, 1), "peak_mb": used.ru_maxrss // 1024}


def measure_value(links: int, folder: Path) -> dict[str, Any]:
    """Value an export of so many links."""
    export = folder / f"links-{links}.csv"
    write_export(export, links, "https://example.com")
    figures = timed(["value", "--quiet", "--links", str(export), "--out", str(folder / "worth.csv")])
    export.unlink()
    return {"links": links, **figures}


def measure_ranks(domains: int, folder: Path) -> dict[str, Any]:
    """Make a table of a list of so many domains, and look domains up."""
    ranks, table = folder / "ranks.txt.gz", folder / "ranks.table"
    with gzip.open(ranks, "wt", compresslevel=1) as out:
        out.write(HEADER)
        for place in range(1, domains + 1):
            out.write(f"{place}\t1.5E7\t{place}\t1.0E-5\tcom.site-{place}\t12\n")
    figures = timed(["ranks", "import", "--quiet", str(ranks), "--table", str(table)])
    draw = random.Random(7)
    names = [f"site-{draw.randrange(2 * domains)}.com" for _ in range(LOOK_UPS)]
    with RankTable(table) as opened:
        started = time.monotonic()
        for name in names:
            opened.rank(name)
        rate = round(LOOK_UPS / (time.monotonic() - started))
    return {"domains": domains, **figures, "table_mb": table.stat().st_size // 1_000_000, "look_ups_per_s": rate}


def main() -> None:
    """Print one JSON line for each size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--links", default="100000,1000000")
    parser.add_argument("--domains", default="1000000,10000000")
    parser.add_argument("--folder", default=None)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="linkreclaim-equity-", dir=args.folder) as name:
        for links in map(int, filter(None, args.links.split(","))):
            print(json.dumps(measure_value(links, Path(name))), flush=True)
        for domains in map(int, filter(None, args.domains.split(","))):
            print(json.dumps(measure_ranks(domains, Path(name))), flush=True)


if __name__ == "__main__":
    main()
