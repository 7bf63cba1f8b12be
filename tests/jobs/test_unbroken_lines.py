"""Results that go into a pipe or a file: no line is wrapped or padded, unless a width was asked for."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.jobs.test_ledger_command import GONE, SITE, add, link

from linkreclaim.cli.main import cli
from linkreclaim.store import open_workspace

NOTE = "A note of many words: " + "more and more of them, " * 20 + "and that is the end."


def tell(folder: Path) -> list[str]:
    with open_workspace(folder) as workspace:
        workspace.ledger.site_id(SITE.host)
        add(workspace, "Moz", "Links", link("https://a.test/2", GONE))
        (file,) = workspace.ledger.files(workspace.ledger.site_id(SITE.host))
        workspace.ledger.add_notes(file.id, [NOTE])
    told = CliRunner().invoke(cli, ["ledger", "--workspace", str(folder)], catch_exceptions=False)
    return told.stdout.splitlines()


def test_a_pipe_gets_each_line_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    lines = tell(tmp_path / "ws")
    assert f"  {NOTE}" in lines
    assert max(map(len, lines)) == len(NOTE) + 2


def test_a_width_that_was_asked_for_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert max(map(len, tell(tmp_path / "ws"))) <= 80
