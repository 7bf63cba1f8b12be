"""Pace, Retry-After and second tries, as real servers see them."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import partial
from itertools import pairwise
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.net.loopback import Asked, Handler, Loopback, always, reply

from linkreclaim.config import FetchSettings
from linkreclaim.model.sites import Site
from linkreclaim.model.verdicts import FailureKind
from linkreclaim.net import CurlTransport, HostPace, PoliteTransport, Request, Response, choose_limits
from linkreclaim.net.polite import GIVE_UP_AFTER, read_retry_after_s

T = TypeVar("T")
OPEN = FetchSettings(allow_private=True, total_timeout_s=2.0)
FAST = FetchSettings(allow_private=True, total_timeout_s=2.0, stranger_per_s=1000, retry_after_cap_s=0.4)


def on_servers(
    handlers: tuple[Handler, ...],
    scenario: Callable[[list[Loopback], PoliteTransport], Awaitable[T]],
    settings: FetchSettings = FAST,
    *,
    own_first: bool = False,
    second_try: bool = True,
) -> T:
    """Run a scenario with servers and a polite transport; `own_first`: the first server is the user's site."""

    async def run() -> T:
        servers = [await Loopback(handler).__aenter__() for handler in handlers]
        site = Site(servers[0].netloc, "http") if own_first else None
        pace = HostPace(choose_limits(settings, site))
        transport = PoliteTransport(CurlTransport(settings), pace, settings, backoff_s=0.2, second_try=second_try)
        try:
            return await scenario(servers, transport)
        finally:
            await transport.close()
            for server in servers:
                await server.__aexit__(None, None, None)

    return asyncio.run(run())


def in_turn(*answers: bytes) -> Handler:
    """Gives each answer once, the last one for ever."""
    left = list(answers)

    async def handle(_asked: Asked, _writer: asyncio.StreamWriter) -> bytes:
        return left.pop(0) if len(left) > 1 else left[0]

    return handle


async def slow_page(_asked: Asked, _writer: asyncio.StreamWriter) -> bytes:
    """Takes its time, so that requests pile up if they may."""
    await asyncio.sleep(1.0)
    return reply()


def ask_once(*answers: bytes, settings: FetchSettings = FAST) -> tuple[Response, list[float]]:
    """The response to one URL, and when the server was asked."""

    async def scenario(servers: list[Loopback], transport: PoliteTransport) -> tuple[Response, list[float]]:
        response = await transport.send(Request(servers[0].url()))
        return response, [asked.at for asked in servers[0].asked]

    return on_servers((in_turn(*answers),), scenario, settings)


async def ask_all(count: int, servers: list[Loopback], transport: PoliteTransport) -> Loopback:
    """Wish for many pages of the first server at the same time."""
    await asyncio.gather(*(transport.send(Request(servers[0].url(f"/{n}"))) for n in range(count)))
    return servers[0]


def test_a_stranger_sees_two_in_flight() -> None:
    assert on_servers((slow_page,), partial(ask_all, 4), OPEN).peak_in_flight == 2


def test_a_stranger_sees_four_requests_a_second() -> None:
    times = [asked.at for asked in on_servers((always(reply()),), partial(ask_all, 6), OPEN).asked]
    assert times[-1] - times[0] > 5 * 0.25 - 0.05
    assert min(later - earlier for earlier, later in pairwise(times)) > 0.05  # 0.25 as we send, less what arrives late


def test_a_delay_comes_on_top_of_the_rate() -> None:
    settings = FetchSettings(allow_private=True, delay_s=0.2)
    times = [asked.at for asked in on_servers((always(reply()),), partial(ask_all, 3), settings).asked]
    assert times[-1] - times[0] > 2 * 0.45 - 0.05


def test_the_site_sees_eight_in_flight_and_no_rate() -> None:
    server = on_servers((slow_page,), partial(ask_all, 16), OPEN, own_first=True)
    assert server.peak_in_flight == 8
    assert server.asked[-1].at - server.asked[0].at < 2.5, "16 at four a second would take 3.75 s"


def test_retry_after_holds_the_whole_host_while_others_go_on() -> None:
    strict = in_turn(reply(429, Retry_After="1"), reply())
    settings = FetchSettings(allow_private=True, stranger_per_s=1000)

    async def scenario(servers: list[Loopback], transport: PoliteTransport) -> tuple[Loopback, float]:
        first = await asyncio.wait_for(_first_answer(servers[0], transport), 5)
        begun = time.monotonic()
        await asyncio.gather(*(transport.send(Request(servers[1].url(f"/{n}"))) for n in range(20)))
        others_s = time.monotonic() - begun
        await first
        return servers[0], others_s

    async def _first_answer(server: Loopback, transport: PoliteTransport) -> "asyncio.Future[list[Response]]":
        refused = asyncio.ensure_future(transport.send(Request(server.url("/refused"))))
        while not server.asked:
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.05)
        return asyncio.gather(refused, *(transport.send(Request(server.url(f"/{n}"))) for n in range(3)))

    server, others_s = on_servers((strict, always(reply())), scenario, settings)
    assert others_s < 0.8
    assert len(server.asked) == 5
    assert min(asked.at for asked in server.asked[1:]) - server.asked[0].at > 0.95


def test_retry_after_is_capped() -> None:
    response, times = ask_once(reply(503, Retry_After="3600"), reply(200))
    assert response.status_code == 200
    assert 0.35 < times[1] - times[0] < 1.5


@pytest.mark.parametrize("status", [408, 421, 425, 429, 500, 502, 503, 504])
def test_trouble_that_may_pass_is_asked_once_more_after_a_pause(status: int) -> None:
    response, times = ask_once(reply(status), reply(200))
    assert response.status_code == 200
    assert len(times) == 2
    assert times[1] - times[0] > 0.18


@pytest.mark.parametrize("status", [200, 301, 400, 403, 404, 410, 999])
def test_a_clear_answer_is_not_asked_again(status: int) -> None:
    response, times = ask_once(reply(status), reply(200))
    assert (response.status_code, len(times)) == (status, 1)


def test_trouble_that_stays_is_told_after_two_tries() -> None:
    response, times = ask_once(reply(500, b"oops"))
    assert (response.status_code, response.body, len(times)) == (500, b"oops", 2)


def test_who_asks_again_later_is_told_at_once() -> None:
    async def scenario(servers: list[Loopback], transport: PoliteTransport) -> tuple[int | None, int]:
        response = await transport.send(Request(servers[0].url()))
        return response.status_code, len(servers[0].asked)

    assert on_servers((in_turn(reply(502), reply(200)),), scenario, second_try=False) == (502, 1)


def test_a_reset_connection_is_asked_once_more_at_once() -> None:
    count = 0

    async def resets_once(_asked: Asked, _writer: asyncio.StreamWriter) -> bytes | None:
        nonlocal count
        count += 1
        return None if count == 1 else reply(200, b"now")

    async def scenario(servers: list[Loopback], transport: PoliteTransport) -> tuple[Response, int]:
        return await transport.send(Request(servers[0].url())), len(servers[0].asked)

    response, asked = on_servers((resets_once,), scenario)
    assert (response.body, asked) == (b"now", 2)


def test_a_kept_connection_that_the_server_has_closed_is_no_failure() -> None:
    """The server answers as if it would keep the connection, then drops it: the next request must not suffer."""

    async def drops(_asked: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(reply(200, b"x"))
        await writer.drain()
        await asyncio.sleep(0.02)

    async def scenario(servers: list[Loopback], transport: PoliteTransport) -> list[bytes]:
        bodies = []
        for _ in range(5):
            bodies.append((await transport.send(Request(servers[0].url()))).body)
            await asyncio.sleep(0.04)
        return bodies

    assert on_servers((drops,), scenario) == [b"x"] * 5


def test_a_time_out_is_asked_once_more() -> None:
    async def sleeps(_asked: Asked, _writer: asyncio.StreamWriter) -> bytes:
        await asyncio.sleep(5)
        return reply()

    async def scenario(servers: list[Loopback], transport: PoliteTransport) -> tuple[Response, int]:
        response = await transport.send(Request(servers[0].url(), total_timeout_s=0.2))
        return response, len(servers[0].asked)

    response, asked = on_servers((sleeps,), scenario)
    assert (response.failure, asked) == (FailureKind.TIMEOUT, 2)


def test_a_host_that_never_recovers_is_left_alone_and_the_answer_says_so() -> None:
    settings = FetchSettings(allow_private=True, stranger_per_s=1000, retry_after_cap_s=0.01)

    async def scenario(servers: list[Loopback], transport: PoliteTransport) -> tuple[list[Response], int, Response]:
        urls = [servers[0].url(f"/{n}") for n in range(GIVE_UP_AFTER + 5)]
        responses = [await transport.send(Request(url)) for url in urls]
        return responses, len(servers[0].asked), await transport.send(Request(servers[1].url()))

    busy = always(reply(429, Retry_After="0"))
    responses, asked, other = on_servers((busy, always(reply())), scenario, settings)
    assert asked == 2 * GIVE_UP_AFTER
    assert {response.status_code for response in responses} == {429}
    assert [response.failure_detail.startswith("not asked") for response in responses[-6:]] == [False] + [True] * 5
    assert other.status_code == 200


def test_one_good_answer_makes_the_host_trusted_again() -> None:
    settings = FetchSettings(allow_private=True, stranger_per_s=1000, retry_after_cap_s=0.01)
    refusals = [reply(503, Retry_After="0")] * 2 * (GIVE_UP_AFTER - 1)

    async def scenario(servers: list[Loopback], transport: PoliteTransport) -> int:
        for number in range(2 * GIVE_UP_AFTER):
            await transport.send(Request(servers[0].url(f"/{number}")))
        return len(servers[0].asked)

    handler = in_turn(*refusals, reply(), reply(503, Retry_After="0"))
    asked = on_servers((handler,), scenario, settings)
    assert asked == len(refusals) + 1 + 2 * GIVE_UP_AFTER


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("", None),
        ("0", 0.0),
        ("120", 120.0),
        ("9" * 5000, 999_999_999.0),
        ("-5", None),
        ("1.5", None),
        ("soon", None),
        ("²", None),
        ("Sun, 22 Nov 2026 10:01:30 GMT", 90.0),
        ("Sun, 22 Nov 2026 10:01:30 -0000", 90.0),
        ("Sun, 22 Nov 2020 10:00:00 GMT", 0.0),
        ("Sun, 99 Nov 2026 99:00:00 GMT", None),
    ],
)
def test_retry_after_is_a_number_or_a_date(value: str | None, seconds: float | None) -> None:
    assert read_retry_after_s(value, datetime(2026, 11, 22, 10, tzinfo=UTC)) == seconds


@given(st.text())
def test_any_retry_after_is_survived(value: str) -> None:
    seconds = read_retry_after_s(value)
    assert seconds is None or seconds >= 0
