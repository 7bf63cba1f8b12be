"""What an audit delivers: rows and a summary, the one source of every file, page and screen."""

from dataclasses import dataclass
from datetime import datetime

from linkreclaim.model.decisions import DecisionState
from linkreclaim.model.judgements import Cause, Disposition
from linkreclaim.model.links import PageOutcome
from linkreclaim.model.matches import Candidate
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
    first_seen_dead: datetime | None
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
    seen: str  # "present", "gone", "page_gone", "blocked", "unreadable", "not_looked"
    value: float | None
    value_parts: str


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
