"""Reads one workbook in a process of its own: run as a program, never imported by the reader.

The parser builds every sheet as one dense block of cells, so that a sheet of two cells, at its corners, asks
for 550 GB and ends the process (our measurement, python-calamine 0.9.1). Here only this process ends, at its own limit.

Usage: program.py MAX_MEMORY_BYTES MAX_SECONDS [SHEET_NUMBER KEEP_BREAKS] < WORKBOOK
Without a number it writes the names of the sheets as JSON, with one the rows of that sheet as CSV; unless KEEP_BREAKS
is 1, line breaks inside cells become spaces.
"""

import csv
import json
import os
import re
import sys
import zipfile
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from xml.parsers import expat

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum

WHOLE_BELOW = 1e15
"""Whole numbers below this are exact in the floating point numbers that workbooks keep (IEEE 754: to 2**53)."""

Cell = int | float | str | bool | date | datetime | time | timedelta
_BREAKS = re.compile(r"\r\n|[\r\n]")


def main(arguments: list[str]) -> int:
    """Write what is asked for; 0 when all of it was written, 3 with a reason on the standard error when not."""
    max_memory_bytes, max_seconds, *sheet = map(int, arguments)
    _limit(max_memory_bytes, max_seconds)
    try:
        _check_opendocument()
        with CalamineWorkbook.from_filelike(sys.stdin.buffer) as workbook:
            if sheet:
                number, keep_breaks = sheet
                _write_sheet(workbook.get_sheet_by_name(workbook.sheet_names[number]).iter_rows(), bool(keep_breaks))
            else:
                tables = [
                    entry.name if entry.typ is SheetTypeEnum.WorkSheet else None for entry in workbook.sheets_metadata
                ]
                json.dump(tables, sys.stdout)
        sys.stdout.flush()
    except PasswordError:
        return _fail("it is protected by a password")
    except (CalamineError, expat.ExpatError, zipfile.BadZipFile, MemoryError, ValueError, OverflowError) as error:
        return _fail(str(error).splitlines()[0][:200] if str(error) else "out of memory")
    return 0


def _limit(max_memory_bytes: int, max_seconds: int) -> None:
    if sys.platform != "win32":
        import resource

        for kind, limit in (
            (resource.RLIMIT_AS, max_memory_bytes),
            (resource.RLIMIT_CPU, max_seconds),
            (resource.RLIMIT_CORE, 0),
        ):
            try:
                resource.setrlimit(kind, (limit, limit))
            except (ValueError, OSError):  # a lower limit is set already, or the system knows none
                continue


def _check_opendocument() -> None:
    """Parses the XML of an .ods once before: on XML that ends early the other parser goes on for ever (calamine 0.9).

    Raises ExpatError when it is broken; expat itself stops at entities that grow (since libexpat 2.4.1).
    """
    if zipfile.is_zipfile(sys.stdin.buffer):
        with zipfile.ZipFile(sys.stdin.buffer) as archive:
            for name in {"content.xml"} & set(archive.namelist()):
                with archive.open(name) as content:
                    expat.ParserCreate().ParseFile(content)
    sys.stdin.buffer.seek(0)


def _fail(reason: str) -> int:
    sys.stderr.write(reason)
    return 3


def _write_sheet(rows: Iterable[list[Cell]], keep_breaks: bool) -> None:
    """One record a row; a blank row is a blank line, so that records and rows of the sheet have the same numbers."""
    out = open(sys.stdout.fileno(), "w", encoding="utf-8", errors="replace", newline="", closefd=False)  # noqa: SIM115
    write = csv.writer(out, lineterminator="\n").writerow
    for row in rows:
        cells = [_text(cell, keep_breaks) for cell in row]
        if any(cells):
            write(cells)
        else:
            out.write("\n")
    out.flush()


def _text(cell: Cell, keep_breaks: bool) -> str:
    if isinstance(cell, str):
        return _BREAKS.sub(" ", cell) if not keep_breaks and ("\n" in cell or "\r" in cell) else cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < WHOLE_BELOW else repr(cell)
    return cell.isoformat(" ") if isinstance(cell, datetime) else str(cell)


if __name__ == "__main__":
    try:
        code = main(sys.argv[1:])
    except BrokenPipeError:  # the reader has seen enough
        code = 0
    os._exit(code)
