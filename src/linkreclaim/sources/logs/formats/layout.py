"""A line's layout, compiled from a format string, and the parser that reads lines by it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from linkreclaim.sources.logs.formats.days import day_of
from linkreclaim.sources.logs.formats.values import (
    address_of,
    hit,
    host_of,
    is_address,
    request_target,
    status_of,
    target_of,
    text_of,
    unescaped,
)
from linkreclaim.sources.logs.interface import Hit, Unread

_BOM = b"\xef\xbb\xbf"
_NOT_OF_THIS_FORM = "client, date, request and status do not stand where this format has them"


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the fields of a line stand. The groups of both expressions are the letters of the format string; they are
    compiled by who reads lines, because all formats together take 10 ms."""

    text: str  # the format string
    reading: bytes  # also lines that end early, or go on with fields of their own, after request and status
    strict: bytes  # lines with every field, to tell one format from another
    before_status: bytes
    after_status: bytes

    def has(self, letter: str) -> bool:
        """Whether lines hold this field."""
        return f"(?P<{letter}>".encode() in self.reading

    def needles(self, status: int) -> tuple[bytes, ...]:
        """The status between the characters that always surround it."""
        return (b"%s%d%s" % (self.before_status, status, self.after_status),)


class LayoutParser:
    """Reads lines by their layout: one regular expression a line, linear in its length."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._match = re.compile(layout.reading, re.DOTALL).match

    def parse(self, line: bytes) -> Hit | Unread | None:
        """The request of a line; None for a blank line, a comment, and a request that was never answered."""
        if match := self._match(line.removeprefix(_BOM)):
            return self.hit_of(_fields(match))
        if line.isspace() or not line or line.startswith(b"#"):
            return None
        return Unread(_NOT_OF_THIS_FORM)

    def hit_of(self, fields: Mapping[str, bytes]) -> Hit | Unread | None:
        """The request that the fields of a line describe."""
        status = status_of(fields["s"].decode())
        if not isinstance(status, int):
            return status
        return hit(
            status,
            _target(fields),
            self.host_of(fields.get("v", b"")),
            text_of(fields.get("R", b"")),
            text_of(fields.get("u", b"")),
            address_of(fields.get("h", b"")),
            day_of((fields.get("d") or fields.get("x") or b"").decode("latin-1")),
        )

    def host_of(self, raw: bytes) -> str:
        """The host of the field %v."""
        return host_of(raw)

    def is_certain(self, line: bytes) -> bool | None:
        """Whether a line has every field, and the client, day and host in it are such; None: it tells nothing."""
        if not line or line.isspace() or line.startswith(b"#"):
            return None
        match = re.compile(self._layout.strict, re.DOTALL).match(line.removeprefix(_BOM))
        if not match:
            return False
        found = self.hit_of(_fields(match))
        return self._is_sound(found) if isinstance(found, Hit) else None

    def _is_sound(self, found: Hit) -> bool:
        has = self._layout.has
        return (
            (is_address(found.address) or not has("h"))
            and (found.day is not None or not (has("d") or has("x")))
            and (_looks_like_host(found.host) or not has("v"))
        )


def _fields(match: re.Match[bytes]) -> Mapping[str, bytes]:
    raw: dict[str, bytes] = match.groupdict(b"")
    if b"\\" not in match.string:
        return raw
    return {letter: unescaped(value) for letter, value in raw.items()}


def _target(fields: Mapping[str, bytes]) -> str:
    if "r" in fields:
        return request_target(fields["r"])
    path, query = fields["U"], fields.get("q", b"").removeprefix(b"?")
    return target_of(path if query in (b"", b"-") else path + b"?" + query)


def _looks_like_host(text: str) -> bool:
    return text == "localhost" or ("." in text and not is_address(text) and not text.startswith((".", "[")))
