"""What an audit delivers: rows and a summary, the one source of every file, page and screen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from linkreclaim.model.decisions import DecisionState
from linkreclaim.model.judgements import Cause, Disposition
from linkreclaim.model.links import LinkState, PageOutcome
from linkreclaim.model.matches import Candidate
from linkreclaim.model.pages import Capture
from linkreclaim.model.verdicts import VerdictKind


@dataclass(frozen=True, slots=True)
class DeadPageRow:
    """One dead URL of the site with all that the audit found out; rows come most valuable first."""

    rank: int
    url: str
    verdict: VerdictKind | None  # None in the provisional list: nothing has been checked yet
    verdict_reason: str
    verdict_confidence_0_1: float
    p_not_found_0_1: float | None
    checked_at: datetime | None
    first_seen_dead: datetime | None  # the first look of the present series of dead ones
    looks_dead: int  # agreeing looks in that series, each of another run; 0 while nothing has been checked
    confirmed: bool  # enough of them, days apart: the death is believed
    cause: Cause
    cause_confidence_0_1: float
    cause_evidence: tuple[str, ...]
    equity_share_0_1: float  # of all lost equity of the audit; 0 for a dead URL without any known link
    running_share_0_1: float  # sum of the shares down to this row
    links: int  # distinct linking pages that link to it (claimed or seen, those seen gone left out)
    links_seen: int  # of these, seen by us on the linking page
    referring_domains: int
    best_link: str  # URL of the most valuable linking page
    best_link_parts: str  # how its value was made up
    anchors: tuple[str, ...]  # most frequent first, at most 5
    old_title: str  # what the page was, from a capture; empty when unknown
    target_url: str | None
    match_confidence_0_1: float
    match_reason: str
    candidates: tuple[Candidate, ...]
    disposition: Disposition
    decision: DecisionState
    decided_by: str  # "" while proposed
    former_host: bool  # the URL stands on an --old-host


@dataclass(frozen=True, slots=True)
class BacklinkRow:
    """One backlink: the same link from several sources is one row."""

    referring_page: str
    referring_domain: str
    target_url: str  # "" when no source and no look at the page tells it
    target_verdict: VerdictKind | None
    anchor_text: str
    rel: str  # "follow", "nofollow ugc", "" when unknown
    place: str
    first_seen: str  # ISO date or ""
    last_seen: str
    sources: str  # names joined by "; "
    seen: str  # a word of LinkState
    value: float | None
    value_parts: str
    changed_to: str = ""  # what the page links to in place of the target, when `seen` is "changed"
    moved_to: str = ""  # where the linking page leads today, when that is another URL
    page_marks: str = ""  # "noindex", "nofollow", "canonical URL", joined by "; "
    ask_owner: bool = False  # so valuable that its owner should be asked to name the page's new address


class PageState(StrEnum):
    """How reading one page of a list ended, for a person who asks whether it links to the site."""

    LINKED = "linked"
    NOT_LINKED = "not_linked"
    PAGE_GONE = "page_gone"
    BLOCKED = "blocked"
    NEEDS_SCRIPT = "needs_script"
    UNREADABLE = "unreadable"
    SKIPPED = "skipped"

    @property
    def told(self) -> bool:
        """Whether it is known if the page links to the site."""
        return self in (PageState.LINKED, PageState.NOT_LINKED, PageState.PAGE_GONE)


@dataclass(frozen=True, slots=True)
class PageLinkRow:
    """One link of one page to the site, or a page without any: then `target_url` is empty."""

    referring_page: str
    target_url: str
    anchor_text: str
    rel: str  # "nofollow ugc"; "" for a link without any value that weakens it
    nofollow: bool | None  # by its rel, or by robots rules for the whole page; None without a link
    place: str
    context: str
    links_on_page: int | None  # distinct URLs that the page links to; None for a page that was not read
    page_noindex: bool | None
    status: PageState
    status_code: int | None
    final_url: str
    canonical: str
    reason: str
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class PageYield:
    """What came of the linking pages that sources name without saying what they link to.

    The estimate takes the unread pages to be like those read: each links to a dead page as often. Its interval is
    Wilson's of that share. Source: E. B. Wilson, Probable inference, the law of succession, and statistical inference,
    J. Amer. Statist. Assoc. 22 (1927), 209-212.
    """

    pages: int
    read: int
    gone: int  # the page is no more: it links to nothing
    untold: tuple[tuple[PageOutcome, int], ...]  # pages that could not be read, by reason; most frequent first
    unlooked: int  # pages that were not asked
    linking: int  # read pages that link to the site
    links: int  # links to the site found on them
    dead_linking: int  # read pages that link to a dead page of the site
    dead_links: int  # links to dead pages found on them
    unread_dead_linking: float | None  # this many more among the unread, None when nothing was read
    unread_dead_linking_low: float | None  # 95 % interval
    unread_dead_linking_high: float | None

    @property
    def unread(self) -> int:
        """Pages of which it is not known what they link to."""
        return sum(count for _, count in self.untold) + self.unlooked


@dataclass(frozen=True, slots=True)
class SourceSummary:
    """What one input file gave."""

    path: str
    tool: str  # "Ahrefs"
    report: str  # "Backlinks"
    rows: int
    claims: int
    off_site: int  # rows about targets of another site
    problems: int
    notes: tuple[str, ...] = ()  # "from documentation", "row cap of 1,000 reached", ...


@dataclass(frozen=True, slots=True)
class ServerFileSummary:
    """One redirect file that was written."""

    engine: str  # "nginx"
    path: str
    lines: int
    refused: int  # lines that this engine cannot express; listed in its refused.csv


class StepKind(StrEnum):
    """What is done in one step of the plan."""

    RULE = "rule"
    REDIRECT = "redirect"
    RESTORE = "restore"
    FIX_AT_SOURCE = "fix_at_source"


@dataclass(frozen=True, slots=True)
class PlanStep:
    """One piece of work of the plan; steps come in the order of what they regain for an hour's work."""

    rank: int
    kind: StepKind
    what: str  # the rule in words, "URL -> target", or a URL
    target_url: str  # where a redirect leads, or a restored page should stand; "" for a rule
    urls: tuple[str, ...]  # the dead pages that it mends, each in one step only
    links: int  # to these pages
    equity_share_0_1: float  # of these pages, of all lost equity
    regained_share_0_1: float  # what is to be expected of that
    running_share_0_1: float  # sum of what is regained down to this step
    effort_hours: float
    why: str


@dataclass(frozen=True, slots=True)
class PlanFigures:
    """The plan in figures. `quick` steps are rules and redirects: minutes each."""

    rules: int
    redirects: int
    restores: int
    asks: int
    regained_share_0_1: float  # by all steps
    effort_hours: float  # of all steps
    quick_regained_share_0_1: float  # by all rules and redirects
    quick_effort_hours: float
    first_rules: int  # of the quick steps to begin with
    first_redirects: int
    first_regained_share_0_1: float
    first_effort_hours: float
    undecided_pages: int  # dead pages with links that no step mends: a person has to look
    owner_requests: int  # links so valuable that their owners should be asked


@dataclass(frozen=True, slots=True)
class OwnerRequest:
    """A link so valuable that its owner should be asked to name the page's new address."""

    link: BacklinkRow
    equity_share_0_1: float  # of all lost equity, by this link alone
    new_url: str  # "" while no page fits


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do, best first, and which links are worth a word to their owners."""

    steps: Sequence[PlanStep]
    figures: PlanFigures
    requests: tuple[OwnerRequest, ...]  # most valuable first


@dataclass(frozen=True, slots=True)
class RestoreBrief:
    """What is known of a page that should be brought back."""

    row: DeadPageRow
    step: PlanStep
    capture: Capture | None
    links: tuple[BacklinkRow, ...]  # the most valuable


@dataclass(frozen=True, slots=True)
class AuditSummary:
    """The whole result on one screen."""

    site: str
    old_hosts: tuple[str, ...]
    run_id: int
    started_at: datetime
    finished_at: datetime | None
    provisional: bool  # made from the files alone, nothing checked
    foreign: bool  # audited as somebody else's site: no redirects, prospects instead
    sources: tuple[SourceSummary, ...]
    backlinks: int
    referring_domains: int
    targets: int
    verdict_counts: tuple[tuple[VerdictKind, int], ...]
    dead_with_links: int
    dead_without_links: int
    broken_backlinks: int
    lost_equity_share_0_1: float | None  # of the value of all links to the site, where it can be told
    proposed_redirects: int  # dead pages with links for which a target is proposed
    regain_share_0_1: float  # share of the lost equity that the proposed and accepted redirects regain
    regain_count_80: int  # this many redirects regain 80 % of what can be regained
    accepted: int
    none_fits: int
    pages_total: int  # linking pages that had to be read
    page_outcomes: tuple[tuple[PageOutcome, int], ...]
    inventory_pages: int
    inventory_source: str  # "sitemap", "crawl", "file pages.jsonl", ...
    captures: int
    server_files: tuple[ServerFileSummary, ...]
    warnings: tuple[str, ...]
    next_commands: tuple[tuple[str, str], ...]  # (what for, command)
    dead_confirmed: int = 0  # dead pages, with and without links, whose death is confirmed by looks days apart
    link_states: tuple[tuple[LinkState, int], ...] = ()  # of the backlinks of dead pages, most frequent first
    page_yield: PageYield | None = None  # None when every linking page came with its target
    plan: PlanFigures | None = None  # None for somebody else's site, and while nothing has been checked
