"""What changed between audits of a site, told by real audits of a site whose pages come and go."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from tests.jobs.audits import day, run_audit, write_links
from tests.jobs.web import NOT_FOUND, Host, page, serve

from linkreclaim.errors import InputError
from linkreclaim.jobs.overviews.run_history import RunDetail, RunHistory
from linkreclaim.store import open_workspace

HERE = page("The guide", "How a guide is read, and what stands in it for those who ask.")
PATHS = ("/a", "/b", "/c")


class Changing:
    """A site of which some pages are gone, audited whenever it is asked."""

    def __init__(self, folder: Path) -> None:
        self.gone: set[str] = set()
        self.site = Host(lambda path: HERE if path in {"/", *PATHS} - self.gone else NOT_FOUND)
        self.folder = folder

    def audit(self, now: datetime, gone: str, linked: tuple[str, ...] = PATHS) -> None:
        self.gone = set(gone.split())
        links = write_links(self.folder / f"links-{len(linked)}.csv", [self.site.origin + path for path in linked])
        run_audit(self.site.origin, links, now, probe=False)

    def details(self) -> list[RunDetail]:
        """Every run, newest first."""
        with open_workspace(self.folder / "ws") as workspace:
            history, site_id = RunHistory(workspace), workspace.ledger.site_id(self.site.netloc)
            found = [history.run(site_id, point.run_id) for point in history.runs(site_id)]
        return [detail for detail in found if detail is not None]


@pytest.fixture
def changing(tmp_path: Path) -> Iterator[Changing]:
    made = Changing(tmp_path)
    with serve(made.site):
        yield made


def changes(detail: RunDetail) -> tuple[list[str], list[str]]:
    """(paths newly lost, paths back)."""
    assert detail.changes is not None
    lost, back = detail.changes.lost, detail.changes.back
    assert (lost.pages, back.pages) == (len(lost.first), len(back.first))
    return tuple(sorted("/" + each.url.rpartition("/")[2] for each in pages.first) for pages in (lost, back))  # type: ignore[return-value]


def test_newly_lost_and_back_are_told_since_the_audit_before(changing: Changing) -> None:
    changing.audit(day(0), gone="/a", linked=("/a", "/b"))
    changing.audit(day(7), gone="/a /b /c")
    changing.audit(day(14), gone="/c")
    newest, middle, oldest = changing.details()
    assert changes(newest) == ([], ["/a", "/b"])
    assert changes(middle) == (["/b", "/c"], [])
    assert middle.changes is not None
    assert {each.url[-2:]: each.before for each in middle.changes.lost.first} == {"/b": "alive", "/c": None}
    assert (oldest.before, oldest.changes) == (None, None)
    assert newest.before == middle.point


def test_an_audit_keeps_what_it_warned_of(changing: Changing) -> None:
    links = write_links(changing.folder / "links.csv", ["https://other.example/x"] * 9 + [changing.site.origin + "/a"])
    run_audit(changing.site.origin, links, day(0), probe=False)
    assert "9 of 10 rows link to other.example" in changing.details()[0].point.warnings[0]


def test_what_is_not_there_is_refused(changing: Changing) -> None:
    changing.audit(day(0), gone="/a")
    with open_workspace(changing.folder / "ws") as workspace:
        history, site_id = RunHistory(workspace), workspace.ledger.site_id(changing.site.netloc)
        assert history.run(site_id, 99) is None
        assert history.run(site_id + 1, 1) is None
        with pytest.raises(InputError, match="no source file 99"):
            history.problems(site_id, 99)
        assert history.problems(site_id, 1)[1] == []
