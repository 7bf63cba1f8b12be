"""Logs and analytics of the site itself: what a referrer says, and which rows are about pages not found."""

from collections.abc import Callable
from typing import Any

import pytest

from linkreclaim.errors import UnknownFormatError

LOG = "date,source,ip,referrer,useragent\n"
PREFACE = "# ----------------------------------------\n# Example, Pages\n# Start date: 20260101\n\n"


def log_row(referrer: str, source: str = "/old") -> str:
    return f'2026-04-02 10:00:00,"{source}",192.0.2.1,{referrer},Mozilla/5.0\n'


@pytest.mark.parametrize(
    "referrer",
    [
        "https://www.google.com/", "https://google.de/search?q=x", "https://www.google.co.uk/", "https://www.google.com.br/url?q=x",
        "https://www.bing.com/search?q=x", "https://duckduckgo.com/", "https://html.duckduckgo.com/html/", "https://yandex.ru/clck/x",
        "https://yandex.com.tr/", "https://ya.ru/", "https://m.baidu.com/s?x", "https://www.ecosia.org/", "https://search.yahoo.com/x",
        "https://de.search.yahoo.com/", "https://search.yahoo.co.jp/x", "https://www.yahoo.com/", "", "-", "(direct)", "android-app://com.x/",
        "about:blank", "www.example.org/page",
    ],
)  # fmt: skip
def test_searches_and_no_pages_count_as_visits_only(read_back: Callable[..., Any], referrer: str) -> None:
    reading = read_back(LOG + log_row(referrer))
    assert reading.problems == []
    (claim,) = reading.claims
    assert (claim.referring_page, claim.referring_domain, claim.hits) == (None, None, 1)
    assert (claim.target_url, claim.target_status) == ("/old", 404)


@pytest.mark.parametrize(
    "page",
    [
        "https://blog.example.org/guide", "https://blog.example.org/?p=1", "https://sites.google.com/view/x",
        "https://news.yahoo.com/a", "https://google.example.com/a", "https://notbing.com/a", "https://www.google.evil.com/a",
    ],
)  # fmt: skip
def test_a_page_that_refers_is_a_linking_page(read_back: Callable[..., Any], page: str) -> None:
    (claim,) = read_back(LOG + log_row(page)).claims
    assert (claim.referring_page, claim.referring_domain) == (page, None)


@pytest.mark.parametrize(
    "origin", ["https://Blog.example.org/", "https://blog.example.org", "http://blog.example.org/#x"]
)
def test_a_bare_origin_is_a_site_and_not_its_home_page(read_back: Callable[..., Any], origin: str) -> None:
    (claim,) = read_back(LOG + log_row(origin)).claims
    assert (claim.referring_page, claim.referring_domain, claim.hits) == (None, "blog.example.org", 1)


def test_a_log_row_without_a_path_is_reported(read_back: Callable[..., Any]) -> None:
    reading = read_back(
        LOG + log_row("https://a.example/x", "") + log_row("-", "old") + log_row("", "https://e.example/old")
    )
    assert [(problem.line, problem.reason) for problem in reading.problems] == [
        (2, "target url is empty"),
        (3, "target url is not an http(s) URL: old"),
    ]
    assert [claim.target_url for claim in reading.claims] == ["https://e.example/old"]


def test_redirections_log_of_redirects_is_not_its_404_log(read_back: Callable[..., Any]) -> None:
    with pytest.raises(UnknownFormatError):
        read_back("date,source,target,ip,referrer,useragent\n2026-04-02,/a,/b,192.0.2.1,,x\n")


def test_analytics_below_its_preface(read_back: Callable[..., Any]) -> None:
    text = f"{PREFACE}Page path + query string,Page title,Page referrer,Views\n,,,24,Grand total\n"
    text += '/old,Page not found - Example,https://blog.example.org/guide,"1,012"\n/new,Chairs,https://a.example/x,4\n'
    reading = read_back(text)
    assert (reading.info.tool, reading.info.report) == ("Google Analytics 4", "pages not found")
    assert [(c.line, c.target_url, c.target_status, c.hits) for c in reading.claims] == [
        (7, "/old", 404, 1012),
        (8, "/new", None, 4),
    ]
    assert [problem.line for problem in reading.problems] == [6]


def test_all_pages_of_analytics_are_refused_with_advice(read_back: Callable[..., Any]) -> None:
    with pytest.raises(UnknownFormatError, match=r"Pages and screens.*Page referrer"):
        read_back(f"{PREFACE}Page path and screen class,Views,Active users\n/,12,3\n")


@pytest.mark.parametrize(
    ("title", "target", "page"),
    [
        ("404/URL = %2Fold/From = https%3A%2F%2Fa.example%2Fx", "/old", "https://a.example/x"),
        ("404/URL =  %2Fold /From =  https%3A%2F%2Fa.example%2Fx", "/old", "https://a.example/x"),
        ("404/URL = /old/page/From = https://a.example/x", "/old/page", "https://a.example/x"),
        ("404/URL = %2Fold%3Fa%3D1%26b Referrer = https%3A%2F%2Fa.example%2Fx", "/old?a=1&b", "https://a.example/x"),
        ("404/URL = %2Fold", "/old", None),
        ("404/URL = %2Fold/From = javascript%3Aalert(1)", "/old", None),
        ("404/URL = %2Fo%0Ald/From = https%3A%2F%2Fa.example%2F%0D%0Ax", "/old", "https://a.example/x"),
    ],
)
def test_matomos_titles_hold_both_ends(
    read_back: Callable[..., Any], title: str, target: str, page: str | None
) -> None:
    (claim,) = read_back(f"label,nb_visits,nb_hits\n{title},2,3\n").claims
    assert (claim.target_url, claim.referring_page, claim.target_status, claim.hits) == (target, page, 404, 3)


def test_other_titles_of_matomo_are_no_dead_pages(read_back: Callable[..., Any]) -> None:
    rows = "Home,9,9\n/a title,9,9\n404/URL = javascript%3Aalert(1)/From = ,1,1\nhttps://e.example/t,1,1\n"
    reading = read_back(f"label,nb_visits,nb_hits\n{rows}404/URL = %2Fold/From = ,2,3\n")
    assert [problem.line for problem in reading.problems] == [2, 3, 4]
    assert [(claim.target_url, claim.target_status) for claim in reading.claims] == [
        ("https://e.example/t", None),
        ("/old", 404),
    ]
