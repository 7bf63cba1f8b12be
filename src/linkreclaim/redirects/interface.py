"""What the redirects room takes and gives: a plan of checked lines, and one writer for each kind of server."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from linkreclaim.model.redirects import RedirectLine
from linkreclaim.model.rules import RedirectRule
from linkreclaim.model.sites import Site


class RefusalKind(StrEnum):
    """What a refusal is about."""

    INVALID = "invalid"  # source, target or status can never work
    LIVE = "live_page"  # it would redirect a page that answers
    CONFLICT = "conflict"  # another line of the map says otherwise
    EXISTING = "existing"  # what is on the server already says otherwise
    LOOP = "loop"
    TARGET = "target"  # the target is no page to send visitors to
    ENGINE = "engine"  # the server cannot express it


@dataclass(frozen=True, slots=True)
class Refusal:
    """A line that is not written, and why, in words a person can act on."""

    line: RedirectLine
    reason: str
    kind: RefusalKind = RefusalKind.ENGINE


class ChangeKind(StrEnum):
    """What planning did to a line that it did not refuse."""

    DUPLICATE = "duplicate"  # merged into an equal line
    CHAIN = "chain"  # leads straight to the end of its chain now
    ADDED = "added"  # a line of our own, so that a request takes one hop
    KNOWN = "known"  # the server does the same already


@dataclass(frozen=True, slots=True)
class Change:
    """What became of a line, as it was read (ADDED: as it is written)."""

    kind: ChangeKind
    line: RedirectLine
    words: str


@dataclass(frozen=True, slots=True)
class RuleRefusal:
    """A rule that is not written, and why."""

    rule: RedirectRule
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
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class ServerFile:
    """One file for the user's server; `name` has no folder in it."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class WrittenRedirects:
    """What a writer made of a plan: the main file first, the INSTALL text last.

    `written` and `refused` count lines of the plan: together they are all of them. Rules that are not in
    `refused_rules` are written.
    """

    engine: str
    files: tuple[ServerFile, ...]
    written: int
    refused: tuple[Refusal, ...]
    refused_rules: tuple[RuleRefusal, ...] = ()


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
