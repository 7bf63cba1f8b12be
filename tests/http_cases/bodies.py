"""Encodings of bytes and letters, types that are wrong or missing, and HEAD beside GET."""

import gzip
import zlib

from tests.http_cases.case import ASKED, K, Page, Raw, Table
from tests.http_cases.pages import ARTICLE_HTML, ARTICLE_PAGE, HARD_404, LOST_HTML, everywhere, html

TABLE = Table()
RAW = ARTICLE_HTML.encode()


def _deflate_raw(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


def _encoded(name: str, body: bytes) -> Page:
    return Page(body=body, headers=(("Content-Encoding", name),))


def _chunked(body: bytes, size: int = 100) -> bytes:
    chunks = (body[start : start + size] for start in range(0, len(body), size))
    return b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks) + b"0\r\n\r\n"


TABLE.live("gzip", _encoded("gzip", gzip.compress(RAW)))
TABLE.live("x-gzip", _encoded("x-gzip", gzip.compress(RAW)))
TABLE.live("deflate", _encoded("deflate", zlib.compress(RAW)))
TABLE.live("deflate without its frame", _encoded("deflate", _deflate_raw(RAW)))
TABLE.live("gzip in gzip", _encoded("gzip, gzip", gzip.compress(gzip.compress(RAW))))
TABLE.live("identity", _encoded("identity", RAW))
TABLE.live("called gzip, but plain", _encoded("gzip", RAW), K.ALIVE, K.UNREACHABLE, K.UNSURE)
TABLE.live("called br, but plain", _encoded("br", RAW), K.ALIVE, K.UNREACHABLE, K.UNSURE)
TABLE.live("an encoding that nobody knows", _encoded("utf-8", RAW), K.ALIVE, K.UNREACHABLE, K.UNSURE)
TABLE.live("gzip that is cut off", _encoded("gzip", gzip.compress(RAW)[:-40]), K.ALIVE, K.UNREACHABLE, K.UNSURE)
TABLE.live(
    "chunked", Raw(b"HTTP/1.1 200 X\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n" + _chunked(RAW))
)
TABLE.live(
    "chunked with trailers",
    Raw(
        b"HTTP/1.1 200 X\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
        + _chunked(RAW)[:-2]
        + b"X-Sum: 1\r\n\r\n"
    ),
)
TABLE.live(
    "UTF-8 that is called Latin-1",
    Page(body=html("Schuhe", "<h1>Größe</h1>").encode(), kind="text/html; charset=iso-8859-1"),
)
TABLE.live(
    "Latin-1 that is called UTF-8",
    Page(body=html("Schuhe", "<h1>Größe</h1>").encode("latin-1", "replace"), kind="text/html; charset=utf-8"),
)
TABLE.live("UTF-16 with a mark", Page(body=ARTICLE_HTML.encode("utf-16"), kind="text/html"))
TABLE.live("UTF-16 by its header", Page(body=ARTICLE_HTML.encode("utf-16-le"), kind="text/html; charset=utf-16le"))
TABLE.live("a charset that nobody knows", Page(body=RAW, kind="text/html; charset=klingon"))
TABLE.live(
    "Shift_JIS",
    Page(
        body="<meta charset=shift_jis><title>赤い靴</title><h1>赤い靴の歴史</h1>".encode("shift_jis"), kind="text/html"
    ),
)
TABLE.live("no content type", Page(body=RAW, kind=""))
TABLE.live("XHTML", Page(body=RAW, kind="application/xhtml+xml"))
TABLE.live("HTML called octet-stream", Page(body=RAW, kind="application/octet-stream"))
TABLE.live("two content types", Page(body=RAW, headers=(("Content-Type", "text/plain"),)))
TABLE.live("a NUL in the page", Page(body=RAW.replace(b"valley", b"val\0ley")))
TABLE.live("a page of 2 MB", Page(body=ARTICLE_HTML + "<p>And so on.</p>" * 130_000))
TABLE.live("a page of deep nesting", Page(body="<div>" * 12_000 + "Red shoes are made here." + "</div>" * 12_000))

_LIARS = {"404": 404, "403": 403, "405": 405, "500": 500, "501": 501, "400": 400, "503": 503, "999": 999}
for name, status in _LIARS.items():
    TABLE.live(f"HEAD {name}, GET 200", {f"HEAD {ASKED}": Page(status), ASKED: ARTICLE_PAGE})
    TABLE.live(
        f"a pdf: HEAD {name}, GET 200",
        {"HEAD /red.pdf": Page(status), "/red.pdf": Page(body=b"%PDF-1.7", kind="application/pdf")},
        asked="/red.pdf",
    )
TABLE.live(
    "a pdf: HEAD closes, GET 200",
    {"HEAD /red.pdf": Raw(b""), "/red.pdf": Page(body=b"%PDF", kind="application/pdf")},
    asked="/red.pdf",
)
TABLE.hard("HEAD 200, GET 404", {f"HEAD {ASKED}": Page(), ASKED: HARD_404}, K.NOT_FOUND)
TABLE.soft(
    "an error as plain text", everywhere(Page(body="404 - file not found", kind="text/plain")), K.SOFT_404, K.UNSURE
)
TABLE.soft("a not-found page called XHTML", everywhere(Page(body=LOST_HTML, kind="application/xhtml+xml")))
TABLE.soft("a not-found page without a type", everywhere(Page(body=LOST_HTML, kind="")))
TABLE.soft("a not-found page in gzip", everywhere(_encoded("gzip", gzip.compress(LOST_HTML.encode()))))
TABLE.soft("a not-found page in UTF-16", everywhere(Page(body=LOST_HTML.encode("utf-16"), kind="text/html")))
TABLE.soft(
    "a not-found page in chunks",
    everywhere(
        Raw(
            b"HTTP/1.1 200 X\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
            + _chunked(LOST_HTML.encode())
        )
    ),
)
