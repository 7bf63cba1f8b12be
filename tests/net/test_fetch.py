"""Redirects followed hop by hop, and everything that must hold on every hop."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import pytest
from tests.net.loopback import Asked, Handler, Loopback, always, by_path, reply

from linkreclaim.config import FetchSettings
from linkreclaim.model.sites import Site
from linkreclaim.model.verdicts import FailureKind, Hop
from linkreclaim.net import CurlTransport, Fetched, Fetcher, open_fetcher, refuse_address

T = TypeVar("T")
QUICK = FetchSettings(allow_private=True, stranger_per_s=1000, total_timeout_s=2.0, obey_robots=False)


def on_servers(
    handlers: tuple[Handler, ...],
    scenario: Callable[[list[Loopback], Fetcher], Awaitable[T]],
    settings: FetchSettings = QUICK,
    *,
    own_first: bool = False,
    obey_site_robots: bool = False,
    only_127_0_0_1: bool = False,
) -> T:
    """Run a scenario with servers and a fetcher; `only_127_0_0_1`: every other address is judged as by default."""

    async def run() -> T:
        servers = [await Loopback(handler).__aenter__() for handler in handlers]
        site = Site(servers[0].netloc, "http") if own_first else None
        transport = CurlTransport(settings, refuse=_refuse_all_but_one) if only_127_0_0_1 else None
        try:
            async with open_fetcher(
                settings, site, transport=transport, obey_site_robots=obey_site_robots, backoff_s=0.05
            ) as fetcher:
                return await scenario(servers, fetcher)
        finally:
            for server in servers:
                await server.__aexit__(None, None, None)

    return asyncio.run(run())


def _refuse_all_but_one(ip: str) -> str | None:
    return None if ip == "127.0.0.1" else refuse_address(ip)


def fetch(handler: Handler, target: str = "/", settings: FetchSettings = QUICK) -> tuple[Fetched, Loopback]:
    """One URL of one server, fetched."""

    async def scenario(servers: list[Loopback], fetcher: Fetcher) -> tuple[Fetched, Loopback]:
        return await fetcher.fetch(servers[0].url(target)), servers[0]

    return on_servers((handler,), scenario, settings)


def redirect(location: str, status: int = 302) -> bytes:
    return reply(status, Location=location)


def test_a_page_is_one_hop() -> None:
    fetched, server = fetch(always(reply(200, b"page")), "/a#part")
    assert fetched.hops == (Hop(server.url("/a#part").href, 200),)
    assert fetched.response is not None
    assert (fetched.response.body, fetched.failure, fetched.loop, fetched.too_many_hops) == (
        b"page",
        None,
        False,
        False,
    )
    assert fetched.final == fetched.url


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed_and_on_record(status: int) -> None:
    fetched, server = fetch(by_path({"/old": redirect("/new#top", status), "/new": reply(200, b"new")}), "/old")
    assert [(hop.url, hop.status_code, hop.location) for hop in fetched.hops] == [
        (server.url("/old").href, status, server.url("/new#top").href),
        (server.url("/new#top").href, 200, None),
    ]
    assert server.targets == ["/old", "/new"]
    assert fetched.final.path == "/new"


@pytest.mark.parametrize("status", [300, 304, 305, 306])
def test_other_3xx_are_answers(status: int) -> None:
    fetched, server = fetch(by_path({"/": redirect("/new", status)}))
    assert fetched.hops == (Hop(server.url("/").href, status, None),)


@pytest.mark.parametrize(
    ("location", "asked"),
    [
        ("new", "/dir/new"),
        ("../new", "/new"),
        ("?q=1", "/dir/old?q=1"),
        ("/a b/c d", "/a%20b/c%20d"),
        ("/straße", "/stra%C3%9Fe"),
        ("/a?q=über", "/a?q=%C3%BCber"),
        ("/a\\b", "/a/b"),
        ("/x#frag", "/x"),
        ("  /trim  ", "/trim"),
    ],
)
def test_locations_are_resolved_as_browsers_do(location: str, asked: str) -> None:
    _, server = fetch(by_path({"/dir/old": redirect(location)}), "/dir/old")
    assert server.targets == ["/dir/old", asked]


def test_a_latin1_location_is_followed_too() -> None:
    answer = b"HTTP/1.1 301 X\r\nContent-Length: 0\r\nLocation: /caf\xe9\r\n\r\n"
    _, server = fetch(by_path({"/": answer}))
    assert server.targets == ["/", "/caf%C3%A9"]


@pytest.mark.parametrize("answer", [reply(301), redirect("", 301)])
def test_a_redirect_to_nowhere_ends_there(answer: bytes) -> None:
    fetched, server = fetch(always(answer))
    assert fetched.hops == (Hop(server.url("/").href, 301, None),)
    assert fetched.failure is None
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "location", ["mailto:a@b.example", "ftp://x.example/", "javascript:alert(1)", "http://[bad", "file:///etc/passwd"]
)
def test_a_redirect_to_what_we_do_not_speak_is_unsupported(location: str) -> None:
    fetched, _ = fetch(always(redirect(location)))
    assert fetched.failure is FailureKind.UNSUPPORTED
    assert fetched.hops[0].location == location
    assert location in fetched.failure_detail


def test_a_redirect_to_a_port_of_another_protocol_is_unsupported() -> None:
    fetched, _ = fetch(always(redirect("http://127.0.0.1:25/")))
    assert (fetched.failure, len(fetched.hops)) == (FailureKind.UNSUPPORTED, 1)
    assert fetched.final.port == 25


@pytest.mark.parametrize("answers", [{"/": "/"}, {"/": "/#x"}, {"/": "/b", "/b": "/c", "/c": "/b"}])
def test_a_loop_is_found(answers: dict[str, str]) -> None:
    fetched, server = fetch(by_path({path: redirect(to) for path, to in answers.items()}))
    assert fetched.loop
    assert not fetched.too_many_hops
    assert len(server.asked) == len(answers) == len(fetched.hops)


@pytest.mark.parametrize(("hops", "too_many"), [(10, False), (11, True)])
def test_ten_redirects_are_followed(hops: int, too_many: bool) -> None:
    answers = {f"/{n}": redirect(f"/{n + 1}") for n in range(hops)} | {f"/{hops}": reply(200)}
    fetched, server = fetch(by_path(answers), "/0")
    assert fetched.too_many_hops is too_many
    assert not fetched.loop
    assert len(server.asked) == len(fetched.hops) == 11
    assert fetched.hops[-1].status_code == (302 if too_many else 200)


def test_an_endless_chain_of_new_urls_ends() -> None:
    async def handle(asked: Asked, _writer: asyncio.StreamWriter) -> bytes:
        return redirect(asked.target + "x")

    fetched, server = fetch(handle)
    assert fetched.too_many_hops
    assert len(server.asked) == 11


def test_a_page_that_wants_its_cookie_back_is_reached() -> None:
    async def handle(asked: Asked, _writer: asyncio.StreamWriter) -> bytes:
        if asked.headers.get("cookie") == "seen=1":
            return reply(200, b"in")
        return reply(302, Location=asked.target, Set_Cookie="seen=1; Path=/")

    fetched, server = fetch(handle, "/page")
    assert fetched.response is not None
    assert (fetched.response.body, fetched.loop) == (b"in", False)
    assert server.targets == ["/page", "/page"]


def test_a_cookie_that_does_not_help_is_a_loop() -> None:
    fetched, server = fetch(always(reply(302, Location="/page", Set_Cookie="seen=1")), "/page")
    assert fetched.loop
    assert len(server.asked) == 2


def test_cookies_end_with_their_chain() -> None:
    async def scenario(servers: list[Loopback], fetcher: Fetcher) -> list[str | None]:
        for _ in range(2):
            await fetcher.fetch(servers[0].url("/a"))
        return [asked.headers.get("cookie") for asked in servers[0].asked]

    answers = by_path({"/a": reply(302, Location="/b", Set_Cookie="s=1"), "/b": reply(200)})
    assert on_servers((answers,), scenario) == [None, "s=1", None, "s=1"]


def test_secrets_do_not_follow_to_another_host() -> None:
    settings = FetchSettings(
        allow_private=True, stranger_per_s=1000, obey_robots=False, site_headers=(("X-Preview-Key", "secret"),)
    )
    headers = (("Authorization", "Bearer t"), ("X-Custom", "c"), ("Accept-Language", "de"))
    there: list[str] = []

    async def leave(_asked: Asked, _writer: asyncio.StreamWriter) -> bytes:
        return reply(302, Location=there[0], Set_Cookie="session=1")

    async def scenario(servers: list[Loopback], fetcher: Fetcher) -> list[dict[str, str]]:
        there.append(servers[1].url("/").href)
        await fetcher.fetch(servers[0].url("/start"), headers=headers)
        return [server.asked[0].headers for server in servers]

    own, other = on_servers((leave, always(reply())), scenario, settings, own_first=True)
    assert (own["authorization"], own["x-preview-key"], own["x-custom"]) == ("Bearer t", "secret", "c")
    assert other["accept-language"] == "de"
    assert not {"authorization", "cookie", "x-custom", "x-preview-key"} & set(other)


def test_site_headers_go_to_no_stranger() -> None:
    settings = FetchSettings(allow_private=True, obey_robots=False, site_headers=(("X-Preview-Key", "secret"),))
    _, server = fetch(always(reply()), settings=settings)
    assert "x-preview-key" not in server.asked[0].headers


@pytest.mark.parametrize(
    "location",
    [
        "http://169.254.169.254/latest/meta-data",
        "http://127.0.0.2/",
        "http://[::1]/",
        "http://2130706434/",
        "http://10.0.0.1/",
    ],
)
def test_a_redirect_to_a_private_address_is_refused(location: str) -> None:
    async def scenario(servers: list[Loopback], fetcher: Fetcher) -> Fetched:
        return await fetcher.fetch(servers[0].url("/"))

    fetched = on_servers((always(redirect(location)),), scenario, only_127_0_0_1=True)
    assert fetched.failure is FailureKind.PRIVATE_ADDRESS
    assert "--allow-private" in fetched.failure_detail
    assert [hop.status_code for hop in fetched.hops] == [302]


def test_a_private_first_hop_is_refused_by_default() -> None:
    settings = FetchSettings(obey_robots=False)
    fetched, server = fetch(always(reply()), settings=settings)
    assert (fetched.failure, fetched.hops, server.connections) == (FailureKind.PRIVATE_ADDRESS, (), 0)


def test_a_failing_hop_keeps_the_chain_before_it() -> None:
    async def scenario(servers: list[Loopback], fetcher: Fetcher) -> Fetched:
        return await fetcher.fetch(servers[0].url("/a"))

    fetched = on_servers((by_path({"/a": redirect("/b"), "/b": b"banana\r\n\r\n"}),), scenario)
    assert fetched.failure is FailureKind.PROTOCOL
    assert [hop.status_code for hop in fetched.hops] == [302]
    assert fetched.final.path == "/b"


FORBIDDEN = {"/robots.txt": reply(200, b"User-agent: *\nDisallow: /no"), "/yes": redirect("/no"), "/no": reply(200)}
OBEY = FetchSettings(allow_private=True, stranger_per_s=1000)


def test_robots_hold_on_every_hop() -> None:
    fetched, server = fetch(by_path(FORBIDDEN), "/yes", OBEY)
    assert fetched.failure is FailureKind.ROBOTS
    assert "disallows /no" in fetched.failure_detail
    assert (len(fetched.hops), fetched.final.path, fetched.response) == (1, "/no", None)
    assert server.targets == ["/robots.txt", "/yes"]


@pytest.mark.parametrize(("obey", "asked"), [(False, ["/no"]), (True, ["/robots.txt"])])
def test_robots_of_the_own_site_count_only_when_told(obey: bool, asked: list[str]) -> None:
    async def scenario(servers: list[Loopback], fetcher: Fetcher) -> list[str]:
        await fetcher.fetch(servers[0].url("/no"))
        return servers[0].targets

    assert on_servers((by_path(FORBIDDEN),), scenario, OBEY, own_first=True, obey_site_robots=obey) == asked


def test_robots_can_be_left_out_for_one_fetch() -> None:
    async def scenario(servers: list[Loopback], fetcher: Fetcher) -> Fetched:
        return await fetcher.fetch(servers[0].url("/no"), robots=False)

    assert on_servers((by_path(FORBIDDEN),), scenario, OBEY).failure is None


def test_a_host_that_is_down_is_down_and_not_forbidden() -> None:
    async def scenario(servers: list[Loopback], fetcher: Fetcher) -> Fetched:
        await servers[0].__aexit__(None, None, None)
        return await fetcher.fetch(servers[0].url("/x"))

    fetched = on_servers((always(reply()),), scenario, OBEY)
    assert fetched.failure is FailureKind.REFUSED


def test_a_crawl_delay_slows_the_host_down() -> None:
    async def scenario(servers: list[Loopback], fetcher: Fetcher) -> list[float]:
        await asyncio.gather(*(fetcher.fetch(servers[0].url(f"/{n}")) for n in range(3)))
        return [asked.at for asked in servers[0].asked[1:]]

    times = on_servers((by_path({"/robots.txt": reply(200, b"User-agent: *\nCrawl-delay: 0.3")}),), scenario, OBEY)
    assert times[-1] - times[0] > 0.55


def test_the_body_limit_is_the_callers() -> None:
    async def scenario(servers: list[Loopback], fetcher: Fetcher) -> list[int]:
        fetches = [await fetcher.fetch(servers[0].url("/"), max_body_bytes=limit) for limit in (10, None, 180_000)]
        return [len(fetched.response.body) for fetched in fetches if fetched.response is not None]

    assert on_servers((always(reply(200, b"x" * 190_000)),), scenario) == [10, 131_072, 180_000]


def test_the_whole_default_session_refuses_loopback() -> None:
    async def run() -> FailureKind | None:
        async with Loopback(always(reply())) as server, open_fetcher(FetchSettings()) as fetcher:
            return (await fetcher.fetch(server.url("/"))).failure

    assert asyncio.run(run()) is FailureKind.PRIVATE_ADDRESS


def by_method(head: bytes | None, get: bytes) -> Handler:
    """Answers HEAD and GET apart; None: HEAD is never answered."""

    async def handle(asked: Asked, _writer: asyncio.StreamWriter) -> bytes | None:
        if asked.method == "HEAD" and head is None:
            await asyncio.sleep(60)
        return head if asked.method == "HEAD" else get

    return handle


def fetch_head_first(handler: Handler, target: str = "/a.pdf") -> tuple[Fetched, list[str]]:
    async def scenario(servers: list[Loopback], fetcher: Fetcher) -> tuple[Fetched, list[str]]:
        fetched = await fetcher.fetch(servers[0].url(target), head_first=True)
        return fetched, [asked.method for asked in servers[0].asked]

    return on_servers((handler,), scenario)


NO_BODY = b"HTTP/1.1 200 X\r\nContent-Length: 5000\r\nContent-Type: application/pdf\r\n\r\n"


def test_head_is_believed_where_it_says_that_all_is_well() -> None:
    fetched, methods = fetch_head_first(by_method(NO_BODY, reply(500)))
    assert methods == ["HEAD"]
    assert [hop.status_code for hop in fetched.hops] == [200]
    assert fetched.response is not None
    assert (fetched.response.body, fetched.response.header("content-type")) == (b"", "application/pdf")


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 410, 429, 500, 501, 503, 600, 999])
def test_any_other_answer_to_head_is_asked_for_again_with_get(status: int) -> None:
    fetched, methods = fetch_head_first(by_method(reply(status), reply(200, b"page")))
    assert methods == ["HEAD", "GET"]
    assert [hop.status_code for hop in fetched.hops] == [200]
    assert fetched.response is not None
    assert fetched.response.body == b"page"


def test_what_get_says_counts_where_both_refuse() -> None:
    fetched, methods = fetch_head_first(by_method(reply(403), reply(404)))
    assert methods == ["HEAD", "GET"]
    assert [hop.status_code for hop in fetched.hops] == [404]


@pytest.mark.parametrize("head", [b"", b"banana\r\n\r\n", None])
def test_a_head_that_fails_is_asked_for_again_with_get(head: bytes | None) -> None:
    fetched, methods = fetch_head_first(by_method(head, reply(200)))
    assert methods == ["HEAD", "GET"]
    assert fetched.failure is None


def test_redirects_are_followed_with_head() -> None:
    answers = {"/a.pdf": redirect("/b.pdf"), "/b.pdf": NO_BODY}

    async def handle(asked: Asked, _writer: asyncio.StreamWriter) -> bytes:
        return answers[asked.target]

    fetched, methods = fetch_head_first(handle)
    assert methods == ["HEAD", "HEAD"]
    assert [hop.status_code for hop in fetched.hops] == [302, 200]


def test_no_second_method_where_nothing_was_reached() -> None:
    async def scenario(servers: list[Loopback], fetcher: Fetcher) -> tuple[Fetched, int]:
        fetched = await fetcher.fetch(servers[0].url("/", host="127.0.0.2"), head_first=True)
        return fetched, len(servers[0].asked)

    fetched, asked = on_servers((always(reply()),), scenario, only_127_0_0_1=True)
    assert (fetched.failure, asked) == (FailureKind.PRIVATE_ADDRESS, 0)


def test_a_name_that_changes_its_address_after_the_first_answer_is_refused() -> None:
    """DNS rebinding: each socket is judged by the address it is about to connect to, not by an earlier look-up."""
    judged: list[str] = []

    def refuse(ip: str) -> str | None:
        judged.append(ip)
        return None if len(judged) == 1 else refuse_address(ip)

    async def leave(asked: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(reply(302, Location="/next" if asked.target == "/" else "/never", Connection="close"))
        await writer.drain()

    async def run() -> tuple[Fetched, int]:
        transport = CurlTransport(QUICK, refuse=refuse)
        async with Loopback(leave) as server, open_fetcher(QUICK, transport=transport) as fetcher:
            return await fetcher.fetch(server.url("/", host="localhost")), server.connections

    fetched, connections = asyncio.run(run())
    assert judged == ["127.0.0.1"] * len(judged)
    assert (fetched.failure, len(judged), connections) == (FailureKind.PRIVATE_ADDRESS, 2, 1)
    assert [hop.status_code for hop in fetched.hops] == [302]
