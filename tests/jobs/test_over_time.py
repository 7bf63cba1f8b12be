"""A death is confirmed by looks of several runs, days apart; the clock is the test's."""

import csv
import json
import socket
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from tests.jobs.audits import day, run_audit, write_links
from tests.jobs.web import NOT_FOUND, Host, Page, page, serve

from linkreclaim.model.events import RunEvent

OK = page("The guide", "How a guide is read, and what stands in it for those who ask.")
BLOCKED: Page = (403, {"cf-mitigated": "challenge"}, "<title>Just a moment...</title>")
FAILING: Page = (500, {}, "<title>Oops</title>")


class Past:
    """One site with one target, audited again and again."""

    def __init__(self, folder: Path) -> None:
        self.guide: Page = NOT_FOUND
        self.site = Host(lambda path: self.guide if path == "/guide" else NOT_FOUND if path != "/" else OK)
        self.folder = folder

    def look(self, now: datetime) -> dict[str, Any] | None:
        """The row of the guide after an audit at that moment, None when it is not dead."""
        links = write_links(self.folder / "links.csv", [f"{self.site.origin}/guide"])
        run_audit(self.site.origin, links, now, probe=False)
        return next(iter(self.report()["dead_pages"]), None)

    def report(self) -> dict[str, Any]:
        """The JSON document of the last audit."""
        return dict(json.loads((self.folder / "ws/report/summary.json").read_text()))


@pytest.fixture
def past(tmp_path: Path) -> Iterator[Past]:
    made = Past(tmp_path)
    with serve(made.site):
        yield made


def seen(row: dict[str, Any] | None) -> tuple[str, int, bool] | None:
    return None if row is None else (row["first_seen_dead"][:10], row["looks_dead"], row["confirmed"])


def test_three_looks_over_four_days_confirm_a_death(past: Past) -> None:
    assert seen(past.look(day(0))) == ("2026-11-02", 1, False)
    assert seen(past.look(day(2))) == ("2026-11-02", 2, False)
    assert seen(past.look(day(4))) == ("2026-11-02", 3, True)
    assert past.report()["summary"]["dead_confirmed"] == 1
    with open(past.folder / "ws/report/dead_pages.csv", encoding="utf-8-sig", newline="") as sheet:
        row = next(csv.DictReader(sheet))
    assert (row["first_seen_dead"], row["looks_dead"], row["confirmed"]) == ("2026-11-02T09:00:00Z", "3", "yes")
    assert "First seen dead 2026-11-02, 3 looks: confirmed" in (past.folder / "ws/report/report.html").read_text()


def test_three_looks_on_one_day_confirm_nothing(past: Past) -> None:
    rows = [past.look(day(hours / 24)) for hours in (0, 1, 2)]
    assert seen(rows[-1]) == ("2026-11-02", 3, False)


def test_a_page_seen_alive_between_starts_anew(past: Past) -> None:
    past.look(day(0))
    past.look(day(2))
    past.guide = OK
    assert past.look(day(4)) is None
    past.guide = NOT_FOUND
    assert seen(past.look(day(6))) == ("2026-11-08", 1, False)


@pytest.mark.parametrize("untold", [BLOCKED, FAILING])
def test_looks_that_could_not_tell_neither_count_nor_start_anew(past: Past, untold: Page) -> None:
    past.look(day(0))
    past.look(day(1))
    past.guide = untold
    assert past.look(day(2)) is None
    past.guide = (410, {}, "gone")
    assert seen(past.look(day(3))) == ("2026-11-02", 3, True)


def test_one_run_counts_once_however_often_its_report_is_made(past: Past) -> None:
    past.look(day(0))
    rows = [past.look(day(5)), next(iter(past.report()["dead_pages"]), None)]
    assert [seen(row) for row in rows] == [("2026-11-02", 2, False)] * 2


# A former host: dead at once only when it has never answered


class FormerHost:
    """A former host on a port of its own, which can be up or down."""

    def __init__(self, folder: Path, site: Host) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            self.port = taken.getsockname()[1]
        self.site = site
        self.folder = folder
        self.events: list[RunEvent] = []

    def look(self, now: datetime) -> tuple[str, bool, str]:
        """(verdict, dead, reason) of the old guide after an audit at that moment."""
        old = f"127.0.0.1:{self.port}"
        links = write_links(self.folder / "links.csv", [f"http://{old}/guide"])
        result = run_audit(self.site.origin, links, now, events=self.events, old_hosts=(old,), probe=False)
        kind, _ = result.summary.verdict_counts[0]
        row = result.top[0] if result.top else None
        return kind.value, row is not None, "" if row is None else row.verdict_reason

    def serve(self) -> Any:
        """Bring it up."""
        return serve(Host(lambda path: OK), ports=[self.port])


@pytest.fixture
def former(tmp_path: Path) -> Iterator[FormerHost]:
    site = Host(lambda path: OK if path == "/" else NOT_FOUND)
    with serve(site):
        yield FormerHost(tmp_path, site)


def test_a_former_host_that_never_answered_is_dead_at_once(former: FormerHost) -> None:
    assert former.look(day(0))[:2] == ("unreachable", True)
    assert former.look(day(1))[:2] == ("unreachable", True)


def test_a_former_host_that_answered_before_is_in_doubt_until_its_silence_is_confirmed(former: FormerHost) -> None:
    with former.serve():
        assert former.look(day(0))[:2] == ("alive", False)
    assert former.look(day(1))[:2] == ("unreachable", False)
    said = [event.message for event in former.events if event.warning]
    assert any("answers nothing now, but did on 2026-11-02" in message for message in said)
    assert former.look(day(3))[:2] == ("unreachable", False)
    assert former.look(day(4))[:2] == ("unreachable", True)
    with former.serve():
        assert former.look(day(5))[:2] == ("alive", False)
    assert former.look(day(6))[:2] == ("unreachable", False)
