"""Map files and edited sheets as people and spreadsheets leave them."""

import zipfile
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from linkreclaim.errors import InputError, UnknownFormatError, UnsafeInputError
from linkreclaim.model.decisions import DecisionState
from linkreclaim.model.judgements import Disposition
from linkreclaim.model.links import RowProblem
from linkreclaim.model.redirects import MapMatch, RedirectLine
from linkreclaim.redirects import SheetRow, read_map, read_sheet, table
from linkreclaim.redirects.table import MAX_LINE_CHARS
from linkreclaim.workbooks import reader

AUDIT_COLUMNS = [
    "source",
    "target",
    "status",
    "match",
    "decision",
    "disposition",
    "confidence_0_1",
    "equity_share_0_1",
    "links",
    "referring_domains",
    "cause",
    "reason",
    "candidate_2",
    "candidate_3",
    "note",
]

SHEET = [
    ["source", "target", "status", "decision", "disposition", "note"],
    ["/café; a", "/neu/é", "301", "TRUE", "redirect", 'stimmt, "so"'],
    ["https://old.example/x", "", "", "no", "gone", ""],
    ["'=1+1", "'@home", "301", "x", "", "'-5"],
    ["/it's", "/kept's", "301", "", "review", "two\nlines"],
]
ROWS = [
    SheetRow(2, "/café; a", "/neu/é", Disposition.REDIRECT, DecisionState.ACCEPTED, 'stimmt, "so"'),
    SheetRow(3, "https://old.example/x", None, Disposition.GONE, DecisionState.REJECTED, ""),
    SheetRow(4, "=1+1", "@home", None, DecisionState.ACCEPTED, "-5"),
    SheetRow(5, "/it's", "/kept's", Disposition.REVIEW, None, "two\nlines"),
]


def as_csv(rows: list[list[str]], separator: str = ",") -> str:
    return "".join(separator.join('"' + cell.replace('"', '""') + '"' for cell in row) + "\r\n" for row in rows)


def map_of(tmp_path: Path, text: str) -> list[RedirectLine | RowProblem]:
    path = tmp_path / "map.csv"
    path.write_text(text, encoding="utf-8")
    return list(read_map(path))


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_sheets_in_every_dress_read_the_same(tmp_path: Path, separator: str, encoding: str) -> None:
    path = tmp_path / "redirects.txt"
    path.write_bytes(as_csv(SHEET, separator).encode(encoding))
    assert list(read_sheet(path)) == ROWS


def test_a_workbook_reads_the_same(tmp_path: Path) -> None:
    path = tmp_path / "edited.csv"  # the name does not count
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(SHEET):
            for column, cell in enumerate(row):
                if cell == "TRUE":
                    sheet.write_boolean(number, column, True)
                elif cell == "301":
                    sheet.write_number(number, column, 301)
                else:
                    sheet.write_string(number, column, cell)
    assert list(read_sheet(path)) == ROWS
    assert [line.status for line in read_map(path) if isinstance(line, RedirectLine)] == [301, 301, 301]


def test_columns_come_in_any_order_and_case(tmp_path: Path) -> None:
    path = tmp_path / "sheet.csv"
    path.write_text("sep=;\nMine;DECISION; Source ;Target\n1;Wahr;/a;/b\n\n2;rejected;/c;\n3;vielleicht;/d;/e\n;;;\n")
    first, second, third = read_sheet(path)
    assert first == SheetRow(3, "/a", "/b", None, DecisionState.ACCEPTED, "")
    assert second == SheetRow(5, "/c", None, None, DecisionState.REJECTED, "")
    assert isinstance(third, RowProblem)
    assert (third.line, third.kept) == (6, False)
    assert "vielleicht" in third.reason


def test_unclear_rows_are_reported_and_the_rest_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "sheet.csv"
    long_line = "/long,yes," + "x" * (2 * MAX_LINE_CHARS)
    path.write_text(
        f"source,decision,disposition\n,yes,\n{long_line}\n/b,yes,explode\n/c\n/d,yes,redirect,more,cells\n"
    )
    rows = list(read_sheet(path))
    assert [(type(row).__name__, row.line) for row in rows] == [
        ("RowProblem", 2),
        ("RowProblem", 3),
        ("RowProblem", 4),
        ("SheetRow", 5),
        ("SheetRow", 6),
    ]


def test_a_cell_beyond_the_limit_costs_one_row(tmp_path: Path) -> None:
    found = map_of(tmp_path, f"source,target\n/a,/{'x' * 200_000}\n/b,/c\n")
    assert [type(one).__name__ for one in found] == ["RowProblem", "RedirectLine"]


def test_a_plain_map(tmp_path: Path) -> None:
    found = map_of(tmp_path, "source;target;status;match\n/a*;/$b:;308\n/p/;/q/;;prefix\n/gone;;410;exact\n")
    assert found == [
        RedirectLine("/a*", "/$b:", 308, MapMatch.EXACT, 2),
        RedirectLine("/p/", "/q/", 301, MapMatch.PREFIX, 3),
        RedirectLine("/gone", None, 410, MapMatch.EXACT, 4),
    ]


@pytest.mark.parametrize("row", ["/a,,301", "/a,/b,abc", "/a,/b,٣٠١", ",/b,301", "/a,/b,301,wild", "/a,/b,301,,maybe"])
def test_rows_that_are_no_redirect_are_reported(tmp_path: Path, row: str) -> None:
    (found,) = map_of(tmp_path, f"source,target,status,match,decision\n{row}\n")
    assert isinstance(found, RowProblem)
    assert found.line == 2


def test_an_audits_redirects_are_a_map(tmp_path: Path) -> None:
    rows = [
        ["/ok", "/new", "301", "exact", "accepted", "redirect", "0.4", "0.5"],
        ["/maybe", "/new2", "301", "exact", "proposed", "redirect", "0.97"],
        ["/review", "/new3", "301", "exact", "proposed", "review", "0.3"],
        ["/none", "", "", "exact", "proposed", "restore", "0.0"],
        ["/no", "/new4", "301", "exact", "rejected", "redirect", "0.99"],
        ["/spam", "", "", "", "accepted", "gone", ""],
        ["/odd", "/new5", "301", "exact", "proposed", "redirect", "n/a"],
    ]
    found = map_of(tmp_path, as_csv([AUDIT_COLUMNS, *rows]))
    lines = [(one.source, one.status, one.confidence_0_1) for one in found if isinstance(one, RedirectLine)]
    assert lines == [("/ok", 301, None), ("/maybe", 301, 0.97), ("/spam", 410, None), ("/odd", 301, 0.0)]
    assert [one.line for one in found if isinstance(one, RowProblem)] == [4, 5, 6]


def test_files_that_are_no_map_say_what_was_found(tmp_path: Path) -> None:
    path = tmp_path / "other.csv"
    path.write_text("Referring page URL,Target URL\nhttps://a.example/,https://b.example/\n")
    with pytest.raises(UnknownFormatError, match="referring_page_url"):
        list(read_map(path))
    path.write_bytes(b"")
    with pytest.raises(UnknownFormatError, match="nothing"):
        list(read_map(path))
    path.write_bytes(b"PK\x03\x04 no workbook")
    with pytest.raises(InputError, match="no readable workbook"):
        list(read_map(path))
    with pytest.raises(InputError, match="cannot be read"):
        list(read_map(tmp_path / "missing.csv"))


@pytest.mark.parametrize("directive", ["sep=", 'sep="', "SEP=x", "sep=\t\t"])
def test_a_separator_that_separates_nothing_is_found_by_looking(tmp_path: Path, directive: str) -> None:
    separator = "\t" if "\t" in directive else ";"
    assert map_of(tmp_path, f"{directive}\nsource;target\n/a;/b\n".replace(";", separator)) == [
        RedirectLine("/a", "/b", 301, MapMatch.EXACT, 3)
    ]


def test_excels_words_for_yes_and_no_in_other_languages(tmp_path: Path) -> None:
    path = tmp_path / "sheet.csv"
    path.write_text("source,decision\n/a,PRAWDA\n/b,Yanlış\n/c,SAND\n/d,ЛОЖЬ\n", encoding="utf-8")
    accepted, rejected = DecisionState.ACCEPTED, DecisionState.REJECTED
    assert [row.decision for row in read_sheet(path) if isinstance(row, SheetRow)] == [
        accepted,
        rejected,
        accepted,
        rejected,
    ]


def test_two_cells_at_the_corners_of_a_sheet_cost_only_that_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader, "MAX_MEMORY_BYTES", 500_000_000)
    path = tmp_path / "corners.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "source")
        sheet.write(1_048_575, 16_383, "z")
    with pytest.raises(InputError, match=r"cannot be read.*CSV"):
        list(read_sheet(path))


@settings(max_examples=15, deadline=None)
@given(st.data())
def test_a_damaged_workbook_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    path = tmp_path_factory.getbasetemp() / "damaged.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.set_properties({"created": datetime(2026, 1, 2)})
        sheet = book.add_worksheet()
        for number, row in enumerate(SHEET):
            sheet.write_row(number, 0, row)
    body = bytearray(path.read_bytes())
    for place in data.draw(st.lists(st.integers(4, len(body) - 1), max_size=5)):
        body[place] = data.draw(st.integers(0, 255))
    path.write_bytes(body)
    with suppress(InputError):
        assert all(isinstance(one, SheetRow | RowProblem) for one in read_sheet(path))


def test_a_zip_bomb_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "MAX_WORKBOOK_BYTES", 1_000_000)
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/sheet1.xml", bytes(1_000_001))
    with pytest.raises(UnsafeInputError, match="unpacks to"):
        list(read_sheet(path))


@given(st.binary(max_size=300) | st.binary(max_size=20).map(lambda rest: b"sep=" + rest))
def test_any_bytes_are_read_or_refused(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(b"source,target,decision\n" + content)
    for read in (read_map, read_sheet):
        assert all(isinstance(one, RedirectLine | SheetRow | RowProblem) for one in read(path))
    path.write_bytes(content)
    for read in (read_map, read_sheet):
        with suppress(InputError):
            assert all(isinstance(one, RedirectLine | SheetRow | RowProblem) for one in read(path))
