"""One checked URL, as `check` tells it."""

from dataclasses import dataclass
from datetime import datetime

from linkreclaim.model.verdicts import Hop, RedirectShape, VerdictKind


@dataclass(frozen=True, slots=True)
class CheckRow:
    """What one look at one URL gave."""

    url: str  # as it was named
    verdict: VerdictKind
    dead: bool  # links to it are broken
    status_code: int | None  # of the last answer, None when the last request failed
    final_url: str
    hops: tuple[Hop, ...]  # every answer on the way, the last one included
    reason: str
    verdict_confidence_0_1: float
    p_not_found_0_1: float | None
    checked_at: datetime
    shape: RedirectShape | None = None
    evidence: tuple[str, ...] = ()
    canonical: str = ""
    noindex: bool | None = None  # None: no page was read
