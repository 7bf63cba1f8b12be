"""Reads published lists of ranked domains: Common Crawl's domain ranks, Tranco, the Majestic Million.

They are read in blocks of whole lines, because the first one has 133 million of them.
"""

import gzip
import lzma
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, cast

from linkreclaim.errors import InputError, UnknownFormatError, UnsafeInputError
from linkreclaim.model.links import RowProblem

MAX_UNPACKED_BYTES = 60_000_000_000
"""Six times what Common Crawl's file of 133 million domains unpacks to (about 70 bytes a line)."""
MAX_RANK = 2**32 - 1
_BLOCK_BYTES = 1 << 20
_MAX_LINE_BYTES = 65_536
_NAME = re.compile(rb"[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*", re.ASCII)
_BROKEN = (OSError, EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, RuntimeError, NotImplementedError)

Parse = Callable[[bytes], tuple[int, bytes]]
"""(rank, name as written) of a line; raises ValueError or IndexError where it holds none."""


@dataclass(frozen=True, slots=True)
class RankList:
    """What an opened list is."""

    source: str
    header_lines: int
    parse: Parse
    turned: bool  # names are written from the top-level domain on: com.example


@dataclass(frozen=True, slots=True)
class RankBlock:
    """Some lines of a list."""

    lines: int
    last_rank: int  # the highest of them
    ranked: list[tuple[int, str]]  # those that are wanted: (rank, domain)
    problems: list[RowProblem]


def read_ranks(path: Path, kept: int) -> Iterator[tuple[RankList, RankBlock]]:
    """The lines of a list block by block, of which only ranks up to `kept` are taken; plain, gzip or zip.

    Raises:
        UnknownFormatError: it is none of the lists.
        UnsafeInputError: it unpacks to more than any of them, or has no lines.
        InputError: it cannot be read at all.
    """
    known: RankList | None = None
    line = 0
    with _open(path) as stream:
        for lines in _blocks(stream, path):
            if known is None:
                known = _recognise(lines[0], path)
                lines = lines[known.header_lines :]
                line = known.header_lines
            yield known, _take(known, lines, line, kept)
            line += len(lines)
    if known is None:
        raise InputError(f"{path}: the file is empty; download it again")


def _recognise(first: bytes, path: Path) -> RankList:
    """Which list it is, by its first line.

    **Source:** the header of Common Crawl's published ranks files (its first thousand rows), Majestic Million's header,
    Tranco's rows without one.
    """
    start = first.decode("utf-8", "replace").lstrip("\ufeff").strip()
    columns = [name.strip().lstrip("#") for name in start.split("\t")]
    if {"pr_pos", "host_rev"} <= set(columns):
        if "n_hosts" not in columns:
            raise UnknownFormatError(f"{path}: these are Common Crawl's ranks of hosts; take the file of domains")
        return RankList("Common Crawl", 1, _cells("\t", columns.index("pr_pos"), columns.index("host_rev")), True)
    columns = start.split(",")
    if {"GlobalRank", "Domain"} <= set(columns):
        places = columns.index("GlobalRank"), columns.index("Domain")
        return RankList("Majestic Million", 1, _cells(",", *places), False)
    if re.fullmatch(r"\d+,[^,\s]+\.[^,\s]+", start):
        return RankList("Tranco", 0, _cells(",", 0, 1), False)
    raise UnknownFormatError(
        f"{path}: no list of ranked domains that is known: Common Crawl's domain ranks (#harmonicc_pos ...), Tranco "
        f"(1,example.com) or the Majestic Million (GlobalRank,...); it begins {start[:80]!r}"
    )


def _cells(separator: str, rank: int, name: int) -> Parse:
    mark = separator.encode()

    def parse(line: bytes) -> tuple[int, bytes]:
        cells = line.split(mark)
        return int(cells[rank]), cells[name]

    return parse


def _take(known: RankList, lines: list[bytes], done: int, kept: int) -> RankBlock:
    problems: list[RowProblem] = []
    try:
        rows = list(map(known.parse, lines))
    except (ValueError, IndexError):
        rows = list(_one_by_one(known, lines, done, problems))
    ranked = [_domain(known, rank, name) for rank, name in rows if 0 < rank <= kept]
    good = [pair for pair in ranked if pair is not None]
    unnamed = len(ranked) - len(good)
    if unnamed:
        problems.append(RowProblem(done + 1, f"{unnamed:,} lines from here on name no domain"))
    last = max((rank for rank, _ in rows if rank <= MAX_RANK), default=0)
    return RankBlock(len(lines), last, good, problems)


def _one_by_one(
    known: RankList, lines: list[bytes], done: int, problems: list[RowProblem]
) -> Iterator[tuple[int, bytes]]:
    for number, line in enumerate(lines, done + 1):
        try:
            yield known.parse(line)
        except (ValueError, IndexError):
            if line.strip():
                problems.append(RowProblem(number, f"no rank and domain: {line[:80].decode('utf-8', 'replace')!r}"))


def _domain(known: RankList, rank: int, name: bytes) -> tuple[int, str] | None:
    bare = name.strip().strip(b'"').lower()
    if not _NAME.fullmatch(bare):
        return None
    text = bare.decode("ascii")
    return rank, ".".join(reversed(text.split("."))) if known.turned else text


def _blocks(stream: IO[bytes], path: Path) -> Iterator[list[bytes]]:
    """Whole lines, without their ends, a block at a time."""
    left, unpacked = b"", 0
    try:
        for block in iter(partial(stream.read, _BLOCK_BYTES), b""):
            unpacked += len(block)
            if unpacked > MAX_UNPACKED_BYTES:
                raise UnsafeInputError(f"{path}: unpacks to more than {MAX_UNPACKED_BYTES:,} bytes")
            whole, end, rest = block.rpartition(b"\n")
            if not end:
                whole, rest = b"", block
            if whole:
                yield (left + whole).split(b"\n")
                left = rest
            else:
                left += rest
            if len(left) > _MAX_LINE_BYTES:
                raise UnsafeInputError(f"{path}: has a line of more than {_MAX_LINE_BYTES:,} bytes")
    except _BROKEN as error:
        raise InputError(f"{path}: breaks off ({error}); download it again") from error
    if left:
        yield [left]


@contextmanager
def _open(path: Path) -> Iterator[IO[bytes]]:
    try:
        with path.open("rb") as raw:
            start = raw.read(4)
            raw.seek(0)
            if start[:2] == b"\x1f\x8b":
                with gzip.GzipFile(fileobj=raw) as unpacked:
                    yield cast(IO[bytes], unpacked)
            elif start == b"PK\x03\x04":
                with zipfile.ZipFile(raw) as archive:
                    members = [member for member in archive.infolist() if not member.is_dir()]
                    if len(members) != 1:
                        raise InputError(f"{path}: holds {len(members)} files; unpack it and name the list")
                    with archive.open(members[0]) as member:
                        yield member
            else:
                yield raw
    except _BROKEN as error:
        raise InputError(f"cannot read {path}: {getattr(error, 'strerror', None) or error}") from error
