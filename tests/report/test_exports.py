"""Views as files: the rows of a report, and nothing that a spreadsheet would run."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
import python_calamine
from tests.report.conftest import HOSTILE

from linkreclaim.model.reports import DeadPageRow
from linkreclaim.model.verdicts import VerdictKind
from linkreclaim.report.exports import ROWS_AT_ONCE, csv_chunks, json_chunks, write_workbook
from linkreclaim.report.tables import write_dead_pages, write_redirects

MakeRow = Callable[..., DeadPageRow]


@pytest.fixture
def rows(dead_page: MakeRow) -> list[DeadPageRow]:
    """More than one block of rows, an enemy's and one of unknown state among them."""
    many = [dead_page(rank=n, url=f"https://example.com/{n}") for n in range(1, ROWS_AT_ONCE + 2)]
    hostile = dead_page(old_title="=1+1", anchors=(HOSTILE,), match_reason="@SUM(1)", url="https://example.com/;=x")
    return [*many, hostile, dead_page(url="https://example.com/untold", verdict=VerdictKind.BLOCKED)]


def test_csv_is_that_of_an_audit(rows: list[DeadPageRow], tmp_path: Path) -> None:
    for name, write in (("dead_pages", write_dead_pages), ("redirects", write_redirects)):
        write(tmp_path / "whole.csv", rows)
        assert b"".join(csv_chunks(name, rows)) == (tmp_path / "whole.csv").read_bytes()


def test_json_is_one_array(rows: list[DeadPageRow]) -> None:
    made = json.loads(b"".join(json_chunks(rows)))
    assert [each["url"] for each in made] == [row.url for row in rows]
    assert json.loads(b"".join(json_chunks([]))) == []


def test_a_workbook_holds_text_and_numbers_but_no_formula_and_no_link(rows: list[DeadPageRow], tmp_path: Path) -> None:
    path = tmp_path / "view.xlsx"
    write_workbook(path, "dead_pages", rows)
    header, *lines = python_calamine.load_workbook(str(path)).get_sheet_by_index(0).to_python()
    expected = list(csv.DictReader(io.StringIO(b"".join(csv_chunks("dead_pages", rows)).decode("utf-8-sig"))))
    assert [dict(zip(header, line, strict=True))["title"] for line in lines] == [row["title"] for row in expected]
    assert lines[0][header.index("links")] == 12.0
    assert lines[0][header.index("match_confidence_0_1")] == 0.97
    assert lines[-2][header.index("title")] == "'=1+1"
