"""What stands before the pages of a site whose home page is spared: refusals, outages and gates of many languages.

And what they must not be taken for: items that are gone, catch-all pages in the frame of their site.
"""

# ruff: noqa: E501
from tests.http_cases.case import ASKED, UNPROBED, K, Page, Table, Write
from tests.http_cases.pages import HARD_404, HOME, HOME_HTML, OTHER_PAGE, html, to
from tests.net.loopback import Asked

TABLE = Table()


def _bare(title: str, body: str) -> str:
    return f"<!doctype html><html><head><meta charset=utf-8><title>{title}</title></head><body>{body}</body></html>"


_BARE = {
    "unusual traffic": ("Sorry...", "<h1>We're sorry...</h1><p>Your network may be sending too many queries. To protect our readers we cannot answer you now.</p>"),
    "unusual traffic in German": ("Ungewöhnlicher Datenverkehr", "<p>Aus Ihrem Netzwerk kommen ungewöhnlich viele Anfragen. Bitte tippen Sie die Zeichen ab.</p>"),
    "a country in Spanish": ("Restricción geográfica", "<p>Lo sentimos, este sitio web no está disponible en su ubicación.</p>"),
    "a country in Korean": ("접근 제한", "<h1>해외 접속 차단 안내</h1><p>보안 정책에 따라 해외 IP에서의 접속이 차단되었습니다.</p>"),
    "too fast": ("Slow down", "<h1>Whoa there!</h1><p>You turn our pages faster than we can print them. Wait a little.</p>"),
    "a waiting room": ("Queue", "<h1>You are now in line</h1><p>It is your turn in about 4 minutes.</p>"),
    "an old browser": ("Hmm", "<h1>Time for a new browser</h1><p>Please use a recent Firefox, Chrome, Safari or Edge.</p>"),
    "a hotel's network": ("WiFi gratis", "<h1>Bienvenido a la red</h1><p>Para navegar, pulse conectar.</p>"),
    "unpaid": ("Store", "<h1>This store sleeps</h1><p>Its owner has to choose a plan to open it again.</p>"),
    "switched off in Turkish": ("Hesap", "<h1>Bu hesap askıya alınmıştır</h1><p>Lütfen hosting firmanız ile iletişime geçiniz.</p>"),
    "a parse error": ("", "<b>Parse error</b>: syntax error, unexpected '}' in <b>/home/valley/www/config.php</b> on line <b>88</b>"),
    "a mishap in Thai": ("ข้อผิดพลาด", "<h1>เกิดข้อผิดพลาดบางอย่าง</h1><p>กรุณาลองใหม่อีกครั้งในภายหลัง</p>"),
    "a mishap in Ukrainian": ("Помилка", "<h1>Щось пішло не так</h1><p>Спробуйте оновити сторінку за кілька хвилин.</p>"),
    "works in Swahili": ("Matengenezo", "<h1>Tovuti iko kwenye matengenezo</h1><p>Tutarudi hivi karibuni.</p>"),
    "works in Hungarian, where the site is not available": ("Karbantartás", "<h1>Karbantartás alatt</h1><p>Oldalunk jelenleg karbantartás miatt nem elérhető. Kérjük, nézzen vissza később.</p>"),
    "a folder's listing": ("Index of /", "<h1>Index of /</h1><pre>cgi-bin/ 2024-05-02 10:00</pre>"),
}  # fmt: skip
for name, (title, body) in _BARE.items():
    TABLE.untold(
        f"before all but the home page: {name}",
        {"*": Page(body=_bare(title, body))},
        K.UNSURE,
        K.BLOCKED,
        unprobed=UNPROBED,
    )

_FRAMED = {
    "readers who pay": ("Keep reading", "<h1>Keep reading for one euro a week</h1><p>You have used your free articles of this month.</p>"),
    "members in Dutch": ("Alleen voor leden", "<h1>Alleen voor leden</h1><p>Deze pagina is alleen voor leden.</p>"),
    "an age in Polish": ("Weryfikacja", "<h1>Czy masz ukończone 18 lat?</h1><p>Tak, wchodzę. Nie, wychodzę.</p>"),
    "a choice of language": ("Choose", "<h1>Choose your language</h1><p>English Deutsch Français</p>"),
    "a private forum": ("Information", "<h1>Information</h1><p>You must be registered and logged in to view this forum.</p>"),
    "works in Hungarian": ("Karbantartás", "<h1>Karbantartás alatt</h1><p>Oldalunk jelenleg karbantartás miatt nem elérhető.</p>"),
}  # fmt: skip
for name, (title, body) in _FRAMED.items():
    page = Page(body=html(title, body))
    TABLE.untold(
        f"in the site's frame, before all but the home page: {name}",
        {"*": page},
        K.UNSURE,
        K.BLOCKED,
        unprobed=UNPROBED,
    )

_STOP = Page(body=_bare("Valley", "<h1>One moment</h1><p>Press the button to go on.</p>"))
_GATES = (
    *("/choose-language", "/select-region", "/age-check", "/cookies", "/blocked", "/403.html", "/error/500", "/geoblock.html"),
    *("/maintenance.html", "/wartung", "/coming-soon", "/suspended.page/", "/verify-human", "/nojs.html", "/a7f3"),
)  # fmt: skip
for path in _GATES:
    TABLE.untold(
        f"everything is sent to {path}", {"*": to(path, 302), "/": HOME, path: _STOP}, K.UNSURE, unprobed=UNPROBED
    )
_FORM = Page(body=html("Valley", "<h1>Välkommen</h1><form><input name=u><input type=password name=p></form>"))
for path in ("/iniciar-sesion", "/realms/valley/protocol/openid-connect/auth?client_id=a", "/valkommen"):
    site = {"*": to(path, 302), "/": HOME, path: _FORM}
    TABLE.untold(f"everything is sent to sign in at {path}", site, K.UNSURE, K.REDIRECTED)
TABLE.untold(
    "everything, the home page too, is sent to a page of works",
    {"/": to("/works/", 302), "*": to("/works/", 302), "/works/": _STOP, "/robots.txt": Page(404)},
    K.UNSURE,
    unprobed=UNPROBED,
)
TABLE.soft("everything is sent to a list", {"*": to("/sitemap", 302), "/": HOME, "/sitemap": OTHER_PAGE})

_GONE = {
    "Swedish": "Annonsen är inte längre aktiv",
    "Spanish": "Esta oferta de empleo ya no está disponible",
    "Italian": "Questo annuncio è scaduto",
    "Indonesian": "Lowongan ini sudah ditutup",
    "Japanese": "この商品は販売を終了しました",
    "Hungarian": "A termék már nem kapható",
    "Finnish": "Tuote on poistunut valikoimasta",
    "French": "Cette vidéo n'est plus disponible",
    "Russian": "Видео удалено",
    "Thai": "ประกาศนี้ถูกลบแล้ว",
    "Hebrew": "המודעה הוסרה",
    "Romanian": "Acest anunț nu mai este valabil",
    "English": "We're sorry, this app is no longer in the store",
}
for language, words in _GONE.items():
    page = Page(body=html("Valley", f"<h1>{words}</h1>"))
    TABLE.untold(f"an item that is gone, in {language}", {ASKED: page, "*": HARD_404}, K.UNSURE)
    TABLE.soft(f"an item that is gone, in {language}, as every address", {"*": page})

_SILENT = "<p>Shoes for everyone, by hand. Ask at the desk.</p>"
TABLE.soft("a catch-all in the frame of its site", {"*": Page(body=html("Valley", f"<h1>Desk</h1>{_SILENT}"))})
_JSON = b'{"error":"not found"}'
TABLE.soft("an error object for every address", {"*": Page(body=_JSON, kind="application/json")}, K.SOFT_404, K.UNSURE)
_SALES = {
    "French": "Ce nom de domaine a expiré",
    "Russian": "Срок регистрации домена истёк",
    "Turkish": "Bu alan adı satılıktır",
    "Vietnamese": "Tên miền này đang được rao bán",
    "Swedish": "Den här domänen är till salu",
}
for language, words in _SALES.items():
    sale = Page(body=_bare("valley.example", f"<h1>{words}</h1>"))
    TABLE.soft(f"a domain that is given up, in {language}", {"*": sale, "/": sale, "/robots.txt": Page(404)}, K.PARKED)
TABLE.soft(
    "everything is sent to a broker",
    {"*": to("%OTHER%/lander", 302), "/": to("%OTHER%/lander", 302), "/robots.txt": Page(404)},
    K.PARKED,
    elsewhere={"/lander": Page(body=_bare("Buy valley.example", "<h1>valley.example is for sale</h1>"))},
)


async def _home_for_all(asked: Asked, write: Write) -> None:
    """The home page for every address, with something else on it each time."""
    status = 404 if asked.target == "/robots.txt" else 200
    turn = sum(map(ord, asked.target)) % 97
    body = HOME_HTML.replace("</main>", f"<p>Visitor {turn}</p></main>").encode()
    head = f"HTTP/1.1 {status} X\r\nContent-Type: text/html\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    await write(head.encode() + body)


TABLE.soft(
    "the home page for every address, counting", {"*": _home_for_all, "/": _home_for_all, "/robots.txt": _home_for_all}
)
