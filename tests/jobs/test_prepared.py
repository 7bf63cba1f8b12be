"""Answers that take long: made once, kept, waited for only so long."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from linkreclaim.jobs.runs.prepared import Prepared


def test_is_made_once_for_all_who_ask() -> None:
    made: list[str] = []
    prepared = Prepared[int](4)

    def make() -> int:
        made.append("once")
        return 7

    with ThreadPoolExecutor(8) as people:
        assert set(people.map(lambda _: prepared.get("key", make, 20), range(8))) == {7}
    assert made == ["once"]


def test_nobody_waits_longer_than_asked() -> None:
    prepared, go_on = Prepared[str](4), threading.Event()

    def make() -> str:
        assert go_on.wait(20)
        return "ready"

    assert prepared.get("key", make, 0.01) is None
    assert prepared.get("key", make, 0.01) is None
    go_on.set()
    assert prepared.get("key", make, 20) == "ready"


def test_an_error_is_told_and_tried_again() -> None:
    prepared = Prepared[int](4)
    answers = iter([0, 5])

    def make() -> int:
        return 10 // next(answers)

    with pytest.raises(ZeroDivisionError):
        prepared.get("key", make, 20)
    assert prepared.get("key", make, 20) == 2


def test_the_oldest_go() -> None:
    prepared = Prepared[int](2)
    made: list[int] = []

    def make(number: int) -> int:
        made.append(number)
        return number

    for number in (1, 2, 1, 3, 1, 2):
        assert prepared.get(number, lambda number=number: make(number), 20) == number  # type: ignore[misc]
    assert made == [1, 2, 3, 2]
