"""What each source knows of a loss, and what it alone knows."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.jobs.test_ledger_command import GONE, OLD, SITE, add, find_dead, link

from linkreclaim.model.overviews import SourceLoss
from linkreclaim.store import Workspace, open_workspace
from linkreclaim.store.overviews import Overviews, known_of_loss

BLOG, NEWS, SHOP = "https://blog.example/a", "https://news.example/b", "https://shop.example/c"


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with open_workspace(tmp_path / "ws") as opened:
        yield opened


def measure(workspace: Workspace, run_id: int) -> set[SourceLoss]:
    overviews, site_id = Overviews(workspace.engine), workspace.ledger.site_id(SITE.host)
    measured = overviews.measure(site_id, run_id, 0)
    assert {loss.only_here for loss in measured.sources} == {None}
    return set(known_of_loss(overviews.overlap(site_id, run_id)))


def test_only_here_is_what_no_other_source_knows(workspace: Workspace) -> None:
    add(workspace, "Ahrefs", "Backlinks", link(BLOG, OLD), link(NEWS, OLD), link(NEWS, GONE))
    add(workspace, "Semrush", "Backlinks", link(BLOG, OLD), link(SHOP, GONE))
    assert measure(workspace, find_dead(workspace, OLD, GONE)) == {
        SourceLoss("Ahrefs", "Backlinks", 2, 3, 2),
        SourceLoss("Semrush", "Backlinks", 2, 2, 1),
    }


def test_links_to_pages_that_work_do_not_count(workspace: Workspace) -> None:
    add(workspace, "Ahrefs", "Backlinks", link(BLOG, OLD), link(NEWS, GONE))
    assert measure(workspace, find_dead(workspace, OLD)) == {SourceLoss("Ahrefs", "Backlinks", 1, 1, 1)}


def test_who_names_the_page_without_a_target_knows_its_link(workspace: Workspace) -> None:
    add(workspace, "Ahrefs", "Backlinks", link(BLOG, OLD))
    add(workspace, "Search Console", "Links", link(BLOG, None))
    assert measure(workspace, find_dead(workspace, OLD)) == {
        SourceLoss("Ahrefs", "Backlinks", 1, 1, 0),
        SourceLoss("Search Console", "Links", 1, 1, 0),
    }
