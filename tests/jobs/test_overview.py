"""A run notes its figures when it ends; the overview reads them back, with what was decided since."""

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from tests.jobs.audits import day, run_audit, write_links
from tests.jobs.web import NOT_FOUND, Host, page, serve

from linkreclaim.jobs.overviews.overview import OverviewReader, group_verdicts
from linkreclaim.model.decisions import Decision, DecisionState
from linkreclaim.model.judgements import Disposition
from linkreclaim.model.overviews import Overview, RunFigures, Share
from linkreclaim.model.reports import AuditSummary
from linkreclaim.model.verdicts import VerdictKind
from linkreclaim.store import open_workspace

OK = page("The guide", "How a guide is read, and what stands in it for those who ask.")


@dataclass
class Site:
    """Four linked pages; those in `lost` answer 404."""

    folder: Path
    lost: set[str] = field(default_factory=lambda: {"/guide", "/news", "/old"})

    def __post_init__(self) -> None:
        self.host = Host(lambda path: NOT_FOUND if path in self.lost or "robots" in path else OK)

    def audit(self, number: int, paths: tuple[str, ...] = ("/", "/guide", "/guide", "/news", "/old")) -> AuditSummary:
        """Audit on the given day."""
        links = write_links(self.folder / "links.csv", [self.host.origin + path for path in paths])
        return run_audit(self.host.origin, links, day(number), probe=False).summary

    def overview(self) -> Overview:
        """As a page would read it."""
        with open_workspace(self.folder / "ws") as workspace:
            reader = OverviewReader(workspace)
            (host,) = reader.sites()
            return reader.overview(host, reader.sites()[host])


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path)
    with serve(made.host):
        yield made


def figures_of(overview: Overview) -> RunFigures:
    assert overview.latest is not None
    assert overview.latest.figures is not None
    return overview.latest.figures


def test_the_figures_are_those_of_the_summary(site: Site) -> None:
    summary = site.audit(0)
    overview = site.overview()
    figures = figures_of(overview)
    assert (figures.targets, figures.links) == (summary.targets, summary.backlinks)
    assert figures.lost.targets == summary.dead_with_links == 3
    assert figures.lost.links == summary.broken_backlinks == 4
    assert figures.unlinked_dead == summary.dead_without_links
    assert figures.lost_share_0_1 == pytest.approx(summary.lost_equity_share_0_1)
    assert figures.referring_domains == summary.referring_domains
    assert {kind: share.targets for kind, share in figures.verdicts.items()} == dict(summary.verdict_counts)
    assert sum(share.targets for share in figures.causes.values()) == 3
    assert overview.latest is not None
    assert overview.latest.plan == summary.plan
    assert overview.latest.headline is not None
    assert (overview.latest.finished_at, overview.unfinished) == (day(0), None)


def test_sources_say_what_they_know_of_the_loss(site: Site) -> None:
    site.audit(0)
    (source,) = site.overview().sources
    assert (source.files, source.rows, source.problems) == (1, 5, 0)
    assert source.loss is not None
    assert (source.loss.dead_targets, source.loss.links, source.loss.only_here) == (3, 4, 4)


def test_the_newest_run_says_what_it_warned_of(site: Site) -> None:
    links = write_links(site.folder / "links.csv", ["https://other.example/x"] * 9 + [site.host.origin + "/old"])
    run_audit(site.host.origin, links, day(0), probe=False)
    latest = site.overview().latest
    assert latest is not None
    assert any("9 of 10 rows link to other.example" in warning for warning in latest.warnings)


def test_what_works_again_is_recovered(site: Site) -> None:
    site.audit(0)
    site.lost -= {"/guide"}
    site.audit(7)
    overview = site.overview()
    assert [point.figures.recovered.targets for point in overview.runs if point.figures] == [0, 1]
    assert [point.figures.lost.targets for point in overview.runs if point.figures] == [3, 2]
    assert figures_of(overview).recovered.links == 2
    assert 0 < (figures_of(overview).recovered_share_0_1 or 0) < 1


def test_decisions_count_at_once(site: Site) -> None:
    site.audit(0)
    with open_workspace(site.folder / "ws") as workspace:
        reader = OverviewReader(workspace)
        ((host, site_id),) = reader.sites().items()
        assert reader.overview(host, site_id).decided_share_0_1 == 0
        target = site.host.origin + "/"
        for path, state, disposition in (
            ("/guide", DecisionState.ACCEPTED, Disposition.REDIRECT),
            ("/news", DecisionState.REJECTED, Disposition.REDIRECT),
            ("/old", DecisionState.ACCEPTED, Disposition.GONE),
        ):
            made = Decision(site.host.origin + path, state, disposition, target, "Ada", day(1))
            workspace.decisions.append(site_id, None, [made])
        overview = reader.overview(host, site_id)
    assert (overview.decided.accepted.targets, overview.decided.left.targets) == (1, 2)
    assert overview.decided.accepted.links == 2
    lost = figures_of(overview).lost.value
    assert overview.decided_share_0_1 == pytest.approx(overview.decided.accepted.value / lost)


def test_a_run_that_noted_nothing_is_measured_and_nothing_is_written(site: Site) -> None:
    site.audit(0)
    noted = figures_of(site.overview())
    with sqlite3.connect(site.folder / "ws" / "linkreclaim.db") as connection:
        connection.execute("UPDATE run SET state = json_remove(state, '$.overview')")
    connection.close()
    overview = site.overview()
    unknown = tuple(replace(loss, only_here=None) for loss in noted.sources)  # too dear while a person waits
    assert figures_of(overview) == replace(noted, sources=unknown)
    assert overview.latest is not None
    assert (overview.latest.plan, overview.latest.headline) == (None, None)
    with sqlite3.connect(site.folder / "ws" / "linkreclaim.db") as connection:
        (state,) = connection.execute("SELECT state FROM run").fetchone()
    connection.close()
    assert "overview" not in json.loads(state)


def test_a_run_that_was_cut_off_is_told_apart(site: Site) -> None:
    site.audit(0)
    with open_workspace(site.folder / "ws") as workspace:
        workspace.runs.begin(1, "another question", day(2))
    overview = site.overview()
    assert len(overview.runs) == 1
    assert overview.unfinished is not None
    assert overview.unfinished.started_at == day(2)


def test_an_unreachable_host_is_lost_only_where_it_is_a_former_one() -> None:
    shares = {VerdictKind.ALIVE: 5, VerdictKind.NOT_FOUND: 2, VerdictKind.UNREACHABLE: 4, VerdictKind.BLOCKED: 1}
    none = Share(0, 0, 0.0)
    figures = RunFigures(
        targets=12,
        links=12,
        value=0.0,
        referring_domains=1,
        verdicts={kind: Share(count, count, 0.0) for kind, count in shares.items()},
        causes={},
        lost=none,
        recovered=none,
        unlinked_dead=0,
        dead_silent_hosts=3,
        sources=(),
    )
    found = {group.name: group.targets for group in group_verdicts(figures)}
    assert found == {"works": 5, "lost": 5, "untold": 2}
    assert figures.lost_share_0_1 is None
