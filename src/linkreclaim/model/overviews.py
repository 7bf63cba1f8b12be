"""A site at a glance: what each run found in figures, and what has been decided since."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from linkreclaim.model.judgements import Cause
from linkreclaim.model.reports import PlanFigures
from linkreclaim.model.verdicts import VerdictKind


@dataclass(frozen=True, slots=True)
class Share:
    """How many URLs of a site have something in common, the links to them, and what these links are worth."""

    targets: int
    links: int
    value: float  # in the unit of `RunFigures.value`

    def __add__(self, other: "Share") -> "Share":
        """Both together."""
        return Share(self.targets + other.targets, self.links + other.links, self.value + other.value)

    def __sub__(self, other: "Share") -> "Share":
        """What is left without a part."""
        return Share(self.targets - other.targets, self.links - other.links, self.value - other.value)


@dataclass(frozen=True, slots=True)
class SourceLoss:
    """What one report of a tool knows of the loss."""

    tool: str
    report: str
    dead_targets: int  # dead URLs that it knows
    links: int  # links to them that it knows, those found by reading a page that it names among them
    only_here: int | None = None  # of them those that no other report knows; None: an older linkreclaim did not count


@dataclass(frozen=True, slots=True)
class RunFigures:
    """What a run found, in figures; `value` is worth of links, comparable within one run only."""

    targets: int
    links: int
    value: float
    referring_domains: int
    verdicts: Mapping[VerdictKind, Share]
    causes: Mapping[Cause, Share]  # of the lost pages with links
    lost: Share  # dead URLs with links; what never was a page of the owner's left out
    recovered: Share  # URLs found dead by an earlier run that work now
    unlinked_dead: int
    dead_silent_hosts: int  # of the unreachable URLs, those on former hosts that resolve nowhere: dead, not untold
    sources: tuple[SourceLoss, ...]

    @property
    def lost_share_0_1(self) -> float | None:
        """Share of the site's link equity that is lost; None where no link is worth anything."""
        return _share(self.lost.value, self.value)

    @property
    def recovered_share_0_1(self) -> float | None:
        """Share of the site's link equity that an earlier run found lost and that is back."""
        return _share(self.recovered.value, self.value)


@dataclass(frozen=True, slots=True)
class RunPoint:
    """One run of a site in time; figures and plan are None where it has not finished or never noted them."""

    run_id: int
    started_at: datetime
    finished_at: datetime | None
    figures: RunFigures | None
    plan: PlanFigures | None
    headline: tuple[str, str] | None  # the result in a sentence, and what stands behind it
    warnings: tuple[str, ...] = ()  # what it warned of: why something could not be told


@dataclass(frozen=True, slots=True)
class Decided:
    """What people have decided about the dead URLs of the newest run."""

    accepted: Share  # a redirect, a page to bring back, or a word to those who link
    left: Share  # refused, or accepted to stay gone: nothing is won back


@dataclass(frozen=True, slots=True)
class SiteGlance:
    """A site in a list of sites."""

    host: str
    checked_at: datetime | None = None  # when its newest finished run ended
    figures: RunFigures | None = None


@dataclass(frozen=True, slots=True)
class SourceFigures:
    """What one report of a tool gave, over all its files, and what it knows of the loss."""

    tool: str
    report: str
    files: int
    rows: int
    problems: int
    loss: SourceLoss | None  # None: it names no dead URL


@dataclass(frozen=True, slots=True)
class VerdictGroup:
    """Linked addresses that work, are lost, or could not be told."""

    name: Literal["works", "lost", "untold"]
    targets: int
    share_0_1: float
    kinds: Mapping[VerdictKind, int]


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything the first page about a site shows."""

    host: str
    runs: tuple[RunPoint, ...]  # finished ones, oldest first
    unfinished: RunPoint | None  # the newest run where it has not finished: at work, or cut off
    decided: Decided
    sources: tuple[SourceFigures, ...]
    groups: tuple[VerdictGroup, ...]  # of the newest finished run

    @property
    def latest(self) -> RunPoint | None:
        """The newest finished run."""
        return self.runs[-1] if self.runs else None

    @property
    def decided_share_0_1(self) -> float | None:
        """Share of what the newest run found lost for which a person has accepted a fix; None where nothing is lost."""
        figures = self.latest.figures if self.latest else None
        return None if figures is None else _share(self.decided.accepted.value, figures.lost.value)


def _share(part: float, whole: float) -> float | None:
    return min(max(part / whole, 0.0), 1.0) if whole > 0 else None
