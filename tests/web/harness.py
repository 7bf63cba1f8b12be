"""The page as its users meet it: served on loopback, asked over HTTP and through Chromium."""

import asyncio
import http.client
import re
import socket
import threading
from collections.abc import Coroutine, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlencode

from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize

from linkreclaim.config import FetchSettings
from linkreclaim.demo.exports import write_exports
from linkreclaim.demo.scenes import Scene, read_scenes
from linkreclaim.demo.servers import LoopbackHosts
from linkreclaim.demo.websites import Addresses, render_websites
from linkreclaim.jobs.audits.audit import audit
from linkreclaim.jobs.runs.context import AuditRequest
from linkreclaim.web.app import create_app
from linkreclaim.web.security import Hosts
from linkreclaim.web.serving import configure, listen
from linkreclaim.web.sessions import Sessions

ResultT = TypeVar("ResultT")
FIRST_DAY = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
PHONE, DESK = ViewportSize(width=375, height=800), ViewportSize(width=1280, height=900)


@dataclass(frozen=True)
class DemoWorkspace:
    """A workspace made by real audits of demo sites."""

    folder: Path
    relaunch: str  # host of a site audited twice: two lost pages were mended in between
    shop: str  # host of a site audited once


def make_demo_workspace(place: Path) -> DemoWorkspace:
    """Audit two demo sites over HTTP into one workspace; takes a few seconds."""
    scenes = {scene.key: scene for scene in read_scenes()}
    relaunch = scenes["1-relaunch"]
    mended = tuple((page.was, page.path) for page in relaunch.pages if page.was)[:2]
    later = replace(relaunch, redirects=relaunch.redirects + mended)
    first = _audit_scene([relaunch, later], place)
    return DemoWorkspace(place / "ws", first, _audit_scene([scenes["2-shop"]], place))


def _audit_scene(states: list[Scene], place: Path) -> str:
    """Audit a site in each of its states, a week apart; returns its host."""
    scene = states[0]
    with LoopbackHosts(1 + len(scene.referrers)) as hosts:
        site, *referrers = hosts.addresses
        addresses = Addresses(site, tuple(referrers), site)
        (place / scene.key).mkdir()
        exports = write_exports(scene, addresses, place / scene.key, date(2026, 11, 1))
        settings = FetchSettings(allow_private=True, stranger_per_s=1_000)
        out = place / "ws" / "report"
        request = AuditRequest(f"http://{site}", tuple(exports), place / "ws", out, fresh=True, settings=settings)
        for week, state in enumerate(states):
            now = FIRST_DAY + timedelta(weeks=week)
            with hosts.serve(render_websites(state, addresses)):
                run_apart(audit(request, lambda _: None, lambda _: None, clock=lambda now=now: now))  # type: ignore[misc]
    return site


def run_apart(work: Coroutine[Any, Any, ResultT]) -> ResultT:
    """Run a coroutine in a thread of its own: Playwright may have an event loop running in this one."""
    with ThreadPoolExecutor(1) as aside:
        return aside.submit(asyncio.run, work).result()


@dataclass(frozen=True)
class Reply:
    """One HTTP answer."""

    status: int
    headers: Mapping[str, str]  # names in lower case
    text: str


class Pages:
    """A served page, and somebody who asks it over HTTP; `cookie` is the session, "" for a stranger."""

    def __init__(self, port: int, sessions: Sessions, workspace: DemoWorkspace) -> None:
        self.port = port
        self.sessions = sessions
        self.workspace = workspace
        self.origin = f"http://127.0.0.1:{port}"
        self.cookie = ""

    def enter(self) -> Reply:
        """Come in with the one-time link; later requests are those of the session."""
        return self._keep(self.get(f"/enter?token={self.sessions.token}"))

    def log_in(self, password: str, name: str = "Ada", **headers: str) -> Reply:
        """Come in with a password."""
        return self._keep(self.post("/login", {"password": password, "name": name, "next": "/sites"}, **headers))

    def _keep(self, reply: Reply) -> Reply:
        held = re.match(r"[^=]+=([^;]+)", reply.headers.get("set-cookie", ""))
        if held:
            self.cookie = held[1]
        return reply

    def get(self, path: str, **headers: str) -> Reply:
        """GET a path. Keyword `HX_Request="true"` is the header HX-Request."""
        return self.ask("GET", path, "", headers)

    def post(self, path: str, fields: Mapping[str, str], **headers: str) -> Reply:
        """POST a form as a browser would from the page itself, unless the headers say otherwise."""
        values = {"Sec_Fetch_Site": "same-origin", "Content_Type": "application/x-www-form-urlencoded", **headers}
        return self.ask("POST", path, urlencode(fields), values)

    def ask(self, method: str, path: str, body: str | bytes | Iterator[bytes], headers: Mapping[str, str]) -> Reply:
        """Any request; empty headers are left out."""
        sent = {name.replace("_", "-"): value for name, value in headers.items() if value}
        if self.cookie:
            sent.setdefault("Cookie", f"{self.sessions.cookie}={self.cookie}")
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body or None, sent)
            answer = connection.getresponse()
            text = answer.read().decode("utf-8", "replace")
            return Reply(answer.status, {name.lower(): value for name, value in answer.getheaders()}, text)
        finally:
            connection.close()


@contextmanager
def serve_pages(
    workspace: DemoWorkspace,
    password: str = "",
    hosts: Hosts | None = None,
    clock_s: Any = None,
    settings: FetchSettings | None = None,
) -> Iterator[Pages]:
    """Serve a workspace on a free port, in a thread of this process."""
    with listen(socket.AF_INET, ("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        sessions = Sessions("Ada", port, password, **({"clock_s": clock_s} if clock_s else {}))
        app = create_app(workspace.folder, sessions, hosts, settings)
        server = configure(app)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        try:
            yield Pages(port, sessions, workspace)
        finally:
            server.should_exit = True
            thread.join(10)


class BrowserPages:
    """The served page in Chromium, with the session of `pages`."""

    def __init__(self, browser: Browser, pages: Pages, axe: str) -> None:
        self.browser = browser
        self.axe = axe
        self.pages = pages

    @contextmanager
    def open(self, path: str, *, script: bool = True, size: ViewportSize = DESK, expected: str = "") -> Iterator[Page]:
        """A page in a fresh browser context. What the browser complains of fails the test, unless it is `expected`."""
        context = self.browser.new_context(java_script_enabled=script, viewport=size)
        complaints: list[str] = []
        try:
            self._let_in(context)
            page = context.new_page()
            page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.goto(self.pages.origin + path)
            yield page
        finally:
            context.close()
        assert [said for said in complaints if not expected or expected not in said] == []

    def _let_in(self, context: BrowserContext) -> None:
        if self.pages.cookie:
            name, value = self.pages.sessions.cookie, self.pages.cookie
            context.add_cookies([{"name": name, "value": value, "url": self.pages.origin}])

    def check_page(self, path: str) -> None:
        """Accessible in both schemes and at both widths, no wider than its screen, and readable without scripts."""
        with self.open(path) as page:
            for size in (DESK, PHONE):
                page.set_viewport_size(size)
                assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], f"{path} is too wide"
                for scheme in ("light", "dark"):
                    page.emulate_media(color_scheme=scheme)
                    assert self.find_violations(page) == [], f"{path}, {scheme}, {size['width']} px"
            with_script = page.inner_text("main")
        with self.open(path, script=False, size=PHONE) as page:
            assert page.inner_text("main").split() == with_script.split()

    def find_violations(self, page: Page) -> list[str]:
        """What axe-core finds wrong with the page as it stands, each with its first element."""
        page.evaluate(self.axe)
        found = page.evaluate("axe.run({resultTypes: ['violations']})")
        return [f"{each['id']}: {each['nodes'][0]['html']}" for each in found["violations"]]
