"""Starts a server of this machine with written files, on loopback and in a folder of its own, and ends it again."""

import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from linkreclaim.errors import LinkreclaimError
from linkreclaim.redirects.interface import ServerFile
from linkreclaim.redirects.local.find import find_installed
from linkreclaim.redirects.local.interface import FILES_FOLDER, ROOT_FOLDER, Program
from linkreclaim.redirects.local.run import SHOWN_BYTES, environment, last_words, run_capped

START_TIMEOUT_S = 60.0
"""Longest wait until it takes connections. **Source:** our judgement, as for `run.TIMEOUT_S`."""
END_TIMEOUT_S = 15.0
"""Longest wait for its end; `guard.py` kills it after 5 s."""

_GUARD = Path(__file__).with_name("guard.py")
_LOGS = ("output.log", "error.log")
_PLAIN_PATH = re.compile(r"[\w/:.~+-]+")  # what every server's configuration takes without quotes


@dataclass(frozen=True, slots=True)
class LocalServer:
    """A server that listens on 127.0.0.1."""

    title: str  # "nginx 1.22.1"
    port: int
    process: int  # its id; servers may have children
    started_s: float  # from its start until it took connections
    checked: str  # the end of what its own check said


@contextmanager
def run_server(program: Program, files: Sequence[ServerFile]) -> Iterator[LocalServer]:
    """A server with written files, as the user who calls, for as long as the block lasts; it also ends when this
    process does, however it ends. Cost: some 0.1 s for its check and its start, with large maps seconds.

    Raises:
        LinkreclaimError: the program is not installed, refuses the files (with its own words), or does not start.
    """
    installed = find_installed(program)
    title = f"{program.title} {installed.version}"
    with _folder(files) as folder:
        port = free_port()
        commands = program.set_up(installed, folder, port)
        checked = run_capped(commands.check, folder)
        if checked.code != 0:
            raise LinkreclaimError(
                f"{title} refuses the files: {_shown(checked.text, folder) or 'it does not say why'}"
            )
        began = time.monotonic()
        with _guarded(commands.serve, folder) as guard:
            process = int(guard.stdout.readline() or 0) if guard.stdout is not None else 0
            if not _takes_connections(port, guard):
                raise LinkreclaimError(f"{title} does not start: {_shown(_read_logs(folder), folder)}")
            yield LocalServer(title, port, process, time.monotonic() - began, checked.text)


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def _folder(files: Sequence[ServerFile]) -> Iterator[Path]:
    """A folder with the files and an empty root; root's is readable by the user that Apache changes to."""
    folder = Path(tempfile.gettempdir()) / f"linkreclaim-server-{secrets.token_hex(8)}"
    try:
        folder.mkdir(mode=0o700)  # named before it is made: a Ctrl-C at this moment finds it in `finally`
        if not _PLAIN_PATH.fullmatch(folder.as_posix()):
            raise LinkreclaimError(f"servers cannot be started in {folder}: set TMPDIR to a folder of plain characters")
        is_root = os.name == "posix" and os.geteuid() == 0
        for place in (folder, folder / FILES_FOLDER, folder / ROOT_FOLDER):
            place.mkdir(exist_ok=True)
            place.chmod(0o755 if is_root else 0o700)
        for file in files:
            path = folder / FILES_FOLDER / file.name
            path.write_bytes(file.content)
            path.chmod(0o644)
        yield folder
    finally:
        _remove(folder)


def _remove(folder: Path) -> None:
    """Remove a folder with all that is in it, also when a program that was interrupted at its start still writes."""
    deadline = time.monotonic() + END_TIMEOUT_S
    shutil.rmtree(folder, ignore_errors=True)
    while folder.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _guarded(command: Sequence[str], folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The guard of a server, in a session of its own: a Ctrl-C is ours to take, and ends it in order."""
    guard = subprocess.Popen(  # noqa: S603 (an argument list made by us)
        [sys.executable, "-I", "-S", str(_GUARD), str(folder), str(folder / _LOGS[0]), *command],
        env=environment(folder),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield guard
    finally:
        for stream in (guard.stdin, guard.stdout):
            if stream is not None:
                stream.close()
        try:
            guard.wait(END_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            guard.kill()
            guard.wait()


def _takes_connections(port: int, guard: subprocess.Popen[bytes]) -> bool:
    deadline = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline and guard.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return True
    return False


def _read_logs(folder: Path) -> str:
    words = []
    for name in _LOGS:
        path = folder / name
        if path.is_file():
            with path.open("rb") as file:
                file.seek(max(0, path.stat().st_size - SHOWN_BYTES))
                words.append(last_words(file.read(SHOWN_BYTES)))
    return "\n".join(filter(None, words)) or "it does not say why"


def _shown(text: str, folder: Path) -> str:
    """A program's words with the names of the files as they were written."""
    place = folder.as_posix()
    return text.replace(f"{place}/{FILES_FOLDER}/", "").replace(f"{place}/", "")
