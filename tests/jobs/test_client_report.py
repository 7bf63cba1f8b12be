"""The client report of real audits, and what came back between them."""

import asyncio
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from tests.jobs.audits import day, run_audit, write_links
from tests.jobs.web import NOT_FOUND, Host, Page, page, serve

from linkreclaim.config import FetchSettings
from linkreclaim.errors import InputError, UsageError
from linkreclaim.jobs.audits.audit import audit
from linkreclaim.jobs.delivery.client_report import report_to_client
from linkreclaim.jobs.overviews.history import recovery_over_time
from linkreclaim.jobs.runs.context import AuditRequest
from linkreclaim.model.recovery import RecoveryPoint
from linkreclaim.store import open_workspace

OK = page("The guide", "How a guide is read, and what stands in it for those who ask.")
WALL: Page = (403, {}, "no")
PATHS = ("/", "/guides/one", "/guides/one", "/guides/two", "/old/three")


@dataclass
class Site:
    """A site with linked pages; those in `lost` answer 404."""

    folder: Path
    lost: set[str] = field(default_factory=lambda: {"/guides/one", "/guides/two", "/old/three"})
    walled: bool = False

    def __post_init__(self) -> None:
        def answer(path: str) -> Page:
            if path in self.lost or "robots" in path:
                return NOT_FOUND
            return WALL if self.walled else OK

        self.host = Host(answer)

    @property
    def workspace(self) -> Path:
        """Where the audits are kept."""
        return self.folder / "ws"

    def audit(self, number: int, **options: Any) -> None:
        """Audit on the given day."""
        links = write_links(self.folder / "links.csv", [self.host.origin + path for path in PATHS])
        run_audit(self.host.origin, links, day(number), probe=False, **options)

    def history(self) -> tuple[RecoveryPoint, ...]:
        """What the audits noted."""
        with open_workspace(self.workspace) as workspace:
            (host,) = workspace.ledger.hosts()
            return recovery_over_time(workspace, workspace.ledger.site_id(host))

    def report(self, **options: Any) -> str:
        """The report as a page."""
        out = self.folder / "client.html"
        report_to_client(self.workspace, out, **options)
        return out.read_text(encoding="utf-8")


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path)
    with serve(made.host):
        yield made


def audit_internal(site: Site) -> None:
    """Audit the links of the site to itself, without any export."""
    settings = FetchSettings(allow_private=True, stranger_per_s=1000)
    request = AuditRequest(
        site.host.origin, (), site.workspace, site.workspace / "report", internal=True, probe=False, settings=settings
    )
    asyncio.run(audit(request, lambda event: None, lambda summary: None, clock=lambda: day(0)))


class TestHistory:
    def test_what_is_mended_comes_back(self, site: Site) -> None:
        site.audit(0)
        site.lost = {"/old/three"}
        site.audit(7)
        first, second = site.history()
        assert (first.lost_pages, first.regained_pages) == (3, 0)
        assert (second.lost_pages, second.regained_pages) == (1, 2)
        assert second.regained_share_0_1 is not None
        assert first.lost_share_0_1 is not None
        assert second.lost_share_0_1 is not None
        assert second.lost_share_0_1 + second.regained_share_0_1 == pytest.approx(first.lost_share_0_1)
        assert second.regained_of_found_0_1 == pytest.approx(second.regained_share_0_1 / first.lost_share_0_1)

    def test_what_is_lost_anew_is_no_longer_back(self, site: Site) -> None:
        for number, lost in enumerate([{"/guides/one"}, set(), {"/guides/one"}]):
            site.lost = lost
            site.audit(7 * number)
        assert [point.regained_pages for point in site.history()] == [0, 1, 0]

    def test_what_cannot_be_told_is_neither_lost_nor_back(self, site: Site) -> None:
        site.audit(0)
        site.lost, site.walled = set(), True
        site.audit(7, keep_going=True)
        last = site.history()[-1]
        assert (last.lost_pages, last.regained_pages, last.untold_share_0_1) == (0, 0, 1.0)

    def test_an_audit_of_nothing_lost_has_no_share(self, site: Site) -> None:
        site.lost = set()
        site.audit(0)
        assert site.history()[0].regained_of_found_0_1 is None


class TestReport:
    def test_a_first_report_tells_the_loss(self, site: Site) -> None:
        site.audit(0)
        html = site.report(agency="Fairlink")
        assert "4 links from other sites lead to 3 pages that are no longer there." in html
        assert "Prepared by Fairlink, 2 November 2026" in html
        assert "first check of the site" in html
        assert 'id="recovery-title"' not in html

    def test_a_later_one_tells_what_came_back_and_draws_it(self, site: Site) -> None:
        site.audit(0)
        site.lost = {"/old/three"}
        site.audit(7)
        html = site.report()
        assert "Since 2 November 2026, 2 pages work again" in html
        assert 'id="recovery-title"' in html
        assert 'id="recovery-title"' in (site.workspace / "report" / "report.html").read_text(encoding="utf-8")

    def test_it_is_the_same_whenever_it_is_written(self, site: Site) -> None:
        site.audit(0)
        assert site.report() == site.report()

    def test_somebody_elses_site_is_refused(self, site: Site) -> None:
        site.audit(0, foreign=True)
        with pytest.raises(UsageError, match=r"somebody else's site.*report\.html"):
            site.report()

    def test_an_audit_of_the_sites_own_links_alone_tells_nothing_of_this(self, site: Site) -> None:
        audit_internal(site)
        with pytest.raises(InputError, match="no links from other sites"):
            site.report()
        assert site.history() == ()

    @pytest.mark.parametrize(
        ("out", "options", "said"),
        [
            ("r.docx", {}, r"\.html, \.pdf or \.xlsx"),
            ("r.html", {"site": "unknown.example"}, "knows nothing about unknown.example"),
            ("r.html", {"logo": Path("no.png")}, r"no\.png"),
        ],
    )
    def test_what_cannot_be_written_is_said(self, site: Site, out: str, options: dict[str, Any], said: str) -> None:
        site.audit(0)
        with pytest.raises((UsageError, InputError), match=said):
            report_to_client(site.workspace, site.folder / out, **options)
        assert not (site.folder / out).exists()

    def test_a_folder_without_a_workspace_stays_as_it_was(self, tmp_path: Path) -> None:
        with pytest.raises(InputError, match="no workspace"):
            report_to_client(tmp_path, tmp_path / "r.html")
        assert list(tmp_path.iterdir()) == []


def test_the_command_writes_each_form(site: Site, tmp_path: Path) -> None:
    pytest.importorskip("typst", reason="needs typst, which the reports extra brings")
    pytest.importorskip("xlsxwriter", reason="needs xlsxwriter, which the reports extra brings")
    site.audit(0)
    command = str(Path(sys.executable).parent / "linkreclaim")
    assert shutil.which(command)
    for ending, start in (("html", b"<!doctype html>"), ("pdf", b"%PDF-"), ("xlsx", b"PK")):
        out = tmp_path / f"client.{ending}"
        arguments = [command, "report", "--workspace", str(site.workspace), "--out", str(out), "--agency", "Fairlink"]
        done = subprocess.run(arguments, capture_output=True, text=True, timeout=60, check=False)
        assert (done.returncode, done.stderr) == (0, "")
        assert "audit of 2 November 2026" in done.stdout
        assert out.read_bytes().lstrip().startswith(start)
