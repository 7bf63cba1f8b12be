"""Certificates for the hosts of the test bed, by an authority made for it."""

import shutil
import ssl
import subprocess
from collections.abc import Sequence
from pathlib import Path

NAMES_AT_ONCE = 20
"""Addresses of one certificate: as many as that of a shared host, so that reading it costs what it costs elsewhere."""


def write_certificates(folder: Path, addresses: Sequence[str]) -> None:
    """Write `key.pem`, `certificates/ADDRESS.pem` for each address, and `authorities.pem`: the authorities that this
    machine trusts, and the new one. Needs openssl; 20 ms for 20 addresses."""
    openssl = shutil.which("openssl")
    if openssl is None:
        raise SystemExit("this benchmark needs openssl")

    def run(*arguments: str) -> None:
        subprocess.run([openssl, *arguments], cwd=folder, check=True, capture_output=True)

    new_key = ("-newkey", "rsa:2048", "-nodes", "-days", "30")
    run("req", "-x509", *new_key, "-keyout", "authority.key", "-out", "authority.pem", "-subj", "/CN=Test bed")
    run("req", *new_key[:-2], "-keyout", "key.pem", "-out", "host.csr", "-subj", "/CN=host")
    (folder / "certificates").mkdir()
    for start in range(0, len(addresses), NAMES_AT_ONCE):
        some = addresses[start : start + NAMES_AT_ONCE]
        names = ",".join(f"IP:{address}" for address in some)
        (folder / "host.ext").write_text(f"subjectAltName={names}\n", encoding="ascii")
        by = ("-CA", "authority.pem", "-CAkey", "authority.key", "-CAcreateserial", "-extfile", "host.ext")
        run("x509", "-req", "-in", "host.csr", *by, "-days", "30", "-out", "host.pem")
        for address in some:
            shutil.copy(folder / "host.pem", folder / "certificates" / f"{address}.pem")
    trusted = ssl.get_default_verify_paths().cafile
    others = Path(trusted).read_text(encoding="utf-8") if trusted else ""
    (folder / "authorities.pem").write_text(others + (folder / "authority.pem").read_text(), encoding="utf-8")
