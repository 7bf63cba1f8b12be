"""Regular expressions for hostile paths: pure ASCII, every special byte as `\\xHH`, the same on PCRE 1 and 2."""

import re

_UNIT = re.compile(r"%[0-9A-F]{2}|.")
_UNRESERVED = re.compile(r"[A-Za-z0-9_~-]")
_KEPT_ENCODED = frozenset({"%2F", "%3F", "%23", "%25", "%20", "%7F"})
"""Bytes that mean something else, or break the request line, when they are not escaped (RFC 3986, 2.2; RFC 9112, 3)."""


def byte_pattern(value: bytes) -> str:
    """A regex for exactly these bytes."""
    return "".join(chr(byte) if _UNRESERVED.match(chr(byte)) or byte == 0x2F else f"\\x{byte:02x}" for byte in value)


def request_pattern(path: str) -> str:
    """A regex for a canonical path as clients may spell it on the request line: escaped or plain, any hex case."""
    return "".join(_spellings(unit) for unit in _UNIT.findall(path))


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
