"""robots.txt over a real server: RFC 9309."""

import asyncio
from contextlib import AsyncExitStack

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.net.loopback import Handler, Loopback, always, by_path, reply

from linkreclaim.config import DEFAULT_USER_AGENT, FetchSettings
from linkreclaim.model.verdicts import FailureKind
from linkreclaim.net import CurlTransport, Robots, RobotsAnswer
from linkreclaim.net import robots as robots_room
from linkreclaim.net.robots import MAX_ROBOTS_BYTES, decode_robots, find_product_token, keep_own_groups, read_rules
from linkreclaim.urls import parse

SETTINGS = FetchSettings(allow_private=True, total_timeout_s=2.0)


class Shelf:
    """A robots cache in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, tuple[int, str]] = {}

    def get(self, origin: str) -> tuple[int, str] | None:
        """What was put."""
        return self.kept.get(origin)

    def put(self, origin: str, status: int, text: str) -> None:
        """Keep it."""
        self.kept[origin] = (status, text)


def ask(
    handler: Handler, *targets: str, cache: Shelf | None = None, agent: str = DEFAULT_USER_AGENT
) -> tuple[list[RobotsAnswer], Loopback, tuple[str, ...]]:
    """Answers for targets asked at the same time, the server, and the sitemaps."""

    async def run() -> tuple[list[RobotsAnswer], Loopback, tuple[str, ...]]:
        async with Loopback(handler) as server:
            transport = CurlTransport(SETTINGS)
            robots = Robots(transport, agent, cache)
            answers = await asyncio.gather(*(robots.allowed(server.url(target)) for target in targets))
            sitemaps = await robots.sitemaps(server.url().origin)
            await transport.close()
            return list(answers), server, sitemaps

    return asyncio.run(run())


def allowed(text: str | bytes, *targets: str) -> list[bool]:
    body = text if isinstance(text, bytes) else text.encode()
    answers, _, _ = ask(by_path({"/robots.txt": reply(200, body)}), *targets)
    return [answer.allowed for answer in answers]


def test_rules_are_obeyed_and_the_reason_is_said() -> None:
    answers, server, sitemaps = ask(
        by_path({"/robots.txt": reply(200, b"User-agent: *\nDisallow: /no\nSitemap: https://x.example/s.xml\n")}),
        *("/no/page", "/yes", "/"),
    )
    assert [answer.allowed for answer in answers] == [False, True, True]
    assert "disallows /no/page for reclaim-audit" in answers[0].reason
    assert server.targets == ["/robots.txt"]
    assert sitemaps == ("https://x.example/s.xml",)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 451])
def test_4xx_allows_everything(status: int) -> None:
    answers, _, sitemaps = ask(always(reply(status, b"User-agent: *\nDisallow: /")), "/x")
    assert answers[0] == RobotsAnswer(True)
    assert sitemaps == ()


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_5xx_closes_the_host_for_now(status: int) -> None:
    answers, _, _ = ask(always(reply(status)), "/x")
    assert not answers[0].allowed
    assert "could not read http://127.0.0.1" in answers[0].reason
    assert answers[0].reason.endswith(f"it answered {status}")
    assert answers[0].failure is None


def test_a_host_that_cannot_be_reached_passes_its_failure_on() -> None:
    async def run() -> RobotsAnswer:
        async with Loopback(always(reply())) as server:
            url = server.url()
        transport = CurlTransport(SETTINGS)
        answer = await Robots(transport, DEFAULT_USER_AGENT).allowed(url)
        await transport.close()
        return answer

    answer = asyncio.run(run())
    assert not answer.allowed
    assert answer.failure is FailureKind.REFUSED


def test_a_broken_robots_file_is_its_own_fault() -> None:
    answers, _, _ = ask(by_path({"/robots.txt": b"banana\r\n\r\n"}), "/x")
    assert (answers[0].allowed, answers[0].failure) == (False, None)
    assert answers[0].reason.startswith("could not read")


@pytest.mark.parametrize(("hops", "is_allowed"), [(1, False), (5, False), (6, True)])
def test_five_redirects_are_followed_and_more_mean_no_file(hops: int, is_allowed: bool) -> None:
    answers = {f"/r{n}": reply(302, Location=f"/r{n + 1}") for n in range(1, hops)}
    answers["/robots.txt"] = reply(301, Location="/r1")
    answers[f"/r{hops}"] = reply(200, b"User-agent: *\nDisallow: /")
    found, server, _ = ask(by_path(answers), "/x")
    assert found[0].allowed is is_allowed
    assert len(server.asked) == min(hops, 5) + 1


def test_what_stands_beyond_500_kib_is_not_read() -> None:
    head = b"User-agent: *\nDisallow: /early\n#"
    body = head + b"x" * (MAX_ROBOTS_BYTES - len(head)) + b"\nDisallow: /late\n"
    assert allowed(body, "/early", "/late") == [False, True]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\ufeffUser-agent: *\nDisallow: /x", False),
        ("User-agent: reclaim-audit\nDisallow: /x\nUser-agent: *\nDisallow:", False),
        ("User-agent: RECLAIM-AUDIT/2.1 (a comment)\nDisallow: /x", False),
        ("user agent: reclaim-audit\nDisallow: /x", False),
        ("User-agent: reclaim\nDisallow: /x", True),
        ("User-agent: audit\nDisallow: /x", True),
        ("User-agent: Mozilla\nDisallow: /x", True),
        ("User-agent: otherbot\nUser-agent: reclaim-audit\nDisallow: /x", False),
        ("User-agent: *\nDisallow: /x\nUser-agent: reclaim-audit\nAllow: /", True),
        ("User-agent: *\nDisallow: /\nAllow: /x", True),
        ("User-agent: *\nDisallow: /*.php$\nDisallow: /x$", False),
        ("Disallow: /x", True),
        ("<html><body>not found</body></html>", True),
        ("", True),
    ],
)
def test_groups_and_rules(text: str, expected: bool) -> None:
    assert allowed(text, "/x") == [expected]


def test_raw_and_escaped_letters_are_one_path() -> None:
    assert allowed("User-agent: *\nDisallow: /ünï\n", "/%C3%BCn%C3%AF/a", "/uni") == [False, True]


def test_robots_txt_itself_may_be_asked() -> None:
    assert allowed("User-agent: *\nDisallow: /", "/robots.txt") == [True]


def test_crawl_delay_is_passed_on() -> None:
    answers, _, _ = ask(always(reply(200, b"User-agent: *\nCrawl-delay: 2.5")), "/x")
    assert answers[0].crawl_delay_s == 2.5


def test_a_resumed_run_does_not_ask_again() -> None:
    async def run() -> tuple[list[bool], int]:
        shelf = Shelf()
        async with Loopback(always(reply(200, b"User-agent: *\nDisallow: /x"))) as server:
            transport = CurlTransport(SETTINGS)
            answers = [
                (await Robots(transport, DEFAULT_USER_AGENT, shelf).allowed(server.url("/x"))).allowed for _ in range(3)
            ]
            await transport.close()
            return answers, len(server.asked)

    assert asyncio.run(run()) == ([False] * 3, 1)


def test_trouble_is_not_kept_for_a_resumed_run() -> None:
    shelf = Shelf()
    ask(always(reply(503)), "/x", cache=shelf)
    ask(always(b"banana"), "/x", cache=shelf)
    assert shelf.kept == {}
    _, server, _ = ask(always(reply(404, b"<html>")), "/x", cache=shelf)
    assert shelf.kept == {f"http://{server.netloc}": (404, "")}


@pytest.mark.parametrize(
    ("agent", "token"),
    [
        (DEFAULT_USER_AGENT, "reclaim-audit"),
        ("MyBot/1.0 (+https://example.com)", "MyBot"),
        ("Mozilla/5.0 (X11; Linux)", "Mozilla"),
        ("", "*"),
    ],
)
def test_the_token_of_a_user_agent(agent: str, token: str) -> None:
    assert find_product_token(agent) == token


@given(st.binary(max_size=200) | st.text(alphabet="user-agent:disalow/*$% \n\r\t#\ufeff\0é").map(str.encode))
def test_any_file_is_survived(body: bytes) -> None:
    rules = read_rules(decode_robots(body), "reclaim-audit")
    assert rules is None or rules.can_fetch("https://h.example/a?b", "reclaim-audit") in (True, False)


@given(st.text())
def test_other_lines_stay_as_they_are(text: str) -> None:
    assert keep_own_groups(f"Disallow: /{text}", "t").startswith("Disallow: /")


def test_hosts_without_rules_are_asked_once_however_many_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(robots_room, "FILES_IN_MEMORY", 2)

    async def run() -> list[int]:
        servers = [Loopback(always(reply(404))) for _ in range(4)]
        async with AsyncExitStack() as stack:
            for server in servers:
                await stack.enter_async_context(server)
            transport = CurlTransport(SETTINGS)
            robots = Robots(transport, DEFAULT_USER_AGENT)
            for _ in range(3):
                for server in servers:
                    assert (await robots.allowed(server.url("/page"))).allowed
            await transport.close()
            return [len(server.asked) for server in servers]

    assert asyncio.run(run()) == [1, 1, 1, 1]


def test_a_port_that_is_never_asked_is_not_blamed_on_robots_txt() -> None:
    async def run() -> RobotsAnswer:
        transport = CurlTransport(SETTINGS)
        url = parse("http://127.0.0.1:9/old")
        assert url is not None
        answer = await Robots(transport, DEFAULT_USER_AGENT).allowed(url)
        await transport.close()
        return answer

    answer = asyncio.run(run())
    assert not answer.allowed
    assert answer.failure is FailureKind.UNSUPPORTED
    assert "port 9" in answer.reason
    assert "robots" not in answer.reason
