"""What a redirect on a server is found to do, beside what its map says: the rows of `redirects verify`."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Proof(StrEnum):
    """Whether a line does on the server what it should."""

    OK = "ok"
    FAILED = "failed"
    UNSURE = "unsure"


class Fault(StrEnum):
    """What can be wrong with a redirect; each has one name, whatever the sentence beside it says."""

    REFUSED = "refused"  # the line cannot be on a server as it stands
    UNTOLD = "untold"  # no answer, or a refusal: nothing is known
    MISSING = "missing_line"
    WRONG_STATUS = "wrong_status"
    META_REFRESH = "meta_refresh"
    SCRIPT = "script_redirect"
    WRONG_TARGET = "wrong_target"
    WRONG_HOST = "wrong_host"
    WRONG_SCHEME = "wrong_scheme"
    DOUBLE_ENCODED = "double_encoding"
    HOME = "home"
    CHAIN = "chain"
    LOOP = "loop"
    DEAD_TARGET = "dead_target"
    SOFT_404 = "soft_404"
    NOINDEX = "noindex"
    CANONICAL = "canonical_elsewhere"
    ROBOTS = "robots"
    DROPPED_QUERY = "dropped_query"
    NEIGHBOUR = "swallowed_neighbour"
    CASE = "case_capture"
    PREFIX = "prefix"
    VARIANT = "variant"
    LIVE_PAGE = "live_page"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found about a line, in words; a fault where `sure`, else what keeps us from knowing."""

    fault: Fault
    words: str
    sure: bool = True


@dataclass(frozen=True, slots=True)
class ProofRow:
    """One line of the map beside what the server does, or one live page that must stay as it is (`status` 200)."""

    source: str
    target: str | None  # the final one, as planned; None for 410 and for live pages
    status: int
    line: int | None
    findings: tuple[Finding, ...]
    first_status: int | None  # None: no answer, or not asked
    location: str  # as the server wrote it
    hops: int | None  # redirects followed; None: not known
    final_status: int | None
    checked_at: datetime
    asked_more: bool = False  # neighbours, variants and queries were asked for, too

    @property
    def proof(self) -> Proof:
        """Failed where a fault is sure, unsure where something could not be told."""
        if any(finding.sure for finding in self.findings):
            return Proof.FAILED
        return Proof.UNSURE if self.findings else Proof.OK
