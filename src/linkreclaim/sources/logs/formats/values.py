r"""What the values of a line mean: requested target, host, referrer, client.

A target is kept as it was requested, in a form that a URL and a table can hold: bytes that are UTF-8 become their
characters, others stay as percent codes (`/caf\xe9/` is `/caf%E9/`), and blanks, control characters, `"`, `#` and `\`
are percent-encoded. Escapes that a server writes for what it cannot print are undone first.

Sources: escapes, Apache httpd 2.4 mod_log_config ("Format Notes": `\"`, `\\`, C-style and `\xhh`) and nginx
ngx_http_log_module (`\xXX` for `"`, `\`, below 32 and above 126); forms of a request target, RFC 9112 section 3.2.
"""

import ipaddress
import re
from datetime import date

from linkreclaim.sources.logs.interface import Hit, Unread

_ESCAPE = re.compile(rb"\\(?:x([0-9A-Fa-f]{2})|(.))", re.DOTALL)
_C_ESCAPES = {b"n": b"\n", b"t": b"\t", b"r": b"\r", b"b": b"\b", b"v": b"\v", b"f": b"\f"}
_NOT_ASCII = re.compile(rb"[\x80-\xff]")
_UNFIT = re.compile('[\x00-\x20"#\\\\\x7f-\xa0\u1680\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]')
_ABSOLUTE = re.compile(rb"(https?)://([^/?#]*)(.*)", re.IGNORECASE | re.DOTALL)
_DEFAULT_PORTS = {b"http": b":80", b"https": b":443"}
_ADDRESS_AND_PORT = re.compile(r"\[([0-9A-Fa-f:.%\w]+)\](?::\d+)?|([\d.]+):\d+", re.ASCII)
_UNANSWERED = frozenset(("", "-", "0", "000", "-1"))
_NOTHING = frozenset((b"", b"-", b"_"))


def unescaped(raw: bytes) -> bytes:
    r"""Undo the escapes of Apache and nginx: `\"`, `\\`, `\n`, `\x22`."""
    return _ESCAPE.sub(_plain, raw) if b"\\" in raw else raw


def _plain(escape: re.Match[bytes]) -> bytes:
    code: bytes | None = escape[1]
    return bytes((int(code, 16),)) if code else _C_ESCAPES.get(escape[2], escape[2])


def text_of(raw: bytes) -> str:
    """A header's value as sent, "" for the `-` of a missing one; bytes that are no UTF-8 as percent codes."""
    if raw == b"-":
        return ""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return _NOT_ASCII.sub(_percent, raw).decode("ascii")


def _percent(byte: re.Match[bytes]) -> bytes:
    return b"%%%02X" % byte[0][0]


def request_target(line: bytes) -> str:
    """The target of a request line: `GET /old HTTP/1.1`, without protocol (HTTP/0.9), or the mere target.

    "" for what was no request for a page: TLS on a plain port, `-`, CONNECT, `OPTIONS *`.
    """
    rest, _, protocol = line.rpartition(b" ")
    if not protocol.startswith(b"HTTP/"):
        rest = line
    if not rest.startswith((b"/", b"http://", b"https://")):
        rest = rest.partition(b" ")[2]
    return target_of(rest)


def target_of(raw: bytes) -> str:
    """A path with query, or an absolute URL without the port that its scheme has anyway; "" for anything else."""
    if raw.startswith(b"/"):
        return _fit(raw)
    if not (parts := _ABSOLUTE.match(raw)):
        return ""
    scheme = parts[1].lower()
    return _fit(b"%s://%s%s" % (scheme, parts[2].removesuffix(_DEFAULT_PORTS[scheme]), parts[3] or b"/"))


def _fit(raw: bytes) -> str:
    text = text_of(raw)
    return text if is_fit(text) else _UNFIT.sub(_percent_character, text)


def is_fit(text: str) -> bool:
    """Whether a target can stay as it is; quick for plain ASCII."""
    if text.isascii():
        return text.isprintable() and not (" " in text or "#" in text or '"' in text or "\\" in text)
    return not _UNFIT.search(text)


def _percent_character(character: re.Match[str]) -> str:
    return "".join(map("%{:02X}".format, character[0].encode()))


def host_of(raw: bytes) -> str:
    """A host in lower case, with its port unless that is 80 or 443; "" for `-`, and for nginx's catch-all name `_`."""
    name = raw.rpartition(b"@")[2].lower().removesuffix(b":80").removesuffix(b":443").removesuffix(b".")
    return "" if name in _NOTHING else text_of(name)


def address_of(raw: bytes) -> str:
    """A client's address without its port; "" for `-`."""
    text = text_of(raw)
    if found := _ADDRESS_AND_PORT.fullmatch(text):
        return str(found[1] or found[2])
    return text


def is_address(text: str) -> bool:
    """Whether this is an IPv4 or IPv6 address."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def status_of(text: str) -> int | Unread | None:
    """A status code; None for a request that was never answered (`-`, `0`, `000`, `-1`)."""
    if len(text) == 3 and text.isascii() and text.isdecimal() and text >= "100":
        return int(text)
    return None if text in _UNANSWERED else Unread(f"{text[:20]!r} is no status code")


def hit(status: int, target: str, host: str, referrer: str, user_agent: str, address: str, day: date | None) -> Hit:
    """One request; the host of an absolute target is the one that was asked (RFC 9112 section 3.2.2)."""
    if target.startswith("http"):
        host = host_of(target.split("/", 3)[2].partition("?")[0].encode())
    return Hit(status, target, host, referrer, user_agent, address, day)
