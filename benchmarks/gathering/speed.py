"""How fast exports come into the ledger, and in what memory.

    python -m benchmarks.gathering.speed [--rows 30000,1000000] [--encoding utf-8] [--folder DIR]

For each size: an Ahrefs Backlinks export is made and imported into a new workspace as `linkreclaim audit` does it.
Beside it, as the floor: the csv module alone reading the same file. Rates are rows a second of wall time; CPU and peak
memory are those of the writing process, `reader_...` of the one that reads beside it. Sizes from 20 MB on are read once
in the default way and once in bulk, where DuckDB is installed.
"""

import argparse
import csv
import json
import multiprocessing
import os
import resource
import shutil
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from benchmarks.gathering.exports import write_export

from linkreclaim.jobs.gathering.reading import BESIDE_FROM_BYTES, Export, read_export
from linkreclaim.model.sites import Site
from linkreclaim.store import open_workspace

SITE = Site("example.com", "https")


def measure_import(path: Path, folder: Path, in_bulk: bool) -> dict[str, Any]:
    """Import a file into a new workspace; figures of this process."""
    started, cpu = time.monotonic(), time.process_time()
    with open_workspace(folder) as workspace:
        site_id = workspace.ledger.site_id(SITE.host)
        file = workspace.ledger.open_file(site_id, SITE, str(path), path.name, "Ahrefs", "Backlinks", ())
        longest_s, rows, last = 0.0, 0, time.monotonic()
        for done in workspace.ledger.import_batches(file, read_export(Export(path, {}, SITE, 0, in_bulk=in_bulk))):
            now, rows = time.monotonic(), done
            longest_s, last = max(longest_s, now - last), now
    wall = time.monotonic() - started
    reader = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {
        "way": "bulk" if in_bulk else "default",
        "rows": rows,
        "rows_per_s": round(rows / wall),
        "cpu_s": round(time.process_time() - cpu, 1),
        "reader_cpu_s": round(reader.ru_utime + reader.ru_stime, 1),
        "wall_s": round(wall, 1),
        "longest_chunk_ms": round(longest_s * 1000),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "reader_peak_mb": reader.ru_maxrss // 1024,
        "ledger_mb": sum(part.stat().st_size for part in folder.iterdir()) // 1_000_000,
    }


def measure_csv(path: Path, encoding: str) -> dict[str, Any]:
    """The csv module alone, as the floor."""
    started = time.monotonic()
    with open(path, encoding=encoding, newline="") as sheet:
        rows = sum(1 for _ in csv.reader(sheet, delimiter="\t"))
    return {"rows_per_s": round(rows / (time.monotonic() - started))}


def in_process(function: Any, *arguments: Any) -> dict[str, Any]:
    """Run in a process of its own, so that peak memory is that of one measurement."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        result: dict[str, Any] = pool.submit(function, *arguments).result()
        return result


def main() -> None:
    """Print one JSON line for each size and way."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", default="30000,1000000")
    parser.add_argument("--encoding", default="utf-8")
    parser.add_argument("--folder", default=None)
    args = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="linkreclaim-gathering-", dir=args.folder))
    try:
        for rows in map(int, args.rows.split(",")):
            path = folder / f"{rows}.csv"
            write_export(path, rows, "https://example.com", args.encoding)
            file = {"encoding": args.encoding, "file_mb": path.stat().st_size // 1_000_000}
            file["csv_module_rows_per_s"] = in_process(measure_csv, path, args.encoding)["rows_per_s"]
            beside = path.stat().st_size >= BESIDE_FROM_BYTES
            for in_bulk in (False, True) if beside and find_spec("duckdb") else (False,):
                before = os.getloadavg()[0]
                figures = in_process(measure_import, path, folder / f"ws-{rows}-{in_bulk}", in_bulk)
                print(json.dumps({**file, **figures, "load_before": round(before, 1)}), flush=True)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
