"""The libcurl transport against real servers that answer well and badly."""

import asyncio
import gzip
import socket
import struct
import time
import zlib
from collections.abc import Awaitable, Callable
from typing import TypeVar

import pytest
from tests.net.loopback import Asked, Handler, Loopback, always, by_path, reply

from linkreclaim.config import FetchSettings
from linkreclaim.errors import UsageError
from linkreclaim.model.verdicts import FailureKind
from linkreclaim.net import CurlTransport, Request, Response
from linkreclaim.urls import Url, parse

T = TypeVar("T")
OPEN = FetchSettings(allow_private=True, total_timeout_s=5.0)


def ask(handler: Handler, settings: FetchSettings = OPEN, target: str = "/", **request: object) -> Response:
    """One request to a server with this handler."""

    async def scenario(server: Loopback, transport: CurlTransport) -> Response:
        return await transport.send(Request(server.url(target), **request))  # type: ignore[arg-type]

    return on_server(handler, scenario, settings)


def on_server(
    handler: Handler, scenario: Callable[[Loopback, CurlTransport], Awaitable[T]], settings: FetchSettings = OPEN
) -> T:
    """Run a scenario with a server and a transport."""

    async def run() -> T:
        async with Loopback(handler) as server:
            transport = CurlTransport(settings)
            try:
                return await scenario(server, transport)
            finally:
                await transport.close()

    return asyncio.run(run())


def writes(*parts: bytes, pause_s: float = 0.0, then_wait_s: float = 0.0) -> Handler:
    """A handler that writes these parts and closes the connection."""

    async def handle(_asked: Asked, writer: asyncio.StreamWriter) -> None:
        for part in parts:
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(pause_s)
        await asyncio.sleep(then_wait_s)

    return handle


def test_reads_status_headers_and_body() -> None:
    response = ask(always(reply(404, b"<h1>gone</h1>", Content_Type="text/html", Set_Cookie="a=1")))
    assert (response.status_code, response.body, response.failure) == (404, b"<h1>gone</h1>", None)
    assert response.header("Content-TYPE") == "text/html"
    assert response.header("absent") is None
    assert not response.truncated


def test_head_asks_for_no_body_and_the_next_get_does() -> None:
    methods: list[str] = []

    async def handle(asked: Asked, _writer: asyncio.StreamWriter) -> bytes:
        return reply(200, b"" if asked.target == "/head" else b"body")

    async def scenario(server: Loopback, transport: CurlTransport) -> list[bytes]:
        head = await transport.send(Request(server.url("/head"), method="HEAD"))
        get = await transport.send(Request(server.url("/get")))
        methods.extend(server.targets)
        return [head.body, get.body]

    assert on_server(handle, scenario) == [b"", b"body"]
    assert methods == ["/head", "/get"]


@pytest.mark.parametrize("target", ["/a%20b?x=%C3%A9&y", "/a/%2e%2e/b", "//double//", "/|^`'(?a=[b]|", "/?", "/%zz"])
def test_the_request_target_goes_out_as_our_parser_wrote_it(target: str) -> None:
    async def scenario(server: Loopback, transport: CurlTransport) -> tuple[list[str], str]:
        url = server.url(target)
        await transport.send(Request(url))
        return server.targets, url.request_target

    seen, wanted = on_server(always(reply()), scenario)
    assert seen == [wanted]


def test_sends_the_user_agent_no_credentials_and_the_headers_given() -> None:
    async def scenario(server: Loopback, transport: CurlTransport) -> dict[str, str]:
        url = parse(f"http://user:secret@{server.netloc}/")
        assert url is not None
        await transport.send(Request(url, headers=(("X-One", "é"), ("X-Empty", ""))))
        return server.asked[0].headers

    headers = on_server(always(reply()), scenario)
    assert headers["user-agent"] == OPEN.user_agent
    assert headers["x-one"] == "é"
    assert "text/html" in headers["accept"]
    assert "authorization" not in headers


@pytest.mark.parametrize("value", ["a\r\nX-Evil: 1", "a\nb", "a\0b"])
def test_a_header_cannot_smuggle_another(value: str) -> None:
    with pytest.raises(UsageError, match="X-One"):
        ask(always(reply()), headers=(("X-One", value),))


def test_connections_are_kept_and_reused() -> None:
    async def scenario(server: Loopback, transport: CurlTransport) -> int:
        for number in range(20):
            assert (await transport.send(Request(server.url(f"/{number}")))).status_code == 200
        return server.connections

    assert on_server(always(reply(200, b"x")), scenario) == 1


def test_many_at_once_over_new_and_closed_sockets() -> None:
    """Socket numbers come back all the time here: half of the answers close their connection."""

    async def handle(asked: Asked, writer: asyncio.StreamWriter) -> bytes | None:
        answer = reply(200, asked.target.encode() * 500)
        if int(asked.target[1:]) % 2:
            return answer
        writer.write(answer.replace(b"content-length", b"connection: close\r\ncontent-length"))
        await writer.drain()
        return None

    async def scenario(server: Loopback, transport: CurlTransport) -> list[bytes]:
        responses = await asyncio.gather(*(transport.send(Request(server.url(f"/{n}"))) for n in range(400)))
        return [response.body for response in responses]

    assert on_server(handle, scenario) == [f"/{n}".encode() * 500 for n in range(400)]


def test_at_most_the_concurrency_is_in_flight() -> None:
    async def handle(_asked: Asked, _writer: asyncio.StreamWriter) -> bytes:
        await asyncio.sleep(0.05)
        return reply()

    async def scenario(server: Loopback, transport: CurlTransport) -> int:
        await asyncio.gather(*(transport.send(Request(server.url())) for _ in range(12)))
        return server.peak_in_flight

    assert on_server(handle, scenario, FetchSettings(allow_private=True, concurrency=3)) == 3


def test_a_cancelled_request_leaves_a_transport_that_works() -> None:
    async def handle(asked: Asked, _writer: asyncio.StreamWriter) -> bytes:
        await asyncio.sleep(5 if asked.target == "/slow" else 0)
        return reply()

    async def scenario(server: Loopback, transport: CurlTransport) -> int | None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(transport.send(Request(server.url("/slow"))), 0.1)
        return (await transport.send(Request(server.url("/quick")))).status_code

    assert on_server(handle, scenario) == 200


def test_closing_cancels_what_is_in_flight() -> None:
    async def handle(_asked: Asked, _writer: asyncio.StreamWriter) -> bytes:
        await asyncio.sleep(5)
        return reply()

    async def scenario(server: Loopback, transport: CurlTransport) -> None:
        task = asyncio.create_task(transport.send(Request(server.url())))
        await asyncio.sleep(0.1)
        await transport.close()
        with pytest.raises(asyncio.CancelledError):
            await task

    on_server(handle, scenario)


def test_an_endless_body_is_cut_at_the_limit() -> None:
    async def handle(_asked: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            writer.write(b"x" * 10_000)
            await writer.drain()

    response = ask(handle, max_body_bytes=25_000)
    assert (response.status_code, response.failure, response.truncated) == (200, None, True)
    assert response.body == b"x" * 25_000


@pytest.mark.parametrize(("size", "truncated"), [(999, False), (1000, False), (1001, True)])
def test_a_body_is_cut_only_beyond_the_limit(size: int, truncated: bool) -> None:
    response = ask(always(reply(200, b"x" * size)), max_body_bytes=1000)
    assert (len(response.body), response.truncated) == (min(size, 1000), truncated)


@pytest.mark.parametrize("layers", [1, 3])
def test_a_gzip_bomb_costs_no_more_than_the_limit(layers: int) -> None:
    bomb = b"\0" * 20_000_000
    for _ in range(layers):
        bomb = gzip.compress(bomb, 9)
    answer = reply(200, bomb, Content_Encoding=", ".join(["gzip"] * layers))
    started = time.monotonic()
    response = ask(always(answer), max_body_bytes=100_000)
    assert (response.status_code, response.failure, response.truncated) == (200, None, True)
    assert response.body == b"\0" * 100_000
    assert time.monotonic() - started < 5


def test_compressed_bodies_are_undone() -> None:
    for name, packed in (("gzip", gzip.compress(b"page")), ("deflate", zlib.compress(b"page"))):
        assert ask(always(reply(200, packed, Content_Encoding=name))).body == b"page"


@pytest.mark.parametrize("encoding", ["gzip", "utf-8"])
def test_a_compressed_body_that_is_none_is_asked_for_again_and_taken_as_it_comes(encoding: str) -> None:
    asked: list[str] = []

    async def handle(request: Asked, _writer: asyncio.StreamWriter) -> bytes:
        asked.append(request.headers["accept-encoding"])
        return reply(200, b"plain text", Content_Encoding=encoding)

    response = ask(handle)
    assert (response.status_code, response.failure, response.body) == (200, None, b"plain text")
    assert len(asked) == 2
    assert asked[1] == "identity"


@pytest.mark.parametrize(
    "broken",
    [
        b"Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\n\x1f\x8bxx",
        b"Transfer-Encoding: chunked\r\n\r\nzz\r\nbody",
    ],
    ids=["gzip", "chunks"],
)
@pytest.mark.parametrize("status", [301, 404, 410, 503])
def test_an_answer_without_a_page_stands_by_its_header(status: int, broken: bytes) -> None:
    response = ask(writes(b"HTTP/1.1 %d X\r\nLocation: /new\r\n%s" % (status, broken)))
    assert (response.status_code, response.failure, response.header("location")) == (status, None, "/new")


@pytest.mark.parametrize("tail", [b"rubbish", gzip.compress(b" and more")])
def test_gzip_with_more_after_it_is_asked_for_again(tail: bytes) -> None:
    async def handle(request: Asked, _writer: asyncio.StreamWriter) -> bytes:
        if request.headers["accept-encoding"] == "identity":
            return reply(200, b"page")
        return reply(200, gzip.compress(b"page") + tail, Content_Encoding="gzip")

    response = ask(handle)
    assert (response.status_code, response.failure, response.body) == (200, None, b"page")


def test_a_body_shorter_than_announced_keeps_its_status() -> None:
    response = ask(writes(b"HTTP/1.1 404 Not Found\r\nContent-Length: 1000\r\n\r\nshort"))
    assert (response.status_code, response.body, response.truncated) == (404, b"short", True)
    assert response.failure is None


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\n" + b"X-A: " + b"a" * 2_000_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"".join(b"X-%d: %s\r\n" % (n, b"a" * 100) for n in range(2000)) + b"\r\n",
        b"HTTP/1.1 100 Continue\r\nX: y\r\n\r\n" * 5000,
    ],
    ids=["one line", "many lines", "endless 100"],
)
def test_a_giant_header_is_too_large(answer: bytes) -> None:
    response = ask(writes(answer))
    assert response.failure is FailureKind.TOO_LARGE
    assert "large" in response.failure_detail


@pytest.mark.parametrize(
    "answer",
    [
        b"banana\r\n\r\n",
        b"HTTP/9.9 what\r\n\r\n",
        b"\x16\x03\x01\x00\x05hello",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nbody",
        b"HTTP/1.1 200 OK\r\nContent-Length: banana\r\n\r\n",
    ],
)
def test_garbage_breaks_the_protocol(answer: bytes) -> None:
    response = ask(writes(answer))
    assert response.failure is FailureKind.PROTOCOL
    assert response.failure_detail


def test_a_reset_connection_is_told_apart() -> None:
    async def handle(_asked: Asked, writer: asyncio.StreamWriter) -> None:
        sock = writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    assert ask(handle).failure is FailureKind.RESET
    assert ask(writes()).failure is FailureKind.RESET


def test_nobody_listening_is_refused() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = parse(f"http://127.0.0.1:{free.getsockname()[1]}/")
    assert url is not None
    response = send(url)
    assert response.failure is FailureKind.REFUSED
    assert response.status_code is None


def send(url: Url, settings: FetchSettings = OPEN, **options: object) -> Response:
    """One request with a transport of its own."""

    async def run() -> Response:
        transport = CurlTransport(settings, **options)  # type: ignore[arg-type]
        try:
            return await transport.send(Request(url))
        finally:
            await transport.close()

    return asyncio.run(run())


@pytest.mark.parametrize(
    "handler",
    [
        writes(*[bytes([byte]) for byte in b"HTTP/1.1 200 A very long phrase, and longer"], pause_s=0.05),
        writes(b"HTTP/1.1 200 OK\r\n", *[b"X: y\r\n"] * 100, pause_s=0.05),
        writes(b"HTTP/1.1 200 OK\r\n\r\n", *[b"x"] * 100, pause_s=0.05),
        writes(then_wait_s=10),
    ],
    ids=["status", "headers", "body", "silence"],
)
def test_a_server_that_drips_ends_in_its_limit(handler: Handler) -> None:
    started = time.monotonic()
    response = ask(handler, total_timeout_s=0.3)
    assert response.failure is FailureKind.TIMEOUT
    assert 0.25 < time.monotonic() - started < 2


def test_invalid_utf8_in_headers_is_kept_as_latin1() -> None:
    response = ask(writes(b"HTTP/1.1 200 OK\r\nX-Name: caf\xe9 \xff\xc3\xa0\r\nContent-Length: 0\r\n\r\n"))
    assert response.header("x-name") == "caf\xe9 \xff\xc3\xa0"
    assert response.status_code == 200


def test_informational_answers_and_trailers_are_no_headers() -> None:
    response = ask(
        writes(
            b"HTTP/1.1 103 Early Hints\r\nX-Early: 1\r\n\r\n"
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-Real: 1\r\n\r\n"
            b"4\r\nbody\r\n0\r\nX-Trailer: 1\r\n\r\n"
        )
    )
    assert (response.status_code, response.body) == (200, b"body")
    assert [response.header(name) for name in ("x-early", "x-real", "x-trailer")] == [None, "1", None]


def test_a_private_address_is_refused_before_a_byte_is_sent() -> None:
    async def scenario(server: Loopback, transport: CurlTransport) -> tuple[list[Response], int]:
        hosts = ("127.0.0.1", "localhost", "0x7f.1", "[::ffff:127.0.0.1]")
        responses = [await transport.send(Request(server.url("/", host))) for host in hosts]
        return responses, server.connections

    responses, connections = on_server(always(reply()), scenario, FetchSettings())
    assert [response.failure for response in responses] == [FailureKind.PRIVATE_ADDRESS] * 4
    assert all("--allow-private" in response.failure_detail for response in responses)
    assert "127.0.0.1 is a loopback address" in responses[0].failure_detail
    assert connections == 0


def test_proxies_of_the_environment_do_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert ask(always(reply(200))).status_code == 200


def test_ports_of_other_protocols_are_not_asked() -> None:
    url = parse("http://127.0.0.1:25/")
    assert url is not None
    response = send(url)
    assert response.failure is FailureKind.UNSUPPORTED
    assert "25" in response.failure_detail


@pytest.mark.parametrize(
    ("resolves", "kind"),
    [(False, FailureKind.DNS), (None, FailureKind.DNS_TEMPORARY), (True, FailureKind.DNS_TEMPORARY)],
)
def test_a_name_without_address_is_judged_by_the_resolver(resolves: bool | None, kind: FailureKind) -> None:
    asked: list[str] = []

    async def resolve(host: str) -> bool | None:
        asked.append(host)
        return resolves

    async def run() -> list[FailureKind | None]:
        transport = CurlTransport(OPEN, resolve=resolve)
        url = parse(f"http://{'a' * 64}.invalid/")  # a label that no resolver sends out
        assert url is not None
        try:
            return [(await transport.send(Request(url))).failure for _ in range(2)]
        finally:
            await transport.close()

    assert asyncio.run(run()) == [kind, kind]
    assert len(asked) == (1 if resolves is False else 2)


def test_nothing_is_left_between_two_answers_of_one_handle() -> None:
    answers = by_path({"/long": reply(200, b"x" * 50_000, X_Mark="1"), "/empty": reply(204)})

    async def scenario(server: Loopback, transport: CurlTransport) -> Response:
        await transport.send(Request(server.url("/long"), max_body_bytes=10))
        return await transport.send(Request(server.url("/empty")))

    response = on_server(answers, scenario)
    assert (response.status_code, response.body, response.truncated) == (204, b"", False)
    assert response.header("x-mark") is None
