"""Workbooks (.xlsx, .xlsm, .xls, .ods): each sheet as a part of comma-separated text, one line a row."""

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from tempfile import TemporaryFile
from typing import IO

from linkreclaim.errors import InputError, UnsafeInputError
from linkreclaim.sources.container import ZIP_MAGIC, Part, Read, Tell, check_members, is_workbook_zip, read_blocks
from linkreclaim.workbooks import reader

OLD_EXCEL_MAGIC = b"\xd0\xcf\x11\xe0"
"""Compound files (MS-CFB, 2.2): .xls, and .xlsx with a password."""
MAX_FILE_BYTES = 500_000_000
MAX_MEMBERS = 2_000
"""Files inside a workbook: a handful, and two for each sheet with links or charts."""
MAX_SHEETS = 100


def is_workbook(start: bytes) -> bool:
    """Whether a file that starts like this may be a workbook."""
    return start.startswith((ZIP_MAGIC, OLD_EXCEL_MAGIC))


def list_sheets(part: Part) -> list[Part]:
    """The sheets of a workbook, charts left out. Each opening parses its sheet anew, in a process of its own.

    Raises InputError when it is no workbook, damaged or protected, UnsafeInputError when it unpacks to more than the
    caps of `container` allow.
    """
    with _stored(part) as (file, max_cpu_s):
        names = reader.list_sheets(part.name, file, max_cpu_s)
    if len(names) > MAX_SHEETS:
        raise UnsafeInputError(f"{part.name}: {len(names):,} sheets; at most {MAX_SHEETS} are read; {reader.WAY_OUT}")
    return [_sheet(part, number, name, len(names)) for number, name in enumerate(names) if name is not None]


def _sheet(workbook: Part, number: int, name: str, sheets: int) -> Part:
    member = name if not workbook.member else f"{workbook.member}: {name}"
    opener = partial(_open_sheet, workbook, number)
    if sheets == 1:
        return Part(workbook.name, opener, workbook.member, rendered=True, costly=True)
    return Part(f"{workbook.name}: {name}", opener, member, rendered=True, costly=True)


@contextmanager
def _open_sheet(workbook: Part, number: int, tell: Tell) -> Iterator[Read]:
    with (
        _stored(workbook) as (file, max_cpu_s),
        reader.open_sheet(workbook.name, file, max_cpu_s, number) as read,
    ):
        yield read


@contextmanager
def _stored(part: Part) -> Iterator[tuple[IO[bytes], int]]:
    """The workbook as a file without a name, its zip directory checked, and the processor seconds it is given."""
    with TemporaryFile() as file:
        for block in read_blocks(part):
            file.write(block)
            if file.tell() > MAX_FILE_BYTES:
                raise UnsafeInputError(f"{part.name}: a workbook of over {MAX_FILE_BYTES:,} bytes; {reader.WAY_OUT}")
        unpacked_bytes = file.tell()
        file.seek(0)
        if file.read(4) == ZIP_MAGIC:
            unpacked_bytes = _check_zip(part, file)
        file.seek(0)
        yield file, reader.cpu_seconds(unpacked_bytes)


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
