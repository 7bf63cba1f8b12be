"""How the listing commands print their rows."""

import io
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TextIO, TypeVar

from linkreclaim import report
from linkreclaim.report.row_files import RowForm

RowT = TypeVar("RowT")
CLOSED_PIPE_EXIT_CODE = 1


def row_sink(stream: TextIO, form: RowForm[RowT], as_json: bool, printed: bool) -> Callable[[Iterable[RowT]], None]:
    """Takes rows and prints them, as CSV or JSON lines in UTF-8; nothing where they are not to be `printed`."""
    if not printed:
        return lambda rows: None
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(encoding="utf-8", newline="")
    return report.RowWriter(stream, form, as_json).write


@contextmanager
def survives_closed_pipe() -> Iterator[None]:
    """Ends the command quietly when whoever reads our rows has seen enough (`| head`)."""
    try:
        yield
    except* BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(CLOSED_PIPE_EXIT_CODE)
