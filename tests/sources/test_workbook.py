"""Workbooks as people get them: every sheet that is an export is read, and a hostile one costs only itself."""

import gzip
import sys
import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from linkreclaim.errors import InputError, UnsafeInputError
from linkreclaim.model.links import Claim, Rel
from linkreclaim.sources.source import open_source, open_sources
from linkreclaim.workbooks import reader

AHREFS = ["Referring page URL", "Target URL", "Anchor", "Nofollow", "UR", "Links in group", "Last seen"]
DATES = ("yyyy-mm-dd hh:mm", "yyyy-mm-dd")


def row(number: int, anchor: str = "here") -> list[Any]:
    seen = datetime(2026, 1, 2, 10, 24)
    return [f"https://a.example/{number}", f"https://b.example/{number}", anchor, True, 4.5, 12, seen]


def workbook_of(sheets: Mapping[str, Sequence[Sequence[Any]]], charts: Sequence[str] = ()) -> bytes:
    """An .xlsx file; blank rows are empty lists."""
    out = BytesIO()
    as_text = {"strings_to_urls": False, "strings_to_formulas": False}
    book = xlsxwriter.Workbook(out, {"default_date_format": DATES[0], **as_text})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for number, cells in enumerate(rows):
            sheet.write_row(number, 0, cells)
    for name in charts:
        book.add_chartsheet(name)
    book.close()
    return out.getvalue()


def ods_of(rows: str) -> bytes:
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0"?><office:document-content {spaces}><office:body><office:spreadsheet>'
        f'<table:table table:name="S">{rows}</table:table></office:spreadsheet></office:body></office:document-content>'
    )
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
        archive.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        )
    return out.getvalue()


def ods_row(cells: Sequence[str], repeated: str = "") -> str:
    inner = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{c}</text:p></table:table-cell>' for c in cells
    )
    return f"<table:table-row{repeated}>{inner}</table:table-row>"


def pages(claims: Sequence[Claim]) -> list[str]:
    return [str(claim.referring_page).rsplit("/", 1)[1] for claim in claims]


def test_the_cells_of_a_sheet_mean_what_a_csv_says(read_back: Callable[..., Any]) -> None:
    content = workbook_of({"Backlinks": [AHREFS, row(1), row(2, "two\nlines")]})
    first, second = read_back(content).claims
    assert (first.line, first.rel, first.links_in_group, first.last_seen) == (2, Rel.NOFOLLOW, 12, date(2026, 1, 2))
    assert [metric.value_0_100 for metric in first.metrics] == [4.5]
    assert second.anchor_text == "two lines"


def test_lines_are_the_rows_of_the_sheet(read_back: Callable[..., Any]) -> None:
    reading = read_back(workbook_of({"S": [["Backlinks of b.example"], [], AHREFS, row(1), [], [], row(2)]}))
    assert [claim.line for claim in reading.claims] == [4, 7]
    assert reading.problems == []


def test_a_number_that_a_text_would_write_without_decimals(read_back: Callable[..., Any]) -> None:
    content = workbook_of({"S": [["From", "To", "Text"], *[["https://a.example/", "https://b.example/", 2026.0]]]})
    columns = {"referring_page": "From", "target_url": "To", "anchor_text": "Text"}
    assert read_back(content, columns).claims[0].anchor_text == "2026"


def test_cover_and_chart_sheets_are_passed_over(read_back: Callable[..., Any]) -> None:
    cover = [["Report for b.example"], ["made on", "2026-02-01"]]
    reading = read_back(workbook_of({"Cover": cover, "Empty": [], "Links": [AHREFS, row(1)]}, charts=["Chart"]))
    assert pages(reading.claims) == ["1"]
    assert any("Cover" in note and "Empty" not in note for note in reading.info.notes)


def test_every_sheet_that_is_an_export_is_a_source(save: Callable[..., Path]) -> None:
    path = save(
        workbook_of({"A": [AHREFS, row(1)], "B": [["Linking page", "Last crawled"], ["https://c.example/", ""]]})
    )
    sources = open_sources(path)
    assert [(source.member, source.info.report) for source in sources] == [("A", "Backlinks"), ("B", "Latest links")]
    assert [len(list(source.rows())) for source in sources] == [1, 1]
    with pytest.raises(InputError, match=r"several exports \(A, B\)"):
        open_source(path)


@pytest.mark.parametrize("issue", ["Not found (404)", "Nicht gefunden (404)"])
def test_page_indexing_takes_its_issue_from_the_sheet_beside_it(read_back: Callable[..., Any], issue: str) -> None:
    reading = read_back(
        workbook_of(
            {
                "Chart": [["Date", "Affected pages"], ["2026-01-01", 3]],
                "Table": [["URL", "Last crawled"], ["https://b.example/gone", "2026-01-02"]],
                "Metadata": [["Property", "Value"], ["Sitemap", "All known pages"], ["Issue", issue]],
            }
        )
    )
    assert [(claim.target_url, claim.target_status) for claim in reading.claims] == [("https://b.example/gone", 404)]
    assert not any("no link export" in note for note in reading.info.notes)


@pytest.mark.parametrize("packed", ["gz", "zip"])
def test_a_packed_workbook(tmp_path: Path, read_back: Callable[..., Any], packed: str) -> None:
    content, path = workbook_of({"S": [AHREFS, row(1)]}), tmp_path / f"links.{packed}"
    if packed == "gz":
        path.write_bytes(gzip.compress(content))
    else:
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("links.xlsx", content)
    assert pages(read_back(path).claims) == ["1"]


def test_an_opendocument_sheet(read_back: Callable[..., Any]) -> None:
    texts = [f"https://{host}.example/1" for host in "ab"]
    assert pages(read_back(ods_of(ods_row(AHREFS[:2]) + ods_row(texts))).claims) == ["1"]


@pytest.mark.parametrize("after", [0, 1, 2, 99])
def test_resuming_gives_exactly_the_rest(save: Callable[..., Path], after: int) -> None:
    source = open_source(save(workbook_of({"S": [AHREFS, row(1), row(2), ["no url", "x"], row(4)]})))
    everything = list(source.rows())
    assert list(source.rows(after_row=after)) == everything[after:]


def test_two_cells_at_the_corners_of_a_sheet_cost_only_that_file(
    save: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    out = BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet()
    sheet.write(0, 0, "a")
    sheet.write(1_048_575, 16_383, "z")
    book.close()
    monkeypatch.setattr(reader, "MAX_MEMORY_BYTES", 500_000_000)
    with pytest.raises(InputError, match=r"cannot be read.*save the sheet as 'CSV UTF-8'"):
        open_source(save(out.getvalue()))


def test_rows_that_are_said_to_repeat_cost_only_that_file(
    save: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    wide = 'table:number-columns-repeated="9000" office:value-type="string"'
    cells = f"<table:table-cell {wide}><text:p>x</text:p></table:table-cell>"
    rows = f'<table:table-row table:number-rows-repeated="1000000">{cells}</table:table-row>'
    monkeypatch.setattr(reader, "MAX_MEMORY_BYTES", 500_000_000)
    with pytest.raises(InputError, match="cannot be read"):
        open_source(save(ods_of(rows)))


def test_a_workbook_that_unpacks_to_a_bomb_is_refused_by_its_directory(save: Callable[..., Path]) -> None:
    out = BytesIO(workbook_of({"S": [AHREFS, row(1)]}))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/more.xml", b" " * 60_000_000)
    with pytest.raises(UnsafeInputError, match="zip bomb"):
        open_source(save(out.getvalue()))


@pytest.mark.parametrize(
    "content",
    [
        b"\xd0\xcf\x11\xe0" + bytes(600),
        b"PK\x03\x04" + bytes(100),
        workbook_of({"S": [AHREFS, row(1)]})[:-300],
        ods_of("<broken"),
    ],
)
def test_damaged_workbooks_say_what_to_do(read_back: Callable[..., Any], content: bytes) -> None:
    with pytest.raises(InputError, match=r"damaged|CSV UTF-8"):
        read_back(content)


def test_a_document_that_is_no_workbook(read_back: Callable[..., Any]) -> None:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<x/>")
    with pytest.raises(InputError, match="this workbook cannot be read"):
        read_back(out.getvalue())


def test_no_process_is_left_when_only_some_rows_are_read(save: Callable[..., Path]) -> None:
    if sys.platform != "linux":
        pytest.skip("needs /proc, as Linux has it")
    others = _children()  # of other tests, such as multiprocessing's own
    source = open_source(save(workbook_of({"S": [AHREFS, *map(row, range(3_000))]})))
    rows = source.rows()
    assert isinstance(next(rows), Claim)
    assert _children() - others
    rows.close()  # type: ignore[attr-defined]
    assert not _children() - others


def _children() -> set[str]:
    """Processes that this one has started and not yet taken leave of (Linux)."""
    lists = [tasks.read_text() for tasks in Path("/proc/self/task").glob("*/children")]
    return set(" ".join(lists).split())


def test_the_header_of_a_sheet_that_is_no_export_is_told_without_a_separator(save: Callable[..., Path]) -> None:
    with pytest.raises(InputError, match=r"Header found: Task, Owner \(2 columns\)\."):
        open_source(save(workbook_of({"Notes": [["Task", "Owner"], ["x", "y"]]})))
