"""What a dead page is worth, why it died, and what should be done: the judgement of the audit."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Cause(StrEnum):
    """Why a link broke (closed list)."""

    DELETED = "deleted_page"
    RESTRUCTURE = "url_restructure"
    MOVED_HOST = "host_move"
    LOST_REDIRECT = "lost_redirect"
    SITE_VARIANT = "site_variant"
    TYPO = "typo_at_source"
    MALFORMED = "malformed_at_source"
    CUT_OFF = "cut_off_at_source"
    WRONG_BASE = "wrong_base"
    TEMPORARY = "temporary"
    NEVER_EXISTED = "never_existed"
    INJECTED = "injected"
    UNSURE = "unsure"


NEVER_REDIRECTED = frozenset({Cause.INJECTED, Cause.NEVER_EXISTED})
"""Causes of URLs that were never a page of the owner's: whatever fits them, nothing is lost and nothing is sent on."""


class Disposition(StrEnum):
    """What should be done with a dead URL. Only the judging job sets it."""

    REDIRECT = "redirect"
    RESTORE = "restore"
    GONE = "gone"
    FIX_AT_SOURCE = "fix_at_source"
    IGNORE = "ignore"
    REVIEW = "review"


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The likeliest cause, the facts for it, and a repaired URL where the dead one is a damaged form of a live one."""

    cause: Cause
    cause_confidence_0_1: float
    evidence: tuple[str, ...]
    repaired_url: str | None = None
    as_likely: tuple[Cause, ...] = ()  # of an unsure one, the two best
    doubts_target: bool = False  # nothing tells whether the live page that fits best is the lost one's

    @property
    def may_redirect(self) -> bool:
        """Whether it may be sent on at all: not what was never a page of the owner's, nor what may be such."""
        return NEVER_REDIRECTED.isdisjoint((self.cause, *self.as_likely))


@dataclass(frozen=True, slots=True)
class DiagnosedUrl:
    """A dead URL as a list spells it, why it broke, and what should be done."""

    url: str
    diagnosis: Diagnosis
    disposition: Disposition


@dataclass(frozen=True, slots=True)
class LinkValue:
    """What one backlink is worth, with its parts so that a person can check the sum."""

    value: float
    parts: str  # "UR 31 -> A 0.0085; 1 of 14 links -> 0.09; follow; seen 2026-11-20"


class BacklinkFacts(NamedTuple):
    """What the ledger knows of one backlink: the inputs of its value. Any of them may be unknown (None).

    (A tuple: there are millions, and a frozen dataclass of this width costs several times as much to make.)
    """

    referring_domain: str
    referring_page: str  # "" when only its domain is known
    rel: int | None  # Rel bits
    content: bool | None  # in the page's content (True), in its chrome (False)
    domain_metric: tuple[str, float] | None  # (name, value_0_100)
    page_metric: tuple[str, float] | None
    external_links: int | None
    present: bool | None  # True seen by us, False looked and gone, None not looked
    page_noindex: bool = False
    spam_0_1: float = 0.0
    last_seen_years: float | None = None  # years between last_seen and the audit
    internal_links: int | None = None  # links of the page to its own domain, as we saw them
    page_canonical: bool = False  # the page names another URL as itself


@dataclass(frozen=True, slots=True)
class Equity:
    """What the links to one URL are worth together."""

    value: float  # in units of A x share x rel: comparable inside one audit only
    links: int  # distinct linking pages counted
    referring_domains: int
