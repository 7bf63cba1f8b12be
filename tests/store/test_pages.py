"""Pages of the inventory come back as they were stored."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from linkreclaim.model.pages import LivePage
from linkreclaim.store import open_workspace

PAGE = LivePage(
    "https://www.example.org/a",
    "Title",
    "About",
    ("One", "Two"),
    "Text",
    "de",
    "https://www.example.org/b",
    noindex=True,
    ids=("wp:4711", "sku:größe 1"),
)


def test_pages_keep_all_they_say_and_their_ids(tmp_path: Path) -> None:
    asked = replace(PAGE, url="https://www.example.org/c", ids=("sku:x",))
    with open_workspace(tmp_path) as workspace:
        pages, tasks = workspace.pages, workspace.tasks
        run = workspace.runs.begin(workspace.ledger.site_id("example.org"), "question", datetime.now(UTC))
        pages.add(run.id, [PAGE, LivePage("https://www.example.org/plain")])
        tasks.add(run.id, "page", [asked.url])
        (task,) = tasks.open(run.id, "page", 9)
        pages.save(run.id, "page", [(task.url_id, asked, True)])
        assert pages.live(run.id) == [PAGE, asked, LivePage("https://www.example.org/plain")]
