"""What a URL answers (a look) and what that means (a verdict)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class VerdictKind(StrEnum):
    """The closed list of verdicts; `DEAD_KINDS` says which of them mean that a link to the URL is broken."""

    ALIVE = "alive"
    REDIRECTED = "redirected"
    NOT_FOUND = "not_found"
    GONE = "gone"
    SOFT_404 = "soft_404"
    REDIRECTED_HOME = "redirected_home"
    REDIRECTED_UNLIKE = "redirected_unlike"
    REDIRECT_BROKEN = "redirect_broken"
    PARKED = "parked"
    BLOCKED = "blocked"
    SERVER_ERROR = "server_error"
    UNREACHABLE = "unreachable"
    SKIPPED = "skipped"
    UNSURE = "unsure"


DEAD_KINDS = frozenset(
    {
        VerdictKind.NOT_FOUND,
        VerdictKind.GONE,
        VerdictKind.SOFT_404,
        VerdictKind.REDIRECTED_HOME,
        VerdictKind.REDIRECTED_UNLIKE,
        VerdictKind.REDIRECT_BROKEN,
        VerdictKind.PARKED,
    }
)
"""Verdicts that always mean dead. UNREACHABLE is dead only for a former host that resolves nowhere (`Verdict.dead`)."""

UNTOLD_KINDS = frozenset(
    {VerdictKind.BLOCKED, VerdictKind.SERVER_ERROR, VerdictKind.UNREACHABLE, VerdictKind.SKIPPED, VerdictKind.UNSURE}
)
"""Verdicts that say "could not be told"; they are neither ok nor dead."""


class RedirectShape(StrEnum):
    """Where a redirect leads, seen from the URL that was asked."""

    SAME_PAGE = "same_page"  # differs in scheme, www, slash, case or tracking only
    PARENT = "parent"
    LOGIN = "login"
    HOME = "home"
    OTHER_OWNER = "other_owner"
    OTHER = "other"


class FailureKind(StrEnum):
    """Why no answer came."""

    DNS = "dns"  # the name does not exist (NXDOMAIN or no address)
    DNS_TEMPORARY = "dns_temporary"
    REFUSED = "refused"
    TIMEOUT = "timeout"
    TLS = "tls"
    RESET = "reset"
    TOO_LARGE = "too_large"  # header or body over the limit before an answer could be read
    PROTOCOL = "protocol"
    PRIVATE_ADDRESS = "private_address"
    ROBOTS = "robots"
    UNSUPPORTED = "unsupported"  # scheme or port we do not ask


@dataclass(frozen=True, slots=True)
class Hop:
    """One request of a redirect chain and its answer."""

    url: str
    status_code: int
    location: str | None = None  # as resolved, None when the answer is no redirect


@dataclass(frozen=True, slots=True)
class PageFacts:
    """What a page says of itself, read from at most the first bytes of a 2xx HTML answer."""

    title: str = ""
    description: str = ""
    headings: tuple[str, ...] = ()
    text: str = ""  # main text without navigation, cut
    lang: str = ""
    canonical: str = ""
    noindex: bool = False
    meta_refresh: str = ""  # target URL of an immediate meta refresh, resolved
    blocks: tuple[str, ...] = ()  # visible text blocks in order, navigation included, cut: the soft-404 fingerprint
    script_only: bool = False  # an app shell: next to no text, scripts present
    asks_password: bool = False  # it has a field for a password
    ids: tuple[str, ...] = ()  # what the page's system calls it, with its kind: "wp:4711", "sku:ab-12"; lower case

    def __hash__(self) -> int:
        """By what tells most pages apart: hashing hundreds of blocks again and again costs more than it finds."""
        return hash((self.title, self.text, len(self.blocks)))


@dataclass(frozen=True, slots=True)
class Glance:
    """A page that was only skimmed, because nothing on it speaks of a missing page, a refusal, or a parked domain.

    It sends nobody elsewhere: pages with a meta refresh are read in full.
    """

    canonical: str = ""  # as declared, resolved
    noindex: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """The whole answer to one URL: the chain of hops, and either a page or a failure at its end.

    `failure` is set when the last request gave no usable answer; `loop` and `too_many_hops` when the chain never ended.
    """

    url: str
    hops: tuple[Hop, ...]
    failure: FailureKind | None = None
    failure_detail: str = ""
    loop: bool = False
    too_many_hops: bool = False
    headers: tuple[tuple[str, str], ...] = ()  # of the last answer, lower-case names, only those verdicts read
    content_type: str = ""
    page: PageFacts | None = None  # None: not HTML, not 2xx/4xx with a body, not read, or only skimmed
    glance: Glance | None = None  # where the page was only skimmed

    @property
    def is_page(self) -> bool:
        """True when there is a page, read in full or skimmed."""
        return self.page is not None or self.glance is not None

    @property
    def status_code(self) -> int | None:
        """Status of the last answer, None when the last request failed."""
        return self.hops[-1].status_code if self.hops and self.failure is None else None

    @property
    def final_url(self) -> str:
        """The URL that gave the last answer (the asked URL when nothing answered)."""
        return self.hops[-1].url if self.hops else self.url

    @property
    def redirected(self) -> bool:
        """True when at least one hop was followed."""
        return len(self.hops) > 1


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one look at a URL means, with the facts that led to it in words a person can check."""

    kind: VerdictKind
    reason: str
    verdict_confidence_0_1: float
    evidence: tuple[str, ...] = ()
    shape: RedirectShape | None = None
    former_host: bool = False  # UNREACHABLE only: the host itself resolves at none of the looks
    p_not_found_0_1: float | None = None  # lexical judgement alone, where one was made

    @property
    def dead(self) -> bool:
        """True when links to the URL are broken (design: the dead kinds, and a former domain that resolves nowhere)."""
        return self.kind in DEAD_KINDS or (self.kind is VerdictKind.UNREACHABLE and self.former_host)


@dataclass(frozen=True, slots=True)
class Look:
    """One look at one URL: what it answered, what that means, and when."""

    url: str
    answer: Answer
    verdict: Verdict
    checked_at: datetime
