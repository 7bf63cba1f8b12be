"""Certificates for the cases over TLS, made on the spot with openssl."""

import ssl
import subprocess
from collections.abc import Mapping
from pathlib import Path

from tests.http_cases.lab import GOOD_ADDRESS

_KINDS = {
    "good": (f"IP:{GOOD_ADDRESS}", 2, True),
    "self_signed": ("IP:127.1.0.1,IP:127.1.0.2", 2, False),
    "expired": ("DNS:localhost", 0, True),
    "wrong_host": ("DNS:shoes.example", 2, True),
}
"""Name, days, and whether its issuer is trusted."""


def make_certificates(openssl: Path, folder: Path) -> tuple[Mapping[str, ssl.SSLContext], Path]:
    """(a context for each kind, file of the issuers that are trusted); every one is its own issuer."""
    contexts = {kind: _make(openssl, folder, kind) for kind in _KINDS}
    trusted = folder / "trusted.pem"
    trusted.write_text("".join((folder / f"{kind}.pem").read_text() for kind, (_, _, yes) in _KINDS.items() if yes))
    return contexts, trusted


def _make(openssl: Path, folder: Path, kind: str) -> ssl.SSLContext:
    name, days, _ = _KINDS[kind]

    def run(*arguments: str) -> None:
        subprocess.run([openssl, *arguments], cwd=folder, check=True, capture_output=True)

    (folder / "extensions").write_text(f"subjectAltName={name}\n")
    run("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", f"{kind}.key")
    run("req", "-new", "-key", f"{kind}.key", "-subj", f"/CN={kind}", "-out", "request.pem")
    signing = ("-req", "-in", "request.pem", "-signkey", f"{kind}.key", "-extfile", "extensions")
    run("x509", *signing, "-days", str(days), "-out", f"{kind}.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / f"{kind}.pem", folder / f"{kind}.key")
    return context
