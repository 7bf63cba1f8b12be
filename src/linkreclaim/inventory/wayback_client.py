"""One polite connection to the Wayback Machine: its published limits, its refusals, its outages."""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from linkreclaim.errors import UsageError
from linkreclaim.net import HostLimits, HostPace, Request, Response, Transport
from linkreclaim.net.polite import read_retry_after_s
from linkreclaim.urls import parse

WAYBACK_URL = "https://web.archive.org"
CDX, PLAYBACK = "cdx", "playback"
LIMITS = {CDX: HostLimits(1, 60 / 24), PLAYBACK: HostLimits(4, 1 / 8)}
"""The hard limits are 30 index requests a minute and 600 playbacks; clients are asked to stay at 80 % of them: 24 a
minute and 8 a second (edgi-govdata-archiving/wayback 0.5.1, after the Internet Archive's own word)."""
RETRY_AFTER_S = 60.0
"""Pause after a 429 that names none: ignoring a refusal for a minute blocks the address for an hour, then twice that
(same source)."""
LONGEST_PAUSE_S = 300.0
"""A longer pause is not waited for; a later run goes on (our judgement)."""
REFUSALS_UNTIL_CLOSED = 3
OUTAGES_UNTIL_CLOSED = 5
"""Refusals and outages in a row after which the archive is left alone for the rest of the run (our judgement)."""
OUTAGE_PAUSE_S = 5.0

_CDX_TIMEOUT_S = 120.0  # a query about a whole host reads millions of rows on their side
_PLAYBACK_TIMEOUT_S = 60.0
_TRIES = 3
_CLOSED = re.compile(rb"AccessControlException|Blocked Site Error|excluded from the Wayback Machine", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class NotTold:
    """The archive did not say. `final`: it will not say later either (a site whose owner has closed it)."""

    reason: str
    final: bool = False


class WaybackClient:
    """Asks in turn, whatever `--rate` says; stops for good after repeated refusals (`closed` says why then).

    `clock` and `sleep` must agree on the length of a second. Raises UsageError for an address that is no http(s) one.
    """

    def __init__(
        self,
        transport: Transport,
        address: str = WAYBACK_URL,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        if parse(address) is None:
            raise UsageError(f"the address of the archive, {address!r}, is no http(s) URL")
        self.address = address.rstrip("/")
        self.closed = ""
        self._pace = HostPace(LIMITS.__getitem__, clock=clock, sleep=sleep)
        self._transport = transport
        self._clock = clock
        self._held_until = 0.0
        self._refusals = 0
        self._outages = 0

    async def ask(self, lane: str, path: str, max_body_bytes: int) -> Response | NotTold:
        """One question, in its turn; asked again after a refusal or an outage, at most three times in all.

        Archived errors (an answer with `Memento-Datetime`) are answers, whatever their status.
        """
        url = parse(self.address + path)
        if url is None:
            return NotTold(f"no URL: {path[:200]!r}", final=True)
        timeout_s = _CDX_TIMEOUT_S if lane == CDX else _PLAYBACK_TIMEOUT_S
        request = Request(url, max_body_bytes=max_body_bytes, total_timeout_s=timeout_s)
        trouble = ""
        for _ in range(_TRIES):
            if self.closed:
                break
            async with self._pace.slot(lane):
                if self.closed:
                    return NotTold(self.closed)
                response = await self._transport.send(request)
                trouble = self._judge(response)
            if not trouble:
                return response
        return NotTold(self.closed or trouble)

    def _judge(self, response: Response) -> str:
        """What is wrong with an answer, "" when it is one; refusals and outages hold everything that waits."""
        status = response.status_code or 0
        if response.failure is None and (response.header("memento-datetime") or _is_answer(status, response.body)):
            self._refusals = self._outages = 0
            return ""
        named_s = read_retry_after_s(response.header("retry-after"))
        if response.failure is None and status == 429:
            return self._refused(RETRY_AFTER_S if named_s is None else named_s)
        said = response.failure_detail if response.failure is not None else f"it answered {status}"
        return self._failed(said, OUTAGE_PAUSE_S if named_s is None else named_s)

    def _refused(self, pause_s: float) -> str:
        """Refusals of requests that were in flight together count as one."""
        if self._clock() >= self._held_until:
            self._refusals += 1
        if self._refusals >= REFUSALS_UNTIL_CLOSED or pause_s > LONGEST_PAUSE_S:
            self.closed = f"it refused further requests (429), to be asked again after {pause_s:,.0f} s"
        else:
            self._hold(pause_s)
        return "it refused the request (429)"

    def _failed(self, said: str, pause_s: float) -> str:
        self._outages += 1
        if self._outages >= OUTAGES_UNTIL_CLOSED or pause_s > LONGEST_PAUSE_S:
            self.closed = f"it is out of order: {said}"
        else:
            self._hold(pause_s)
        return said

    def _hold(self, pause_s: float) -> None:
        self._held_until = max(self._held_until, self._clock() + pause_s)
        for lane in (CDX, PLAYBACK):
            self._pace.hold(lane, pause_s)


def says_closed(body: bytes) -> bool:
    """Whether the archive says that it may not show a site or page. Source: recorded answers of index and playback."""
    return _CLOSED.search(body) is not None


def _is_answer(status: int, body: bytes) -> bool:
    """A 403 is one only where it is about the page that was asked for, and not about us."""
    return status < 500 and status not in (401, 407, 429) and (status != 403 or says_closed(body))
