"""Runs a server for as long as somebody wants it: a script of its own, started by `serve.py`.

Its standard input is held open by the process that wants the server. When that ends, however it ends (a kill that
nothing can catch included), the input ends, the server is ended, and its folder is removed. Only the standard library,
so that it starts at once.
"""

import contextlib
import os
import shutil
import subprocess
import sys
import threading
from io import FileIO

END_TIMEOUT_S = 5.0
MAX_OUTPUT_BYTES = 65_536
SIGKILL = 9


def main(folder: str, log: str, command: list[str]) -> int:
    """Start the server, say its process id, and stay until it ends."""
    with open(log, "wb", buffering=0) as kept:
        server = subprocess.Popen(  # noqa: S603 (an argument list made by us)
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        unwanted = threading.Event()
        try:
            threading.Thread(target=_end_when_unwanted, args=(server, unwanted), daemon=True).start()
            with contextlib.suppress(BrokenPipeError):  # nobody reads it any more: the input ends, too
                print(server.pid, flush=True)
            _keep_output(server, kept)
            code = server.wait()
        finally:
            _end(server)
    if unwanted.is_set():
        shutil.rmtree(folder, ignore_errors=True)
    return code


def _end_when_unwanted(server: subprocess.Popen[bytes], unwanted: threading.Event) -> None:
    sys.stdin.buffer.read()
    unwanted.set()
    _end(server)


def _end(server: subprocess.Popen[bytes]) -> None:
    """End a server, and the workers that outlive it."""
    server.terminate()
    try:
        server.wait(END_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        server.kill()
    if sys.platform != "win32":
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(server.pid, SIGKILL)


def _keep_output(server: subprocess.Popen[bytes], kept: FileIO) -> None:
    """Write the first of it to a file, and throw the rest away."""
    assert server.stdout is not None
    room = MAX_OUTPUT_BYTES
    while block := server.stdout.read1(MAX_OUTPUT_BYTES):  # type: ignore[attr-defined]
        kept.write(block[:room])
        room = max(0, room - len(block))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], sys.argv[3:]))
