"""What access logs tell: which lost pages were asked for, and from where."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple


class LogRow(NamedTuple):
    """Requests for one target from one referrer, added up."""

    target: str  # a URL, or a path ("/old?x=1") where nothing names the host
    status: int
    referrer: str  # as sent: a page, or most often the origin alone; "" for requests without one
    referrer_domain: str  # registrable domain; "" where there is none
    hits_people: int
    hits_bots: int  # of crawlers proved by their address
    first_seen: date | None
    last_seen: date | None
    referrer_kind: str  # "site", "search", "social", "assistant", "app", "own", "none"


@dataclass(slots=True)
class LogTotals:
    """Requests added up over whole logs. `dead` are those answered 404 or 410."""

    lines: int = 0
    requests: int = 0
    unread: int = 0  # lines that are no comment and could not be understood
    statuses: Counter[int] = field(default_factory=Counter)  # of all requests where all were read, else of dead ones
    scans: int = 0  # dead requests of vulnerability scanners
    visitors: Counter[str] = field(default_factory=Counter)  # dead requests, scanners' left out, by who asked
    kinds: Counter[str] = field(default_factory=Counter)  # the same by the kind of their referrer
    other_sites: int = 0  # requests to hosts that were not asked about
    dropped: int = 0  # hits of rows that were given up to bound memory
    first_day: date | None = None
    last_day: date | None = None

    @property
    def dead(self) -> int:
        """Requests for lost pages, scanners' included."""
        return self.statuses[404] + self.statuses[410]

    def note_day(self, day: date) -> None:
        """Widen the window that the logs cover."""
        if self.first_day is None or day < self.first_day:
            self.first_day = day
        if self.last_day is None or day > self.last_day:
            self.last_day = day

    def add(self, other: "LogTotals") -> None:
        """Add those of another part."""
        self.lines += other.lines
        self.requests += other.requests
        self.unread += other.unread
        self.scans += other.scans
        self.other_sites += other.other_sites
        self.dropped += other.dropped
        self.statuses.update(other.statuses)
        self.visitors.update(other.visitors)
        self.kinds.update(other.kinds)
        for day in (other.first_day, other.last_day):
            if day is not None:
                self.note_day(day)
