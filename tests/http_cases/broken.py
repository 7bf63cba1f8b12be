"""Servers that break off, dawdle, flood or speak something else: each must end in a verdict, and in time."""

import asyncio
import gzip

from tests.http_cases.case import ASKED, K, Page, Raw, Table, Turns, Write
from tests.http_cases.pages import ARTICLE_HTML, ARTICLE_PAGE, HOME, everywhere, to
from tests.net.loopback import Asked

from linkreclaim.model.verdicts import FailureKind

TABLE = Table()
F = FailureKind
OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"


async def _silent(_asked: Asked, _write: Write) -> None:
    await asyncio.sleep(60)


async def _half_header(_asked: Asked, write: Write) -> None:
    await write(OK)
    await asyncio.sleep(60)


async def _slow_header(_asked: Asked, write: Write) -> None:
    for letter in OK:
        await write(bytes([letter]))
        await asyncio.sleep(0.5)


async def _slow_body(_asked: Asked, write: Write) -> None:
    await write(OK + b"Content-Length: 5000\r\n\r\n")
    while True:
        await write(b"<")
        await asyncio.sleep(0.3)


async def _half_body(_asked: Asked, write: Write) -> None:
    await write(OK + b"Content-Length: 500000\r\n\r\n" + ARTICLE_HTML.encode())
    await asyncio.sleep(60)


async def _endless_body(_asked: Asked, write: Write) -> None:
    await write(OK + b"\r\n" + ARTICLE_HTML.encode())
    while True:
        await write(b"<p>more</p>" * 1_000)


async def _endless_header(_asked: Asked, write: Write) -> None:
    await write(OK)
    for number in range(100_000):  # 100 MB
        await write(b"X-Number-%d: %s\r\n" % (number, b"a" * 1_000))


async def _endless_informational(_asked: Asked, write: Write) -> None:
    while True:
        await write(b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n" * 50)


async def _endless_chunks(_asked: Asked, write: Write) -> None:
    await write(OK + b"Transfer-Encoding: chunked\r\n\r\n")
    while True:
        await write(b"1\r\n<\r\n" * 500)


async def _late(_asked: Asked, write: Write) -> None:
    await asyncio.sleep(0.7)
    await write(OK + b"Connection: close\r\n\r\n" + ARTICLE_HTML.encode())


_BOMB = gzip.compress(b"<p>" + b"\0" * 100_000_000)
_BOMB_IN_BOMB = gzip.compress(gzip.compress(b" " * 50_000_000))

TABLE.live("answers after a while", {ASKED: _late})
TABLE.live("a body that never ends", {ASKED: _endless_body})
TABLE.live("closes in the middle of the body", Raw(OK + b"Content-Length: 90000\r\n\r\n" + ARTICLE_HTML.encode()))
TABLE.live("announces less than it sends", Raw(OK + b"Content-Length: 200\r\n\r\n" + ARTICLE_HTML.encode()))
TABLE.live("a gzip bomb", Page(body=_BOMB, headers=(("Content-Encoding", "gzip"),)), K.ALIVE, K.UNREACHABLE, K.UNSURE)
TABLE.live(
    "a gzip bomb in gzip",
    Page(body=_BOMB_IN_BOMB, headers=(("Content-Encoding", "gzip, gzip"),)),
    K.ALIVE,
    K.UNREACHABLE,
    K.UNSURE,
)
TABLE.live("resets once, then answers", {ASKED: Turns((Raw(b""), ARTICLE_PAGE))})
TABLE.live("the connection closes after each answer", Page(body=ARTICLE_HTML, headers=(("Connection", "close"),)))
TABLE.live(
    "a page although everything else never answers",
    {ASKED: ARTICLE_PAGE, "/": HOME, "/robots.txt": Page(404), "*": _silent},
)

TABLE.untold("closes before the header", Raw(b""), K.UNREACHABLE, failure=F.RESET)
TABLE.untold("closes in the middle of the header", Raw(b"HTTP/1.1 200 OK\r\nContent-Ty"), K.UNREACHABLE, K.ALIVE)
TABLE.untold("says nothing", {ASKED: _silent}, K.UNREACHABLE, failure=F.TIMEOUT)
TABLE.untold("stops in the header", {ASKED: _half_header}, K.UNREACHABLE, failure=F.TIMEOUT)
TABLE.untold("a letter of the header at a time", {ASKED: _slow_header}, K.UNREACHABLE, failure=F.TIMEOUT)
TABLE.untold("a letter of the body at a time", {ASKED: _slow_body}, K.UNREACHABLE, K.ALIVE)
TABLE.untold("stops in the body", {ASKED: _half_body}, K.UNREACHABLE, K.ALIVE)
TABLE.untold("a header that never ends", {ASKED: _endless_header}, K.UNREACHABLE, failure=F.TOO_LARGE)
TABLE.untold("informational answers without an end", {ASKED: _endless_informational}, K.UNREACHABLE)
TABLE.untold("chunks of one byte without an end", {ASKED: _endless_chunks}, K.UNREACHABLE, K.ALIVE)
TABLE.untold("a header line of 100 kB", Page(headers=(("X-Long", "a" * 100_000),)), K.UNREACHABLE, failure=F.TOO_LARGE)
TABLE.untold("a header line of 300 kB", Page(headers=(("X-Long", "a" * 300_000),)), K.UNREACHABLE, failure=F.TOO_LARGE)
TABLE.untold("no HTTP at all", Raw(b"220 mail.valley.example ESMTP\r\n"), K.UNREACHABLE, failure=F.PROTOCOL)
TABLE.untold("bare text", Raw(b"<h1>hello</h1>"), K.UNREACHABLE, failure=F.PROTOCOL)
TABLE.untold("chunks that are none", Raw(OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nhello"), K.UNREACHABLE, K.ALIVE)
TABLE.untold(
    "two lengths", Raw(OK + b"Content-Length: 5\r\nContent-Length: 7\r\n\r\nhello"), K.UNREACHABLE, K.ALIVE, K.UNSURE
)
TABLE.untold("a length below zero", Raw(OK + b"Content-Length: -5\r\n\r\nhello"), K.UNREACHABLE, K.ALIVE, K.UNSURE)
TABLE.untold("binary rubbish", Raw(bytes(range(256)) * 40), K.UNREACHABLE)
TABLE.untold("nothing listens", ARTICLE_PAGE, K.UNREACHABLE, listens=False, failure=F.REFUSED)
TABLE.untold(
    "redirect to a host that never answers",
    {ASKED: to("%OTHER%/")},
    K.UNREACHABLE,
    elsewhere={"*": _silent, "/": _silent, "/robots.txt": Page(404)},
)
TABLE.untold(
    "the whole host says nothing, robots.txt too",
    {**everywhere(_silent), "/robots.txt": _silent, "/": _silent},
    K.UNREACHABLE,
)

TABLE.live("TLS", ARTICLE_PAGE, certificate="good")
TABLE.moved(
    "from TLS to plain HTTP", {ASKED: to("%OTHER%" + ASKED)}, certificate="good", elsewhere={ASKED: ARTICLE_PAGE}
)
TABLE.untold("self-signed certificate", ARTICLE_PAGE, K.UNREACHABLE, certificate="self_signed", failure=F.TLS)
TABLE.untold("expired certificate", ARTICLE_PAGE, K.UNREACHABLE, certificate="expired", failure=F.TLS)
TABLE.untold("certificate of another host", ARTICLE_PAGE, K.UNREACHABLE, certificate="wrong_host", failure=F.TLS)
TABLE.untold("plain HTTP where TLS is spoken", ARTICLE_PAGE, K.UNREACHABLE, K.UNSURE, certificate="plain_to_tls")
TABLE.untold("TLS where plain HTTP is spoken", ARTICLE_PAGE, K.UNREACHABLE, certificate="tls_to_plain")
