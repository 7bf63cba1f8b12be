"""Bodies of archived answers as a browser would have seen them: chunks joined, compression undone, both bounded."""

import io
import re
import zlib
from collections.abc import Callable

from fastwarc.stream_io import BrotliReader, WarcReader, ZstdReader

MAX_BODY_BYTES = 5_000_000
"""Of one page, before and after it is unpacked: the limit of linking pages too (`FetchSettings.max_page_bytes`)."""

_CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]{0,1000})?\r?\n")
"""RFC 9112, 7.1: size in hex, extensions after a semicolon; more digits than eight are no honest size."""
_PIECE_BYTES = 65_536
_MOST_CODINGS = 3


def read_body(raw: bytes, transfer_encoding: str, content_encoding: str) -> tuple[bytes, str]:
    """(body, what is wrong with it or ""): what can be read of a body, at most `MAX_BODY_BYTES`. Raises nothing.

    Archiving programs differ in whether they keep a body as it was sent or unpacked, with the header fields of the
    other: chunks and compression are undone only where they are there (our observation on files of eight programs).
    """
    body, fault = raw, ""
    if "chunked" in transfer_encoding.lower():
        body, fault = _join_chunks(raw)
    codings = [name.strip() for name in content_encoding.lower().split(",") if name.strip()]
    for coding in reversed(codings[:_MOST_CODINGS]):
        body, trouble = _decode(body, coding)
        fault = fault or trouble
    return body[:MAX_BODY_BYTES], fault


def _join_chunks(raw: bytes) -> tuple[bytes, str]:
    """The chunks of a body; bytes that do not begin with a chunk were joined before they were archived."""
    parts: list[bytes] = []
    at = 0
    while size := _CHUNK_SIZE.match(raw, at):
        length, start = int(size[1], 16), size.end()
        if length == 0:
            return b"".join(parts), ""
        parts.append(raw[start : start + length])
        end = start + length
        if end > len(raw):
            return b"".join(parts), "its last chunk is cut off"
        at = end + (2 if raw.startswith(b"\r\n", end) else raw.startswith(b"\n", end))
    if not parts:
        return raw, ""
    return b"".join(parts), "" if at >= len(raw) else "its chunks are broken"


def _decode(body: bytes, coding: str) -> tuple[bytes, str]:
    if coding in ("gzip", "x-gzip"):
        return _inflate(body, 31) if body.startswith(b"\x1f\x8b") else (body, "")
    if coding == "deflate":
        return _inflate(body, zlib.MAX_WBITS if _is_zlib(body) else -zlib.MAX_WBITS)
    reader = _READERS.get(coding)
    if reader is None:
        return body, "" if coding == "identity" else f"its compression {coding[:20]!r} is not known"
    return _read_out(reader, body, coding)


def _is_zlib(body: bytes) -> bool:
    """RFC 1950, 2.2: the first two bytes are a multiple of 31. Servers also send raw deflate under that name."""
    return len(body) >= 2 and body[0] & 0x0F == 8 and int.from_bytes(body[:2], "big") % 31 == 0


def _inflate(body: bytes, window_bits: int) -> tuple[bytes, str]:
    """As much as can be unpacked; a body that is no such stream at all was unpacked before it was archived."""
    stream = zlib.decompressobj(window_bits)
    parts: list[bytes] = []
    room, rest = MAX_BODY_BYTES, body
    try:
        while rest and room > 0 and not stream.eof:
            part = stream.decompress(rest, min(room, _PIECE_BYTES))
            parts.append(part)
            room -= len(part)
            rest = stream.unconsumed_tail
    except zlib.error:
        return (b"".join(parts), "its compressed body is broken") if parts else (body, "")
    return b"".join(parts), "" if stream.eof or room <= 0 else "its compressed body is cut off"


def _read_out(reader: Callable[[io.BytesIO], WarcReader], body: bytes, coding: str) -> tuple[bytes, str]:
    parts: list[bytes] = []
    room = MAX_BODY_BYTES
    try:
        with reader(io.BytesIO(body)) as stream:
            while room > 0 and (part := stream.read(min(room, _PIECE_BYTES))):
                parts.append(part)
                room -= len(part)
    except OSError:
        looks_plain = body[:512].lstrip()[:1] == b"<"
        return (body, "") if not parts and looks_plain else (b"".join(parts), f"its {coding} body is broken")
    return b"".join(parts), ""


_READERS: dict[str, Callable[[io.BytesIO], WarcReader]] = {"br": BrotliReader, "zstd": ZstdReader}
