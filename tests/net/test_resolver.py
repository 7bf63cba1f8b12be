"""The whole way from a name to a refusal, with a name server of our own behind the system's resolver."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.net.resolver_scenarios import RESOLVER

ROOT = Path(__file__).resolve().parents[2]
IN_OWN_NAMESPACE = """
mount --bind "$1/resolv.conf" /etc/resolv.conf && mount --bind "$1/nsswitch.conf" /etc/nsswitch.conf || exit 9
shift; exec "$@"
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the transport said of each name of the scenarios."""
    if shutil.which("unshare") is None or os.geteuid() != 0:
        pytest.skip("needs root and unshare, to put a resolver in place of the system's")
    folder = tmp_path_factory.mktemp("resolver")
    (folder / "resolv.conf").write_text(f"nameserver {RESOLVER}\noptions timeout:1 attempts:1\n")
    (folder / "nsswitch.conf").write_text("hosts: files dns\n")
    command = ["unshare", "--mount", "sh", "-c", IN_OWN_NAMESPACE, "sh", str(folder)]
    done = subprocess.run(
        [*command, sys.executable, "-m", "tests.net.resolver_scenarios"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    if done.returncode == 9 or "unshare failed" in done.stderr:
        pytest.skip(f"needs a mount namespace of its own: {done.stderr.strip()[:200]}")
    assert done.returncode == 0, done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    return report


@pytest.mark.parametrize("name", ["both.example", "turns.example", "inner.example", "metadata.example"])
def test_a_name_that_leads_inside_is_refused_when_it_is_connected(told: dict[str, Any], name: str) -> None:
    assert told["told"][name] == [None, "private_address"]


def test_nothing_reached_the_inner_server(told: dict[str, Any]) -> None:
    assert told["told"]["turns.example, first"] == [200, None]
    assert told["inner_asked"] == 0


@pytest.mark.parametrize(
    ("name", "failure"),
    [
        ("former.example", "dns"),
        ("slip.example", "dns_temporary"),
        ("failing.example", "dns_temporary"),
        ("silent.example", "dns_temporary"),
    ],
)
def test_only_a_name_that_is_denied_twice_does_not_exist(told: dict[str, Any], name: str, failure: str) -> None:
    assert told["told"][name] == [None, failure]
