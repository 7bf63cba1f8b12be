"""Background: work that goes on in a process of its own while a page shows how far it is.

The work lives as long as the server that started it. Its process holds the other end of a pipe: a word through it, or
its end because the server was killed, and the work is interrupted as by Ctrl-C and ends by itself. So nothing is left
behind that writes on unseen, and what can be continued (a run) is continued by whoever starts it again.
"""

import json
import multiprocessing
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from itertools import count
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from typing import Any

from linkreclaim.errors import LinkreclaimError, UsageError
from linkreclaim.jobs.runs.clock import utc_now
from linkreclaim.model.events import EventSink, RunEvent, Stage

Work = Callable[..., Any]
"""`work(sink, *arguments)`: a function of a module, called in the other process; it returns values that JSON knows."""

SENTENCES_KEPT = 200
"""The newest sentences of a task that are kept to be shown (our choice)."""
INSIST_AFTER_S = 2.0
"""asyncio takes the first interrupt at its next await and the second at once: so long the first one is waited for."""
GIVE_UP_AFTER_S = 15.0
"""So long after it was asked to stop the process ends itself; whatever works here survives being killed."""
ENDED_KEPT = 50


class TaskState(StrEnum):
    """How a piece of work is doing."""

    RUNNING = "running"
    STOPPING = "stopping"
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Sentence:
    """Something the work said to the person; numbered from 1."""

    number: int
    stage: Stage
    text: str
    warning: bool


@dataclass(frozen=True, slots=True)
class BackgroundTask:
    """A piece of work as it stands; a snapshot that never changes."""

    id: int
    kind: str  # "audit", "verify", ...
    key: str  # what it is about: a host
    begun_at: datetime
    state: TaskState = TaskState.RUNNING
    ended_at: datetime | None = None
    stage: Stage | None = None  # the one at work, or the last one
    counts: Mapping[Stage, tuple[int, int | None]] | None = None  # done and total of each stage that was begun
    sentences: tuple[Sentence, ...] = ()
    version: int = 0  # grows with every change
    result: Any = None  # what the work returned, once it is done
    error: str = ""  # the sentence it failed with; of a fault, which is in the terminal, ""

    @property
    def at_work(self) -> bool:
        """Whether it has not ended yet."""
        return self.state in (TaskState.RUNNING, TaskState.STOPPING)


class Background:
    """Starts and stops work, and knows how it is doing. Safe for threads; close it before the program ends."""

    def __init__(self, clock: Callable[[], datetime] = utc_now) -> None:
        """What is done in other processes, as this one knows it; nothing of it outlives this one."""
        self._clock = clock
        self._numbers = count(1)
        self._lock = threading.RLock()
        self._tasks: dict[int, BackgroundTask] = {}
        self._hands: dict[int, _Hand] = {}

    def start(self, kind: str, key: str, work: Work, *arguments: Any) -> BackgroundTask:
        """Begin a piece of work; its arguments must be such that `multiprocessing` can pass them on.

        Cost: some 20 ms here; the other process has imported what it needs after about a second.

        Raises:
            UsageError: work of this kind about this key is going on.
        """
        with self._lock:
            going_on = self.newest(kind, key)
            if going_on is not None and going_on.at_work:
                raise UsageError(f"{kind} of {key} is at work already; wait for it, or stop it")
            task = BackgroundTask(next(self._numbers), kind, key, self._clock(), counts={})
            hand = _Hand(work, arguments)
            self._tasks[task.id], self._hands[task.id] = task, hand
            self._forget_oldest()
        threading.Thread(target=self._listen, args=(task.id, hand), daemon=True).start()
        return task

    def newest(self, kind: str, key: str | None = None) -> BackgroundTask | None:
        """The newest work of a kind, about a key where one is given; None when there was none."""
        with self._lock:
            found = (task for task in reversed(self._tasks.values()) if task.kind == kind and key in (None, task.key))
            return next(found, None)

    def get(self, number: int) -> BackgroundTask | None:
        """A piece of work by its id."""
        with self._lock:
            return self._tasks.get(number)

    def stop(self, number: int) -> None:
        """Ask a piece of work to stop, which takes a moment; nothing happens when it has ended."""
        with self._lock:
            task, hand = self._tasks.get(number), self._hands.get(number)
            if task is not None and hand is not None:
                self._change(number, state=TaskState.STOPPING)
                hand.let_go()

    def close(self) -> None:
        """Stop everything, and wait until it has ended."""
        with self._lock:
            hands = dict(self._hands)
        for number in hands:
            self.stop(number)
        for hand in hands.values():
            if not hand.ended.wait(GIVE_UP_AFTER_S + INSIST_AFTER_S):
                hand.process.kill()

    def _listen(self, number: int, hand: "_Hand") -> None:
        """Take what the work says until its process has ended."""
        ending: Mapping[str, Any] = {}
        while (message := hand.receive()) is not None:
            if "stage" in message:
                self._take(number, RunEvent(**{**message, "stage": Stage(message["stage"])}))
            else:
                ending = message
        hand.process.join()
        with self._lock:
            stopping = self._tasks[number].state is TaskState.STOPPING
            self._hands.pop(number)
            self._change(number, ended_at=self._clock(), **_say_end(ending, hand.process.exitcode, stopping))
        hand.let_go()
        hand.ended.set()

    def _take(self, number: int, event: RunEvent) -> None:
        with self._lock:
            task = self._tasks[number]
            if event.message:
                last = task.sentences[-1].number if task.sentences else 0
                said = Sentence(last + 1, event.stage, event.message, event.warning)
                self._change(number, stage=event.stage, sentences=(*task.sentences, said)[-SENTENCES_KEPT:])
            else:
                counts = {**(task.counts or {}), event.stage: (event.done, event.total)}
                self._change(number, stage=event.stage, counts=counts)

    def _change(self, number: int, **values: Any) -> None:
        task = self._tasks[number]
        self._tasks[number] = replace(task, version=task.version + 1, **values)

    def _forget_oldest(self) -> None:
        ended = [number for number, task in self._tasks.items() if not task.at_work]
        for number in ended[:-ENDED_KEPT]:
            del self._tasks[number]


class _Hand:
    """What the server holds of a process: what it says, and the pipe by which it is let go."""

    def __init__(self, work: Work, arguments: tuple[Any, ...]) -> None:
        context = multiprocessing.get_context("spawn")
        self._said, said = context.Pipe(duplex=False)
        leash, self._leash = context.Pipe(duplex=False)
        self.ended = threading.Event()
        self.process: SpawnProcess = context.Process(target=_run, args=(said, leash, work, arguments))
        self.process.start()
        said.close()
        leash.close()

    def receive(self) -> Mapping[str, Any] | None:
        """The next message; None after the last one."""
        try:
            message: Mapping[str, Any] = json.loads(self._said.recv_bytes())
        except (EOFError, OSError):
            self._said.close()
            return None
        return message

    def let_go(self) -> None:
        """Have the work stop."""
        self._leash.close()


def _say_end(ending: Mapping[str, Any], exit_code: int | None, stopping: bool) -> dict[str, Any]:
    """How work ended, by its last word; without one its process was killed."""
    if "result" in ending:
        return {"state": TaskState.DONE, "result": ending["result"]}
    if stopping or ending.get("stopped"):
        return {"state": TaskState.STOPPED}
    killed = f"its process was ended from outside ({exit_code})"
    return {"state": TaskState.FAILED, "error": ending.get("error", killed)}


def _run(said: Connection, leash: Connection, work: Work, arguments: tuple[Any, ...]) -> None:
    """Runs in the other process."""
    if hasattr(os, "setsid"):
        os.setsid()  # Ctrl-C in the terminal is for the server, which lets us go in order
    signal.signal(
        signal.SIGINT, signal.default_int_handler
    )  # a server in a shell's background ignores it, as its heirs do
    try:
        threading.Thread(target=_hold, args=(leash,), daemon=True).start()
        ending: dict[str, Any] = {"result": work(_sink_to(said), *arguments)}
    except KeyboardInterrupt:
        ending = {"stopped": True}
    except LinkreclaimError as error:
        ending = {"error": str(error)}
    except BaseExceptionGroup as group:
        ending = _tell_group(group)
    except Exception:
        ending = _tell_fault()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # too late to stop anything
    _send(said, ending)


def _hold(leash: Connection) -> None:
    """Wait until the server lets go or is gone; then interrupt the work, insist, and in the end give up on it."""
    leash.poll(None)
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(INSIST_AFTER_S)
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(GIVE_UP_AFTER_S - INSIST_AFTER_S)
    os._exit(1)


def _sink_to(said: Connection) -> EventSink:
    def sink(event: RunEvent) -> None:
        values = {"stage": event.stage.value, "done": event.done, "total": event.total}
        _send(said, {**values, "message": event.message, "warning": event.warning})

    return sink


def _send(said: Connection, message: Mapping[str, Any]) -> None:
    with suppress(OSError):  # the server is gone, and we are let go already
        said.send_bytes(json.dumps(message).encode())


def _tell_group(group: BaseExceptionGroup[BaseException]) -> dict[str, Any]:
    """Errors of pieces that ran side by side: ours are told, an interrupt is a stop, anything else is a fault."""
    if group.subgroup(KeyboardInterrupt) is not None:
        return {"stopped": True}
    ours, others = group.split(LinkreclaimError)
    error: BaseException | None = ours if others is None else None
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return _tell_fault() if error is None else {"error": str(error)}


def _tell_fault() -> dict[str, Any]:
    """A bug: its traceback goes to the terminal of the server, never to the page."""
    traceback.print_exc(file=sys.stderr)
    return {"error": ""}
