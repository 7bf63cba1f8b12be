"""Candidates for a dead URL, and the match (or "none fits") made of them."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """Whether a candidate is a page of its own or the hub (parent, listing) of the dead one."""

    PAGE = "page"
    HUB = "hub"


@dataclass(frozen=True, slots=True)
class Candidate:
    """One live page that might replace a dead one."""

    url: str
    confidence_0_1: float
    role: Role = Role.PAGE


@dataclass(frozen=True, slots=True)
class Match:
    """The answer for one dead URL: `target_url` None means that none fits.

    `candidates` holds at most five, best first; the first is `target_url` unless that is None.
    """

    url: str
    target_url: str | None
    confidence_0_1: float
    candidates: tuple[Candidate, ...]
    reason: str
