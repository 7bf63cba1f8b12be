"""How fast each host is asked: a schedule per host, so that a slow or strict one never holds up the others."""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from types import TracebackType

from linkreclaim.config import FetchSettings
from linkreclaim.model.sites import Site

LANES_BEFORE_PRUNING = 10_000
"""Hosts remembered before idle ones are forgotten, so that memory does not grow with a run of a million hosts."""


@dataclass(frozen=True, slots=True)
class HostLimits:
    """What one host is asked at most: `in_flight` at a time, `gap_s` between the starts of two requests."""

    in_flight: int
    gap_s: float = 0.0


LimitsOf = Callable[[str], HostLimits]
"""The limits of a host (`host` or `host:port`)."""


def choose_limits(settings: FetchSettings, site: Site | None) -> LimitsOf:
    """Limits by whose host it is: the user's own site (its former hosts too) is asked faster than a stranger's."""
    own = HostLimits(settings.site_in_flight, settings.delay_s)
    stranger = HostLimits(settings.stranger_in_flight, 1 / settings.stranger_per_s + settings.delay_s)

    def limits_of(host: str) -> HostLimits:
        return own if site is not None and site.concerns(host) else stranger

    return limits_of


class HostPace:
    """Gives each request its turn: `async with pace.slot(host): ...`.

    First come, first served within a host, what is urgent before the rest. `clock` and `sleep` must agree on the length
    of a second.
    """

    def __init__(
        self,
        limits_of: LimitsOf,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._limits_of = limits_of
        self._clock = clock
        self._sleep = sleep
        self._lanes: dict[str, _Lane] = {}
        self._prune_at = LANES_BEFORE_PRUNING

    def slot(self, host: str, *, urgent: bool = False) -> "Slot":
        """An async context manager that waits for the host's turn and counts as one request in flight inside."""
        return Slot(self._lane(host), self._clock, self._sleep, urgent)

    def hold(self, host: str, seconds: float) -> None:
        """Start no request to the host for this long from now; a longer hold that is already there stays."""
        lane = self._lane(host)
        lane.not_before = max(lane.not_before, self._clock() + seconds)

    def slow(self, host: str, gap_s: float) -> None:
        """Keep at least this pause between two starts at the host from now on (a Crawl-delay)."""
        lane = self._lane(host)
        lane.gap_s = max(lane.gap_s, gap_s)

    def _lane(self, host: str) -> "_Lane":
        lane = self._lanes.get(host)
        if lane is None:
            if len(self._lanes) >= self._prune_at:
                self._prune()
            lane = self._lanes[host] = _Lane(self._limits_of(host))
        return lane

    def _prune(self) -> None:
        now = self._clock()
        self._lanes = {host: lane for host, lane in self._lanes.items() if lane.users or lane.not_before > now}
        self._prune_at = max(LANES_BEFORE_PRUNING, 2 * len(self._lanes))


class _Lane:
    """The schedule of one host."""

    __slots__ = ("_urgent", "_waiting", "free", "gap_s", "not_before", "users")

    def __init__(self, limits: HostLimits) -> None:
        self.gap_s = limits.gap_s
        self.not_before = 0.0  # on the pace's clock
        self.users = 0  # slots that wait or are inside
        self.free = limits.in_flight
        self._urgent: deque[asyncio.Future[None]] = deque()
        self._waiting: deque[asyncio.Future[None]] = deque()

    async def take_place(self, urgent: bool) -> None:
        """Wait for one of the host's places, when none is free; those who leave hand theirs on, to the urgent first."""
        queue = self._urgent if urgent else self._waiting
        handed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        queue.append(handed)
        try:
            await handed
        except asyncio.CancelledError:
            if not handed.cancelled():  # we are cancelled with the place already in hand
                self.leave_place()
            raise

    def leave_place(self) -> None:
        """Hand the place on, or leave it free."""
        for queue in (self._urgent, self._waiting):
            while queue:
                handed = queue.popleft()
                if not handed.done():  # those who were cancelled wait no more
                    handed.set_result(None)
                    return
        self.free += 1


class Slot:
    """One request's place in a host's schedule; made by `HostPace.slot`, entered once."""

    __slots__ = ("_clock", "_lane", "_sleep", "_urgent")

    def __init__(
        self, lane: _Lane, clock: Callable[[], float], sleep: Callable[[float], Awaitable[None]], urgent: bool
    ) -> None:
        self._urgent = urgent
        self._lane = lane
        self._clock = clock
        self._sleep = sleep
        lane.users += 1

    async def __aenter__(self) -> None:
        lane = self._lane
        if lane.free:
            lane.free -= 1
        else:
            try:
                await lane.take_place(self._urgent)
            except BaseException:
                lane.users -= 1
                raise
        now = self._clock()
        if now < lane.not_before:
            try:
                now = await self._wait_turn()
            except BaseException:
                self._leave()
                raise
        lane.not_before = now + lane.gap_s

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._leave()

    async def _wait_turn(self) -> float:
        """Until the lane is free: looked at again after each sleep, because a hold may have come in between."""
        lane = self._lane
        while (now := self._clock()) < lane.not_before:
            await self._sleep(lane.not_before - now)
        return now

    def _leave(self) -> None:
        self._lane.users -= 1
        self._lane.leave_place()
