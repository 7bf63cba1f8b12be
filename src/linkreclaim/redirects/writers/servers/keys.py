"""Keys and answers of a plain text map: one `key answer` a line, for engines that decode a request's path themselves.

A key is former host + decoded path (+ `?query`), in which the few escapes that must stay apart are kept: control
characters, blank, `%`, `/`, `?` and DEL. So a key holds no blank and no line break, and its first `?` is the query's.
A capture in an answer is `\\1`: no canonical target holds a backslash.
"""

import re
from collections.abc import Callable
from urllib.parse import unquote_to_bytes

from linkreclaim.redirects.canonical import Source
from linkreclaim.redirects.writers.answers import Answer, answer_text

KEPT_ESCAPES = "[01][0-9A-Fa-f]|2[05Ff]|3[Ff]|7[Ff]"
"""The two digits of the escapes that keys keep, as a regex; servers keep them by doubling their `%` before decoding."""

MAX_CAPTURES = 9
"""A capture in an answer is one digit. **Source:** HAProxy's exp_replace reads one."""

_UNIT = re.compile(r"%[0-9A-F]{2}|[^%]+")
_HEX_CASES: tuple[Callable[[str], str], ...] = (str, str.lower)
_KEPT = re.compile(f"%(?:{KEPT_ESCAPES})")


def keys_of(source: Source) -> list[bytes]:
    """The key of a source; two, with upper and lower hex digits, where it keeps an escape with a letter."""
    query = b"" if source.query is None else b"?" + source.query.encode()
    units = _UNIT.findall(source.path)
    return list(dict.fromkeys(source.host.encode() + _decoded(units, hex_case) + query for hex_case in _HEX_CASES))


def _decoded(units: list[str], hex_case: Callable[[str], str]) -> bytes:
    return b"".join(hex_case(unit).encode() if _KEPT.fullmatch(unit) else unquote_to_bytes(unit) for unit in units)


def map_line(key: bytes, answer: Answer) -> bytes:
    """A line of the map."""
    return key + b" " + answer_text(answer, str, "\\{}".format).encode()
