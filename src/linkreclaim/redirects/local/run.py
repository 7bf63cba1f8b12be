"""Runs a program to its end: an argument list and no shell, limited in time and in what is kept of its output."""

import contextlib
import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from linkreclaim.errors import LinkreclaimError

TIMEOUT_S = 60.0
"""Longest run of a check. **Source:** our judgement; Caddy reads 100,000 lines in seconds (docs/benchmarks.md)."""
MAX_OUTPUT_BYTES = 65_536
SHOWN_BYTES = 2_000
"""The end of a program's output that a message shows: where it says what is wrong."""


@dataclass(frozen=True, slots=True)
class Ran:
    """How a program ended."""

    code: int
    text: str  # the end of what it said, on both outputs


def run_capped(command: Sequence[str], folder: Path, timeout_s: float = TIMEOUT_S) -> Ran:
    """Run a program in a folder, which is its home as well; a program that takes longer is killed.

    The first MAX_OUTPUT_BYTES of its output are read and the rest thrown away. Raises LinkreclaimError where it cannot
    be started.
    """
    with _start(command, folder) as process:
        timer = threading.Timer(timeout_s, kill_all, (process,))
        timer.daemon = True  # a Ctrl-C that comes before the `try` must not wait for it
        try:
            timer.start()
            assert process.stdout is not None
            kept = process.stdout.read(MAX_OUTPUT_BYTES)
            while process.stdout.read(MAX_OUTPUT_BYTES):
                pass
            code = process.wait()
        finally:
            timer.cancel()
            kill_all(process)
    return Ran(code, last_words(kept))


def _start(command: Sequence[str], folder: Path) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(  # noqa: S603 (an argument list made by us)
            command,
            cwd=folder,
            env=environment(folder),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    except OSError as error:
        raise LinkreclaimError(f"{command[0]} cannot be run: {error.strerror or error}") from error


def environment(folder: Path) -> dict[str, str]:
    """Our own variables, but for the places where programs keep their state."""
    home = str(folder)
    return {**os.environ, "HOME": home, "XDG_CONFIG_HOME": home, "XDG_DATA_HOME": home}


def kill_all(process: subprocess.Popen[bytes]) -> None:
    """Kill a program that was started as the head of its session, and the children that outlive it."""
    if sys.platform == "win32":
        process.kill()
    else:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, 9)


def last_words(output: bytes) -> str:
    """The end of an output, as text for a message: a terminal must not take any of it for commands."""
    text = output[-SHOWN_BYTES:].decode("utf-8", "replace")
    return "".join(c if c.isprintable() or c == "\n" else " " for c in text).strip()
