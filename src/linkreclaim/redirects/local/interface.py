"""What a server program is to us: how it is found, told what to serve, checked and started."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

FILES_FOLDER = "linkreclaim"
"""Folder, in that of a server, that holds the written files."""
ROOT_FOLDER = "root"
"""Folder, in that of a server, that it serves: empty."""


@dataclass(frozen=True, slots=True)
class Installed:
    """A program of this machine."""

    path: str
    version: str  # "1.22.1"

    @property
    def numbers(self) -> tuple[int, ...]:
        """The version as numbers, so that it can be compared."""
        return tuple(int(part) for part in self.version.split("."))


@dataclass(frozen=True, slots=True)
class Commands:
    """How a server that is set up is checked and started, as argument lists; `serve` stays in the foreground."""

    check: tuple[str, ...]
    serve: tuple[str, ...]


class Program(Protocol):
    """A server program that can be started with written files on a port of its own."""

    @property
    def title(self) -> str:
        """Name for people: `Apache`."""

    @property
    def names(self) -> tuple[str, ...]:
        """File names under which it is installed, the usual one first."""

    @property
    def version_option(self) -> str:
        """The argument that makes it tell its version."""

    def set_up(self, installed: Installed, folder: Path, port: int) -> Commands:
        """Write a configuration into `folder` that listens on 127.0.0.1:`port`, includes what is in its FILES_FOLDER,
        and answers 404 to everything else.

        Raises LinkreclaimError where a part of the program that the files need is missing.
        """
