"""Opens what exports come in (a plain file, gzip, zip) and stops at what only an attack would hold."""

import gzip
import lzma
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import cast

from linkreclaim.errors import InputError, UnsafeInputError
from linkreclaim.model.links import RowProblem

Read = Callable[[int], bytes]
Tell = Callable[[RowProblem], None]

MAX_MEMBERS = 100
"""Files in a zip; Search Console's have three, the largest bundles of crawlers some dozens."""
MAX_RATIO = 250
"""Unpacked to packed size: link exports reach 2 to 18 (our measurement), deflate 1,032 (zlib technical notes)."""
RATIO_FREE_BYTES = 32_000_000
"""Below this size any ratio is harmless."""
MAX_UNPACKED_BYTES = 50_000_000_000
"""About a hundred million rows."""

BROKEN_ARCHIVE = (EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, OSError)
"""What reading a damaged archive, or a disk that fails, raises."""

_LEFT_BEHIND = frozenset((".ds_store", "thumbs.db", "desktop.ini"))
ZIP_MAGIC, _EMPTY_ZIP_MAGIC, _GZIP_MAGIC = b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b"


def _nobody(problem: RowProblem) -> None:
    """Where nobody asked to be told."""


@dataclass(frozen=True, slots=True)
class Part:
    """One table inside an input, or the file that holds some; can be opened as often as needed.

    A part that is made from something else than delimited text (a sheet, JSON objects, a list of URLs) is rendered as
    comma-separated UTF-8, one line a row, and brings its column names in `header`, so that they are none of its lines.
    """

    name: str  # for messages: "links.zip: Table.csv"
    opener: Callable[[Tell], AbstractContextManager[Read]]
    member: str = ""  # its name within the input; "" for the whole of it
    rendered: bool = False
    header: tuple[str, ...] | None = None
    costly: bool = False  # opening the input anew parses the whole of it

    def open(self, tell: Tell = _nobody) -> AbstractContextManager[Read]:
        """A function that reads the unpacked bytes; `tell` takes the rows that could not be rendered."""
        return self.opener(tell)


def reader_of(chunks: Iterable[bytes]) -> Read:
    """Reads what an iterable of bytes gives; at its end b""."""
    source, rest = iter(chunks), bytearray()

    def read(size: int) -> bytes:
        while len(rest) < size:
            chunk = next(source, None)
            if chunk is None:
                break
            rest.extend(chunk)
        block = bytes(rest[:size])
        del rest[:size]
        return block

    return read


def read_start(part: Part, size: int) -> tuple[bytes, bool]:
    """The first bytes of a part, and whether they are all of it; of a damaged archive what can be had.

    Raises InputError when it is damaged from its beginning.
    """
    start = b""
    try:
        with part.open() as read:
            while len(start) < size:
                block = read(min(65_536, size - len(start)))
                if not block:
                    return start, True
                start += block
            return start, not read(1)
    except BROKEN_ARCHIVE as error:
        if not start:
            raise _damaged(part, error) from error
        return start, False


def read_blocks(part: Part) -> Iterator[bytes]:
    """All of a part, a megabyte at a time. Raises InputError when it is damaged."""
    try:
        with part.open() as read:
            while block := read(1 << 20):
                yield block
    except BROKEN_ARCHIVE as error:
        raise _damaged(part, error) from error


def _damaged(part: Part, error: Exception) -> InputError:
    return InputError(f"{part.name}: the file is damaged ({error}); download it again")


def read_whole(part: Part, max_bytes: int, advice: str) -> bytes:
    """All bytes of a part.

    Raises UnsafeInputError, with the advice, when they are more than `max_bytes`, InputError when it is damaged.
    """
    blocks, total = [], 0
    for block in read_blocks(part):
        blocks.append(block)
        total += len(block)
        if total > max_bytes:
            raise UnsafeInputError(f"{part.name}: over {max_bytes:,} bytes; {advice}")
    return b"".join(blocks)


def list_parts(path: Path) -> list[Part]:
    """The files of an input, without reading them; a workbook, which is a zip too, is one file.

    Raises InputError when the file cannot be opened, UnsafeInputError when a zip promises more than the caps allow.
    While reading, UnsafeInputError is raised as soon as the unpacked bytes pass the caps.
    """
    try:
        with path.open("rb") as file:
            magic = file.read(4)
    except OSError as error:
        raise InputError(f"{path}: cannot be opened: {error.strerror or error}") from error
    if not magic:
        raise InputError(f"{path}: the file is empty; export it again")
    if magic in (ZIP_MAGIC, _EMPTY_ZIP_MAGIC):
        return _list_zip(path)
    if magic.startswith(_GZIP_MAGIC):
        return [Part(str(path), partial(_open_gzip, path))]
    return [Part(str(path), partial(_open_plain, path))]


def is_workbook_zip(members: Iterable[str]) -> bool:
    """Whether a zip of these files is a workbook: Office Open XML or OpenDocument, by the files that both must hold."""
    names = set(members)
    return "[Content_Types].xml" in names or {"mimetype", "content.xml"} <= names


def check_members(name: str, members: list[zipfile.ZipInfo], max_members: int = MAX_MEMBERS) -> None:
    """Refuses a zip by what its directory says. Raises InputError or UnsafeInputError."""
    if len(members) > max_members:
        raise UnsafeInputError(f"{name}: {len(members):,} files in one zip; at most {max_members:,} are read")
    for member in members:
        if member.flag_bits & 1:
            raise InputError(f"{name}: {member.filename} is encrypted; unpack it and give the file inside")
        _check_size(f"{name}: {member.filename}", member.file_size, member.compress_size)


def _list_zip(path: Path) -> list[Part]:
    try:
        with zipfile.ZipFile(path) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise InputError(f"{path}: this zip file is damaged ({error}); download it again") from error
    if is_workbook_zip(member.filename for member in members):
        return [Part(str(path), partial(_open_plain, path))]
    check_members(str(path), members)
    texts = {member.filename: member for member in members if not _is_left_behind(member.filename)}
    if not texts:
        raise InputError(f"{path}: this zip file holds no files; download it again")
    return [Part(f"{path}: {name}", partial(_open_member, path, texts[name]), name) for name in texts]


def _is_left_behind(name: str) -> bool:
    """Whether a file system wrote this beside what the person packed: macOS (its `__MACOSX` folder too) or Windows."""
    return name.startswith("__MACOSX/") or name.rpartition("/")[2].casefold() in _LEFT_BEHIND


def _check_size(name: str, unpacked_bytes: int, packed_bytes: int) -> None:
    if unpacked_bytes > MAX_UNPACKED_BYTES:
        raise UnsafeInputError(f"{name}: unpacks to over {MAX_UNPACKED_BYTES:,} bytes; split the export")
    if unpacked_bytes > RATIO_FREE_BYTES and unpacked_bytes > MAX_RATIO * max(packed_bytes, 1):
        raise UnsafeInputError(
            f"{name}: unpacks to over {MAX_RATIO} times its size, as only a zip bomb does; if it is a real export, "
            "unpack it yourself and give the file inside"
        )


@contextmanager
def _open_plain(path: Path, tell: Tell) -> Iterator[Read]:
    with path.open("rb", buffering=0) as file:
        yield file.read


@contextmanager
def _open_gzip(path: Path, tell: Tell) -> Iterator[Read]:
    with path.open("rb") as packed, gzip.GzipFile(fileobj=packed) as unpacked:
        yield _capped(unpacked, str(path), packed.tell)


@contextmanager
def _open_member(path: Path, member: zipfile.ZipInfo, tell: Tell) -> Iterator[Read]:
    try:
        with zipfile.ZipFile(path) as archive, archive.open(member) as unpacked:
            inside = cast(zipfile.ZipExtFile, unpacked)
            yield _capped(inside, f"{path}: {member.filename}", lambda: member.compress_size)
    except (NotImplementedError, zipfile.BadZipFile) as error:
        raise InputError(f"{path}: {member.filename} cannot be unpacked ({error}); unpack it yourself") from error


def _capped(unpacked: zipfile.ZipExtFile | gzip.GzipFile, name: str, packed_bytes: Callable[[], int]) -> Read:
    """Reads and counts: sizes that an archive states of itself are not believed.

    Of a damaged archive all that can be unpacked is given before the error is raised; `unpacked.read` would drop it.
    """
    total = 0
    broken: Exception | None = None

    def read(size: int) -> bytes:
        nonlocal total, broken
        if broken is not None:
            raise broken
        data = bytearray()
        try:
            while len(data) < size and (block := unpacked.read1(size - len(data))):
                data += block
        except BROKEN_ARCHIVE as error:
            if not data:
                raise
            broken = error
        total += len(data)
        _check_size(name, total, packed_bytes())
        return bytes(data)

    return read
