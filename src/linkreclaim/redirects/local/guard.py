"""Runs a server for as long as somebody wants it: a script of its own, started by `serve.py`.

Its standard input is held open by the process that wants the server. When that ends, however it ends (a kill that
nothing can catch included), the input ends, the server is ended, and its folder is removed. Only the standard library,
so that it starts at once.
"""

import os
import shutil
import subprocess
import sys
import threading

END_TIMEOUT_S = 5.0
MAX_OUTPUT_BYTES = 65_536
SIGKILL = 9


def main(folder: str, log: str, command: list[str]) -> int:
    """Start the server, say its process id, and stay until it ends."""
    with subprocess.Popen(
        command,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    ) as server:
        print(server.pid, flush=True)
        unwanted = threading.Event()
        threading.Thread(target=_end_when_unwanted, args=(server, unwanted), daemon=True).start()
        _keep_output(server, log)
        code = server.wait()
    if unwanted.is_set():
        shutil.rmtree(folder, ignore_errors=True)
    return code


def _end_when_unwanted(server: subprocess.Popen[bytes], unwanted: threading.Event) -> None:
    sys.stdin.buffer.read()
    unwanted.set()
    server.terminate()
    try:
        server.wait(END_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        server.kill()
    if sys.platform != "win32":
        try:
            os.killpg(server.pid, SIGKILL)  # workers that outlived it
        except (ProcessLookupError, PermissionError):
            return


def _keep_output(server: subprocess.Popen[bytes], log: str) -> None:
    """Write the first of it to the log, and throw the rest away."""
    assert server.stdout is not None
    kept = 0
    with open(log, "wb", buffering=0) as file:
        while block := server.stdout.read1(MAX_OUTPUT_BYTES):  # type: ignore[attr-defined]
            file.write(block[: max(0, MAX_OUTPUT_BYTES - kept)])
            kept += len(block)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], sys.argv[3:]))
