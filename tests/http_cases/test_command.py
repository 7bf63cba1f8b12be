"""All cases through the installed command, as a user runs it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.http_cases.case import Group
from tests.http_cases.lab import Certificates, serve_cases
from tests.http_cases.table import CASES

HELD = "for ever"
"""In the names of cases whose Retry-After a whole run keeps, which takes a minute each."""

QUICK = ("--allow-private", "--timeout", "2", "--rate", "1000", "--concurrency", "128")


@pytest.mark.timeout(300)
def test_the_command_judges_every_case(certificates: Certificates, tmp_path: Path) -> None:
    cases = [case for case in CASES if HELD not in case.name]
    with serve_cases(cases, certificates) as served:
        (tmp_path / "urls.txt").write_text("".join(f"{one.url}\n" for one in served))
        out = tmp_path / "verdicts.jsonl"
        command = (Path(sys.executable).with_name("linkreclaim"), "check", tmp_path / "urls.txt", "--out", out, *QUICK)
        ended = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
    assert ended.returncode == 3, ended.stderr
    rows = {row["url"]: row for row in map(json.loads, out.read_text().splitlines())}
    wrong = {
        one.case.name: (row["verdict"], row["reason"])
        for one in served
        if (row := rows[one.url])["verdict"] not in one.case.right
    }
    assert not wrong
    dead = {one.case.name for one in served if rows[one.url]["dead"]}
    truly = {case.name for case in cases if case.group in (Group.SOFT_DEAD, Group.HARD_DEAD)}
    assert dead <= truly
