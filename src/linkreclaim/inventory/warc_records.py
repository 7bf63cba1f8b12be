"""WARC files as records: which files are WARC, their records past broken places, and the answer that a record holds."""

import gzip
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordType

from linkreclaim.inventory.payload import MAX_BODY_BYTES, read_body
from linkreclaim.net.location import REDIRECT_STATUSES

_HEAD_BYTES = 65_536
_SNIFF_BYTES = 4_096
_MOST_RESTARTS = 100
_NAMES = re.compile(r"\.w?arc(\.gz|\.zst|\.lz4)?$", re.IGNORECASE)
_MEMBER = b"\x1f\x8b\x08"  # RFC 1952, 2.3.1: how a gzip member begins
_COMPRESSED = (b"\x28\xb5\x2f\xfd", b"\x5d\x2a\x4d\x18", b"\x04\x22\x4d\x18")
"""Zstandard (RFC 8878, 3.1.1), its dictionary frame (IIPC, "Zstandard compression for WARC"), LZ4 frame."""
_STATUS = re.compile(rb"HTTP/\d(?:\.\d)?[ \t]+(\d{3})")
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_PAGE_TYPES = frozenset({"text/html", "application/xhtml+xml"})
_READ_TYPES = WarcRecordType.response | WarcRecordType.resource | WarcRecordType.revisit
_BLOCK_BYTES = 1 << 20


def find_warc_files(folder: Path, by_content: bool = True) -> tuple[Path, ...]:
    """The WARC files of a folder and its subfolders: by their name, and with `by_content` those at its top by theirs.

    A file that is named so and is none is among them, to be reported. Symbolic links are not followed.
    """
    named = {file for file in folder.rglob("*") if _NAMES.search(file.name)}
    others = {file for file in folder.iterdir() if by_content and file not in named}
    found = {file for file in named | others if not file.is_symlink() and file.is_file()}
    return tuple(sorted(file for file in found if file in named or not refuse_file(file)))


def refuse_file(path: Path) -> str:
    """Why a file cannot be read as WARC; "" when it can. Cost: reads its first bytes."""
    try:
        start = _start_of(path)
    except (OSError, EOFError, zlib.error) as error:
        return f"the file cannot be read: {getattr(error, 'strerror', None) or error}"
    if start.startswith((b"WARC/", *_COMPRESSED)):
        return ""
    if start.startswith(b"filedesc:"):
        return "an ARC file, the format before WARC; turn it into WARC with `warcio recompress IN.arc.gz OUT.warc.gz`"
    return f"no WARC file: it begins with {start[:40]!r}"


def _start_of(path: Path) -> bytes:
    with path.open("rb") as stream:
        start = stream.read(64)
        if not start.startswith(_MEMBER):
            return start
        stream.seek(0)
        with gzip.open(stream) as unpacked:
            return unpacked.read(64)


def read_records(file: Path, report: Callable[[str], None]) -> Iterator[tuple[WarcRecord, int]]:
    """Responses, resources and revisits of a file, each with the byte where it begins; memory does not grow with it.

    After a broken place it goes on at the next record that begins well, at most 100 times; what is left out is
    reported. Raises OSError when the file cannot be opened.
    """
    start = 0
    for _ in range(_MOST_RESTARTS):
        with file.open("rb") as stream:
            stream.seek(start)
            try:
                for record in ArchiveIterator(stream, record_types=_READ_TYPES, parse_http=False, strict_mode=False):
                    start = record.stream_pos
                    yield record, start
                return
            except OSError as error:
                trouble = str(error)
        following = _next_start(file, start + 1)
        if following is None:
            report(f"broken after byte {start:,} ({trouble}); the rest is left out")
            return
        report(f"broken after byte {start:,} ({trouble}); it goes on at byte {following:,}")
        start = following
    report(f"broken in more than {_MOST_RESTARTS} places; the rest is left out")


def _next_start(file: Path, start: int) -> int | None:
    """Where the next record begins, in a plain file or one packed record by record; None when none does."""
    with file.open("rb") as stream:
        packed = stream.read(len(_MEMBER)) == _MEMBER
        stream.seek(start)
        for place in _places(stream.read, _MEMBER if packed else b"WARC/1.", start):
            if not packed or _unpacks_to_warc(file, place):
                return place
    return None


def _places(read: Callable[[int], bytes], mark: bytes, base: int) -> Iterator[int]:
    """Where `mark` stands in a stream that is at byte `base`."""
    window = b""
    while block := read(_BLOCK_BYTES):
        window += block
        at = window.find(mark)
        while at >= 0:
            yield base + at
            at = window.find(mark, at + 1)
        kept = len(mark) - 1
        base += len(window) - kept
        window = window[-kept:]


def _unpacks_to_warc(file: Path, place: int) -> bool:
    with file.open("rb") as stream:
        stream.seek(place)
        try:
            return zlib.decompressobj(31).decompress(stream.read(4_096), 5) == b"WARC/"
        except zlib.error:
            return False


@dataclass(frozen=True, slots=True)
class ArchivedAnswer:
    """What a record holds: an answer with its head read and its body as it was sent."""

    status_code: int  # 0: the record holds no HTTP answer
    content_type: str = ""
    transfer_encoding: str = ""
    content_encoding: str = ""
    location: str = ""  # where it led, as written; "" when it is no redirect
    body: bytes = b""
    is_cut: bool = False  # the record is shorter than it says

    @property
    def is_page(self) -> bool:
        """Whether it is HTML: by its type, or by its first byte where no type is given."""
        kind = self.content_type.split(";", 1)[0].strip().lower()
        if kind:
            return kind in _PAGE_TYPES
        start, _ = read_body(self.body[:_SNIFF_BYTES], self.transfer_encoding, self.content_encoding)
        return start.lstrip()[:1] == b"<"


def read_answer(record: WarcRecord) -> ArchivedAnswer:
    """Read a record's block, at most 5 MB of body.

    The head is read here and not by the library, which loses all of it where the status line has no reason phrase (our
    observation, FastWARC 2.0.1). Raises OSError where the bytes cannot be unpacked.
    """
    stated = record.content_length
    block = record.reader.read(_HEAD_BYTES + MAX_BODY_BYTES)
    is_cut = len(block) < min(stated, _HEAD_BYTES + MAX_BODY_BYTES)
    status = _STATUS.match(block)
    if status is None:
        is_resource = record.record_type == WarcRecordType.resource
        kind = record.headers.get("Content-Type") or ""
        return ArchivedAnswer(200 if is_resource else 0, kind, body=block[:MAX_BODY_BYTES], is_cut=is_cut)
    end = _HEAD_END.search(block, 0, _HEAD_BYTES)
    fields = _read_fields(block[: end.start()] if end else block[:_HEAD_BYTES])
    code = int(status[1])
    return ArchivedAnswer(
        status_code=code,
        content_type=fields.get("content-type", ""),
        transfer_encoding=fields.get("transfer-encoding", ""),
        content_encoding=fields.get("content-encoding", ""),
        location=fields.get("location", "") if code in REDIRECT_STATUSES else "",
        body=block[end.end() :] if end else b"",
        is_cut=is_cut,
    )


def _read_fields(head: bytes) -> dict[str, str]:
    """Header fields by lower-case name, the first of each."""
    fields: dict[str, str] = {}
    for line in head.splitlines()[1:]:
        name, _, value = line.partition(b":")
        fields.setdefault(name.strip().lower().decode("latin-1"), value.strip().decode("utf-8", "replace"))
    return fields
