"""Run by test_resolver.py in a process whose system resolver is ours: prints what the transport makes of each name.

`python -m tests.net.resolver_scenarios` expects /etc/resolv.conf to name RESOLVER. Needs root, for port 53.
"""

import asyncio
import json
import struct
from collections.abc import Callable
from typing import Any, cast

from tests.net.loopback import Loopback, always, reply

from linkreclaim.config import FetchSettings
from linkreclaim.net import CurlTransport, Request, Response
from linkreclaim.net.guard import refuse_address
from linkreclaim.urls import parse

RESOLVER = "127.0.0.53"
PUBLIC = "127.0.0.9"
"""Stands for an address that may be asked: the guard of the scenarios lets it pass, and judges all others as ever."""

NO_ERROR, SERVER_FAILED, NO_SUCH_NAME = 0, 2, 3
Answer = Callable[[int], tuple[int, list[str]] | None]
"""How often the name was asked before -> (response code, IPv4 addresses), or None for silence."""

NAMES: dict[str, Answer] = {
    "both.example": lambda _: (NO_ERROR, [PUBLIC, "127.0.0.1"]),
    "turns.example": lambda before: (NO_ERROR, [PUBLIC if before == 0 else "127.0.0.1"]),
    "inner.example": lambda _: (NO_ERROR, ["127.0.0.1"]),
    "metadata.example": lambda _: (NO_ERROR, ["169.254.169.254"]),
    "former.example": lambda _: (NO_SUCH_NAME, []),
    "slip.example": lambda before: (NO_SUCH_NAME, []) if before == 0 else (NO_ERROR, [PUBLIC]),
    "failing.example": lambda _: (SERVER_FAILED, []),
    "silent.example": lambda _: None,
}


class NameServer(asyncio.DatagramProtocol):
    """Answers A questions by NAMES, and that there is no AAAA (RFC 1035, 4.1)."""

    def __init__(self) -> None:
        self.asked: dict[str, int] = {}

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the socket to answer on."""
        self._socket = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: Any) -> None:
        """One question."""
        name, end = _read_name(data, 12)
        kind = struct.unpack("!H", data[end : end + 2])[0]
        before = self.asked.get(name, 0)
        told = NAMES[name](before) if name in NAMES else (NO_SUCH_NAME, [])
        if kind == 1:
            self.asked[name] = before + 1
        if told is None:
            return
        code, addresses = told
        records = [] if kind != 1 else addresses
        head = data[:2] + struct.pack("!HHHHH", 0x8180 | code, 1, len(records), 0, 0)
        body = b"".join(
            b"\xc0\x0c" + struct.pack("!HHIH", 1, 1, 0, 4) + bytes(map(int, address.split("."))) for address in records
        )
        self._socket.sendto(head + data[12 : end + 4] + body, addr)


def _read_name(data: bytes, at: int) -> tuple[str, int]:
    labels = []
    while length := data[at]:
        labels.append(data[at + 1 : at + 1 + length].decode("ascii"))
        at += 1 + length
    return ".".join(labels).lower(), at + 1


def _guard(ip: str) -> str | None:
    return None if ip == PUBLIC else refuse_address(ip)


async def _ask(name: str, port: int) -> Response:
    settings = FetchSettings(total_timeout_s=8.0, connect_timeout_s=4.0)
    transport = CurlTransport(settings, refuse=_guard)
    url = parse(f"http://{name}:{port}/")
    assert url is not None
    try:
        return await transport.send(Request(url))
    finally:
        await transport.close()


async def _run() -> None:
    loop = asyncio.get_running_loop()
    await loop.create_datagram_endpoint(NameServer, local_addr=(RESOLVER, 53))
    async with Loopback(always(reply(200, b"inner"))) as inner:
        port = inner.port
        public = await asyncio.start_server(_public, PUBLIC, port)
        first = await _ask("turns.example", port)
        public.close()
        told = {name: await _ask(name, port) for name in NAMES} | {"turns.example, first": first}
        report = {name: [one.status_code, one.failure and one.failure.value] for name, one in told.items()}
        print(json.dumps({"told": report, "inner_asked": len(inner.targets)}))


async def _public(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    writer.close()


if __name__ == "__main__":
    asyncio.run(_run())
