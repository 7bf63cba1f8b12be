"""The command `linkreclaim check` over HTTP, on hosts of loopback made of the real pages of the soft-404 corpus.

    python -m benchmarks.soft404.served [--corpus FILE] [--single 0.2] [--wrong FILE.jsonl]

Every site of built pages becomes several hosts that differ only in what an address gets that does not exist (`Kind`).
The list to check holds the live pages, pages that refuse, ask to sign in, are in maintenance or empty ("odd"), and
made-up addresses: beside live pages with their folder and ending, in the folder of every not-found page, and elsewhere.
It is shuffled, and checked once with random siblings and once without. A host is an address in 127.0.0.0/8 (Linux); the
requests are those that the servers counted. `--single` is the share of the sites with one live page that is taken (by
the hash of their names); all others are taken whole. Cost: about 4 minutes; needs the zstd program.
"""

import argparse
import asyncio
import json
import os
import posixpath
import random
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from http import HTTPStatus
from itertools import islice, product
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from benchmarks.soft404.corpus import default_corpus
from benchmarks.soft404.score import interval

PACE = ("--allow-private", "--delay", "0", "--per-host", "8", "--concurrency", "64", "--quiet", "--fresh")
ODD = ("blocked", "login", "maintenance", "empty")
BESIDE_LIVE = 4
"""Made-up addresses of a host beside its live pages: one for each of this many folders and endings."""
PLAIN_404 = (
    b"<html><head><title>404 Not Found</title></head><body><center><h1>404 Not Found</h1></center></body></html>"
)
"""The shape of what a server answers by itself."""

_MADE_UP = ("winter", "catalogue", "annual", "opening", "harbour", "tickets", "garden", "press", "partner", "lesson")
_REFRESH = re.compile(r"http-equiv\W{0,3}refresh", re.IGNORECASE)
_INDEX = re.compile(r"(^|/)index\.x?html?$", re.IGNORECASE)
_WRAPPED = re.compile(r"\.gz$|\.testhtml$", re.IGNORECASE)


class Kind(StrEnum):
    """What an address gets that does not exist, and of which sites the host is made."""

    OWN_404 = "own not-found page, 404"
    OWN_200 = "own not-found page, 200"
    PLAIN_404 = "the server's 404"
    OTHERS_200 = "another site's not-found page, 200"
    HOME_200 = "home page, 200"
    HOME_302 = "home page, 302"
    ONLY_LOST = "not-found page, 200, nothing live"
    ODD_404 = "odd pages only, the server's 404"
    ODD_200 = "odd pages only, another site's not-found page, 200"
    SHELL = "the same empty page, 200"


class Truth(StrEnum):
    """What a URL of the list is."""

    LIVE = "live"
    DEAD = "dead"
    ODD = "odd"


@dataclass(frozen=True, slots=True)
class SavedPage:
    """A built page of the corpus."""

    label: str
    site: str
    path: str
    body: bytes


@dataclass(slots=True)
class Host:
    """A host: its pages by path, what any other path gets by folder (longest first), and the paths to check."""

    kind: Kind
    site: str
    pages: dict[str, bytes]
    lost: tuple[tuple[str, bytes], ...]
    lost_status: int
    truths: dict[str, Truth] = field(default_factory=dict)
    asked: Counter[bool] = field(default_factory=Counter)  # requests; True: for robots.txt

    def answer(self, path: str) -> tuple[int, bytes]:
        """Status and body for a path (302: to the home page)."""
        if path in self.pages:
            return 200, self.pages[path]
        if path == "/robots.txt":
            return 404, PLAIN_404
        return self.lost_status, next(body for folder, body in self.lost if path.startswith(folder))


@dataclass(frozen=True, slots=True)
class Measured:
    """One run of the command."""

    rows: tuple[tuple[Host, str, Truth, Mapping[str, Any]], ...]  # host, path, truth, the row told
    requests: Counter[Kind]  # but for robots.txt
    robots_requests: int
    wall_s: float
    cpu_s: float


def read_saved(corpus: Path) -> Iterator[SavedPage]:
    """The built pages; those with a meta refresh are left out, which lead to where nothing is served."""
    for line in subprocess.run(["zstd", "-dcq", str(corpus)], check=True, capture_output=True).stdout.splitlines():
        row = json.loads(line)
        if row["provenance"] == "page" and not _REFRESH.search(row["html"]):
            path = _WRAPPED.sub("", row["path"])
            named = path if posixpath.splitext(path)[1] or not _WRAPPED.search(row["path"]) else path + ".html"
            yield SavedPage(row["label"], row["site"], named, row["html"].encode("utf-8", "replace"))


def make_hosts(saved: Iterable[SavedPage], single_share_0_1: float) -> list[Host]:
    """All hosts of all sites that are taken."""
    sites: dict[str, list[SavedPage]] = defaultdict(list)
    for page in saved:
        sites[page.site].append(page)
    strangers = [next((p for p in pages if p.label == "not_found"), None) for _, pages in sorted(sites.items())]
    lost_pages = [page for page in strangers if page is not None]
    hosts: list[Host] = []
    for site, pages in sorted(sites.items()):
        live = sum(page.label == "ok" for page in pages)
        if live != 1 or _hash(site) % 1000 < single_share_0_1 * 1000:
            others = [page for page in lost_pages if page.site != site]
            hosts += _hosts_of(site, _placed(pages), others[_hash(site) % len(others)].body)
    return hosts


def _hosts_of(site: str, placed: Mapping[str, SavedPage], stranger: bytes) -> Iterator[Host]:
    by_label = {label: {path: page.body for path, page in placed.items() if page.label == label} for label in _LABELS}
    live, lost = by_label["ok"], _by_folder(by_label["not_found"])
    odd = {path: body for label in ODD for path, body in by_label[label].items()}
    if live and lost:
        yield _host(Kind.OWN_404, site, live, odd, lost, 404)
        yield _host(Kind.OWN_200, site, live, odd, lost, 200)
    elif live:
        home = (("/", live[_home_path(live)]),)
        yield _host(Kind.PLAIN_404, site, live, odd, (("/", PLAIN_404),), 404)
        yield _host(Kind.OTHERS_200, site, live, odd, (("/", stranger),), 200)
        yield _host(Kind.HOME_200, site, live, odd, home, 200)
        yield _host(Kind.HOME_302, site, live, odd, home, 302)
    elif lost:
        yield _host(Kind.ONLY_LOST, site, {}, odd, lost, 200)
    elif odd:
        yield _host(Kind.ODD_404, site, {}, odd, (("/", PLAIN_404),), 404)
        yield _host(Kind.ODD_200, site, {}, odd, (("/", stranger),), 200)
        for body in list(by_label["empty"].values())[:1]:
            yield _host(Kind.SHELL, site, {}, {}, (("/", body),), 200)


_LABELS = ("ok", "not_found", *ODD, "parked")


def _placed(pages: Sequence[SavedPage]) -> dict[str, SavedPage]:
    """The pages by the path they are served at: the folders that all share taken off, index files by their folder. The
    only live page of a site is put into a folder, since a home page is compared with nothing."""
    root = os.path.commonpath([posixpath.dirname(f"/{page.path}") for page in pages])
    placed: dict[str, SavedPage] = {}
    for page in sorted(pages, key=lambda page: (page.label == "not_found" and "404" not in page.path, page.path)):
        path = "/" + posixpath.relpath(f"/{page.path}", root)
        placed.setdefault(_INDEX.sub(r"\1", path), page)
    only = [path for path, page in placed.items() if page.label == "ok"]
    if only == ["/"]:
        placed["/site/"] = placed.pop("/")
    return placed


def _host(
    kind: Kind,
    site: str,
    live: Mapping[str, bytes],
    odd: Mapping[str, bytes],
    lost: tuple[tuple[str, bytes], ...],
    lost_status: int,
) -> Host:
    host = Host(kind, site, {**odd, **live}, lost, lost_status)
    home = _home_path(live) if live else ""
    if home:
        host.pages.setdefault("/", live[home])
    host.truths = dict.fromkeys(odd, Truth.ODD) | dict.fromkeys(live, Truth.LIVE)
    if kind in (Kind.HOME_200, Kind.HOME_302):  # elsewhere it could not be told from what any address gets
        host.truths.pop(home, None)
        host.truths["/"] = Truth.LIVE
    unknown = Truth.ODD if kind is Kind.SHELL else Truth.DEAD
    host.truths |= {path: unknown for path in _made_up(host) if path not in host.pages}
    return host


def _home_path(live: Mapping[str, bytes]) -> str:
    return "/" if "/" in live else next(iter(live))


def _by_folder(lost: Mapping[str, bytes]) -> tuple[tuple[str, bytes], ...]:
    """What unknown paths of each folder get; elsewhere the page that lies highest."""
    found: dict[str, bytes] = {}
    for path, body in lost.items():
        found.setdefault(posixpath.dirname(path.rstrip("/")).rstrip("/") + "/", body)
    highest = sorted(found, key=lambda folder: (folder.count("/"), folder))
    return (*((folder, found[folder]) for folder in reversed(highest)), *(("/", found[top]) for top in highest[:1]))


def _made_up(host: Host) -> Iterator[str]:
    names = (f"{one}-{other}" for one, other in _shuffled(host.site))
    yield f"/{next(names)}/{next(names)}.html"
    yield f"/{next(names)}"
    beside = {_shape(path) for path in host.truths}
    folders = {(folder, ".html") for folder, _ in host.lost}
    for folder, ending in (*islice(sorted(beside), BESIDE_LIVE), *sorted(folders)):
        yield folder + next(names) + ending


def _shape(path: str) -> tuple[str, str]:
    """The folder of a path, and its ending: extension, slash or nothing."""
    folder, name = posixpath.split(path.rstrip("/"))
    ending = "/" if path.endswith("/") else posixpath.splitext(name)[1]
    return folder.rstrip("/") + "/", ending


def _shuffled(site: str) -> list[tuple[str, str]]:
    pairs = list(product(_MADE_UP, _MADE_UP))
    random.Random(site).shuffle(pairs)
    return pairs


@contextmanager
def serve(hosts: Mapping[str, Host]) -> Iterator[int]:
    """Serve all hosts, by their addresses, from a thread; gives the port."""
    loop = asyncio.new_event_loop()
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"lo\0")  # nobody outside is answered
        listener.bind(("", 0))
        server = loop.run_until_complete(
            loop.create_server(lambda: _Connection(hosts), sock=listener, backlog=1024),
        )
        thread = threading.Thread(target=loop.run_forever, daemon=True)
        thread.start()
        try:
            yield int(server.sockets[0].getsockname()[1])
        finally:
            loop.call_soon_threadsafe(loop.stop)
            thread.join()
            server.close()


class _Connection(asyncio.Protocol):
    """Answers one GET or HEAD after another; the local address says which host is meant."""

    def __init__(self, hosts: Mapping[str, Host]) -> None:
        self._hosts = hosts
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._host = self._hosts[transport.get_extra_info("sockname")[0]]

    def data_received(self, data: bytes) -> None:
        *asked, self._received = (self._received + data).split(b"\r\n\r\n")
        for head in asked:
            method, target = head.split(b" ", 2)[:2]
            path = unquote(target.decode("ascii", "replace").partition("?")[0])
            self._host.asked[path == "/robots.txt"] += 1
            self._reply(method, *self._host.answer(path))

    def _reply(self, method: bytes, status: int, body: bytes) -> None:
        lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}", "Content-Type: text/html; charset=utf-8"]
        lines += ["Location: /"] if status == 302 else []
        sent = b"" if status == 302 else body
        head = "\r\n".join((*lines, f"Content-Length: {len(sent)}", "", "")).encode()
        self._transport.write(head if method == b"HEAD" else head + sent)


def check(hosts: Mapping[str, Host], *options: str) -> Measured:
    """Run the installed command on the list of all hosts."""
    with tempfile.TemporaryDirectory() as folder, serve(hosts) as port:
        listed = {
            f"http://{address}:{port}{quote(path)}": (host, path, truth)
            for address, host in hosts.items()
            for path, truth in host.truths.items()
        }
        urls = list(listed)
        random.Random(7).shuffle(urls)
        named, out = Path(folder, "urls.txt"), Path(folder, "verdicts.jsonl")
        named.write_text("\n".join(urls) + "\n", encoding="utf-8")
        for host in hosts.values():
            host.asked.clear()
        command = [str(Path(sys.executable).with_name("linkreclaim")), "check", str(named), "--out", str(out)]
        started = time.monotonic()
        _, status, used = os.wait4(os.posix_spawn(command[0], [*command, *PACE, *options], os.environ), 0)
        wall_s = time.monotonic() - started
        if os.waitstatus_to_exitcode(status) not in (0, 3, 4):
            raise SystemExit("linkreclaim check failed")
        requests: Counter[Kind] = Counter()
        for host in hosts.values():
            requests[host.kind] += host.asked[False]
        robots = sum(host.asked[True] for host in hosts.values())
        told = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
        rows = tuple((*listed[row["url"]], row) for row in told)
        assert len(rows) == len(listed), f"{len(listed)} URLs given, {len(rows)} told"
        return Measured(rows, requests, robots, wall_s, used.ru_utime + used.ru_stime)


def called(row: Mapping[str, Any]) -> str:
    """What a row amounts to: dead, live or untold."""
    if row["dead"]:
        return "dead"
    return "live" if row["verdict"] in ("alive", "redirected") else "untold"


def print_run(name: str, run: Measured, hosts: Iterable[Host]) -> None:
    """One table."""
    print(f"\n{name}: {len(run.rows):,} URLs, {run.requests.total():,} requests and {run.robots_requests:,} ", end="")
    print(f"for robots.txt, wall {run.wall_s:.0f} s, CPU of the command {run.cpu_s:.0f} s\n")
    print(
        "| an address that does not exist gets | hosts | live | called dead | untold | dead | found | untold | ", end=""
    )
    print("called live | odd | called dead | requests a URL |\n|" + "---|" * 12)
    number = Counter(host.kind for host in hosts)
    counts = Counter((host.kind, truth, called(row)) for host, _, truth, row in run.rows)
    for kind in number:
        print(f"| {kind} | {number[kind]} {_cells(counts, (kind,))} | {_per_url(run, kind)} |")
    print(f"| all | {number.total()} {_cells(counts, tuple(number))} | {run.requests.total() / len(run.rows):.2f} |")
    print()
    for truth in (Truth.LIVE, Truth.ODD):
        print_pages(run, truth)


def print_pages(run: Measured, truth: Truth) -> None:
    """How many pages were called dead on any of their hosts: one page is on several, which are no separate trials."""
    pages: dict[tuple[str, bytes], bool] = {}
    for host, path, one, row in run.rows:
        if one is truth:
            page = (host.site, host.answer(path)[1])
            pages[page] = pages.get(page, False) or called(row) == "dead"
    dead = sum(pages.values())
    low, high = interval(dead, len(pages))
    print(f"{truth} pages called dead on any host: {dead} of {len(pages):,} (95 % {low:.3%} to {high:.3%})")


def _cells(counts: Counter[tuple[Kind, Truth, str]], kinds: Sequence[Kind]) -> str:
    def count(truth: Truth, *as_what: str) -> int:
        return sum(counts[kind, truth, one] for kind in kinds for one in as_what)

    every = ("dead", "live", "untold")
    live = (count(Truth.LIVE, *every), count(Truth.LIVE, "dead"), count(Truth.LIVE, "untold"))
    dead = (count(Truth.DEAD, *every), *(count(Truth.DEAD, one) for one in ("dead", "untold", "live")))
    odd = (count(Truth.ODD, *every), count(Truth.ODD, "dead"))
    return "".join(f"| {number:,} " for number in (*live, *dead, *odd)).rstrip()


def _per_url(run: Measured, kind: Kind) -> str:
    return f"{run.requests[kind] / sum(host.kind is kind for host, *_ in run.rows):.2f}"


def wrong_rows(name: str, run: Measured) -> Iterator[Mapping[str, Any]]:
    """What was called wrongly or could not be told, to be read by hand."""
    right = {Truth.LIVE: ("live",), Truth.DEAD: ("dead",), Truth.ODD: ("live", "untold")}
    for host, path, truth, row in run.rows:
        if called(row) not in right[truth]:
            yield {"run": name, "kind": host.kind, "site": host.site, "path": path, "truth": truth, **row}


def main() -> None:
    """Serve, check twice, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, default=default_corpus())
    parser.add_argument("--single", type=float, default=0.2, metavar="SHARE", help="of sites with one live page")
    parser.add_argument("--wrong", type=Path, metavar="FILE", help="write what was called wrongly as JSON lines")
    given = parser.parse_args()
    made = make_hosts(read_saved(given.corpus), given.single)
    hosts = {f"127.3.{number // 250}.{number % 250 + 1}": host for number, host in enumerate(made)}
    wrong: list[Mapping[str, Any]] = []
    for name, options in (("with random siblings", ()), ("without", ("--no-probe",))):
        run = check(hosts, *options)
        print_run(name, run, made)
        wrong += wrong_rows(name, run)
    if given.wrong is not None:
        given.wrong.write_text("".join(json.dumps(row) + "\n" for row in wrong), encoding="utf-8")


def _hash(site: str) -> int:
    return int.from_bytes(sha256(f"served {site}".encode()).digest()[:8], "big")


if __name__ == "__main__":
    main()
