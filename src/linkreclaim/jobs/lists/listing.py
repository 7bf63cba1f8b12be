"""What the listing commands share: URLs from anywhere into one list, asked in turns, each answer saved at once."""

import asyncio
import shutil
import tempfile
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import IO, TypeVar

from linkreclaim.errors import InputError
from linkreclaim.jobs.lists.addresses import Address, Wanted, read_addresses
from linkreclaim.model.events import EventSink, RunEvent, Stage
from linkreclaim.model.links import RowProblem
from linkreclaim.store.worklist import WorkList
from linkreclaim.urls import parse

STDIN = "-"
UNTOLD_SHARE_0_1 = 0.2
"""Above this share of URLs that could not be told, a result is partial (exit code 4)."""
WINDOW = 2_048
"""URLs that wait at once, so that one slow host among them never holds up the others (each waits for its own host)."""
SAVE_EVERY_S = 0.05
"""Pause between two savings, each of which is a transaction of its own: so that it holds a hundred quick answers (our
judgement)."""
PROBLEMS_TOLD = 20
"""Bad lines of one file told one by one; the others are counted."""

AskedT = TypeVar("AskedT")
AnswerT = TypeVar("AnswerT")


def collect(named: Sequence[str], wanted: Wanted, work: WorkList, sink: EventSink, stdin: IO[bytes]) -> list[str]:
    """Fill the list from URLs, files and standard input; returns the inputs that could not be used, with reasons.

    Raises:
        InputError: no input names a URL that can be asked.
    """
    unreadable = []
    for source in named:
        try:
            kind, addresses = _open(source, wanted, stdin)
            name = "standard input" if source == STDIN else source
            new = work.add(_without_problems(addresses, name, sink))
            if kind:
                sink(RunEvent(Stage.GATHER, message=f"{name}: {kind}, {wanted.what}: {new:,}"))
        except InputError as error:
            unreadable.append(str(error))
            sink(RunEvent(Stage.GATHER, message=str(error), warning=True))
    if not len(work):
        raise InputError("no URL was named that could be read; give URLs, a list of them, or a link export")
    return unreadable


async def ask_all(
    todo: Iterator[tuple[int, AskedT]],
    ask: Callable[[AskedT], Awaitable[AnswerT]],
    save: Callable[[Sequence[tuple[int, AnswerT]]], None],
    window: int = WINDOW,
) -> None:
    """Ask for all numbered URLs, `window` at a time; answers are saved at most `SAVE_EVERY_S` later, also at a stop."""
    answered: list[tuple[int, AnswerT]] = []
    ready = asyncio.Event()
    working = 0

    async def work(first: tuple[int, AskedT]) -> None:
        """Ask for one URL, and then for others while there are any."""
        nonlocal working
        for number, asked in chain((first,), todo):
            answered.append((number, await ask(asked)))
            ready.set()
        working -= 1

    def take() -> None:
        """Save what has been answered since the last time."""
        ready.clear()
        results, answered[:] = list(answered), []
        if results:
            save(results)

    async with asyncio.TaskGroup() as group:
        try:
            for first in islice(todo, window):
                working += 1
                group.create_task(work(first))
            while working:
                await ready.wait()
                take()
                if working:
                    await asyncio.sleep(SAVE_EVERY_S)
        finally:
            take()


def _open(source: str, wanted: Wanted, stdin: IO[bytes]) -> tuple[str, Iterator[Address]]:
    if source == STDIN:
        return _open_stdin(wanted, stdin)
    if parse(source) is not None:
        return "", iter([source])
    path = Path(source)
    if not path.is_file():
        raise InputError(f"{source}: there is no such file, and it is no http(s) URL")
    return read_addresses(path, source, wanted)


def _open_stdin(wanted: Wanted, stdin: IO[bytes]) -> tuple[str, Iterator[Address]]:
    """Standard input as a file: what it is can only be told of a file, and it may be larger than memory."""
    folder = tempfile.TemporaryDirectory(prefix="linkreclaim-")
    path = Path(folder.name) / "input"
    with path.open("wb") as copy:
        shutil.copyfileobj(stdin, copy)
    try:
        kind, addresses = read_addresses(path, "standard input", wanted)
    except BaseException:
        folder.cleanup()
        raise

    def kept() -> Iterator[Address]:
        with folder:
            yield from addresses

    return kind, kept()


def _without_problems(addresses: Iterable[Address], name: str, sink: EventSink) -> Iterator[str]:
    problems = 0
    for address in addresses:
        if isinstance(address, RowProblem):
            problems += 1
            if problems <= PROBLEMS_TOLD:
                sink(RunEvent(Stage.GATHER, message=f"{name}: line {address.line:,}: {address.reason}", warning=True))
        else:
            yield address
    if problems > PROBLEMS_TOLD:
        more = f"{name}: {problems - PROBLEMS_TOLD:,} more lines could not be read"
        sink(RunEvent(Stage.GATHER, message=more, warning=True))
