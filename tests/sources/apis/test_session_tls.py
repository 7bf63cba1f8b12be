"""A key is sent to a server that proves who it is, and to no other."""

import ssl
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.sources.apis.server import Reply, serve

from linkreclaim.sources.apis.interface import ApiError, Call, TryLaterError
from linkreclaim.sources.apis.session import ApiSession

CALL = Call("links", "https://api.toy.example/links", {"key": "k3y-that-nobody-sees"})


def make_certificate(openssl: Path, folder: Path, name: str) -> ssl.SSLContext:
    command = [str(openssl), "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    command += ["-keyout", "key.pem", "-out", "cert.pem", "-days", "2", "-subj", "/CN=toy"]
    subprocess.run([*command, "-addext", f"subjectAltName={name}"], cwd=folder, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return context


@pytest.mark.parametrize(("name", "trusted"), [("IP:127.0.0.1", True), ("IP:127.0.0.1", False), ("DNS:toy", True)])
def test_only_a_server_that_proves_itself_is_asked(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    require_program: Callable[..., Path],
    name: str,
    trusted: bool,
) -> None:
    context = make_certificate(require_program("openssl"), tmp_path, name)
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
    with serve(lambda asked: Reply({"ok": True}), context) as server:
        with ApiSession({"https://api.toy.example": server.origin}) as session:
            if trusted and name == "IP:127.0.0.1":
                assert session.send(CALL, {}).body == b'{"ok": true}'
                return
            with pytest.raises(ApiError, match="certificate") as caught:
                session.send(CALL, {})
        assert not isinstance(caught.value, TryLaterError)
        assert server.asked == []
        assert "k3y" not in str(caught.value)
