"""A real Chromium as the reference: the links of pages as its DOM has them, scripts switched off.

It is driven by the DevTools protocol over two pipes (`--remote-debugging-pipe`: JSON messages that end in NUL), so
no library is needed. Pages are served from a loopback server of our own; every other name fails to resolve, and a
content security policy keeps the pages from loading, running or opening anything. Linux and macOS.
"""

import fcntl
import json
import os
import select
import shutil
import signal
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

_FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-extensions", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--no-first-run", "--disable-dev-shm-usage", "--mute-audio"),
    *("--no-proxy-server", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", "--remote-debugging-pipe"),
)
_POLICY = "sandbox allow-same-origin; default-src 'none'"
"""Nothing is loaded, scripts stay off and a meta refresh is not followed (HTML Standard, 7.1.5 "Sandboxing")."""

_COLLECT = """[...document.querySelectorAll('a, area')].flatMap(link => {
  if (link instanceof SVGElement && link.localName === 'a') {
    const href = link.getAttribute('href') ?? link.getAttributeNS('http://www.w3.org/1999/xlink', 'href')
    if (href === null || !URL.canParse(href, document.baseURI)) return []
    return [[new URL(href, document.baseURI).href, link.getAttribute('rel') ?? '']]
  }
  if (!(link instanceof HTMLElement) || !link.hasAttribute('href')) return []
  return /^https?:$/.test(link.protocol) ? [[link.href, link.rel]] : []
}).filter(([href]) => /^https?:/.test(href))"""


@dataclass(frozen=True, slots=True)
class Page:
    """A saved page as a server would send it."""

    body: bytes
    content_type: str


class Chromium:
    """One browser with one tab; use `open_chromium`."""

    def __init__(self, to_browser: int, from_browser: int) -> None:
        self._to, self._from = to_browser, from_browser
        self._buffer = b""
        self._number = 0
        self._session = ""
        self._events: list[str] = []
        target = self._call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self._call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self._call("Page.enable")
        self._call("Emulation.setScriptExecutionDisabled", value=True)

    def links(self, url: str, timeout_s: float = 60) -> list[tuple[str, str]]:
        """`href` and `rel` of each http(s) link of a page in its order; raises TimeoutError and RuntimeError."""
        self._events.clear()
        answer = self._call("Page.navigate", timeout_s, url=url)
        if "errorText" in answer:
            raise RuntimeError(f"Chromium could not open {url}: {answer['errorText']}")
        deadline = time.monotonic() + timeout_s
        while "Page.domContentEventFired" not in self._events:
            self._read(deadline)
        expression = f"JSON.stringify([location.href, {_COLLECT}])"
        value = self._call("Runtime.evaluate", timeout_s, expression=expression)
        if "exceptionDetails" in value:
            raise RuntimeError(f"{url}: {value['exceptionDetails']}")
        at, links = json.loads(value["result"]["value"])
        if at != url:
            raise RuntimeError(f"Chromium is at {at}, not at {url}")
        return [(href, rel) for href, rel in links]

    def _call(self, method: str, timeout_s: float = 60, **params: Any) -> dict[str, Any]:
        self._number += 1
        message = {"id": self._number, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self._to, data) :]
        deadline = time.monotonic() + timeout_s
        while True:
            answer = self._read(deadline)
            if answer.get("id") == self._number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return dict(answer["result"])

    def _read(self, deadline: float) -> dict[str, Any]:
        """The next message; events are remembered by name."""
        while b"\0" not in self._buffer:
            ready, _, _ = select.select([self._from], [], [], max(0.0, deadline - time.monotonic()))
            if not ready:
                raise TimeoutError("Chromium does not answer")
            data = os.read(self._from, 1 << 20)
            if not data:
                raise RuntimeError("Chromium ended")
            self._buffer += data
        message, self._buffer = self._buffer.split(b"\0", 1)
        answer: dict[str, Any] = json.loads(message)
        if "method" in answer:
            self._events.append(answer["method"])
        return answer


@contextmanager
def open_chromium(program: Path) -> Iterator[Chromium]:
    """Start the browser with an empty profile, and end it with all its processes."""
    profile = tempfile.mkdtemp(prefix="linkreclaim-chromium-")
    pipes = [_high(end) for _ in range(2) for end in os.pipe()]
    browser_in, to_browser, from_browser, browser_out = pipes
    arguments = [str(program), *_FLAGS, f"--user-data-dir={profile}", "about:blank"]
    actions = [(os.POSIX_SPAWN_OPEN, fd, os.devnull, os.O_RDWR, 0) for fd in (0, 1, 2)]
    actions += [(os.POSIX_SPAWN_DUP2, browser_in, 3), (os.POSIX_SPAWN_DUP2, browser_out, 4)]  # type: ignore[list-item]
    pid = os.posix_spawn(program, arguments, os.environ, file_actions=actions, setpgroup=0)
    os.close(browser_in)
    os.close(browser_out)
    try:
        yield Chromium(to_browser, from_browser)
    finally:
        os.killpg(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(to_browser)
        os.close(from_browser)
        shutil.rmtree(profile, ignore_errors=True)


def _high(descriptor: int) -> int:
    """The same pipe end under a number that is not in the way of 3 and 4, where Chromium expects its two."""
    moved = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, 10)
    os.close(descriptor)
    return moved


@contextmanager
def serve(pages: Sequence[Page]) -> Iterator[Callable[[int], str]]:
    """Serve pages on loopback; gives the URL of each by its number."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name = self.path.removeprefix("/pages/").removesuffix(".html")
            page = pages[int(name)] if name.isdecimal() and int(name) < len(pages) else None
            self.send_response(200 if page else 404)
            self.send_header("Content-Security-Policy", _POLICY)
            self.send_header("Content-Length", str(len(page.body) if page else 0))
            if page:
                self.send_header("Content-Type", page.content_type)
            self.end_headers()
            self.wfile.write(page.body if page else b"")

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield lambda number: f"http://127.0.0.1:{server.server_port}/pages/{number}.html"
        finally:
            server.shutdown()
            thread.join()
