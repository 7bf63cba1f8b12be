"""A vendor on loopback: a real HTTP server that answers as a fake of the vendor does, and a bench to pull through."""

import json
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from linkreclaim.model.events import RunEvent
from linkreclaim.model.links import Claim, RowProblem
from linkreclaim.model.sites import Site
from linkreclaim.sources.apis.asker import Asker
from linkreclaim.sources.apis.interface import ApiReport, Vendor, Want
from linkreclaim.sources.apis.secrets import Secret
from linkreclaim.sources.apis.session import ApiSession

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
WANT = Want(Site("example.com"), date(2026, 11, 22))


@dataclass(frozen=True)
class Asked:
    """One request as the server read it."""

    method: str
    path: str  # percent-encoded as it came, without its query
    params: Mapping[str, str]
    headers: Mapping[str, str]  # names in lower case
    body: bytes

    @property
    def json(self) -> Any:
        """The body's JSON."""
        return json.loads(self.body)


@dataclass(frozen=True)
class Reply:
    """What a fake answers: `content` is sent as JSON, or as it is when it is bytes; status 0 breaks the connection."""

    content: Any = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def payload(self) -> bytes:
        """The bytes of the body."""
        return self.content if isinstance(self.content, bytes) else json.dumps(self.content).encode()


Fake = Callable[[Asked], Reply]
"""A vendor as its documentation describes it."""


@dataclass
class VendorServer:
    """A running server: where it is, and what it was asked."""

    origin: str = ""
    asked: list[Asked] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.asked)


class _Server(ThreadingHTTPServer):
    daemon_threads = True


@contextmanager
def serve(fake: Fake, tls: ssl.SSLContext | None = None) -> Iterator[VendorServer]:
    """Serve a fake on a free port of 127.0.0.1 until the block ends."""
    told = VendorServer()
    server = _Server(("127.0.0.1", 0), _handler(fake, told))
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    told.origin = f"{'https' if tls else 'http'}://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield told
    finally:
        server.shutdown()
        server.server_close()


def _handler(fake: Fake, told: VendorServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            params = dict(parse_qsl(parts.query, keep_blank_values=True))
            headers = {name.lower(): value for name, value in self.headers.items()}
            asked = Asked(self.command, parts.path, params, headers, body)
            told.asked.append(asked)
            reply = fake(asked)
            if reply.status == 0:
                self.close_connection = True
                return
            self.send_response(reply.status)
            for name, value in {"Content-Type": "application/json", **reply.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(reply.payload)))
            self.end_headers()
            self.wfile.write(reply.payload)
            self.wfile.flush()

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, *_: object) -> None:
            pass

    return Handler


@dataclass
class MemoryShelf:
    """A shelf for tests of a client; that of a workspace is `store.answers`."""

    kept: dict[str, bytes] = field(default_factory=dict)
    spent_units: float = 0.0

    def find(self, key: str) -> bytes | None:
        return self.kept.get(key)

    def spend(self, units: float) -> None:
        self.spent_units += units

    def keep(self, key: str, content: bytes) -> None:
        self.kept[key] = content


@dataclass
class Bench:
    """Pulls through a real session and asker; the shelf stays between pulls, as it does after an interruption."""

    vendor: Vendor
    session: ApiSession
    secrets: Mapping[str, str]
    shelf: MemoryShelf = field(default_factory=MemoryShelf)
    slept_s: list[float] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)

    def asker(self, budget_units: float | None = None) -> Asker:
        """An `Ask`, with nothing slept and everything told kept."""
        secrets = {name: Secret(value, "a test") for name, value in self.secrets.items()}
        return Asker(
            *(self.vendor, self.session, secrets, self.shelf, budget_units),
            sleep=self.slept_s.append,
            clock=lambda: NOW,
            sink=self._take,
        )

    def _take(self, event: RunEvent) -> None:
        self.messages.append(event.message)

    def rows(
        self, report: ApiReport | str, want: Want = WANT, budget_units: float | None = None
    ) -> list[Claim | RowProblem]:
        """All rows of one report (or of the one that has this name)."""
        if isinstance(report, str):
            report = next(entry for entry in self.vendor.reports if entry.name == report)
        return list(report.pull(want, self.asker(budget_units)))

    def claims(self, report: ApiReport | str, want: Want = WANT, budget_units: float | None = None) -> list[Claim]:
        """The rows of a report, which all have to be good."""
        rows = self.rows(report, want, budget_units)
        assert all(isinstance(row, Claim) for row in rows), rows
        return [row for row in rows if isinstance(row, Claim)]


@contextmanager
def bench(
    vendor: Vendor, fake: Fake, origins: Sequence[str], secrets: Mapping[str, str]
) -> Iterator[tuple[Bench, VendorServer]]:
    """A bench whose calls to `origins` ("https://api.vendor.example") go to a server that answers as `fake` does."""
    with serve(fake) as server, ApiSession(dict.fromkeys(origins, server.origin), total_timeout_s=10) as session:
        yield Bench(vendor, session, secrets), server
