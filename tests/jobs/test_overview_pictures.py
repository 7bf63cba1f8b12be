"""The pictures of a site: drawn from what its audits noted."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.jobs.test_overview import Site
from tests.jobs.web import serve

from linkreclaim.jobs.overviews.pictures import OverviewPictures, draw_overview
from linkreclaim.store import open_workspace

PATHS = ("/", "/guides/one", "/guides/one", "/news/two", "/old/three")


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path, {"/guides/one", "/news/two", "/old/three"})
    with serve(made.host):
        yield made


def pictures_of(site: Site) -> OverviewPictures:
    with open_workspace(site.folder / "ws") as workspace:
        return draw_overview(workspace, site.overview())


def test_the_folders_are_those_of_the_newest_audit(site: Site) -> None:
    site.audit(0, PATHS)
    folders = pictures_of(site).folders
    assert folders is not None
    assert {row[0] for row in folders.rows} == {"/guides/", "/news/", "/old/"}
    site.lost -= {"/news/two"}
    site.audit(7, PATHS)
    folders = pictures_of(site).folders
    assert folders is not None
    assert {row[0] for row in folders.rows} == {"/guides/", "/old/"}


def test_a_trend_is_drawn_from_two_audits_on(site: Site) -> None:
    site.audit(0, PATHS)
    assert pictures_of(site).trend is None
    site.audit(7, PATHS)
    trend = pictures_of(site).trend
    assert trend is not None
    assert [row[0] for row in trend.rows] == ["2 November 2026", "9 November 2026"]


def test_an_audit_that_noted_no_folders_has_none(site: Site) -> None:
    site.audit(0, PATHS)
    with sqlite3.connect(site.folder / "ws" / "linkreclaim.db") as connection:
        connection.execute("UPDATE run SET state = json_remove(state, '$.folders')")
    connection.close()
    assert pictures_of(site).folders is None
