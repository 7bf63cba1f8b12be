"""How the listing commands print their rows."""

import io
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TextIO, TypeVar

import click
from rich.console import Console

from linkreclaim.cli.progress import TerminalProgress
from linkreclaim.model.events import EventSink
from linkreclaim.report.row_files import RowForm, RowWriter

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

RowT = TypeVar("RowT")
SummaryT = TypeVar("SummaryT", bound="DataclassInstance")
CLOSED_PIPE_EXIT_CODE = 1


def row_sink(stream: TextIO, form: RowForm[RowT], as_json: bool, printed: bool) -> Callable[[Iterable[RowT]], None]:
    """Takes rows and prints them, as CSV or JSON lines in UTF-8; nothing where they are not to be `printed`."""
    if not printed:
        return lambda rows: None
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(encoding="utf-8", newline="")
    return RowWriter(stream, form, as_json).write


@dataclass(frozen=True, slots=True)
class Shown:
    """What a listing command was told about its output."""

    out: Path | None  # None: rows are printed
    as_json: bool
    quiet: bool


def run_list(
    job: Callable[[EventSink, Callable[[Iterable[RowT]], None]], SummaryT],
    form: RowForm[RowT],
    shown: Shown,
    sum_up: Callable[[SummaryT], str],
) -> SummaryT:
    """Run a job that lists rows: its progress on stderr, its rows where they belong, and its summary in one line.

    Nothing is printed before there is something to print: an error leaves standard output empty.
    """
    notes = Console(stderr=True)

    def print_rows(rows: Iterable[RowT]) -> None:
        row_sink(sys.stdout, form, shown.as_json, printed=True)(rows)

    with TerminalProgress(notes, shown.quiet) as progress, survives_closed_pipe():
        summary = job(progress, print_rows)
        if shown.as_json and shown.out is not None:
            click.echo(json.dumps(asdict(summary), ensure_ascii=True))
    if not shown.quiet:
        notes.print(sum_up(summary), highlight=False, markup=False, soft_wrap=True)
    return summary


@contextmanager
def survives_closed_pipe() -> Iterator[None]:
    """Ends the command quietly when whoever reads our rows has seen enough (`| head`)."""
    try:
        yield
    except* BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(CLOSED_PIPE_EXIT_CODE)
