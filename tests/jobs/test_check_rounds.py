"""The second round of `linkreclaim check`, as a real server sees it."""

import asyncio
import itertools
from collections import defaultdict
from collections.abc import Callable, Iterator
from io import BytesIO

import pytest
from tests.net.loopback import Asked, Loopback, reply

from linkreclaim.config import FetchSettings
from linkreclaim.jobs.looks import rounds as check_rounds
from linkreclaim.jobs.looks.check_urls import CheckSummary, check_urls
from linkreclaim.jobs.looks.rounds import CheckRequest
from linkreclaim.model.verdicts import VerdictKind
from linkreclaim.report.checks import CheckValues

SETTINGS = FetchSettings(allow_private=True, stranger_per_s=1000, obey_robots=False)
PAGE = b"<title>A page</title><p>It has a text of its own, which is long enough to be read as one.</p>"


def check(*answers: bytes) -> tuple[CheckSummary, list[CheckValues], list[float]]:
    """Check one URL that gives these answers in turn; gives the summary, its rows, and when it was asked."""
    left = list(answers)

    async def handle(_asked: Asked, _writer: asyncio.StreamWriter) -> bytes:
        return left.pop(0) if len(left) > 1 else left[0]

    async def run() -> tuple[CheckSummary, list[CheckValues], list[float]]:
        rows: list[CheckValues] = []
        async with Loopback(handle) as server:
            request = CheckRequest((server.url("/a").href,), probe=False, settings=SETTINGS)
            summary = await check_urls(request, lambda _event: None, rows.extend, BytesIO())
            return summary, rows, [asked.at for asked in server.asked]

    return asyncio.run(run())


def test_the_second_look_waits_for_what_the_host_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check_rounds, "AGAIN_AFTER_S", 0.05)
    busy = reply(429, Retry_After="1")
    summary, rows, times = check(busy, busy, reply(200, PAGE, Content_Type="text/html"))
    assert [row["verdict"] for row in rows] == ["alive"]
    assert (summary.urls, summary.dead, summary.verdicts[VerdictKind.ALIVE]) == (1, 0, 1)
    assert len(times) == 3
    assert times[2] - times[1] > 0.95


def test_the_second_look_asks_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check_rounds, "AGAIN_AFTER_S", 0.05)
    summary, rows, times = check(reply(500, b"down"))
    assert [row["verdict"] for row in rows] == ["server_error"]
    assert len(times) == 3, "twice in the first round, once in the second"
    assert summary.untold == 1


def ask_beside(trouble: Callable[[int, str], bool], pages: int) -> tuple[list[CheckValues], list[tuple[str, float]]]:
    """Check /bad beside many pages of its host; `trouble` says whether a path's nth request fails."""
    times: dict[str, Iterator[int]] = defaultdict(itertools.count)

    async def handle(asked: Asked, _writer: asyncio.StreamWriter) -> bytes:
        await asyncio.sleep(0.01)
        failing = trouble(next(times[asked.target]), asked.target)
        return reply(500, b"down") if failing else reply(200, PAGE, Content_Type="text/html")

    async def run() -> tuple[list[CheckValues], list[tuple[str, float]]]:
        rows: list[CheckValues] = []
        async with Loopback(handle) as server:
            urls = [server.url(path).href for path in ("/bad", *(f"/{n}" for n in range(pages)))]
            request = CheckRequest(tuple(urls), probe=False, settings=SETTINGS)
            await check_urls(request, lambda _event: None, rows.extend, BytesIO())
            return rows, [(asked.target, asked.at) for asked in server.asked]

    return asyncio.run(run())


def test_a_url_in_trouble_is_looked_at_again_while_its_host_answers_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check_rounds, "AGAIN_AFTER_S", 0.5)  # long enough for other answers to be taken in between
    monkeypatch.setattr(check_rounds, "WINDOW", 4)
    rows, asked = ask_beside(lambda nth, path: path == "/bad" and nth < 2, 700)
    assert {row["verdict"] for row in rows} == {"alive"}
    places = [place for place, (path, _) in enumerate(asked) if path == "/bad"]
    assert len(places) == 3
    assert places[2] < len(asked) - 50, "before the last of the others"


def test_a_host_in_trouble_as_a_whole_is_asked_again_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check_rounds, "AGAIN_AFTER_S", 0.05)
    monkeypatch.setattr(check_rounds, "AGAIN_GAP_S", 0.05)
    rows, asked = ask_beside(lambda _nth, _path: True, 3)
    assert {row["verdict"] for row in rows} == {"server_error"}
    first_looks = 2 * 4
    assert len(asked) == first_looks + 4
    assert len({path for path, _ in asked[first_looks:]}) == 4
