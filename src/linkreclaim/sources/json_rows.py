"""JSON as tables: documents as the vendors' APIs answer, and JSON lines; nested keys become columns."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

from linkreclaim.errors import InputError
from linkreclaim.model.links import RowProblem
from linkreclaim.sources.cells import show
from linkreclaim.sources.container import Part, Read, Tell, read_whole, reader_of
from linkreclaim.sources.encoding import TextEncoding, find_encoding
from linkreclaim.sources.rendering import RenderLine, open_rendered, to_bytes, write_row

MAX_DOCUMENT_BYTES = 256_000_000
"""A document is held in memory as a whole, in four times its size (our measurement); JSON lines have no limit."""
HEADER_OBJECTS = 1_000
"""Objects of a file of JSON lines whose keys make its columns."""
MAX_COLUMNS = 1_000
MAX_DEPTH = 12
"""Nesting that is looked into (our judgement)."""
MAX_TABLES = 50
LOOKED_AT_LINES = 20
_KEYS_TOLD = 5
_AS_LINES = "turn it into JSON lines, one link a line: jq -c '.PATH.TO.LIST[]' FILE > links.jsonl"

Keys = tuple[str, ...]
Row = Mapping[str, str]


def read_json(part: Part, start: bytes) -> list[Part] | None:
    """The tables of a part that starts with `start` and is JSON; None when it is not.

    A list of objects is a table, wherever it stands; lists below the same keys are one table. An object that holds no
    such list is a row by itself. Nested keys are joined by a point, lists of plain values by a space; values of the
    objects around a list are left out: no answer known needs them to tell its links. Lines are numbered as in the file
    for JSON lines, and as the objects of a table for a document.

    Raises InputError for a document that is broken, too large or nested too deeply, or that holds empty lists only.
    """
    bare = start.lstrip(b"\xef\xbb\xbf \t\r\n")
    if not bare.startswith((b"{", b"[")) and not start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return None
    encoding = find_encoding(start, part.name)
    text = encoding.decode(start[encoding.bom_bytes :], "ignore", False)[0].lstrip()
    if text.startswith("{") and _looks_like_lines(text):
        return [_lines_part(part, encoding)]
    if not _starts_document(text):
        return None
    return _document_parts(part, encoding)


def _looks_like_lines(text: str) -> bool:
    """Whether most of the first lines are an object each, and there are several (one alone is a document)."""
    lines = [line for line in text.split("\n")[: LOOKED_AT_LINES + 1] if line.strip()]
    return len(lines) > 1 and 2 * sum(isinstance(_read_value(line), dict) for line in lines[:-1]) >= len(lines) - 1


def _starts_document(text: str) -> bool:
    then = text[1:].lstrip()[:1]
    return then in ('"', "}", "") if text.startswith("{") else text.startswith("[") and then in ("{", "]", "")


def _read_value(text: str) -> Any:
    """The value of a JSON text, numbers as they are written; None when it is none."""
    try:
        return _DECODER.decode(text)
    except (ValueError, RecursionError):
        return None


def _written(number: str) -> str:
    return number.removesuffix(".0")


def _no_number(name: str) -> None:
    """NaN and Infinity, which no JSON has (RFC 8259, 6)."""


_DECODER = json.JSONDecoder(parse_int=str, parse_float=_written, parse_constant=_no_number)


def flatten(value: Mapping[str, Any], prefix: str = "", depth: int = 0) -> Iterator[tuple[str, str]]:
    """The plain values of an object with their keys, those of nested objects joined by a point; lists of objects, which
    are tables of their own, are left out."""
    for key, inner in value.items():
        name = prefix + key
        if isinstance(inner, str):
            yield name, inner
        elif isinstance(inner, dict):
            if depth < MAX_DEPTH:
                yield from flatten(inner, name + ".", depth + 1)
        elif isinstance(inner, list):
            plain = [_plain(item) for item in inner if not isinstance(item, (dict, list))]
            if plain or not inner:
                yield name, " ".join(filter(None, plain))
        else:
            yield name, _plain(inner)


def _plain(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, (int, float)) else ""


def _header_of(rows: Iterable[Row]) -> Keys:
    names: dict[str, None] = {}
    for row in rows:
        names.update(dict.fromkeys(row))
    return tuple(names)[:MAX_COLUMNS]


# JSON lines


def _lines_part(part: Part, encoding: TextEncoding) -> Part:
    header = _header_of(_first_objects(part, encoding))
    opener = partial(_open_lines, part, encoding, header)
    return Part(part.name, opener, part.member, rendered=True, header=header)


def _first_objects(part: Part, encoding: TextEncoding) -> Iterator[Row]:
    seen: list[Row] = []

    def collect(tell: Tell) -> RenderLine:
        def render(number: int, line: str) -> str:
            value = _read_value(line) if line and len(seen) < HEADER_OBJECTS else None
            if isinstance(value, dict):
                seen.append(dict(flatten(value)))
            return "\n"

        return render

    with open_rendered(part, encoding, collect, lambda problem: None) as read:
        while len(seen) < HEADER_OBJECTS and read(8):
            pass
    yield from seen


@contextmanager
def _open_lines(part: Part, encoding: TextEncoding, header: Keys, tell: Tell) -> Iterator[Read]:
    with open_rendered(part, encoding, partial(_line_renderer, header), tell) as read:
        yield read


def _line_renderer(header: Keys, tell: Tell) -> RenderLine:
    """Renders lines of objects; what is none becomes a blank line and is told, keys that come too late are told."""
    known = set(header)
    late: set[str] = set()

    def render(number: int, line: str) -> str:
        if not line:
            return "\n"
        value = _read_value(line)
        if not isinstance(value, dict):
            tell(RowProblem(number, f"this line is not a JSON object: {show(line)}"))
            return "\n"
        row = dict(flatten(value))
        if not row.keys() <= known:
            _tell_late(number, row.keys() - known - late, late, tell)
        return write_row([row.get(name, "") for name in header])

    return render


def _tell_late(number: int, names: set[str], late: set[str], tell: Tell) -> None:
    for name in sorted(names)[: _KEYS_TOLD - len(late)]:
        late.add(name)
        reason = f'the key "{show(name, 40)}" is in none of the first {HEADER_OBJECTS:,} objects; it is not read'
        tell(RowProblem(number, reason, kept=True))


# Documents


def _document_parts(part: Part, encoding: TextEncoding) -> list[Part] | None:
    value = _load(part, encoding)
    tables = _find_tables(value)
    if not tables and isinstance(value, dict) and _is_row(value):
        tables = {(): [value]}
    if not tables:
        raise InputError(f"{part.name}: this JSON holds no rows{_what_instead(value)}")
    return [_table_part(part, keys, objects, len(tables)) for keys, objects in tables.items()]


def _load(part: Part, encoding: TextEncoding) -> Any:
    data = read_whole(part, MAX_DOCUMENT_BYTES, f"a JSON document is read as a whole; {_AS_LINES}")
    text = encoding.decode(data[encoding.bom_bytes :], encoding.on_error, True)[0]
    del data
    try:
        return _DECODER.decode(text)
    except RecursionError:
        raise InputError(f"{part.name}: this JSON is nested too deeply to be a list of links") from None
    except ValueError as error:
        raise InputError(f"{part.name}: this JSON is broken ({error}); export it again, or {_AS_LINES}") from None


def _find_tables(value: Any) -> dict[Keys, list[Mapping[str, Any]]]:
    """Lists of objects by the keys that lead to them, outer ones first."""
    tables: dict[Keys, list[Mapping[str, Any]]] = {}
    level: list[tuple[Keys, Any]] = [((), value)]
    for _ in range(MAX_DEPTH):
        following: list[tuple[Keys, Any]] = []
        for keys, inner in level:
            if isinstance(inner, dict):
                following += [((*keys, key), v) for key, v in inner.items() if isinstance(v, (dict, list))]
            elif objects := [item for item in inner if isinstance(item, dict)] if isinstance(inner, list) else []:
                if keys in tables or len(tables) < MAX_TABLES:
                    tables.setdefault(keys, []).extend(objects)
                following += [(keys, item) for item in objects]
        level = following
    return tables


def _is_row(value: Mapping[str, Any]) -> bool:
    return any(cell.startswith(("http://", "https://")) for _, cell in flatten(value))


def _what_instead(value: Any) -> str:
    """Which list is empty, for a person who asked for links and got none."""
    level = [("", value)]
    for _ in range(MAX_DEPTH):
        following = []
        for name, inner in level:
            if inner == []:
                return f': its list "{show(name, 40)}" is empty' if name else ": it is an empty list"
            if isinstance(inner, dict):
                following += list(inner.items())
            elif isinstance(inner, list):
                following += [(name, item) for item in inner[:100]]
        level = following
    return ""


def _table_part(part: Part, keys: Keys, objects: Sequence[Mapping[str, Any]], tables: int) -> Part:
    header = _header_of(dict(flatten(item)) for item in objects)
    path = ".".join(keys)
    opener = partial(_open_table, objects, header)
    if tables == 1:
        return Part(part.name, opener, part.member, rendered=True, header=header, costly=True)
    member = f"{part.member}: {path}" if part.member else path
    return Part(f"{part.name}: {path}", opener, member, rendered=True, header=header, costly=True)


@contextmanager
def _open_table(objects: Sequence[Mapping[str, Any]], header: Keys, tell: Tell) -> Iterator[Read]:
    yield reader_of(to_bytes(_row_of(item, header)) for item in objects)


def _row_of(item: Mapping[str, Any], header: Keys) -> str:
    row = dict(flatten(item))
    return write_row([row.get(name, "") for name in header])
