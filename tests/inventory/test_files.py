"""Page lists in every accepted form."""

import csv
import gzip
import io
import json
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.inventory.written import Write, origin

from linkreclaim.errors import InputError, UnknownFormatError
from linkreclaim.inventory.files import read_pages
from linkreclaim.model.links import RowProblem
from linkreclaim.model.pages import LivePage


def pages(path: Path) -> list[LivePage]:
    return [row for row in read_pages(path, origin()) if isinstance(row, LivePage)]


def problems(path: Path) -> list[RowProblem]:
    return [row for row in read_pages(path, origin()) if isinstance(row, RowProblem)]


def urls(path: Path) -> list[str]:
    return [page.url.removeprefix("https://www.example.org") for page in pages(path)]


FULL = LivePage(
    url="https://www.example.org/a",
    title="A title",
    description="About it",
    headings=("One", "Two"),
    text="Some text",
    lang="de",
    canonical="https://www.example.org/b",
    noindex=True,
)
FULL_JSON = {
    "url": "/a#part",
    "title": " A  title ",
    "description": "About it",
    "headings": ["One", "", "Two"],
    "text": "Some\ntext",
    "lang": "de",
    "canonical": "b",
    "noindex": True,
    "own": {"field": 1},
}


def test_json_lines(write: Write) -> None:
    content = "\n".join([json.dumps(FULL_JSON), "", '{"url": "https://www.example.org/x", "title": null}', ""])
    assert pages(write(content)) == [FULL, LivePage("https://www.example.org/x")]


def test_json_lines_with_bad_ones_between(write: Write) -> None:
    lines = [
        '{"url": "/1"}',
        "{broken",
        '["/2"]',
        '{"title": "x"}',
        '{"url": "mailto:x"}',
        '{"url": 7}',
        '{"url": "/3"}',
    ]
    path = write("\n".join([*lines, "[" * 100_000, '{"url": "/4", "n": ' + "9" * 5_000 + "}"]))
    assert urls(path) == ["/1", "/7", "/3"]
    assert [problem.line for problem in problems(path)] == [2, 3, 4, 5, 8, 9]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_csv(write: Write, delimiter: str, encoding: str) -> None:
    table = io.StringIO()
    rows = csv.writer(table, delimiter=delimiter)
    rows.writerow(["Title", "URL", "extra", "description", "headings", "text", "lang", "canonical", "noindex"])
    rows.writerow(["A title", "/a", "?", "About it", "One\nTwo", "Some text", "de", "/b", "TRUE"])
    rows.writerow(["Größe", "/ü", "", "", "", 'says "x"; and, more|', "", "", "false"])
    first, second = pages(write(table.getvalue().encode(encoding)))
    assert first == FULL
    assert second == LivePage("https://www.example.org/%C3%BC", title="Größe", text='says "x"; and, more|')


def test_csv_with_bad_rows(write: Write) -> None:
    rows = [
        "",
        "sep=,",
        "url,title",
        "/1,one",
        ",no url",
        "javascript:1,x",
        "/2",
        "",
        '/3,"' + "x" * 200_000 + '"',
        "/4,\0four",
    ]
    path = write("\r\n".join(rows))
    assert urls(path) == ["/1", "/2", "/4"]
    assert [problem.line for problem in problems(path)] == [5, 6, 9]


def test_a_cell_that_is_never_closed_does_not_take_the_file_with_it(write: Write) -> None:
    path = write('url,title\n/1,one\n/2,"open\n' + "/x,row\n" * 40_000)
    found = urls(path)
    assert found[0] == "/1"
    assert len(found) > 20_000  # the open cell swallows what fits into one cell, not the rest
    assert [problem.line for problem in problems(path)] == [3]


SCREAMING_FROG = """"Address","Content Type","Status Code","Indexability","Title 1","Meta Description 1","H1-1","H1-2",\
"H2-1","Meta Robots 1","X-Robots-Tag 1","Canonical Link Element 1"
"https://www.example.org/a","text/html; charset=UTF-8","200","Indexable","A","D","One","Two","Three","","",""
"https://www.example.org/b","text/html","301","Non-Indexable","","","","","","","",""
"https://www.example.org/c.png","image/png","200","Indexable","","","","","","","",""
"https://www.example.org/d","text/html","404","Non-Indexable","","","","","","","",""
"https://www.example.org/e","text/html","200","Non-Indexable","E","","","","","noindex, follow","","https://www.example.org/a"
"https://www.example.org/f.pdf","application/pdf","200","Indexable","","","","","","","none",""
"""


@pytest.mark.parametrize("title_line", ["", '"Internal - All"\n'])
def test_screaming_frog(write: Write, title_line: str) -> None:
    a, e, f = pages(write(b"\xef\xbb\xbf" + (title_line + SCREAMING_FROG).replace("\n", "\r\n").encode()))
    assert (a.title, a.description, a.headings, a.noindex) == ("A", "D", ("One", "Two", "Three"), False)
    assert (e.title, e.noindex, e.canonical) == ("E", True, "https://www.example.org/a")
    assert f == LivePage("https://www.example.org/f.pdf", noindex=True)


def test_screaming_frog_files_from_life(shared_dir: Path) -> None:
    for path in sorted((shared_dir / "samples" / "exports").glob("screamingfrog-internal_all-*.csv")):
        found = pages(path)
        assert found, path
        assert not problems(path)
        assert all(page.url.startswith("http") for page in found)


def test_plain_list(write: Write) -> None:
    lines = [
        "# our pages",
        "https://www.example.org/a,b",
        "",
        "/c d",
        "www.example.org/e",
        "EXAMPLE.org/f",
        "g/h",
        "http://[",
        "",
    ]
    path = write("\n".join(lines))
    assert urls(path) == ["/a,b", "/c%20d", "/e", "https://example.org/f", "/g/h"]
    assert [problem.line for problem in problems(path)] == [8]


def test_plain_list_of_old_mac_and_windows(write: Write) -> None:
    assert urls(write("/a\r\n/b\r\n/c")) == ["/a", "/b", "/c"]
    assert urls(write("/a\r/b".encode("utf-16"))) == ["/a", "/b"]


def test_lines_that_never_end_are_reported(write: Write) -> None:
    path = write("/a\n/" + "b" * 9_000_000 + "\n/c\n")
    assert urls(path) == ["/a", "/c"]
    assert [problem.line for problem in problems(path)] == [2]


def test_sitemap_files(write: Write) -> None:
    xml = b"<urlset><url><loc>https://www.example.org/a</loc></url><url><loc>ftp://x/</loc></url></urlset>"
    for content in (xml, gzip.compress(xml)):
        assert urls(write(content)) == ["/a"]
        assert [problem.line for problem in problems(write(content))] == [2]


def test_gzipped_lists(write: Write) -> None:
    assert urls(write(gzip.compress(b'{"url": "/a"}\n{"url": "/b"}\n'))) == ["/a", "/b"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"\n \n", "is empty"),
        (b"name,price\nshoe,3\n", "begins with 'name,price'"),
        (b'["/a", "/b"]', "expected JSON lines"),
        (b"<html><body>x", "an HTML page"),
        (b"<sitemapindex><sitemap><loc>https://x.example/1.xml</loc></sitemap></sitemapindex>", "sitemap index"),
        (gzip.compress(b"/a\n" * 9_000)[:-20], "cannot be read"),
        (b"\x1f\x8b\x08 no archive", "cannot be read"),
        (b"%PDF-1.7 \x93\x8c", "no page list"),
    ],
)
def test_what_is_no_page_list(write: Write, content: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message):
        pages(write(content))


def test_missing_file_and_folder(tmp_path: Path) -> None:
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(InputError, match="cannot be read"):
            pages(path)


def test_the_header_found_is_shown(write: Write) -> None:
    with pytest.raises(UnknownFormatError, match="column `url`"):
        pages(write("Referring page;Anchor\nx;y\n"))


def test_long_values_are_cut(write: Write) -> None:
    (page,) = pages(write(json.dumps({"url": "/a", "title": "t" * 9_000, "text": "w " * 9_000, "h1": "h\n" * 99})))
    assert (len(page.title), len(page.headings)) == (500, 25)
    assert len(page.text) <= 4_000


LINES = st.one_of(
    st.binary(max_size=80),
    st.sampled_from(
        [b"url,title", b"/a,b", b'{"url": "/a"}', b'"', b"<urlset>", b"https://x.example/", b"\xff\xfe", b"a;b"]
    ),
)


@given(st.lists(LINES, max_size=12))
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_file_gives_rows_or_our_error(tmp_path: Path, lines: Iterable[bytes]) -> None:
    path = tmp_path / "any"
    path.write_bytes(b"\n".join(lines))
    try:
        rows = list(read_pages(path, origin()))
    except InputError as error:
        rows = [RowProblem(1, str(error).partition(str(path))[2])]
    assert all(row.url.startswith("http") if isinstance(row, LivePage) else row.line > 0 and row.reason for row in rows)


@pytest.mark.parametrize(
    ("cell", "noindex"), [("true", True), ("WAHR", True), ("Doğru", True), ("FALSCH", False), ("", False)]
)
def test_noindex_in_the_words_of_a_spreadsheet(write: Write, cell: str, noindex: bool) -> None:
    assert [page.noindex for page in pages(write(f"url,title,noindex\n/a,A,{cell}\n"))] == [noindex]


@pytest.mark.parametrize("closed", [False, True], ids=["to the end", "at a later quote"])
def test_a_quote_that_is_never_closed_swallows_no_page(write: Write, closed: bool) -> None:
    rows = [f"/p{n},Page {n}\n" for n in range(20_000)]
    rows[100] = '/p100,"Page 100\n'
    if closed:
        rows[200] = '/p200,"Page 200"\n'
    path = write("url,title\n" + "".join(rows))
    assert [page.url.rpartition("/")[2] for page in pages(path)] == [f"p{n}" for n in range(20_000)]
    assert problems(path)[0].line == 102
    assert all(problem.kept for problem in problems(path))


def test_a_text_of_several_lines_stays_one_cell(write: Write) -> None:
    path = write('url,title,text\n/a,A,"One, two\n, three,\n/x\nhttps://x.example/"\n/b,B,b\n')
    assert [(page.url.rpartition("/")[2], page.title) for page in pages(path)] == [("a", "A"), ("b", "B")]
    assert not problems(path)
