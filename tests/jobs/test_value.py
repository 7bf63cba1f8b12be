"""Totals of a target: sums, counts and words are those of the same links."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from linkreclaim.config import FetchSettings
from linkreclaim.equity import PageEquity, value_link
from linkreclaim.jobs.ranks.table import TABLE_NAME, TableMaker
from linkreclaim.jobs.runs.context import AuditRequest, RunContext
from linkreclaim.jobs.valuing.value import value_targets
from linkreclaim.model.links import Claim, Metric, MetricScale, PageLook, PageOutcome, Place, Rel, SeenLink
from linkreclaim.model.sites import Site
from linkreclaim.net import open_fetcher
from linkreclaim.store import Workspace, open_workspace
from linkreclaim.store.claims import make_batches
from linkreclaim.store.counting import facts_of, still_claimed
from linkreclaim.store.targets import TargetTotals

SITE = Site("example.com", "https")
NOW = datetime(2026, 11, 1, tzinfo=UTC)
OLD = "https://example.com/old"


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with open_workspace(tmp_path / "ws") as opened:
        yield opened


def add(workspace: Workspace, claims: list[Claim]) -> None:
    """Put claims into the ledger."""
    file = workspace.ledger.open_file(workspace.ledger.site_id(SITE.host), SITE, "a", "a", "Tool", "Links", [])
    assert list(workspace.ledger.import_batches(file, make_batches(claims, SITE)))


def totals(workspace: Workspace) -> TargetTotals:
    """What the links to OLD add up to."""

    async def add_up() -> None:
        workspace.targets.refresh(1)
        run = workspace.runs.begin(1, "q", NOW)
        request = AuditRequest(site=SITE.host, links=(), workspace=workspace.folder, out=workspace.folder)
        async with open_fetcher(FetchSettings(), SITE) as fetcher:
            context = RunContext(workspace, run, SITE, request, fetcher, lambda event: None, lambda: NOW)
            value_targets(context, workspace.targets.ids(1))

    asyncio.run(add_up())
    return next(each for each in workspace.targets.most_valuable(1, 10) if each.url == OLD)


def claim(line: int, page: str, dr: float, **values: object) -> Claim:
    metrics = (Metric("dr", dr, MetricScale.DOMAIN),)
    made = Claim(line, page, OLD, last_seen=date(2026, 10, 1), metrics=metrics)
    return made._replace(**values)  # type: ignore[arg-type]


def look_at(workspace: Workspace, page: str, *links: SeenLink) -> None:
    """What a look at the page showed."""
    run = workspace.runs.begin(1, "before", NOW, fresh=True)
    workspace.tasks.add(run.id, "k", [page])
    look = PageLook(
        page, PageOutcome.READ, 200, "", NOW, final_url=page, external_links=4, internal_links=60, links=links
    )
    workspace.sightings.save_page_looks(run.id, "k", [(workspace.urls.id_of(page) or 0, look)])


def test_the_sum_is_that_of_the_whole_backlinks_to_the_last_digit(workspace: Workspace) -> None:
    claims = [
        claim(n, f"https://site{n % 7}.test/{'d/' * (n % 3)}{n}", n % 101, anchor_text=f"a{n % 4}") for n in range(90)
    ]
    claims += [claim(99, "https://gone.test/x", 90.0), claim(100, "https://lost.test/x", 90.0, lost_reason="removed")]
    add(workspace, claims)
    look_at(workspace, "https://site1.test/d/1", SeenLink(OLD, "seen", Rel.NONE, Place.CHROME))
    look_at(workspace, "https://gone.test/x")
    found = totals(workspace)
    equity = PageEquity()
    kept = [n for n in workspace.backlinks.of_targets(1, [found.url_id]) if still_claimed(n)]
    values = [(value_link(facts_of(n, NOW.date())), n) for n in kept]
    for value, each in values:
        equity.add(each.referring_domain, value.value)
    best = max(values, key=lambda pair: pair[0].value)
    assert (found.links, found.links_seen, found.referring_domains) == (90, 1, 7)
    assert found.value == equity.result().value
    assert (found.best_link, found.best_link_parts) == (best[1].referring_page, best[0].parts)
    assert set(found.anchors) == {"a0", "a1", "a2", "a3", "seen"}


def test_sites_that_are_only_counted_are_worth_a_link_of_which_nothing_is_known(workspace: Workspace) -> None:
    add(workspace, [Claim(2, target_url=OLD, claimed_links=40, claimed_domains=3)])
    counted = totals(workspace)
    assert (counted.links, counted.referring_domains) == (40, 3)
    deep = Claim(3, "https://a.test/b/c", "https://example.com/new")
    equity = PageEquity()
    file = workspace.ledger.open_file(1, SITE, "b", "b", "Tool", "Links", [])
    assert list(workspace.ledger.import_batches(file, make_batches([deep], SITE)))
    (link,) = workspace.backlinks.of_targets(1, [workspace.urls.id_of("https://example.com/new") or 0])
    equity.add("a.test", value_link(facts_of(link, NOW.date())).value)
    assert counted.value == pytest.approx(3 * equity.result().value)


def test_ranks_of_the_workspace_rate_domains_that_no_source_rates(workspace: Workspace) -> None:
    maker = TableMaker()
    maker.add([(1_000, "known.test")])
    maker.write(workspace.folder / TABLE_NAME, "made up", 1_000_000)
    add(workspace, [Claim(2, "https://known.test/a/b", OLD), Claim(3, "https://unknown.test/a/b", OLD)])
    found = totals(workspace)
    assert found.best_link == "https://known.test/a/b"
    assert "domain rank 50 (read like DR)" in found.best_link_parts
    (workspace.folder / TABLE_NAME).write_bytes(b"damaged")
    assert "authority unknown" in totals(workspace).best_link_parts


def test_a_page_that_we_read_shares_among_its_own_links_too(workspace: Workspace) -> None:
    add(workspace, [claim(2, "https://a.test/x/y", 50.0, external_links=4)])
    before = totals(workspace)
    look_at(workspace, "https://a.test/x/y", SeenLink(OLD, "", Rel.NONE, Place.CONTENT))
    after = totals(workspace)
    assert "1 of 4 outgoing links ->" in before.best_link_parts
    assert "1 of 4 outgoing links beside 60 of its own, in content" in after.best_link_parts
