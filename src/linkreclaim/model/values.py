"""What the links to a URL are worth: the rows of `linkreclaim value` and `linkreclaim impact`."""

from dataclasses import dataclass

from linkreclaim.model.matches import Match


@dataclass(frozen=True, slots=True)
class ValueRow:
    """One target and its share of the value of all targets."""

    url: str
    equity_share_0_1: float
    links: int
    referring_domains: int
    parts: str  # how its most valuable link counts
    running_share_0_1: float  # its share and those of all before it
    best_link: str  # the linking page, or its domain where no more is known
    anchors: tuple[str, ...]  # the most frequent first


@dataclass(frozen=True, slots=True)
class ImpactRow:
    """A page that is to be deleted: what its links are worth, and where they could go."""

    value: ValueRow
    match: Match | None  # None: nobody said which pages stay
