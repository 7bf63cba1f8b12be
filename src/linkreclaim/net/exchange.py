"""One reusable libcurl handle: its options, its limits, and the answer it reads."""

import re
import socket
from collections.abc import Callable
from io import BytesIO

import pycurl

from linkreclaim.config import FetchSettings
from linkreclaim.errors import UsageError
from linkreclaim.model.verdicts import FailureKind
from linkreclaim.net.failures import find_failure
from linkreclaim.net.multi import CurlError
from linkreclaim.net.transport import Headers, Request, Response

RefuseAddress = Callable[[str], str | None]
"""Takes the IP address a socket is about to connect to; gives the reason to refuse it, or None."""

LOW_SPEED_BYTES_S = 100
LOW_SPEED_TIME_S = 20
"""A transfer slower than 100 bytes/s for 20 s is ended, however long its caller would wait: our judgement."""

BUFFER_BYTES = 131_072
"""A page comes in one or two pieces, each of which costs a call."""

DNS_KEPT_S = 5
"""libcurl looks through all addresses that it keeps whenever it connects. Our measurement, one URL at each of 10,000
hosts over TLS: 19 CPU s, and 28 to 30 with its own 60 s."""

ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
"""What browsers send; some servers answer 406 or JSON to libcurl's bare */*."""

_FIRST_WITHOUT_PAGE = 300

_FIELD = re.compile(r"^([^:\s]+)[ \t]*:[ \t]*([^\r\n]*)", re.MULTILINE)
_BLANK_LINE = re.compile(rb"\r?\n\r?\n")
_FORBIDDEN_IN_HEADER = re.compile(r"[\0\r\n]")


class Exchange:
    """A libcurl handle that asks one URL at a time and counts every byte it is given."""

    def __init__(self, settings: FetchSettings, refuse: RefuseAddress, ca_file: str) -> None:
        self.curl = pycurl.Curl()
        self._settings = settings
        self._refuse = refuse
        self._head = BytesIO()  # libcurl itself ends a header of over 300 KB
        self._set_fixed_options(ca_file)
        self._set_decoding(True)
        self._asked_as: tuple[object, ...] = ()
        self._start(0)

    def _set_fixed_options(self, ca_file: str) -> None:
        settings = self._settings
        options = (
            (pycurl.NOSIGNAL, 1),
            (pycurl.PROTOCOLS, pycurl.PROTO_HTTP | pycurl.PROTO_HTTPS),
            (pycurl.FOLLOWLOCATION, 0),
            (pycurl.PROXY, ""),  # an empty name: proxies of the environment do not count
            (pycurl.NOPROXY, "*"),
            (pycurl.NETRC, pycurl.NETRC_IGNORED),
            (pycurl.HTTP_VERSION, pycurl.CURL_HTTP_VERSION_2TLS),
            (pycurl.USERAGENT, settings.user_agent),
            (pycurl.CAINFO, ca_file),
            (pycurl.DNS_CACHE_TIMEOUT, DNS_KEPT_S),
            (pycurl.CONNECTTIMEOUT_MS, int(settings.connect_timeout_s * 1000)),
            (pycurl.LOW_SPEED_LIMIT, LOW_SPEED_BYTES_S),
            (pycurl.LOW_SPEED_TIME, LOW_SPEED_TIME_S),
            (pycurl.BUFFERSIZE, BUFFER_BYTES),
            (pycurl.WRITEFUNCTION, self._on_body),
            (pycurl.WRITEHEADER, self._head),  # in C: a Python function for each line costs 20 us an answer
            (pycurl.OPENSOCKETFUNCTION, self._open_socket),
        )
        for option, value in options:
            self.curl.setopt(option, value)

    def prepare(self, request: Request, ip_version: int, *, decode: bool = True) -> None:
        """Set up the handle for one request; `ip_version` is one of pycurl.IPRESOLVE_*. Without `decode` the body is
        asked for without compression, and taken as it comes.

        The path goes over the wire exactly as our URL parser wrote it: libcurl is given the origin and, apart, the
        request target, so two parsers cannot disagree about it. Raises UsageError for a header with a line break.
        """
        self._start(request.max_body_bytes)
        self.curl.setopt(pycurl.URL, request.url.origin + "/")
        self.curl.setopt(pycurl.REQUEST_TARGET, request.url.request_target)
        asked_as = (request.method, request.headers, request.total_timeout_s, ip_version)
        if asked_as != self._asked_as:
            self._set_manner(request, ip_version)
            self._asked_as = asked_as
        if decode is not self._decodes:
            self._set_decoding(decode)

    def _set_manner(self, request: Request, ip_version: int) -> None:
        """What most requests of a run have in common."""
        timeout_s = request.total_timeout_s or self._settings.total_timeout_s
        setopt = self.curl.setopt
        setopt(pycurl.NOBODY if request.method == "HEAD" else pycurl.HTTPGET, 1)
        setopt(pycurl.HTTPHEADER, _header_lines(request.headers))
        setopt(pycurl.TIMEOUT_MS, int(timeout_s * 1000))
        setopt(pycurl.IPRESOLVE, ip_version)

    def _set_decoding(self, decode: bool) -> None:
        self.curl.setopt(pycurl.HTTP_CONTENT_DECODING, decode)
        self.curl.setopt(pycurl.ACCEPT_ENCODING, "" if decode else "identity")  # empty: all that libcurl can undo
        self._decodes = decode

    def misread(self, error: CurlError) -> bool:
        """Whether the body could not be unpacked: libcurl takes neither several gzip members nor what follows them."""
        return error[0] == pycurl.E_BAD_CONTENT_ENCODING or (error[0] == pycurl.E_WRITE_ERROR and not self._cut)

    def read_response(self, error: CurlError | None) -> Response:
        """The answer of the transfer that has just ended, with what stopped it."""
        head, is_whole = _last_header(self._head.getvalue())
        status = self.curl.getinfo(pycurl.RESPONSE_CODE) or None if is_whole else None
        broke_off = error is not None and self._header_stands(status, error)
        failure, detail = (None, "") if self._cut or broke_off else self._find_failure(error)
        if failure is None and not is_whole:
            failure, detail = FailureKind.RESET, "the server closed the connection within its header"
        response = Response(
            status_code=status,
            headers=_split_fields(head),
            body=self._body[0] if len(self._body) == 1 else b"".join(self._body),
            truncated=self._cut or broke_off,
            failure=failure,
            failure_detail=detail,
        )
        self._start(0)  # an idle handle holds no body
        return response

    def _header_stands(self, status: int | None, error: CurlError) -> bool:
        """Whether trouble came after the whole header and changes nothing: a server that closes early, as in browsers;
        a redirect, a refusal or an error says all in its header, whatever becomes of its body."""
        if status is None or self._head.tell() > self._settings.max_header_bytes:
            return False
        return error[0] == pycurl.E_PARTIAL_FILE or status >= _FIRST_WITHOUT_PAGE

    def _start(self, max_body_bytes: int) -> None:
        self._room_bytes = max_body_bytes
        self._head.seek(0)
        self._head.truncate()
        self._body: list[bytes] = []
        self._cut = False
        self._refused = ""

    def _find_failure(self, error: CurlError | None) -> tuple[FailureKind | None, str]:
        limit = self._settings.max_header_bytes
        if self._head.tell() > limit:
            return FailureKind.TOO_LARGE, f"the answer's header is larger than {limit:,} bytes"
        if error is None:
            return None, ""
        if self._refused:
            return FailureKind.PRIVATE_ADDRESS, f"{self._refused}; --allow-private lets such addresses be asked"
        return find_failure(*error)

    def _on_body(self, chunk: bytes) -> int | None:
        room = self._room_bytes
        self._room_bytes -= len(chunk)
        if self._room_bytes >= 0:
            self._body.append(chunk)
            return None
        self._body.append(chunk[:room])
        self._cut = True
        return 0

    def _open_socket(self, _purpose: int, address: pycurl.CurlSockAddr) -> socket.socket | int:
        """Called by libcurl with the address that it is about to connect to: the one place where refusal is sure."""
        reason = self._refuse(str(address.addr[0]))
        if reason is not None:
            self._refused = reason
            return int(pycurl.SOCKET_BAD)
        return _LentSocket(address.family, address.socktype, address.protocol)


class _LentSocket(socket.socket):
    """pycurl duplicates the socket it is given; this copy closes at once, or the connection would outlive its end."""

    def __del__(self) -> None:
        self.close()


def _header_lines(headers: Headers) -> list[bytes]:
    names = {name.lower() for name, _ in headers}
    fields = headers if "accept" in names else (("Accept", ACCEPT), *headers)
    return [_header_line(name, value) for name, value in fields]


def _header_line(name: str, value: str) -> bytes:
    line = f"{name}: {value}" if value else f"{name};"  # libcurl's way to send a field without a value
    if _FORBIDDEN_IN_HEADER.search(line):
        raise UsageError(f"the header {name!r} holds a line break or a NUL: give each header on one line")
    return line.encode("latin-1", "replace")


def _last_header(received: bytes) -> tuple[bytes, bool]:
    """(header of the answer itself, whether it is whole) out of all header lines that came.

    Informational answers (1xx) come before it, trailers after it; both are left out.
    """
    is_plain = received.startswith(b"HTTP/") and received.endswith(b"\r\n\r\n")
    if is_plain and received.count(b"\n\r\n") == 1 and b"\n\n" not in received:  # nearly every answer
        return received[:-4], True
    blocks = _BLANK_LINE.split(received)
    index = max((n for n, block in enumerate(blocks) if block.startswith(b"HTTP/")), default=-1)
    return (blocks[index], index < len(blocks) - 1) if index >= 0 else (b"", True)


def _split_fields(head: bytes) -> Headers:
    found = _FIELD.findall(head.partition(b"\n")[2].decode("latin-1"))
    return tuple([(name.lower(), value.rstrip(" \t")) for name, value in found])
