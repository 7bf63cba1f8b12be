"""Work spread over processes: the same results in order, and nothing left running whatever happens."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path

import pytest

from linkreclaim.errors import InputError, LinkreclaimError
from linkreclaim.processes import spread

needs_fork = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs Linux, where work is spread")
pytestmark = needs_fork

PARENT = """
import os, sys, time
from linkreclaim import processes
processes.usable_processes = lambda: 2
def work(number):
    if number:
        return os.getpid()
    {first}
    return os.getpid()
print(*(pid for pid in processes.spread(work, range(4), 2)), flush=True)
"""


@pytest.fixture(autouse=True)
def _always_spread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("linkreclaim.processes.usable_processes", lambda: 4)


def _slow_first(number: int) -> tuple[int, int]:
    time.sleep(0.05 if number == 0 else 0.001)
    return number, os.getpid()


@pytest.mark.parametrize("processes", [1, 2, 3, 50])
def test_results_come_in_the_order_of_the_tasks(processes: int) -> None:
    found = list(spread(_slow_first, range(40), processes))
    assert [number for number, _ in found] == list(range(40))
    workers = {process for _, process in found}
    assert (os.getpid() in workers) == (processes == 1)
    assert len(workers) <= processes
    assert list(spread(_slow_first, range(0), processes)) == []


def test_what_lives_here_is_seen_there() -> None:
    told = {"a": 1}
    assert list(spread(lambda key: told[key], ["a", "a"], 2)) == [1, 1]


def test_works_beside_other_threads_and_from_one() -> None:
    with ThreadPoolExecutor(2) as pool:
        pool.submit(time.sleep, 0.2)
        assert pool.submit(lambda: list(spread(abs, [-1, -2, 3], 2))).result(timeout=20) == [1, 2, 3]


@pytest.fixture
def others() -> Sequence[int]:
    """Processes that earlier tests have left running, such as Python's own resource tracker."""
    return _children(os.getpid())


def test_error_of_a_task_ends_all(others: Sequence[int]) -> None:
    def fail(number: int) -> int:
        if number == 3:
            raise InputError("task 3 cannot be done")
        return number

    results = spread(fail, range(9), 2)
    with pytest.raises(InputError, match="task 3 cannot be done"):
        list(results)
    _no_children(but=others)


def test_a_killed_process_is_told_and_not_waited_for(others: Sequence[int]) -> None:
    with pytest.raises(LinkreclaimError, match="enough memory"):
        list(spread(lambda _: os.kill(os.getpid(), signal.SIGKILL), range(3), 2))
    _no_children(but=others)


def test_stopping_half_way_ends_the_processes(others: Sequence[int]) -> None:
    results = spread(_slow_first, range(10_000), 3)
    assert len(list(islice(results, 5))) == 5
    results.close()  # type: ignore[attr-defined]
    _no_children(but=others)


def test_processes_end_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    parent = _start(tmp_path, "open('busy', 'w').close(); time.sleep(0.5)")
    children = _children(parent.pid)
    assert len(children) == 2
    parent.kill()
    parent.communicate()
    _wait_for(lambda: not any(map(_runs, children)))


def test_interrupt_leaves_nothing_and_no_word_of_the_processes(tmp_path: Path) -> None:
    parent = _start(tmp_path, "open('busy', 'w').close(); time.sleep(60)")
    children = _children(parent.pid)
    os.killpg(parent.pid, signal.SIGINT)  # as a terminal does: all of the group get it
    _, said = parent.communicate(timeout=60)
    assert said.count("Traceback") == 1
    assert said.rstrip().endswith("KeyboardInterrupt")
    assert not any(map(_runs, children))


def _start(folder: Path, first: str) -> "subprocess.Popen[str]":
    """A process of its own group with two workers, one of them busy with the first task."""
    script = PARENT.format(first=first)
    parent = subprocess.Popen(
        [sys.executable, "-c", script], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    )  # fmt: skip
    _wait_for((folder / "busy").exists)
    return parent


def _children(process: int) -> Sequence[int]:
    return list(map(int, Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii").split()))


def _runs(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state != "Z"


def _no_children(but: Sequence[int]) -> None:
    assert set(_children(os.getpid())) <= set(but)


def _wait_for(told: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not told():
        assert time.monotonic() < deadline
        time.sleep(0.02)
