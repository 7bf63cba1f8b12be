"""Single cells: every spelling of a number, a flag, a date; and nothing guessed."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkreclaim.model.links import Claim, Place, Rel
from linkreclaim.sources.cells import (
    read_bare_url,
    read_count,
    read_flag,
    read_lost,
    read_place,
    read_rel,
    read_score,
    read_status,
    read_url,
)
from linkreclaim.sources.dates import find_day_first, looks_like_date, read_date
from linkreclaim.sources.memo import MEMO_ENTRIES, Memo
from linkreclaim.sources.tools.visits import as_visit


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("1234", 1234), ("1,234", 1234), ("1.234", 1234), ("1 234", 1234), ("1\u00a0234\u00a0567", 1234567),
        ("1'234", 1234), ("12.0", 12), ("342,00", 342), (" 7 ", 7), ("0", 0), ("", None), ("1,23", None), ("4.5", None),
        ("1.234,5", None), ("-3", None), ("1e5", None), ("٣", None), ("9" * 5000, None), ("1,234.567", None),
    ],
)  # fmt: skip
def test_counts(text: str, count: int | None) -> None:
    assert read_count(text) == count


@pytest.mark.parametrize(
    ("text", "score"),
    [("4.5", 4.5), ("0,033", 0.033), ("72", 72.0), ("100", 100.0), ("101", None), ("", None), ("x", None)],
)
def test_scores(text: str, score: float | None) -> None:
    assert read_score(text) == score


@pytest.mark.parametrize(
    ("text", "top", "score"),
    [("347", 1000.0, 34.7), ("1000", 1000.0, 100.0), ("1001", 1000.0, None), ("6,5", 10.0, 65.0), ("11", 10.0, None)],
)
def test_scores_of_other_ranges_become_0_to_100(text: str, top: float, score: float | None) -> None:
    assert read_score(text, top) == (None if score is None else pytest.approx(score))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("true", "lost"), ("2026-05-05 11:57:32", "lost"), ("Lost", "lost"), ("1", "lost"), ("", ""), ("false", ""),
        ("FALSCH", ""), ("0", ""), ("new", ""), (" - ", ""), ("0000-00-00", ""), ("null", ""),
    ],
)  # fmt: skip
def test_a_lost_cell_is_a_flag_or_a_date(text: str, reason: str) -> None:
    assert read_lost(text) == reason


@pytest.mark.parametrize(
    ("text", "status"), [("404", 404), ("0", None), ("", None), ("99", None), ("600", None), ("404.0", 404)]
)
def test_statuses(text: str, status: int | None) -> None:
    assert read_status(text) == status


@pytest.mark.parametrize(
    ("text", "flag"), [("TRUE", True), ("WAHR", True), ("0", False), ("Faux", False), ("maybe", None)]
)
def test_flags(text: str, flag: bool | None) -> None:
    assert read_flag(text) is flag


@pytest.mark.parametrize(
    ("cells", "rel"),
    [
        (("", "", "", "", ""), None),
        (("text", "", "", "", ""), None),
        (("dofollow", "", "", "", ""), Rel.NONE),
        (("noopener NoFollow,ugc", "", "", "", ""), Rel.NOFOLLOW | Rel.UGC),
        (("", "true", "false", "true", ""), Rel.NOFOLLOW | Rel.SPONSORED),
        (("", "false", "false", "false", ""), Rel.NONE),
        (("", "", "", "", "false"), Rel.NOFOLLOW),
    ],
)
def test_rel(cells: tuple[str, ...], rel: Rel | None) -> None:
    assert read_rel(cells) == rel


def test_place() -> None:
    assert read_place(("true", "")) is Place.CONTENT
    assert read_place(("", "Navigation")) is Place.CHROME
    assert read_place(("", "")) is Place.UNKNOWN
    assert [read_place(("", part)) for part in ("article", "MAIN", "footer", "aside", "section")] == [
        *(Place.CONTENT, Place.CONTENT, Place.CHROME, Place.CHROME, Place.UNKNOWN)
    ]


@pytest.mark.parametrize(
    ("text", "url"),
    [
        (" https://a.example/x \n", "https://a.example/x"),
        ("https://a.example/x\r\n\ty", "https://a.example/xy"),
        ("HTTPS://a.example/", "HTTPS://a.example/"),
        ("https://a.example/a b", "https://a.example/a b"),
        ("", ""),
        ("a.example/x", None),
        ("httpx://a.example", None),
    ],
)
def test_urls(text: str, url: str | None) -> None:
    assert read_url(text) == url


@pytest.mark.parametrize(
    ("text", "day_first", "expected"),
    [
        ("2026-01-20", None, date(2026, 1, 20)),
        ("2022-06-11 6:20", None, date(2022, 6, 11)),
        ("2026-05-05T11:57:32Z", None, date(2026, 5, 5)),
        ("2026/8/9", None, date(2026, 8, 9)),
        ("2026年8月28日", None, date(2026, 8, 28)),
        ("2026. 8. 29.", None, date(2026, 8, 29)),
        ("28.09.2026", None, date(2026, 9, 28)),
        ("03.04.2026", None, date(2026, 4, 3)),
        ("03/04/2026", None, None),
        ("03/04/2026", True, date(2026, 4, 3)),
        ("03/04/2026", False, date(2026, 3, 4)),
        ("28/09/2026", None, date(2026, 9, 28)),
        ("9/28/26 6:20", None, date(2026, 9, 28)),
        ("05/05/2026", None, date(2026, 5, 5)),
        ("Sep 15, 2026", None, date(2026, 9, 15)),
        ("8 may 2026", None, date(2026, 5, 8)),
        ("15. Sept. 2026", None, date(2026, 9, 15)),
        ("1 de março de 2026", None, date(2026, 3, 1)),
        ("12 juil. 2026", None, date(2026, 7, 12)),
        ("3 июля 2026 г.", None, date(2026, 7, 3)),
        ("3 listopada 2026", None, None),
        ("1399100400", None, date(2014, 5, 3)),
        ("1399100400000", None, date(2014, 5, 3)),
        ("/Date(1399100400000)/", None, date(2014, 5, 3)),
        ("/Date(1399100400000-0700)/", None, date(2014, 5, 3)),
        ("/Date(1399100400000", None, None),
        ("20260415", None, date(2026, 4, 15)),
        ("20261315", None, None),
        ("12345", None, None),
        ("2026-13-01", None, None),
        ("2026-01-2", None, None),
        ("31.02.2026", None, None),
        ("0001-01-01", None, None),
        ("N/A", None, None),
        ("", None, None),
    ],
)
def test_dates(text: str, day_first: bool | None, expected: date | None) -> None:
    assert read_date(text, day_first) == expected


def test_the_order_of_day_and_month_is_told_by_the_file_or_not_at_all() -> None:
    assert find_day_first(["03/04/2026", "28/09/2026"]) is True
    assert find_day_first(["03/04/2026", "9/28/2026"]) is False
    assert find_day_first(["03/04/2026"]) is None
    assert find_day_first(["28/09/2026", "9/28/2026"]) is None


def test_what_looks_like_a_date() -> None:
    assert all(map(looks_like_date, ["2026-01-20", "28/09/2026", "٢٨/٠٩/٢٠٢٦", "Sep 15, 2026", "15 ก.ย. 2026"]))
    assert not any(map(looks_like_date, ["342", "passed", "", "https://a.example/2026/01/02/a-long-address-of-a-page"]))


@given(st.text(max_size=60))
def test_no_cell_makes_a_parser_fail(text: str) -> None:
    read_count(text), read_score(text), read_status(text), read_url(text), read_date(text), read_rel((text,) * 5)
    read_bare_url(text), read_lost(text), read_place((text, text)), as_visit(Claim(1, text, text))


@given(st.dates(min_value=date(1990, 1, 1), max_value=date(2099, 12, 31)))
def test_a_date_is_read_back_in_every_clear_form(day: date) -> None:
    for form in ("%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%d.%m.%Y", "%b %d, %Y", "%d %B %Y"):
        assert read_date(day.strftime(form)) == day
    assert read_date(day.strftime("%d/%m/%Y"), day_first=True) == day
    assert read_date(day.strftime("%d/%m/%Y")) in (day, None)


@given(st.from_regex(r"(?:/Date\()?[0-9]{9,13}(?:[+-][0-9]{4})?(?:\)/)?", fullmatch=True))
def test_numbers_are_dates_or_nothing(text: str) -> None:
    found = read_date(text)
    assert found is None or 1990 <= found.year <= 2100


def test_a_url_without_its_scheme() -> None:
    assert read_bare_url("example.com/a?b=c") == "https://example.com/a?b=c"
    assert read_bare_url("www.example.com:8080") == "https://www.example.com:8080"
    for text in (
        "/old",
        "old",
        "javascript:alert(1)",
        "a b.example/x",
        "mailto:x@example.com",
        "",
        "ftp://example.com/",
    ):
        assert read_bare_url(text) is None


def test_a_memo_stays_bounded_and_keeps_no_long_cells() -> None:
    memo: Memo[str, int] = Memo(lambda cell: len(cell))
    for number in range(MEMO_ENTRIES + 10):
        assert memo[str(number)] == len(str(number))
    assert len(memo) <= MEMO_ENTRIES
    assert memo["x" * 1000] == 1000
    assert "x" * 1000 not in memo
