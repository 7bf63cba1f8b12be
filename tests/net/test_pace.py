"""The schedule of one host, and that hosts do not wait for each other."""

import asyncio
import time

import pytest

from linkreclaim.config import FetchSettings
from linkreclaim.model.sites import Site
from linkreclaim.net import HostLimits, HostPace, choose_limits, pace


class Clock:
    """A clock that moves only when somebody sleeps on it."""

    def __init__(self) -> None:
        self.now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s

    async def sleep(self, seconds: float) -> None:
        """Let the time pass at once."""
        self.now_s += seconds
        await asyncio.sleep(0)


def starts(limits: HostLimits, count: int, *, hold_s: float = 0.0, slow_s: float = 0.0) -> list[float]:
    """When `count` requests to one host start, one after the other, in seconds from the first wish."""

    async def run() -> list[float]:
        clock = Clock()
        pacer = HostPace(lambda _host: limits, clock=clock, sleep=clock.sleep)
        pacer.hold("h", hold_s)
        pacer.slow("h", slow_s)
        begun = clock.now_s
        found = []
        for _ in range(count):
            async with pacer.slot("h"):
                found.append(round(clock.now_s - begun, 3))
        return found

    return asyncio.run(run())


def test_starts_keep_the_gap() -> None:
    assert starts(HostLimits(2, 0.25), 4) == [0.0, 0.25, 0.5, 0.75]


def test_no_gap_is_no_wait() -> None:
    assert starts(HostLimits(8), 3) == [0.0, 0.0, 0.0]


def test_a_hold_moves_everything_behind_it() -> None:
    assert starts(HostLimits(2, 0.25), 3, hold_s=7) == [7.0, 7.25, 7.5]


def test_a_crawl_delay_widens_the_gap_and_never_narrows_it() -> None:
    assert starts(HostLimits(2, 0.25), 3, slow_s=2) == [0.0, 2.0, 4.0]
    assert starts(HostLimits(2, 0.25), 3, slow_s=0.1) == [0.0, 0.25, 0.5]


def test_a_shorter_hold_does_not_cut_a_longer_one() -> None:
    async def run() -> float:
        clock = Clock()
        pacer = HostPace(lambda _host: HostLimits(1), clock=clock, sleep=clock.sleep)
        pacer.hold("h", 60)
        pacer.hold("h", 1)
        async with pacer.slot("h"):
            return clock.now_s - 1000

    assert asyncio.run(run()) == 60


def test_a_hold_that_comes_while_waiting_counts() -> None:
    async def run() -> float:
        pacer = HostPace(lambda _host: HostLimits(2, 0.05))
        begun = time.monotonic()

        async def wait_turn() -> float:
            async with pacer.slot("h"):
                return time.monotonic() - begun

        async with pacer.slot("h"):
            waiting = asyncio.create_task(wait_turn())
            await asyncio.sleep(0.01)
            pacer.hold("h", 0.3)
        return await waiting

    assert asyncio.run(run()) >= 0.3


def test_in_flight_is_limited_per_host() -> None:
    async def run() -> tuple[int, int]:
        pacer = HostPace(lambda _host: HostLimits(2))
        inside = {"a": 0, "b": 0}
        peaks = {"a": 0, "b": 0, "both": 0}

        async def work(host: str) -> None:
            async with pacer.slot(host):
                inside[host] += 1
                peaks[host] = max(peaks[host], inside[host])
                peaks["both"] = max(peaks["both"], sum(inside.values()))
                await asyncio.sleep(0.01)
                inside[host] -= 1

        await asyncio.gather(*(work(host) for host in "ababababab"))
        return max(peaks["a"], peaks["b"]), peaks["both"]

    assert asyncio.run(run()) == (2, 4)


def test_a_cancelled_wait_gives_its_place_back() -> None:
    async def run() -> bool:
        pacer = HostPace(lambda _host: HostLimits(1))

        async def wait_turn() -> None:
            async with pacer.slot("h"):
                await asyncio.sleep(0)

        pacer.hold("h", 30)
        held = asyncio.create_task(wait_turn())
        queued = asyncio.create_task(wait_turn())
        await asyncio.sleep(0.01)
        held.cancel()
        queued.cancel()
        await asyncio.gather(held, queued, return_exceptions=True)
        return pacer._lanes["h"].free == 1 and pacer._lanes["h"].users == 0

    assert asyncio.run(run())


def test_idle_hosts_are_forgotten_and_held_ones_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "LANES_BEFORE_PRUNING", 100)

    async def run() -> tuple[int, float]:
        clock = Clock()
        pacer = HostPace(lambda _host: HostLimits(2, 0.25), clock=clock, sleep=clock.sleep)
        pacer.hold("held", 1e6)
        for number in range(1000):
            async with pacer.slot(f"h{number}"):
                clock.now_s += 1
        async with pacer.slot("held"):
            return len(pacer._lanes), clock.now_s

    lanes, now_s = asyncio.run(run())
    assert lanes <= 101
    assert now_s >= 1e6


@pytest.mark.parametrize(
    ("host", "in_flight", "gap_s"),
    [
        ("www.example.com", 8, 0.5),
        ("old.example", 8, 0.5),
        ("sub.example.com", 2, 0.75),
        ("stranger.example:8080", 2, 0.75),
    ],
)
def test_limits_by_owner(host: str, in_flight: int, gap_s: float) -> None:
    limits = choose_limits(FetchSettings(delay_s=0.5), Site("example.com", old_hosts=("old.example",)))(host)
    assert limits == HostLimits(in_flight, gap_s)


def test_without_a_site_everybody_is_a_stranger() -> None:
    assert choose_limits(FetchSettings(), None)("example.com") == HostLimits(2, 0.25)


def test_what_is_urgent_goes_before_those_who_wait_longer() -> None:
    order: list[str] = []

    async def one(pacer: HostPace, name: str, urgent: bool) -> None:
        async with pacer.slot("h", urgent=urgent):
            order.append(name)

    async def run() -> None:
        pacer = HostPace(lambda _host: HostLimits(1))
        async with pacer.slot("h"):
            tasks = [asyncio.create_task(one(pacer, name, name == "urgent")) for name in ("first", "second", "urgent")]
            await asyncio.sleep(0.01)
        await asyncio.gather(*tasks)

    asyncio.run(run())
    assert order == ["urgent", "first", "second"]


def test_a_cancelled_wait_passes_its_place_on() -> None:
    async def run() -> bool:
        pacer = HostPace(lambda _host: HostLimits(1))
        async with pacer.slot("h"):
            waiting = asyncio.create_task(pacer.slot("h").__aenter__())
            handed = asyncio.create_task(pacer.slot("h").__aenter__())
            await asyncio.sleep(0.01)
            waiting.cancel()
            await asyncio.sleep(0.01)
        handed.cancel()  # at the very moment its place has been handed to it
        await asyncio.sleep(0.01)
        async with asyncio.timeout(1), pacer.slot("h"):
            return True

    assert asyncio.run(run())
