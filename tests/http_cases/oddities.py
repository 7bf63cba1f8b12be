"""Servers that are odd within the protocol, or just beyond it: each must end in what a thoughtful person would say."""

import asyncio
import gzip

from tests.http_cases.case import ASKED, K, Page, Raw, Table, Turns, Write
from tests.http_cases.pages import ARTICLE_HTML, ARTICLE_PAGE, HOME, LOST_HTML, everywhere, html, to
from tests.net.loopback import Asked

TABLE = Table()
RAW = ARTICLE_HTML.encode()
NEW = "/new"


def _answer(head: bytes, body: bytes = RAW) -> Raw:
    return Raw(head + b"\r\n\r\n" + body)


TABLE.live(
    "the version in lower case",
    _answer(b"http/1.1 200 ok\r\ncontent-type: text/html\r\ncontent-length: %d" % len(RAW)),
    K.ALIVE,
    K.UNREACHABLE,
)
TABLE.live(
    "HTTP/1.0 that keeps the connection",
    _answer(b"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Type: text/html\r\nContent-Length: %d" % len(RAW)),
)
TABLE.live(
    "several informational answers, then 200",
    _answer(
        b"HTTP/1.1 102 P\r\n\r\nHTTP/1.1 103 E\r\nLink: </a>\r\n\r\nHTTP/1.1 103 E\r\nLink: </b>\r\n\r\n"
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d" % len(RAW)
    ),
)
TABLE.live("205", Raw(b"HTTP/1.1 205 X\r\n\r\n"), K.ALIVE, K.UNSURE)
TABLE.live("a canonical in the Link header", Page(200, ARTICLE_HTML, (("Link", '</other>; rel="canonical"'),)))
TABLE.live("a Content-Location", Page(200, ARTICLE_HTML, (("Content-Location", "/guides/red-shoes.en.html"),)))
TABLE.live("a URL of 9 kB", {"/" + "b" * 9_000: ARTICLE_PAGE}, asked="/" + "b" * 9_000)
TABLE.live("content type in capitals", Page(body=RAW, kind="TEXT/HTML; CHARSET=UTF-8"))
TABLE.live("a content type that is none", Page(body=RAW, kind="html"))
TABLE.soft("a not-found page with a content type that is none", everywhere(Page(body=LOST_HTML, kind="html")))
TABLE.live("425 and then 200", {ASKED: Turns((Page(425), ARTICLE_PAGE))})
TABLE.live("408 and then 200", {ASKED: Turns((Page(408), ARTICLE_PAGE))})
TABLE.live("421 and then 200", {ASKED: Turns((Page(421), ARTICLE_PAGE))})
TABLE.untold(
    "401 that wants Kerberos",
    everywhere(Page(401, "", (("WWW-Authenticate", "Negotiate"), ("WWW-Authenticate", "NTLM")))),
    K.BLOCKED,
)
TABLE.untold("426 that wants HTTP/2", everywhere(Page(426, "", (("Upgrade", "h2c"),))), K.UNSURE)
TABLE.untold("499", everywhere(Page(499)), K.UNSURE)
TABLE.untold("a frame of HTTP/2", Raw(b"\0\0\x12\4\0\0\0\0\0" + b"\0" * 18), K.UNREACHABLE)

_GZIP = (("Content-Encoding", "gzip"),)
TABLE.live("gzip in capitals", Page(body=gzip.compress(RAW), headers=(("Content-Encoding", "GZIP"),)))
TABLE.live("gzip, and more after it", Page(body=gzip.compress(RAW) + b"rubbish", headers=_GZIP))
TABLE.live("gzip of two members", Page(body=gzip.compress(RAW[:500]) + gzip.compress(RAW[500:]), headers=_GZIP))
TABLE.live("gzip of nothing", Page(body=b"", headers=_GZIP))
TABLE.hard("404 whose gzip is none", Page(404, b"\x1f\x8bxx", _GZIP), K.NOT_FOUND)
TABLE.hard("404 called br, but plain", Page(404, LOST_HTML, (("Content-Encoding", "br"),)), K.NOT_FOUND)
TABLE.hard(
    "404 in chunks that are none", _answer(b"HTTP/1.1 404 X\r\nTransfer-Encoding: chunked", b"zz\r\nx"), K.NOT_FOUND
)
TABLE.hard("410 shorter than it says", _answer(b"HTTP/1.1 410 Gone\r\nContent-Length: 9000", b"gone"), K.GONE)
TABLE.hard("103 before a 404", _answer(b"HTTP/1.1 103 E\r\n\r\nHTTP/1.1 404 X\r\nContent-Length: 0", b""), K.NOT_FOUND)
TABLE.hard("404 without a phrase, in line feeds", Raw(b"HTTP/1.1 404\nContent-Length: 0\n\n"), K.NOT_FOUND)
TABLE.moved(
    "301 whose gzip is none",
    {ASKED: Page(301, b"\x1f\x8bxx", (*_GZIP, ("Location", NEW))), NEW: ARTICLE_PAGE},
)


async def _lost_without_its_body(_asked: Asked, write: Write) -> None:
    await write(b"HTTP/1.1 404 X\r\nContent-Type: text/html\r\nContent-Length: 900\r\n\r\n<h1>Not")
    await asyncio.sleep(30)


async def _moved_without_its_body(_asked: Asked, write: Write) -> None:
    await write(b"HTTP/1.1 301 X\r\nLocation: /new\r\nContent-Length: 900\r\n\r\n")
    await asyncio.sleep(30)


TABLE.hard("404 whose body never comes", {ASKED: _lost_without_its_body}, K.NOT_FOUND)
TABLE.moved("301 whose body never comes", {ASKED: _moved_without_its_body, NEW: ARTICLE_PAGE})

_NOTE = html("Moved", "<p>This page has moved.</p>")
TABLE.moved("a Refresh header", {ASKED: Page(200, _NOTE, (("Refresh", "0; url=/new"),)), NEW: ARTICLE_PAGE})
TABLE.soft("a Refresh header to the home page", {ASKED: Page(200, _NOTE, (("Refresh", "0;url=/"),))}, K.REDIRECTED_HOME)
TABLE.soft(
    "a Refresh header to the home page, everywhere",
    {"*": Page(200, _NOTE, (("Refresh", "0;url=/"),)), "/": HOME, "/robots.txt": Page(404)},
    K.REDIRECTED_HOME,
)
TABLE.live("a Refresh header, 60 s", {ASKED: Page(200, ARTICLE_HTML, (("Refresh", "60; url=/"),))})
TABLE.live("a Refresh header to itself", {ASKED: Page(200, ARTICLE_HTML, (("Refresh", "5"),))})

TABLE.moved("308 to itself with a cookie", {ASKED: Turns((to(ASKED, 308, Set_Cookie="a=1"), ARTICLE_PAGE))})
TABLE.moved("Location with credentials", {ASKED: to("http://u:p@%NETLOC%/new"), NEW: ARTICLE_PAGE})
TABLE.moved("Location with a tab", {ASKED: to("/ne\tw"), NEW: ARTICLE_PAGE})
TABLE.moved("Location with backslashes and a host", {ASKED: to("http:\\\\%NETLOC%\\new"), NEW: ARTICLE_PAGE})
TABLE.moved("Location with three slashes", {ASKED: to("///%NETLOC%/new"), NEW: ARTICLE_PAGE})
TABLE.moved("Location of 9 kB", {ASKED: to("/" + "a" * 9_000), "/" + "a" * 9_000: ARTICLE_PAGE})
TABLE.hard("Location with a fragment only", {ASKED: to("#top")}, K.REDIRECT_BROKEN)
TABLE.untold("Location with a host in letters beyond ASCII", {ASKED: to("http://bücher.invalid/")}, K.UNREACHABLE)
for _place in ("//", "http://a b/", "http://%zz/", "data:text/html,hi", "about:blank", "http://127.0.0.1:99999/"):
    TABLE.untold(f"Location {_place}", {ASKED: to(_place)}, K.SKIPPED)
TABLE.untold("Location with a NUL", {ASKED: _answer(b"HTTP/1.1 302 X\r\nLocation: /new\0", b"")}, K.UNREACHABLE)
