"""Rows of a small, hostile audit that the tests of the report change to their needs."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from linkreclaim.model.decisions import DecisionState
from linkreclaim.model.judgements import Cause, Disposition
from linkreclaim.model.links import PageOutcome
from linkreclaim.model.matches import Candidate, Role
from linkreclaim.model.reports import (
    AuditSummary,
    BacklinkRow,
    DeadPageRow,
    OwnerRequest,
    Plan,
    PlanFigures,
    PlanStep,
    ServerFileSummary,
    SourceSummary,
    StepKind,
)
from linkreclaim.model.verdicts import VerdictKind

MOMENT = datetime(2026, 11, 22, 10, 40, tzinfo=UTC)
HOSTILE = '<script>alert(1)</script> =HYPERLINK("http://evil.example/") [red]x[/red] \u202egpj.exe \x1b[31m'

DEAD_PAGE = DeadPageRow(
    rank=1,
    url="https://example.com/blog/old-guide",
    verdict=VerdictKind.NOT_FOUND,
    verdict_reason="status 404",
    verdict_confidence_0_1=0.98,
    p_not_found_0_1=None,
    checked_at=MOMENT,
    first_seen_dead=MOMENT,
    looks_dead=1,
    confirmed=False,
    cause=Cause.RESTRUCTURE,
    cause_confidence_0_1=0.86,
    cause_evidence=("14 of 15 pages under /blog/ died together",),
    equity_share_0_1=0.4,
    running_share_0_1=0.4,
    links=12,
    links_seen=9,
    referring_domains=7,
    best_link="https://news.example/list",
    best_link_parts="DR 71 -> A 0.069",
    anchors=("old guide", "here"),
    old_title="The old guide",
    target_url="https://example.com/resources/guide",
    match_confidence_0_1=0.97,
    match_reason="same title",
    candidates=(
        Candidate("https://example.com/resources/guide", 0.97),
        Candidate("https://example.com/resources/", 0.3, Role.HUB),
        Candidate("https://example.com/news", 0.1),
    ),
    disposition=Disposition.REDIRECT,
    decision=DecisionState.PROPOSED,
    decided_by="",
    former_host=False,
)

BACKLINK = BacklinkRow(
    referring_page="https://news.example/list",
    referring_domain="news.example",
    target_url="https://example.com/blog/old-guide",
    target_verdict=VerdictKind.NOT_FOUND,
    anchor_text="old guide",
    rel="follow",
    place="content",
    first_seen="2019-06-01",
    last_seen="2026-10-02",
    sources="Ahrefs; Search Console",
    seen="present",
    value=0.0041,
    value_parts="DR 71 -> A 0.069",
)

SUMMARY = AuditSummary(
    site="example.com",
    old_hosts=("old.example",),
    run_id=3,
    started_at=MOMENT,
    finished_at=MOMENT,
    provisional=False,
    foreign=False,
    sources=(SourceSummary("exports/a.csv", "Ahrefs", "Backlinks", 1200, 1190, 6, 4, ("row cap of 1,000 reached",)),),
    backlinks=824,
    referring_domains=110,
    targets=60,
    verdict_counts=((VerdictKind.ALIVE, 40), (VerdictKind.NOT_FOUND, 12), (VerdictKind.BLOCKED, 5)),
    dead_with_links=10,
    dead_without_links=2,
    broken_backlinks=97,
    lost_equity_share_0_1=0.184,
    proposed_redirects=6,
    regain_share_0_1=0.73,
    regain_count_80=3,
    accepted=1,
    none_fits=4,
    pages_total=124,
    page_outcomes=((PageOutcome.READ, 101), (PageOutcome.GONE, 9), (PageOutcome.BLOCKED, 7)),
    inventory_pages=286,
    inventory_source="sitemap",
    captures=31,
    server_files=(ServerFileSummary("nginx", "report/nginx.conf", 6, 1),),
    warnings=("old.example resolves nowhere",),
    next_commands=(
        ("Set the decision column", "open report/redirects.csv"),
        (
            "Write the server files",
            "linkreclaim decide report/redirects.csv --workspace .linkreclaim --out report-of-today",
        ),
        ("Prove them", "linkreclaim verify report/redirects.csv"),
        ("A fourth", "linkreclaim fourth"),
    ),
)

RULE = PlanStep(
    rank=1,
    kind=StepKind.RULE,
    what="/blog/NAME -> /resources/NAME",
    target_url="",
    urls=tuple(f"https://example.com/blog/{number}" for number in range(6)),
    links=80,
    equity_share_0_1=0.7,
    regained_share_0_1=0.6,
    running_share_0_1=0.6,
    effort_hours=0.1,
    why="the pages moved alike",
)
MOVE = "https://example.com/a -> https://example.com/b"
PLAN = Plan(
    steps=(
        RULE,
        replace(RULE, rank=2, kind=StepKind.REDIRECT, what=MOVE, target_url="https://example.com/b",
                urls=("https://example.com/a",), links=9, equity_share_0_1=0.2, regained_share_0_1=0.13,
                running_share_0_1=0.73, why="97 % sure"),
        replace(RULE, rank=3, kind=StepKind.RESTORE, what="https://example.com/c", target_url="https://example.com/c",
                urls=("https://example.com/c",), links=8, equity_share_0_1=0.1, regained_share_0_1=0.08,
                running_share_0_1=0.81, effort_hours=2.0, why="no live page replaces it"),
    ),
    figures=PlanFigures(
        rules=1, redirects=1, restores=1, asks=0, regained_share_0_1=0.81, effort_hours=2.2,
        quick_regained_share_0_1=0.73, quick_effort_hours=0.2, first_rules=1, first_redirects=1,
        first_regained_share_0_1=0.73, first_effort_hours=0.2, undecided_pages=2, owner_requests=1,
    ),
    requests=(OwnerRequest(BACKLINK, 0.07, "https://example.com/resources/guide"),),
)  # fmt: skip


@pytest.fixture
def plan() -> Plan:
    return PLAN


@pytest.fixture
def dead_page() -> Callable[..., DeadPageRow]:
    return lambda **changes: replace(DEAD_PAGE, **changes)


@pytest.fixture
def backlink() -> Callable[..., BacklinkRow]:
    return lambda **changes: replace(BACKLINK, **changes)


@pytest.fixture
def summary() -> Callable[..., AuditSummary]:
    return lambda **changes: replace(SUMMARY, **changes)


@pytest.fixture
def hostile() -> str:
    return HOSTILE
