"""The second round of `linkreclaim check`, as a real server sees it."""

import asyncio
from io import BytesIO

import pytest
from tests.net.loopback import Asked, Loopback, reply

from linkreclaim.config import FetchSettings
from linkreclaim.jobs import check_rounds
from linkreclaim.jobs.check_rounds import CheckRequest
from linkreclaim.jobs.check_urls import CheckSummary, check_urls
from linkreclaim.model.verdicts import VerdictKind
from linkreclaim.report import CheckValues

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
