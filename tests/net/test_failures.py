"""libcurl's codes in our words."""

import pycurl
import pytest

from linkreclaim.model.verdicts import FailureKind
from linkreclaim.net.failures import find_failure


@pytest.mark.parametrize(
    ("code", "message", "kind"),
    [
        (pycurl.E_COULDNT_CONNECT, "Connection refused", FailureKind.REFUSED),
        (pycurl.E_OPERATION_TIMEDOUT, "Connection timed out after 10001 milliseconds", FailureKind.TIMEOUT),
        (pycurl.E_OPERATION_TIMEDOUT, "Resolving timed out after 10001 milliseconds", FailureKind.DNS_TEMPORARY),
        (pycurl.E_RECV_ERROR, "Recv failure: Connection reset by peer", FailureKind.RESET),
        (pycurl.E_RECV_ERROR, "Too large response headers: 307200 > 307200", FailureKind.TOO_LARGE),
        (pycurl.E_RECV_ERROR, "OpenSSL SSL_read: error:0A00045C:SSL routines::tlsv13 alert", FailureKind.TLS),
        (pycurl.E_SSL_CONNECT_ERROR, "OpenSSL SSL_connect: Connection reset by peer", FailureKind.RESET),
        (pycurl.E_SSL_CONNECT_ERROR, "unsupported protocol", FailureKind.TLS),
        (pycurl.E_HTTP2, "", FailureKind.PROTOCOL),
        (9999, "a code of the future", FailureKind.PROTOCOL),
    ],
)
def test_each_code_has_a_kind_and_words(code: int, message: str, kind: FailureKind) -> None:
    found, detail = find_failure(code, message)
    assert found is kind
    assert detail
