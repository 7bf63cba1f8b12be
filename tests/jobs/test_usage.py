"""A command line that makes no sense is told what to write instead, before anything runs."""

from pathlib import Path

import pytest
from tests.command import START, run_text

EXPORT = "export.csv"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["audt", "example.com"], "Did you mean 'audit'?"),
        (["audit", "example.com", EXPORT], f"name a file of links with --links {EXPORT}"),
        (["audit", "example.com", "rival.example"], "one SITE is audited at a time"),
        (["audit", "example.com", "--links", "missing.csv"], "'missing.csv' does not exist"),
        (["audit", "example.com", "--links", EXPORT, "--out", EXPORT], "is a file"),
        (["audit", "example.com", "--links", EXPORT, "--workspace", EXPORT], "is a file"),
        (["audit", "example.com", "--links", EXPORT, "--accept", "0,95"], "with a point: for example 0.95"),
        (["decide", EXPORT, "--workspace", ".", "--accept", "95%"], "with a point: for example 0.95"),
        (["audit", "example.com", "--links", EXPORT, "--columns", "targt_url=To"], "targt_url (nearest: target_url"),
        (["value", "--links", EXPORT, "--columns", "target_url=To,x=Y"], "no field is named x; fields are"),
        (["value", "--links", EXPORT, "--columns", "anchor_text=To"], "name the column of referring_page"),
    ],
)
def test_a_wrong_command_line_is_told_how_it_is_written(tmp_path: Path, arguments: list[str], told: str) -> None:
    (tmp_path / EXPORT).write_text("From,To\nhttps://a.example/,https://example.com/x\n")
    ended = run_text([*START, *arguments], cwd=tmp_path)
    assert ended.returncode == 2
    assert told in ended.stderr
    assert [each.name for each in tmp_path.iterdir()] == [EXPORT]
