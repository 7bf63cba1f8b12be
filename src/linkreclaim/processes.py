"""Work spread over forked processes, in order: what is read already is shared with them and not copied.

Only where forking is safe, which is Linux; elsewhere, and for little work, everything runs in this process, by the same
calls. Every process ends with its parent, whichever way that goes: each waits for its next task on a pipe that nobody
else holds open.
"""

import gc
import multiprocessing
import os
import signal
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, TypeVar

from linkreclaim.errors import LinkreclaimError

Task = TypeVar("Task")
Result = TypeVar("Result")
MAX_PROCESSES = 8
"""More would not pay: one process puts together what the others read, and each takes memory of its own."""
AHEAD = 4
"""Results of so many tasks a process may wait for an earlier one's: bounds the memory that they take."""


def usable_processes() -> int:
    """How many processes may work for us at once here; 1 where forking is not safe, or not allowed (daemons).

    macOS can fork, but its system libraries may crash in the child (Python docs, `multiprocessing`, start methods).
    """
    if not sys.platform.startswith("linux") or multiprocessing.current_process().daemon:
        return 1
    return min(MAX_PROCESSES, len(os.sched_getaffinity(0)))


def spread(work: Callable[[Task], Result], tasks: Sequence[Task], processes: int) -> Iterator[Result]:
    """`work(task)` of every task, in the order of the tasks, by up to so many processes.

    Results are pickled on their way back, between our own processes only. What `work` changes is lost where a process
    of its own did it. A task that raises ends all with that error.

    Raises:
        LinkreclaimError: a process was killed from outside, for lack of memory for example.
    """
    wanted = min(processes, len(tasks))
    if wanted < 2 or usable_processes() < 2:
        yield from map(work, tasks)
        return
    workers = _start(work, tasks, wanted)
    try:
        yield from _results(workers, len(tasks))
    finally:
        for process, pipe in workers:
            pipe.close()
            process.terminate()
        for process, _ in workers:
            process.join()


Workers = list[tuple[BaseProcess, Connection]]


def _start(work: Callable[[Task], Result], tasks: Sequence[Task], wanted: int) -> Workers:
    """Processes that wait for the number of a task; nothing that lives now is looked at by the garbage collector again,
    which would copy it into each of them."""
    context = multiprocessing.get_context("fork")
    workers: Workers = []
    gc.freeze()
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})  # until the child has its own handlers
    try:
        for _ in range(wanted):
            ours, theirs = context.Pipe()
            foreign = [ours, *(pipe for _, pipe in workers)]
            process = context.Process(target=_serve, args=(work, tasks, theirs, foreign), daemon=True)
            with warnings.catch_warnings():  # of threads: the children only compute and wait for none of them
                warnings.simplefilter("ignore", DeprecationWarning)
                process.start()
            theirs.close()
            workers.append((process, ours))
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, blocked)
        gc.unfreeze()
    return workers


def _results(workers: Workers, count: int) -> Iterator[Any]:
    """Hand out the tasks as processes get free, and give the results in order."""
    done: dict[int, Any] = {}
    idle = [pipe for _, pipe in workers]
    handed = given = 0
    while given < count:
        while idle and handed < count and handed - given < AHEAD * len(workers):
            idle.pop().send(handed)
            handed += 1
        if given in done:
            yield done.pop(given)
            given += 1
            continue
        busy = [pipe for _, pipe in workers if pipe not in idle]
        ready = wait(busy)
        for pipe in (pipe for pipe in busy if pipe in ready):
            number, result, error = _received(pipe)
            if error is not None:
                raise error
            done[number] = result
            idle.append(pipe)


def _received(pipe: Connection) -> tuple[int, Any, Exception | None]:
    try:
        number, result, error = pipe.recv()
    except (EOFError, OSError):
        raise LinkreclaimError("a process of ours was ended from outside; is there enough memory?") from None
    return number, result, error


def _serve(
    work: Callable[[Task], Result], tasks: Sequence[Task], pipe: Connection, foreign: Sequence[Connection]
) -> None:
    """Runs in the process: the other ends of all pipes are closed first, so that a parent's end is seen."""
    for other in foreign:
        other.close()
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent hears of it, and ends us
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    try:
        while True:
            number = pipe.recv()
            pipe.send((number, *_outcome(work, tasks[number])))
    except (EOFError, OSError):
        pass  # the parent has stopped


def _outcome(work: Callable[[Task], Result], task: Task) -> tuple[Result | None, Exception | None]:
    try:
        return work(task), None
    except Exception as error:
        return None, error
