"""What a person decided about a dead URL."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from linkreclaim.model.judgements import Disposition


class DecisionState(StrEnum):
    """Proposed by a run, or accepted or rejected by a person (or by an explicit threshold that the person gave)."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision; decisions are append-only and the latest holds. Runs never write them."""

    source_url: str
    state: DecisionState
    disposition: Disposition
    target_url: str | None
    decided_by: str
    decided_at: datetime
    note: str = ""
