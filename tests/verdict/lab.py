"""Answers and pages as a site would give them, for the tests of this room."""

from linkreclaim.html import page_facts
from linkreclaim.model.sites import Site
from linkreclaim.model.verdicts import Answer, FailureKind, Hop, PageFacts
from linkreclaim.urls import Url, parse
from linkreclaim.verdict import Context

SITE = Site(host="example.com", old_hosts=("old-example.org",))
TOKEN = "qzvkwxjypbmgtr"
ASKED = "https://example.com/guides/red-shoes.html"
SIBLING = "https://example.com/guides/qzv-kwxjy.html"
HOME = "https://example.com/"
MENU = "<nav>" + "".join(f"<a href='/{n}'>Menu entry number {n}</a> " for n in "abcdefgh") + "</nav>"
ARTICLE = (
    "Red shoes were first made in the valley in 1803 by a family of six. The leather came from the next village, and "
    "the dye was made of madder root, dried in the sun for two summers and ground by hand before it was cooked. "
    "Today three workshops remain, and each of them sells no more than forty pairs a year to people who come in person."
)


def page(title: str, body: str, *, menu: str = MENU, head: str = "") -> PageFacts:
    """The facts of a whole page, read the way the program reads them."""
    html = (
        f"<!doctype html><html><head><title>{title}</title>{head}</head><body>{menu}<main>{body}</main></body></html>"
    )
    return page_facts(html.encode(), "text/html; charset=utf-8", url(ASKED))


def url(text: str) -> Url:
    """A parsed URL that must be one."""
    parsed = parse(text)
    assert parsed is not None
    return parsed


def answer(
    asked: str, *chain: tuple[int, str], facts: PageFacts | None = None, headers: tuple[tuple[str, str], ...] = ()
) -> Answer:
    """An answer with a chain of (status, URL); one hop on the asked URL where only a status is given."""
    return Answer(asked, tuple(Hop(at, status) for status, at in chain), page=facts, headers=headers)


def ok(asked: str, facts: PageFacts | None) -> Answer:
    """A plain 200."""
    return answer(asked, (200, asked), facts=facts)


def status(code: int, asked: str = ASKED, facts: PageFacts | None = None) -> Answer:
    """One answer with a status."""
    return answer(asked, (code, asked), facts=facts)


def sent_to(target: str, asked: str = ASKED, facts: PageFacts | None = None, code: int = 301) -> Answer:
    """One redirect that ends in a 200."""
    return answer(asked, (code, asked), (200, target), facts=facts)


def failed(kind: FailureKind, asked: str = ASKED) -> Answer:
    """No answer at all."""
    return Answer(asked, (), failure=kind)


def around(sibling: Answer | None = None, home: PageFacts | None = None, host_resolves: bool | None = None) -> Context:
    """The context of a URL of the site."""
    return Context(SITE, sibling, ok(HOME, home) if home else None, host_resolves)


HOME_PAGE = page(
    "Example shoes", "<h1>Welcome</h1><p>Shoes for everyone, made by hand in the valley since long ago.</p>"
)
ARTICLE_PAGE = page("Red shoes - Example", f"<h1>Red shoes</h1><p>{ARTICLE}</p>")
LOST_PAGE = page(
    "Page not found - Example", "<h1>Page not found</h1><p>Sorry, we could not find the page you asked for.</p>"
)
