"""Rows of listing commands: the quick way of writing them gives what the csv module gives."""

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from linkreclaim.report.row_files import RowForm, RowWriter

CELLS = st.text(st.sampled_from("ab0 ,;\"'\r\n\t\x0b\u2028\u00e9"), max_size=4)
FORM: RowForm[tuple[str, str]] = RowForm({"one": lambda row: row[0], "two": lambda row: row[1]}, lambda row: {})
ALONE: RowForm[tuple[str, str]] = RowForm({"one": lambda row: row[0]}, lambda row: {})


@given(st.lists(st.tuples(CELLS, CELLS), max_size=5))
def test_cells_are_quoted_where_csv_quotes_them(rows: list[tuple[str, str]]) -> None:
    for form in (FORM, ALONE):
        written, expected = io.StringIO(newline=""), io.StringIO(newline="")
        RowWriter(written, form, as_json=False).write(rows)
        csv.writer(expected).writerows(
            [list(form.cells), *([cell(row) for cell in form.cells.values()] for row in rows)]
        )
        assert written.getvalue() == expected.getvalue()
