"""A small HTTP server on loopback that writes its answers byte by byte, so that they can be broken in every way."""

import asyncio
import contextlib
import ssl
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from types import TracebackType

from linkreclaim.urls import Url, parse


@dataclass
class Asked:
    """One request as the server read it."""

    target: str
    headers: dict[str, str]
    at: float
    method: str = "GET"


Handler = Callable[[Asked, asyncio.StreamWriter], Awaitable[bytes | None]]
"""Gives the bytes of an answer and keeps the connection, or writes for itself and gives None: then it is closed."""


def reply(status: int = 200, body: bytes = b"", *, phrase: str = "X", **headers: str) -> bytes:
    """An answer with its Content-Length; `content_type="a"` becomes `content-type: a`."""
    lines = [f"HTTP/1.1 {status} {phrase}", f"content-length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode("utf-8") + b"\r\n\r\n" + body


def always(answer: bytes) -> Handler:
    """A handler that gives the same bytes to every request."""

    async def handle(_asked: Asked, _writer: asyncio.StreamWriter) -> bytes:
        return answer

    return handle


def by_path(answers: dict[str, bytes]) -> Handler:
    """A handler that knows some request targets and answers 404 to the rest."""

    async def handle(asked: Asked, _writer: asyncio.StreamWriter) -> bytes:
        return answers.get(asked.target, reply(404))

    return handle


@dataclass
class Loopback:
    """The server; use it as an async context manager and read afterwards what it was asked."""

    handler: Handler
    tls: ssl.SSLContext | None = None
    asked: list[Asked] = field(default_factory=list)
    connections: int = 0
    peak_in_flight: int = 0
    port: int = 0
    _in_flight: int = 0
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def __aenter__(self) -> "Loopback":
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self.tls)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @property
    def netloc(self) -> str:
        """host:port of the server."""
        return f"127.0.0.1:{self.port}"

    def url(self, target: str = "/", host: str = "127.0.0.1") -> Url:
        """A URL on this server."""
        url = parse(f"{'https' if self.tls else 'http'}://{host}:{self.port}{target}")
        assert url is not None
        return url

    @property
    def targets(self) -> list[str]:
        """The request targets in the order in which they came."""
        return [asked.target for asked in self.asked]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.connections += 1
        try:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError):
                await self._answer_all(reader, writer)
        except asyncio.CancelledError:
            pass
        finally:
            self._tasks.discard(task)
            writer.transport.abort()

    async def _answer_all(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            first, *lines = head.strip().split("\r\n")
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
            method, target, *_ = first.split(" ")
            asked = Asked(target, headers, time.monotonic(), method)
            self.asked.append(asked)
            answer = await self._count(asked, writer)
            if answer is None:
                return
            writer.write(answer)
            await writer.drain()

    async def _count(self, asked: Asked, writer: asyncio.StreamWriter) -> bytes | None:
        self._in_flight += 1
        self.peak_in_flight = max(self.peak_in_flight, self._in_flight)
        try:
            return await self.handler(asked, writer)
        finally:
            self._in_flight -= 1
