"""What the client report is written from."""

from collections.abc import Mapping
from dataclasses import dataclass

from linkreclaim.model.overviews import Decided, RunFigures, SourceFigures, VerdictGroup
from linkreclaim.model.recovery import RecoveryPoint
from linkreclaim.model.reports import AuditSummary, BacklinkRow, Plan
from linkreclaim.report.digest import Digest

PAGES_SHOWN = 10
"""Lost pages told one by one; the workbook has all of them."""

LINKS_SHOWN = 5
"""Linking pages named below each of them."""


@dataclass(frozen=True, slots=True)
class ClientFacts:
    """A finished audit of the client's own site, and what was decided and regained since the first one."""

    summary: AuditSummary
    digest: Digest  # at least `PAGES_SHOWN` of its pages kept
    plan: Plan
    figures: RunFigures
    groups: tuple[VerdictGroup, ...]
    sources: tuple[SourceFigures, ...]
    decided: Decided
    recovery: tuple[RecoveryPoint, ...]  # oldest first, the audit itself last
    links: Mapping[str, tuple[BacklinkRow, ...]]  # of the pages told one by one, by URL

    @property
    def untold(self) -> int:
        """Linked addresses that gave no clear answer."""
        return next((group.targets for group in self.groups if group.name == "untold"), 0)
