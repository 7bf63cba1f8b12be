"""Search Console exports in many languages, in and out of their zip."""

import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from linkreclaim.errors import InputError, UnknownFormatError
from linkreclaim.sources.tools import search_console
from linkreclaim.sources.tools import search_console_words as words

TABLE = "URL,Last crawled\nhttps://www.example.com/a,2026-01-20\nhttps://www.example.com/b,\n"


def make_zip(path: Path, files: dict[str, str]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return path


@pytest.mark.parametrize(
    "header",
    [
        "Linking page,Last crawled",
        "דף מקשר,נסרק לאחרונה",
        "Verlinkende Seite,Zuletzt gecrawlt",
        "リンク元ページ,前回のクロール",
    ],
)
def test_latest_links_in_several_languages(read_back: Callable[..., Any], header: str) -> None:
    reading = read_back(f"{header}\r\nhttps://a.example.org/x,2020-06-30\r\nhttps://b.example.net/ü,2020-06-25")
    assert reading.info.report == "Latest links"
    assert [claim.referring_page for claim in reading.claims] == ["https://a.example.org/x", "https://b.example.net/ü"]
    assert [claim.last_seen for claim in reading.claims] == [date(2020, 6, 30), date(2020, 6, 25)]
    assert all(claim.target_url is None for claim in reading.claims)


@pytest.mark.parametrize("page", words.LINKING_PAGE)
def test_every_known_word_for_the_linking_page_is_recognised(read_back: Callable[..., Any], page: str) -> None:
    reading = read_back(f'"{page}",{words.LAST_CRAWLED[0]}\nhttps://one.example/x,2020-06-30\n')
    assert reading.info.report == "Latest links"


@pytest.mark.parametrize("header", ["Target page,Incoming links,Linking sites", "דף יעד,קישורים נכנסים,אתרים מקשרים"])
def test_top_target_pages(read_back: Callable[..., Any], header: str) -> None:
    reading = read_back(f'{header}\nhttps://www.example.com/,"2,100",80\nhttps://www.example.com/x,12,3\n')
    assert reading.info.report == "Top target pages"
    assert [(claim.claimed_links, claim.claimed_domains) for claim in reading.claims] == [(2100, 80), (12, 3)]
    assert reading.claims[0].target_url == "https://www.example.com/"


@pytest.mark.parametrize(
    ("issue", "status", "soft"),
    [
        ("Not found (404)", 404, False),
        ("Nicht gefunden (404)", 404, False),
        ("Introuvable (404)", 404, False),
        ("No se ha encontrado (404)", 404, False),
        ("見つかりませんでした（404）", 404, False),
        ("Soft 404", None, True),
        ("ソフト 404", None, True),
        ("Alternative page with proper canonical tag", None, False),
        ("Redirect error", None, False),
        ("Blocked due to other 4xx issue", None, False),
    ],
)
def test_page_indexing_zip_takes_its_issue_from_the_metadata(
    read_back: Callable[..., Any], tmp_path: Path, issue: str, status: int | None, soft: bool
) -> None:
    files = {
        "Chart.csv": "Date,Affected pages\n2026-04-06,46362",
        "Metadata.csv": f"Property,Value\nSitemap,All known pages\nIssue,{issue}",
        "Table.csv": TABLE,
    }
    reading = read_back(make_zip(tmp_path / "x.zip", files))
    assert reading.info.report == "Page indexing"
    assert any(issue in note for note in reading.info.notes)
    assert [(claim.line, claim.target_status, claim.target_soft_404) for claim in reading.claims] == [
        (2, status, soft),
        (3, status, soft),
    ]
    assert reading.claims[0].target_url == "https://www.example.com/a"


def test_page_indexing_zip_with_localised_file_names(read_back: Callable[..., Any], tmp_path: Path) -> None:
    files = {
        "Diagramm.csv": "Datum,Betroffene Seiten\n2026-04-06,2",
        "Metadaten.csv": "Property,Wert\nSitemap,Alle bekannten Seiten\nProblem,Nicht gefunden (404)",
        "Tabelle.csv": TABLE.replace("Last crawled", "Zuletzt gecrawlt"),
    }
    reading = read_back(make_zip(tmp_path / "x.zip", files))
    assert [claim.target_status for claim in reading.claims] == [404, 404]


def test_lone_table_has_an_unknown_issue_and_says_so(read_back: Callable[..., Any]) -> None:
    reading = read_back(TABLE)
    assert [claim.target_status for claim in reading.claims] == [None, None]
    assert any("issue is not known" in note for note in reading.info.notes)


def test_url_with_a_raw_line_break_is_joined_as_browsers_do_and_lines_stay_true(read_back: Callable[..., Any]) -> None:
    text = 'URL,Last crawled\n"https://www.example.com/top 20/a\n b",2026-01-20\nhttps://www.example.com/c,2026-01-20\n'
    claims = read_back(text).claims
    assert [(claim.line, claim.target_url) for claim in claims] == [
        (2, "https://www.example.com/top 20/a b"),
        (4, "https://www.example.com/c"),
    ]


def test_validation_that_passed_is_no_longer_a_404(read_back: Callable[..., Any], tmp_path: Path) -> None:
    table = "URL,Last crawled,Status\nhttps://e.example/a,2025-06-29,Pending\nhttps://e.example/b,2025-06-29,Passed\n"
    files = {"Metadata.csv": "Property,Value\nIssue,Not found (404)\nx,Not found (404)", "Table.csv": table}
    claims = read_back(make_zip(tmp_path / "x.zip", files)).claims
    assert [claim.target_status for claim in claims] == [404, None]


def test_unknown_language_is_told_by_shape(read_back: Callable[..., Any]) -> None:
    indexing = read_back(
        "Kolom A,Kolom B\nhttps://www.example.com/a,28/09/2026\nhttps://blog.example.com/b,27/09/2026\n"
    )
    assert indexing.info.report == "Page indexing"
    assert any("one site" in note for note in indexing.info.notes)
    latest = read_back(
        "Kolom A,Kolom B\nhttps://www.example.com/a,28.09.2026\nhttps://other.example.org/b,27.09.2026\n"
    )
    assert latest.info.report == "Latest links"
    assert latest.claims[0].last_seen == date(2026, 9, 28)
    assert any("several sites" in note for note in latest.info.notes)
    tops = read_back("Kolom A,Kolom B,Kolom C\nhttps://www.example.com/a,342,16\nhttps://www.example.com/b,12,3\n")
    assert (tops.info.report, tops.claims[0].claimed_links) == ("Top target pages", 342)


def test_shape_needs_urls_and_dates_in_every_row(read_back: Callable[..., Any]) -> None:
    with pytest.raises(InputError, match="no known link export"):
        read_back("Kolom A,Kolom B\nhttps://www.example.com/a,28/09/2026\nno url,27/09/2026\n")


def test_redirect_error_is_known_in_several_languages() -> None:
    assert all(map(search_console.is_redirect_error, ["Redirect error", "Weiterleitungsfehler", "リダイレクト エラー"]))
    assert not search_console.is_redirect_error("Page with redirect")


def test_top_linking_sites_in_any_language_are_told_by_their_shape(read_back: Callable[..., Any]) -> None:
    reading = read_back("Website,Verlinkende Seiten,Zielseiten\nblog.example.org,120,3\nexample.net,1,1\n")
    assert reading.info.report == "Top linking sites"
    assert any("shape" in note for note in reading.info.notes)
    assert [(claim.referring_domain, claim.links_in_group) for claim in reading.claims] == [
        ("blog.example.org", 120),
        ("example.net", 1),
    ]
    assert all(claim.referring_page is None and claim.target_url is None for claim in reading.claims)


def test_a_performance_report_is_refused_with_advice(read_back: Callable[..., Any]) -> None:
    with pytest.raises(UnknownFormatError, match=r"Performance.*Latest links"):
        read_back("Top pages,Clicks,Impressions,CTR,Position\nhttps://e.example/,1,2,50%,3.4\n")
