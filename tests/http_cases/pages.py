"""Pages of a made-up site, for all tables: chrome, articles, and what a site answers unless a case says otherwise."""

from tests.http_cases.case import Page, Reply, Site

_WORDS = ("boots", "sandals", "slippers", "laces", "polish", "repairs", "history", "workshops", "visits", "contact")
MENU = "<nav>" + "".join(f"<a href='/{word}/'>{word.title()} for everyone</a> " for word in _WORDS) + "</nav>"
FOOTER = "<footer><p>Valley Shoes, 3 Mill Lane. Imprint, privacy, terms of sale.</p></footer>"
ARTICLE = (
    "<p>Red shoes were first made in the valley in 1803 by a family of six. The leather came from the next village, "
    "and the dye was made of madder root, dried in the sun for two summers and ground by hand before it was cooked.</p>"
    "<p>Today three workshops remain, and each of them sells no more than forty pairs a year to people who come in "
    "person. Orders by letter are answered in winter, when the road is closed and there is time to write.</p>"
)
OTHER_ARTICLE = (
    "<p>Every sole is cut from one piece. The knife is ground on Mondays; by Friday it is blunt, which is why thin "
    "slippers are made at the beginning of the week and mountain boots at its end.</p>"
)


def html(title: str, body: str, *, head: str = "", menu: str = MENU, lang: str = "en") -> str:
    """A whole page with the site's chrome."""
    return (
        f"<!doctype html><html lang={lang}><head><meta charset=utf-8><title>{title}</title>{head}</head>"
        f"<body>{menu}<main>{body}</main>{FOOTER}</body></html>"
    )


HOME_HTML = html("Valley Shoes", "<h1>Welcome to Valley Shoes</h1><p>Shoes for everyone, made by hand since 1803.</p>")
ARTICLE_HTML = html("Red shoes - Valley Shoes", f"<h1>Red shoes</h1>{ARTICLE}")
OTHER_HTML = html("How soles are cut - Valley Shoes", f"<h1>How soles are cut</h1>{OTHER_ARTICLE}")
LOST_HTML = html("Page not found - Valley Shoes", "<h1>Page not found</h1><p>Sorry, this page does not exist.</p>")

HOME = Page(body=HOME_HTML)
ARTICLE_PAGE = Page(body=ARTICLE_HTML)
OTHER_PAGE = Page(body=OTHER_HTML)
LOST = Page(body=LOST_HTML)
HARD_404 = Page(404, LOST_HTML)

DEFAULTS: Site = {"/": HOME, "/robots.txt": Page(404, kind="text/plain"), "*": HARD_404}


def to(location: str, status: int = 301, **headers: str) -> Page:
    """A redirect; `Set_Cookie="a=1"` becomes a header field."""
    fields = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Page(status, "", (("Location", location), *fields))


def everywhere(reply: Reply) -> Site:
    """A site that answers every address but its home page in the same way."""
    return {"*": reply}
