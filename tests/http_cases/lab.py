"""Many small sites on loopback at once, each a host of its own (127.1.x.y), served from one thread."""

import asyncio
import contextlib
import ssl
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.http_cases.case import HttpCase, Page, Raw, Reply, Script, Site, Turns
from tests.http_cases.pages import DEFAULTS
from tests.net.loopback import Asked

Certificates = Mapping[str, ssl.SSLContext]
_CLOSES = (("Connection", "close"),)


@dataclass
class Host:
    """One site at one address, and what it was asked."""

    site: Site
    address: str
    tls: ssl.SSLContext | None = None
    port: int = 0
    other: "Host | None" = None
    listens: bool = True
    asked: list[Asked] = field(default_factory=list)
    _turns: Counter[str] = field(default_factory=Counter)
    writers: set[asyncio.StreamWriter] = field(default_factory=set)  # of the connections that are open

    @property
    def origin(self) -> str:
        """Scheme, address and port."""
        return f"{'https' if self.tls else 'http'}://{self.address}:{self.port}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the requests of one connection."""
        self.writers.add(writer)
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            while await self._serve_one(reader, writer):
                pass
        with contextlib.suppress(OSError):
            writer.close()
            await writer.wait_closed()
        self.writers.discard(writer)

    async def _serve_one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head.strip().split("\r\n")
        method, target, *_ = first.split(" ")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        asked = Asked(target, headers, time.monotonic(), method)
        self.asked.append(asked)
        reply = self._choose(method, target)
        if isinstance(reply, Page):
            writer.write(self._render(reply, method))
        elif isinstance(reply, Raw):
            writer.write(self._fill(reply.written.decode("latin-1")).encode("latin-1"))
        else:
            await reply(asked, _Pen(writer).write)
        await writer.drain()
        return isinstance(reply, Page) and _CLOSES[0] not in reply.headers

    def _choose(self, method: str, target: str) -> Page | Raw | Script:
        site = {**DEFAULTS, **self.site}
        reply: Reply = next(site[key] for key in (f"{method} {target}", target, f"{method} *", "*") if key in site)
        if not isinstance(reply, Turns):
            return reply
        turn = self._turns[target]
        self._turns[target] += 1
        chosen = reply.answers[min(turn, len(reply.answers) - 1)]
        assert not isinstance(chosen, Turns)
        return chosen

    def _render(self, page: Page, method: str) -> bytes:
        body = self._fill(page.body).encode() if isinstance(page.body, str) else page.body
        lines = [f"HTTP/1.1 {page.status} X"]
        lines += [f"Content-Type: {page.kind}"] if page.kind else []
        lines += [f"{name}: {self._fill(value)}" for name, value in page.headers]
        bare = page.status in (204, 304) or 100 <= page.status < 200
        lines += [] if bare else [f"Content-Length: {len(body)}"]
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + (b"" if bare or method == "HEAD" else body)

    def _fill(self, text: str) -> str:
        there = self.other.origin if self.other is not None else self.origin
        netloc = f"{self.address}:{self.port}"
        return text.replace("%SELF%", self.origin).replace("%OTHER%", there).replace("%NETLOC%", netloc)


class _Pen:
    """Writes and flushes."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self._writer = writer

    async def write(self, data: bytes) -> None:
        self._writer.write(data)
        await self._writer.drain()


@dataclass
class Served:
    """A case with the address to ask for, and its hosts."""

    case: HttpCase
    url: str
    host: Host


@contextmanager
def serve_cases(cases: Sequence[HttpCase], certificates: Certificates | None = None) -> Iterator[list[Served]]:
    """Serve the cases from a thread. Those over TLS are left out unless their `certificates` are given."""
    kept = [case for case in cases if not case.certificate or certificates]
    served = [_place(case, number, certificates or {}) for number, case in enumerate(kept)]
    hosts = [host for one in served for host in (one.host, one.host.other) if host is not None]
    loop = asyncio.new_event_loop()
    started = threading.Event()
    thread = threading.Thread(target=_run, args=(loop, hosts, started), daemon=True)
    thread.start()
    assert started.wait(30), "the servers of the HTTP cases did not start"
    for one in served:
        scheme, _, place = one.host.origin.partition(":")
        one.url = f"{_SPOKEN.get(one.case.certificate, scheme)}:{place}{one.case.asked}"
    try:
        yield served
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(30)


_PRESENTED = {"plain_to_tls": "good", "tls_to_plain": ""}
_SPOKEN = {"plain_to_tls": "http", "tls_to_plain": "https"}
"""Cases where the two sides do not speak the same: the certificate of the server, and the scheme it is asked by."""

GOOD_ADDRESS = "127.0.0.9"
"""The address that the good certificate is for."""


def _place(case: HttpCase, number: int, certificates: Certificates) -> Served:
    address = f"127.1.{number // 200}.{number % 200 + 1}"
    tls = certificates.get(_PRESENTED.get(case.certificate, case.certificate))
    host = Host(case.site, GOOD_ADDRESS if case.certificate == "good" else address, tls, listens=case.listens)
    if case.elsewhere is not None:
        host.other = Host(case.elsewhere, address.replace("127.1.", "127.2."))
        host.other.other = host
    return Served(case, "", host)


def _run(loop: asyncio.AbstractEventLoop, hosts: Sequence[Host], started: threading.Event) -> None:
    asyncio.set_event_loop(loop)
    loop.set_exception_handler(lambda _loop, _context: None)  # peers break connections in every way
    servers = loop.run_until_complete(_start(hosts))
    loop.call_soon(started.set)
    loop.run_forever()
    for server in servers:
        server.close()
    loop.run_until_complete(_hang_up(hosts))
    loop.close()


async def _hang_up(hosts: Sequence[Host]) -> None:
    for writer in [writer for host in hosts for writer in host.writers]:
        writer.transport.abort()
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await asyncio.sleep(0.05)


async def _start(hosts: Sequence[Host]) -> list[asyncio.Server]:
    servers = []
    for host in hosts:
        server = await asyncio.start_server(host.serve, host.address, 0, ssl=host.tls)
        host.port = server.sockets[0].getsockname()[1]
        if not host.listens:
            server.close()
        servers.append(server)
    return servers
