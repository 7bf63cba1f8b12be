"""HTTPS against servers with good and bad certificates, made on the spot."""

import asyncio
import ssl
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.net.loopback import Loopback, always, reply

from linkreclaim.config import FetchSettings
from linkreclaim.errors import LinkreclaimError
from linkreclaim.model.verdicts import FailureKind
from linkreclaim.net import CurlTransport, Request, Response, certificates
from linkreclaim.net.certificates import find_ca_file
from linkreclaim.urls import Url, parse

SETTINGS = FetchSettings(allow_private=True, total_timeout_s=5.0)
MakeCertificate = Callable[[str, int], ssl.SSLContext]


@pytest.fixture
def make_certificate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, require_program: Callable[..., Path]
) -> MakeCertificate:
    """Makes a self-signed certificate for a subject alternative name and a number of days, and trusts it."""
    openssl = require_program("openssl")

    def run(*arguments: str) -> None:
        subprocess.run([openssl, *arguments], cwd=tmp_path, check=True, capture_output=True)

    def make(name: str, days: int) -> ssl.SSLContext:
        (tmp_path / "extensions").write_text(f"subjectAltName={name}\n")
        run("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", "key.pem")
        run("req", "-new", "-key", "key.pem", "-subj", "/CN=loopback", "-out", "request.pem")
        signing = ("-req", "-in", "request.pem", "-signkey", "key.pem", "-extfile", "extensions")
        run("x509", *signing, "-days", str(days), "-out", "cert.pem")
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
        return context

    return make


def ask(context: ssl.SSLContext) -> Response:
    async def run() -> Response:
        async with Loopback(always(reply(200, b"secret")), tls=context) as server:
            return await send(server.url())

    return asyncio.run(run())


async def send(url: Url) -> Response:
    transport = CurlTransport(SETTINGS)
    try:
        return await transport.send(Request(url))
    finally:
        await transport.close()


def test_a_trusted_certificate_is_accepted(make_certificate: MakeCertificate) -> None:
    response = ask(make_certificate("IP:127.0.0.1", 2))
    assert (response.status_code, response.body) == (200, b"secret")


def test_a_self_signed_certificate_is_named(make_certificate: MakeCertificate, monkeypatch: pytest.MonkeyPatch) -> None:
    context = make_certificate("IP:127.0.0.1", 2)
    monkeypatch.delenv("SSL_CERT_FILE")
    response = ask(context)
    assert response.failure is FailureKind.TLS
    assert response.failure_detail.startswith("the certificate is self-signed")
    assert response.status_code is None


def test_an_expired_certificate_is_named(make_certificate: MakeCertificate) -> None:
    response = ask(make_certificate("IP:127.0.0.1", -1))
    assert response.failure is FailureKind.TLS
    assert response.failure_detail.startswith("the certificate has expired")


def test_a_certificate_for_another_host_is_named(make_certificate: MakeCertificate) -> None:
    response = ask(make_certificate("DNS:other.example", 2))
    assert response.failure is FailureKind.TLS
    assert response.failure_detail.startswith("the certificate is for another host name")


def test_a_port_that_speaks_no_tls_is_named() -> None:
    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(5)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await writer.drain()
        writer.close()

    async def run() -> Response:
        server = await asyncio.start_server(refuse, "127.0.0.1", 0)
        async with server:
            url = parse(f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/")
            assert url is not None
            return await send(url)

    response = asyncio.run(run())
    assert response.failure is FailureKind.TLS
    assert response.failure_detail.startswith("the port does not speak TLS")


def test_the_file_of_authorities_is_the_one_named_in_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = tmp_path / "ca.pem"
    named.write_text("")
    monkeypatch.setenv("SSL_CERT_FILE", str(named))
    assert find_ca_file() == str(named)


def test_no_file_of_authorities_is_an_error_that_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "absent.pem"))
    monkeypatch.setattr(certificates, "_WELL_KNOWN", ())
    with pytest.raises(LinkreclaimError, match="SSL_CERT_FILE"):
        find_ca_file()
