"""Redirects in nginx files: entries of maps, `rewrite`, and `return` for one address; ours and people's."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from linkreclaim.model.redirects import RedirectLine
from linkreclaim.redirects.existing.simple import (
    Found,
    pattern_line,
    read_pattern,
    read_request,
    source_of_key,
    split_capture,
    unread,
)

SIGN = re.compile(
    r'\s*(?:map\s+\S.*\{|rewrite\s+\S+\s+\S.*;|location\s|return\s+\d{3}|server\s*\{|if\s*\(|"[^"]*"\s+"[^"]*"\s*;|[~/]\S*\s+\S+;)'
)
"""Lines that nginx files are told by."""

_TOKEN = re.compile(r'"((?:[^"\\]|\\.)*)"|([^\s;{}"]+)|([;{}])', re.DOTALL)
_ESCAPES = {"\\n": "\n", "\\t": "\t", "\\r": "\r", '\\"': '"', "\\\\": "\\", "\\'": "'"}
_ESCAPED = re.compile(r"\\[ntr\"'\\]")
_REWRITE_STATUS = {"permanent": 301, "redirect": 302}
_ONE_ADDRESS = re.compile(r"\(?\$(request_uri|uri)\)?")
_DOLLAR = re.compile(r"\$\{linkreclaim_\w*dollar\}")
_OWN_MAP = re.compile(r"\$linkreclaim_(?:\w+_)?(paths|queries|request|prefix|pattern)")
_ANSWER = re.compile(r"(30[1278]|410) [?&-] ?(.*)")
_STATUSES = frozenset({"301", "302", "307", "308"})


@dataclass(slots=True)
class _Block:
    """A block that is open: its first words, where its own address is known that address."""

    words: list[str]
    source: str | None = None
    entries: list[tuple[int, list[str]]] = field(default_factory=list)

    @property
    def is_map(self) -> bool:
        return bool(self.words) and self.words[0] == "map"


def read_nginx(lines: Iterator[tuple[int, str]]) -> Iterator[Found]:
    """Redirects of (line number, text) pairs; what redirects in another way is a RowProblem; all else is ignored."""
    blocks: list[_Block] = []
    for number, words, end in _statements(lines):
        if end == "{":
            blocks.append(_Block(words, _address_of(words)))
        elif end == "}":
            if blocks:
                blocks.pop()
        elif blocks and blocks[-1].is_map:
            yield from _read_entry(blocks[-1], number, words)
        else:
            yield from _read_directive(blocks[-1] if blocks else None, number, words)


def _statements(lines: Iterator[tuple[int, str]]) -> Iterator[tuple[int, list[str], str]]:
    """(line of its first word, words, what ends it) of each directive and block."""
    words: list[str] = []
    first = 0
    for number, text in lines:
        for token in _TOKEN.finditer(text if not text.lstrip().startswith("#") else ""):
            quoted, plain, mark = token.groups()
            if mark:
                yield (first if words else number), words, mark
                words = []
                continue
            if plain and plain.startswith("#"):
                break
            first = first if words else number
            words.append(plain if quoted is None else _ESCAPED.sub(lambda found: _ESCAPES[found[0]], quoted))


def _address_of(words: list[str]) -> str | None:
    """The one address that a block is about: `location = /x`, `if ($request_uri = /x)`."""
    if words[:2] == ["location", "="] and len(words) == 3:
        return source_of_key(words[2], None)
    condition = [word for word in words if word != ")"]
    if len(condition) == 4 and words[0] == "if" and words[2] == "=" and _ONE_ADDRESS.fullmatch(words[1]):
        return words[3].rstrip(")")
    return None


def _read_directive(block: _Block | None, number: int, words: list[str]) -> Iterator[Found]:
    if words[:1] == ["rewrite"] and words[-1] in _REWRITE_STATUS and len(words) == 4:
        target = _split(words[2].removesuffix("?"))
        line = pattern_line(read_pattern(words[1]), target, _REWRITE_STATUS[words[-1]], number)
        yield line or unread(number, " ".join(words))
    elif words[:1] == ["return"] and len(words) == 3 and words[1] in _STATUSES and "$linkreclaim_" not in words[2]:
        source, address = block.source if block else None, words[2].removesuffix("$is_args$args")
        if source is None or "$" in address:
            yield unread(number, " ".join(words))
        else:
            yield RedirectLine(source, address, int(words[1]), line=number)
    elif words == ["return", "410"] and block is not None and block.source is not None:
        yield RedirectLine(block.source, None, 410, line=number)


def _split(target: str) -> tuple[str, bool] | None:
    return split_capture(target, r"\$1|\$\{1\}|\$\{linkreclaim_(?:rest|1)\}", r"\$[\w{]")


def _read_entry(block: _Block, number: int, words: list[str]) -> Iterator[Found]:
    if len(words) != 2 or words[0] in ("default", "hostnames", "volatile", ""):
        return
    key, value = words[0], _DOLLAR.sub("$", words[1])
    own = _OWN_MAP.fullmatch(block.words[-1])
    if block.words[-1].startswith("$linkreclaim_"):
        yield from _read_own(own[1] if own else "", number, key, value)
    elif key.startswith("~"):
        line = pattern_line(read_pattern(key[1:].removeprefix("*")), _split(words[1]), 301, number)
        yield line or unread(number, " ".join(words))
    elif value.startswith(("/", "http://", "https://")) and "$" not in value:
        raw = "request_uri" in block.words[1]
        yield RedirectLine(key if raw else source_of_key(key, None), value, 301, line=number)


def _read_own(kind: str, number: int, key: str, value: str) -> Iterator[Found]:
    """Entries as our writer makes them: `key\n301 ? /target` pairs, and regular expressions with one answer."""
    if kind in ("paths", "queries"):
        parts = value.split("\n")
        for own_key, answer in zip(parts[::2], parts[1::2], strict=False):
            path, tab, query = own_key.partition("\t")
            source = source_of_key(path, query if tab else None)
            yield _answered(source, answer, number) or unread(number, answer)
    elif kind:
        found = _ANSWER.fullmatch(value)
        target = _split(_joined(found[2])) if found else None
        line = pattern_line(read_request(key[1:]), target, int(found[1]), number, raw=True) if found else None
        yield line or unread(number, key)


def _answered(source: str, answer: str, number: int) -> RedirectLine | None:
    found = _ANSWER.fullmatch(answer)
    return None if found is None else RedirectLine(source, _joined(found[2]) or None, int(found[1]), line=number)


def _joined(location: str) -> str:
    """A location with its fragment, which our writer sets apart."""
    return location.replace(" #", "#")
