"""`linkreclaim serve` as it is run."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from tests.web.harness import DemoWorkspace

COMMAND = [sys.executable, "-m", "linkreclaim", "serve"]


def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    settings = os.environ | variables
    return subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, timeout=30, env=settings, check=False)


@pytest.fixture
def started(demo_workspace: DemoWorkspace) -> Iterator[subprocess.Popen[str]]:
    command = [*COMMAND, "--workspace", str(demo_workspace.folder), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        yield process
        process.kill()


def get(address: str, cookie: str = "") -> tuple[int, str, str]:
    """(status, location, cookie) of an address."""
    parts = urlsplit(address)
    connection = HTTPConnection(parts.hostname or "", parts.port or 80, timeout=20)
    connection.request("GET", f"{parts.path}?{parts.query}", headers={"Cookie": cookie} if cookie else {})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status, answer.getheader("location", ""), answer.getheader("set-cookie", "").partition(";")[0]


def test_one_line_leads_in_and_ctrl_c_ends_it(started: subprocess.Popen[str], demo_workspace: DemoWorkspace) -> None:
    assert started.stdout is not None
    line = started.stdout.readline()
    url = next(word for word in line.split() if word.startswith("http"))
    assert url.startswith("http://127.0.0.1:")
    status, location, cookie = get(url)
    assert (status, location) == (303, "/")
    origin = url.partition("/enter")[0]
    assert get(f"{origin}/sites/{demo_workspace.relaunch}", cookie)[0] == 200
    assert get(url)[0] == 403
    started.send_signal(signal.SIGINT)
    rest, errors = started.communicate(timeout=60)
    assert (started.returncode, rest) == (0, "")
    assert "Traceback" not in errors
    assert len(errors.splitlines()) <= 2


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_beyond_loopback_it_wants_a_password(tmp_path: Path, host: str) -> None:
    told = run("--workspace", str(tmp_path / "ws"), "--port", "0", "--host", host)
    assert told.returncode == 2
    assert "--password-file" in told.stderr
    assert "Traceback" not in told.stderr
    assert not (tmp_path / "ws").exists()


def test_a_short_password_is_refused(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("short\n")
    for told in (run("--password-file", str(tmp_path / "password")), run(LINKRECLAIM_PASSWORD="")):
        assert told.returncode == 1
        assert "shorter than 8 characters" in told.stderr


def test_a_password_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    told = run("--password-file", str(tmp_path / "nowhere"))
    assert told.returncode == 1
    assert "nowhere" in told.stderr


def test_a_taken_port_is_said(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        told = run("--workspace", str(tmp_path / "ws"), "--port", str(taken.getsockname()[1]))
    assert told.returncode == 2
    assert "--port" in told.stderr
    assert "Traceback" not in told.stderr


def test_what_is_no_workspace_is_said(tmp_path: Path) -> None:
    (tmp_path / "linkreclaim.db").write_text("this is no database, however long one looks at it" * 100)
    told = run("--workspace", str(tmp_path), "--port", "0")
    assert told.returncode == 1
    assert str(tmp_path) in told.stderr
    assert "Traceback" not in told.stderr
