"""CSV for import forms: RFC 4180, UTF-8 without a mark, each cell as the platform must get it.

A platform reads a cell as it stands, so nothing may be put before a cell that a spreadsheet takes for a formula; a line
with such a cell is refused instead.
"""

import csv
import re
from collections.abc import Iterable, Sequence
from io import StringIO

_FORMULA = re.compile(r"[=+\-@\t\r\n\0]|.*;[\s\"]*[=+\-@]", re.DOTALL)
"""What a spreadsheet may take for a formula: at the start, or after a `;`, which is its separator in many countries.
**Source:** OWASP, "CSV Injection"."""


def csv_bytes(rows: Iterable[Sequence[str]]) -> bytes:
    """Rows as a CSV file: `,` between cells, quotes only where they are needed, one `\\n` after each row."""
    text = StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()


def formula_problem(*cells: str) -> str | None:
    """Why cells cannot stand in a CSV as they are, or None."""
    if any(_FORMULA.match(cell) for cell in cells):
        return "a spreadsheet could take it for a formula (=, +, - or @ at its start or after a ;)"
    return None
