"""Background work in processes of its own: progress, stop, faults, and what happens when the server is killed."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from linkreclaim.errors import InputError, UsageError
from linkreclaim.jobs.runs.background import Background, BackgroundTask, TaskState
from linkreclaim.model.events import EventSink, RunEvent, Stage


@pytest.fixture
def background() -> Iterator[Background]:
    made = Background()
    yield made
    made.close()


def wait_until(true: Callable[[], Any], timeout_s: float = 90) -> None:
    end = time.monotonic() + timeout_s
    while not true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


def ended(background: Background, task: BackgroundTask) -> BackgroundTask:
    """The task once it has ended."""

    def now() -> BackgroundTask:
        held = background.get(task.id)
        assert held is not None
        return held

    wait_until(lambda: not now().at_work)
    return now()


# The pieces of work; they run in the other process.


def count_up(sink: EventSink, until: int) -> dict[str, int]:
    for number in range(until):
        sink(RunEvent(Stage.CHECK, number + 1, until))
    sink(RunEvent(Stage.CHECK, message="<b>counted</b>"))
    sink(RunEvent(Stage.MATCH, message="careful", warning=True))
    return {"counted": until}


def wait_for_ever(sink: EventSink) -> None:
    sink(RunEvent(Stage.CHECK, message="waiting"))
    asyncio.run(asyncio.sleep(600))


def never_await(sink: EventSink) -> None:
    async def work() -> None:
        sink(RunEvent(Stage.GATHER, message="busy"))
        while True:
            time.sleep(0.01)

    asyncio.run(work())


def write_on(sink: EventSink, path: str) -> None:
    """Says that it is at work, in a file, until it is interrupted."""
    sink(RunEvent(Stage.CHECK, message="writing"))
    try:
        while True:
            Path(path).write_text(f"{os.getpid()} {time.monotonic()}")
            time.sleep(0.02)
    finally:
        Path(path).write_text(f"{os.getpid()} ended")


def refuse(_: EventSink) -> None:
    raise InputError("links.csv: no known link export")


def refuse_in_group(_: EventSink) -> None:
    async def work() -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(fail())

    async def fail() -> None:
        raise InputError("the site refuses us")

    asyncio.run(work())


def break_down(_: EventSink) -> None:
    raise ZeroDivisionError("a secret")


def die(_: EventSink) -> None:
    os._exit(9)


class TestWork:
    def test_says_how_far_it_is_and_what_it_found(self, background: Background) -> None:
        begun = background.start("count", "a.example", count_up, 3)
        assert (begun.state, begun.at_work, begun.counts) == (TaskState.RUNNING, True, {})
        task = ended(background, begun)
        assert (task.state, task.result, task.error) == (TaskState.DONE, {"counted": 3}, "")
        assert task.counts == {Stage.CHECK: (3, 3)}
        assert [(each.number, each.text, each.warning) for each in task.sentences] == [
            (1, "<b>counted</b>", False),
            (2, "careful", True),
        ]
        assert task.stage is Stage.MATCH
        assert task.version > begun.version
        assert task.ended_at is not None

    @pytest.mark.parametrize(
        ("work", "error"),
        [
            (refuse, "links.csv: no known link export"),
            (refuse_in_group, "the site refuses us"),
            (break_down, ""),
            (die, "its process was ended from outside (9)"),
        ],
    )
    def test_that_fails_says_so(
        self, background: Background, work: Callable[..., None], error: str, capfd: pytest.CaptureFixture[str]
    ) -> None:
        task = ended(background, background.start("count", "a.example", work))
        assert (task.state, task.error) == (TaskState.FAILED, error)
        assert ("a secret" in capfd.readouterr().err) is (work is break_down)

    def test_of_a_kind_goes_on_once_for_each_key(self, background: Background) -> None:
        first = background.start("count", "a.example", wait_for_ever)
        with pytest.raises(UsageError, match=r"a\.example is at work"):
            background.start("count", "a.example", count_up, 1)
        second = background.start("count", "b.example", count_up, 1)
        assert background.newest("count") == background.get(second.id)
        assert getattr(background.newest("count", "a.example"), "id", 0) == first.id
        assert background.newest("other") is None


class TestStop:
    @pytest.mark.parametrize("work", [wait_for_ever, never_await])
    def test_ends_it(self, background: Background, work: Callable[..., None]) -> None:
        task = background.start("count", "a.example", work)
        wait_until(lambda: getattr(background.get(task.id), "sentences", ()))
        background.stop(task.id)
        assert getattr(background.get(task.id), "state", None) in (TaskState.STOPPING, TaskState.STOPPED)
        assert ended(background, task).state is TaskState.STOPPED
        background.stop(task.id)
        assert background.start("count", "a.example", count_up, 1).at_work

    def test_before_it_has_begun_ends_it_too(self, background: Background) -> None:
        task = background.start("count", "a.example", wait_for_ever)
        background.stop(task.id)
        assert ended(background, task).state is TaskState.STOPPED


SERVER = """
import sys, time
from linkreclaim.jobs.runs.background import Background
from tests.jobs.test_background import write_on
if __name__ == "__main__":
    Background().start("count", "a.example", write_on, sys.argv[1])
    print("started", flush=True)
    time.sleep(600)
"""


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_nothing_writes_on_when_the_server_is_killed(tmp_path: Path, how: signal.Signals) -> None:
    (tmp_path / "server.py").write_text(SERVER)
    written = tmp_path / "written"
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(Path(__file__).parents[2]), *sys.path])}
    command = [sys.executable, str(tmp_path / "server.py"), str(written)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) as server:
        wait_until(written.exists)
        server.send_signal(how)
        server.wait(60)
    wait_until(lambda: written.read_text().endswith("ended"))
    number = int(written.read_text().split()[0])
    wait_until(lambda: not Path(f"/proc/{number}").exists() or not Path("/proc/self").exists())
