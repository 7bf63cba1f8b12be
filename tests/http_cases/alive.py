"""Pages that are there, although they look, or behave, as if they were not."""

# ruff: noqa: E501
from hashlib import sha256

from tests.http_cases.case import ASKED, K, Page, Script, Table, Write
from tests.http_cases.pages import (
    ARTICLE,
    ARTICLE_PAGE,
    HARD_404,
    HOME,
    HOME_HTML,
    LOST,
    OTHER_PAGE,
    html,
    to,
)
from tests.net.loopback import Asked

TABLE = Table()

_ABOUT = "<p>A page that says not found should help its reader on. The server must send the status 404 with it; a friendly text alone leaves search engines in doubt, and the address stays in their lists for months.</p>"
_LOOKALIKES = {
    "an article about 404s": html("How to fix 404 errors", "<h1>How to fix 404 errors</h1>" + _ABOUT * 9),
    "an article about soft 404s": html("What is a soft 404?", "<h1>What is a soft 404?</h1>" + _ABOUT * 12),
    "a gallery of not-found pages": html("The best page not found designs", "<h1>The best page not found designs</h1>" + _ABOUT * 10),
    "a comment that says page not found": html("Red shoes", "<h1>Red shoes</h1>" + ARTICLE + "<section><h2>Comments</h2><p>Ann: I get page not found when I click on your photos.</p></section>"),
    "a changelog": html("Changelog", "<h1>Changelog</h1><p>1.4: the old importer has been removed.</p><p>1.3: this option no longer exists.</p><p>1.2: faster.</p>"),
    "a short page": html("Contact", "<h1>Contact</h1><p>Telephone 555 0100.</p>"),
    "one sentence": html("Thanks", "<p>Thank you.</p>"),
    "one word without chrome": "<p>ok</p>",
    "a form": html("Newsletter", "<h1>Newsletter</h1><form>Your address <input name=a><button>Send</button></form>"),
    "a lost-and-found office": html("Lost and found", "<h1>Lost and found</h1><p>Things that were not found by their owners are kept for a year.</p>" + ARTICLE),
    "room 404": html("Room 404", "<h1>Room 404</h1><p>A double room on the fourth floor with a view of the mill.</p>"),
    "a product that is sold out": html("Red shoes", "<h1>Red shoes</h1><p>Sold out for now; the next pairs are made in May.</p>" + ARTICLE),
    "a page about domain sales": html("How to sell a domain", "<h1>How to sell a domain</h1>" + "<p>When this domain is for sale stands on a page, its owner waits for an offer. Brokers take a tenth.</p>" * 15),
    "a page about maintenance": html("Boot maintenance", "<h1>Boot maintenance</h1><p>We will be back soon with more about wax.</p>" + ARTICLE * 3),
}  # fmt: skip
_LEFT_TO_A_PERSON = {"room 404"}
"""Its title is the error's number: no words tell it apart, so "unsure" is right too."""
for name, body in _LOOKALIKES.items():
    kinds = (K.ALIVE, K.UNSURE) if name in _LEFT_TO_A_PERSON else (K.ALIVE,)
    TABLE.live(name, {ASKED: Page(body=body)}, *kinds)
    TABLE.live(f"{name}, where not-found pages answer 200", {ASKED: Page(body=body), "*": LOST}, *kinds)
    TABLE.live(f"{name}, where what is lost is sent home", {ASKED: Page(body=body), "*": to("/", 302)}, *kinds)
TABLE.live("a home page", HOME, asked="/")
TABLE.live("a home page that everything gets", {"*": HOME}, asked="/")
TABLE.live("a home page with a tracking query", {"/?utm_source=mail": HOME, "*": HARD_404}, asked="/?utm_source=mail")
TABLE.moved("a home page sent to its language", {"/": to("/en/"), "/en/": HOME}, asked="/")


_LETTERS = str.maketrans("0123456789", "ghijklmnop")


async def _every_article(asked: Asked, write: Write) -> None:
    """A site that makes up a page for every address, each of them different."""
    if asked.target == "/robots.txt":
        await write(b"HTTP/1.1 404 X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        return
    words = [sha256(f"{place} {asked.target}".encode()).hexdigest()[:7].translate(_LETTERS) for place in range(120)]
    body = html(asked.target, f"<h1>{words[0]} {words[1]}</h1><p>{' '.join(words)}</p>").encode()
    await write(b"HTTP/1.1 200 X\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n" + body)


TABLE.live("every address has a page of its own", {"*": _every_article, "/robots.txt": _every_article})
TABLE.live("random addresses are in trouble", {ASKED: ARTICLE_PAGE, "*": Page(500)})
TABLE.live("random addresses are refused", {ASKED: ARTICLE_PAGE, "*": Page(403)})
TABLE.live("random addresses loop", {ASKED: ARTICLE_PAGE, "*": to("/loop"), "/loop": to("/loop")})
TABLE.live("the home page is refused", {ASKED: ARTICLE_PAGE, "/": Page(403)})
TABLE.live(
    "the home page is a wall, random addresses get it too",
    {
        ASKED: ARTICLE_PAGE,
        "/": Page(403, "<title>Just a moment...</title>"),
        "*": Page(403, "<title>Just a moment...</title>"),
    },
)
TABLE.moved(
    "a folder that has moved, every address in it",
    {
        "/guides/*": OTHER_PAGE,
        ASKED: to("/help/red-shoes.html"),
        "/help/red-shoes.html": ARTICLE_PAGE,
        "*": to("/help/gone.html"),
        "/help/gone.html": LOST,
    },
)


def ignores_query(path: str, page: Page, lost: Page = HARD_404) -> Script:
    """One path gets the page, whatever its query; every other path is lost."""

    async def answer(asked: Asked, write: Write) -> None:
        here = asked.target.partition("?")[0]
        body = page.body if here == path else HOME_HTML if here == "/" else lost.body
        assert isinstance(body, str)
        status = 200 if here in (path, "/") else lost.status
        head = f"HTTP/1.1 {status} X\r\nContent-Type: text/html; charset=utf-8\r\nConnection: close\r\n\r\n"
        await write(head.encode() + body.encode())

    return answer


_IGNORED = (
    "n=3",
    "ver=2.1",
    "campaign=spring&n=7",
    "print=1",
    "id=17",
    "mode=full",
    "12345",
    "sid=8a7b6c",
    "lang=en",
    "a=1&b=2&c=3",
    "ncid=edlinkushpmg",
    "cid=99",
    "aff=12",
    "v=20240101",
    "replytocom=981",
    "page=2",
    "sort=asc",
)
for query in _IGNORED:
    TABLE.live(
        f"a page that ignores its query: {query}", {"*": ignores_query(ASKED, ARTICLE_PAGE)}, asked=f"{ASKED}?{query}"
    )
for query in ("n=3", "campaign=spring", "ver=2", "ncid=x1", "aff=12"):
    TABLE.live(f"a home page that ignores its query: {query}", {"*": ignores_query("/", HOME)}, asked=f"/?{query}")
for path in ("/guides/red-shoes", "/guides/red-shoes/", "/about.php", "/contact"):
    TABLE.live(f"{path} ignores its query", {"*": ignores_query(path, ARTICLE_PAGE)}, asked=f"{path}?n=3")
TABLE.live(
    "a page that ignores its query where not-found pages answer 200",
    {"*": ignores_query(ASKED, ARTICLE_PAGE, LOST)},
    asked=ASKED + "?x=1",
)
TABLE.live(
    "a form of a site that ignores its query",
    {"*": ignores_query("/contact.php", Page(body=html("Contact", "<h1>Contact</h1><p>Write to us.</p>")))},
    K.ALIVE,
    K.UNSURE,
    asked="/contact.php?ref_id=12",
)


async def _moved_with_any_query(asked: Asked, write: Write) -> None:
    path = asked.target.partition("?")[0]
    if path == ASKED:
        await write(b"HTTP/1.1 301 X\r\nLocation: /shoes/red\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    else:
        await write(b"HTTP/1.1 404 X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")


TABLE.moved(
    "a page that has moved, asked with a query",
    {"*": _moved_with_any_query, "/shoes/red": ARTICLE_PAGE},
    asked=ASKED + "?n=3",
)
TABLE.moved(
    "the same for the number of an item in its slug",
    {"*": _moved_with_any_query, "/shoes/red": ARTICLE_PAGE},
    asked=ASKED + "?id=3",
)
