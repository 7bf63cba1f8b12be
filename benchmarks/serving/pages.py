"""How long `linkreclaim serve` takes to start, and to answer: the installed command, asked over loopback.

    python -m benchmarks.serving.pages --workspace DIR [PATH ...]

Prints the time from the start of the process to its line and to the end of the first page, then for each path (by
default the overview of every site) the median and the 95th percentile of `--times` requests on one connection, and peak
memory.
`python -m benchmarks.browsing.views` makes a workspace of a million links.
"""

import argparse
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from copy import copy
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from statistics import median, quantiles
from urllib.parse import urlencode

COMMAND = Path(sys.executable).parent / "linkreclaim"
KEPT_S = 4.0
"""How long an idle connection is used again; the server closes it after 5 s."""


class Visitor:
    """Somebody who came in by the printed link and asks on one connection."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        assert process.stdout is not None
        found = re.search(r"http://([\d.:]+)(/\S+)", process.stdout.readline())
        assert found is not None
        self.told_at_s = time.perf_counter()
        self._origin = found[1]
        self._connection = HTTPConnection(self._origin)
        self._asked_at_s = 0.0
        self._cookie = ""
        self.get(found[2])

    def twin(self) -> "Visitor":
        """Somebody else of the same session, on a connection of their own."""
        other = copy(self)
        other._connection = HTTPConnection(self._origin)
        return other

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> str:
        """The body of a page; redirects are followed."""
        answer = self._ask("GET", path, None, dict(headers or {}))
        body = answer.read().decode()
        self._cookie = (answer.getheader("set-cookie") or self._cookie).partition(";")[0]
        if answer.status == 303:
            return self.get(answer.getheader("location") or "/")
        assert answer.status == 200, (path, answer.status)
        return body

    def post(self, path: str, form: Mapping[str, str]) -> int:
        """The status of the answer to a form that htmx sends."""
        headers = {"Sec-Fetch-Site": "same-origin", "HX-Request": "true"}
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        answer = self._ask("POST", path, urlencode(form), headers)
        answer.read()
        return answer.status

    def _ask(self, method: str, path: str, body: str | None, headers: Mapping[str, str]) -> HTTPResponse:
        if time.monotonic() - self._asked_at_s > KEPT_S:
            self._connection.close()  # the next request opens it anew
        self._asked_at_s = time.monotonic()
        self._connection.request(method, path, body, {"Cookie": self._cookie, **headers})
        return self._connection.getresponse()

    def time_ms(self, path: str, times: int, headers: Mapping[str, str] | None = None) -> Iterator[float]:
        """How long a page takes, again and again."""
        for _ in range(times):
            started = time.perf_counter()
            self.get(path, headers)
            yield (time.perf_counter() - started) * 1_000


def main() -> None:
    """Start it, ask it, and say how long that took."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workspace", type=Path, required=True)
    parser.add_argument("--times", type=int, default=100)
    parser.add_argument("paths", nargs="*")
    given = parser.parse_args()
    started = time.perf_counter()
    command = [str(COMMAND), "serve", "--workspace", str(given.workspace), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        visitor = Visitor(process)
        print(f"line after {visitor.told_at_s - started:.2f} s, first page after {time.perf_counter() - started:.2f} s")
        paths = given.paths or sorted(set(re.findall(r'href="(/sites/[^"]+)"', visitor.get("/sites"))))
        for path in paths:
            taken = list(visitor.time_ms(path, given.times))
            print(f"{path}: p50 {median(taken):.1f} ms, p95 {quantiles(taken, n=20)[-1]:.1f} ms")
        print(peak_memory(process.pid))
        process.terminate()


def peak_memory(pid: int) -> str:
    """The most memory that a process ever had, as Linux tells it."""
    status = Path(f"/proc/{pid}/status")
    lines = status.read_text().splitlines() if status.is_file() else []
    return next((line for line in lines if line.startswith("VmHWM")), "VmHWM: unknown on this system")


if __name__ == "__main__":
    main()
