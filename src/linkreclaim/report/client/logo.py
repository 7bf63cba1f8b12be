"""The agency's logo: told by its first bytes, small, and never trusted."""

import base64
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from linkreclaim.errors import InputError, UnsafeInputError

LOGO_BYTES = 1_000_000
"""Largest file taken as a logo: it is copied into every report (our choice)."""
_SIDE_PX = 4_000
"""Longest side of a PNG or JPEG: 16 million pixels are 64 MB while they are drawn."""
_SVG_TAGS, _SVG_USES = 10_000, 20
"""An SVG with more would take long to draw: twenty `use` elements that name one another make at most 1,600 copies."""

_PNG, _JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"
"""**Source:** PNG (third edition), 5.2; JPEG, ITU-T T.81, B.1.1.3 (SOI, then a marker)."""
_SVG_START = re.compile(rb"\s*(?:<\?xml[^>]*>\s*|<!--.*?-->\s*|<!DOCTYPE[^>\[]*>\s*)*<svg[\s>]", re.DOTALL)
_SVG_ELSEWHERE = re.compile(
    rb"""(?:href\s*=\s*["']\s*(?!#|data:image/(?:png|jpeg);)|url\(\s*["']?\s*(?!#)|@import|<!ENTITY)""", re.I
)
_JPEG_FRAMES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
"""Markers of a JPEG that begin a frame and tell its size. **Source:** ITU-T T.81, table B.1."""

LogoKind = Literal["png", "jpg", "svg"]
_MEDIA_TYPES: dict[LogoKind, str] = {"png": "image/png", "jpg": "image/jpeg", "svg": "image/svg+xml"}


@dataclass(frozen=True, slots=True)
class Logo:
    """An image file that was looked at; an SVG may still hold scripts, so it is only ever shown as an image."""

    kind: LogoKind
    data: bytes

    @property
    def data_uri(self) -> str:
        """For `<img src>`: there no script of an SVG runs and nothing is loaded (SVG 2, 2.2, secure modes)."""
        return f"data:{_MEDIA_TYPES[self.kind]};base64,{base64.b64encode(self.data).decode('ascii')}"


def read_logo(path: Path) -> Logo:
    """Read a logo, whatever the file is called.

    Raises:
        InputError: the file cannot be read, or is no PNG, JPEG or SVG image.
        UnsafeInputError: it is too large, or an SVG that loads something from elsewhere or would take long to draw.
    """
    try:
        with path.open("rb") as stream:
            data = stream.read(LOGO_BYTES + 1)
    except OSError as error:
        raise InputError(f"cannot read the logo {path}: {error.strerror or error}") from error
    return tell_logo(data, str(path))


def tell_logo(data: bytes, name: str) -> Logo:
    """The same for bytes at hand, of which `LOGO_BYTES` + 1 are enough; `name` is what the sentence of an error says.

    Raises:
        InputError, UnsafeInputError: as `read_logo`.
    """
    if len(data) > LOGO_BYTES:
        raise UnsafeInputError(f"the logo {name} is larger than {LOGO_BYTES // 1_000_000} MB; save a smaller one")
    kind = _tell(data)
    if kind is None:
        raise InputError(f"the logo {name} is no PNG, JPEG or SVG image; save it as one of these")
    if problem := _find_problem(kind, data):
        raise UnsafeInputError(f"the logo {name} {problem}")
    return Logo(kind, data)


def _tell(data: bytes) -> LogoKind | None:
    if data.startswith(_PNG):
        return "png"
    if data.startswith(_JPEG):
        return "jpg"
    return "svg" if _SVG_START.match(data.removeprefix(b"\xef\xbb\xbf")) else None


def _find_problem(kind: LogoKind, data: bytes) -> str:
    if kind == "svg":
        return _find_svg_problem(data)
    width, height = _png_size(data) if kind == "png" else _jpeg_size(data)
    if not width or not height:
        return "is broken: its size cannot be read; save it anew"
    if max(width, height) > _SIDE_PX:
        return f"is {width} x {height} pixels large; save it with at most {_SIDE_PX} on a side"
    return ""


def _find_svg_problem(data: bytes) -> str:
    if _SVG_ELSEWHERE.search(data):
        return "refers to another file or address; save it as a plain SVG that holds everything, or as PNG"
    if data.count(b"<") > 2 * _SVG_TAGS or len(re.findall(rb"<(?:\w+:)?use\b", data)) > _SVG_USES:
        return "has too many parts to be drawn quickly; save a simpler one, or a PNG"
    return ""


def _png_size(data: bytes) -> tuple[int, int]:
    """**Source:** PNG (third edition), 11.2.1: IHDR comes first, width and height are its first eight bytes."""
    if data[12:16] != b"IHDR" or len(data) < 24:
        return 0, 0
    return int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")


def _jpeg_size(data: bytes) -> tuple[int, int]:
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        if marker in _JPEG_FRAMES:
            height, width = data[at + 5 : at + 7], data[at + 7 : at + 9]
            return int.from_bytes(width, "big"), int.from_bytes(height, "big")
        at += 1 if marker == 0xFF else 2 + length
    return 0, 0
