"""Redirects: how they are written, and where they lead."""

from tests.http_cases.case import ASKED, K, Page, Raw, Script, Table, Write
from tests.http_cases.pages import ARTICLE, ARTICLE_PAGE, HOME, LOST, OTHER_PAGE, html, to
from tests.net.loopback import Asked

from linkreclaim.model.verdicts import RedirectShape

TABLE = Table()
S = RedirectShape
NEW = "/shoes/red-leather"

for status in (301, 302, 303, 307, 308):
    TABLE.moved(f"{status}", {ASKED: to(NEW, status), NEW: ARTICLE_PAGE}, hops=2, shape=S.OTHER, status=200)

_WRITTEN = {
    "absolute": ("%SELF%" + NEW, NEW),
    "protocol-relative": ("//%NETLOC%/shoes/red", "/shoes/red"),
    "path-relative": ("red-boots.html", "/guides/red-boots.html"),
    "with dots": ("../shoes/./x/../red", "/shoes/red"),
    "query only": ("?colour=dark", ASKED + "?colour=dark"),
    "raw spaces": ("/shoes/red and blue", "/shoes/red%20and%20blue"),
    "raw spaces in the query": ("/shoes?q=red and blue", "/shoes?q=red%20and%20blue"),
    "raw UTF-8": ("/schuhe/größe", "/schuhe/gr%C3%B6%C3%9Fe"),
    "encoded UTF-8": ("/schuhe/gr%C3%B6%C3%9Fe", "/schuhe/gr%C3%B6%C3%9Fe"),
    "a fragment": ("/shoes#red", "/shoes"),
    "blanks around": ("   /shoes/red  ", "/shoes/red"),
    "backslashes": ("\\shoes\\red", "/shoes/red"),
    "capitals in the scheme": ("HTTP://%NETLOC%/shoes/red", "/shoes/red"),
    "a pipe and brackets": ("/shoes/a|b[c]", "/shoes/a|b[c]"),
    "a per cent sign alone": ("/shoes/100%", "/shoes/100%"),
    "2 kB": ("/shoes/" + "red-" * 500, "/shoes/" + "red-" * 500),
}
for name, (location, target) in _WRITTEN.items():
    TABLE.moved(f"Location {name}", {ASKED: to(location), target: ARTICLE_PAGE}, hops=2)

TABLE.moved(
    "Location in Latin-1",
    {ASKED: Raw(b"HTTP/1.1 301 X\r\nLocation: /caf\xe9\r\nContent-Length: 0\r\n\r\n"), "/caf%C3%A9": ARTICLE_PAGE},
)
TABLE.moved(
    "two Locations that agree",
    {ASKED: Page(301, headers=(("Location", NEW), ("Location", NEW))), NEW: ARTICLE_PAGE},
)
TABLE.moved("a body with the redirect", {ASKED: Page(301, "x" * 9_000, (("Location", NEW),)), NEW: ARTICLE_PAGE})
TABLE.moved("slash added", {ASKED: to("/guides/red-shoes.html/"), ASKED + "/": ARTICLE_PAGE}, shape=S.SAME_PAGE)
TABLE.moved(
    "lower case",
    {"/Guides/Red": to("/guides/red"), "/guides/red": ARTICLE_PAGE},
    asked="/Guides/Red",
    shape=S.SAME_PAGE,
)
TABLE.moved(
    "tracking taken off",
    {ASKED + "?utm_source=mail": to(ASKED), ASKED: ARTICLE_PAGE},
    asked=ASKED + "?utm_source=mail",
    shape=S.SAME_PAGE,
)
TABLE.moved(
    "five hops", {ASKED: to("/1"), **{f"/{n}": to(f"/{n + 1}", 302) for n in range(1, 5)}, "/5": ARTICLE_PAGE}, hops=6
)
TABLE.moved(
    "ten hops", {ASKED: to("/1"), **{f"/{n}": to(f"/{n + 1}", 302) for n in range(1, 10)}, "/10": ARTICLE_PAGE}, hops=11
)
TABLE.moved(
    "to another host", {ASKED: to("%OTHER%/red-shoes")}, elsewhere={"/red-shoes": ARTICLE_PAGE}, shape=S.OTHER_OWNER
)
TABLE.moved(
    "to another host with the whole site",
    {"*": to("%OTHER%" + ASKED)},
    elsewhere={ASKED: ARTICLE_PAGE},
    shape=S.OTHER_OWNER,
)
TABLE.moved(
    "to another host and back",
    {ASKED: to("%OTHER%/gate"), NEW: ARTICLE_PAGE},
    elsewhere={"/gate": to("%OTHER%" + NEW)},
    shape=S.OTHER,
)
TABLE.moved("this page only, to the home page of another owner", {ASKED: to("%OTHER%/")}, elsewhere={})
TABLE.moved("to its folder, on purpose", {ASKED: to("/guides/"), "/guides/": OTHER_PAGE}, shape=S.PARENT)
TABLE.moved("to a pdf", {ASKED: to("/red.pdf"), "/red.pdf": Page(body=b"%PDF-1.7", kind="application/pdf")})
TABLE.moved(
    "to a sign-in page",
    {ASKED: to("/login?next=/guides/red-shoes.html"), "/login?next=/guides/red-shoes.html": OTHER_PAGE},
    shape=S.LOGIN,
)


async def _wants_its_cookie(asked: Asked, write: Write) -> None:
    body = b"<title>Red shoes</title><h1>Red shoes</h1>"
    if "seen=1" in asked.headers.get("cookie", ""):
        await write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
    else:
        location = asked.target.encode()
        await write(b"HTTP/1.1 301 X\r\nSet-Cookie: seen=1\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n" % location)


TABLE.live("301 to itself with a cookie", {ASKED: _wants_its_cookie}, K.ALIVE, K.REDIRECTED, hops=2)
TABLE.live(
    "every address to itself with a cookie",
    {"*": _wants_its_cookie, "/robots.txt": Page(404)},
    K.ALIVE,
    K.REDIRECTED,
    K.UNSURE,
)


def _refresh(content: str, **more: str) -> Page:
    return Page(
        body=html(
            "Moved", "<p>This page has moved.</p>", head=f'<meta http-equiv="refresh" content="{content}">', **more
        )
    )


TABLE.moved("meta refresh, 0 s", {ASKED: _refresh(f"0; url={NEW}"), NEW: ARTICLE_PAGE})
TABLE.moved("meta refresh, 5 s", {ASKED: _refresh(f"5;URL={NEW}"), NEW: ARTICLE_PAGE})
TABLE.moved("meta refresh, quoted", {ASKED: _refresh(f"0;url='{NEW}'"), NEW: ARTICLE_PAGE})
TABLE.moved("meta refresh with a comma", {ASKED: _refresh(f"0, url={NEW}"), NEW: ARTICLE_PAGE})
TABLE.moved(
    "meta refresh to another host",
    {ASKED: _refresh("0;url=%OTHER%/red")},
    elsewhere={"/red": ARTICLE_PAGE},
    shape=S.OTHER_OWNER,
)
TABLE.moved(
    "meta refresh after a redirect", {ASKED: to("/x"), "/x": _refresh(f"0;url={NEW}"), NEW: ARTICLE_PAGE}, hops=3
)
TABLE.live(
    "meta refresh, 30 s",
    {ASKED: Page(body=html("Red shoes", ARTICLE, head="<meta http-equiv=refresh content='30; url=/'>"))},
)
TABLE.live(
    "meta refresh to itself",
    {ASKED: Page(body=html("Red shoes", ARTICLE, head=f"<meta http-equiv=refresh content='0; url={ASKED}'>"))},
)
TABLE.live(
    "a refresh in noscript only",
    {
        ASKED: Page(
            body=html(
                "Red shoes", ARTICLE, head="<noscript><meta http-equiv=refresh content='0; url=/nojs'></noscript>"
            )
        ),
        "/nojs": OTHER_PAGE,
    },
    K.ALIVE,
    K.REDIRECTED,
    K.UNSURE,
)
TABLE.live(
    "a redirect by script",
    {ASKED: Page(body=f"<script>location.replace('{NEW}')</script>"), NEW: ARTICLE_PAGE},
    K.ALIVE,
    K.UNSURE,
    K.REDIRECTED,
)

_HOMES = {
    "its home page": "/",
    "its home page by its full address": "%SELF%/",
    "its index file": "/index.html",
    "its index file with a query": "/index.html?from=404",
    "its language root": "/en/",
    "the home page with a tracking query": "/?utm_source=404",
    "the home page's fragment": "/#lost",
}
for name, place in _HOMES.items():
    target = place.replace("%SELF%", "").partition("#")[0]
    for scope, site in (
        ("one page", {ASKED: to(place)}),
        ("everything", {"*": to(place, 302), "/robots.txt": Page(404)}),
    ):
        TABLE.soft(
            f"{scope} to {name}", {**site, target: HOME}, K.REDIRECTED_HOME, unprobed=frozenset({K.REDIRECTED_HOME})
        )
TABLE.soft(
    "everything to the home page of another owner",
    {"*": to("%OTHER%/"), "/robots.txt": Page(404)},
    K.REDIRECTED_HOME,
    elsewhere={},
)
TABLE.soft("meta refresh to the home page", {ASKED: _refresh("0; url=/")}, K.REDIRECTED_HOME)
TABLE.soft("home page after two hops", {ASKED: to("/gone"), "/gone": to("/")}, K.REDIRECTED_HOME)
TABLE.soft("to its folder, like everything", {"*": to("/guides/"), "/guides/": OTHER_PAGE, "/robots.txt": Page(404)})
TABLE.soft("to one page, like everything", {"*": to("/shop/all"), "/shop/all": OTHER_PAGE, "/robots.txt": Page(404)})
for path in (
    "/404.html",
    "/404",
    "/not-found",
    "/error/404",
    "/page-not-found.aspx",
    "/error?code=404",
    "/errors/notfound",
):
    TABLE.soft(f"to the error page {path}", {ASKED: to(path, 302), path: LOST}, unprobed=frozenset({K.SOFT_404}))
TABLE.soft("to an error page without a number", {"*": to("/oops", 302), "/oops": LOST, "/robots.txt": Page(404)})


async def _site_search(asked: Asked, write: Write) -> None:
    if asked.target == "/robots.txt":
        await write(b"HTTP/1.1 404 X\r\nContent-Length: 0\r\n\r\n")
    elif asked.target.startswith("/search"):
        words = asked.target.partition("q=")[2].replace("+", " ")
        body = html(f"Search: {words}", f"<h1>Search</h1><p>Nothing was found for {words}. Try again.</p>").encode()
        await write(b"HTTP/1.1 200 X\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
    else:
        name = asked.target.rpartition("/")[2].removesuffix(".html").replace("-", "+").encode()
        await write(b"HTTP/1.1 302 X\r\nLocation: /search?q=%s\r\nContent-Length: 0\r\n\r\n" % name)


_search: Script = _site_search
TABLE.soft("to the site's search", {"*": _search, "/robots.txt": _search})
TABLE.soft(
    "a parked domain after a redirect",
    {"*": to("%OTHER%/lander?d=valley"), "/robots.txt": Page(404)},
    K.PARKED,
    K.REDIRECTED_HOME,
    elsewhere={
        "*": Page(body="<title>valley.example</title><h1>This domain is for sale</h1><p>Buy this domain.</p>"),
        "/robots.txt": Page(404),
    },
)

TABLE.hard("loop of one", {ASKED: to(ASKED)}, K.REDIRECT_BROKEN, hops=1)
TABLE.hard("loop of two", {ASKED: to("/b"), "/b": to(ASKED)}, K.REDIRECT_BROKEN, hops=2)
TABLE.hard("loop of three", {ASKED: to("/b"), "/b": to("/c"), "/c": to("/b")}, K.REDIRECT_BROKEN, hops=3)
TABLE.hard(
    "loop between two hosts", {ASKED: to("%OTHER%/b")}, K.REDIRECT_BROKEN, elsewhere={"/b": to("%OTHER%" + ASKED)}
)
TABLE.hard("loop that sets the same cookie", {ASKED: to(ASKED, Set_Cookie="a=1")}, K.REDIRECT_BROKEN, hops=2)
TABLE.hard(
    "eleven hops", {ASKED: to("/1"), **{f"/{n}": to(f"/{n + 1}") for n in range(1, 30)}}, K.REDIRECT_BROKEN, hops=11
)
TABLE.hard("301 without a Location", Page(301, "<h1>Moved</h1>"), K.REDIRECT_BROKEN)
TABLE.hard("302 with an empty Location", to("", 302), K.REDIRECT_BROKEN)
TABLE.hard("to a 404", {ASKED: to("/gone")}, K.REDIRECT_BROKEN, hops=2, status=404)
TABLE.hard("to a 410", {ASKED: to("/gone"), "/gone": Page(410)}, K.REDIRECT_BROKEN)
TABLE.hard("slash added, then 404", {ASKED: to(ASKED + "/")}, K.NOT_FOUND, K.REDIRECT_BROKEN)
TABLE.hard("meta refresh to a 404", {ASKED: _refresh("0;url=/gone")}, K.REDIRECT_BROKEN)

_ELSEWHERE = {
    "mailto:": "mailto:a@valley.example",
    "file:": "file:///etc/passwd",
    "javascript:": "javascript:alert(1)",
    "a bad address": "http://[bad",
    "port 25": "http://127.0.0.1:25/",
    "an app": "intent://valley#Intent;end",
}
for name, place in _ELSEWHERE.items():
    TABLE.untold(f"to {name}", {ASKED: to(place)}, K.SKIPPED, K.UNSURE, K.REDIRECT_BROKEN)
TABLE.untold(
    "to a host that refuses us", {ASKED: to("%OTHER%/red")}, K.BLOCKED, elsewhere={"*": Page(403, "<h1>No</h1>")}
)
TABLE.untold("to a page in trouble", {ASKED: to("/b"), "/b": Page(500)}, K.SERVER_ERROR)
TABLE.untold(
    "everything to a consent gate",
    {
        "*": to("/consent?back=%2Fguides%2Fred-shoes.html"),
        "/robots.txt": Page(404),
        "/consent?back=%2Fguides%2Fred-shoes.html": OTHER_PAGE,
    },
    K.UNSURE,
    K.REDIRECTED,
)
