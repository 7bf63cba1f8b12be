"""Servers started here: they end with whoever wanted them, and say why where they do not start."""

import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.conftest import RequireProgram
from tests.redirects.hostile import SITE
from tests.redirects.servers import require_server

from linkreclaim.errors import LinkreclaimError
from linkreclaim.model.redirects import RedirectLine
from linkreclaim.redirects import WRITERS, ServerFile, plan_redirects
from linkreclaim.redirects.local import PROGRAMS, run_server
from linkreclaim.redirects.local.interface import Commands, Installed
from linkreclaim.redirects.local.run import SHOWN_BYTES, run_capped

HOLD_A_SERVER = """
import sys, tempfile, time
from linkreclaim.redirects.local import PROGRAMS, run_server
from linkreclaim.redirects import ServerFile
from pathlib import Path
files = [ServerFile(path.name, path.read_bytes()) for path in Path(sys.argv[2]).iterdir()]
with run_server(PROGRAMS[sys.argv[1]], files) as server:
    print(server.process, server.port, flush=True)
    time.sleep(60)
"""


@dataclass(frozen=True)
class Script:
    """A program of our own, with Python for a server."""

    script: str
    title: str = "Script"
    names: tuple[str, ...] = (sys.executable,)
    version_option: str = "--version"

    def set_up(self, installed: Installed, folder: Path, port: int) -> Commands:
        return Commands((installed.path, "-c", ""), (installed.path, "-c", self.script))


def files_for(engine: str) -> tuple[ServerFile, ...]:
    return WRITERS[engine].write(plan_redirects([RedirectLine("/old", "/new")], SITE), SITE, []).files


def takes_connections(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def ends(port: int, seconds: float = 60) -> bool:
    deadline = time.monotonic() + seconds
    while takes_connections(port) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not takes_connections(port)


@pytest.mark.parametrize("engine", sorted(set(PROGRAMS) - {"htaccess"}))
@pytest.mark.skipif(sys.platform == "win32", reason="needs signals")
def test_a_kill_that_nothing_can_catch_leaves_no_server(
    tmp_path: Path, engine: str, require_program: RequireProgram
) -> None:
    require_server(engine, require_program)
    (tmp_path / "files").mkdir()
    (tmp_path / "tmp").mkdir(mode=0o755)
    for file in files_for(engine):
        (tmp_path / "files" / file.name).write_bytes(file.content)
    command = [sys.executable, "-c", HOLD_A_SERVER, engine, str(tmp_path / "files")]
    environment = {**os.environ, "TMPDIR": str(tmp_path / "tmp")}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as holder:
        assert holder.stdout is not None
        process, port = map(int, holder.stdout.readline().split())
        assert takes_connections(port)
        holder.send_signal(signal.SIGKILL)
    assert ends(port)
    deadline = time.monotonic() + 60
    while list((tmp_path / "tmp").iterdir()) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not list((tmp_path / "tmp").iterdir()), "its folder is removed"
    with pytest.raises(ProcessLookupError):
        os.killpg(process, 0)


def test_an_interrupt_ends_the_server(require_program: RequireProgram) -> None:
    require_program("nginx")
    ports = []

    def interrupted() -> None:
        with run_server(PROGRAMS["nginx"], files_for("nginx")) as server:
            assert takes_connections(server.port)
            assert server.title.startswith("nginx 1.")
            ports.append(server.port)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert not takes_connections(ports[0])


def test_a_server_that_does_not_start_says_why() -> None:
    words = r"Script 3\.\d+\.\d+ does not start: no   room here$"
    with (
        pytest.raises(LinkreclaimError, match=words),
        run_server(Script("raise SystemExit('no \\x1b room here')"), ()),
    ):
        pytest.fail("it did not start")


def test_a_program_is_limited_in_time_and_words(tmp_path: Path) -> None:
    began = time.monotonic()
    ran = run_capped((sys.executable, "-c", "while True: print('x' * 999)"), tmp_path, timeout_s=1)
    assert time.monotonic() - began < 60
    assert ran.code != 0
    assert len(ran.text) <= SHOWN_BYTES
    with pytest.raises(LinkreclaimError, match="cannot be run: "):
        run_capped((str(tmp_path / "none"),), tmp_path)
