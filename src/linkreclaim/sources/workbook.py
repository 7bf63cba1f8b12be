"""Workbooks (.xlsx, .xlsm, .xls, .ods): each sheet as a part of comma-separated text, one line a row."""

import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from linkreclaim.errors import InputError, UnsafeInputError
from linkreclaim.sources.container import ZIP_MAGIC, Part, Read, Tell, check_members, is_workbook_zip

OLD_EXCEL_MAGIC = b"\xd0\xcf\x11\xe0"
"""Compound files (MS-CFB, 2.2): .xls, and .xlsx with a password."""
MAX_FILE_BYTES = 500_000_000
MAX_MEMBERS = 2_000
"""Files inside a workbook: a handful, and two for each sheet with links or charts."""
MAX_MEMORY_BYTES = 4_000_000_000
"""Address space of the process that parses. 200,000 rows of 20 columns (200 MB unpacked) take 0.4 GB there, and nothing
here (our measurement)."""
MIN_CPU_S = 10
UNPACKED_BYTES_PER_CPU_S = 2_000_000
"""Processor time that is given to a workbook, by its size: an honest one takes a twentieth (our measurement: 43 MB of
unpacked XML a second)."""
MAX_SHEETS = 100

_PROGRAM = Path(__file__).with_name("workbook_process.py")
_WAY_OUT = "save the sheet as 'CSV UTF-8' and give that file"
_NO_REASON = "it needs more memory or time than a sheet of links does, or it is damaged"


def is_workbook(start: bytes) -> bool:
    """Whether a file that starts like this may be a workbook."""
    return start.startswith((ZIP_MAGIC, OLD_EXCEL_MAGIC))


def list_sheets(part: Part) -> list[Part]:
    """The sheets of a workbook, charts left out.

    A date is written as ISO, a whole number without decimals, yes and no as true and false, an error as an empty cell;
    a line break inside a cell becomes a space. Each opening parses its sheet anew, in a process of its own.

    Raises InputError when it is no workbook, damaged or protected, UnsafeInputError when it unpacks to more than the
    caps of `container` allow.
    """
    with _stored(part) as (file, max_cpu_s), _process(file, max_cpu_s) as process:
        assert process.stdout is not None
        answer = process.stdout.read(1_000_000)
        _check_end(part, process)
    names: list[str | None] = json.loads(answer)
    if len(names) > MAX_SHEETS:
        raise UnsafeInputError(f"{part.name}: {len(names):,} sheets; at most {MAX_SHEETS} are read; {_WAY_OUT}")
    return [_sheet(part, number, name, len(names)) for number, name in enumerate(names) if name is not None]


def _sheet(workbook: Part, number: int, name: str, sheets: int) -> Part:
    member = name if not workbook.member else f"{workbook.member}: {name}"
    opener = partial(_open_sheet, workbook, number)
    if sheets == 1:
        return Part(workbook.name, opener, workbook.member, rendered=True, costly=True)
    return Part(f"{workbook.name}: {name}", opener, member, rendered=True, costly=True)


@contextmanager
def _open_sheet(workbook: Part, number: int, tell: Tell) -> Iterator[Read]:
    with _stored(workbook) as (file, max_cpu_s), _process(file, max_cpu_s, number) as process:
        out = process.stdout
        assert out is not None

        def read(size: int) -> bytes:
            block = out.read(size)
            if not block:
                _check_end(workbook, process)
            return block

        yield read


@contextmanager
def _stored(part: Part) -> Iterator[tuple[IO[bytes], int]]:
    """The workbook as a file without a name, its zip directory checked, and the processor seconds it is given."""
    with TemporaryFile() as file:
        with part.open() as read:
            while block := read(1 << 20):
                file.write(block)
                if file.tell() > MAX_FILE_BYTES:
                    raise UnsafeInputError(f"{part.name}: a workbook of over {MAX_FILE_BYTES:,} bytes; {_WAY_OUT}")
        unpacked_bytes = file.tell()
        file.seek(0)
        if file.read(4) == ZIP_MAGIC:
            unpacked_bytes = _check_zip(part, file)
        file.seek(0)
        yield file, MIN_CPU_S + unpacked_bytes // UNPACKED_BYTES_PER_CPU_S


def _check_zip(part: Part, file: IO[bytes]) -> int:
    """The size the workbook says it has unpacked."""
    try:
        members = zipfile.ZipFile(file).infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise InputError(f"{part.name}: this zip file is damaged ({error}); download it again") from error
    if not is_workbook_zip(member.filename for member in members):
        raise InputError(f"{part.name}: a zip inside a zip is not read; unpack it and give the files inside")
    check_members(part.name, members, MAX_MEMBERS)
    return sum(member.file_size for member in members)


@contextmanager
def _process(file: IO[bytes], max_cpu_s: int, *sheet: int) -> "Iterator[subprocess.Popen[bytes]]":
    command = [sys.executable, "-P", str(_PROGRAM), *map(str, (MAX_MEMORY_BYTES, max_cpu_s, *sheet))]
    with subprocess.Popen(  # noqa: S603  # our own program
        command, stdin=file, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def _check_end(part: Part, process: "subprocess.Popen[bytes]") -> None:
    """Waits for a process whose output has been read to its end. Raises InputError when it failed."""
    assert process.stderr is not None
    said = process.stderr.read(10_000).decode(errors="replace")
    code = process.wait()
    if code == 0:
        return
    reason = said if code == 3 and said else _NO_REASON
    raise InputError(f"{part.name}: this workbook cannot be read: {reason}; {_WAY_OUT}")
