"""Starts the program that parses, and hands on what it writes."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from linkreclaim.errors import InputError

MAX_MEMORY_BYTES = 4_000_000_000
"""Address space of the process that parses. 200,000 rows of 20 columns (200 MB unpacked) take 0.4 GB there, and nothing
here (our measurement)."""
MIN_CPU_S = 10
UNPACKED_BYTES_PER_CPU_S = 2_000_000
"""Processor time that is given to a workbook, by its size: an honest one takes a twentieth (our measurement: 43 MB of
unpacked XML a second)."""
WAY_OUT = "save the sheet as 'CSV UTF-8' and give that file"
"""What to do about a workbook that is not read."""

_PROGRAM = Path(__file__).with_name("program.py")
_NO_REASON = "it needs more memory or time than a sheet of links does, or it is damaged"


def cpu_seconds(unpacked_bytes: int) -> int:
    """The processor time that a workbook of this size is given."""
    return MIN_CPU_S + unpacked_bytes // UNPACKED_BYTES_PER_CPU_S


def list_sheets(name: str, file: IO[bytes], max_cpu_s: int) -> list[str | None]:
    """The names of its sheets in their order, None for a chart; `name` is for messages, `file` a real one at its start.

    Raises InputError when it is no workbook, damaged or protected.
    """
    with _process(file, max_cpu_s) as process:
        assert process.stdout is not None
        answer = process.stdout.read(1_000_000)
        _check_end(name, process)
    names: list[str | None] = json.loads(answer)
    return names


@contextmanager
def open_sheet(
    name: str, file: IO[bytes], max_cpu_s: int, number: int, *, keep_breaks: bool = False
) -> Iterator[Callable[[int], bytes]]:
    """A function that reads the text of the sheet with this number (0 is the first), in UTF-8, as it is parsed.

    With `keep_breaks` line breaks inside cells stay, so that a row may be several lines. The other arguments and errors
    are those of `list_sheets`; the function raises them too.
    """
    with _process(file, max_cpu_s, number, int(keep_breaks)) as process:
        out = process.stdout
        assert out is not None

        def read(size: int) -> bytes:
            block = out.read(size)
            if not block:
                _check_end(name, process)
            return block

        yield read


@contextmanager
def _process(file: IO[bytes], max_cpu_s: int, *sheet: int) -> "Iterator[subprocess.Popen[bytes]]":
    command = [sys.executable, "-P", str(_PROGRAM), *map(str, (MAX_MEMORY_BYTES, max_cpu_s, *sheet))]
    with subprocess.Popen(  # noqa: S603  # our own program
        command, stdin=file, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def _check_end(name: str, process: "subprocess.Popen[bytes]") -> None:
    """Waits for a process whose output has been read to its end. Raises InputError when it failed."""
    assert process.stderr is not None
    said = process.stderr.read(10_000).decode(errors="replace")
    code = process.wait()
    if code == 0:
        return
    reason = said if code == 3 and said else _NO_REASON
    raise InputError(f"{name}: this workbook cannot be read: {reason}; {WAY_OUT}")
