"""A workspace on a machine that fails it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from linkreclaim.errors import WorkspaceError
from linkreclaim.store import open_workspace


def test_a_full_disk_is_told_as_one_line_and_what_was_saved_stays(tmp_path: Path) -> None:
    with open_workspace(tmp_path) as workspace:
        run = workspace.runs.begin(
            workspace.ledger.site_id("example.com"), "question", datetime(2026, 11, 2, tzinfo=UTC)
        )
        workspace.documents.save(run.id, "robots", 200, b"before")
        with workspace.engine.connect() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(WorkspaceError, match=r"linkreclaim\.db cannot be written: .* full; free some space there"):
            workspace.documents.save(run.id, "sitemap", 200, b"x" * 1_000_000)
        assert workspace.documents.get(run.id, "robots") == (200, b"before")
