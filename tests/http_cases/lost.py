"""Pages that are gone although the server answers 200: soft 404s of every kind, parked domains, app shells."""

# ruff: noqa: E501
from tests.http_cases.case import ASKED, K, Page, Script, Table, Write
from tests.http_cases.pages import (
    ARTICLE,
    ARTICLE_HTML,
    ARTICLE_PAGE,
    HARD_404,
    HOME,
    LOST,
    OTHER_HTML,
    OTHER_PAGE,
    everywhere,
    html,
    to,
)
from tests.net.loopback import Asked

TABLE = Table()

_LANGUAGES = {
    "en": ("Page not found", "Sorry, the page you are looking for does not exist."),
    "de": ("Seite nicht gefunden", "Die von Ihnen gesuchte Seite existiert leider nicht mehr."),
    "fr": ("Page introuvable", "Désolé, la page que vous cherchez n'existe pas ou plus."),
    "es": ("Página no encontrada", "Lo sentimos, la página que busca no existe."),
    "it": ("Pagina non trovata", "Spiacenti, la pagina richiesta non esiste più."),
    "pt": ("Página não encontrada", "Desculpe, a página que você procura não existe."),
    "nl": ("Pagina niet gevonden", "De pagina die u zoekt bestaat niet meer."),
    "pl": ("Nie znaleziono strony", "Przepraszamy, strona, której szukasz, nie istnieje."),
    "ru": ("Страница не найдена", "К сожалению, запрашиваемая страница не существует."),
    "tr": ("Sayfa bulunamadı", "Aradığınız sayfa bulunamadı."),
    "sv": ("Sidan hittades inte", "Sidan du söker finns inte längre."),
    "cs": ("Stránka nenalezena", "Požadovaná stránka neexistuje."),
    "ja": ("ページが見つかりません", "お探しのページは見つかりませんでした。"),
    "zh": ("页面未找到", "抱歉，您访问的页面不存在。"),
    "ko": ("페이지를 찾을 수 없습니다", "요청하신 페이지를 찾을 수 없습니다."),
    "ar": ("الصفحة غير موجودة", "عذرا، الصفحة التي تبحث عنها غير موجودة."),
    "he": ("הדף לא נמצא", "הדף שחיפשת אינו קיים."),
}
for language, (title, words) in _LANGUAGES.items():
    lost = html(title, f"<h1>{title}</h1><p>{words}</p>", lang=language)
    TABLE.soft(f"not found in {language}", everywhere(Page(body=lost)))
    TABLE.live(f"a real page beside a not-found page in {language}", {ASKED: ARTICLE_PAGE, "*": Page(body=lost)})

_BIG_MENU = "<nav>" + "".join(f"<a href='/c/{n}'>Category {n} of many shoes</a> " for n in range(300)) + "</nav>"
_TEASERS = "<h2>Popular now</h2>" + "".join(
    f"<p><a href='/p/{n}'>Pair {n}: soft leather, two colours</a></p>" for n in range(30)
)
TABLE.soft(
    "not found in the chrome of a big site",
    {
        "*": Page(body=html("Not found", "<h1>Not found</h1>", menu=_BIG_MENU)),
        "/": Page(body=html("Shoes", "<h1>Welcome</h1>" + ARTICLE, menu=_BIG_MENU)),
    },
)
TABLE.soft(
    "not found above popular products",
    everywhere(Page(body=html("Oops!", "<h1>Oops!</h1><p>We can't find that page.</p>" + _TEASERS))),
)
TABLE.soft(
    "not found with a search form",
    everywhere(
        Page(
            body=html(
                "Nothing here",
                "<h1>Nothing here</h1><p>Try a search.</p><form><input name=q><button>Search</button></form>",
            )
        )
    ),
)
TABLE.soft("only the number 404", everywhere(Page(body="<title>404</title><h1>404</h1>")))
TABLE.soft("no title, one line", everywhere(Page(body="<p>The requested URL was not found on this server.</p>")))
TABLE.soft("nothing but the site's frame", everywhere(Page(body=html("Valley Shoes", ""))), K.SOFT_404, K.UNSURE)
TABLE.soft("everything gets the home page", everywhere(HOME))
TABLE.soft("everything gets one article", everywhere(OTHER_PAGE))
TABLE.soft("everything gets one listing", everywhere(Page(body=html("All shoes", "<h1>All shoes</h1>" + _TEASERS))))
TABLE.soft("the host was taken over by another site", {"*": OTHER_PAGE, "/": OTHER_PAGE})
TABLE.soft("not found even at home", {"*": LOST, "/": LOST}, asked="/")
TABLE.soft(
    "a folder's listing without entries",
    everywhere(Page(body=html("0 results", "<h1>0 results</h1><p>There are no products in this category.</p>"))),
)


def _echoing(template: str) -> Script:
    async def answer(asked: Asked, write: Write) -> None:
        if asked.target == "/robots.txt":
            await write(b"HTTP/1.1 404 X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            return
        name = asked.target.rpartition("/")[2]
        words = name.partition(".")[0].replace("-", " ")
        text = template.replace("{target}", asked.target).replace("{name}", name).replace("{words}", words)
        text = text.replace("{number}", str(sum(asked.target.encode())))
        body = text.encode()
        head = f"HTTP/1.1 200 X\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        await write(head.encode() + body)

    return answer


_ECHOES = {
    "the address": html("Not found", "<h1>Not found</h1><p>The page {target} was not found.</p>"),
    "the address in its title": html("{name} not found", "<h1>Sorry</h1><p>There is no {name} here.</p>"),
    "the words of the address": html(
        "{words}", "<h1>{words}</h1><p>We have no page about {words}. Look at our shoes.</p>"
    ),
    "the words, as a site search": html(
        "Search results for {words}", "<h1>Results for {words}</h1><p>Nothing matches {words}.</p>"
    ),
    "a number of the error": html("Error", "<h1>Page not found</h1><p>Error reference {number}-{number}.</p>"),
    "the address in a comment form": html(
        "Shoes", "<h1>Our shoes</h1>" + ARTICLE + "<form action='{target}'>Back to {target}</form>"
    ),
}
for name, template in _ECHOES.items():
    TABLE.soft(f"every address gets the same page, which repeats {name}", everywhere(_echoing(template)))

_ITEMS = {
    "product no longer available": (
        "Red shoes",
        "<h1>Product unavailable</h1><p>This product is no longer available.</p>",
    ),
    "job expired": ("Cobbler wanted", "<h1>This job has expired</h1><p>This job is no longer available.</p>"),
    "article removed": ("Removed", "<h1>This article has been removed</h1><p>It is no longer available.</p>"),
    "user left": ("Profile", "<h1>User not found</h1><p>This user does not exist.</p>"),
}
for name, (title, body) in _ITEMS.items():
    item = Page(body=html(title, body))
    TABLE.soft(f"{name}, for every address", everywhere(item))
    TABLE.untold(f"{name}, at its own address", {ASKED: item}, K.UNSURE, K.ALIVE, K.SOFT_404)

_MISSING_JSON = Page(body='{"error": "not found", "status": 404}', kind="application/json")
TABLE.soft("JSON that says not found", everywhere(_MISSING_JSON), K.SOFT_404, K.UNSURE, asked="/api/shoes/17")

_PARKED = {
    "for sale": "<title>valley.example</title><h1>valley.example is for sale</h1><p>Buy this domain. Make an offer.</p>",
    "this domain may be for sale": "<title>valley.example</title><p>The domain valley.example may be for sale by its owner!</p>",
    "parked": "<title>valley.example</title><p>This domain is parked free, courtesy of the registrar.</p>",
    "expired": "<title>Domain expired</title><h1>This domain has expired</h1><p>Is this your domain? Renew it now.</p>",
    "nginx": "<title>Welcome to nginx!</title><h1>Welcome to nginx!</h1><p>If you see this page, the nginx web server is successfully installed and working. Further configuration is required.</p>",
    "Apache": "<title>Apache2 Debian Default Page: It works</title><h1>It works!</h1><p>This is the default welcome page used to test the correct operation of the Apache2 server after installation on Debian systems.</p>",
}  # fmt: skip
for name, body in _PARKED.items():
    parked = Page(body=body)
    TABLE.soft(f"parked: {name}", {"*": parked, "/": parked}, K.PARKED, K.SOFT_404)
TABLE.soft(
    "parked: the home page",
    {"/": Page(body=_PARKED["for sale"]), "*": Page(body=_PARKED["for sale"])},
    K.PARKED,
    asked="/",
)

_SHELL = Page(body="<title>App</title><div id=root></div><script src=/app.js></script>")
TABLE.untold("an app shell for every address", {"*": _SHELL, "/": _SHELL}, K.UNSURE, unprobed=frozenset({K.ALIVE}))
TABLE.live("an app shell at its own address", {ASKED: _SHELL}, K.ALIVE)

TABLE.soft(
    "a query for every value of which nothing is found",
    everywhere(_echoing(html("Shop", "<h1>Product not found</h1><p>There is no such product.</p>"))),
    asked="/product.php?id=4711",
)
_NO_PRODUCT = Page(body=html("Shop", "<h1>Product not found</h1><p>There is no such product.</p>"))


async def _by_number(asked: Asked, write: Write) -> None:
    found = asked.target.startswith("/product.php")
    body = (_NO_PRODUCT.body if asked.target != "/product.php?id=17" else ARTICLE_HTML) if found else OTHER_HTML
    assert isinstance(body, str)
    status = b"200" if found else b"404"
    await write(b"HTTP/1.1 %s X\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n%s" % (status, body.encode()))


TABLE.soft("the number in the query is unknown", {"*": _by_number}, asked="/product.php?id=4711")
TABLE.live("the number in the query is known", {"*": _by_number}, asked="/product.php?id=17")


def _script(path: str, page: Page) -> Script:
    """Every query of one path gets the page; every other path is a 404."""

    async def answer(asked: Asked, write: Write) -> None:
        found = asked.target.partition("?")[0] == path
        body = page.body if found else HARD_404.body
        assert isinstance(body, str)
        head = b"HTTP/1.1 200 X\r\n" if found else b"HTTP/1.1 404 X\r\n"
        await write(head + b"Content-Type: text/html\r\nConnection: close\r\n\r\n" + body.encode())

    return answer


TABLE.soft(
    "an unknown number gets the home page",
    {"*": _script("/index.php", HOME)},
    K.SOFT_404,
    K.UNSURE,
    asked="/index.php?id=77",
)
TABLE.soft(
    "a word in the query gets the home page",
    {"*": _script("/index.php", HOME)},
    K.SOFT_404,
    K.UNSURE,
    asked="/index.php?page=about",
)
TABLE.soft("a catch-all, asked with a query", everywhere(OTHER_PAGE), asked=ASKED + "?n=3")
TABLE.soft(
    "a query that is sent to the shop, whatever it says",
    {"/product.php?id=1": to("/shop/"), "/shop/": OTHER_PAGE, "GET *": to("/shop/")},
    asked="/product.php?id=4711",
)
