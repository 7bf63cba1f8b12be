"""Regular expressions for hostile paths: pure ASCII, every special byte as `\\xHH`, the same on PCRE 1 and 2 and RE2.

They are compared with the path of a request as it was sent. RE2 reads `\\xHH` above 7F as a character, not as a byte:
that is harmless where the path is ASCII, as Go hands it on.
"""

import re
from itertools import pairwise

from linkreclaim.errors import RedirectMapError
from linkreclaim.model.rules import PartKind, RedirectRule, SourcePart

NO_END = r"[^?\x20\x23]"
"""One character of a path on the request line: neither the query's `?`, nor the blank after the URL, nor a `#`."""

_UNIT = re.compile(r"%[0-9A-F]{2}|.")
_UNRESERVED = re.compile(r"[A-Za-z0-9_~-]")
_KEPT_ENCODED = frozenset({"%2F", "%3F", "%23", "%25", "%20", "%7F"})
"""Bytes that mean something else, or break the request line, when they are not escaped (RFC 3986, 2.2; RFC 9112, 3)."""
_CANONICAL_TEXT = re.compile(r"(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/]|%[0-9A-F]{2})+")
_CLASSES = {
    PartKind.DIGITS: "[0-9]+",
    PartKind.SEGMENT: r"[^/?\x20\x23]+",
    PartKind.REST: NO_END + "+",
}


def byte_pattern(value: bytes) -> str:
    """A regex for exactly these bytes."""
    return "".join(chr(byte) if _UNRESERVED.match(chr(byte)) or byte == 0x2F else f"\\x{byte:02x}" for byte in value)


def request_pattern(path: str) -> str:
    """A regex for a canonical path as clients may spell it on the request line: escaped or plain, any hex case."""
    return "".join(_spellings(unit) for unit in _UNIT.findall(path))


def prefix_pattern(path: str, name: str = "") -> str:
    """A regex for a canonical prefix and what follows it, which is capture 1; see `rule_pattern` for `name`."""
    rest = NO_END + "*" if path.endswith("/") else f"(?:/{NO_END}*)?"
    return request_pattern(path) + _group(1, name) + rest + ")"


def rule_pattern(rule: RedirectRule, name: str = "") -> str:
    """A regex for the paths of a rule, without anchors; what is not TEXT is captured, in its order.

    With a `name`, the groups are called name1, name2... Raises RedirectMapError for a rule that is not canonical,
    whoever made it.
    """
    _check(rule)
    pieces, captures = [], 0
    for part in rule.source:
        if part.kind is PartKind.TEXT:
            pieces.append(request_pattern(part.text))
        else:
            captures += 1
            pieces.append(_group(captures, name) + _CLASSES[part.kind] + ")")
    return "".join(pieces)


def captures_of(rule: RedirectRule) -> int:
    """How many parts of a path the rule captures."""
    return sum(part.kind is not PartKind.TEXT for part in rule.source)


def rule_text(rule: RedirectRule) -> str:
    """The rule for people: `/blog/{digits}/{segment} -> /resources/{2}`."""
    source = "".join(part.text if part.kind is PartKind.TEXT else f"{{{part.kind}}}" for part in rule.source)
    target = "".join(piece if isinstance(piece, str) else f"{{{piece}}}" for piece in rule.target)
    return f"{rule.host}{source} -> {target or rule.status}"


def _check(rule: RedirectRule) -> None:
    reason = _why_not(rule.source)
    if reason:
        raise RedirectMapError(f"the rule {rule_text(rule)[:200]!r} cannot be written: {reason}")


def _why_not(source: tuple[SourcePart, ...]) -> str | None:
    kinds = [part.kind for part in source]
    if not source or kinds[0] is not PartKind.TEXT or not source[0].text.startswith("/"):
        return "its source must start with a text that starts with /"
    if PartKind.REST in kinds[:-1]:
        return "REST is not its last part"
    if any(PartKind.TEXT not in pair for pair in pairwise(kinds)):
        return "two captures stand side by side"
    if any(part.kind is PartKind.TEXT and not _CANONICAL_TEXT.fullmatch(part.text) for part in source):
        return "a text of its source is not in canonical percent-encoding"
    return None


def _group(number: int, name: str) -> str:
    return f"(?<{name}{number}>" if name else "("


def _spellings(unit: str) -> str:
    if len(unit) > 1:
        byte = int(unit[1:], 16)
        only_escaped = unit in _KEPT_ENCODED or byte < 0x20
        return _escaped(byte) if only_escaped else f"(?:{_escaped(byte)}|\\x{byte:02x})"
    if unit in "/." or _UNRESERVED.match(unit):
        return byte_pattern(unit.encode())
    return f"(?:\\x{ord(unit):02x}|{_escaped(ord(unit))})"


def _escaped(byte: int) -> str:
    return "%" + "".join(f"[{digit}{digit.lower()}]" if digit.isalpha() else digit for digit in f"{byte:02X}")
