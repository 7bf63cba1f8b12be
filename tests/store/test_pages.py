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


def test_live_pages_are_found_by_their_keys(tmp_path: Path) -> None:
    with open_workspace(tmp_path) as workspace:
        pages, tasks = workspace.pages, workspace.tasks
        run = workspace.runs.begin(workspace.ledger.site_id("example.org"), "question", datetime.now(UTC))
        pages.add(run.id, [LivePage(f"https://www.example.org/{name}") for name in ("b", "a?y=2&x=1", "c")])
        tasks.add(run.id, "page", ["https://example.org/moved"])
        (task,) = tasks.open(run.id, "page", 9)
        pages.save(run.id, "page", [(task.url_id, LivePage("https://example.org/moved"), False)])
        keys = ["example.org/a?x=1&y=2", "example.org/b", "example.org/c"]
        assert list(pages.live_keys(run.id)) == keys
        assert list(pages.live_keys(run.id + 1)) == []
        assert pages.live_among(run.id, ["example.org/moved", "example.org/none", *keys[1:]]) == set(keys[1:])
        assert pages.live_among(run.id, []) == set()


def test_going_through_all_pages_leaves_the_connection_as_it_was(tmp_path: Path) -> None:
    with open_workspace(tmp_path, cache_kib=1_234) as workspace:
        run = workspace.runs.begin(workspace.ledger.site_id("example.org"), "question", datetime.now(UTC))
        workspace.pages.add(run.id, [LivePage(f"https://example.org/{n}") for n in range(5)])
        next(keys := workspace.pages.live_keys(run.id))  # and no further
        keys.close()
        with workspace.engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA cache_size").scalar() == -1_234
