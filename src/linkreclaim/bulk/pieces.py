"""Cuts an export into pieces of whole lines, and stops where lines and rows may not be the same."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice

BLOCK_BYTES = 1 << 20
MAX_PIECE_CHARS = 64_000_000
"""A piece that grows beyond this is not plain: 3,200 characters a row, twice what the
longest honest exports have."""
SEPARATOR = "\x1f"
"""Joins cells into one value (ASCII's unit separator); a file that holds it itself is not plain."""
NO_VALUE = "\x1e"
"""What DuckDB is told to take for NULL, so that empty cells stay empty; a file that holds it is not plain."""

_UNFIT = {"\0": "a NUL character", SEPARATOR: "a control character", NO_VALUE: "a control character"}
_BOM = "\ufeff"


class NotPlainError(Exception):
    """The file has something from here on that only the ordinary reader takes apart; the text says what."""


@dataclass(frozen=True, slots=True)
class TextForm:
    """How the bytes of a file are text; `decode(data, errors, final)` gives the text and the number of bytes used."""

    decode: Callable[[bytes, str, bool], tuple[str, int]]
    bom_bytes: int
    header_lines: int


@dataclass(frozen=True, slots=True)
class Piece:
    """Some lines of a file, each ended by a line feed."""

    first_line: int  # from 1
    lines: int
    text: str


def read_pieces(read: Callable[[int], bytes], form: TextForm, sizes: Iterable[int]) -> Iterator[Piece]:
    """Pieces of so many lines each, header left out; the last one is what remains, blank lines at its end dropped.

    Memory: one piece and one block. Raises NotPlainError at text that is not in the encoding, at NUL, at control
    characters used here, at a carriage return that ends no line, and at pieces of over `MAX_PIECE_CHARS`.
    """
    blocks = _read_text(read, form)
    rest, line = "", 1
    for size in chain((form.header_lines,), sizes):
        text, rest, whole = _cut(rest, blocks, size)
        text = _with_line_feeds(text, ends=not whole)
        if line > form.header_lines and text:
            yield Piece(line, text.count("\n"), text)
        if not whole:
            return
        line += size


def _read_text(read: Callable[[int], bytes], form: TextForm) -> Iterator[str]:
    data = read(BLOCK_BYTES)[form.bom_bytes :]
    at_end = False
    while not at_end:
        block = read(BLOCK_BYTES)
        at_end = not block
        try:
            text, used = form.decode(data, "strict", at_end)
        except UnicodeDecodeError:
            raise NotPlainError("bytes that are not in the file's encoding") from None
        for mark, what in _UNFIT.items():
            if mark in text:
                raise NotPlainError(what)
        yield text
        data = data[used:] + block


def _cut(rest: str, blocks: Iterator[str], size: int) -> tuple[str, str, bool]:
    """(`size` lines, what follows them, whether there were so many)."""
    parts, lines, chars = [rest], rest.count("\n"), len(rest)
    while lines < size:
        block = next(blocks, None)
        if block is None:
            return "".join(parts), "", False
        parts.append(block)
        lines += block.count("\n")
        chars += len(block)
        if chars > MAX_PIECE_CHARS:
            raise NotPlainError(f"lines of over {MAX_PIECE_CHARS // size:,} characters on average")
    text = "".join(parts)
    end = len(text)
    for _ in islice(range(lines), lines - size + 1):
        end = text.rindex("\n", 0, end)
    return text[: end + 1], text[end + 1 :], True


def _with_line_feeds(text: str, ends: bool) -> str:
    if "\r" in text:
        text = text.replace("\r\n", "\n")
        if "\r" in text:
            raise NotPlainError("a carriage return that ends no line")
    if text.startswith(_BOM):
        raise NotPlainError("a byte order mark inside the text")
    if ends:
        text = text.rstrip("\n")
        return text and text + "\n"
    return text
