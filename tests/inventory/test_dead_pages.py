"""Lists of dead pages in every accepted form, and pages with their own spelling."""

import csv
import gzip
import io
import json
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.inventory.written import SITE, origin, write_file

from linkreclaim.errors import InputError, UnknownFormatError
from linkreclaim.inventory.dead_pages import guess_home, read_dead_pages
from linkreclaim.inventory.files import read_named_pages
from linkreclaim.model.links import RowProblem
from linkreclaim.model.pages import DeadPage
from linkreclaim.urls import parse


def read(path: Path) -> tuple[list[tuple[str, DeadPage]], list[RowProblem]]:
    rows = list(read_dead_pages(path, origin()))
    return [row for row in rows if not isinstance(row, RowProblem)], [r for r in rows if isinstance(r, RowProblem)]


def test_all_that_is_known_of_a_page_is_read(tmp_path: Path) -> None:
    row = {
        "id": 3,
        "url": "/old page",
        "title": " A  title",
        "text": "Words",
        "anchors": ["one | two", "one | two", "b"],
    }
    row |= {
        "headings": ["H"],
        "lang": "de",
        "description": "About",
        "sku": "AB-12",
        "status_code": 404,
        "verdict": None,
    }
    found, problems = read(write_file(tmp_path, json.dumps(row)))
    page = DeadPage(f"{SITE}/old%20page", "A title", "About Words", ("H",), ("one | two", "b"), "de", ("sku:ab-12",))
    assert (found, problems) == ([("/old page", page)], [])


@pytest.mark.parametrize(
    ("cell", "anchors"),
    [("here | our guide | here", ("here", "our guide")), ("a|b", ("a|b",)), (" | ", ()), ("", ())],
)
def test_anchors_of_a_cell_are_taken_apart(tmp_path: Path, cell: str, anchors: tuple[str, ...]) -> None:
    (found,), _ = read(write_file(tmp_path, f"rank;url;anchors;target_url\n1;/a;{cell};/b\n"))
    assert (found[0], found[1].anchors) == ("/a", anchors)


def test_a_list_that_names_old_and_new_is_read_by_its_old_side(tmp_path: Path) -> None:
    found, _ = read(write_file(tmp_path, "New URL,Old URL,Old title\n/new,/old,What it was\n"))
    assert [(name, page.title) for name, page in found] == [("/old", "What it was")]


def test_every_row_that_names_no_url_is_told_with_its_line(tmp_path: Path) -> None:
    found, problems = read(write_file(tmp_path, "url,title\n/a,A\n,B\nftp://x.example/,C\n/d,D\n"))
    assert [name for name, _ in found] == ["/a", "/d"]
    assert [(problem.line, problem.reason) for problem in problems] == [
        (3, "no URL"),
        (4, "no http(s) URL: 'ftp://x.example/'"),
    ]


@pytest.mark.parametrize("content", ["", " \n\n", "# only a remark\n", "url\n", "\ufeff"])
def test_an_empty_list_is_one_of_none(tmp_path: Path, content: str) -> None:
    assert read(write_file(tmp_path, content)) == ([], [])


@pytest.mark.parametrize("content", ["some prose", "a,b\n1,2\n", '["/a"]', b"PK\x03\x04rest"])
def test_what_is_no_list_of_pages_is_refused(tmp_path: Path, content: str | bytes) -> None:
    with pytest.raises(UnknownFormatError, match=r"any\.dat"):
        read(write_file(tmp_path, content))


def test_a_cut_archive_is_an_error_about_the_file(tmp_path: Path) -> None:
    packed = gzip.compress("".join(f"/old/{n}/{n * 7919 % 1009}\n" for n in range(20_000)).encode())
    with pytest.raises(InputError, match="list of dead pages"):
        read(write_file(tmp_path, packed[: len(packed) // 2]))


def test_a_bomb_is_read_row_by_row(tmp_path: Path) -> None:
    found, problems = read(write_file(tmp_path, gzip.compress(b"/a\n" + b"x" * 60_000_000 + b"\n/b\n")))
    assert [name for name, _ in found] == ["/a", "/b"]
    assert [problem.line for problem in problems] == [2]


def test_pages_keep_the_spelling_of_their_file(tmp_path: Path) -> None:
    path = write_file(tmp_path, '{"url": " /a b/../C?x=1#top "}\n{"url": "HTTPS://WWW.Example.org:443/é"}\n')
    rows = [row for row in read_named_pages(path, origin()) if not isinstance(row, RowProblem)]
    assert [(name, page.url) for name, page in rows] == [
        ("/a b/../C?x=1#top", f"{SITE}/C?x=1"),
        ("HTTPS://WWW.Example.org:443/é", f"{SITE}/%C3%A9"),
    ]


@pytest.mark.parametrize(
    ("content", "home"),
    [
        ("/a\n/b\n", None),
        (
            "/a\nhttp://one.example/b\nhttps://two.example:8443/c\nhttps://two.example:8443/d\n",
            "https://two.example:8443/",
        ),
        ("url\nnonsense\nhttps://one.example/x\n", "https://one.example/"),
    ],
)
def test_the_home_page_is_that_of_the_commonest_host(tmp_path: Path, content: str, home: str | None) -> None:
    found = guess_home(write_file(tmp_path, content))
    assert (None if found is None else found.href) == home


CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=30)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.fixed_dictionaries({"url": CELLS, "title": CELLS, "anchors": st.lists(CELLS, max_size=3)}), min_size=1)
)
def test_any_rows_give_a_page_or_a_problem_each(tmp_path: Path, rows: list[dict[str, object]]) -> None:
    found, problems = read(write_file(tmp_path, "".join(json.dumps(row) + "\n" for row in rows)))
    assert len(found) + len(problems) == len(rows)
    for name, page in found:
        assert parse(page.url) is not None
        assert name == name.strip()


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(CELLS, CELLS), min_size=1))
def test_any_table_gives_a_page_or_a_problem_each(tmp_path: Path, rows: list[tuple[str, str]]) -> None:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([("url", "title"), *rows])
    found, problems = read(write_file(tmp_path, text.getvalue()))
    assert len(found) + len(problems) <= len(rows)


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(tmp_path: Path, content: bytes) -> None:
    with suppress(InputError):
        read(write_file(tmp_path, content))
