"""Serves websites on loopback: many addresses, one process, real HTTP.

Every website gets a port of its own on 127.0.0.1 (macOS has no other loopback address by default), and host:port is a
site of its own, so each of them is a referring domain of its own.
"""

import selectors
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from linkreclaim.demo.websites import Website

_LOOPBACK = "127.0.0.1"


class LoopbackHosts:
    """Ports on loopback: bound at once, so that pages can name them, and serving once `serve` is entered.

    Use it as a context manager; leaving it closes all ports.
    """

    def __init__(self, count: int) -> None:
        self._servers = [_Server((_LOOPBACK, 0), _Handler) for _ in range(count)]
        self.addresses = tuple(f"{_LOOPBACK}:{server.server_port}" for server in self._servers)

    def __enter__(self) -> "LoopbackHosts":
        return self

    def __exit__(self, *_: object) -> None:
        for server in self._servers:
            server.server_close()

    @contextmanager
    def serve(self, websites: Mapping[str, Website]) -> Iterator[None]:
        """Answer requests, each address with its website, until the block is left."""
        for address, server in zip(self.addresses, self._servers, strict=True):
            server.website = websites[address]
        stop, stopped = socket.socketpair()
        loop = threading.Thread(target=self._accept, args=(stopped,), name="demo websites", daemon=True)
        loop.start()
        try:
            yield
        finally:
            stop.close()
            loop.join()
            stopped.close()

    def _accept(self, stopped: socket.socket) -> None:
        """Hand each connection to a thread; one loop for all ports."""
        with selectors.DefaultSelector() as selector:
            selector.register(stopped, selectors.EVENT_READ)
            for server in self._servers:
                selector.register(server, selectors.EVENT_READ, server)
            while True:
                for key, _ in selector.select():
                    if key.fileobj is stopped:
                        return
                    key.data.handle_request()


@contextmanager
def reserve_silent_address() -> Iterator[str]:
    """host:port of a port that is taken and refuses every connection: the domain that has lapsed."""
    with socket.socket() as silent:
        silent.bind((_LOOPBACK, 0))
        yield f"{_LOOPBACK}:{silent.getsockname()[1]}"


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    website: Website


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "demo"
    sys_version = ""
    timeout = 10  # seconds that an idle connection is kept
    disable_nagle_algorithm = True
    server: _Server

    def do_GET(self) -> None:
        reply = self.server.website.answer(self.path)
        body = reply.body.encode()
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.content_type)
        self.send_header("Content-Length", str(len(body)))
        if reply.location:
            self.send_header("Location", reply.location)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    def do_HEAD(self) -> None:
        self.do_GET()

    def log_message(self, *_: Any) -> None:
        """Requests of the demo are not news."""
