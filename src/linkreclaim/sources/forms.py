"""The tables an input holds, whatever form it comes in: delimited text, a workbook's sheets, JSON."""

from pathlib import Path

from linkreclaim.errors import InputError
from linkreclaim.sources.container import Part, list_parts, read_start
from linkreclaim.sources.json_rows import read_json
from linkreclaim.sources.workbook import is_workbook, list_sheets

_START_BYTES = 1_048_576
"""A line of JSON has to fit in, that it can be told from a document."""


def list_tables(path: Path) -> tuple[list[Part], list[InputError]]:
    """The tables of an input, and why some of its files could not be read as any.

    Raises InputError or UnsafeInputError when the input cannot be opened at all.
    """
    tables: list[Part] = []
    refused: list[InputError] = []
    for part in list_parts(path):
        try:
            tables += _tables_in(part)
        except InputError as error:
            refused.append(error)
    return tables, refused


def _tables_in(part: Part) -> list[Part]:
    start, _ = read_start(part, _START_BYTES)
    if is_workbook(start):
        return list_sheets(part)
    found = read_json(part, start)
    return [part] if found is None else found
