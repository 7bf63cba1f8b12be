"""Regular expressions that say no more than a path or a prefix; whatever says more is not read."""

import re
from dataclasses import dataclass
from urllib.parse import quote

from linkreclaim.model.links import RowProblem
from linkreclaim.model.redirects import MapMatch, RedirectLine
from linkreclaim.redirects.canonical import PLAIN_IN_PATH

Found = RedirectLine | RowProblem
MAX_SHOWN_CHARS = 100

_LITERAL = re.compile(r"(?:\\x(?P<hex>[0-9A-Fa-f]{2})|\\(?P<escaped>[^A-Za-z0-9])|(?P<plain>[^\\^$.|?*+()\[\]{}]))")
_REST = re.compile(r"\((?:\?<\w+>)?(?:\.\*|\.\+|\[\^(?:[ ?#]|\\x2[03]|\\x3f)+\]\*)\)")
_TAILS = ("$", r"(?:\?|$)", r"(?:\?[^ ]*)? HTTP/", "")
_EITHER_CASE = re.compile(r"\[([A-F])[a-f]\]")
_SPELLINGS = re.compile(r"\(\?:(%[0-9A-F]{2}|\\x[0-9a-f]{2})\|[^()|]*\)")


@dataclass(frozen=True, slots=True)
class SimplePattern:
    """What a simple regular expression matches: exactly these bytes, or all that starts with them."""

    text: bytes
    prefix: bool


def read_pattern(regex: str) -> SimplePattern | None:
    """Read `^literal$` and `^literal(.*)$`, None for anything that says more."""
    if not regex.startswith("^"):
        return None
    literal, at = bytearray(), 1
    while found := _LITERAL.match(regex, at):
        if found["hex"]:
            literal.append(int(found["hex"], 16))
        else:
            literal += (found["escaped"] or found["plain"]).encode("utf-8", "surrogateescape")
        at = found.end()
    rest, tail = _REST.match(regex, at), regex[at:]
    if rest is not None:
        return SimplePattern(bytes(literal), True) if regex[rest.end() :] in _TAILS else None
    if tail == "?$" and literal.endswith(b"/"):
        return SimplePattern(bytes(literal[:-1]) or b"/", False)
    return SimplePattern(bytes(literal), False) if tail in _TAILS[:-1] else None


def read_request(regex: str) -> SimplePattern | None:
    """The same for a pattern of the request line, where our writers allow each spelling of an escape."""
    return read_pattern(_SPELLINGS.sub(r"\1", _EITHER_CASE.sub(r"\1", regex)))


def path_of(decoded: bytes) -> str:
    """A decoded path as it stands in a URL."""
    return quote(decoded, safe=PLAIN_IN_PATH)


def split_capture(target: str, capture: str, variable: str) -> tuple[str, bool] | None:
    """(target without the capture at its end, whether it has one); None where it holds more variables than that.

    `capture` and `variable` are regular expressions for what the server puts something else for.
    """
    found = re.search(f"(?:{capture})$", target)
    base = target[: found.start()] if found else target
    return None if re.search(variable, base) else (base, found is not None)


def pattern_line(
    pattern: SimplePattern | None,
    target: tuple[str, bool] | None,
    status: int,
    line: int,
    *,
    host: str = "",
    query: str = "",
    raw: bool = False,
) -> RedirectLine | None:
    """The redirect of a pattern, None where its target is put together from more than the rest of the path.

    `raw`: the pattern is compared with the request as it was sent, not with its decoded path.
    """
    if pattern is None or target is None or pattern.prefix != target[1] or (pattern.prefix and query):
        return None
    text = pattern.text if pattern.text.startswith(b"/") or raw else b"/" + pattern.text
    path = text.decode("utf-8", "surrogateescape") if raw else path_of(text)
    source = (f"https://{host}" if host else "") + path + (f"?{query}" if query else "")
    match = MapMatch.PREFIX if pattern.prefix else MapMatch.EXACT
    return RedirectLine(source, target[0], status, match, line)


def literal_of(regex: str) -> str | None:
    """The text that a regular expression `^literal$` stands for, None for anything that says more."""
    found = read_pattern(regex)
    return None if found is None or found.prefix else found.text.decode("utf-8", "replace")


def unread(line: int, text: str) -> RowProblem:
    """A line that redirects in a way that is not read."""
    shown = " ".join(text.encode("utf-8", "replace").decode().split())
    return RowProblem(line, f"not read: {shown[:MAX_SHOWN_CHARS]}")


def split_host(key: str) -> tuple[str, str]:
    """(host, path) of a key that may start with a host."""
    at = max(key.find("/"), 0)
    return key[:at], key[at:]


def source_of_key(key: str, query: str | None) -> str:
    """A source out of a decoded key and its query."""
    host, path = split_host(key)
    return (
        (f"https://{host}" if host else "")
        + path_of(path.encode("utf-8", "surrogateescape"))
        + ("" if query is None else f"?{query}")
    )
