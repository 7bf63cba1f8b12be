"""Every class of status code, on the first answer."""

from tests.http_cases.case import K, Page, Raw, Table
from tests.http_cases.pages import ARTICLE_HTML, ARTICLE_PAGE, LOST_HTML, everywhere

TABLE = Table()
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\n" + b"0" * 3_000

TABLE.live("200 html", ARTICLE_PAGE, hops=1, status=200)
TABLE.live("200 pdf", Page(body=PDF, kind="application/pdf"), asked="/files/prices.pdf")
TABLE.live("200 pdf of 300 kB", Page(body=PDF * 100, kind="application/pdf"), asked="/files/catalogue.pdf")
TABLE.live("200 picture", Page(body=b"\x89PNG\r\n" + b"0" * 500, kind="image/png"), asked="/files/shoe.png")
TABLE.live("200 json", Page(body='{"name": "red shoes"}', kind="application/json"), asked="/api/shoes/17")
TABLE.live("200 plain text", Page(body="Red shoes, 40 pairs.", kind="text/plain"), asked="/notes.txt")
TABLE.live("200 feed", Page(body="<rss><channel><title>a</title></channel></rss>", kind="application/rss+xml"))
TABLE.live("200 without a body", Page(body=""))
TABLE.live("201", Page(201, ARTICLE_HTML))
TABLE.live("202 with the page", Page(202, ARTICLE_HTML), K.ALIVE, K.UNSURE)
TABLE.live("203", Page(203, ARTICLE_HTML))
TABLE.live("204", Page(204), hops=1, status=204)
TABLE.live("206", Page(206, ARTICLE_HTML, (("Content-Range", "bytes 0-99/100"),)))
TABLE.live("100 and then 200", Raw(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"))
TABLE.live(
    "103 and then 200", Raw(b"HTTP/1.1 103 X\r\nLink: </a.css>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")
)
TABLE.live("status line without a phrase", Raw(b"HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nhi"))
TABLE.live(
    "HTTP/1.0 until the connection closes",
    Raw(b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n" + ARTICLE_HTML.encode()),
)
TABLE.live("line feeds only", Raw(b"HTTP/1.1 200 OK\nContent-Type: text/plain\nContent-Length: 2\n\nhi"))
TABLE.live("a folded header line", Raw(b"HTTP/1.1 200 OK\r\nX-A: b\r\n c\r\nContent-Length: 2\r\n\r\nhi"))
TABLE.live("headers of 30 kB", Page(body=ARTICLE_HTML, headers=(("X-Long", "a" * 30_000),)))

TABLE.hard("404", Page(404, LOST_HTML), K.NOT_FOUND, hops=1, status=404)
TABLE.hard("404 without a body", Page(404), K.NOT_FOUND)
TABLE.hard("404 json", Page(404, '{"error": "not found"}', kind="application/json"), K.NOT_FOUND)
TABLE.hard("404 with the home page", Page(404, ARTICLE_HTML), K.NOT_FOUND)
TABLE.hard("404 for a pdf", Page(404, LOST_HTML), K.NOT_FOUND, asked="/files/prices.pdf")
TABLE.hard("404 for HEAD and GET", {"HEAD *": Page(404), "*": Page(404, LOST_HTML)}, K.NOT_FOUND)
TABLE.hard("404 that says it has moved somewhere", Page(404, LOST_HTML, (("Location", "/"),)), K.NOT_FOUND)
TABLE.hard("410", Page(410, LOST_HTML), K.GONE, hops=1, status=410)
TABLE.hard("410 in capitals", Page(410, "<h1>GONE</h1>"), K.GONE)
TABLE.hard("404 with a title that asks to sign in", Page(404, "<title>Sign in</title><h1>404</h1>"), K.NOT_FOUND)
TABLE.hard("home page 404", {"/": Page(404, LOST_HTML)}, K.NOT_FOUND, asked="/")

TABLE.untold("304 unasked", Page(304), K.ALIVE, K.UNSURE)
TABLE.untold("300 with choices", Page(300, "<ul><li><a href=/en/>English</a></ul>"), K.UNSURE)
TABLE.untold("305", Page(305, headers=(("Location", "http://127.0.0.1:9/"),)), K.UNSURE)
TABLE.untold("306", Page(306), K.UNSURE)
for status in (400, 402, 405, 406, 408, 409, 411, 412, 413, 414, 415, 416, 417, 418, 421, 422, 423, 424, 426, 428, 431):
    TABLE.untold(f"{status}", everywhere(Page(status, "<h1>No</h1>")), K.UNSURE, status=status)
for status in (460, 470, 498, 600, 777):
    TABLE.untold(f"odd status {status}", everywhere(Page(status, "<h1>No</h1>")), K.UNSURE)
TABLE.untold("425", everywhere(Page(425)), K.UNSURE)
for status in (500, 501, 502, 503, 504, 505, 507, 508, 509, 511, 520, 521, 522, 523, 524, 525, 526, 530, 598):
    TABLE.untold(f"{status}", Page(status, "<h1>Error</h1>"), K.SERVER_ERROR)
TABLE.untold("500 with a page that says not found", Page(500, LOST_HTML), K.SERVER_ERROR)
TABLE.untold("status 0", Raw(b"HTTP/1.1 000 X\r\nContent-Length: 0\r\n\r\n"), K.UNSURE, K.UNREACHABLE)
TABLE.untold("status of two digits", Raw(b"HTTP/1.1 20 X\r\nContent-Length: 0\r\n\r\n"), K.UNSURE, K.UNREACHABLE)
