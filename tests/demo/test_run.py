"""The demo as it is played: what it asks of the audit, what it says, and what the real audit makes of each scene."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from linkreclaim.demo.run import run_demo, serve_scene, write_inputs
from linkreclaim.demo.scenes import Scene
from linkreclaim.errors import UsageError

FOUND = 3  # exit code: recoverable links found


class WrittenReport:
    """Stands for the audit: keeps the arguments and leaves what the demo reads."""

    def __init__(self, exit_code: int = FOUND) -> None:
        self.exit_code = exit_code
        self.calls: list[list[str]] = []

    def __call__(self, arguments: Sequence[str]) -> int:
        self.calls.append(list(arguments))
        out = Path(arguments[arguments.index("--out") + 1])
        out.mkdir(parents=True)
        (out / "report.html").write_text("<!doctype html>", encoding="utf-8")
        lines = "url,links,target_url\nhttp://a/1,3,http://a/new\nhttp://a/2,1,\nhttp://a/3,0,\n"
        (out / "dead_pages.csv").write_text(lines, encoding="utf-8-sig")
        return self.exit_code


def test_every_scene_is_audited_and_summed_up(tmp_path: Path) -> None:
    said: list[str] = []
    audit = WrittenReport()
    assert run_demo(tmp_path / "demo", open_browser=False, echo=said.append, run_audit=audit) == 0
    assert len(audit.calls) == 4
    assert all(call[0] == "audit" and "--allow-private" in call for call in audit.calls)
    assert ["--old-host" in call for call in audit.calls] == [False, False, True, False]
    assert ["--accept" in call for call in audit.calls] == [True, False, False, False]
    assert ["--foreign" in call for call in audit.calls] == [False, False, False, True]
    tail = "\n".join(said[-9:])
    assert tail.count("report.html") == 4
    assert "A law firm after its relaunch: 4 links lead to 2 dead pages; a live page fits 1 of them" in tail
    assert "prospects.csv" in tail


def test_a_failed_audit_fails_the_demo(tmp_path: Path) -> None:
    said: list[str] = []
    assert run_demo(tmp_path, open_browser=False, echo=said.append, run_audit=WrittenReport(exit_code=1)) == 1
    assert "A law firm after its relaunch: the audit ended with exit code 1" in said


def test_a_second_demo_replaces_the_first_and_nothing_else(tmp_path: Path) -> None:
    for _ in range(2):
        assert run_demo(tmp_path, open_browser=False, echo=print, run_audit=WrittenReport()) == 0
    foreign = tmp_path / "elsewhere" / "1-relaunch"
    foreign.mkdir(parents=True)
    with pytest.raises(UsageError, match="not made by the demo"):
        run_demo(foreign.parent, open_browser=False, echo=print, run_audit=WrittenReport())
    assert foreign.is_dir()


def audit(scene: Scene, folder: Path) -> tuple[int, dict[str, Any], str]:
    with serve_scene(scene) as addresses:
        arguments = [*write_inputs(scene, addresses, folder), "--json", "--quiet"]
        ended = subprocess.run(
            [sys.executable, "-m", "linkreclaim", *arguments], capture_output=True, text=True, timeout=100, check=False
        )
        assert ended.returncode in (0, FOUND), ended.stderr
        return ended.returncode, json.loads(ended.stdout), addresses.site


@pytest.mark.parametrize("key", ["1-relaunch", "2-shop", "3-new-domain"])
def test_the_real_audit_finds_every_dead_page_and_its_target(
    scenes: dict[str, Scene], key: str, tmp_path: Path
) -> None:
    scene = scenes[key]
    exit_code, result, site = audit(scene, tmp_path)
    found = {"/" + row["url"].split("/", 3)[3]: row for row in result["dead_pages"]}
    assert exit_code == FOUND
    assert set(found) == {dead.path for dead in scene.dead}
    assert {path: row["verdict"] for path, row in found.items()} == {dead.path: dead.verdict for dead in scene.dead}
    expected = {dead.path: f"http://{site}{dead.target}" if dead.target else None for dead in scene.dead}
    assert {path: row["target_url"] for path, row in found.items()} == expected
    assert (tmp_path / "report" / "report.html").is_file()


def test_the_real_audit_of_somebody_elses_site_lists_prospects_and_no_redirects(
    scenes: dict[str, Scene], tmp_path: Path
) -> None:
    scene = scenes["4-competitor"]
    exit_code, result, site = audit(scene, tmp_path)
    (guide,) = result["dead_pages"]
    assert exit_code == FOUND
    assert guide["url"] == f"http://{site}{scene.dead[0].path}"
    assert guide["old_title"] == scene.dead[0].title
    assert guide["links"] == guide["referring_domains"] == 36  # 40 claimed, 2 links and 2 pages gone, 1 blocked stays
    assert guide["links_seen"] == 35
    report = tmp_path / "report"
    assert len((report / "prospects.csv").read_text(encoding="utf-8-sig").splitlines()) == 1 + 36
    assert not (report / "redirects.csv").exists()
