"""What libcurl's error codes mean to us, in our own words."""

import pycurl

from linkreclaim.model.verdicts import FailureKind

TOO_LARGE_CODE = 100
"""CURLE_TOO_LARGE (libcurl 8.6); pycurl has no name for it."""

_KINDS = {
    pycurl.E_UNSUPPORTED_PROTOCOL: FailureKind.PROTOCOL,  # also "Received HTTP/0.9": no status line at all
    pycurl.E_URL_MALFORMAT: FailureKind.UNSUPPORTED,
    pycurl.E_COULDNT_RESOLVE_HOST: FailureKind.DNS_TEMPORARY,  # which of the two it is, the resolver must say
    pycurl.E_COULDNT_CONNECT: FailureKind.REFUSED,
    pycurl.E_INTERFACE_FAILED: FailureKind.REFUSED,
    pycurl.E_OPERATION_TIMEDOUT: FailureKind.TIMEOUT,
    pycurl.E_GOT_NOTHING: FailureKind.RESET,
    pycurl.E_RECV_ERROR: FailureKind.RESET,
    pycurl.E_SEND_ERROR: FailureKind.RESET,
    pycurl.E_FILESIZE_EXCEEDED: FailureKind.TOO_LARGE,
    TOO_LARGE_CODE: FailureKind.TOO_LARGE,
    pycurl.E_SSL_CONNECT_ERROR: FailureKind.TLS,
    pycurl.E_PEER_FAILED_VERIFICATION: FailureKind.TLS,
    pycurl.E_SSL_CERTPROBLEM: FailureKind.TLS,
    pycurl.E_SSL_CIPHER: FailureKind.TLS,
    pycurl.E_SSL_ISSUER_ERROR: FailureKind.TLS,
    pycurl.E_SSL_INVALIDCERTSTATUS: FailureKind.TLS,
    pycurl.E_SSL_CACERT_BADFILE: FailureKind.TLS,
    pycurl.E_SSL_SHUTDOWN_FAILED: FailureKind.TLS,
    pycurl.E_USE_SSL_FAILED: FailureKind.TLS,
}
"""Every code an HTTP or HTTPS transfer can end in; whatever is not here is an answer that breaks the protocol
(WEIRD_SERVER_REPLY, HTTP2, BAD_CONTENT_ENCODING, ...). Source: libcurl-errors(3)."""

_TLS_WORDS = (
    ("expired", "the certificate has expired"),
    ("not yet valid", "the certificate is not valid yet"),
    ("self-signed", "the certificate is self-signed"),
    ("self signed", "the certificate is self-signed"),
    ("subject name", "the certificate is for another host name"),
    ("hostname mismatch", "the certificate is for another host name"),
    ("issuer", "the certificate was issued by an authority that is not trusted here, or its chain is incomplete"),
    ("revoked", "the certificate has been revoked"),
    ("protocol version", "the server speaks no TLS version that is still safe"),
    ("unsupported protocol", "the server speaks no TLS version that is still safe"),
    ("handshake failure", "the server and we have no TLS cipher in common"),
    ("wrong version number", "the port does not speak TLS"),
)
"""Words in OpenSSL's and libcurl's messages (first hit counts), and what they mean to a site owner."""


_CLOSER_KINDS = (
    (FailureKind.TIMEOUT, "resolving timed out", FailureKind.DNS_TEMPORARY),
    (FailureKind.RESET, "too large response headers", FailureKind.TOO_LARGE),
    (FailureKind.RESET, "chunk", FailureKind.PROTOCOL),
    (FailureKind.RESET, "ssl routines", FailureKind.TLS),
    (FailureKind.TLS, "reset by peer", FailureKind.RESET),
)
"""One code of libcurl stands for several kinds of trouble; its message tells them apart (code's kind, sign, kind)."""


def find_failure(code: int, message: str) -> tuple[FailureKind, str]:
    """The kind of a libcurl error and a sentence for the person; libcurl's own message stays in it."""
    lower = message.lower()
    by_code = _KINDS.get(code, FailureKind.PROTOCOL)
    kind = next((closer for coarse, sign, closer in _CLOSER_KINDS if coarse is by_code and sign in lower), by_code)
    if kind is not FailureKind.TLS:
        return kind, message or pycurl.easy_strerror(code)
    words = next((words for sign, words in _TLS_WORDS if sign in lower), "the secure connection failed")
    return kind, f"{words} ({message})"
