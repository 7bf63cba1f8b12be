"""What checking all targets of one host costs that host: requests per target, probes and robots.txt included.

    python -m benchmarks.check.one_host [--site influxdata] [--targets 3000] [--modes hard,soft,home] [--rate N]

A real site of the redirect benchmark (its live pages, and all of its dead URLs) is served on loopback; a dead URL
answers 404, a page of the site's look with status 200, or a redirect to the home page. `linkreclaim check` asks at its
default pace (3,000 targets take about 13 minutes) unless --rate says otherwise; the pace does not change what is asked.
"""

import argparse
import html
import json
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from benchmarks.matching.sites import ORIGIN, BenchSite, read_site, shared_folder

from linkreclaim.model.pages import LivePage
from linkreclaim.urls import parse

OURS = (sys.executable, "-c", "from linkreclaim.cli.main import main; main()", "check")
DEAD_VERDICTS = {"hard": "not_found", "soft": "soft_404", "home": "redirected_home"}
ERROR_TITLE = "Page not found"
ERROR_TEXT = "We looked everywhere, but this page does not exist. Try the search, or start again from the home page."


def main() -> None:
    """Serve each mode in turn, check it, print a table."""
    options = _arguments()
    site = read_site(options.sites / options.site)
    pages = {_path(page.url): page for page in site.pages}
    dead = [path for case in site.cases if (path := _path(case.dead.url)) not in pages]
    targets = [*dead, *(path for path in pages if path != "/")][: options.targets]
    print(f"{site.name}: {len(targets):,} targets, {len(set(dead) & set(targets)):,} of them dead")
    print("| dead URLs answer | requests | per target | right | wrong | unsure | s |\n|---|---|---|---|---|---|---|")
    for mode in options.modes.split(","):
        print(_measure(site, pages, targets, mode, options.rate), flush=True)


def _measure(site: BenchSite, pages: Mapping[str, LivePage], targets: list[str], mode: str, rate: str | None) -> str:
    asked: Counter[str] = Counter()
    with _served(site, pages, mode, asked) as origin, tempfile.TemporaryDirectory() as folder:
        listed, out = Path(folder) / "urls.txt", Path(folder) / "rows.jsonl"
        listed.write_text("".join(f"{origin}{path}\n" for path in targets), encoding="utf-8")
        pace = ("--rate", rate) if rate else ()
        started = time.perf_counter()
        command = (*OURS, str(listed), "--out", str(out), "--allow-private", "--fresh", *pace)
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        if not out.exists():
            raise SystemExit(done.stderr)
        took_s = time.perf_counter() - started
        told = Counter(_judged(row, pages, mode) for row in map(json.loads, out.open(encoding="utf-8")))
    requests = asked.total()
    share = requests / len(targets)
    figures = f"{told['right']:,} | {told['wrong']:,} | {told['unsure']:,} | {took_s:,.0f}"
    return f"| {mode} | {requests:,} | {share:.3f} | {figures} |"


def _judged(row: Mapping[str, str], pages: Mapping[str, LivePage], mode: str) -> str:
    if row["verdict"] == "unsure":
        return "unsure"
    url = parse(row["url"])
    assert url is not None
    right = "alive" if url.request_target in pages else DEAD_VERDICTS[mode]
    return "right" if row["verdict"] == right else "wrong"


@contextmanager
def _served(site: BenchSite, pages: Mapping[str, LivePage], mode: str, asked: Counter[str]) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        """Live pages, and the mode's answer for everything else."""

        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            """One request, counted."""
            asked[self.path] += 1
            page = pages.get(self.path) or (pages.get("/") or site.pages[0] if self.path == "/" else None)
            if page is not None:
                self._send(200, _page(site, page.title, page.text))
            elif self.path == "/robots.txt" or mode == "hard":
                self._send(404, _page(site, ERROR_TITLE, ERROR_TEXT))
            elif mode == "soft":
                self._send(200, _page(site, ERROR_TITLE, ERROR_TEXT))
            else:
                self._send(302, b"", location="/")

        def do_HEAD(self) -> None:
            """The same without the body."""
            self.do_GET()

        def _send(self, status: int, body: bytes, **headers: str) -> None:
            self.send_response(status)
            for name, value in {"Content-Type": "text/html; charset=utf-8", **headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Counted instead."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def _page(site: BenchSite, title: str, text: str) -> bytes:
    menu = "".join(f'<a href="{_path(page.url)}">{html.escape(page.title)}</a> ' for page in site.pages[:20])
    body = f"<nav>{menu}</nav><main><h1>{html.escape(title)}</h1><p>{html.escape(text)}</p></main>"
    return f"<!doctype html><title>{html.escape(title)} | {site.name}</title>{body}".encode()


def _path(url: str) -> str:
    parsed = parse(url if "://" in url else ORIGIN + url)
    return parsed.request_target if parsed else url


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sites", type=Path, default=shared_folder() / "bench/redirects")
    parser.add_argument("--site", default="influxdata")
    parser.add_argument("--targets", type=int, default=3000)
    parser.add_argument("--modes", default="hard,soft,home")
    parser.add_argument("--rate")
    return parser.parse_args()


if __name__ == "__main__":
    main()
