"""Blocks of whole lines out of a stream of bytes, or out of a part of a plain file."""

import os
from collections.abc import Callable, Iterable, Iterator
from io import FileIO
from pathlib import Path

BLOCK_BYTES = 1 << 19
"""Read at once. Larger blocks are no faster (our measurement, 64 KB to 4 MB)."""
MAX_LINE_BYTES = 1 << 20
"""What is kept of one line. Servers refuse requests over some kilobytes (RFC 9110, 4.1: 8,000 octets for a URL)."""
_PROBED_BYTES = 1 << 13

Range = tuple[int, int]
"""Bytes of a file from a first one to before a last one; it holds the lines that start there."""


def whole_lines(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in blocks that end where a line ends; the last gets its missing line end.

    Of a line over 1 MB only its beginning is kept, so that memory stays bounded.
    """
    rest = b""
    for block in blocks:
        end = block.rfind(b"\n") + 1
        if not end:
            rest += block[: MAX_LINE_BYTES - len(rest)]
            continue
        yield rest + block[:end]  # of a block that ends with a line nothing is copied
        rest = block[end:][:MAX_LINE_BYTES]
    if rest:
        yield rest + b"\n"


def divided(size_bytes: int, next_bytes: Callable[[int], int]) -> Iterator[Range]:
    """A file in parts; `next_bytes` says how long the next one may be when so many bytes are left."""
    start = 0
    while start < size_bytes:
        stop = min(start + next_bytes(size_bytes - start), size_bytes)
        yield start, stop
        start = stop


def read_range(path: Path, part: Range) -> Iterator[bytes]:
    """Blocks of whole lines: all lines that start inside the part, the last one to its end.

    Raises:
        OSError: the file cannot be read.
    """
    with path.open("rb", buffering=0) as file:
        stop = _line_start(file, part[1])
        at = _line_start(file, part[0])
        while at < stop:
            end = _line_start(file, min(at + BLOCK_BYTES, stop))
            if end - at > BLOCK_BYTES + MAX_LINE_BYTES:
                file.seek(at)
                yield from whole_lines(_bytes_until(file, stop - at))
                return
            block = os.pread(file.fileno(), end - at, at) if end > at else b""
            if not block:  # the file was cut off while it was read
                return
            yield from whole_lines([block])
            at = end


def _line_start(file: FileIO, at: int) -> int:
    """Where the first line starts that starts there or later; the end of the file where none does."""
    if at == 0:
        return 0
    at = file.seek(at - 1)
    while block := file.read(_PROBED_BYTES):
        end = block.find(b"\n")
        if end >= 0:
            return at + end + 1
        at += len(block)
    return at


def _bytes_until(file: FileIO, left_bytes: int) -> Iterator[bytes]:
    while left_bytes > 0 and (block := file.read(min(BLOCK_BYTES, left_bytes))):
        left_bytes -= len(block)
        yield block
