"""HAProxy's HTTP log, with or without captured headers.

Captured values stand in braces, separated by `|`, without their names: `{example.org|Mozilla/5.0 ...|https://other.example/}`.
What each is, is told by its form. The first braces are taken for the request's.

Source: HAProxy configuration manual, 8.2.3 "HTTP log format", 8.6 "Non-printable characters" (`#22`).
"""

import re
from functools import partial

from linkreclaim.sources.logs.formats.days import day_of
from linkreclaim.sources.logs.formats.goaccess import NO_REFERRER
from linkreclaim.sources.logs.formats.values import address_of, hit, host_of, request_target, status_of, text_of
from linkreclaim.sources.logs.interface import Hit, LogFormat, Unread

_LINE = re.compile(
    rb"(?:[^\[]*+\[\d+\]: |[^\[]* )?(?P<h>[0-9A-Fa-f.:]{2,45}):\d+ \[(?P<d>[^:\]]+):[^\]]*\] "
    rb"[^ ]++ [^ ]++ [-+\d/]++ (?P<s>\d{3}|-1|0) \+?\d++ [^ ]++ [^ ]++ [^ ]{4} [\d/+]++ [\d/]++ "
    rb"(?:\{(?P<c>[^}\"]*+)\} )?(?:\{[^}\"]*+\} )?\"(?P<r>[^\"]*+)"
)
_ENCODED = re.compile(rb"#([0-9A-Fa-f]{2})")
_URL = re.compile(rb"(?:https?|android-app)://", re.IGNORECASE)
_HOST = re.compile(rb"(?=[^|]*[A-Za-z])[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+(?::\d+)?|localhost(?::\d+)?")
_CAPTURE = "In haproxy.cfg, `http-request capture req.hdr(Referer) len 256` in the frontend adds it from then on."


class HaproxyParser:
    """Reads what `option httplog` writes, behind any syslog header."""

    def parse(self, line: bytes) -> Hit | Unread | None:
        """The request of a line; None for a blank line, HAProxy's own messages, and requests never answered."""
        match = _LINE.match(line)
        if match is None:
            is_message = b'"' not in line and (b"haproxy" in line or not line.strip())
            return (
                None if is_message or line.startswith(b"#") else Unread("it is not of the form of HAProxy's HTTP log")
            )
        status = status_of(match["s"].decode())
        if not isinstance(status, int):
            return status
        host, referrer, agent = _captured(match["c"])
        target = request_target(_decoded(match["r"]))
        day = day_of(text_of(match["d"]))
        return hit(status, target, host, referrer, agent, address_of(match["h"]), day)

    def is_certain(self, line: bytes) -> bool | None:
        """Whether this is a line of HAProxy's HTTP log; None: it tells nothing."""
        found = self.parse(line)
        return None if found is None else isinstance(found, Hit) and found.day is not None


def _captured(raw: bytes | None) -> tuple[str, str, str]:
    """Host, referrer and user agent among captured values."""
    host = referrer = agent = b""
    for value in map(_decoded, (raw or b"").split(b"|")):
        if _URL.match(value):
            referrer = referrer or value
        elif _HOST.fullmatch(value):
            host = host or value
        elif b"/" in value or b" " in value:
            agent = agent or value
    return host_of(host), text_of(referrer), text_of(agent)


def _decoded(raw: bytes) -> bytes:
    return _ENCODED.sub(lambda code: bytes((int(code[1], 16),)), raw)


def captures_referrer(line: bytes) -> bool:
    """Whether a referrer may stand in this line's braces: a URL does, or several values do, or nothing."""
    match = _LINE.match(line)
    raw = match["c"] if match else None
    return raw is not None and (not raw or b"|" in raw or bool(_URL.match(raw)))


def needles(status: int) -> tuple[bytes, ...]:
    """The status between the blanks that always surround it."""
    return (b" %d " % status,)


HAPROXY = LogFormat("haproxy", "HAProxy with captured headers", True, partial(HaproxyParser), needles)
HAPROXY_NO_REFERRER = LogFormat(
    "haproxy_no_referrer",
    "HAProxy without a captured Referer",
    False,
    partial(HaproxyParser),
    needles,
    notes=(NO_REFERRER, _CAPTURE),
)
FORMATS: tuple[LogFormat, ...] = (HAPROXY, HAPROXY_NO_REFERRER)
