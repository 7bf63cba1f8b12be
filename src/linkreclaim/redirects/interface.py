"""What the redirects room takes and gives: a plan of checked lines, and one writer for each kind of server."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from linkreclaim.model.redirects import RedirectLine
from linkreclaim.model.rules import RedirectRule
from linkreclaim.model.sites import Site


@dataclass(frozen=True, slots=True)
class Refusal:
    """A line that is not written, and why, in words a person can act on."""

    line: RedirectLine
    reason: str


@dataclass(frozen=True, slots=True)
class RedirectPlan:
    """A map that is safe to write.

    Every line is in canonical form (`canonical.py`), no two answer the same request, none leads to another one's
    source. Lines keep the order of the map.
    """

    lines: tuple[RedirectLine, ...]
    refused: tuple[Refusal, ...]
    notes: tuple[str, ...]
    rules: tuple[RedirectRule, ...] = ()  # tried in this order, after every line


@dataclass(frozen=True, slots=True)
class ServerFile:
    """One file for the user's server; `name` has no folder in it."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class WrittenRedirects:
    """What a writer made of a plan: the main file first, the INSTALL text last.

    `written` and `refused` count lines of the plan: together they are all of them.
    """

    engine: str
    files: tuple[ServerFile, ...]
    written: int
    refused: tuple[Refusal, ...]


class Writer(Protocol):
    """Turns a plan into the files of one kind of server; a line the server cannot express is refused by name."""

    @property
    def engine(self) -> str:
        """Short name, as given on the command line: `nginx`."""

    @property
    def title(self) -> str:
        """Name for people: `Apache (.htaccess)`."""

    def write(self, plan: RedirectPlan, site: Site, header: Sequence[str]) -> WrittenRedirects:
        """Write the plan's lines; `header` holds comment lines for the top of the file."""
