"""What many tasks ask for is asked once, whoever of them is cancelled."""

import asyncio
from collections import Counter

import pytest

from linkreclaim.net.asked_once import AskedOnce


class _Oracle:
    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()
        self.may_answer = asyncio.Event()

    async def ask(self, name: str) -> str:
        self.asked[name] += 1
        await self.may_answer.wait()
        if name == "bad":
            raise ValueError(name)
        return name.upper()


def test_many_ask_once_and_one_who_leaves_takes_nothing_away() -> None:
    async def run() -> None:
        oracle, answers = _Oracle(), AskedOnce[str](10)
        first, second = (asyncio.create_task(answers.get("a", lambda: oracle.ask("a"))) for _ in range(2))
        await asyncio.sleep(0)
        first.cancel()
        oracle.may_answer.set()
        assert await second == "A"
        assert await answers.get("a", lambda: oracle.ask("a")) == "A"
        assert oracle.asked == {"a": 1}

    asyncio.run(run())


def test_the_longest_unused_goes_first() -> None:
    async def run() -> None:
        oracle, answers = _Oracle(), AskedOnce[str](2)
        oracle.may_answer.set()
        for name in ("a", "b", "a", "c"):
            await answers.get(name, lambda name=name: oracle.ask(name))  # type: ignore[misc]
        assert [name in answers for name in "abc"] == [True, False, True]
        answers.forget("c")
        assert "c" not in answers

    asyncio.run(run())


def test_an_error_is_raised_for_everyone_who_asks() -> None:
    async def run() -> None:
        oracle, answers = _Oracle(), AskedOnce[str](2)
        oracle.may_answer.set()
        for _ in range(2):
            with pytest.raises(ValueError, match="bad"):
                await answers.get("bad", lambda: oracle.ask("bad"))
        assert oracle.asked["bad"] == 1

    asyncio.run(run())


def test_an_error_that_nobody_waits_for_any_more_is_not_printed(caplog: pytest.LogCaptureFixture) -> None:
    async def leave() -> None:
        oracle, answers = _Oracle(), AskedOnce[str](2)
        waiting = asyncio.create_task(answers.get("bad", lambda: oracle.ask("bad")))
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.sleep(0)
        oracle.may_answer.set()
        await asyncio.sleep(0.01)

    asyncio.run(leave())
    assert not caplog.records
