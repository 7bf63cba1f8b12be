"""The one HTTP session that all clients of vendors share: one request at a time, on one kept connection a host."""

import json
from collections.abc import Mapping
from types import MappingProxyType, TracebackType
from typing import NoReturn
from urllib.parse import urlencode, urlsplit

import pycurl

from linkreclaim.config import DEFAULT_USER_AGENT
from linkreclaim.model.verdicts import FailureKind
from linkreclaim.net.certificates import find_ca_file
from linkreclaim.net.failures import find_failure
from linkreclaim.sources.apis.interface import Answer, AnswerError, ApiError, Call, TryLaterError

MAX_ANSWER_BYTES = 64_000_000
"""Of one answer, unpacked: a page of 10,000 links with their texts has 10 to 20 MB (our judgement)."""
MAX_HEADER_BYTES = 300_000
CONNECT_TIMEOUT_S = 15.0
TOTAL_TIMEOUT_S = 180.0
"""Reports on large sites take a minute to be made (our judgement)."""
LOW_SPEED_TIME_S = 150

_LOOPBACK_HOSTS = frozenset(("127.0.0.1", "::1", "localhost"))
_PASSING = frozenset(
    (FailureKind.TIMEOUT, FailureKind.RESET, FailureKind.REFUSED, FailureKind.DNS_TEMPORARY, FailureKind.PROTOCOL)
)


class LostAnswerError(TryLaterError):
    """The request went out, and its answer did not come whole: it may have cost something."""


class ApiSession:
    """Sends signed calls, and tells what went wrong without the address that a key may stand in.

    Certificates are checked; no redirect is followed, since the key would go with it; no proxies of the environment, no
    .netrc, no cookies; plain http to this machine alone. Not for several threads. Use it as a context manager.
    """

    def __init__(
        self, origins: Mapping[str, str] = MappingProxyType({}), *, total_timeout_s: float = TOTAL_TIMEOUT_S
    ) -> None:
        """`origins` sends what is for one origin ("https://api.example.com") to another, as tests do."""
        self._origins = {_bare_origin(vendors): _bare_origin(other) for vendors, other in origins.items()}
        self._curl = pycurl.Curl()
        self._ca_file = find_ca_file()
        self._total_timeout_s = total_timeout_s

    def __enter__(self) -> "ApiSession":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._curl.close()

    def send(self, call: Call, headers: Mapping[str, str]) -> Answer:
        """Ask once; a call with a body is a POST of JSON, one with a form a POST of its fields.

        Raises:
            TryLaterError: no answer came, and one may come later; LostAnswerError where the request did go out.
            AnswerError: the answer is a redirect, or larger than `MAX_ANSWER_BYTES`.
            ApiError: the connection is not safe, or the address cannot be asked.
        """
        url = self._address(call)
        receiver = _Receiver()
        self._prepare(url, call, headers, receiver)
        try:
            self._curl.perform()
        except pycurl.error as error:
            was_sent = self._curl.getinfo(pycurl.REQUEST_SIZE) > 0
            _raise_failure(_host(url), receiver, was_sent, *error.args)
        answer = Answer(self._curl.getinfo(pycurl.RESPONSE_CODE), receiver.headers, b"".join(receiver.chunks))
        if 300 <= answer.status_code < 400 and "location" in answer.headers:
            there = _host(answer.headers["location"]) or "another address"
            raise AnswerError(f"{_host(url)} redirects to {there}; that is not followed, for the key would go with it")
        return answer

    def _address(self, call: Call) -> str:
        origin = _bare_origin(call.url)
        url = self._origins.get(origin, origin) + call.url[len(origin) :]
        parts = urlsplit(url)
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK_HOSTS):
            raise ApiError(f"{_host(url)} would be asked without encryption: a key is sent over https only")
        if not call.params:
            return url
        return f"{url}{'&' if parts.query else '?'}{urlencode(call.params, errors='replace')}"

    def _prepare(self, url: str, call: Call, headers: Mapping[str, str], receiver: "_Receiver") -> None:
        self._curl.reset()  # options only: connections stay
        fields = {"Accept": "application/json", **headers}
        options: list[tuple[int, object]] = [
            (pycurl.URL, url.encode("utf-8", "replace")),
            (pycurl.PATH_AS_IS, 1),
            (pycurl.NOSIGNAL, 1),
            (pycurl.PROTOCOLS, pycurl.PROTO_HTTP | pycurl.PROTO_HTTPS),
            (pycurl.FOLLOWLOCATION, 0),
            (pycurl.PROXY, ""),
            (pycurl.NOPROXY, "*"),
            (pycurl.NETRC, pycurl.NETRC_IGNORED),
            (pycurl.USERAGENT, DEFAULT_USER_AGENT),
            (pycurl.CAINFO, self._ca_file),
            (pycurl.SSL_VERIFYPEER, 1),
            (pycurl.SSL_VERIFYHOST, 2),
            (pycurl.ACCEPT_ENCODING, ""),  # all that libcurl can undo
            (pycurl.CONNECTTIMEOUT_MS, int(CONNECT_TIMEOUT_S * 1000)),
            (pycurl.TIMEOUT_MS, int(self._total_timeout_s * 1000)),
            (pycurl.LOW_SPEED_LIMIT, 1),
            (pycurl.LOW_SPEED_TIME, LOW_SPEED_TIME_S),
            (pycurl.HEADERFUNCTION, receiver.take_header),
            (pycurl.WRITEFUNCTION, receiver.take_body),
        ]
        if call.body is not None:
            body = call.body if isinstance(call.body, list) else dict(call.body)
            options.append((pycurl.POSTFIELDS, json.dumps(body).encode()))
            fields = {"Content-Type": "application/json", **fields}
        elif call.form is not None:
            options.append((pycurl.POSTFIELDS, urlencode(call.form, errors="replace").encode()))
        options.append((pycurl.HTTPHEADER, [_header_line(name, value) for name, value in fields.items()]))
        for option, value in options:
            self._curl.setopt(option, value)


class _Receiver:
    """Takes an answer up to its limits."""

    def __init__(self) -> None:
        self.headers: dict[str, str] = {}
        self.chunks: list[bytes] = []
        self.too_large = False
        self._bytes = 0
        self._header_bytes = 0

    def take_header(self, line: bytes) -> int | None:
        if line.startswith(b"HTTP/"):  # an informational answer (1xx) came before
            self.headers.clear()
        self._header_bytes += len(line)
        if self._header_bytes > MAX_HEADER_BYTES:
            self.too_large = True
            return 0
        name, colon, value = line.decode("latin-1").partition(":")
        if colon:
            self.headers[name.strip().lower()] = value.strip()
        return None

    def take_body(self, chunk: bytes) -> int | None:
        self._bytes += len(chunk)
        if self._bytes > MAX_ANSWER_BYTES:
            self.too_large = True
            return 0
        self.chunks.append(chunk)
        return None


def _raise_failure(host: str, receiver: _Receiver, was_sent: bool, code: int, message: str) -> NoReturn:
    if receiver.too_large:
        raise AnswerError(f"{host}: the answer has more than {MAX_ANSWER_BYTES:,} bytes; it was not read")
    kind, words = find_failure(code, message)
    if kind in _PASSING:
        kind_of_error = LostAnswerError if was_sent else TryLaterError
        raise kind_of_error(f"{host} did not answer: {words}")
    raise ApiError(f"{host} cannot be asked: {words}")


def _bare_origin(url: str) -> str:
    scheme, mark, rest = url.partition("://")
    return f"{scheme}{mark}{rest.partition('/')[0].partition('?')[0]}"


def _host(url: str) -> str:
    """The host of a URL alone: the rest may hold a key."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _header_line(name: str, value: str) -> str:
    if any(char in value for char in "\0\r\n") or not value.isascii():
        raise ApiError(f"the {name} to send holds a line break or a character that no key has: copy the key again")
    return f"{name}: {value}"
