"""Pulls from a vendor into the ledger: whole, interrupted, cut by quota, budget and key, and told before they cost."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from tests.sources.apis.fakes.ahrefs import KEY, ORIGIN, SECRETS, FakeAhrefs, backlink, error, page
from tests.sources.apis.server import NOW, WANT, Asked, Reply, VendorServer, serve

from linkreclaim.errors import UsageError
from linkreclaim.jobs.pulls.plan import choose_vendors, plan_pulls, plan_want, say_plan
from linkreclaim.jobs.pulls.pull import PullIntake, PullOutcome, known_dead_urls, run_pulls
from linkreclaim.model.events import RunEvent
from linkreclaim.model.links import Claim, RowProblem
from linkreclaim.model.sites import Site
from linkreclaim.sources.apis.ahrefs import Ahrefs
from linkreclaim.sources.apis.interface import AnswerError, Ask, Estimate, Want
from linkreclaim.sources.apis.secrets import SecretPlaces, open_secrets
from linkreclaim.sources.apis.vendors import VENDOR_NAMES
from linkreclaim.store import Workspace, open_workspace
from linkreclaim.store.ledger import SourceFile

PAGE_UNITS, LINK_UNITS = 9, 15
"""What a row of each report costs."""

CHILD = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from linkreclaim.jobs.pulls.pull import PullIntake, run_pulls
from linkreclaim.model.sites import Site
from linkreclaim.sources.apis.secrets import open_secrets
from linkreclaim.store import open_workspace

folder, origin, key = sys.argv[1:]
with open_workspace(Path(folder)) as workspace:
    site = Site("example.com")
    intake = PullIntake(
        workspace, workspace.ledger.site_id(site.host), site, lambda event: None, lambda stage, words: None,
        clock=lambda: datetime(2026, 11, 22, 12, tzinfo=UTC), origins={"https://api.ahrefs.com": origin},
    )
    places = open_secrets({"AHREFS_API_KEY": key}, Path(folder) / "none.toml", lambda name: None)
    run_pulls(intake, ["ahrefs"], places, {})
"""


@dataclass
class Puller:
    """A workspace and the server of a fake."""

    folder: Path
    workspace: Workspace
    server: VendorServer
    now: datetime = NOW
    told: list[str] = field(default_factory=list)
    warned: list[str] = field(default_factory=list)
    site: Site = WANT.site

    def places(self, secrets: dict[str, str] | None = None) -> SecretPlaces:
        return open_secrets(SECRETS if secrets is None else secrets, self.folder / "none.toml", lambda name: None)

    def pull(
        self, *names: str, budget: float | None = None, fresh: bool = False, secrets: dict[str, str] | None = None
    ) -> list[PullOutcome]:
        budgets = {} if budget is None else dict.fromkeys(names or ("ahrefs",), budget)
        return run_pulls(self.intake(), names or ("ahrefs",), self.places(secrets), budgets, fresh)

    def intake(self) -> PullIntake:
        return PullIntake(
            *(self.workspace, self.workspace.ledger.site_id(self.site.host), self.site, self._take),
            warn=lambda stage, words: self.warned.append(words),
            clock=lambda: self.now,
            sleep=lambda seconds: None,
            origins={ORIGIN: self.server.origin},
        )

    def _take(self, event: RunEvent) -> None:
        self.told += [event.message] if event.message else []

    @property
    def files(self) -> list[SourceFile]:
        return self.workspace.ledger.files(self.workspace.ledger.site_id(self.site.host))

    def links(self) -> int:
        site_id = self.workspace.ledger.site_id(self.site.host)
        self.workspace.targets.refresh(site_id)
        return len(list(self.workspace.backlinks.of_targets(site_id, self.workspace.targets.ids(site_id))))


@pytest.fixture
def fake() -> FakeAhrefs:
    return FakeAhrefs(
        pages=[page(f"/old-{n}", 200 - n) for n in range(120)],
        backlinks=[backlink(n, n, url_to=f"https://example.com/old-{n % 120}") for n in range(250)],
    )


WHOLE_UNITS = PAGE_UNITS * 121 + LINK_UNITS * 252
"""Of 120 pages in 2 requests and 250 links in 3: the row that ends a page comes again with the next."""


@pytest.fixture
def puller(tmp_path: Path, fake: FakeAhrefs) -> Iterator[Puller]:
    with serve(fake) as server, open_workspace(tmp_path / "ws") as workspace:
        yield Puller(tmp_path / "ws", workspace, server)


def test_a_pull_fills_the_ledger_and_is_not_paid_for_twice_a_day(puller: Puller, fake: FakeAhrefs) -> None:
    (outcome,) = puller.pull()
    assert outcome == PullOutcome("ahrefs", 370, 5, WHOLE_UNITS, "API units", "")
    assert [(file.tool, file.report, file.claims, file.done) for file in puller.files] == [
        ("Ahrefs", "Best by links, dead (API)", 120, True),
        ("Ahrefs", "Broken backlinks (API)", 250, True),
    ]
    assert puller.links() == 250
    puller.now = NOW + timedelta(hours=23)
    (again,) = puller.pull()
    assert (again.requests, again.rows, again.spent_units) == (0, 370, WHOLE_UNITS)
    assert len(puller.files) == 2
    assert fake.units_used == WHOLE_UNITS
    puller.now = NOW + timedelta(hours=25)
    assert puller.pull()[0].requests == 5
    assert len(puller.files) == 4
    assert puller.links() == 250
    assert not any(KEY in text for text in puller.told + puller.warned)


def test_a_pull_that_is_killed_goes_on_without_paying_twice(tmp_path: Path, fake: FakeAhrefs) -> None:
    child: list[subprocess.Popen[bytes]] = []

    def kill_at_fourth(asked: Asked) -> Reply:
        if len(server) == 4:
            os.kill(child[0].pid, signal.SIGKILL)
            return Reply(status=0)
        return fake(asked)

    with serve(kill_at_fourth) as server:
        command = [sys.executable, "-c", CHILD, str(tmp_path / "ws"), server.origin, KEY]
        child.append(subprocess.Popen(command))
        assert child[0].wait(30) == -signal.SIGKILL
        with open_workspace(tmp_path / "ws") as workspace:
            puller = Puller(tmp_path / "ws", workspace, server)
            (outcome,) = puller.pull()
            assert puller.links() == 250
            assert [file.claims for file in puller.files] == [120, 250]
    assert outcome.requests == 2
    assert outcome.spent_units == fake.units_used == WHOLE_UNITS
    assert len(server) == 6  # the one that was in flight is the only one asked twice
    assert len({tuple(sorted(asked.params.items())) for asked in server.asked}) == 5


def test_a_budget_keeps_what_came_and_a_higher_one_goes_on(puller: Puller, fake: FakeAhrefs) -> None:
    (cut,) = puller.pull(budget=3_600)
    assert fake.units_used <= 3_600
    assert cut.spent_units == fake.units_used == PAGE_UNITS * 121 + LINK_UNITS * 100
    assert (cut.rows, puller.files[1].claims, puller.files[1].done) == (220, 100, False)
    assert "budget of 3,600 API units is reached" in cut.cut_by
    (warning,) = puller.warned
    assert "Ahrefs Broken backlinks (API) is not whole" in warning
    assert "--budget ahrefs=4089" in warning
    assert any("cut off on 2026-11-22" in note for note in puller.files[1].notes)
    puller.now = NOW + timedelta(days=1)
    (whole,) = puller.pull(budget=10_000)
    assert (whole.cut_by, whole.rows, whole.requests) == ("", 370, 2)
    assert fake.units_used == WHOLE_UNITS
    assert puller.files[1].done
    assert puller.files[1].notes[-1] == "whole since 2026-11-23"
    assert puller.links() == 250
    assert len(puller.files) == 2


class Second(Ahrefs):
    """Another vendor of the same ways."""

    name = "second"
    title = "Second"


def test_what_stops_one_vendor_lets_the_others_go_on(
    puller: Puller, fake: FakeAhrefs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("linkreclaim.jobs.pulls.pull.VENDORS", {"ahrefs": Ahrefs(), "second": Second()})
    fake.instead = [error(401, f"Invalid API key {KEY}")]
    refused, whole = puller.pull("ahrefs", "second")
    assert (refused.rows, refused.requests, refused.spent_units) == (0, 1, 0.0)
    assert "make a new one at https://app.ahrefs.com/account/api-keys" in refused.cut_by
    assert (whole.rows, whole.cut_by) == (370, "")
    assert [file.tool for file in puller.files if file.claims] == ["Second", "Second"]
    assert KEY not in " ".join([*puller.warned, *puller.told, *(note for file in puller.files for note in file.notes)])


def test_a_spent_quota_goes_on_when_there_is_more(puller: Puller, fake: FakeAhrefs) -> None:
    fake.units_limit = 3_000
    (cut,) = puller.pull()
    assert "used up" in cut.cut_by
    assert cut.rows == 220
    fake.units_limit = None
    (whole,) = puller.pull()
    assert (whole.cut_by, whole.rows, whole.spent_units) == ("", 370, WHOLE_UNITS)


def test_a_changed_answer_ends_its_report_only(puller: Puller, fake: FakeAhrefs) -> None:
    fake.instead = [Reply({"targets": []})]
    (outcome,) = puller.pull()
    assert "no field 'pages'" in outcome.cut_by
    assert [(file.claims, file.done) for file in puller.files] == [(0, False), (250, True)]
    assert puller.pull()[0].rows == 370


def test_a_missing_key_is_told_and_nothing_is_asked(puller: Puller) -> None:
    (outcome,) = puller.pull(secrets={})
    assert "AHREFS_API_KEY" in outcome.cut_by
    assert puller.warned == [outcome.cut_by]
    assert len(puller.server) == 0


def test_fresh_asks_anew(puller: Puller, fake: FakeAhrefs) -> None:
    puller.pull()
    puller.now = NOW + timedelta(minutes=1)
    assert puller.pull(fresh=True)[0].requests == 5
    assert fake.units_used == 2 * WHOLE_UNITS


class Listening:
    """A report that asks nothing, hears which URLs are dead, and is never whole."""

    name = "Listening"

    def __init__(self) -> None:
        self.heard: list[int] = []

    def estimate(self, want: Want) -> Estimate:
        return Estimate(0.0, "nothing")

    def pull(self, want: Want, ask: Ask) -> Iterator[Claim | RowProblem]:
        self.heard.append(len(want.dead_urls))
        yield RowProblem(1, want.today.isoformat())
        raise AnswerError("never whole")


def test_an_unfinished_pull_keeps_the_dead_urls_it_began_with(puller: Puller, monkeypatch: pytest.MonkeyPatch) -> None:
    report = Listening()

    class Listener(Ahrefs):
        name = "listener"
        reports = (report,)

    monkeypatch.setattr("linkreclaim.jobs.pulls.pull.VENDORS", {"ahrefs": Ahrefs(), "listener": Listener()})
    puller.pull("listener")
    puller.pull("ahrefs")
    puller.now = NOW + timedelta(days=1)
    puller.pull("listener")
    puller.pull("listener", fresh=True)
    assert report.heard == [0, 0, 120]
    site_id = puller.workspace.ledger.site_id("example.com")
    days = [problem.reason for file in puller.files for problem in puller.workspace.ledger.problems(file.id, 9)]
    assert days == ["2026-11-22", "2026-11-23"]
    assert known_dead_urls(puller.workspace, site_id)[0].startswith("https://example.com/old-")


def test_the_plan_says_what_it_costs_and_asks_nothing(puller: Puller, tmp_path: Path) -> None:
    def lines(**budgets: float) -> str:
        planned = plan_pulls(["ahrefs"], WANT, puller.folder, puller.places(), budgets, puller.now)
        return "\n".join(say_plan(planned))

    first = lines()
    assert "9 API units for each dead page with links, at least 50" in first
    assert "15 API units for each broken link" in first
    assert "no budget: --budget ahrefs=N" in first
    assert "stops before 5,000 API units would be passed" in lines(ahrefs=5_000)
    puller.pull(budget=2_000)
    assert "begun on 2026-11-22 12:00 UTC: goes on from there, 1,089 API units are spent" in lines()
    puller.pull()
    asked = len(puller.server)
    assert "used again at no cost" in lines()
    planned = plan_pulls(["ahrefs"], WANT, tmp_path / "none", puller.places({}), {}, puller.now)
    assert "Ahrefs cannot be asked: AHREFS_API_KEY" in "\n".join(say_plan(planned))
    assert not planned[0].costs_unbounded
    for budgets, fresh, asks in (({}, True, True), ({}, False, False), ({"ahrefs": 1.0}, True, False)):
        (pull,) = plan_pulls(["ahrefs"], WANT, puller.folder, puller.places(), budgets, puller.now, fresh)
        assert pull.costs_unbounded is asks
    assert len(puller.server) == asked
    assert not (tmp_path / "none").exists()


def test_a_plan_knows_the_dead_urls_of_the_workspace(puller: Puller, tmp_path: Path) -> None:
    none = plan_want(tmp_path / "none", puller.site, WANT.today)
    assert none == Want(puller.site, WANT.today)
    assert plan_want(puller.folder, Site("other.example"), WANT.today).dead_urls == ()
    puller.pull()
    assert len(plan_want(puller.folder, puller.site, WANT.today).dead_urls) == 120
    assert not (tmp_path / "none").exists()


def test_every_vendor_has_a_plan(tmp_path: Path) -> None:
    places = open_secrets({}, tmp_path / "none.toml", lambda name: None)
    for pull in plan_pulls(VENDOR_NAMES, WANT, tmp_path / "none", places, {}, NOW):
        title, *lines = say_plan([pull])
        assert title.startswith(pull.vendor.title)
        assert len(lines) >= len(pull.vendor.reports)
        assert all(line.startswith("  ") for line in lines)


def test_vendors_are_chosen_by_name() -> None:
    assert choose_vendors("gsc, Ahrefs,gsc") == ("ahrefs", "gsc")
    for text in ("", "ahrefs,nobody"):
        with pytest.raises(UsageError, match="known: ahrefs, semrush"):
            choose_vendors(text)


def test_texts_that_no_text_can_hold_are_kept_as_far_as_they_can(puller: Puller, fake: FakeAhrefs) -> None:
    fake.pages = []
    fake.backlinks = [backlink(1, 1, anchor="a\ud800b\x00c\nd"), backlink(2, 2, url_from="https://x.example/\udfff")]
    (outcome,) = puller.pull()
    assert outcome.cut_by == ""
    site_id = puller.workspace.ledger.site_id("example.com")
    puller.workspace.targets.refresh(site_id)
    ids = puller.workspace.targets.ids(site_id)
    found = [(link.referring_page, link.anchor_text) for link in puller.workspace.backlinks.of_targets(site_id, ids)]
    assert ("https://site-1.example.org/page-1", "a?b\x00c d") in found
    assert outcome.rows + sum(file.problems for file in puller.files) == 2
