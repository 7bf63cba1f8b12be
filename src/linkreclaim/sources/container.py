"""Opens what exports come in (a plain file, gzip, zip) and stops at what only an attack would hold."""

import gzip
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO

from linkreclaim.errors import InputError, UnsafeInputError

Read = Callable[[int], bytes]

MAX_MEMBERS = 100
"""Files in a zip; Search Console's have three, the largest bundles of crawlers some dozens."""
MAX_RATIO = 250
"""Unpacked to packed size: link exports reach 2 to 18 (our measurement), deflate 1,032 (zlib technical notes)."""
RATIO_FREE_BYTES = 32_000_000
"""Below this size any ratio is harmless."""
MAX_UNPACKED_BYTES = 50_000_000_000
"""About a hundred million rows."""

BROKEN_ARCHIVE = (EOFError, zlib.error, zipfile.BadZipFile, OSError)
"""What reading a damaged archive, or a disk that fails, raises."""

_ZIP_MAGIC, _EMPTY_ZIP_MAGIC, _GZIP_MAGIC = b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b"
_OLD_EXCEL_MAGIC = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True, slots=True)
class Part:
    """One text file inside an input; `open` gives a function that reads its unpacked bytes."""

    name: str  # for messages: "links.zip: Table.csv"
    open: Callable[[], AbstractContextManager[Read]]


def list_parts(path: Path) -> list[Part]:
    """The text files of an input, without reading them.

    Raises InputError when the file cannot be opened or is a workbook, UnsafeInputError when a zip promises more than
    the caps allow. While reading, UnsafeInputError is raised as soon as the unpacked bytes pass the caps.
    """
    try:
        with path.open("rb") as file:
            magic = file.read(4)
    except OSError as error:
        raise InputError(f"{path}: cannot be opened: {error.strerror or error}") from error
    if not magic:
        raise InputError(f"{path}: the file is empty; export it again")
    if magic == _OLD_EXCEL_MAGIC:
        raise _workbook_error(path)
    if magic in (_ZIP_MAGIC, _EMPTY_ZIP_MAGIC):
        return _list_zip(path)
    if magic.startswith(_GZIP_MAGIC):
        return [Part(str(path), partial(_open_gzip, path))]
    return [Part(str(path), partial(_open_plain, path))]


def _list_zip(path: Path) -> list[Part]:
    try:
        with zipfile.ZipFile(path) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
    except (zipfile.BadZipFile, OSError) as error:
        raise InputError(f"{path}: this zip file is damaged ({error}); download it again") from error
    if any(member.filename == "xl/workbook.xml" for member in members):
        raise _workbook_error(path)
    _check_zip(path, members)
    texts = [member for member in members if not member.filename.startswith("__MACOSX/")]
    if not texts:
        raise InputError(f"{path}: this zip file holds no files; download it again")
    return [Part(f"{path}: {member.filename}", partial(_open_member, path, member)) for member in texts]


def _check_zip(path: Path, members: list[zipfile.ZipInfo]) -> None:
    if len(members) > MAX_MEMBERS:
        raise UnsafeInputError(f"{path}: {len(members):,} files in one zip; at most {MAX_MEMBERS} are read")
    for member in members:
        if member.flag_bits & 1:
            raise InputError(f"{path}: {member.filename} is encrypted; unpack it and give the file inside")
        _check_size(f"{path}: {member.filename}", member.file_size, member.compress_size)


def _check_size(name: str, unpacked_bytes: int, packed_bytes: int) -> None:
    if unpacked_bytes > MAX_UNPACKED_BYTES:
        raise UnsafeInputError(f"{name}: unpacks to over {MAX_UNPACKED_BYTES:,} bytes; split the export")
    if unpacked_bytes > RATIO_FREE_BYTES and unpacked_bytes > MAX_RATIO * max(packed_bytes, 1):
        raise UnsafeInputError(
            f"{name}: unpacks to over {MAX_RATIO} times its size, as only a zip bomb does; if it is a real export, "
            "unpack it yourself and give the file inside"
        )


@contextmanager
def _open_plain(path: Path) -> Iterator[Read]:
    with path.open("rb", buffering=0) as file:
        yield file.read


@contextmanager
def _open_gzip(path: Path) -> Iterator[Read]:
    with path.open("rb") as packed, gzip.GzipFile(fileobj=packed) as unpacked:
        yield _capped(unpacked, str(path), packed.tell)


@contextmanager
def _open_member(path: Path, member: zipfile.ZipInfo) -> Iterator[Read]:
    try:
        with zipfile.ZipFile(path) as archive, archive.open(member) as unpacked:
            yield _capped(unpacked, f"{path}: {member.filename}", lambda: member.compress_size)
    except (NotImplementedError, zipfile.BadZipFile) as error:
        raise InputError(f"{path}: {member.filename} cannot be unpacked ({error}); unpack it yourself") from error


def _capped(unpacked: IO[bytes] | gzip.GzipFile, name: str, packed_bytes: Callable[[], int]) -> Read:
    """Reads and counts: sizes that an archive states of itself are not believed."""
    total = 0

    def read(size: int) -> bytes:
        nonlocal total
        block = unpacked.read(size)
        total += len(block)
        _check_size(name, total, packed_bytes())
        return block

    return read


def _workbook_error(path: Path) -> InputError:
    return InputError(f"{path}: this is an Excel workbook; save the sheet as 'CSV UTF-8' and give that file")
