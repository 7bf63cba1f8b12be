"""The facts of a small, hostile audit as the client report gets them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from linkreclaim.model.judgements import Cause
from linkreclaim.model.overviews import Decided, RunFigures, Share, SourceFigures, SourceLoss, VerdictGroup
from linkreclaim.model.recovery import RecoveryPoint
from linkreclaim.model.reports import AuditSummary, BacklinkRow, DeadPageRow, Plan
from linkreclaim.model.verdicts import VerdictKind
from linkreclaim.report.client import ClientFacts
from linkreclaim.report.digest import read_digest

FIRST = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)
LOSS = SourceLoss("Ahrefs", "Backlinks", 10, 97)
NOTHING = Share(0, 0, 0.0)
FIGURES = RunFigures(
    targets=60,
    links=824,
    value=10.0,
    referring_domains=110,
    verdicts={VerdictKind.NOT_FOUND: Share(12, 97, 1.84)},
    causes={Cause.RESTRUCTURE: Share(10, 97, 1.84)},
    lost=Share(10, 97, 1.84),
    recovered=NOTHING,
    unlinked_dead=2,
    dead_silent_hosts=0,
    sources=(LOSS,),
)
POINT = RecoveryPoint(1, FIRST, 12, 0.4, 0, 0.0, 0.05)

MakeFacts = Callable[..., ClientFacts]
MakePoint = Callable[..., RecoveryPoint]


@pytest.fixture
def point() -> MakePoint:
    """An audit so many days after the first one."""
    return lambda days=0, **changes: replace(POINT, finished_at=FIRST + timedelta(days=days), **changes)


@pytest.fixture
def facts(
    summary: Callable[..., AuditSummary],
    dead_page: Callable[..., DeadPageRow],
    backlink: Callable[..., BacklinkRow],
    plan: Plan,
) -> MakeFacts:
    """Two lost pages, one of which goes to a live page; anything of it can be changed."""

    def make(rows: list[DeadPageRow] | None = None, **changes: object) -> ClientFacts:
        lost = rows or [dead_page(), dead_page(rank=2, url="https://example.com/b", equity_share_0_1=0.3)]
        made = ClientFacts(
            summary=summary(),
            digest=read_digest(lost, 10),
            plan=plan,
            figures=FIGURES,
            groups=(
                VerdictGroup("works", 40, 0.7, {VerdictKind.ALIVE: 40}),
                VerdictGroup("lost", 12, 0.2, {VerdictKind.NOT_FOUND: 12}),
                VerdictGroup("untold", 5, 0.1, {VerdictKind.BLOCKED: 5}),
            ),
            sources=(SourceFigures("Ahrefs", "Backlinks", 1, 1200, 4, LOSS),),
            decided=Decided(NOTHING, NOTHING),
            recovery=(POINT,),
            links={lost[0].url: (backlink(),)},
        )
        return replace(made, **changes)  # type: ignore[arg-type]

    return make


@pytest.fixture
def hostile_facts(
    facts: MakeFacts,
    dead_page: Callable[..., DeadPageRow],
    backlink: Callable[..., BacklinkRow],
    plan: Plan,
    hostile: str,
) -> ClientFacts:
    """Everything that strangers write is an attack: on HTML, on Typst's markup, on a spreadsheet."""
    attack = f'#panic("x") $x$ @ref `raw` *b* {hostile} =cmd|x \ufffe'
    page = dead_page(
        url=f"https://example.com/{attack}", old_title=attack, target_url=f'javascript:alert(1)"{attack}',
        match_reason=attack, verdict_reason=attack, anchors=(attack,), cause_evidence=(attack,), decided_by=attack,
    )  # fmt: skip
    link = backlink(
        referring_page=f"javascript:{attack}", anchor_text=attack, target_url=page.url, referring_domain=attack
    )
    steps = tuple(replace(step, what=f"{attack} -> {attack}", why=attack) for step in plan.steps)
    requests = tuple(replace(each, link=link, new_url=f"data:{attack}") for each in plan.requests)
    return facts([page], plan=replace(plan, steps=steps, requests=requests), links={page.url: (link,)})
