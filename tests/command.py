"""The command as users start it, without its imports each time: forked from a process that has made them.

Importing what an audit needs takes 0.8 s of CPU, more than many a test's audit. Every run is a process of its own all
the same, with its own descriptors, signals and exit. Tests of starting itself, of memory and of kills start Python.
"""

import atexit
import gc
import json
import os
import random
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import IO, Any

START = (sys.executable, "-m", "linkreclaim")
MAX_REQUEST_BYTES = 1 << 17
PRELOADED = (
    "audit",
    "check",
    "decide",
    "diagnose",
    "impact",
    "ledger",
    "links",
    "logs",
    "match",
    "report",
    "redirects",
    "value",
)


def run_command(
    command: Sequence[str | Path],
    *,
    stdin: bytes = b"",
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    timeout_s: float = 100,
) -> subprocess.CompletedProcess[bytes]:
    """What `subprocess.run` gives for `python -m linkreclaim ...`, its output captured."""
    arguments = [str(part) for part in command]
    assert tuple(arguments[:3]) == START, f"no start of linkreclaim: {arguments}"
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        given.write(stdin)
        given.seek(0)
        code = _run(arguments[3:], env or os.environ, cwd or Path.cwd(), (given, out, err), timeout_s)
        out.seek(0)
        err.seek(0)
        return subprocess.CompletedProcess(arguments, code, out.read(), err.read())


def run_text(
    command: Sequence[str | Path], *, env: Mapping[str, str] | None = None, cwd: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """The same with output as text."""
    done = run_command(command, env=env, cwd=cwd)
    texts = [part.decode().replace("\r\n", "\n") for part in (done.stdout, done.stderr)]
    return subprocess.CompletedProcess(done.args, done.returncode, *texts)


def _run(arguments: list[str], env: Mapping[str, str], cwd: Path, files: Sequence[IO[bytes]], timeout_s: float) -> int:
    told, tell = os.pipe()
    request = json.dumps({"arguments": arguments, "env": dict(env), "cwd": str(cwd)}).encode()
    try:
        descriptors = [*(file.fileno() for file in files), tell]
        socket.send_fds(_nursery(), [request], descriptors)
        os.close(tell)
        pid = int(_read_line(told, timeout_s))
        try:
            return int(_read_line(told, timeout_s))
        except TimeoutError:
            os.kill(pid, signal.SIGKILL)
            raise subprocess.TimeoutExpired(arguments, timeout_s) from None
    finally:
        os.close(told)


def _read_line(descriptor: int, timeout_s: float) -> bytes:
    end, line = time.monotonic() + timeout_s, b""
    while not line.endswith(b"\n"):
        if not select.select([descriptor], [], [], max(0, end - time.monotonic()))[0]:
            raise TimeoutError
        if not (read := os.read(descriptor, 1)):
            raise RuntimeError("the process that commands are forked from has ended")
        line += read
    return line


@cache
def _nursery() -> socket.socket:
    """One for each process of the tests; it ends when the socket is closed."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    started = [sys.executable, "-P", str(Path(__file__).resolve()), str(theirs.fileno())]
    process = subprocess.Popen(
        started, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, start_new_session=True
    )
    theirs.close()
    atexit.register(process.wait)
    atexit.register(ours.close)
    return ours


def _serve(requests: socket.socket) -> None:
    """Fork a command for each request. Returns in the forked command only."""
    from importlib import import_module

    for name in PRELOADED:
        import_module(f"linkreclaim.cli.{name}")
    gc.freeze()  # what a command never touches is never copied for it
    while True:
        request, descriptors, _, _ = socket.recv_fds(requests, MAX_REQUEST_BYTES, 4)
        if not request:
            os._exit(0)
        if os.fork() == 0:
            requests.close()
            return _watch(json.loads(request), descriptors)
        for descriptor in descriptors:
            os.close(descriptor)
        with suppress(ChildProcessError):  # none is left
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass


def _watch(asked: dict[str, Any], descriptors: list[int]) -> None:
    """Fork the command itself, and tell of it: its process id, then how it ended."""
    *standard, told = descriptors
    if pid := os.fork():
        os.write(told, b"%d\n" % pid)
        os.write(told, b"%d\n" % os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
        os._exit(0)
    os.close(told)
    for number, descriptor in enumerate(standard):
        os.dup2(descriptor, number)
        os.close(descriptor)
    os.environ.clear()
    os.environ.update(asked["env"])
    os.chdir(asked["cwd"])
    sys.argv[1:] = asked["arguments"]
    random.seed()


if __name__ == "__main__":
    _serve(socket.socket(fileno=int(sys.argv[1])))
    from linkreclaim.cli.main import main

    sys.argv[0] = "linkreclaim"
    main()
