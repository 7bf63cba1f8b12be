"""How fast access logs are read, beside other ways to find the 404s in them.

    python -m benchmarks.logs.speed [LINES] [--generator FILE] [--folder DIR]

A combined log is made (by FILE LINES OUT, where another generator is given) and read by `linkreclaim logs`: plain,
in one process, gzipped, and with --all. Beside it wc, grep, mawk, gawk, ripgrep and GoAccess, where they are installed.
Every way says how many requests with status 404 it counts. Memory is the highest sum over a command's processes of
their proportional set size, sampled ten times a second; CPU is that of all of them.
"""

import argparse
import gzip
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.logs.generate import write_log

SAMPLED_EVERY_S = 0.1
GOACCESS_LINES = 500_000
"""GoAccess reads so many lines only, which takes it long enough."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One way of reading a log."""

    name: str
    lines: int
    wall_s: float
    cpu_s: float
    peak_mb: float
    found: str  # requests with status 404, as it counts them

    def row(self) -> str:
        """A line of the table."""
        rate = self.lines / self.wall_s / 1e6
        return (
            f"| {self.name} | {self.wall_s:.2f} | {self.cpu_s:.2f} | {self.peak_mb:.0f} | {rate:.2f} | {self.found} |"
        )


def measure(name: str, lines: int, command: Sequence[str | Path], to_stdin: Path | None = None) -> tuple[Measured, str]:
    """Run a command; gives the figures, without what it found, and what it printed."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    with tempfile.TemporaryFile() as told, open(to_stdin or os.devnull, "rb") as stdin:
        process = subprocess.Popen(command, stdin=stdin, stdout=told, stderr=subprocess.DEVNULL)
        peak_kb = 0
        while process.poll() is None:
            peak_kb = max(peak_kb, sum(map(_pss_kb, _family(process.pid))))
            time.sleep(SAMPLED_EVERY_S)
        wall_s = time.perf_counter() - started
        told.seek(0)
        printed = told.read().decode()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Measured(name, lines, wall_s, cpu_s, peak_kb / 1024, ""), printed


def _family(pid: int) -> Iterator[int]:
    """A process and all below it."""
    yield pid
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                yield from _family(int(child))


def _pss_kb(pid: int) -> int:
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0


def measure_ours(name: str, lines: int, path: Path, *options: str) -> Measured:
    """`linkreclaim logs` on a file, to a CSV file."""
    program = Path(sys.executable).with_name("linkreclaim")
    out = path.with_name("rows.csv")
    figures, printed = measure(name, lines, [program, "logs", path, "--out", out, "--json", "-q", *options])
    totals = json.loads(printed)
    statuses = totals["statuses"]
    found = f"{statuses.get('404', 0):,} ({totals['unread']:,} unread, {totals['lines']:,} lines)"
    return replace(figures, found=found)


def measure_others(lines: int, path: Path) -> Iterator[Measured]:
    """Whatever else is installed."""
    script = r"$3 ~ /^ 404 / {n++} END {print n}"
    ways: dict[str, list[str | Path]] = {
        "wc": ["wc", "-l", path],
        "rg": ["rg", "-c", "--text", '" 404 ', path],
        "grep": ["env", "LC_ALL=C", "grep", "-c", "--text", '" 404 ', path],
        "mawk": ["mawk", '-F"', script, path],
        "gawk": ["env", "LC_ALL=C", "gawk", "-b", '-F"', script, path],
    }
    for name, command in ways.items():
        if shutil.which(name):
            figures, printed = measure(name, lines, command)
            found = printed.split()[0] if printed else ""
            yield replace(figures, found=f"{int(found or 0):,}")


def measure_goaccess(path: Path, lines: int) -> Iterator[Measured]:
    """GoAccess, which makes all its reports at once."""
    if not shutil.which("goaccess"):
        return
    command = [
        "goaccess",
        str(path),
        "--log-format=COMBINED",
        "-o",
        str(path.with_name("report.json")),
        "--no-progress",
    ]
    figures, _ = measure("goaccess, all its reports", lines, command)
    told = json.loads(path.with_name("report.json").read_text())
    codes = (item for group in told["status_codes"]["data"] for item in group.get("items", []))
    found = sum(code["hits"]["count"] for code in codes if code["data"].startswith("404"))
    failed = told["general"]["failed_requests"]
    shown = f"{found:,} ({failed:,} failed)"
    yield replace(figures, found=shown)


def measure_all(folder: Path, lines: int, generator: Path | None) -> Iterator[Measured]:
    """Make the logs and measure every way."""
    path, packed = folder / "access.log", folder / "access.log.gz"
    if generator is None:
        write_log(path, lines)
    else:
        subprocess.run([sys.executable, generator, str(lines), path], check=True)
    with path.open("rb") as plain, gzip.open(packed, "wb", compresslevel=6) as out:
        shutil.copyfileobj(plain, out, 1 << 20)
    yield measure_ours("linkreclaim logs", lines, path)
    yield measure_ours("linkreclaim logs --processes 1", lines, path, "--processes", "1")
    yield measure_ours("linkreclaim logs, .gz", lines, packed)
    yield measure_ours("linkreclaim logs --all", lines, path, "--all")
    yield from measure_others(lines, path)
    short = folder / "short.log"
    count = min(lines, GOACCESS_LINES)
    with path.open("rb") as plain, short.open("wb") as out:
        out.writelines(line for line, _ in zip(plain, range(count), strict=False))
    yield from measure_goaccess(short, count)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lines", type=int, nargs="?", default=1_000_000)
    parser.add_argument("--generator", type=Path, default=None)
    parser.add_argument("--folder", default=None)
    args = parser.parse_args()
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="linkreclaim-logs-", dir=args.folder) as folder:
        print("| way | wall s | CPU s | peak MB | M lines/s | status 404 |\n|---|---|---|---|---|---|")
        for measured in measure_all(Path(folder), args.lines, args.generator):
            print(measured.row(), flush=True)
    print(f"\nload before: {load:.1f}, after: {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
