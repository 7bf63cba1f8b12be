"""URLs in passing trouble that need not wait for the end of a check: their hosts answer others well meanwhile."""

from collections import deque
from collections.abc import Iterator
from heapq import heappop, heappush
from typing import NamedTuple

WAITING_MOST = 10_000
"""URLs that wait at a time, 0.3 KB each; more than that wait for the end of the run, at 16 bytes each."""
HOSTS_IN_TROUBLE = 10_000
"""Hosts remembered whose latest first look met trouble, the latest ones: a list may hold a million that are dead."""


class Due(NamedTuple):
    """A URL of the list, and when it may be asked, on the event loop's clock."""

    number: int
    url: str
    at_s: float = 0.0
    again: bool = False  # it has been looked at before


class SecondLooks:
    """Who may be looked at again, and when: of each host one URL at a time, `gap_s` after the host's last one."""

    def __init__(self, gap_s: float) -> None:
        self._gap_s = gap_s
        self._waiting: dict[str, deque[Due]] = {}
        self._when: list[tuple[float, str]] = []  # a heap; hosts that are just being asked are not in it
        self._count = 0
        self._troubled: dict[str, None] = {}  # hosts, in the order in which trouble was met

    def saw(self, host: str, trouble: bool) -> None:
        """Take in what a first look at a host met."""
        self._troubled.pop(host, None)
        if trouble:
            self._troubled[host] = None
            if len(self._troubled) > HOSTS_IN_TROUBLE:
                del self._troubled[next(iter(self._troubled))]

    def answers_well(self, host: str) -> bool:
        """Whether the latest first look at the host met no trouble: then trouble is a URL's, not the host's."""
        return host not in self._troubled

    def add(self, host: str, due: Due) -> bool:
        """Let a URL wait; False when there is no room."""
        if self._count >= WAITING_MOST:
            return False
        queue = self._waiting.get(host)
        if queue is None:
            queue = self._waiting[host] = deque()
            heappush(self._when, (due.at_s, host))
        queue.append(due)
        self._count += 1
        return True

    def take(self, now_s: float) -> Iterator[tuple[str, Due]]:
        """Take out each host's next URL whose time has come; nothing more of the host until `done`."""
        while self._when and self._when[0][0] <= now_s:
            _, host = heappop(self._when)
            self._count -= 1
            yield host, self._waiting[host].popleft()

    def done(self, host: str, now_s: float) -> None:
        """The URL that was taken out has been dealt with."""
        queue = self._waiting[host]
        if queue:
            heappush(self._when, (max(queue[0].at_s, now_s + self._gap_s), host))
        else:
            del self._waiting[host]

    def rest(self) -> Iterator[Due]:
        """Take out all that still wait, whose turn it is or not."""
        for queue in self._waiting.values():
            while queue:
                self._count -= 1
                yield queue.popleft()
        self._when.clear()
