"""Which format a log is written in, told by its first lines."""

import re
from collections.abc import Callable, Iterable, Sequence

from linkreclaim.sources.logs.formats import format_by_name, json_lines
from linkreclaim.sources.logs.formats.haproxy import HAPROXY, HAPROXY_NO_REFERRER, HaproxyParser, captures_referrer
from linkreclaim.sources.logs.formats.json_lines import JsonParser
from linkreclaim.sources.logs.formats.layout import LayoutParser
from linkreclaim.sources.logs.formats.w3c import recognise_w3c
from linkreclaim.sources.logs.interface import LogFormat

_MAX_HEAD_BYTES = 65536
_MAX_LINES = 200
_TEXT_ORDER = (
    "gandi",
    "ovh",
    "vhost_combined",
    "combined",
    "vhost_common",
    "common",
    "alb",
    "elb",
    "s3",
    "cloud_storage",
    "squid",
)
"""A format stands before those whose lines look like its own with something missing."""
_NAMED_CLIENT = re.compile(
    rb'[^ "{,;\t]+ [^ "]+ [^"\[]*\[\d{1,2}/[A-Za-z]{3}/\d{4}:[^\]]+\] "[A-Z]+ [^"]* HTTP/[\d.]+" \d{3} '
)
"""A combined or common line whose client is a name (Apache's HostnameLookups) or made anonymous."""

Vote = Callable[[bytes], bool | None]


def recognise_log(head: bytes) -> LogFormat | None:
    """The format of a log from its first bytes (up to 64 KB are looked at); None when it is no access log.

    Most of the lines that can be told must be of the format, so a few dirty ones, comments and the messages of a
    server do not matter. What the file is called plays no part.
    """
    lines = _first_lines(head[:_MAX_HEAD_BYTES])
    return recognise_w3c(lines) or _haproxy(lines) or _voted(lines) or _with_named_clients(lines)


def _first_lines(head: bytes) -> Sequence[bytes]:
    lines = head.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    whole = lines[:-1] if len(lines) > 1 else lines
    if len(head) < _MAX_HEAD_BYTES:
        whole = lines
    return [line.rstrip(b"\r") for line in whole[:_MAX_LINES]]


def _voted(lines: Sequence[bytes]) -> LogFormat | None:
    is_json = _most(lambda line: (b"{" in line[:200]) if line.strip() else None, lines)
    names = [known.name for known in json_lines.FORMATS] if is_json else _TEXT_ORDER
    for known in map(format_by_name, names):
        parser = known.make_parser()
        if isinstance(parser, (JsonParser, LayoutParser)) and _most(parser.is_certain, lines):
            return known
    return None


def _haproxy(lines: Sequence[bytes]) -> LogFormat | None:
    if not _most(HaproxyParser().is_certain, lines):
        return None
    return HAPROXY if any(map(captures_referrer, lines)) else HAPROXY_NO_REFERRER


def _with_named_clients(lines: Sequence[bytes]) -> LogFormat | None:
    if not _most(lambda line: bool(_NAMED_CLIENT.match(line)) if line.strip() else None, lines):
        return None
    fields_in_front = _most(lambda line: len(line.partition(b"[")[0].split()) >= 4 if b"[" in line else None, lines)
    has_referrer = _most(lambda line: line.count(b'"') >= 6 if line.strip() else None, lines)
    return format_by_name(("vhost_" if fields_in_front else "") + ("combined" if has_referrer else "common"))


def _most(vote: Vote, lines: Iterable[bytes]) -> bool:
    votes = [vote(line) for line in lines]
    return votes.count(True) > votes.count(False)
