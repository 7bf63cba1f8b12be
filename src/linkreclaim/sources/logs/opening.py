"""Opens access logs: finds how a file is packed and which format it has, both by its content."""

import hashlib
import os
import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from linkreclaim.errors import InputError
from linkreclaim.sources.logs.blocks import Range, read_range, whole_lines
from linkreclaim.sources.logs.elements import is_array, split_elements
from linkreclaim.sources.logs.interface import Hit, LogFormat
from linkreclaim.sources.logs.packing import MAGIC_BYTES, Packing, Read, Tell, packing_of, refuse_tar, unpack
from linkreclaim.sources.logs.recognise import recognise_log
from linkreclaim.sources.logs.shapes import Shape, learn_shape

STDIN = "-"
RECOGNISED_BYTES = 1 << 16
SAMPLE_BYTES = 1 << 18
"""About 1,000 lines: enough to learn their shape and the site's own host."""
_BOM = b"\xef\xbb\xbf"

Count = Callable[[int], None]
"""Takes how many bytes of the file were read, packed ones where it is packed."""


class _Replayed:
    """A stream that cannot be read twice, whose beginning is read again all the same."""

    def __init__(self, stream: BinaryIO, ours: bool) -> None:
        self._stream = stream
        self._ours = ours
        self._kept = b""
        self._at = 0
        self._keeping = True

    def read(self, size: int) -> bytes:
        if self._at < len(self._kept):
            block = self._kept[self._at : self._at + size]
        else:
            block = self._stream.read(size)
            if self._keeping:
                self._kept += block
        self._at += len(block)
        return block

    def rewind(self, for_good: bool) -> None:
        """Begin anew; `for_good`: what is read from now on need not be kept."""
        self._at = 0
        self._keeping = not for_good

    def close(self) -> None:
        """Close it, where we opened it."""
        if self._ours:
            self._stream.close()


@dataclass(frozen=True, slots=True)
class LogFile:
    """A log that can be read: its format is known."""

    name: str  # for messages: the path as given, or "standard input"
    path: Path
    log_format: LogFormat
    packing: Packing
    size_bytes: int  # as it is packed; 0 for a stream
    in_array: bool  # a JSON document whose elements are the lines
    shape: Shape | None  # of its readable lines, where they need not all be parsed
    sample: tuple[Hit, ...]  # its first requests
    _stream: _Replayed | None = field(default=None, repr=False)  # where it can be read once only

    @property
    def is_stream(self) -> bool:
        """Whether it can be read once only, and in this process."""
        return self._stream is not None

    @property
    def divisible(self) -> bool:
        """Whether several processes may read parts of it."""
        whole = self.in_array or self.is_stream or self.log_format.ordered
        return self.packing is Packing.PLAIN and not whole

    def blocks(self, tell: Tell, count: Count) -> Iterator[bytes]:
        """Blocks of whole lines. Where the file breaks off, `tell` takes a sentence and what came before is given."""
        with _open(self.path, self._stream, for_good=True) as read:
            yield from whole_lines(_lines_of(unpack(_counted(read, count), self.packing, tell), self.in_array))

    def range_blocks(self, part: Range, tell: Tell, count: Count) -> Iterator[bytes]:
        """The same for the lines that start in a part of a file that is `divisible`."""
        try:
            blocks = read_range(self.path, part)
            for block in blocks if part[0] else _without_bom(blocks):
                count(len(block))
                yield block
        except OSError as error:
            tell(f"bytes {part[0]:,} to {part[1]:,} cannot be read: {error.strerror or error}")


def open_log(path: Path, log_format: LogFormat | None = None, stdin: BinaryIO | None = None) -> LogFile | None:
    """Open a log and recognise it, unless its format is given; "-" is `stdin`. None: it is no access log, or empty.

    Reads its first 256 KB unpacked. A pipe (`<(zcat access.log.1.gz)`) is read once, by whoever reads the log.

    Raises:
        InputError: it cannot be opened, or is packed in a way that is not read.
    """
    name = "standard input" if str(path) == STDIN else str(path)
    stream = _Replayed(stdin, ours=False) if str(path) == STDIN and stdin is not None else _pipe(path)
    file = None
    try:
        file = _recognised(path, stream, name, log_format)
    finally:
        if file is None and stream is not None:
            stream.close()
    return file


def _recognised(path: Path, stream: _Replayed | None, name: str, log_format: LogFormat | None) -> LogFile | None:
    packing, head, complete = _read_head(path, stream, name)
    refuse_tar(head, name)
    in_array = is_array(head)
    if in_array:
        head = b"".join(split_elements([head]))
    found = log_format or (recognise_log(head[:RECOGNISED_BYTES]) if head else None)
    if found is None:
        return None
    lines = head.replace(b"\r\n", b"\n").split(b"\n")
    whole = lines if complete else lines[:-1]
    size_bytes = 0 if stream is not None else path.stat().st_size
    shape, sample = learn_shape(found, whole), _sample(found, whole)
    return LogFile(name, path, found, packing, size_bytes, in_array, shape, sample, stream)


def find_log(path: Path) -> LogFile | None:
    """`open_log` for who has other readers as well: None also for what no log is read from (a zip, UTF-16 text).

    Raises:
        InputError: it cannot be opened.
    """
    try:
        with path.open("rb"):
            pass
    except OSError as error:
        raise _unopened(path, error) from error
    try:
        return open_log(path)
    except InputError:
        return None


def first_line_digest(path: Path) -> str | None:
    """SHA-256 of a log's first line of data, unpacked, without its line end; None where it has none.

    Headers and comments (`#Fields:`) and blank lines are skipped. The same log, grown or packed since, gives the same.

    Raises:
        InputError: it cannot be opened, or is packed in a way that is not read.
    """
    _, head, _ = _read_head(path, None, str(path))
    if is_array(head):
        head = b"".join(split_elements([head]))
    lines = (line.strip() for line in head.split(b"\n"))
    first = next((line for line in lines if line and not line.startswith(b"#")), None)
    return None if first is None else hashlib.sha256(first).hexdigest()


@contextmanager
def _open(path: Path, stream: _Replayed | None, for_good: bool = False) -> Iterator[Read]:
    if stream is not None:
        stream.rewind(for_good)
        try:
            yield stream.read
        finally:
            if for_good:
                stream.close()
        return
    with path.open("rb", buffering=0) as file:
        yield file.read


def _pipe(path: Path) -> _Replayed | None:
    """The stream of a path that is no regular file; None where it is one."""
    try:
        mode = path.stat().st_mode
        if stat.S_ISREG(mode):
            return None
        if stat.S_ISDIR(mode):
            raise InputError(f"{path}: this is a folder; name the log files in it")
        return _Replayed(os.fdopen(os.open(path, os.O_RDONLY), "rb"), ours=True)
    except OSError as error:
        raise _unopened(path, error) from error


def _read_head(path: Path, stream: _Replayed | None, name: str) -> tuple[Packing, bytes, bool]:
    """How a file is packed, its first bytes unpacked, without a mark, and whether they are all of it."""
    try:
        with _open(path, stream) as read:
            packing = packing_of(read(MAGIC_BYTES), name)
        head = b""
        with _open(path, stream) as read:
            for block in unpack(read, packing, _nobody):
                head += block
                if len(head) > SAMPLE_BYTES:
                    return packing, head[:SAMPLE_BYTES].removeprefix(_BOM), False
    except OSError as error:
        raise _unopened(path, error) from error
    return packing, head.removeprefix(_BOM), True


def _unopened(path: Path, error: OSError) -> InputError:
    return InputError(f"{path}: cannot be opened: {error.strerror or error}")


def _nobody(sentence: str) -> None:
    """Where the same will be told when the whole file is read."""


def _counted(read: Read, count: Count) -> Read:
    def counting(size: int) -> bytes:
        block = read(size)
        count(len(block))
        return block

    return counting


def _lines_of(blocks: Iterator[bytes], in_array: bool) -> Iterator[bytes]:
    return split_elements(blocks) if in_array else _without_bom(blocks)


def _without_bom(blocks: Iterator[bytes]) -> Iterator[bytes]:
    first = next(blocks, b"")
    return chain([first.removeprefix(_BOM)], blocks)


def _sample(log_format: LogFormat, lines: Iterable[bytes]) -> tuple[Hit, ...]:
    parser = log_format.make_parser()
    return tuple(hit for hit in map(parser.parse, lines) if isinstance(hit, Hit))
