"""Files that are broken or hostile: each told clearly, everything good in them kept, nothing unbounded."""

import gzip
import json
import random
import tracemalloc
import zipfile
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkreclaim.errors import InputError, UnsafeInputError
from linkreclaim.model.links import Claim
from linkreclaim.sources.source import open_source, open_sources

HEADER = "Referring page URL,Target URL,Anchor,Nofollow,Last seen\n"


def row(number: int, anchor: str = "here") -> str:
    return f"https://a.example/{number},https://b.example/{number},{anchor},false,2026-01-02\n"


def pages(claims: list[Any]) -> list[str]:
    return [claim.referring_page.rsplit("/", 1)[1] for claim in claims]


@pytest.mark.parametrize("content", ["", "\n\n  \n", "\ufeff"])
def test_an_empty_file_is_said_to_be_empty(read_back: Callable[..., Any], content: str) -> None:
    with pytest.raises(InputError, match="is empty"):
        read_back(content)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("<!DOCTYPE html>\n<html><head><title>Log in, please</title></head>", "this is a web page, not an export"),
        ("\n<HTML lang='en'><body>Forbidden; 403</body></HTML>", "this is a web page, not an export"),
        (b"%PDF-1.7\n" + bytes(range(256)), "this is no text"),
        (b"\x89PNG\r\n\x1a\n" + random.Random(7).randbytes(500), "this is no text"),
    ],
)
def test_files_that_are_no_table_are_called_what_they_are(
    read_back: Callable[..., Any], content: str | bytes, words: str
) -> None:
    with pytest.raises(InputError, match=words) as caught:
        read_back(content)
    assert "--columns" not in str(caught.value)


def test_a_title_and_a_row_of_merged_cells_may_stand_above_the_header(read_back: Callable[..., Any]) -> None:
    above = "Links of b.example,,,,\n,,,,\nFrom,,To,,\n"
    assert pages(read_back(above + HEADER + row(1) + row(2)).claims) == ["1", "2"]


def test_what_file_systems_leave_in_a_zip_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "links.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("links/links.csv", HEADER + row(1))
        archive.writestr("links/.DS_Store", b"\0\0\0\1Bud1" + bytes(100))
        archive.writestr("Thumbs.db", b"\xd0\xcf\x11\xe0" + bytes(100))
        archive.writestr("__MACOSX/links/._links.csv", b"\0\5\x16\7" + bytes(50))
    (source,) = open_sources(path)
    assert source.signs == ()


def test_a_header_alone_is_no_error(read_back: Callable[..., Any]) -> None:
    assert read_back(HEADER).claims == []


def test_a_missing_file_and_a_folder_are_input_errors(tmp_path: Path) -> None:
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(InputError, match="cannot be opened"):
            open_source(path)


def test_utf16_that_lost_its_mark_is_refused_with_the_reason(read_back: Callable[..., Any]) -> None:
    with pytest.raises(InputError, match=r"UTF-16.*byte order mark"):
        read_back((HEADER + row(1)).encode("utf-16-le"))


def test_runs_of_nuls_are_no_text(read_back: Callable[..., Any]) -> None:
    with pytest.raises(InputError, match="this is no text"):
        read_back(b"archive/member.csv" + bytes(494) + (HEADER + row(1)).encode())


def test_utf32_is_refused(read_back: Callable[..., Any]) -> None:
    with pytest.raises(InputError, match="UTF-32"):
        read_back((HEADER + row(1)).encode("utf-32"))


def test_western_bytes_are_read_as_windows_1252_with_a_note(read_back: Callable[..., Any]) -> None:
    reading = read_back((HEADER + row(1, "café – 5 €")).encode("cp1252"))
    assert reading.claims[0].anchor_text == "café – 5 €"
    assert reading.info.encoding == "windows-1252"
    assert any("windows-1252" in note for note in reading.info.notes)


def test_one_bad_byte_does_not_spoil_the_rest_of_a_utf8_file(read_back: Callable[..., Any]) -> None:
    content = (HEADER + row(1, "naïve") + row(2, "X") + row(3, "日本")).encode().replace(b"X", b"\xe9")
    reading = read_back(content)
    assert [claim.anchor_text for claim in reading.claims] == ["naïve", "é", "日本"]


def test_bad_bytes_far_into_a_file_are_told_once_with_their_line(read_back: Callable[..., Any]) -> None:
    body = "".join(map(row, range(5000))).encode()
    reading = read_back(HEADER.encode() + body + row(5000, "X").encode().replace(b"X", b"\xe9") * 2)
    assert len(reading.claims) == 5002
    assert [(problem.line, problem.kept) for problem in reading.problems] == [(5002, True)]


def test_nul_characters_are_taken_out_and_told(read_back: Callable[..., Any]) -> None:
    reading = read_back(HEADER + row(1) + row(2, "a\0b") + row(3))
    assert [claim.anchor_text for claim in reading.claims] == ["here", "ab", "here"]
    assert [(problem.line, problem.kept) for problem in reading.problems] == [(3, True)]


def test_short_rows_are_padded_where_the_urls_are_there(read_back: Callable[..., Any]) -> None:
    reading = read_back(HEADER + "https://a.example/1,https://b.example/1,x\n" + "https://a.example/2\n" + row(3))
    assert pages(reading.claims) == ["1", "3"]
    assert [problem.line for problem in reading.problems] == [3]
    assert "target url is empty" in reading.problems[0].reason


def test_a_row_cut_off_by_the_end_of_the_file_is_not_guessed_at(read_back: Callable[..., Any]) -> None:
    reading = read_back(HEADER + row(1) + "https://a.example/2,https://b.exam")
    assert pages(reading.claims) == ["1"]
    assert [(problem.line, problem.kept) for problem in reading.problems] == [(3, False)]


def test_long_rows_keep_only_what_proves_itself(read_back: Callable[..., Any]) -> None:
    shifted = "https://a.example/2,https://b.example/2,a, stray comma,true,2026-01-02\n"
    moved = "title, with comma,https://a.example/3,https://b.example/3,x,y\n"
    empty = row(4).replace("\n", ",,\n")
    reading = read_back(HEADER + row(1) + shifted + moved + empty)
    assert pages(reading.claims) == ["1", "2", "4"]
    assert (reading.claims[1].rel, reading.claims[1].last_seen) == (None, None)
    assert reading.claims[2].rel is not None
    assert [(problem.line, problem.kept) for problem in reading.problems] == [(3, True), (4, False)]


@pytest.mark.parametrize(
    "url", ["ftp://b.example/", "/old", "javascript:alert(1)", "=HYPERLINK(1)", "mailto:a@b.example"]
)
def test_what_is_no_web_address_is_reported_with_its_line(read_back: Callable[..., Any], url: str) -> None:
    reading = read_back(HEADER + f"https://a.example/1,{url},x,false,\n" + row(2))
    assert pages(reading.claims) == ["2"]
    assert reading.problems[0].line == 2
    assert url in reading.problems[0].reason


def test_endless_urls_are_reported_and_long_texts_cut(read_back: Callable[..., Any]) -> None:
    long_url = f"https://a.example/1,https://b.example/{'x' * 9000},x,false,\n"
    reading = read_back(HEADER + long_url + row(2, "y" * 5000))
    assert "9,018 characters" in reading.problems[0].reason
    assert len(reading.claims[0].anchor_text) == 1000


def test_a_formula_is_text_like_any_other(read_back: Callable[..., Any]) -> None:
    anchor = '"=HYPERLINK(""https://x.example"",""y"")"'
    assert read_back(HEADER + row(1, anchor)).claims[0].anchor_text == '=HYPERLINK("https://x.example","y")'


@pytest.mark.parametrize(
    "cell", ["z" * 10_000_000, '"' + "z" * 10_000_000 + '"', '"' + ("z" * 999 + "\n") * 10_000 + '"']
)
def test_a_cell_of_ten_megabytes_costs_one_row_and_no_memory(save: Callable[..., Path], cell: str) -> None:
    path = save(HEADER + row(1) + row(2, cell) + row(3))
    del cell
    source = open_source(path)
    tracemalloc.start()
    claims: list[Claim] = []
    first_problem = None
    for item in source.rows():
        if isinstance(item, Claim):
            claims.append(item)
        else:
            first_problem = first_problem or item
    peak_bytes = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert pages(claims) == ["1", "3"]
    assert first_problem is not None
    assert first_problem.line == 3
    assert peak_bytes < 12_000_000


def test_line_numbers_stay_true_after_a_line_that_was_passed_over(read_back: Callable[..., Any]) -> None:
    claims = read_back(HEADER + row(1) + row(2, "z" * 3_000_000) + row(3)).claims
    assert [claim.line for claim in claims] == [2, 4]


@pytest.mark.parametrize("closing", ["", '"closed" later', '"again open', 'end of a text"'])
def test_a_quote_never_closed_costs_one_row_not_the_file(read_back: Callable[..., Any], closing: str) -> None:
    body = [row(number) for number in range(3000)]
    body[10] = row(10, '"never closed')
    if closing:
        body[700] = row(700, closing)
    reading = read_back(HEADER + "".join(body))
    lost = {"10", "700"} - set(pages(reading.claims))
    assert len(reading.claims) == 3000 - len(lost)
    assert [claim.line for claim in reading.claims] == [int(page) + 2 for page in pages(reading.claims)]
    assert reading.problems[0].line == 12
    assert all(claim.anchor_text in ("here", "closed later", 'end of a text"') for claim in reading.claims)


def test_quotes_opened_in_neighbouring_rows_do_not_mix_them(read_back: Callable[..., Any]) -> None:
    reading = read_back(HEADER + row(1) + row(2, '"open') + row(3, 'shut"') + row(4))
    assert {"1", "3", "4"} <= set(pages(reading.claims))
    assert all(claim.target_url.endswith(claim.referring_page[-1]) for claim in reading.claims)


def test_a_file_of_nothing_but_open_quotes_ends_in_good_time(read_back: Callable[..., Any]) -> None:
    reading = read_back(HEADER + row(1) + 'x","y\n' * 60_000)
    assert pages(reading.claims) == ["1"]
    assert len(reading.problems) == 60_000


def test_quoted_line_breaks_are_legal_and_counted(read_back: Callable[..., Any]) -> None:
    reading = read_back(HEADER + row(1, '"two\r\nlines, and a ""quote"""') + row(2))
    assert [(claim.line, claim.anchor_text) for claim in reading.claims] == [
        (2, 'two\r\nlines, and a "quote"'),
        (4, "here"),
    ]
    assert reading.problems == []


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_any_line_end(read_back: Callable[..., Any], newline: str) -> None:
    claims = read_back((HEADER + "".join(map(row, range(3000)))).replace("\n", newline)).claims
    assert [claim.line for claim in claims] == list(range(2, 3002))


def test_text_that_only_python_splits_at_stays_whole(read_back: Callable[..., Any]) -> None:
    anchor = "a\x0bb\x1cc\u2028d\x85e"
    assert read_back(HEADER + row(1, anchor)).claims[0].anchor_text == anchor


def test_gzip_is_read_and_a_damaged_one_gives_what_it_holds(
    read_back: Callable[..., Any], save: Callable[..., Path]
) -> None:
    text = (HEADER + "".join(map(row, range(20_000)))).encode()
    packed = gzip.compress(text)
    assert len(read_back(packed).claims) == 20_000
    reading = read_back(packed[: len(packed) // 2])
    assert 5_000 < len(reading.claims) < 15_000
    assert "cannot be read further" in reading.problems[0].reason


def test_of_a_small_damaged_gzip_every_row_that_is_there_is_read(read_back: Callable[..., Any]) -> None:
    packed = gzip.compress((HEADER + "".join(map(row, range(300)))).encode())
    reading = read_back(packed[:-9])
    assert len(reading.claims) >= 298
    assert "cannot be read further" in reading.problems[0].reason


@pytest.mark.parametrize("document", ["json", "workbook"])
def test_a_long_document_whose_gzip_is_cut_off_is_damaged(read_back: Callable[..., Any], document: str) -> None:
    noise = random.Random(1).randbytes(1_500_000)
    content = json.dumps([{"url": noise.hex()}]).encode() if document == "json" else b"PK\x03\x04" + noise
    with pytest.raises(InputError, match="damaged"):
        read_back(gzip.compress(content)[:-200])


METHODS = [zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2]
EXPORT = (HEADER + "".join(map(row, range(2_000)))).encode()


@pytest.mark.parametrize("method", METHODS)
@settings(max_examples=40, deadline=None)
@given(st.data())
def test_a_damaged_archive_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, method: int, data: st.DataObject
) -> None:
    path = tmp_path_factory.getbasetemp() / "damaged.bin"
    with zipfile.ZipFile(path, "w", method) as archive:
        archive.writestr("links.csv", EXPORT)
    packed = data.draw(st.sampled_from([path.read_bytes(), gzip.compress(EXPORT)]))
    body = bytearray(packed[: data.draw(st.integers(20, len(packed)))])
    for place in data.draw(st.lists(st.integers(4, len(body) - 1), max_size=5)):
        body[place] = data.draw(st.integers(0, 255))
    path.write_bytes(body)
    with suppress(InputError):
        for source in open_sources(path):
            deque(source.rows(), maxlen=0)


def test_a_gzip_bomb_stops_the_reading(save: Callable[..., Path]) -> None:
    path = save(gzip.compress((HEADER + row(1)).encode() + b"x" * 60_000_000))
    with pytest.raises(UnsafeInputError, match="zip bomb"):
        deque(open_source(path).rows(), maxlen=0)


def zip_of(tmp_path: Path, files: dict[str, bytes]) -> Path:
    path = tmp_path / "any.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def test_a_zip_bomb_is_refused_when_opened(tmp_path: Path) -> None:
    path = zip_of(tmp_path, {"Table.csv": b"x" * 60_000_000})
    with pytest.raises(UnsafeInputError, match="zip bomb"):
        open_source(path)


def test_a_zip_of_many_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnsafeInputError, match="101 files"):
        open_source(zip_of(tmp_path, {f"{n}.csv": b"x" for n in range(101)}))


def test_a_damaged_or_empty_zip(tmp_path: Path, read_back: Callable[..., Any]) -> None:
    with pytest.raises(InputError, match="damaged"):
        read_back(b"PK\x03\x04" + b"\0" * 100)
    with pytest.raises(InputError, match="no files"):
        open_source(zip_of(tmp_path, {}))


def test_a_zipped_export_keeps_the_lines_of_the_file_inside(tmp_path: Path, read_back: Callable[..., Any]) -> None:
    claims = read_back(zip_of(tmp_path, {"x.csv": (HEADER + row(1) + row(2)).encode()})).claims
    assert [claim.line for claim in claims] == [2, 3]


@pytest.mark.parametrize("after", [0, 1, 2, 3, 4, 5, 99])
def test_resuming_gives_exactly_the_rest(save: Callable[..., Path], after: int) -> None:
    text = HEADER + row(1) + row(2, "a\0b") + "no url,x,y,z,\n" + row(4, '"open') + row(5)
    source = open_source(save(text))
    everything = list(source.rows())
    counted = [item for item in everything if not getattr(item, "kept", False)]
    rest = [item for item in source.rows(after_row=after) if not getattr(item, "kept", False)]
    assert rest == counted[after:]


def test_memory_does_not_grow_with_the_file(save: Callable[..., Path]) -> None:
    peaks = []
    for rows in (3_000, 30_000):
        source = open_source(save(HEADER + "".join(row(n, f"anchor {n}") for n in range(rows))))
        tracemalloc.start()
        deque(source.rows(), maxlen=0)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] + 1_000_000
