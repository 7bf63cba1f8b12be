"""Finds the server programs of this machine."""

import os
import re
import shutil
import tempfile
from pathlib import Path

from linkreclaim.errors import LinkreclaimError
from linkreclaim.redirects.local.interface import Installed, Program
from linkreclaim.redirects.local.run import run_capped

_MORE_FOLDERS = ("/usr/sbin", "/usr/local/sbin", "/sbin", "/opt/homebrew/bin")
"""Where packages put servers, and the PATH of a plain user may not lead."""

_VERSION = re.compile(r"\d+(?:\.\d+)+")


def find_program(*names: str) -> str | None:
    """The path of the first of these programs that is installed."""
    places = os.pathsep.join([os.environ.get("PATH", ""), *_MORE_FOLDERS])
    return next((found for name in names if (found := shutil.which(name, path=places))), None)


def find_installed(program: Program) -> Installed:
    """A server program and its version. Raises LinkreclaimError where it is not installed, or does not run."""
    path = find_program(*program.names)
    if path is None:
        name = " or ".join(program.names)
        raise LinkreclaimError(
            f"{name} is not installed here: install it, or verify on staging with `redirects verify`"
        )
    with tempfile.TemporaryDirectory(prefix="linkreclaim-server-") as home:
        told = run_capped((path, program.version_option), Path(home)).text
    version = _VERSION.search(told)
    if version is None:
        raise LinkreclaimError(f"{path} {program.version_option} tells no version: {told[:300] or 'it says nothing'}")
    return Installed(path, version[0])
