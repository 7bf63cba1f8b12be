"""Unpacks a log as it is read: in bounded memory, from its first bytes and not from its name, as far as it goes."""

import bz2
import lzma
import sys
import zlib
from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import Protocol

from linkreclaim.errors import InputError

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

Read = Callable[[int], bytes]
Tell = Callable[[str], None]

MAGIC_BYTES = 6
PACKED_BYTES = 1 << 16
UNPACKED_BYTES = 1 << 20
"""How much is unpacked at once, whatever the archive promises."""
MAX_RATIO = 1_100
"""Unpacked to packed size. Deflate reaches 1,032 (zlib, technical details); beyond that any format holds a bomb."""
RATIO_FREE_BYTES = 32_000_000
"""Below this size any ratio is harmless."""
MAX_XZ_BYTES = 128 << 20
"""Memory that unpacking .xz may take; `xz -9` needs 65 MiB (xz(1)). zstd refuses windows over 128 MiB by itself."""


class Packing(StrEnum):
    """How a file is packed."""

    PLAIN = "plain"
    GZIP = "gzip"
    ZSTD = "zstd"
    BZIP2 = "bzip2"
    XZ = "xz"


_MAGIC = {
    b"\x1f\x8b": Packing.GZIP,
    b"\x28\xb5\x2f\xfd": Packing.ZSTD,
    b"BZh": Packing.BZIP2,
    b"\xfd7zXZ\x00": Packing.XZ,
}
"""**Source:** RFC 1952, 2.3.1; RFC 8878, 3.1.1; bzip2 and xz file formats."""
_REFUSED = {
    b"PK\x03\x04": "a zip archive: unpack it (unzip) and give the files inside",
    b"PK\x05\x06": "an empty zip archive",
    b"7z\xbc\xaf\x27\x1c": "a 7z archive: unpack it and give the files inside",
    b"Rar!": "a rar archive: unpack it and give the files inside",
    b"\x1f\x9d": "packed by compress: unpack it (uncompress) and give the file inside",
    b"\xff\xfe": "UTF-16 text: save it as UTF-8 (iconv -f UTF-16 -t UTF-8)",
    b"\xfe\xff": "UTF-16 text: save it as UTF-8 (iconv -f UTF-16 -t UTF-8)",
}
_ZSTD_SKIPPED = frozenset(bytes((first, 0x2A, 0x4D, 0x18)) for first in range(0x50, 0x60))
"""Frames without data, which parallel packers write. **Source:** RFC 8878, 3.1.2."""
_TAR_MAGIC_AT = 257
BROKEN = (EOFError, zlib.error, lzma.LZMAError, zstd.ZstdError, OSError, ValueError)
"""What unpacking a damaged archive, or a disk that fails, raises."""


class _Decoder(Protocol):
    """What the unpackers of the standard library have in common."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


class _Inflate:
    """zlib's decoder in the form of the others."""

    def __init__(self) -> None:
        self._zlib = zlib.decompressobj(wbits=31)  # with gzip's header and trailer, whose checksum is checked
        self._full = False

    @property
    def eof(self) -> bool:
        return self._zlib.eof

    @property
    def needs_input(self) -> bool:
        return not self._full and not self._zlib.unconsumed_tail

    @property
    def unused_data(self) -> bytes:
        return self._zlib.unused_data

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        block = self._zlib.decompress(self._zlib.unconsumed_tail + data, max_length)
        self._full = len(block) == max_length
        return block


def _decoder(packing: Packing) -> _Decoder:
    match packing:
        case Packing.GZIP:
            return _Inflate()
        case Packing.ZSTD:
            return zstd.ZstdDecompressor()
        case Packing.BZIP2:
            return bz2.BZ2Decompressor()
        case _:
            return lzma.LZMADecompressor(memlimit=MAX_XZ_BYTES)


def packing_of(start: bytes, name: str) -> Packing:
    """How a file is packed that starts so.

    Raises:
        InputError: in a way that is not read; the message says what to do.
    """
    for magic, advice in _REFUSED.items():
        if start.startswith(magic):
            raise InputError(f"{name}: this is {advice}")
    return next((packing for magic, packing in _MAGIC.items() if start.startswith(magic)), Packing.PLAIN)


def refuse_tar(head: bytes, name: str) -> None:
    """See that unpacked bytes are no tar archive. Raises InputError."""
    if head[_TAR_MAGIC_AT : _TAR_MAGIC_AT + 5] == b"ustar":
        raise InputError(f"{name}: this is a tar archive: unpack it (tar xf) and give the files inside")


def unpack(read: Read, packing: Packing, tell: Tell) -> Iterator[bytes]:
    """Blocks of unpacked bytes, each at most 1 MB.

    A file that breaks off, is damaged or unpacks without end gives what comes before that place, and `tell` takes a
    sentence on it.
    """
    if packing is Packing.PLAIN:
        yield from _plain(read, tell)
        return
    packed = unpacked = 0

    def counted(size: int) -> bytes:
        nonlocal packed
        block = read(size)
        packed += len(block)
        return block

    try:
        for block in _members(counted, packing, tell):
            unpacked += len(block)
            if unpacked > max(RATIO_FREE_BYTES, MAX_RATIO * packed):
                tell(f"it unpacks to over {MAX_RATIO:,} times its size, as only a bomb does; the rest is not read")
                return
            yield block
    except BROKEN as error:
        tell(f"the file is cut off or damaged ({error}); what comes before, {unpacked:,} bytes unpacked, is read")


def _plain(read: Read, tell: Tell) -> Iterator[bytes]:
    try:
        while block := read(UNPACKED_BYTES):
            yield block
    except OSError as error:
        tell(f"the file cannot be read on ({error.strerror or error}); what comes before is read")


def _members(read: Read, packing: Packing, tell: Tell) -> Iterator[bytes]:
    """The unpacked bytes of all members: packed files may be joined (`cat a.gz b.gz`)."""
    data = read(PACKED_BYTES)
    while data:
        decoder = _decoder(packing)
        while not decoder.eof:
            block = decoder.decompress(data, UNPACKED_BYTES)
            data = b""
            if block:
                yield block
            elif decoder.needs_input and not decoder.eof:
                data = read(PACKED_BYTES)
                if not data:
                    raise EOFError("its end is missing")
        data = _next_member(decoder.unused_data, read)
        if data and not _is_member(data, packing):
            tell("something else follows the packed data; it is not read")
            return


def _next_member(rest: bytes, read: Read) -> bytes:
    """The start of the next member; the zeros that tapes and some servers add in between are skipped."""
    rest = rest.lstrip(b"\0")
    while len(rest) < MAGIC_BYTES and (block := read(PACKED_BYTES)):
        rest = (rest + block).lstrip(b"\0")
    return rest


def _is_member(data: bytes, packing: Packing) -> bool:
    if packing is Packing.ZSTD and data[:4] in _ZSTD_SKIPPED:
        return True
    return any(data.startswith(magic) for magic, named in _MAGIC.items() if named is packing)
