"""Audits from the page, as people ask for them: site, files, options, start, progress, stop, continue, and the end."""

import json
import re
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser
from tests.web.harness import BrowserPages, DemoWorkspace, Pages, Reply, serve_pages
from tests.web.test_overview import words

from linkreclaim.config import FetchSettings
from linkreclaim.demo.exports import write_exports
from linkreclaim.demo.scenes import read_scenes
from linkreclaim.demo.servers import LoopbackHosts
from linkreclaim.demo.websites import Addresses, render_websites

SETTINGS = FetchSettings(allow_private=True, stranger_per_s=1_000)


def wait_until(true: Callable[[], Any], timeout_s: float = 60) -> None:
    end = time.monotonic() + timeout_s
    while not true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


def send_files(pages: Pages, host: str, files: dict[str, bytes], kind: str = "links", **headers: str) -> Reply:
    """Send files as a browser's form does."""
    border = uuid.uuid4().hex
    field = f'--{border}\r\nContent-Disposition: form-data; name="kind"\r\n\r\n{kind}\r\n'.encode()
    parts = [
        f'--{border}\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n".encode()
        + body
        + b"\r\n"
        for name, body in files.items()
    ]
    content_type = f"multipart/form-data; boundary={border}"
    sent = {"Content-Type": content_type, "Sec-Fetch-Site": "same-origin", **headers}
    body = field + b"".join(parts) + f"--{border}--\r\n".encode()
    return pages.ask("POST", f"/sites/{host}/runs/new/files", body, sent)


class HeldSite(BaseHTTPRequestHandler):
    """A site without pages: it answers a few requests and then waits, so that somebody can stop the audit."""

    protocol_version = "HTTP/1.1"
    answered_at_once = 20
    asked: list[str]
    go_on: threading.Event

    def do_GET(self) -> None:
        self.asked.append(self.path)
        if len(self.asked) > self.answered_at_once:
            self.go_on.wait(30)
        self.send_response(404)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@dataclass(frozen=True)
class Held:
    """A site that waits until `go_on` is set."""

    host: str
    asked: list[str]
    go_on: threading.Event

    def targets(self) -> list[str]:
        """The linked addresses that were asked for so far."""
        return [path for path in self.asked if re.fullmatch(r"/old-\d+", path)]

    def wait(self) -> None:
        """Until the audit waits for an answer."""
        wait_until(lambda: len(self.asked) > HeldSite.answered_at_once)


@contextmanager
def serve_held() -> Iterator[Held]:
    asked: list[str] = []
    go_on = threading.Event()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (HeldSite,), {"asked": asked, "go_on": go_on}))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield Held(f"127.0.0.1:{server.server_port}", asked, go_on)
    finally:
        go_on.set()
        server.shutdown()
        server.server_close()


def write_list(host: str, pages: int) -> bytes:
    rows = [f"http://blog-{n}.example/post,http://{host}/old-{n},a guide {n}" for n in range(pages)]
    return "\n".join(["Source URL,Target URL,Anchor", *rows, ""]).encode()


@pytest.fixture
def empty_pages(tmp_path: Path) -> Iterator[Pages]:
    """An empty workspace, served; let in."""
    with serve_pages(DemoWorkspace(tmp_path / "ws", "", ""), settings=SETTINGS) as served:
        served.enter()
        yield served


@dataclass(frozen=True)
class LawFirm:
    """A demo site that answers, and the exports about it."""

    host: str
    exports: tuple[Path, ...]


@pytest.fixture
def law_firm(tmp_path: Path) -> Iterator[LawFirm]:
    scene = next(scene for scene in read_scenes() if scene.key == "2-shop")
    with LoopbackHosts(1 + len(scene.referrers)) as hosts:
        site, *referrers = hosts.addresses
        addresses = Addresses(site, tuple(referrers), site)
        (tmp_path / "exports").mkdir()
        exports = write_exports(scene, addresses, tmp_path / "exports", date(2026, 11, 1))
        with hosts.serve(render_websites(scene, addresses)):
            yield LawFirm(site, tuple(exports))


class TestFirstRun:
    def test_an_empty_workspace_asks_for_the_site(self, empty_pages: Pages) -> None:
        assert empty_pages.get("/").headers["location"] == "/new"
        shown = words(empty_pages.get("/new").text)
        assert "Which site has lost links?" in shown
        assert "Nothing is changed on any site" in shown

    @pytest.mark.parametrize("typed", ["", "   ", "http://", "a b c", "x" * 300, "ftp://example.com/"])
    def test_what_is_no_site_is_said(self, empty_pages: Pages, typed: str) -> None:
        reply = empty_pages.post("/new", {"site": typed})
        assert reply.status == 400
        assert 'role="alert"' in reply.text
        assert "Traceback" not in reply.text
        assert not list(empty_pages.workspace.folder.glob("uploads/*"))

    def test_a_site_waits_for_its_files_and_can_be_given_up(self, empty_pages: Pages) -> None:
        reply = empty_pages.post("/new", {"site": " https://www.Example.com/page "})
        assert (reply.status, reply.headers["location"]) == (303, "/sites/example.com/runs/new")
        assert "Audit example.com" in words(empty_pages.get("/sites/example.com/runs/new").text)
        assert "example.com" in words(empty_pages.get("/new").text)
        assert empty_pages.get("/sites/example.com").status == 404
        send_files(empty_pages, "example.com", {"a.csv": write_list("example.com", 3)})
        empty_pages.post("/new/give-up", {"host": "example.com"})
        assert empty_pages.get("/sites/example.com/runs/new").status == 404
        assert not list(empty_pages.workspace.folder.glob("uploads/*"))

    def test_in_chromium(self, browser: Browser, axe: str, empty_pages: Pages) -> None:
        BrowserPages(browser, empty_pages, axe).check_page("/new")


def open_site(pages: Pages, host: str) -> None:
    assert pages.post("/new", {"site": f"http://{host}"}).status == 303


def files_shown(reply: Reply) -> str:
    return words(reply.text.replace("<div id", "<main><div id", 1) + "</main>")


class TestFiles:
    def test_each_is_recognised_at_once(self, empty_pages: Pages, law_firm: LawFirm) -> None:
        open_site(empty_pages, law_firm.host)
        sent = {path.name: path.read_bytes() for path in law_firm.exports}
        reply = send_files(empty_pages, law_firm.host, sent, **{"HX-Request": "true"})
        assert reply.status == 200
        assert "<html" not in reply.text
        shown = files_shown(reply)
        assert "Search Console" in shown
        assert re.search(r"\b\d+ rows?\b", shown)
        assert send_files(empty_pages, law_firm.host, {"new.txt": b"x,y\n1,2\n"}).status == 303

    def test_one_that_is_none_says_why_in_the_readers_words(self, empty_pages: Pages) -> None:
        open_site(empty_pages, "example.com")
        hostile = b"<script>alert(1)</script>,b\n1,2\n"
        shown = send_files(empty_pages, "example.com", {"../../x.csv": hostile, "e.csv": b""}, **{"HX-Request": "true"})
        assert "no known link export. Header found" in shown.text
        assert "the file is empty" in shown.text
        assert "<script>" not in shown.text
        assert str(empty_pages.workspace.folder) not in shown.text
        reply = empty_pages.post("/sites/example.com/runs/new", {"read_pages": "on"})
        assert reply.status == 400
        assert "there is no file with links yet" in reply.text

    def test_one_of_another_site_is_told(self, empty_pages: Pages) -> None:
        open_site(empty_pages, "new.example")
        send_files(empty_pages, "new.example", {"a.csv": write_list("old.example", 3)})
        page = "/sites/new.example/runs/new"
        assert "Most of its links lead to old.example, not to new.example" in words(empty_pages.get(page).text)
        refused = empty_pages.post(page, {"old_hosts": "old.example", "sitemaps": "/etc/passwd"})
        assert "not to new.example" not in words(refused.text)

    def test_stay_inside_the_workspace_under_names_of_ours_and_are_never_served(self, empty_pages: Pages) -> None:
        open_site(empty_pages, "example.com")
        names = ["../../../../tmp/evil.csv", "..", ".htaccess", "a b ü.CSV", "x" * 300 + ".csv", "con", "a\\b.csv"]
        send_files(empty_pages, "example.com", {name: f"a,b\n1,{n}\n".encode() for n, name in enumerate(names)})
        folder = empty_pages.workspace.folder / "uploads" / "site-example.com"
        kept = sorted(path.name for path in folder.iterdir() if re.match(r"\d{4}-", path.name))
        assert len(kept) == len(names)
        assert all(re.fullmatch(r"\d{4}-[a-z0-9][a-z0-9.-]{0,59}", name) for name in kept), kept
        assert {path.stat().st_mode & 0o777 for path in folder.iterdir() if path.name in kept} == {0o600}
        for path in ("uploads/site-example.com", "static/../uploads", "sites/example.com/runs/new/files"):
            assert empty_pages.get(f"/{path}/{kept[0]}").status == 404

    def test_the_same_one_twice_is_refused_and_one_can_be_removed(self, empty_pages: Pages) -> None:
        open_site(empty_pages, "example.com")
        body = write_list("example.com", 3)
        send_files(empty_pages, "example.com", {"a.csv": body})
        again = send_files(empty_pages, "example.com", {"b.csv": body})
        assert "the same file is here already, as a.csv" in again.text
        removal = "/sites/example.com/runs/new/files/remove"
        assert empty_pages.post(removal, {"name": "../asked.json"}).status == 303
        assert empty_pages.post(removal, {"name": "asked.json"}).status == 303
        assert "0001-a.csv" in empty_pages.get("/sites/example.com/runs/new").text
        left = empty_pages.post(removal, {"name": "0001-a.csv"}, HX_Request="true").text
        assert "0001-a.csv" not in left
        folder = empty_pages.workspace.folder / "uploads" / "site-example.com"
        assert sorted(path.name for path in folder.iterdir()) == ["asked.json", "files.json"]

    def test_for_a_site_nobody_opened_are_refused(self, empty_pages: Pages) -> None:
        assert send_files(empty_pages, "unknown.example", {"a.csv": b"a,b\n"}).status == 404
        assert not list(empty_pages.workspace.folder.glob("uploads/*"))


class TestOptions:
    @pytest.mark.parametrize(
        ("fields", "said"),
        [
            ({"old_hosts": "old.example, host!!"}, "is no host such as"),
            ({"old_hosts": "example.com"}, "is the site itself"),
            ({"sitemaps": "/etc/passwd"}, "is no address of a sitemap"),
            ({"sitemaps": "file:///etc/passwd"}, "is no address of a sitemap"),
            ({"foreign": "on", "internal": "on"}, "of your own site only"),
        ],
    )
    def test_that_make_no_sense_are_said_and_kept(self, empty_pages: Pages, fields: dict[str, str], said: str) -> None:
        open_site(empty_pages, "example.com")
        send_files(empty_pages, "example.com", {"a.csv": write_list("example.com", 3)})
        reply = empty_pages.post("/sites/example.com/runs/new", fields)
        assert reply.status == 400
        assert said in words(reply.text)
        typed = next(iter(fields.values()))
        assert typed.partition(",")[0] in words(reply.text) or "checked" in reply.text
        assert not (empty_pages.workspace.folder / "run.lock").exists()


def begin(pages: Pages, host: str, links: int) -> None:
    """Start an audit of a site with so many linked addresses."""
    open_site(pages, host)
    send_files(pages, host, {"a.csv": write_list(host, links)})
    assert pages.post(f"/sites/{host}/runs/new", {}).status == 303


def runs_page(pages: Pages, host: str) -> str:
    return words(pages.get(f"/sites/{host}/runs").text)


def read_events(pages: Pages, host: str, after: int = 0) -> list[tuple[str, Any]]:
    """Everything a stream sends until it ends."""
    reply = pages.get(f"/sites/{host}/runs/stream?after={after}")
    assert reply.headers["content-type"].startswith("text/event-stream")
    found = re.findall(r"event: (\w+)\ndata: (.*)\n\n", reply.text)
    return [(name, json.loads(data)) for name, data in found]


class TestAudit:
    def test_from_the_site_to_its_result(self, empty_pages: Pages, law_firm: LawFirm) -> None:
        host = law_firm.host
        open_site(empty_pages, host)
        send_files(empty_pages, host, {path.name: path.read_bytes() for path in law_firm.exports})
        reply = empty_pages.post(f"/sites/{host}/runs/new", {"read_pages": "on"})
        assert (reply.status, reply.headers["location"]) == (303, f"/sites/{host}/runs")
        assert "An audit is at work" in runs_page(empty_pages, host)
        assert "One audit at a time" in words(empty_pages.get(f"/sites/{host}/runs/new").text)
        events = read_events(empty_pages, host)
        assert [name for name, _ in events][-1] == "end"
        assert {name for name, _ in events[:-1]} == {"progress"}
        assert "Checking linked addresses" in events[-2][1]["html"]
        said = [line["text"] for _, event in events[:-1] for line in event["said"]]
        assert any("First list from the files alone" in line for line in said)
        numbers = [line["number"] for _, event in events[:-1] for line in event["said"]]
        assert numbers == sorted(set(numbers))
        shown = runs_page(empty_pages, host)
        assert "The audit has ended" in shown
        assert all(path.name in shown for path in law_firm.exports)
        assert "0001-" not in shown  # the number that keeps uploads of one name apart
        assert "lost pages with links" in words(empty_pages.get(f"/sites/{host}").text)
        assert (empty_pages.workspace.folder / "reports").is_dir()
        assert read_events(empty_pages, host) == [("end", {})]

    def test_stopped_and_continued_asks_nothing_twice(self, empty_pages: Pages) -> None:
        with serve_held() as site:
            begin(empty_pages, site.host, 80)
            site.wait()
            assert empty_pages.post(f"/sites/{site.host}/runs/new", {}).status == 400
            removal = empty_pages.post(f"/sites/{site.host}/runs/new/files/remove", {"name": "0001-a.csv"})
            assert "stop it before" in words(removal.text)
            assert empty_pages.post(f"/sites/{site.host}/runs/stop", {}).status == 303
            assert read_events(empty_pages, site.host)[-1][0] == "end"
            shown = runs_page(empty_pages, site.host)
            assert "An audit is not finished" in shown
            assert "Continue" in shown
            before = site.targets()
            site.go_on.set()
            assert empty_pages.post(f"/sites/{site.host}/runs/continue", {}).status == 303
            read_events(empty_pages, site.host)
            assert "The audit has ended" in runs_page(empty_pages, site.host)
            assert len(set(site.targets())) == 80
            assert 0 < len(before) < 80
            assert len(site.targets()) <= 80 + 8  # what was in flight is asked again

    def test_of_another_server_on_the_workspace_is_left_alone(self, empty_pages: Pages) -> None:
        with serve_held() as site, serve_pages(empty_pages.workspace, settings=SETTINGS) as second:
            second.enter()
            begin(empty_pages, site.host, 60)
            site.wait()
            second.post(f"/sites/{site.host}/runs/continue", {})
            read_events(second, site.host)
            assert "another run is working" in runs_page(second, site.host)
            assert "An audit is at work" in runs_page(empty_pages, site.host)

    def test_that_fails_says_why_in_its_own_words(self, empty_pages: Pages) -> None:
        open_site(empty_pages, "example.com")
        send_files(empty_pages, "example.com", {"a.csv": write_list("example.com", 3)})
        folder = empty_pages.workspace.folder / "uploads" / "site-example.com"
        (folder / "0001-a.csv").write_text("something else\n")
        empty_pages.post("/sites/example.com/runs/new", {})
        read_events(empty_pages, "example.com")
        shown = runs_page(empty_pages, "example.com")
        assert "The audit could not go on" in shown
        assert "no input could be read" in shown
        assert "Traceback" not in shown


class TestHistory:
    def test_says_what_each_found_and_what_changed(self, pages: Pages) -> None:
        host = pages.workspace.relaunch
        html = pages.get(f"/sites/{host}/runs").text
        assert "Ahrefs Backlinks" in words(html)
        newest = re.findall(rf'href="(/sites/{host}/runs/\d+)"', html)[0]
        shown = words(pages.get(newest).text)
        assert "2 pages back" in shown
        assert "0 pages newly lost" in shown
        assert "Not found (404)" in shown
        oldest = re.findall(rf'href="(/sites/{host}/runs/\d+)"', html)[-1]
        assert "no finished audit before it" in words(pages.get(oldest).text)

    def test_names_the_rows_of_a_file_that_were_not_read(self, empty_pages: Pages) -> None:
        with serve_held() as site:
            host = site.host
            open_site(empty_pages, host)
            rows = write_list(host, 3) + b"ht!tp://<b>nonsense</b>,,\nhttp://ragged.example/\n"
            send_files(empty_pages, host, {"a.csv": rows})
            empty_pages.post(f"/sites/{host}/runs/new", {})
            read_events(empty_pages, host)
            html = empty_pages.get(f"/sites/{host}/runs").text
            file = re.findall(rf'href="(/sites/{host}/runs/files/\d+)"', html)[0]
            reply = empty_pages.get(file)
            assert "Rows with a problem" in words(reply.text)
            assert "left out" in words(reply.text)
            assert "<b>nonsense" not in reply.text

    @pytest.mark.parametrize("path", ["runs/999", "runs/files/999", "runs/x"])
    def test_what_is_not_there_says_so(self, pages: Pages, path: str) -> None:
        assert pages.get(f"/sites/{pages.workspace.shop}/{path}").status in (400, 404)

    def test_of_another_site_is_not_shown(self, pages: Pages) -> None:
        host, other = pages.workspace.relaunch, pages.workspace.shop
        run = re.findall(rf"/sites/{host}/runs/(\d+)", pages.get(f"/sites/{host}/runs").text)[0]
        assert pages.get(f"/sites/{other}/runs/{run}").status == 404


class TestInChromium:
    """The whole way with a browser; each page on it is accessible."""

    @pytest.fixture
    def browser_pages(self, browser: Browser, axe: str, empty_pages: Pages) -> BrowserPages:
        return BrowserPages(browser, empty_pages, axe)

    def test_files_dropped_are_recognised_and_the_audit_is_followed(
        self, browser_pages: BrowserPages, tmp_path: Path
    ) -> None:
        (tmp_path / "none.csv").write_text("a,b\n1,2\n")
        with serve_held() as site, browser_pages.open("/", expected="400") as page:
            (tmp_path / "links.csv").write_bytes(write_list(site.host, 60))
            page.fill("#site", f"http://{site.host}/")
            page.keyboard.press("Enter")
            page.wait_for_selector("#file-input")
            page.set_input_files("#file-input", [tmp_path / "links.csv", tmp_path / "none.csv"])
            page.wait_for_selector("text=60 rows")
            assert "Cannot be used" in page.inner_text("#files")
            assert page.input_value("#file-input") == ""
            assert browser_pages.find_violations(page) == []
            page.click("text=Remove >> nth=1")
            page.wait_for_selector("text=Cannot be used", state="detached")
            page.uncheck("#read_pages")
            page.click("text=Start the audit")
            page.wait_for_selector("#progress >> text=Checking linked addresses")
            site.wait()
            page.wait_for_selector("#said >> text=First list from the files alone")
            assert browser_pages.find_violations(page) == []
            page.focus("text=Stop")
            page.keyboard.press("Enter")
            page.wait_for_selector("text=An audit is not finished")
            assert browser_pages.find_violations(page) == []
            site.go_on.set()
            page.click("#work button >> text=Continue")
            page.wait_for_selector("text=The audit has ended")
            assert "no longer at work" in (page.text_content("#work-said") or "")
            assert browser_pages.find_violations(page) == []

    def test_without_scripts_the_page_refreshes_itself(self, browser_pages: BrowserPages) -> None:
        pages = browser_pages.pages
        with serve_held() as site:
            begin(pages, site.host, 40)
            site.wait()
            with browser_pages.open(f"/sites/{site.host}/runs", script=False) as page:
                assert "An audit is at work" in page.inner_text("main")
                site.go_on.set()
                page.wait_for_selector("text=The audit has ended", timeout=30_000)

    def test_every_page_is_accessible(self, browser_pages: BrowserPages, browser: Browser, axe: str) -> None:
        pages = browser_pages.pages
        open_site(pages, "example.com")
        send_files(pages, "example.com", {"a.csv": write_list("old.example", 3), "b.csv": b"x,y\n"})
        browser_pages.check_page("/sites/example.com/runs/new")
        browser_pages.check_page("/new")

    def test_history_is_accessible(self, browser: Browser, axe: str, pages: Pages) -> None:
        shown = BrowserPages(browser, pages, axe)
        host = pages.workspace.relaunch
        html = pages.get(f"/sites/{host}/runs").text
        run = re.findall(rf'href="(/sites/{host}/runs/\d+)"', html)[0]
        file = re.findall(rf'href="(/sites/{host}/runs/files/\d+)"', html)[0]
        for path in (f"/sites/{host}/runs", run, file):
            shown.check_page(path)
