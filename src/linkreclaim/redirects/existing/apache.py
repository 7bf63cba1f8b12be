"""Redirects in Apache files: `Redirect`, `RedirectMatch`, `RewriteRule`, and the text map that we write."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from linkreclaim.model.redirects import MapMatch, RedirectLine
from linkreclaim.redirects.existing.simple import (
    Found,
    SimplePattern,
    literal_of,
    pattern_line,
    read_pattern,
    read_request,
    split_capture,
    split_host,
    unread,
)

SIGN = re.compile(r"\s*(?:Redirect(?:Match|Permanent|Temp)?|Rewrite(?:Rule|Cond|Engine|Base|Map))\s", re.IGNORECASE)
"""Lines that Apache files are told by."""
MAP_SIGN = re.compile(r"[^\s#]+ (?:30[1278][+-]\S+|410)\s*$")
"""Lines of a text map as our writer makes it."""

_WORD = re.compile(r'"((?:[^"\\]|\\.)*)"|(\S+)')
_STATUS = {"permanent": 301, "temp": 302, "seeother": 303, "gone": 410}
_HOST = re.compile(r"\^(?:\(\?:www\\\.\)\?|\(www\\\.\)\?)?(.+?)(?:\(\?::\\d\+\)\?)?\$")
_OWN_VARIABLE = re.compile(r"%\{ENV:LINKRECLAIM_(?:\w+_)?(HOST|ANSWER)\}")
_REQUEST_LINE = "^[A-Z]+ "
_ANSWER = re.compile(r"(30[1278])[+-](\S+)|(410)")


@dataclass(slots=True)
class _Conditions:
    """What the RewriteCond lines above a rule ask for."""

    host: str = ""
    query: str = ""
    request: SimplePattern | None = None
    readable: bool = True
    of_our_map: bool = False  # the rules around our text map, whose lines are read from the map itself


def read_apache_map(lines: Iterator[tuple[int, str]]) -> Iterator[Found]:
    """Entries of a RewriteMap as our writer makes them."""
    for number, text in lines:
        key, _, value = text.strip().partition(" ")
        if not key or key.startswith("#"):
            continue
        found, (path, mark, query) = _ANSWER.fullmatch(value), key.partition("?")
        if found is None:
            yield unread(number, text)
            continue
        host, path = split_host(re.sub("%252f", "%2F", path, flags=re.IGNORECASE))  # Apache's own spelling of it
        source = (f"https://{host}" if host else "") + path + mark + query
        yield RedirectLine(source, found[2], int(found[1] or found[3]), line=number)


def read_apache(lines: Iterator[tuple[int, str]]) -> Iterator[Found]:
    """Redirects of (line number, text) pairs; what redirects in another way is a RowProblem; all else is ignored."""
    conditions = _Conditions()
    for number, text in _joined(lines):
        words = [plain or quoted for quoted, plain in _WORD.findall(text)]
        directive = words[0].lower() if words else ""
        if directive.startswith("redirect"):
            yield from _read_redirect(directive, number, words[1:], text)
        elif directive == "rewritecond" and len(words) > 2:
            _add(conditions, words)
        elif directive == "rewriterule" and len(words) > 2:
            yield from _read_rule(conditions, number, words, text)
            conditions = _Conditions()


def _joined(lines: Iterator[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """Lines without comments, those that end in a backslash joined to the next; a comment goes on likewise."""
    held, first = "", 0
    for number, text in lines:
        first = first if held else number
        goes_on = text.rstrip("\r\n").endswith("\\") and len(held) < 100_000
        held += text.rstrip("\r\n")[:-1] if goes_on else text
        if not goes_on:
            yield from _unless_comment(first, held)
            held = ""
    yield from _unless_comment(first, held)


def _unless_comment(number: int, text: str) -> Iterator[tuple[int, str]]:
    if text.strip() and not text.lstrip().startswith("#"):
        yield number, text


def _read_redirect(directive: str, number: int, words: list[str], text: str) -> Iterator[Found]:
    status = {"redirectpermanent": 301}.get(directive, 302)
    if words and not words[0].startswith(("/", "^", "http")):
        named = words[0].lower()
        status = _STATUS.get(named) or (int(named) if named.isascii() and named.isdigit() else 0)
        words = words[1:]
    target = words[1] if len(words) == 2 else None
    if not words or (target is None) != (status == 410) or status not in (301, 302, 307, 308, 410):
        yield unread(number, text)
    elif directive == "redirectmatch":
        line = (
            None
            if target is None
            else pattern_line(read_pattern(words[0]), split_capture(target, r"\$1", r"\$[\d{]"), status, number)
        )
        yield line or unread(number, text)
    else:
        match = MapMatch.PREFIX if _carries(words[0], target) else MapMatch.EXACT
        yield RedirectLine(words[0], target, status, match, number)


def _carries(source: str, target: str | None) -> bool:
    """Whether `Redirect`, which appends what follows its source, does so in a way that a prefix line can say."""
    return target is not None and not {"?", "#"} & set(target) and source.endswith("/") == target.endswith("/")


def _add(conditions: _Conditions, words: list[str]) -> None:
    tested, pattern = words[1], words[2]
    literal = pattern[1:] if pattern.startswith("=") else literal_of(pattern)
    own = _OWN_VARIABLE.match(tested)
    if own and own[1] == "ANSWER":
        conditions.of_our_map = True
    elif tested == "%{QUERY_STRING}" and literal:
        conditions.query = literal
    elif tested == "%{HTTP_HOST}" and (found := _HOST.fullmatch(pattern)) and (host := literal_of(f"^{found[1]}$")):
        conditions.host = host
    elif own and literal is not None:
        conditions.host = literal
    elif tested == "%{THE_REQUEST}" and pattern.startswith(_REQUEST_LINE):
        conditions.request = read_request("^" + pattern.removeprefix(_REQUEST_LINE))
        conditions.readable &= conditions.request is not None
    else:
        conditions.readable = False


def _read_rule(conditions: _Conditions, number: int, words: list[str], text: str) -> Iterator[Found]:
    flags = words[3].strip("[]").split(",") if len(words) > 3 else []
    status = _status_of(flags)
    if status is None or conditions.of_our_map:
        return
    raw = words[1] == "^" and conditions.request is not None
    pattern = conditions.request if raw else read_pattern(words[1])
    target = ("", False) if status == 410 else _split(words[2])
    host, query = conditions.host, conditions.query
    line = pattern_line(pattern, target, status, number, host=host, query=query, raw=raw)
    line = line if conditions.readable else None
    if line is not None and status == 410:
        line = RedirectLine(line.source, None, 410, line.match, number)
    yield line or unread(number, text)


def _split(substitution: str) -> tuple[str, bool] | None:
    split = split_capture(substitution, r"[$%]1", r"(?<!\\)[$%][\d{]")
    return None if split is None else (split[0].replace("\\%", "%").replace("\\$", "$"), split[1])


def _status_of(flags: list[str]) -> int | None:
    """The status of a rule that answers by itself; None where it only rewrites."""
    for flag in flags:
        name, _, value = flag.strip().partition("=")
        if name.upper() in ("R", "REDIRECT"):
            return _STATUS.get(value.lower()) or (int(value) if value.isascii() and value.isdigit() else 302)
        if name.upper() in ("G", "GONE"):
            return 410
    return None
