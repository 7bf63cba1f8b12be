"""The cases are served and looked at once for all tests of this folder."""

import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.http_cases import broken
from tests.http_cases.asking import Seen, look_at_all
from tests.http_cases.certificates import make_certificates
from tests.http_cases.lab import Certificates
from tests.http_cases.lab import serve_cases as serve
from tests.http_cases.table import CASES


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Certificates]:
    """Certificates for the cases over TLS, their issuers trusted; empty (and those cases skipped) without openssl."""
    _need_all_of_127()
    openssl = shutil.which("openssl")
    if openssl is None:
        yield {}
        return
    contexts, trusted = make_certificates(Path(openssl), tmp_path_factory.mktemp("certificates"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SSL_CERT_FILE", str(trusted))
        yield contexts


@pytest.fixture(scope="session")
def seen(certificates: Certificates) -> dict[str, Seen]:
    """What a whole check makes of every case, by the case's name."""
    with serve(CASES, certificates) as served:
        return {one.served.case.name: one for one in look_at_all(served)}


@pytest.fixture(scope="session")
def seen_unprobed() -> dict[str, Seen]:
    """The same without random siblings; broken servers are left out, which are asked for none."""
    with serve([case for case in CASES if case not in broken.TABLE.cases]) as served:
        return {one.served.case.name: one for one in look_at_all(served, probe=False)}


def _need_all_of_127() -> None:
    with socket.socket() as probe:
        try:
            probe.bind(("127.1.0.1", 0))
        except OSError:
            pytest.skip("needs every address of 127.0.0.0/8 on the loopback interface, as on Linux")
