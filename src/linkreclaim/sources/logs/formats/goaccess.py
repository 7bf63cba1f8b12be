r"""GoAccess's format strings, the one language in which formats of text lines are written here.

`%h %^[%d:%t %^] "%r" %s %b "%R" "%u"` is the combined format. A field ends at the character that follows it in the
string, unless a backslash stands before that character in the log. Every other character stands for itself; `\t` is a
tab. Of the fields, ours are %h client, %v host, %d or %x date, %r request line, %U path, %q query, %s status, %R
referrer and %u user agent; the others are passed over, as %^ is. %~ skips blanks, `~h{, }` is an X-Forwarded-For list.
Unlike GoAccess, no date or time format is needed: the usual ways of writing a day are known (`days.day_of`).

Source: GoAccess 1.7, goaccess.1 "CUSTOM LOG/DATE FORMAT", src/parser.c (`parse_specifier`), src/settings.c (presets).
"""

import re
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import pairwise
from typing import NamedTuple

from linkreclaim.errors import UsageError
from linkreclaim.sources.logs.formats.layout import Layout, LayoutParser
from linkreclaim.sources.logs.interface import LogFormat

_KEPT = frozenset("hvdxrUqsRu")
_PASSED = frozenset("^tmHbeTLDnCKkM")
_FORWARDED = "~h"
_STATUS = rb"(?P<s>[1-9]\d\d|-1?|0+)"
NO_REFERRER = (
    "These lines do not hold the referring page, so they can show which URLs are dead, but not who links to them."
)
NO_DAY = "These lines hold no date, so first and last seen stay empty."


class _Field(NamedTuple):
    letter: str  # or "~h"
    separators: str = ""  # of ~h{...}


def compile_layout(text: str) -> Layout:
    """The layout that a GoAccess string describes.

    Raises:
        UsageError: what is wrong with the string, and where.
    """
    tokens = list(_tokens(text))
    _check(text, tokens)
    status = next(place for place, token in enumerate(tokens) if isinstance(token, _Field) and token.letter == "s")
    return Layout(
        text,
        _reading(tokens),
        b"".join(_pieces(tokens, b"")),
        _literal(tokens, status - 1),
        _literal(tokens, status + 1)[:1],
    )


def custom_format(text: str) -> LogFormat:
    """A format that a user wrote as a GoAccess string.

    Raises:
        UsageError: what is wrong with the string, and where.
    """
    layout = compile_layout(text)
    notes = (() if layout.has("R") else (NO_REFERRER,)) + (() if layout.has("d") or layout.has("x") else (NO_DAY,))
    return LogFormat(text, text, layout.has("R"), partial(LayoutParser, layout), layout.needles, notes=notes)


def _tokens(text: str) -> Iterator[_Field | bytes]:
    literal, rest = "", text
    while rest:
        field, rest_after = _field(text, rest)
        if field is None:
            escaped = rest[0] == "\\" and rest[1:2] in ("t", '"', "\\")
            literal += {"t": "\t"}.get(rest[1], rest[1]) if escaped else rest[0]
            rest = rest[2 if escaped else 1 :]
            continue
        if literal:
            yield literal.encode()
        literal, rest = "", rest_after
        yield field
    if literal:
        yield literal.encode()


def _field(text: str, rest: str) -> tuple[_Field | None, str]:
    if rest.startswith(_FORWARDED + "{") and "}" in rest:
        separators, _, after = rest[3:].partition("}")
        return _Field(_FORWARDED, separators), after
    if not rest.startswith("%"):
        return None, rest
    letter = rest[1:2]
    if letter not in _KEPT | _PASSED | {"~"} or not letter:
        at = len(text) - len(rest) + 1
        raise UsageError(
            f"--format: %{letter} at character {at} of {text} is no field of GoAccess's format strings; "
            f"there are %{' %'.join(sorted(_KEPT | _PASSED | {'~'}, key=str.lower))} and ~h{{, }}"
        )
    return _Field(letter), rest[2:]


def _check(text: str, tokens: Sequence[_Field | bytes]) -> None:
    letters = [_name(token) for token in tokens if isinstance(token, _Field)]
    if text.lstrip().startswith("{"):
        raise UsageError(
            "--format: JSON logs need no format string; leave --format away, or name one: nginx_json, caddy"
        )
    if "h" in letters and _Field(_FORWARDED) in tokens:
        raise UsageError(f"--format: in {text} the braces of ~h{{}} are empty; they hold what separates the addresses")
    for twice in _KEPT:
        if letters.count(twice) > 1:
            raise UsageError(f"--format: {text} has %{twice} twice")
    if "s" not in letters:
        raise UsageError(f"--format: {text} lacks %s, the status code: without it no dead page can be told")
    if not {"r", "U"} & set(letters):
        raise UsageError(f"--format: {text} lacks the request: %r for a request line, or %U for the path alone")
    for one, other in pairwise(tokens):
        if isinstance(one, _Field) and isinstance(other, _Field) and "~" not in (one.letter, other.letter):
            raise UsageError(
                f"--format: in {text} nothing stands between %{one.letter} and %{other.letter}; "
                "a field ends at the character that follows it"
            )


def _name(token: _Field) -> str:
    return token.letter.removeprefix("~") or "~"


def _reading(tokens: Sequence[_Field | bytes]) -> bytes:
    """Request and status are needed; each field after them is optional, and so are all that follow it."""
    needed = max(place for place, token in enumerate(tokens) if isinstance(token, _Field) and token.letter in "srU")
    pieces = list(_pieces(tokens, rb"|\Z"))
    tail = b""
    for place in range(len(tokens) - 1, needed, -1):
        if isinstance(tokens[place], _Field):
            tail = b"(?:%s%s%s)?" % (
                pieces[place - 1] if isinstance(tokens[place - 1], bytes) else b"",
                pieces[place],
                tail,
            )
    return b"".join(pieces[: needed + 1]) + tail


def _pieces(tokens: Sequence[_Field | bytes], or_cut: bytes) -> Iterator[bytes]:
    for place, token in enumerate(tokens):
        if isinstance(token, bytes):
            yield re.escape(token)
            continue
        end = re.escape(_literal(tokens, place + 1)[:1])
        yield _expression(token, end) + (b"(?=%s%s)" % (end, or_cut if token.letter == "u" else b"") if end else b"")


def _literal(tokens: Sequence[_Field | bytes], place: int) -> bytes:
    token = tokens[place] if 0 <= place < len(tokens) else b""
    return token if isinstance(token, bytes) else b""


def _expression(field: _Field, end: bytes) -> bytes:
    """What matches a field; possessive, so that no line costs more than one look at each of its bytes."""
    if field.letter == "s":
        return _STATUS
    if field.letter == "~":
        return rb"[ \t]*+"
    if field.letter == _FORWARDED:
        between = re.escape(field.separators.encode())
        return rb"[%s]{0,20}+(?P<h>[0-9A-Fa-f.:]{0,45}+)[0-9A-Fa-f.:%s]{0,400}" % (between, between)
    if field.letter == "^":
        return b"[^%s]*+" % end if end else b".*+"
    if field.letter == "h":
        return rb"(?P<h>[^%s\\\x00-\x20\x7f-\xff]*+)" % end
    body = rb"[^%s\\]*+(?:\\.[^%s\\]*+)*+" % (end, end) if end else b".*+"
    return b"(?P<%s>%s)" % (field.letter.encode(), body) if field.letter in _KEPT else body
