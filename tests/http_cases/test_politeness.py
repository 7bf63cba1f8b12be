"""A whole run as the servers see it: pace, Retry-After, one slow second try, robots.txt first and once."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import pairwise

from tests.http_cases.asking import BACKOFF_S, QUICK, look_at_all
from tests.http_cases.case import Group, HttpCase, K, Page, Site, Turns, Write
from tests.http_cases.lab import Host, Served, serve_cases
from tests.http_cases.pages import ARTICLE_PAGE
from tests.net.loopback import Asked

from linkreclaim.model.verdicts import Look, VerdictKind

RATE_PER_S = 10.0
IN_FLIGHT = 2
PAGES = 12
POLITE = replace(QUICK, stranger_in_flight=IN_FLIGHT, stranger_per_s=RATE_PER_S, retry_after_cap_s=5.0)
SLACK_S = 0.02


class Crowd:
    """A slow site that counts how many requests are inside it at a time."""

    def __init__(self) -> None:
        self.inside = 0
        self.most = 0

    async def answer(self, _asked: Asked, write: Write) -> None:
        """A page after a while."""
        self.inside += 1
        self.most = max(self.most, self.inside)
        await asyncio.sleep(0.3)
        self.inside -= 1
        await write(b"HTTP/1.1 404 X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")


@contextmanager
def one_host(site: Site, targets: list[str]) -> Iterator[tuple[Host, list[Served]]]:
    """One host, and its URLs to look at."""
    with serve_cases([HttpCase("host", Group.LIVE, frozenset({K.ALIVE}), site)]) as served:
        host = served[0].host
        yield host, [Served(served[0].case, host.origin + target, host) for target in targets]


def looks_at(site: Site, targets: list[str]) -> tuple[list[Look], list[Asked], float]:
    """(looks, requests as the server read them, seconds)."""
    with one_host(site, targets) as (host, urls):
        started = time.monotonic()
        looks = [one.look for one in look_at_all(urls, settings=POLITE)]
        return looks, list(host.asked), time.monotonic() - started


def test_rate_and_requests_in_flight_are_kept_over_a_whole_run() -> None:
    crowd = Crowd()
    _, asked, _ = looks_at({"*": crowd.answer}, [f"/{n}" for n in range(PAGES)])
    assert len(asked) == PAGES + 2
    assert crowd.most <= IN_FLIGHT
    spent = asked[-1].at - asked[0].at
    assert spent >= PAGES / RATE_PER_S - SLACK_S


def test_robots_txt_comes_first_and_once() -> None:
    _, asked, _ = looks_at({}, [f"/{n}" for n in range(PAGES)])
    targets = [one.target for one in asked]
    assert targets[0] == "/robots.txt"
    assert targets.count("/robots.txt") == 1


def test_one_random_sibling_and_one_home_page_serve_a_folder() -> None:
    site = {f"/guides/{n}.html": ARTICLE_PAGE for n in range(PAGES)}
    looks, asked, _ = looks_at(site, list(site))
    assert {look.verdict.kind for look in looks} == {VerdictKind.ALIVE}
    assert len(asked) == PAGES + 3


def test_a_query_that_is_ignored_costs_two_more_requests_for_all_its_values() -> None:
    page = ARTICLE_PAGE
    known = {f"/guides/a.html?n={n}": page for n in range(PAGES)}
    looks, asked, _ = looks_at({**known, "/guides/a.html": page}, list(known))
    assert {look.verdict.kind for look in looks} == {VerdictKind.ALIVE}
    assert len(asked) <= PAGES + 4


def test_retry_after_holds_the_whole_host() -> None:
    busy = Turns((Page(429, headers=(("Retry-After", "1"),)), ARTICLE_PAGE))
    looks, asked, _ = looks_at({"/busy": busy, "/a": ARTICLE_PAGE, "/b": ARTICLE_PAGE}, ["/busy", "/a", "/b"])
    assert {look.verdict.kind for look in looks} == {VerdictKind.ALIVE}
    refused = next(one.at for one in asked if one.target == "/busy")
    again = [one.at for one in asked if one.at > refused]
    gaps = [later - earlier for earlier, later in pairwise([refused, *again])]
    assert max(gaps) >= 1 - POLITE.stranger_in_flight / RATE_PER_S - SLACK_S


def test_a_long_retry_after_is_capped_and_does_not_hold_other_hosts() -> None:
    closed = {"*": Page(503, headers=(("Retry-After", "3600"),)), "/robots.txt": Page(404)}
    cases = [
        HttpCase("closed", Group.UNTOLD, frozenset({K.SERVER_ERROR}), closed),
        HttpCase("open", Group.LIVE, frozenset({K.ALIVE}), {"/guides/red-shoes.html": ARTICLE_PAGE}),
    ]
    with serve_cases(cases) as served:
        shut, open_ = look_at_all(served, settings=replace(POLITE, retry_after_cap_s=1.5))
    assert shut.look.verdict.kind is VerdictKind.SERVER_ERROR
    assert open_.look.verdict.kind is VerdictKind.ALIVE
    assert 1.2 < shut.took_s < 60  # of the hour that was asked for
    assert open_.took_s < shut.took_s - 0.3


def test_the_second_try_is_slow_and_the_last() -> None:
    _, asked, _ = looks_at({"/broken": Page(500)}, ["/broken"])
    times = [one.at for one in asked if one.target == "/broken"]
    assert len(times) == 2
    assert times[1] - times[0] >= BACKOFF_S - SLACK_S
