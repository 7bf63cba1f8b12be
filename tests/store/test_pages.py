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
        runs = workspace.runs
        run = runs.begin(workspace.ledger.site_id("example.org"), "question", datetime.now(UTC))
        runs.add_pages(run.id, [PAGE, LivePage("https://www.example.org/plain")])
        runs.add_tasks(run.id, "page", [asked.url])
        (task,) = runs.open_tasks(run.id, "page", 9)
        runs.save_pages(run.id, "page", [(task.url_id, asked, True)])
        assert runs.pages(run.id) == [PAGE, asked, LivePage("https://www.example.org/plain")]
