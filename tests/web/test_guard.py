"""What stands between the page and everyone else, asked over HTTP."""

import re
import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import Headers
from starlette.routing import Route
from tests.web.harness import Pages, serve_pages

from linkreclaim.errors import InputError, WorkspaceError
from linkreclaim.store.decisions import StaleDecisionError
from linkreclaim.web.app import find_routes
from linkreclaim.web.rendering import own_path
from linkreclaim.web.security import (
    HEADERS,
    LOOPBACK_NAMES,
    MAX_FORM_BYTES,
    MAX_UPLOAD_BYTES,
    Hosts,
    is_cross_origin,
    is_public,
)
from linkreclaim.web.sessions import FAILURE_WINDOW_S, FAILURES_AT_ONCE, MAX_IDLE_S, Sessions, TooManyAttemptsError

PASSWORD = "correct horse"
ROUTES = [route for route in find_routes() if isinstance(route, Route)]
GET_PATHS = sorted({route.path for route in ROUTES if "GET" in (route.methods or ())})
WRITE_PATHS = sorted({route.path for route in ROUTES if (route.methods or set()) - {"GET", "HEAD"}})


def fill(path: str, host: str) -> str:
    """A route's path with values for its parameters: the site, and 1 for whatever else."""
    return re.sub(r"\{\w+(:\w+)?\}", "1", path.replace("{host}", host))


class TestHostNames:
    @pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "0.0.0.0"])
    def test_a_name_that_is_not_ours_is_refused(self, pages: Pages, host: str) -> None:
        reply = pages.get("/sites", Host=host)
        assert reply.status == 400
        assert "set-cookie" not in reply.headers

    @pytest.mark.parametrize("host", ["localhost", "LOCALHOST:99", "127.0.0.1", "[::1]:8417", "[::1]", "localhost."])
    def test_loopback_is_ours_at_any_port(self, pages: Pages, host: str) -> None:
        assert pages.get("/sites", Host=host).status == 200

    def test_named_hosts_are_ours_and_addresses_only_where_asked_for(self) -> None:
        named = Hosts(LOOPBACK_NAMES | {"links.example.com"})
        assert named.allow("links.example.com:443")
        assert not named.allow("192.168.1.5:8417")
        assert Hosts(any_address=True).allow("192.168.1.5:8417")
        assert Hosts(any_address=True).allow("[fe80::1]:8417")
        assert not Hosts(any_address=True).allow("rebound.example")


class TestOrigins:
    @pytest.mark.parametrize("site", ["cross-site", "same-site"])
    def test_another_websites_form_changes_nothing(self, pages: Pages, site: str) -> None:
        reply = pages.post("/name", {"name": "Mallory"}, Sec_Fetch_Site=site)
        assert reply.status == 403
        assert "another website" in reply.text
        assert "Mallory" not in pages.get("/sites").text

    @pytest.mark.parametrize(
        ("headers", "refused"),
        [
            ({"origin": "http://127.0.0.1:1"}, False),
            ({"origin": "http://127.0.0.1:2"}, True),
            ({"origin": "http://evil.example"}, True),
            ({"origin": "null"}, True),
            ({}, False),
            ({"sec-fetch-site": "same-origin", "origin": "http://proxy.example"}, False),
            ({"sec-fetch-site": "none"}, False),
            ({"sec-fetch-site": "cross-site", "origin": "http://127.0.0.1:1"}, True),
        ],
    )
    def test_where_a_write_comes_from(self, headers: dict[str, str], refused: bool) -> None:
        sent = Headers({"host": "127.0.0.1:1", **headers})
        assert is_cross_origin("POST", sent) is refused
        assert not is_cross_origin("GET", sent)


class TestSession:
    def test_the_link_lets_in_once(self, own_pages: Pages) -> None:
        token = own_pages.sessions.token
        assert own_pages.get("/sites").status == 403
        assert own_pages.ask("HEAD", f"/enter?token={token}", "", {}).status == 200
        reply = own_pages.enter()
        assert (reply.status, reply.headers["location"]) == (303, "/")
        cookie = reply.headers["set-cookie"].lower()
        assert "httponly" in cookie
        assert "samesite=strict" in cookie
        assert own_pages.get("/sites").status == 200
        own_pages.cookie = ""
        assert own_pages.get(f"/enter?token={token}").status == 403
        assert own_pages.get("/enter?token=").status == 403

    def test_the_cookie_is_for_https_alone_behind_a_tls_proxy(self, own_pages: Pages) -> None:
        reply = own_pages.get(f"/enter?token={own_pages.sessions.token}", X_Forwarded_Proto="https")
        assert "secure" in reply.headers["set-cookie"].lower()

    def test_whoever_is_in_may_open_the_link_again(self, pages: Pages) -> None:
        assert pages.get("/enter?token=used").status == 303

    @pytest.mark.parametrize("path", [path for path in GET_PATHS if not is_public(path)])
    def test_a_stranger_sees_no_page(self, stranger: Pages, path: str) -> None:
        reply = stranger.get(fill(path, stranger.workspace.relaunch))
        assert reply.status == 403
        assert stranger.workspace.relaunch not in reply.text

    @pytest.mark.parametrize("path", [path for path in WRITE_PATHS if not is_public(path)])
    def test_a_stranger_changes_nothing(self, stranger: Pages, path: str) -> None:
        assert stranger.post(fill(path, stranger.workspace.relaunch), {"name": "Mallory"}).status == 403

    def test_a_guessed_cookie_is_none(self, stranger: Pages) -> None:
        stranger.cookie = "x" * 43
        assert stranger.get("/sites").status == 403

    def test_an_unused_session_ends(self) -> None:
        now_s = [0.0]
        sessions = Sessions("Ada", 1, clock_s=lambda: now_s[0])
        cookies = {sessions.cookie: sessions.enter(sessions.token) or ""}
        now_s[0] += MAX_IDLE_S
        assert sessions.find(cookies) is not None
        now_s[0] += MAX_IDLE_S + 1
        assert sessions.find(cookies) is None

    def test_who_decides_can_say_so(self, own_pages: Pages) -> None:
        own_pages.enter()
        assert ">Ada<" in own_pages.get("/sites").text
        reply = own_pages.post("/name", {"name": "  Grace \n <b>Hopper</b> ", "next": "/sites?a=1"})
        assert (reply.status, reply.headers["location"]) == (303, "/sites?a=1")
        assert "Grace &lt;b&gt;Hopper&lt;/b&gt;" in own_pages.get("/sites").text


class TestPassword:
    @pytest.fixture
    def locked(self, own_pages: Pages) -> Iterator[Pages]:
        with serve_pages(own_pages.workspace, PASSWORD) as served:
            yield served

    def test_the_right_one_lets_in_and_goes_on(self, locked: Pages) -> None:
        reply = locked.get("/sites?a=1")
        assert (reply.status, reply.headers["location"]) == (303, "/login?next=%2Fsites%3Fa%3D1")
        assert 'value="/sites?a=1"' in locked.get(reply.headers["location"]).text
        assert locked.log_in("wrong password").status == 403
        assert locked.get("/sites").status == 303
        reply = locked.log_in(PASSWORD, name="Grace")
        assert (reply.status, reply.headers["location"]) == (303, "/sites")
        assert ">Grace<" in locked.get("/sites").text
        assert locked.post("/logout", {}).status == 303
        assert locked.get("/sites").status == 303

    def test_there_is_no_link_beside_it(self, locked: Pages) -> None:
        assert locked.sessions.token == ""
        assert locked.get("/enter?token=").status == 403

    def test_another_websites_login_is_refused(self, locked: Pages) -> None:
        assert locked.log_in(PASSWORD, Sec_Fetch_Site="cross-site").status == 403

    def test_guessing_is_slowed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        now_s = [0.0]
        monkeypatch.setattr("linkreclaim.web.sessions.SCRYPT_COST", 2)
        sessions = Sessions("Ada", 1, PASSWORD, clock_s=lambda: now_s[0])
        assert [sessions.log_in(f"guess {n}", "") for n in range(FAILURES_AT_ONCE)] == [None] * FAILURES_AT_ONCE
        with pytest.raises(TooManyAttemptsError):
            sessions.log_in(PASSWORD, "")
        now_s[0] += FAILURE_WINDOW_S + 1
        assert sessions.log_in(PASSWORD, "")


class TestSizes:
    def test_a_stranger_sends_next_to_nothing(self, stranger: Pages) -> None:
        body = "password=" + "x" * MAX_FORM_BYTES
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        assert stranger.ask("POST", "/login", body, form).status == 413

    def test_a_length_that_is_not_told_does_not_help(self, own_pages: Pages) -> None:
        chunks = (b"name=" + b"x" * 1_000 for _ in range(100))
        with serve_pages(own_pages.workspace, PASSWORD) as locked:
            headers = {"Content-Type": "application/x-www-form-urlencoded"}
            assert locked.ask("POST", "/login", chunks, headers).status == 413

    def test_nobody_sends_more_than_the_limit(self, pages: Pages) -> None:
        assert pages.ask("POST", "/name", "", {"Content-Length": str(MAX_UPLOAD_BYTES + 1)}).status == 413


class TestAnswers:
    @pytest.mark.parametrize("path", ["/sites", "/nothing-here", "/static/style.css", "/static/../app.py", "/enter"])
    def test_every_answer_has_the_headers(self, pages: Pages, path: str) -> None:
        reply = pages.get(path)
        assert {name: reply.headers.get(name.lower()) for name in HEADERS} == HEADERS
        assert reply.headers["cache-control"] in ("no-store", "no-cache")
        assert "server" not in reply.headers

    def test_the_policy_allows_nothing_inline_and_nothing_from_elsewhere(self) -> None:
        policy = HEADERS["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert "http" not in policy

    @pytest.mark.parametrize(
        ("path", "status"),
        [("/nothing-here", 404), ("/sites/unknown.example", 404), ("/sites/%3Cscript%3E", 404), ("/name", 405)],
    )
    def test_what_is_not_there_says_so(self, pages: Pages, path: str, status: int) -> None:
        reply = pages.get(path)
        assert reply.status == status
        assert "<h1>" in reply.text
        assert "<script>" not in reply.text

    def test_a_fault_shows_no_traceback(self, own_pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(*_: Any) -> None:
            raise ZeroDivisionError("a secret")

        monkeypatch.setattr("linkreclaim.jobs.overviews.overview.OverviewReader.glances", fail)
        own_pages.enter()
        reply = own_pages.get("/sites")
        assert reply.status == 500
        assert "secret" not in reply.text
        assert "Traceback" not in reply.text
        assert {name: reply.headers.get(name.lower()) for name in HEADERS} == HEADERS

    @pytest.mark.parametrize(
        ("error", "status"),
        [
            (StaleDecisionError("<b>Grace</b> was faster", None), 409),
            (WorkspaceError("<b>Grace</b> was faster"), 503),
            (InputError("<b>Grace</b> was faster"), 400),
        ],
    )
    def test_our_own_errors_show_their_sentence(
        self, own_pages: Pages, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int
    ) -> None:
        def fail(*_: Any) -> None:
            raise error

        monkeypatch.setattr("linkreclaim.jobs.overviews.overview.OverviewReader.glances", fail)
        own_pages.enter()
        reply = own_pages.get("/sites")
        assert reply.status == status
        assert "&lt;b&gt;Grace&lt;/b&gt; was faster" in reply.text

    def test_htmx_gets_the_sentence_alone(self, pages: Pages) -> None:
        reply = pages.get("/sites/unknown.example", HX_Request="true")
        assert reply.status == 404
        assert reply.text.strip().startswith("<p>")
        assert "<html" in pages.get("/nothing-here", HX_Request="true", HX_History_Restore_Request="true").text

    def test_looking_changes_nothing(self, own_pages: Pages) -> None:
        own_pages.enter()
        with sqlite3.connect(own_pages.workspace.folder / "linkreclaim.db") as connection:
            before = connection.execute("PRAGMA data_version").fetchone()
            for path in GET_PATHS:
                assert own_pages.get(fill(path, own_pages.workspace.relaunch)).status < 500, path
            assert connection.execute("PRAGMA data_version").fetchone() == before
        connection.close()


class TestWaiting:
    def test_a_slow_page_holds_up_nobody(self, own_pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
        own_pages.enter()
        begun, go_on = threading.Event(), threading.Event()

        def wait(*_: Any) -> list[Any]:
            begun.set()
            assert go_on.wait(20)
            return []

        monkeypatch.setattr("linkreclaim.jobs.overviews.overview.OverviewReader.glances", wait)
        with ThreadPoolExecutor(1) as aside:
            slow = aside.submit(own_pages.get, "/sites")
            assert begun.wait(20)
            assert own_pages.get(f"/sites/{own_pages.workspace.relaunch}").status == 200
            assert not slow.done()
            go_on.set()
            assert slow.result().status == 200


class TestWayBack:
    @pytest.mark.parametrize(
        "address", ["//evil.example", "/\\evil.example", "https://evil.example", "/\t/evil.example", "", "javascript:1"]
    )
    def test_never_leads_elsewhere(self, address: str) -> None:
        assert own_path(address) == "/"

    @given(st.text(alphabet="/\\:.@?#aé \t\n", max_size=12))
    def test_is_always_a_path_of_this_server(self, address: str) -> None:
        kept = own_path(address)
        assert re.match(r"/(?![/\\])", kept)
        assert kept in (address, "/")
