"""A glance at the bytes of a page is enough for most live pages, and never for one that says what it is not."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.verdict.lab import ARTICLE, ASKED, MENU, url

from linkreclaim.html import page_facts
from linkreclaim.model.verdicts import Answer, Glance, Hop
from linkreclaim.verdict import Context, glance_at, judge, may_be_wall, wants_page
from linkreclaim.verdict.reading import read_page_class

AT = url(ASKED)
UTF_8 = "text/html; charset=utf-8"
LONG = "".join(f"<p>{ARTICLE} Chapter {number} of the story ends here.</p>" for number in range(6))

NEVER_QUICK = {
    "English": "Page not found",
    "German": "Seite nicht gefunden",
    "French": "Cette page n'existe pas",
    "Spanish": "Página no encontrada",
    "Portuguese": "Página não encontrada",
    "Italian": "Pagina non trovata",
    "Dutch": "Pagina niet gevonden",
    "Polish": "Nie znaleziono strony",
    "Russian": "Страница не найдена",
    "Ukrainian": "Сторінку не знайдено",
    "Turkish": "Sayfa bulunamadı",
    "Chinese": "页面不存在",
    "Japanese": "ページが見つかりません",
    "Korean": "페이지를 찾을 수 없습니다",
    "Arabic": "الصفحة غير موجودة",
    "Hebrew": "הדף לא נמצא",
    "a code": "Error 404",
    "a refusal": "Access denied",
    "a wall": "Just a moment...",
    "maintenance": "We are down for maintenance",
    "a domain for sale": "This domain is for sale",
}


def html(title: str, body: str, head: str = "") -> bytes:
    return f"<!DOCTYPE html><html><head><TITLE>{title}</TITLE>{head}</head><body>{MENU}{body}</body></html>".encode()


@pytest.mark.parametrize("message", NEVER_QUICK.values(), ids=NEVER_QUICK.keys())
def test_never_enough_where_the_page_says_what_it_is_not(message: str) -> None:
    in_title = html(message, f"<h1>Shoes</h1>{LONG}")
    in_heading = html("Shoes", f"<div><H2 class=x><span>{message.upper()}</span></H2>{LONG}</div>")
    in_text = html("Shoes", f"<p>{ARTICLE[:150]}</p><div>{message.replace(' ', chr(10) + '  ')}</div>")
    as_entities = html("Shoes", f"<h1>{''.join(f'&#{ord(letter)};' for letter in message)}</h1>{LONG}")
    after_a_sign = html("1 < 2", f"<h1>3 <4 {message}</h1>{LONG}")
    for body in (in_title, in_heading, in_text, as_entities, after_a_sign):
        assert glance_at(body, UTF_8, AT) is None


@pytest.mark.parametrize("title", ["Welcome to nginx!", "Not found"])
def test_whole_titles_and_headings_are_compared_as_such(title: str) -> None:
    assert glance_at(html(title, f"<h1>Shoes</h1>{LONG}"), UTF_8, AT) is None
    assert glance_at(html("Shoes", f"<h1>{title}</h1>{LONG}"), UTF_8, AT) is None


@pytest.mark.parametrize(
    ("codec", "message"), [("cp1251", "Страница не найдена"), ("iso8859-1", "Página no encontrada")]
)
def test_older_encodings_are_read_as_what_they_are(codec: str, message: str) -> None:
    body = html(message, LONG).decode().encode(codec)
    assert glance_at(body, f"text/html; charset={codec}", AT) is None
    assert glance_at(html("Shoes", LONG).decode().encode(codec), f"text/html; charset={codec}", AT) is not None


@pytest.mark.parametrize(
    "body",
    [
        html("Shoes", LONG, "<meta http-equiv='Refresh' content='0; url=/elsewhere'>"),
        html("Schuhe", LONG).decode().encode("utf-16"),
        html("靴", LONG).decode().encode("shift_jis").replace(b"<head>", b"<head><meta charset=shift_jis>"),
        b"<p>Hello</p>",
        b"<title>Shop</title><div id=root></div><script src=/app.js></script>",
        html("Shoes", f"{LONG}").replace(b"</TITLE>", b""),
        html("Shoes \xff".encode("latin-1").decode("latin-1"), LONG).replace("ÿ".encode(), b"\xff"),
        b"<title>",
        b"",
    ],
    ids=["refresh", "utf-16", "shift_jis", "tiny", "shell", "open title", "broken utf-8", "cut", "nothing"],
)
def test_what_bytes_do_not_show_is_read_in_full(body: bytes) -> None:
    assert glance_at(body, "text/html", AT) is None


def test_enough_for_a_long_page_and_for_a_short_one_that_says_nothing() -> None:
    talks_of_404s = html("Shoes", f"<h1>Red shoes</h1>{LONG}<p>Some links end in a page not found.</p>")
    short = html("Shoes", f"<h1>Red shoes</h1><p>{ARTICLE}</p><script>var text = 'page not found'</script>")
    assert glance_at(talks_of_404s, UTF_8, AT) == Glance()
    assert glance_at(short, UTF_8, AT) == Glance()


def test_what_a_page_declares_is_seen_as_in_a_full_reading() -> None:
    head = '<base href="/de/"><LINK href="a&amp;b.html" rel="Canonical"><meta name="robots" content="NOINDEX, follow">'
    body = html("Shoes", LONG, head)
    facts = page_facts(body, UTF_8, AT)
    assert glance_at(body, UTF_8, AT) == Glance(facts.canonical, facts.noindex)
    assert facts.canonical.endswith("/de/a&b.html")
    assert facts.noindex


def test_the_verdict_is_that_of_a_full_reading() -> None:
    body = html("Shoes", f"<h1>Red shoes</h1>{LONG}")
    gone = Answer(ASKED + "x", (Hop(ASKED + "x", 404),))
    hops = (Hop(ASKED, 200),)
    glanced = Answer(ASKED, hops, content_type=UTF_8, glance=glance_at(body, UTF_8, AT))
    read = Answer(ASKED, hops, content_type=UTF_8, page=page_facts(body, UTF_8, AT))
    for context in (Context(sibling=gone), Context()):
        one, other = judge(glanced, context), judge(read, context)
        assert (one.kind, one.reason, one.verdict_confidence_0_1) == (
            other.kind,
            other.reason,
            other.verdict_confidence_0_1,
        )
        assert not wants_page(context)
    assert wants_page(Context(sibling=Answer(ASKED + "x", (Hop(ASKED + "x", 200),), page=read.page)))


def test_words_of_a_wall_ask_for_a_full_reading_of_a_refusal() -> None:
    assert may_be_wall(html("x", "<p>Please enable JS and disable any ad blocker</p>"), UTF_8, AT)
    assert not may_be_wall(html("Not found", "<h1>404</h1><p>Nothing is here.</p>"), UTF_8, AT)


PIECES = ("<h1>", "</h1>", "<p>", "</p>", "<script>", "</script>", "<!--", "-->", "<title>", "</title>", "<h2 hidden>")
SAID = (*NEVER_QUICK.values(), ARTICLE[:90], ARTICLE, "&nbsp;", "<", "\ufffd", "<meta name=robots content=none>")


@given(st.lists(st.sampled_from((*PIECES, *SAID)), max_size=30))
@settings(max_examples=150, deadline=None)
def test_a_glance_never_passes_what_a_full_reading_calls_dead_or_refused(parts: list[str]) -> None:
    body = " ".join(("<title>Shoes</title>", *parts)).encode()
    if glance_at(body, UTF_8, AT) is not None:
        assert read_page_class(page_facts(body, UTF_8, AT)).page_class in {"ok", "empty", "login"}


@given(st.binary(max_size=300))
@settings(max_examples=100, deadline=None)
def test_no_bytes_are_too_odd(noise: bytes) -> None:
    glance_at(b"<title>x</title><h1" + noise + b"<link rel=canonical href=" + noise, "text/html", AT)
