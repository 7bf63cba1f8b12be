"""All cases through the installed command, as a user runs it."""

import json
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from tests.http_cases.case import Group, HttpCase, K
from tests.http_cases.lab import Certificates, serve_cases
from tests.http_cases.pages import ARTICLE_PAGE, to
from tests.http_cases.table import CASES

HELD = "for ever"
"""In the names of cases whose Retry-After a whole run keeps, which takes a minute each."""

QUICK = ("--timeout", "2", "--rate", "1000", "--concurrency", "128")
PEAK_MB = 250
"""More than twice what was seen with every broken server at once (93 MB)."""


@pytest.mark.timeout(300)
def test_the_command_judges_every_case(certificates: Certificates, tmp_path: Path) -> None:
    cases = [case for case in CASES if HELD not in case.name]
    with serve_cases(cases, certificates) as served:
        rows, code, peak_mb = check([one.url for one in served], tmp_path, "--allow-private")
    assert code == 3
    wrong = {
        one.case.name: (row["verdict"], row["reason"])
        for one in served
        if (row := rows[one.url])["verdict"] not in one.case.right
    }
    assert not wrong
    dead = {one.case.name for one in served if rows[one.url]["dead"]}
    truly = {case.name for case in cases if case.group in (Group.SOFT_DEAD, Group.HARD_DEAD)}
    assert dead <= truly
    assert peak_mb < PEAK_MB


def test_private_addresses_are_not_asked_unless_allowed(tmp_path: Path) -> None:
    site = {"/guides/red-shoes.html": to("http://169.254.169.254/latest/meta-data"), "/": ARTICLE_PAGE}
    with serve_cases([HttpCase("private", Group.UNTOLD, frozenset({K.SKIPPED}), site)]) as served:
        url = served[0].url
        shut, _, _ = check([url], tmp_path)
    assert shut[url]["verdict"] == "skipped"
    assert served[0].host.asked == []


def check(urls: Sequence[str], folder: Path, *options: str) -> tuple[dict[str, dict[str, object]], int, float]:
    """(rows by URL, exit code, peak memory in MB as /proc tells it, 0 where there is none) of one run."""
    source, out = folder / "urls.txt", folder / "verdicts.jsonl"
    source.write_text("".join(f"{url}\n" for url in urls))
    program = str(Path(sys.executable).with_name("linkreclaim"))
    command = (program, "check", str(source), "--out", str(out), "--quiet", *QUICK, *options)
    peak_kb = 0
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as running:
        while running.poll() is None:
            peak_kb = max(peak_kb, read_peak_kb(running.pid))
            time.sleep(0.1)
    rows = {row["url"]: row for row in map(json.loads, out.read_text().splitlines())}
    return rows, running.returncode, peak_kb / 1_000


def read_peak_kb(pid: int) -> int:
    """The most memory that a process has had at a time (VmHWM), 0 where the system does not tell."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM:")), 0)
