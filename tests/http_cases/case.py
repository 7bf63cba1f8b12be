"""What one HTTP case is: what its server does, and which verdicts on the address asked are right."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from tests.net.loopback import Asked

from linkreclaim.model.verdicts import FailureKind, RedirectShape, VerdictKind

K = VerdictKind
Write = Callable[[bytes], Awaitable[None]]
Script = Callable[[Asked, Write], Awaitable[None]]
"""Writes an answer itself, as slowly or as brokenly as it likes; the connection is closed when it returns."""

ASKED = "/guides/red-shoes.html"


class Group(StrEnum):
    """What the address truly is, whatever a checker calls it."""

    LIVE = "live"
    SOFT_DEAD = "soft-dead"
    HARD_DEAD = "hard-dead"
    UNTOLD = "refused, transient or undecidable"


@dataclass(frozen=True, slots=True)
class Page:
    """An ordinary answer. `%SELF%` and `%OTHER%` in its header values and text become the origins of the two hosts."""

    status: int = 200
    body: str | bytes = ""
    headers: tuple[tuple[str, str], ...] = ()
    kind: str = "text/html; charset=utf-8"  # empty: no Content-Type


@dataclass(frozen=True, slots=True)
class Raw:
    """Bytes exactly as they are written; then the connection is closed."""

    written: bytes


@dataclass(frozen=True, slots=True)
class Turns:
    """One answer after the other to the same request target; the last one for ever."""

    answers: tuple["Reply", ...]


Reply = Page | Raw | Turns | Script
Site = Mapping[str, Reply]
"""Answers by request target, or by "METHOD target"; "*" is for every other target."""


@dataclass(frozen=True, slots=True)
class HttpCase:
    """One address of one small site."""

    name: str
    group: Group
    right: frozenset[VerdictKind]
    site: Site
    asked: str = ASKED
    elsewhere: Site | None = None  # a second host, of another owner
    unprobed: frozenset[VerdictKind] = frozenset()  # right too where no random sibling is asked
    shape: RedirectShape | None = None
    hops: int | None = None
    status: int | None = None
    failure: FailureKind | None = None
    certificate: str = ""  # empty: plain HTTP; else "good", "self_signed", "expired" or "wrong_host"
    listens: bool = True

    def but(self, **changes: object) -> "HttpCase":
        """The same case with something changed."""
        return replace(self, **changes)  # type: ignore[arg-type]


@dataclass
class Table:
    """Collects the cases of one subject."""

    cases: list[HttpCase] = field(default_factory=list)

    def live(self, name: str, site: Site | Reply, *kinds: VerdictKind, **more: object) -> None:
        """A page that people can read there, or behind its redirect."""
        self._add(name, Group.LIVE, kinds or (K.ALIVE,), site, more)

    def moved(self, name: str, site: Site | Reply, **more: object) -> None:
        """A live page behind a redirect."""
        self._add(name, Group.LIVE, (K.REDIRECTED,), site, more)

    def soft(self, name: str, site: Site | Reply, *kinds: VerdictKind, **more: object) -> None:
        """A page that is gone although the server says otherwise."""
        self._add(name, Group.SOFT_DEAD, kinds or (K.SOFT_404,), site, {"unprobed": UNPROBED, **more})

    def hard(self, name: str, site: Site | Reply, *kinds: VerdictKind, **more: object) -> None:
        """A page that is gone, and the server says so."""
        self._add(name, Group.HARD_DEAD, kinds, site, more)

    def untold(self, name: str, site: Site | Reply, *kinds: VerdictKind, **more: object) -> None:
        """A page of which nothing can be told from here and now."""
        self._add(name, Group.UNTOLD, kinds, site, more)

    def _add(
        self, name: str, group: Group, kinds: tuple[VerdictKind, ...], site: Site | Reply, more: dict[str, object]
    ) -> None:
        asked = str(more.get("asked", ASKED))
        answers = site if isinstance(site, Mapping) else {asked: site}
        self.cases.append(HttpCase(name, group, frozenset(kinds), answers).but(**more))


UNPROBED = frozenset({K.UNSURE, K.ALIVE, K.REDIRECTED})
"""What a soft-dead page may be called where only itself is asked."""
