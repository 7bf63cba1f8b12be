"""Rows of proof: a line of the map, or a live page, beside what was answered and found."""

from collections.abc import Iterable
from datetime import datetime

from linkreclaim.model.proofs import Finding, ProofRow
from linkreclaim.model.redirects import RedirectLine
from linkreclaim.redirects.proof import FirstAnswer
from linkreclaim.urls import Url

LIVE_STATUS = 200


def line_row(
    line: RedirectLine,
    first: FirstAnswer | None,
    findings: Iterable[Finding],
    checked_at: datetime,
    *,
    asked_more: bool = False,
) -> ProofRow:
    """A line that was asked for, as far as its first answer tells; None: it was not asked for."""
    return ProofRow(
        source=line.source,
        target=line.target,
        status=line.status,
        line=line.line,
        findings=tuple(dict.fromkeys(findings)),
        first_status=None if first is None else first.status,
        location="" if first is None else first.location,
        hops=_hops(first),
        final_status=None,
        checked_at=checked_at,
        asked_more=asked_more,
    )


def page_row(page: Url, first: FirstAnswer, findings: Iterable[Finding], checked_at: datetime) -> ProofRow:
    """A live page that was asked for."""
    return ProofRow(
        source=page.href,
        target=None,
        status=LIVE_STATUS,
        line=None,
        findings=tuple(findings),
        first_status=first.status,
        location=first.location,
        hops=_hops(first),
        final_status=None,
        checked_at=checked_at,
    )


def _hops(first: FirstAnswer | None) -> int | None:
    return None if first is None or first.untold else int(bool(first.location))
