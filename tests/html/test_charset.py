"""Which encoding a page is read in."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkreclaim.html import decode_html

GERMAN = "Die Übung fällt heute aus, schöne Grüße!"
RUSSIAN = "Страница не найдена. Вернитесь на главную страницу сайта, пожалуйста. " * 4
JAPANESE = "お探しのページは見つかりませんでした。トップページへお戻りください。" * 4


@pytest.mark.parametrize(
    ("label", "codec", "text"),
    [
        ("utf-8", "utf-8", GERMAN),
        ("UTF8", "utf-8", GERMAN),
        ("unicode-1-1-utf-8", "utf-8", GERMAN),
        ("iso-8859-1", "cp1252", "“Übung” – 5 €"),
        ("latin1", "cp1252", "“Übung” – 5 €"),
        ("us-ascii", "cp1252", "5 €"),
        ("x-cp1252", "cp1252", "5 €"),
        ("iso-8859-9", "cp1254", "ğışİ €"),
        ("iso-8859-15", "iso8859-15", "5 €"),
        ("ISO-8859-2", "iso8859-2", "žluťoučký"),
        ("windows-1251", "cp1251", RUSSIAN),
        ("koi8-r", "koi8-r", RUSSIAN),
        ("koi", "koi8-r", RUSSIAN),
        ("ibm866", "cp866", RUSSIAN),
        ("shift_jis", "cp932", "①髙" + JAPANESE),
        ("x-sjis", "cp932", JAPANESE),
        ("euc-jp", "euc_jp", JAPANESE),
        ("iso-2022-jp", "iso2022_jp", JAPANESE),
        ("gb2312", "gb18030", "朱镕基"),
        ("x-gbk", "gb18030", "页面不存在"),
        ("big5", "big5hkscs", "找不到頁面"),
        ("x-x-big5", "big5hkscs", "找不到頁面"),
        ("euc-kr", "cp949", "똠방각하"),
        ("ks_c_5601-1987", "cp949", "페이지"),
        ("tis-620", "cp874", "ไม่พบหน้า"),
        ("macintosh", "mac-roman", GERMAN),
        ("utf-16le", "utf-16-le", GERMAN),
        ("utf-16be", "utf-16-be", GERMAN),
    ],
)
def test_labels_of_the_header(label: str, codec: str, text: str) -> None:
    assert decode_html(text.encode(codec), f'Text/HTML; Charset="{label}"') == text


@pytest.mark.parametrize(
    "declaration",
    [
        "<meta charset=windows-1251>",
        "<META CHARSET = 'Windows-1251' >",
        '<meta http-equiv="Content-Type" content="text/html; charset=windows-1251">',
        "<meta content='text/html;charset=windows-1251' http-equiv=content-type>",
        "<?xml version='1.0' encoding='windows-1251'?><html>",
        "<!-- <meta charset=utf-8> --><meta charset=windows-1251>",
        "<?xml version='1.0' encoding='utf-16'?><meta charset=windows-1251>",
        "<head>" + "<link rel=x>" * 300 + "<meta charset=windows-1251></head><body>",
    ],
)
def test_declarations_in_the_page(declaration: str) -> None:
    page = f"{declaration}<p>{RUSSIAN}"
    assert decode_html(page.encode("cp1251"), "text/html") == page


def test_who_is_believed() -> None:
    page = "<meta charset=windows-1251><p>é"
    assert decode_html(b"\xef\xbb\xbf" + page.encode(), "text/html; charset=koi8-r") == page  # the mark before all
    assert decode_html(page.encode("cp1252"), "text/html; charset=iso-8859-1") == page  # the header before the page
    assert decode_html(page.encode("cp1251", "replace"), "text/html; charset=no-such") == page.replace("é", "?")
    assert decode_html("<meta charset=utf-16><p>é".encode(), "") == "<meta charset=utf-16><p>é"


@pytest.mark.parametrize(
    "label", ["zlib", "base64", "rot13", "utf-7", "unicode_escape", "idna", "undefined", "../x", ""]
)
def test_labels_that_no_browser_takes(label: str) -> None:
    assert decode_html(GERMAN.encode(), f"text/html; charset={label}") == GERMAN


def test_undeclared() -> None:
    assert decode_html(GERMAN.encode(), "") == GERMAN
    assert decode_html(GERMAN.encode("cp1252"), "") == GERMAN
    assert decode_html(RUSSIAN.encode("cp1251"), "text/html") == RUSSIAN
    assert decode_html(JAPANESE.encode("shift_jis"), "text/html") == JAPANESE


def test_wrongly_declared_as_utf8() -> None:
    assert decode_html(GERMAN.encode("cp1252"), "text/html; charset=utf-8") == GERMAN


def test_damaged_utf8_stays_utf8() -> None:
    page = GERMAN * 20
    assert decode_html(page.encode() + b"\xc3", "text/html; charset=utf-8") == page + "\ufffd"
    assert decode_html(page.encode()[:-1] + b"\xff!", "") == page[:-1] + "\ufffd!"


@given(st.binary(max_size=3_000), st.text(max_size=60))
@settings(max_examples=300, deadline=None)
def test_any_bytes_and_header_give_text(body: bytes, header: str) -> None:
    for content_type in (header, "text/html; charset=" + header, ""):
        decode_html(body, content_type).encode()
