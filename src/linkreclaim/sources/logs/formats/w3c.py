"""The W3C extended log format: IIS, CloudFront, Incapsula, NetScaler.

A `#Fields:` line names the columns of the lines that follow it; another may come at any time. Columns are separated by
blanks or tabs, and may be quoted (`""` is a quote within).

Sources: W3C working draft WD-logfile; Microsoft "IIS log file formats" (blanks in values are written `+`, missing
values `-`, times are UTC); CloudFront "Standard logging reference" (values percent-encoded; user agents are found
encoded once and twice in samples).
"""

import re
from collections.abc import Sequence
from datetime import date
from functools import partial
from urllib.parse import unquote_to_bytes

from linkreclaim.sources.logs.formats.days import day_of
from linkreclaim.sources.logs.formats.goaccess import NO_REFERRER
from linkreclaim.sources.logs.formats.values import address_of, hit, host_of, status_of, target_of, text_of
from linkreclaim.sources.logs.interface import Hit, LogFormat, Unread

_CELL = re.compile(rb'"((?:[^"]|"")*+)"(?=[ \t]|\Z)|([^ \t]++)')
_PERCENT = re.compile(rb"%25(?=[0-9A-Fa-f]{2})")
_BOM = b"\xef\xbb\xbf"
_NAMES = {
    "status": (b"sc-status", b"c-status"),
    "path": (b"cs-uri-stem", b"cs-uri"),
    "query": (b"cs-uri-query",),
    "host": (b"x-host-header", b"cs-host", b"cs(host)"),
    "referrer": (b"cs(referer)", b"cs(referrer)"),
    "user_agent": (b"cs(user-agent)",),
    "address": (b"c-ip",),
    "day": (b"date", b"date-local"),
}


class W3cParser:
    """Reads the lines of one file, in their order."""

    def __init__(self, percent_encoded: bool = False) -> None:
        self._percent_encoded = percent_encoded
        self._columns: dict[str, int] = {}
        self._trouble = "no #Fields: line stands before it, which would name its columns"
        self._day: date | None = None

    def parse(self, line: bytes) -> Hit | Unread | None:
        """The request of a line; None for a blank or a `#` line, and for a request that was never answered."""
        line = line.removeprefix(_BOM).rstrip()
        if not line:
            return None
        if line.startswith(b"#"):
            self._directive(line)
            return None
        if self._trouble:
            return Unread(self._trouble)
        return self._hit_of(_cells(line))

    def _directive(self, line: bytes) -> None:
        name, _, value = line.partition(b":")
        if name in (b"#Date", b"#Start-Date") and value.startswith(b" "):
            self._day = day_of(text_of(value.strip()))
        if name == b"#Fields":
            self._columns = columns_of(value)
            self._trouble = _trouble(self._columns)

    def _hit_of(self, cells: Sequence[bytes]) -> Hit | Unread | None:
        columns = self._columns
        if len(cells) <= max(columns.values()):
            return Unread(f"it has {len(cells)} columns, fewer than its #Fields: line names")
        status = status_of(cells[columns["status"]].decode("latin-1"))
        if not isinstance(status, int):
            return status
        raw = {field: b"" if cells[place] == b"-" else cells[place] for field, place in columns.items()}
        target, host = self._target_and_host(raw)
        return hit(
            status,
            target,
            host,
            text_of(self._plain(raw.get("referrer", b""))),
            self._agent(raw.get("user_agent", b"")),
            address_of(raw.get("address", b"")),
            day_of(text_of(raw["day"])) if "day" in raw else self._day,
        )

    def _target_and_host(self, raw: dict[str, bytes]) -> tuple[str, str]:
        path, query = self._plain(raw["path"]), self._plain(raw.get("query", b""))
        host = host_of(raw.get("host", b""))
        if not path.startswith((b"/", b"http")) and b"/" in path and b"." in path.partition(b"/")[0]:
            name, slash, rest = path.partition(b"/")  # Incapsula: www.example.com/page
            host, path = host_of(name), slash + rest
        return target_of(path + b"?" + query.removeprefix(b"?") if query else path), host

    def _plain(self, value: bytes) -> bytes:
        return _PERCENT.sub(b"%", value) if self._percent_encoded else value

    def _agent(self, value: bytes) -> str:
        if self._percent_encoded:
            value = unquote_to_bytes(unquote_to_bytes(value))
        return text_of(value.replace(b"+", b" ") if b" " not in value else value)


def columns_of(value: bytes) -> dict[str, int]:
    """Which of a `#Fields:` line's columns hold what we want: the preferred name of each, and its place."""
    names = [name.lower() for name in value.split()]
    places = {field: [names.index(name) for name in known if name in names] for field, known in _NAMES.items()}
    return {field: found[0] for field, found in places.items() if found}


def _trouble(columns: dict[str, int]) -> str:
    missing = [name for field, name in (("status", "sc-status"), ("path", "cs-uri-stem")) if field not in columns]
    if missing:
        return f"the #Fields: line before it does not name {' and '.join(missing)}"
    return "" if columns["status"] else "its status is the first column, which is not supported"


def _cells(line: bytes) -> list[bytes]:
    if b'"' in line:
        return [cell[1].replace(b'""', b'"') if cell[1] is not None else cell[2] for cell in _CELL.finditer(line)]
    return line.split(b"\t") if b"\t" in line else [cell for cell in line.split(b" ") if cell]


def needles(status: int) -> tuple[bytes, ...]:
    """The status as a column: after a blank, a tab or a quote."""
    return b" %d" % status, b"\t%d" % status, b'"%d"' % status


def _format(name: str, title: str, has_referrer: bool, percent_encoded: bool, *notes: str) -> LogFormat:
    make = partial(W3cParser, percent_encoded)
    return LogFormat(
        name, title, has_referrer, make, needles, ordered=True, always=(b"#Fields:", b"Date: "), notes=notes
    )


_BLANKS = "IIS writes a blank in a path as +, so what is listed as /a+b may have been requested as /a%20b."
W3C = _format("w3c", "IIS and W3C extended", True, False, _BLANKS)
W3C_NO_REFERRER = _format(
    "w3c_no_referrer",
    "IIS and W3C extended without cs(Referer)",
    False,
    False,
    NO_REFERRER,
    "In IIS Manager, Logging, Select Fields: tick Referer, cs(Referer), and such links show from then on.",
)
CLOUDFRONT = _format("cloudfront", "Amazon CloudFront", True, True)
FORMATS: tuple[LogFormat, ...] = (CLOUDFRONT, W3C, W3C_NO_REFERRER)


def recognise_w3c(lines: Sequence[bytes]) -> LogFormat | None:
    """The format whose `#Fields:` lines these are; None when no such line names a status and a path."""
    headers = [line.removeprefix(_BOM) for line in lines]
    fields = [line.partition(b":")[2].lower() for line in headers if line.startswith(b"#Fields:")]
    usable = [names for names in fields if not _trouble(columns_of(names))]
    if not usable:
        return None
    if any(b"x-edge-location" in names for names in usable):
        return CLOUDFRONT
    return W3C if any("referrer" in columns_of(names) for names in usable) else W3C_NO_REFERRER
