"""Whatever stands in an export, bulk gives the rows, problems and counts of the ordinary reader, to the byte."""

import csv
import io
from collections.abc import Callable
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkreclaim.jobs.gathering.reading import Export

BothWays = Callable[[Export], str | None]
ExportOf = Callable[..., Export]

HEADER = [
    "Referring page title", "Referring page URL", "Referring page HTTP code", "Domain rating", "UR", "External links",
    "Target URL", "Left context", "Anchor", "Right context", "Type", "Content", "Nofollow", "UGC", "Sponsored",
    "Lost status", "First seen", "Last seen", "Lost", "Links in group", "Not read",
]  # fmt: skip
PAGES = [
    "https://a.test/x", "http://www.b.test/y/", "https://www.a.test/x", "HTTPS://A.test/", "https://a.test", "https://com/",
    "https://a.test/p?b=1&a=2", "https://a.test/%7Euser", "https://a.test/%zz", "https://user@a.test/", "https://a.test:8/",
    "https://www.com/", "http://www.www.com/", "https://a.test/../b", "https://xn--bcher-kva.test/", "https://bücher.test/",
    "https://a.co.uk/", "https://b.github.io/", "https://example.com/own", "https://www.example.com/", "https://old.example/",
    " https://a.test/x", "https://a.test/x ", "https://a.test/a b", "https://a.test/a\tb", "https://", "http://[::1]/",
    "https://a.test/" + "x" * 2_100, "https://a.test/" + "x" * 9_000, "ftp://a.test/", "a.test/x", "", "https://a.test./x",
]  # fmt: skip
TARGETS = [
    "https://example.com/1", "http://www.example.com/1", "https://example.com/2?q", "https://EXAMPLE.com/1", "https://example.com",
    "https://old.example/3", "https://other.test/", "https://sub.example.com/", "", "/old", "https://example.com/1 ",
]  # fmt: skip
DATES = [
    "2024-01-15",
    "2024-01-15 10:00:00",
    "2024-01-15T10:00",
    "2024-1",
    "",
    "15.01.2024",
    "1 Mai 2023",
    "1700-01-01 1",
    "ab-é-",
]
NUMBERS = ["", "0", "7", "72.5", "4,5", "1,234", "1.234", "101", "200", "404", "999", "abc", "-1", " 12 ", "1e3"]
WORDS = ["", "text", "true", "FALSE", "nofollow ugc", "ja", "yes"]
TEXT = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0\r\n\x1e\x1f"), max_size=10
) | st.sampled_from(["", '"', '""', "a,b", "\t", "'", "…", "x" * 600, "日本" * 600, "NULL", "\ufeff", "e\u0301" * 300])


def a_row(texts: st.SearchStrategy[str]) -> st.SearchStrategy[list[str]]:
    number, word, day = st.sampled_from(NUMBERS), st.sampled_from(WORDS), st.sampled_from(DATES)
    cells = [
        texts, st.sampled_from(PAGES), number, number, number, number, st.sampled_from(TARGETS), texts, texts, texts,
        word, word, word, word, word, texts, day, day, day, number, texts,
    ]  # fmt: skip
    return st.tuples(*cells).map(list)


def write(rows: list[list[str]], delimiter: str = ",", quoting: Literal[0, 1] = csv.QUOTE_MINIMAL) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, quoting=quoting).writerows([HEADER, *rows])
    return out.getvalue()


def plain_row(number: int) -> list[str]:
    page, target = f"https://site-{number}.test/post", f"https://example.com/{number % 4}"
    return ["title", page, "200", "30", "4.5", "12", target, "left", "anchor", "right", "text", "true", "false", "", "",
            "", "2024-01-15 10:00:00", "2026-09-01 08:30:00", "", "1", ""]  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(
    rows=st.lists(a_row(TEXT), min_size=1, max_size=14),
    delimiter=st.sampled_from(",;\t|"),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_rows_of_any_cells_are_the_same(
    export_of: ExportOf,
    both_ways: BothWays,
    rows: list[list[str]],
    delimiter: str,
    quoting: Literal[0, 1],
    encoding: str,
) -> None:
    content = write([*map(plain_row, range(3)), *rows], delimiter, quoting).encode(encoding)
    reason = both_ways(export_of(content))
    assert reason is None or "byte order mark" in reason


@settings(max_examples=60, deadline=None)
@given(
    count=st.integers(1, 14),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    accidents=st.lists(st.tuples(st.integers(0, 10_000), st.sampled_from('",\n\r\0 \t\x1e\x1f\\é\ufeff')), max_size=4),
)
def test_stray_characters_anywhere_change_nothing(
    export_of: ExportOf, both_ways: BothWays, count: int, quoting: Literal[0, 1], accidents: list[tuple[int, str]]
) -> None:
    head, body = (
        write([], quoting=quoting),
        "".join(write(list(map(plain_row, range(count))), quoting=quoting).splitlines(True)[1:]),
    )
    for place, character in accidents:
        place %= len(body) + 1
        body = body[:place] + character + body[place:]
    both_ways(export_of(head + body))


@settings(max_examples=20, deadline=None)
@given(share=st.floats(0, 1), encoding=st.sampled_from(["utf-8", "utf-16"]))
def test_a_file_that_breaks_off_gives_the_same(
    export_of: ExportOf, both_ways: BothWays, share: float, encoding: str
) -> None:
    head = len(write([]).encode(encoding))
    content = write(list(map(plain_row, range(9)))).encode(encoding)
    both_ways(export_of(content[: head + int((len(content) - head) * share)]))


def test_a_clean_file_is_read_in_bulk_to_its_end(export_of: ExportOf, both_ways: BothWays) -> None:
    rows = [plain_row(number) for number in range(20)]
    assert both_ways(export_of(write(rows))) is None
    assert both_ways(export_of(write(rows) + "\r\n\r\n")) is None, "blank lines at the end"


LINE = write([plain_row(8)]).splitlines(keepends=True)[1]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (LINE.replace("anchor", "an\0chor").encode(), "NUL"),
        (LINE.replace("anchor", "\x1f").encode(), "control character"),
        (LINE.replace("anchor", "\x1e").encode(), "control character"),
        (LINE.replace("anchor", "é").encode("latin-1"), "encoding"),
        (LINE.replace("anchor", '"two\nlines"').encode(), "are"),
        (LINE.replace("anchor", "a\rb").encode(), "carriage return"),
        (LINE.replace("anchor", '"never closed').encode(), "not regular"),
        (LINE.replace("anchor", '"a"b').encode(), "not regular"),
        (LINE.replace("anchor", ' "a"').encode(), "space beside a quote"),
        (LINE.replace("anchor", "a,b,c").encode(), "not regular"),
        (b"https://a.test/x,https://example.com/1\r\n", "not regular"),
        (b"\r\n", "are"),
        (LINE.replace("anchor", "z" * 200_000).encode(), "not regular"),
    ],
)
def test_what_is_not_plain_ends_bulk_with_its_reason(
    export_of: ExportOf, both_ways: BothWays, line: bytes, reason: str
) -> None:
    before, after = (list(map(plain_row, numbers)) for numbers in (range(8), range(8, 16)))
    content = write(before).encode() + line + write(after).split("\n", 1)[1].encode()
    found = both_ways(export_of(content))
    assert found is not None
    assert reason in found


def test_reports_that_are_no_plain_links_are_read_row_by_row(export_of: ExportOf, both_ways: BothWays) -> None:
    inlinks = "Type,Source,Destination,Anchor,Status Code\nHyperlink,https://a.test/,https://example.com/1,x,404\n"
    pages = "Target page,Incoming links,Linking sites\nhttps://example.com/1,12,3\n"
    for content in (inlinks, pages):
        assert both_ways(export_of(content)) == "a report that is read row by row"


@pytest.mark.parametrize("skip", [1, 3, 6, 7, 12, 14])
def test_an_import_goes_on_where_it_stopped(export_of: ExportOf, both_ways: BothWays, skip: int) -> None:
    rows = [plain_row(number) for number in range(14)]
    assert both_ways(export_of(write(rows), skip)) is None
    broken = write(rows[:9]) + '"\n' + write(rows[9:]).split("\n", 1)[1]
    assert both_ways(export_of(broken, skip))
