"""Which bytes an export is written in: told by its byte order mark, else UTF-8, else windows-1252."""

import codecs
from collections.abc import Callable
from dataclasses import dataclass

from linkreclaim.errors import InputError

NUL_SHARE = 0.2
"""Share of NUL bytes in the first block that betrays UTF-16 without its mark: Latin text in UTF-16 has half, a damaged
UTF-8 file a few."""
RUNS_SHARE = 0.2
"""Share of the NUL bytes at the rarer of even and odd places from which they stand in runs. Our judgement: UTF-16 text
has next to none there, a tar archive or a program about half."""
NO_TEXT = "this is no text (a picture, a PDF or a program's own file?): export a CSV, a workbook or JSON"

_FALLBACK = "linkreclaim.windows-1252"


@dataclass(frozen=True, slots=True)
class TextEncoding:
    """How to decode a file; `decode(data, errors, final)` gives the text and the number of bytes used."""

    name: str
    bom_bytes: int
    decode: Callable[[bytes, str, bool], tuple[str, int]]
    on_error: str  # errors handler for bytes that do not fit
    notes: tuple[str, ...] = ()


def find_encoding(head: bytes, name: str) -> TextEncoding:
    """The encoding of a file that starts with `head`; `name` is for messages.

    Raises InputError for UTF-32 and for UTF-16 that has lost its byte order mark: guessing there misreads files.
    """
    if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise InputError(f"{name}: the file is UTF-32 text; save it again as UTF-8")
    if head.startswith(codecs.BOM_UTF16_LE):
        return TextEncoding("UTF-16 LE", 2, codecs.utf_16_le_decode, "replace")
    if head.startswith(codecs.BOM_UTF16_BE):
        return TextEncoding("UTF-16 BE", 2, codecs.utf_16_be_decode, "replace")
    if head.count(0) > NUL_SHARE * len(head):
        raise InputError(f"{name}: {_say_nuls(head)}")
    bom_bytes = len(codecs.BOM_UTF8) if head.startswith(codecs.BOM_UTF8) else 0
    label, notes = _utf8_or_western(head)
    return TextEncoding(label, bom_bytes, codecs.utf_8_decode, _FALLBACK, notes)


def _say_nuls(head: bytes) -> str:
    """UTF-16 has the NULs of Latin text at even or at odd places only; programs and archives have them in runs."""
    even = head[::2].count(0)
    if min(even, head.count(0) - even) > RUNS_SHARE * head.count(0):
        return NO_TEXT
    return (
        "every other byte is NUL, so this is UTF-16 text that has lost its byte order mark (or no text at all); open "
        "it in an editor as UTF-16 and save it as UTF-8, or export it again"
    )


def _utf8_or_western(head: bytes) -> tuple[str, tuple[str, ...]]:
    try:
        codecs.utf_8_decode(head, "strict", False)
    except UnicodeDecodeError:
        text, _ = codecs.utf_8_decode(head, "ignore", False)
        if text.isascii():
            return "windows-1252", ("the file is not UTF-8; it was read as windows-1252 (Western European)",)
        return "UTF-8", ("bytes that are not UTF-8 were read as windows-1252",)
    return "UTF-8", ()


def _western_bytes(error: UnicodeError) -> tuple[str, int]:
    """Decodes the bytes that UTF-8 refused as windows-1252, so that one bad byte does not change all other text."""
    assert isinstance(error, UnicodeDecodeError)
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error(_FALLBACK, _western_bytes)
