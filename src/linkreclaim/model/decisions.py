"""What was decided about a dead URL, by a person or by a threshold that a person gave."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from linkreclaim.model.judgements import Disposition

THRESHOLD_OPTION = "--accept"


class DecisionState(StrEnum):
    """Proposed by a run, or accepted or rejected by a person (or by an explicit threshold that the person gave)."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision; decisions are append-only and the latest holds.

    Runs write those of a threshold alone, and never over a person's.
    """

    source_url: str
    state: DecisionState
    disposition: Disposition
    target_url: str | None
    decided_by: str
    decided_at: datetime
    note: str = ""


def name_threshold(least_0_1: float) -> str:
    """Who decided, where a threshold did: the option as it is typed."""
    return f"{THRESHOLD_OPTION} {least_0_1:g}"


def read_threshold(decided_by: str) -> float | None:
    """The threshold that decided; None where a person did. The other way round of `name_threshold`."""
    return float(decided_by.removeprefix(f"{THRESHOLD_OPTION} ")) if is_by_threshold(decided_by) else None


def is_by_threshold(decided_by: str) -> bool:
    """Whether a threshold decided and no person did."""
    return decided_by.startswith(f"{THRESHOLD_OPTION} ")
