"""The redirects of a site: files, refusals and downloads; proved and verified on a real nginx."""

import http.client
import re
import shutil
import socket
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from io import BytesIO

import pytest
from tests.conftest import RequireProgram
from tests.redirects.servers import Proxying, run_engine
from tests.web.harness import FIRST_DAY, BrowserPages, DemoWorkspace, Pages, serve_pages
from tests.web.test_overview import words
from tests.web.test_rules import accept

from linkreclaim.config import FetchSettings
from linkreclaim.demo.scenes import read_scenes
from linkreclaim.demo.servers import LoopbackHosts
from linkreclaim.demo.websites import Addresses, render_websites
from linkreclaim.jobs.desk.site_redirects import RedirectDesk
from linkreclaim.model.decisions import Decision, DecisionState
from linkreclaim.model.judgements import Disposition
from linkreclaim.redirects import WRITERS, ServerFile
from linkreclaim.store import open_workspace

HOSTILE = "/page?<script>alert(1)</script>\u202e"


def path_of(pages: Pages, rest: str = "") -> str:
    return f"/sites/{pages.workspace.relaunch}/redirects{rest}"


def download(pages: Pages, server: str) -> dict[str, bytes]:
    """The files of a server out of its archive, by their names."""
    connection = http.client.HTTPConnection("127.0.0.1", pages.port, timeout=30)
    headers = {"Cookie": f"{pages.sessions.cookie}={pages.cookie}"}
    connection.request("GET", path_of(pages, f"/{server}/download"), headers=headers)
    content = connection.getresponse().read()
    connection.close()
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}


@pytest.fixture
def accepted(own_pages: Pages) -> Pages:
    """A copy of the workspace in which the rule's 17 redirects are accepted; for one test alone."""
    own_pages.enter()
    accept(own_pages)
    return own_pages


@pytest.fixture(scope="module")
def accepted_once(demo_workspace: DemoWorkspace, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pages]:
    """The same for tests that only read."""
    folder = tmp_path_factory.mktemp("accepted") / "ws"
    shutil.copytree(demo_workspace.folder, folder)
    with serve_pages(replace(demo_workspace, folder=folder)) as served:
        served.enter()
        accept(served)
        yield served


def decide(pages: Pages, number: int, disposition: Disposition, target: str | None) -> str:
    """Accept something for one of the pages that are still undecided; gives its URL."""
    with open_workspace(pages.workspace.folder) as workspace:
        site_id = workspace.ledger.site_id(pages.workspace.relaunch)
        run_id = workspace.dead_pages.listed_run(site_id) or 0
        held = workspace.decisions.latest(site_id)
        page = [each for each in workspace.proposals.of_run(run_id) if each.url_id not in held][number]
        made = Decision(page.url, DecisionState.ACCEPTED, disposition, target, "Ada", FIRST_DAY)
        workspace.decisions.decide(site_id, page.url_id, 0, made)
        return page.url


class TestFiles:
    def test_nothing_accepted_says_so(self, pages: Pages) -> None:
        shown = words(pages.get(path_of(pages)).text)
        assert "No redirect is accepted yet" in shown
        assert "23 proposed redirects are still undecided" in shown

    @pytest.mark.parametrize("server", sorted(WRITERS))
    def test_every_server_has_its_files_and_install(self, accepted_once: Pages, server: str) -> None:
        html = accepted_once.get(path_of(accepted_once, f"?server={server}")).text
        files = download(accepted_once, server)
        assert f"INSTALL-{server}.txt" in files
        assert all(re.fullmatch(r"[A-Za-z0-9._-]+", name) for name in files)
        shown = words(html)
        assert f"17 redirects are written for {WRITERS[server].title}" in shown or "Not written" in shown
        install = words(accepted_once.get(path_of(accepted_once, f"?server={server}&file=INSTALL-{server}.txt")).text)
        assert "Where it goes" in install

    def test_a_file_comes_as_it_is(self, accepted_once: Pages) -> None:
        name = "linkreclaim-redirects.conf"
        reply = accepted_once.get(path_of(accepted_once, f"/nginx/files/{name}"))
        assert reply.text.encode() == download(accepted_once, "nginx")[name]
        assert reply.headers["content-disposition"] == f'attachment; filename="{name}"'
        assert reply.headers["content-type"] == "application/octet-stream"

    @pytest.mark.parametrize(
        "rest", ["?server=nonsense", "?server=nginx&file=../../etc/passwd", "/nginx/files/x", "/x/download"]
    )
    def test_what_is_not_there_is_refused(self, accepted_once: Pages, rest: str) -> None:
        assert accepted_once.get(path_of(accepted_once, rest)).status in (400, 404)

    def test_refused_lines_are_told_with_their_reason(self, accepted: Pages) -> None:
        source = decide(accepted, 0, Disposition.GONE, None)
        shown = words(accepted.get(path_of(accepted, "?server=shopify")).text)
        assert "17 redirects are written for Shopify. One was refused." in shown
        assert "its redirects know no status 410" in shown
        refused = download(accepted, "shopify")["refused.csv"].decode()
        assert source.partition("/blog")[2] in refused

    def test_what_is_hostile_is_shown_as_text(self, accepted: Pages) -> None:
        decide(accepted, 0, Disposition.REDIRECT, f"http://{accepted.workspace.relaunch}{HOSTILE}")
        for server in ("nginx", "netlify", "shopify", "wordpress-redirection"):
            html = accepted.get(path_of(accepted, f"?server={server}")).text
            assert "<script>alert" not in html
            assert "\u202e" not in html

    def test_in_chromium(self, own_browser_pages: BrowserPages) -> None:
        pages = own_browser_pages.pages
        own_browser_pages.check_page(path_of(pages))
        accept(pages)
        decide(pages, 0, Disposition.GONE, None)
        own_browser_pages.check_page(path_of(pages, "?server=shopify"))
        with own_browser_pages.open(path_of(pages)) as page:
            page.get_by_label("Server, platform or content system").select_option("caddy")
            page.get_by_role("button", name="Show the files").click()
            page.get_by_role("link", name="INSTALL-caddy.txt", exact=True).click()
            assert "Where it goes" in page.locator(".file").inner_text()
            with page.expect_download() as sent:
                page.get_by_role("link", name=re.compile("^Download all")).click()
            assert sent.value.suggested_filename.endswith(".zip")


class TestParts:
    def test_a_part_comes_alone_and_is_left_to_a_reload_while_nothing_is_planned(
        self, accepted: Pages, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = path_of(accepted, "?server=nginx")
        part = accepted.get(path, HX_Request="true", HX_Target="prove").text
        assert "Prove the files on this machine" in part
        assert "Verify what is deployed" not in part
        monkeypatch.setattr(RedirectDesk, "accepted", lambda *_: None)
        reply = accepted.get(path, HX_Request="true", HX_Target="prove")
        assert (reply.status, reply.headers["hx-refresh"], reply.text) == (200, "true", "")
        assert "are being put together" in words(accepted.get(path).text)


class TestProving:
    def test_a_real_nginx_answers_line_by_line(
        self, own_browser_pages: BrowserPages, require_program: RequireProgram
    ) -> None:
        require_program("nginx")
        pages = own_browser_pages.pages
        accept(pages)
        with own_browser_pages.open(path_of(pages, "?server=nginx")) as page:
            page.get_by_role("button", name="Prove the files").click()
            page.get_by_role("heading", name="All 17 redirects answer as meant").wait_for(timeout=30_000)
            page.locator("#prove summary").click()
            assert page.locator("#prove tbody tr").count() == 17
            assert own_browser_pages.find_violations(page) == []
        shown = words(pages.get(path_of(pages, "?server=nginx")).text)
        assert re.search(r"nginx [\d.]+, .* for Ada\. 34 live pages were asked for, too\.", shown)
        decide(pages, 0, Disposition.GONE, None)
        assert "changed since then" in words(pages.get(path_of(pages, "?server=nginx")).text)

    def test_what_no_program_reads_is_refused(self, accepted_once: Pages) -> None:
        assert accepted_once.post(path_of(accepted_once, "/shopify/prove"), {}).status == 400
        assert "Prove the files" not in accepted_once.get(path_of(accepted_once, "?server=shopify")).text

    def test_a_server_that_is_not_installed_is_said_to_be(
        self, accepted_once: Pages, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PATH", "")
        monkeypatch.setattr("linkreclaim.redirects.local.find._MORE_FOLDERS", ())
        html = accepted_once.get(path_of(accepted_once, "?server=nginx")).text
        assert "nginx is not installed on the machine where linkreclaim runs" in words(html)
        assert "/nginx/prove" not in html


@contextmanager
def deployed(files: dict[str, bytes], require_program: RequireProgram) -> Iterator[str]:
    """The demo's website behind a real nginx that holds the files; gives its address."""
    scene = next(scene for scene in read_scenes() if scene.key == "1-relaunch")
    with LoopbackHosts(1 + len(scene.referrers)) as hosts:
        own, *referrers = hosts.addresses
        websites = render_websites(scene, Addresses(own, tuple(referrers), own))
        written = tuple(ServerFile(name, content) for name, content in files.items())
        with hosts.serve(websites), run_engine("nginx", written, require_program, Proxying(f"http://{own}")) as server:
            yield f"http://127.0.0.1:{server.port}"


class TestVerifying:
    def test_tells_each_line_of_a_real_server(
        self, demo_workspace: DemoWorkspace, accepted: Pages, require_program: RequireProgram
    ) -> None:
        settings = FetchSettings(allow_private=True, stranger_per_s=1_000)
        folder = accepted.workspace.folder
        with serve_pages(replace(demo_workspace, folder=folder), settings=settings) as pages:
            pages.enter()
            files = {name: content for name, content in download(pages, "nginx").items() if name.endswith(".conf")}
            with deployed(files, require_program) as base:
                shown = verify(pages, base)
                assert "All 17 redirects work" in shown, shown
                extra = decide(pages, 0, Disposition.REDIRECT, f"http://{pages.workspace.relaunch}/contact/")
                assert "changed since then" in words(pages.get(path_of(pages)).text)
                shown = verify(pages, base)
                assert "One is wrong." in shown
                assert extra.partition(pages.workspace.relaunch)[2] in shown
            table = pages.get(path_of(pages, "/verified.csv"))
            assert table.headers["content-disposition"].startswith("attachment")
            assert table.text.count(",failed,") == 1

    def test_private_addresses_are_not_asked_unless_allowed(self, accepted: Pages) -> None:
        shown = verify(accepted, f"http://{accepted.workspace.relaunch}")
        assert "could not be told" in shown
        assert "is a loopback address" in shown

    @pytest.mark.parametrize("base", ["", "javascript:alert(1)", "file:///etc/passwd", "http://"])
    def test_what_is_no_address_is_refused(self, accepted_once: Pages, base: str) -> None:
        assert accepted_once.post(path_of(accepted_once, "/verify"), {"base": base}).status == 400

    def test_is_stopped(self, accepted: Pages) -> None:
        with socket.socket() as silent:  # takes connections and never answers
            silent.bind(("127.0.0.1", 0))
            silent.listen(64)
            settings = FetchSettings(allow_private=True)
            with serve_pages(replace(accepted.workspace), settings=settings) as pages:
                pages.enter()
                base = f"http://127.0.0.1:{silent.getsockname()[1]}"
                assert pages.post(path_of(pages, "/verify"), {"base": base}).status == 303
                assert pages.post(path_of(pages, "/verify"), {"base": base}).status == 400, "one at a time"
                assert pages.post(path_of(pages, "/stop"), {"proof": "live"}).status == 303
                assert "The verification was stopped." in wait_for_end(pages)

    def test_nothing_accepted_is_said(self, own_pages: Pages) -> None:
        own_pages.enter()
        assert own_pages.get(path_of(own_pages, "/verified.csv")).status == 400

    def test_in_chromium_with_its_result(self, own_browser_pages: BrowserPages) -> None:
        pages = own_browser_pages.pages
        accept(pages)
        with own_browser_pages.open(path_of(pages)) as page:
            page.get_by_role("button", name="Verify").click()
            page.get_by_text("Each line").wait_for(timeout=30_000)
            assert "lines and pages are as they should be" in page.locator("#verify-said").inner_text()
        own_browser_pages.check_page(path_of(pages))


def verify(pages: Pages, base: str) -> str:
    """Verify and wait for the end; gives the words of the page."""
    reply = pages.post(path_of(pages, "/verify"), {"base": base, "name": pages.workspace.relaunch})
    assert reply.status == 303, reply.text
    return wait_for_end(pages)


def wait_for_end(pages: Pages) -> str:
    """The words of the page when nothing is at work any more."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        html = pages.get(path_of(pages)).text
        if "/redirects/stop" not in html:
            return words(html)
        time.sleep(0.2)
    raise AssertionError("the verification does not end")
