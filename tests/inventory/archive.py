"""A Wayback Machine on loopback: its index and its playback over made-up captures, or over recorded answers."""

import base64
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

Reply = tuple[int, dict[str, str], bytes]


def row(url: str, taken: str, status: str = "200", digest: str = "", mime: str = "text/html") -> str:
    """One line of the index, its key as the archive writes it."""
    parts = urlsplit(url)
    host = ",".join(reversed((parts.hostname or "").removeprefix("www.").split(".")))
    key = f"{host}){(parts.path or '/').lower()}" + (f"?{parts.query}" if parts.query else "")
    return f"{key} {taken} {url} {mime} {status} {digest or f'D{taken}{len(url)}'} 1234"


@dataclass
class Archive:
    """What it holds, what it was asked, and answers that it gives first, before it works (429, 503, ...)."""

    rows: list[str] = field(default_factory=list)
    pages: dict[str, Reply] = field(default_factory=dict)  # "<timestamp> <url>"
    first: list[Reply] = field(default_factory=list)
    always: Callable[[str], Reply | None] = lambda path: None
    limit: int = 0  # rows in one answer, less than asked for
    asked: list[str] = field(default_factory=list)
    address: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def hold(self, url: str, taken: str, body: str, digest: str = "") -> None:
        """Archive a page."""
        self.rows.append(row(url, taken, digest=digest))
        memento = {"Memento-Datetime": "Thu, 01 Jan 2015 00:00:00 GMT", "Content-Type": "text/html"}
        self.pages[f"{taken} {url}"] = (200, memento, body.encode())

    def redirect(self, url: str, taken: str, to: str) -> None:
        """Archive a redirect of the site."""
        self.rows.append(row(url, taken, "301"))
        head = {"Memento-Datetime": "Thu, 01 Jan 2015 00:00:00 GMT", "Location": f"{self.address}/web/{taken}id_/{to}"}
        self.pages[f"{taken} {url}"] = (301, head, b"")

    def count(self, start: str) -> int:
        """How often addresses that begin so were asked."""
        return sum(path.startswith(start) for path in self.asked)

    def answer(self, path: str) -> Reply:
        """The answer to a request."""
        with self.lock:
            self.asked.append(path)
            if self.first:
                return self.first.pop(0)
        if (always := self.always(path)) is not None:
            return always
        if path.startswith("/cdx/search/cdx?"):
            return 200, {"Content-Type": "text/plain"}, self._index(parse_qs(path.split("?", 1)[1])).encode()
        taken, _, url = path.removeprefix("/web/").partition("id_/")
        missing: Reply = (404, {"Content-Type": "text/html"}, b"<title>Wayback Machine</title>")
        return self.pages.get(f"{taken} {url}", missing)

    def _index(self, asked: dict[str, list[str]]) -> str:
        """Filters, limits and resume keys as the CDX server's README tells them."""
        wanted = row(asked["url"][0] if "://" in asked["url"][0] else f"http://{asked['url'][0]}", "2019").split(" ")[0]
        host = asked.get("matchType") == ["host"]
        scope = wanted.split(")")[0] + ")"
        rows = sorted(line for line in self.rows if line.startswith(scope if host else wanted + " "))
        for rule in asked.get("filter", []):
            name, _, pattern = rule.lstrip("!").partition(":")
            cell = ["urlkey", "timestamp", "original", "mimetype", "statuscode"].index(name)
            keep = not rule.startswith("!")
            rows = [line for line in rows if bool(re.fullmatch(pattern, line.split(" ")[cell])) == keep]
        resume = asked.get("resumeKey", [""])[0].replace("%20", " ")
        rows = [line for line in rows if line >= resume]
        most = int(asked["limit"][0])
        if most < 0:
            return "\n".join(rows[most:]) + "\n"
        most = self.limit or most
        rest = f"\n{rows[most].replace(' ', '%20')}\n" if len(rows) > most else ""
        return "".join(f"{line}\n" for line in rows[:most]) + rest


@contextmanager
def serve_archive(archive: Archive) -> Iterator[Archive]:
    """Serve it on a free port of 127.0.0.1."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1

        def do_GET(self) -> None:
            status, headers, body = archive.answer(self.path)
            self.send_response_only(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    archive.address = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield archive
    finally:
        server.shutdown()
        server.server_close()


def recorded(cassette: Path) -> list[tuple[str, Reply]]:
    """(path asked, answer) of a recorded test of the `wayback` package: its YAML is regular enough to be cut up."""
    found = []
    for part in re.split(r"(?m)^- request:\n", cassette.read_text(encoding="utf-8"))[1:]:
        uri = re.search(r"(?m)^    uri: (\S+)", part)
        code = re.search(r"(?m)^      code: (\d+)", part)
        assert uri is not None
        assert code is not None
        answer = part.split("  response:\n", 1)[1]
        packed = re.search(r"string: !!binary \|\n((?:        .*\n)+)", answer)
        pairs = re.findall(r"(?m)^      ([A-Za-z-]+):\n      - (.*(?:\n        .*)*)", answer)
        head = {name: re.sub(r"\s*\n\s*", " ", value).strip("'") for name, value in pairs}
        dropped = {"transfer-encoding", "connection", "content-length"}
        head = {name: value for name, value in head.items() if name.lower() not in dropped}
        body = base64.b64decode(packed[1]) if packed else b""
        if not body:
            head = {name: value for name, value in head.items() if name.lower() != "content-encoding"}
        path = uri[1].split("web.archive.org", 1)[1]
        found.append((path, (int(code[1]), head, body)))
    return found
