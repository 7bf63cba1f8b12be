"""The ledger as a person compares sources in it: what each gave, and what it alone would have missed."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class LedgerCounts:
    """How many of each kind of thing."""

    backlinks: int  # distinct linking page x target; a page whose target nobody knows is one
    referring_domains: int
    targets: int
    dead_targets: int | None  # None: no finished audit says which are dead


@dataclass(frozen=True, slots=True)
class SourceView:
    """One source: a report of a tool, in as many files as were given."""

    tool: str
    report: str
    files: int
    rows: int
    claims: int  # rows in the ledger
    off_site: int  # rows about other sites, or from the site to itself
    problems: int
    known: LedgerCounts
    alone: LedgerCounts  # of these, what no other source knows
    missed: LedgerCounts  # what others know and this one does not
    backlinks_gone: int  # further links of this source that are gone, so that `known` leaves them out
    oldest: date | None  # of all days that its rows name
    newest: date | None
    notes: tuple[str, ...]

    @property
    def name(self) -> str:
        """`Ahrefs Backlinks`."""
        return f"{self.tool} {self.report}"


@dataclass(frozen=True, slots=True)
class SharedView:
    """What two sources both know."""

    first: str
    second: str
    shared: LedgerCounts


@dataclass(frozen=True, slots=True)
class LedgerView:
    """The ledger of one site."""

    site: str
    checked_at: datetime | None  # when the audit ended that says which targets are dead; None: there is none
    total: LedgerCounts  # of all sources together
    backlinks_gone: int
    sources: tuple[SourceView, ...]
    shared: tuple[SharedView, ...]  # every two sources
