"""What all tests share: they stay on loopback, and say what they need of the machine.

A test that needs something the machine may lack skips with a reason that starts with "needs "; with LINKRECLAIM_CI=1,
where everything must be there, such a skip is a failure.
"""

import ipaddress
import os
import shutil
import sys
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parent.parent
MAX_BYTES_OF_A_NAME = 60
IN_CI = os.environ.get("LINKRECLAIM_CI") == "1"

RequireProgram = Callable[..., Path]
Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)


def pytest_configure() -> None:
    """Refuse connections that leave the machine, from the first import on; property tests have no clock to beat.

    An audit hook sees the sockets of Python itself, in every thread; libcurl's sockets it cannot see, which is why
    tests of the transport ask only servers that they started.
    """
    sys.addaudithook(_refuse_outside_sockets)
    os.environ["COLUMNS"] = "300"  # messages are broken at the width of the terminal: no path of a test is that long
    os.environ["LINKRECLAIM_CACHE"] = os.devnull  # no table of ranks that somebody keeps changes a result
    settings.register_profile("linkreclaim", deadline=None, derandomize=IN_CI)
    settings.load_profile("linkreclaim")


def _refuse_outside_sockets(event: str, args: tuple[Any, ...]) -> None:
    if event not in ("socket.connect", "socket.sendto"):
        return
    address = args[1]
    if isinstance(address, tuple) and not _is_loopback(str(address[0])):
        raise RuntimeError(f"a test tried to reach {address[0]}:{address[1]}; tests stay on loopback")


def _is_loopback(host: str) -> bool:
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return host in ("localhost", "")
    return address.is_loopback or address.is_unspecified


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name a case of packed bytes by its argument: they hold the time, and all processes must name a test alike."""
    is_packed = isinstance(val, bytes) and (len(val) > MAX_BYTES_OF_A_NAME or not val.isascii())
    return argname if is_packed else None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In CI, turn the skip of a test that needs something into a failure."""
    report = yield
    return _fail_in_ci(report)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """The same for a whole module that skips itself."""
    report = yield
    return _fail_in_ci(report)


def _fail_in_ci(report: Report) -> Report:
    if IN_CI and report.skipped and isinstance(report.longrepr, tuple):
        reason = report.longrepr[2].removeprefix("Skipped: ")
        if reason.startswith("needs "):
            report.outcome = "failed"
            report.longrepr = f"skipped in CI, where it must run: {reason}"
    return report


@pytest.fixture(scope="session")
def require_program() -> RequireProgram:
    """`require_program("nginx")` gives the program's path, or skips the test where it is not installed.

    Further arguments are other names of the same program: `require_program("chromium", "google-chrome")`.
    """

    def find(name: str, *candidates: str) -> Path:
        path = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin", "/sbin"])
        for candidate in (name, *candidates):
            if found := shutil.which(candidate, path=path):
                return Path(found)
        pytest.skip(f"needs {name}, which is not installed: make test-deps")

    return find


@pytest.fixture(scope="session")
def shared_dir() -> Path:
    """The folder of samples and benchmark data beside the checkout (LINKRECLAIM_SHARED); not part of the project."""
    folder = Path(os.environ.get("LINKRECLAIM_SHARED") or ROOT.parent / "shared")
    if not folder.is_dir():
        pytest.skip("no folder of shared samples: set LINKRECLAIM_SHARED to it")
    return folder
