"""Deciding in a sheet, and the files it leads to, in the real servers."""

import csv
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from tests.command import run_text
from tests.jobs.conftest import Web
from tests.jobs.web import ARTICLES
from tests.redirects.servers import RequireProgram, RunningServer, run_apache, run_nginx

from linkreclaim.redirects import ServerFile

Rows = list[dict[str, str]]


def read_sheet_rows(web: Web) -> Rows:
    with open(web.folder / "ws/report/redirects.csv", encoding="utf-8-sig", newline="") as sheet:
        return list(csv.DictReader(sheet))


def decide(web: Web, sheet: Path, *arguments: str) -> tuple[int, dict[str, Any]]:
    command = [sys.executable, "-m", "linkreclaim", "decide", str(sheet), "--workspace", str(web.folder / "ws")]
    done = run_text([*command, "--allow-private", "--json", *arguments])
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, json.loads(done.stdout)


def save_csv(path: Path, rows: Rows, delimiter: str = ";", encoding: str = "cp1252") -> Path:
    with open(path, "w", encoding=encoding, newline="") as out:
        writer = csv.DictWriter(out, list(rows[0]), delimiter=delimiter)
        writer.writeheader()
        writer.writerows(rows)
    return path


def save_xlsx(path: Path, rows: Rows) -> Path:
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, list(rows[0]))
        for number, row in enumerate(rows, 1):
            for column, cell in enumerate(row.values()):
                page.write_string(number, column, cell)
    return path


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_an_edited_sheet_is_taken_row_by_row_and_kept_by_the_next_audit(web: Web, form: str) -> None:
    web.audit("--links", str(web.ahrefs()))
    rows = read_sheet_rows(web)
    by_slug = {row["source"].rsplit("/", 1)[-1]: row for row in rows}
    by_slug["contract-law"]["decision"] = "accepted"
    by_slug["divorce-costs"].update(decision="accepted", target=f"{web.site.origin}/contact")
    by_slug["traffic-fines"]["decision"] = "rejected"
    by_slug["tenant-rights"].update(decision="accepted", target=f"{web.site.origin}/nowhere")
    by_slug["retired"].update(decision="accepted", disposition="gone")
    rows.append(dict(rows[0], source=f"{web.site.origin}/blog/contact-law", decision="accepted"))
    saved = save_csv(web.folder / "edited.csv", rows) if form == "csv" else save_xlsx(web.folder / "e.xlsx", rows)
    code, result = decide(web, saved, "--by", "Ada")
    assert code == 4, "two rows could not be taken"
    assert (result["accepted"], result["rejected"]) == (3, 1)
    reasons = " ".join(problem["reason"] for problem in result["problems"])
    assert "/nowhere" in reasons
    assert "contact-law" in reasons
    assert [change["target"] for change in result["changed_targets"]] == [f"{web.site.origin}/contact"]
    _, again, _ = web.audit("--links", str(web.ahrefs()))
    decided = {row["url"].rsplit("/", 1)[-1]: row for row in again["dead_pages"] if row["decided_by"] == "Ada"}
    assert decided["divorce-costs"]["target_url"] == f"{web.site.origin}/contact"
    assert decided["traffic-fines"]["decision"] == "rejected"
    assert set(decided) == {"contract-law", "divorce-costs", "traffic-fines", "retired"}


def test_a_threshold_accepts_what_is_still_proposed(web: Web) -> None:
    web.audit("--links", str(web.ahrefs()))
    code, result = decide(web, web.folder / "ws/report/redirects.csv", "--accept", "0.5")
    assert code == 0
    assert result["accepted"] == len(ARTICLES)
    assert {file["lines"] for file in result["server_files"]} == {len(ARTICLES)}


@pytest.mark.parametrize(("engine", "run_server"), [("nginx", run_nginx), ("apache", run_apache)])
def test_each_written_line_answers_in_one_hop_on_the_real_server(
    web: Web, engine: str, run_server: Any, require_program: RequireProgram
) -> None:
    _, result, _ = web.audit("--links", str(web.ahrefs()), "--accept", "0")
    folder = web.folder / "ws/report/redirects" / engine
    files = tuple(ServerFile(path.name, path.read_bytes()) for path in sorted(folder.iterdir()))
    with run_server(files, require_program) as server:
        accepted = [row for row in result["dead_pages"] if row["decision"] == "accepted"]
        assert len(accepted) == len(ARTICLES)
        for row in accepted:
            check_line(web, server, row)
        assert server.ask(b"/blog/retired", web.site.netloc)[0] == 404


def check_line(web: Web, server: RunningServer, row: dict[str, Any]) -> None:
    source = row["url"].removeprefix(web.site.origin)
    assert server.ask(source.encode(), web.site.netloc) == (301, row["target_url"])


def test_deciding_before_an_audit_is_one_clear_line(tmp_path: Path) -> None:
    sheet = tmp_path / "redirects.csv"
    sheet.write_text("source,target,decision\n/a,/b,accepted\n")
    (tmp_path / "ws").mkdir()
    command = [sys.executable, "-m", "linkreclaim", "decide", str(sheet), "--workspace", str(tmp_path / "ws")]
    done = subprocess.run([*command, "--site", "example.com"], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "no finished audit" in done.stderr
    assert "Traceback" not in done.stderr


def test_nobody_is_called_like_a_threshold(tmp_path: Path) -> None:
    sheet = tmp_path / "redirects.csv"
    sheet.write_text("source,target,decision\n/a,/b,accepted\n")
    (tmp_path / "ws").mkdir()
    command = [sys.executable, "-m", "linkreclaim", "decide", str(sheet), "--workspace", str(tmp_path / "ws")]
    done = run_text([*command, "--by", "--accept 0.95"])
    assert done.returncode == 2
    assert "a person is not called --accept" in done.stderr
