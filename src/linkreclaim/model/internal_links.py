"""The site's own links: what a URL that its pages link to answers, and what is to be done about the links."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from linkreclaim.model.links import Place
from linkreclaim.model.verdicts import VerdictKind


class InternalKind(StrEnum):
    """What is wrong with links of the site to itself, worst first."""

    BROKEN = "broken"
    REDIRECT = "redirect"  # they work, through a detour that the site's owner can spare everybody
    UNTOLD = "untold"  # what they lead to could not be told


@dataclass(frozen=True, slots=True)
class TargetLook:
    """What a URL that the site links to answered, as far as its links are concerned."""

    kind: InternalKind | None  # None: nothing is to be done
    verdict: VerdictKind
    reason: str
    verdict_confidence_0_1: float
    status_codes: tuple[int, ...]  # of all answers, in order
    final_url: str
    checked_at: datetime


@dataclass(frozen=True, slots=True)
class PageLink:
    """One link of a page, as far as grouping goes: where it leads, by which words, in which part of the page."""

    target_url: str  # without fragment
    anchor_text: str
    place: Place


@dataclass(frozen=True, slots=True)
class LinkGroup:
    """All links of the site to one URL by the same words in the same part of the page."""

    target_id: int
    target_url: str
    look: TargetLook
    anchor_text: str
    place: Place
    pages: int  # that hold the link
    example_pages: tuple[str, ...]  # the first three that were read


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What the links should lead to instead; `url` None: nothing fits, and the link should go or its page come back."""

    url: str | None
    confidence_0_1: float
    reason: str


@dataclass(frozen=True, slots=True)
class InternalLinkRow:
    """One line of `internal_links.csv`."""

    group: LinkGroup
    suggestion: Suggestion


@dataclass(frozen=True, slots=True)
class InternalSummary:
    """The site's own links in numbers; a link that stands on many pages counts as often."""

    pages: int  # whose links were read
    urls: int  # of the site that were asked, pages among them
    broken_urls: int
    broken_links: int
    redirect_urls: int
    redirect_links: int
    untold_urls: int
    untold_links: int
    unasked_urls: int  # known and left open, because the site refused us
    unasked_links: int  # links to URLs beyond the limit, not told
    first: tuple[InternalLinkRow, ...] = ()  # the first broken ones of the file, for the screen

    @property
    def partial(self) -> bool:
        """No page could be read, or URLs were left open."""
        return not self.pages or self.unasked_urls + self.unasked_links > 0
