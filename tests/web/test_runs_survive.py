"""What becomes of an audit when the server that began it ends: it ends, too, and the next server continues it."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

import pytest
from tests.conftest import ROOT
from tests.web.harness import DemoWorkspace, Pages, serve_pages
from tests.web.test_runs import SETTINGS, Held, begin, read_events, runs_page, serve_held, wait_until

from linkreclaim.errors import WorkspaceError
from linkreclaim.store import open_workspace
from linkreclaim.web.sessions import Sessions

SERVER = """
import socket, sys
from contextlib import suppress
from pathlib import Path
from tests.web.test_runs import SETTINGS
from linkreclaim.web.app import create_app
from linkreclaim.web.serving import configure, listen
from linkreclaim.web.sessions import Sessions

if __name__ == "__main__":
    with listen(socket.AF_INET, ("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        sessions = Sessions("Ada", port)
        app = create_app(Path(sys.argv[1]), sessions, settings=SETTINGS)
        print(port, sessions.token, flush=True)
        with suppress(KeyboardInterrupt):
            configure(app).run(sockets=[listening])
"""


@contextmanager
def serve_apart(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], Pages]]:
    """The page in a process of its own, which a test may kill."""
    script = tmp_path / "server.py"
    script.write_text(SERVER)
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, str(script), str(tmp_path / "ws")]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        port, token = server.stdout.readline().split()
        sessions = Sessions("Ada", int(port))
        sessions.token = token
        pages = Pages(int(port), sessions, DemoWorkspace(tmp_path / "ws", "", ""))
        pages.enter()
        try:
            yield server, pages
        finally:
            server.kill()


def is_free(folder: Path) -> bool:
    """Whether no run works in a workspace."""
    with open_workspace(folder) as workspace:
        try:
            with workspace.only_run():
                return True
        except WorkspaceError:
            return False


def finish_elsewhere(pages: Pages, site: Held) -> str:
    """What the runs page of the next server says after it has continued the audit."""
    site.go_on.set()
    with serve_pages(pages.workspace, settings=SETTINGS) as following:
        following.enter()
        assert "Continue" in runs_page(following, site.host)
        following.post(f"/sites/{site.host}/runs/continue", {})
        read_events(following, site.host)
        return runs_page(following, site.host)


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_a_killed_server_leaves_no_audit_that_writes_on(tmp_path: Path) -> None:
    with serve_held() as site, serve_apart(tmp_path) as (server, pages):
        begin(pages, site.host, 60)
        site.wait()
        assert not is_free(tmp_path / "ws")
        server.send_signal(signal.SIGKILL)
        server.wait(10)
        wait_until(lambda: is_free(tmp_path / "ws"))
        asked = len(site.targets())
        assert "The audit has ended" in finish_elsewhere(pages, site)
        assert len(set(site.targets())) == 60
        assert len(site.targets()) <= 60 + 8
        assert asked < 60


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_ctrl_c_ends_the_audit_and_the_streams(tmp_path: Path) -> None:
    with serve_held() as site, serve_apart(tmp_path) as (server, pages):
        begin(pages, site.host, 60)
        site.wait()
        stream = HTTPConnection("127.0.0.1", pages.port, timeout=60)
        cookie = {"Cookie": f"{pages.sessions.cookie}={pages.cookie}"}
        stream.request("GET", f"/sites/{site.host}/runs/stream", headers=cookie)
        assert stream.getresponse().status == 200
        server.send_signal(signal.SIGINT)
        _, errors = server.communicate(timeout=60)
        assert is_free(tmp_path / "ws")
        assert "Traceback" not in errors
        stream.close()
        assert "The audit has ended" in finish_elsewhere(pages, site)
