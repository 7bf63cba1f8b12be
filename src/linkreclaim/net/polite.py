"""A transport with manners: each host at its own pace, Retry-After obeyed, one more try where trouble may pass."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from linkreclaim.config import FetchSettings
from linkreclaim.model.verdicts import FailureKind
from linkreclaim.net.pace import HostPace
from linkreclaim.net.transport import Request, Response, Transport

BACKOFF_S = 2.0
"""Pause before the second try where the server names none: short overloads and deployments are over by then, and a
run is not (our judgement)."""

GIVE_UP_AFTER = 10
"""URLs in a row for which a host was too busy or did not answer at all, each after its second try, until it is asked
no more in this run: a dead machine with 30,000 URLs would otherwise cost each of them two time-outs (our judgement)."""

HOSTS_IN_TROUBLE = 10_000
"""Hosts whose misses are counted, the latest to miss: a list may hold a million that are dead. 1 KB each, so 10 MB."""

_ASK_AGAIN = frozenset({408, 421, 425, 429})
"""Statuses below 500 that ask for the same request once more. Source: RFC 9110, 15.5.9 and 15.5.20; RFC 8470, 5.2;
RFC 6585, 4."""

_HOLD_STATUSES = frozenset({429, 503})
_SILENT = frozenset({FailureKind.TIMEOUT, FailureKind.REFUSED})


class PoliteTransport:
    """Wraps a transport; asks a URL at most three times (a reset connection once more at once, one slow second try),
    and only once with HEAD.

    429 and 503 hold the whole host for the Retry-After that they name, at most `settings.retry_after_cap_s`; other 5xx
    and time-outs make only their own URL wait. Other hosts go on. A host that is given up (GIVE_UP_AFTER) gets its last
    answer repeated for its other URLs, with a `failure_detail` that starts with "not asked".
    """

    def __init__(
        self,
        inner: Transport,
        pace: HostPace,
        settings: FetchSettings,
        *,
        backoff_s: float = BACKOFF_S,
        second_try: bool = True,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Without `second_try` trouble that may pass is told at once: for those who ask again later by themselves."""
        self._inner = inner
        self._pace = pace
        self._settings = settings
        self._backoff_s = backoff_s
        self._second_try = second_try
        self._sleep = sleep
        self._misses: dict[str, tuple[int, Response]] = {}  # in a row, and the last of them

    async def send(self, request: Request) -> Response:
        """Ask in the host's turn; the answer of the last try counts."""
        host = request.url.netloc
        misses, last_miss = self._misses.get(host, (0, None))
        if last_miss is not None and misses >= GIVE_UP_AFTER:
            return _not_asked(last_miss, host)
        response = await self._send_in_turn(request)
        if request.method == "HEAD":  # its failures prove nothing: whoever asks goes on with GET
            return response
        if response.failure is FailureKind.RESET:
            response = await self._send_in_turn(replace(request, urgent=True))
        if self._second_try and request.second_try and _may_pass(response):
            if response.status_code not in _HOLD_STATUSES:  # those hold the host, and this URL waits with it
                await self._sleep(self._backoff_s)
            response = await self._send_in_turn(replace(request, urgent=True))
        self._count(host, response)
        return response

    async def close(self) -> None:
        """Close the wrapped transport."""
        await self._inner.close()

    async def _send_in_turn(self, request: Request) -> Response:
        host = request.url.netloc
        async with self._pace.slot(host, urgent=request.urgent):
            response = await self._inner.send(request)
            if response.failure is None and response.status_code in _HOLD_STATUSES:
                self._pace.hold(host, self._find_pause_s(response))
        return response

    def _find_pause_s(self, response: Response) -> float:
        named_s = read_retry_after_s(response.header("retry-after"))
        return self._backoff_s if named_s is None else min(named_s, self._settings.retry_after_cap_s)

    def _count(self, host: str, response: Response) -> None:
        if response.failure in _SILENT or (response.failure is None and response.status_code in _HOLD_STATUSES):
            misses, _ = self._misses.pop(host, (0, None))
            self._misses[host] = misses + 1, replace(response, headers=(), body=b"")
            if len(self._misses) > HOSTS_IN_TROUBLE:
                del self._misses[next(iter(self._misses))]
        else:
            self._misses.pop(host, None)


def read_retry_after_s(value: str | None, now: datetime | None = None) -> float | None:
    """Seconds that a Retry-After header asks for (a number or a date, RFC 9110, 10.2.3); None when it says nothing."""
    if value is None:
        return None
    if value.isascii() and value.isdigit():
        return float(value[:9])
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - (now or datetime.now(UTC))).total_seconds())


def _may_pass(response: Response) -> bool:
    if response.failure is not None:
        return response.failure is FailureKind.TIMEOUT
    status = response.status_code
    return status is not None and (status in _ASK_AGAIN or 500 <= status <= 599)


def _not_asked(last: Response, host: str) -> Response:
    said = f"answered {last.status_code}" if last.failure is None else "did not answer"
    detail = f"not asked: {host} {said} to the last {GIVE_UP_AFTER} URLs, each asked again; run again later"
    return replace(last, failure_detail=detail)
