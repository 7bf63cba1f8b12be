"""What a large redirect map costs each server: written, loaded, asked.

    python -m benchmarks.redirects.serve [--lines 100000] [--engines nginx,haproxy] [--seconds 4]

Every engine gets the files that linkreclaim writes, on a configuration as small as INSTALL allows (nginx with one
worker, the others as they come). 200 lines are asked first and must be right. Then wrk (one thread, eight connections)
asks 2,000 of the lines in turn, and after that 2,000 addresses that the map does not hold: that is what every other
visitor of the site pays. Planning and writing are CPU seconds; start counts until the first redirect is answered;
memory is the PSS of all processes of the server. Other work on the machine lowers the requests a second.
"""

import argparse
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.redirects.servers import START, RunningServer

from linkreclaim.model.redirects import RedirectLine
from linkreclaim.model.sites import Site
from linkreclaim.redirects import WRITERS, RedirectPlan, plan_redirects

SITE = Site("site.test", "http")
ENGINES = ("nginx", "apache dbm", "haproxy", "lighttpd", "caddy")
ASKED = 2_000

WRK_SCRIPT = """
local paths, at = {}, 0
for path in io.lines("PATHS") do paths[#paths + 1] = path end
request = function()
  at = at % #paths + 1
  return wrk.format("GET", paths[at], { Host = "site.test" })
end
"""


@dataclass(frozen=True)
class Load:
    """What wrk saw."""

    requests_per_s: float
    median_ms: float


def main() -> None:
    """Measure each engine in turn, print a table."""
    options = _arguments()
    lines = [_line(number) for number in range(options.lines)]
    started = time.process_time()
    plan = plan_redirects(lines, SITE)
    print(f"{len(plan.lines):,} redirects planned in {time.process_time() - started:.1f} s of CPU")
    print("| engine | written CPU s | MB of files | start s | memory MB | hits/s | p50 ms | misses/s | p50 ms |")
    print("|---|---|---|---|---|---|---|---|---|")
    for engine in options.engines.split(","):
        print(_measure(engine, plan, options.seconds), flush=True)


def _measure(engine: str, plan: RedirectPlan, seconds: int) -> str:
    started = time.process_time()
    written = WRITERS[engine.split()[0]].write(plan, SITE, [])
    written_s = time.process_time() - started
    size = sum(len(file.content) for file in written.files)
    with START[engine](written.files, _program) as server:
        started = time.perf_counter()
        _check(server, plan.lines[0])
        start_s = server.started_s + time.perf_counter() - started
        for line in plan.lines[:: max(1, len(plan.lines) // 200)]:
            _check(server, line)
        paths = [line.source for line in plan.lines[:: max(1, len(plan.lines) // ASKED)]]
        hits = _load(server, paths, seconds, found=True)
        misses = _load(server, [path + "x" for path in paths], seconds, found=False)
        memory = sum(map(_pss_bytes, _family(server.process)))
    return (
        f"| {engine} | {written_s:.1f} | {size / 1e6:.1f} | {start_s:.2f} | {memory / 1e6:.0f} "
        f"| {hits.requests_per_s:,.0f} | {hits.median_ms:.2f} | {misses.requests_per_s:,.0f} | {misses.median_ms:.2f} |"
    )


def _line(number: int) -> RedirectLine:
    name = f"{number}-a-title-of-some-words"
    return RedirectLine(f"/section-{number % 97}/{name}.html", f"/guides/{number % 31}/{name}/")


def _check(server: RunningServer, line: RedirectLine) -> None:
    status, location = server.ask(line.source.encode())
    found = re.sub(r"^http://site\.test(:\d+)?", "", location or "")
    if (status, found) != (line.status, line.target):
        raise SystemExit(f"{line.source} answered {status} {location}")


def _load(server: RunningServer, paths: list[str], seconds: int, found: bool) -> Load:
    wrk = _program("wrk")
    with tempfile.TemporaryDirectory() as folder:
        listed, script = Path(folder, "paths.txt"), Path(folder, "ask.lua")
        listed.write_text("".join(f"{path}\n" for path in paths))
        script.write_text(WRK_SCRIPT.replace("PATHS", str(listed)))
        command = [str(wrk), "-t1", "-c8", f"-d{seconds}s", "--latency", "-s", str(script)]
        done = subprocess.run([*command, f"http://127.0.0.1:{server.port}"], capture_output=True, text=True, check=True)
    if found == ("Non-2xx or 3xx" in done.stdout):
        raise SystemExit(f"answers of the wrong kind: {done.stdout}")
    number, unit = _match(r"50%\s+([\d.]+)(us|ms|s)", done.stdout)
    return Load(float(_match(r"Requests/sec:\s+([\d.]+)()", done.stdout)[0]), float(number) * _MS[unit])


_MS = {"us": 0.001, "ms": 1.0, "s": 1_000.0}


def _match(pattern: str, text: str) -> tuple[str, str]:
    found = re.search(pattern, text)
    if found is None:
        raise SystemExit(f"wrk said something else: {text}")
    return found[1], found[2]


def _family(process: int) -> Iterator[int]:
    yield process
    for child in Path(f"/proc/{process}/task/{process}/children").read_text().split():
        yield from _family(int(child))


def _pss_bytes(process: int) -> int:
    return 1024 * int(_match(r"(?m)^Pss:\s+(\d+)()", Path(f"/proc/{process}/smaps_rollup").read_text())[0])


def _program(name: str, *candidates: str) -> Path:
    for candidate in (name, *candidates):
        if found := shutil.which(candidate, path="/usr/sbin:/usr/local/sbin:/sbin:/usr/local/bin:/usr/bin:/bin"):
            return Path(found)
    raise SystemExit(f"needs {name}, which is not installed")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=int, default=100_000)
    parser.add_argument("--engines", default=",".join(ENGINES))
    parser.add_argument("--seconds", type=int, default=4)
    return parser.parse_args()


if __name__ == "__main__":
    main()
