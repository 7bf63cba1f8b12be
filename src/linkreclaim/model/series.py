"""What is known of a URL over several looks, each of another run."""

from dataclasses import dataclass
from datetime import datetime

from linkreclaim.model.verdicts import VerdictKind


@dataclass(frozen=True, slots=True)
class PastLook:
    """One kept look at a URL, as much of it as time needs."""

    checked_at: datetime
    kind: VerdictKind
    dead: bool


@dataclass(frozen=True, slots=True)
class DeadSeries:
    """Looks in agreement that a URL is dead, with none between them that saw it alive."""

    first_seen_dead: datetime
    last_seen_dead: datetime
    looks_dead: int
    confirmed: bool


@dataclass(frozen=True, slots=True)
class HostLook:
    """Whether a host answered anything at all in one run."""

    looked_at: datetime
    answered: bool
