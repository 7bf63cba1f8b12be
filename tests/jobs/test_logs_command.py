"""`linkreclaim logs`, through the command a user gives."""

import csv
import gzip
import io
import json
import signal
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from linkreclaim.cli.main import main, say_again
from linkreclaim.jobs.gathering.log_claims import log_claims
from linkreclaim.jobs.gathering.logs import LogsRequest, summarise_logs
from linkreclaim.model.links import Claim

COLUMNS = [
    *("target", "status", "referrer", "referrer_domain", "hits_people", "hits_bots", "first_seen", "last_seen"),
    "referrer_kind",
]
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0"
LINK = "https://blog.other.example/guide"


def line(target: str, status: int = 404, referrer: str = "-", agent: str = BROWSER) -> str:
    request = f'"GET {target} HTTP/1.1" {status} 153 "{referrer}" "{agent}"'
    return f"192.0.2.77 - - [15/Apr/2026:09:41:07 +0200] {request}\n"


VIEWS = line("/style.css", 200, "https://www.site.example/") * 20


class Desk:
    """A folder of logs, and the command on them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, *lines: str, name: str = "access.log") -> Path:
        path = self.folder / name
        path.write_text("".join(lines) + VIEWS, encoding="utf-8")
        return path

    def run(self, *arguments: str | Path) -> tuple[int, str, str]:
        """Run the command in this process; gives (exit code, stdout, stderr)."""
        told, notes = io.StringIO(newline=""), io.StringIO()
        with pytest.MonkeyPatch.context() as patch, redirect_stdout(told), redirect_stderr(notes):
            patch.setattr(sys, "argv", ["linkreclaim", "logs", *map(str, arguments)])
            with pytest.raises(SystemExit) as ended:
                main()
        assert isinstance(ended.value.code, int)
        return ended.value.code, told.getvalue(), " ".join(notes.getvalue().split())


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """An empty desk."""
    return Desk(tmp_path)


def rows_in(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_rows_go_to_standard_output_and_words_elsewhere(desk: Desk) -> None:
    code, told, notes = desk.run(desk.write(line("/old", referrer=LINK) * 2, line("/gone", 410), "dirt\n"))
    assert code == 3
    assert told.splitlines()[0] == ",".join(COLUMNS)
    assert rows_in(told) == [
        {
            "target": "/old",
            "status": "404",
            "referrer": LINK,
            "referrer_domain": "other.example",
            "hits_people": "2",
            "hits_bots": "0",
            "first_seen": "2026-04-15",
            "last_seen": "2026-04-15",
            "referrer_kind": "site",
        }
    ]
    assert "24 lines, 1 of them unread" in notes
    assert "access.log, line 4: " in notes
    assert "23 requests, 15 April 2026 to 15 April 2026: 3 requests for lost pages (404: 2, 410: 1)" in notes
    assert "taken to be site.example" in notes
    assert "only the origin" in notes
    assert "a claim until the linking page has been seen" in notes
    assert "192.0.2.77" not in told + notes


def test_files_are_written_whole_with_totals_as_json(desk: Desk) -> None:
    path = desk.write(line("/old", referrer=LINK), line("/in", referrer="https://www.site.example/x"), "dirt\n")
    out, internal = desk.folder / "rows.jsonl", desk.folder / "internal.csv"
    code, told, _ = desk.run(path, "--out", out, "--internal-out", internal, "--json", "--site", "Site.example")
    totals = json.loads(told)
    (row,) = map(json.loads, out.read_text(encoding="utf-8").splitlines())
    assert code == 3
    assert list(row) == COLUMNS
    assert (row["target"], row["hits_people"]) == ("https://site.example/old", 1)
    assert [found["target"] for found in rows_in(internal.read_text(encoding="utf-8"))] == ["https://site.example/in"]
    assert (totals["lines"], totals["unread"], totals["statuses"]) == (23, 1, {"404": 2})
    assert [unread["line"] for unread in totals["unread_lines"]] == [3]
    assert (totals["first_day"], totals["own_domains"]) == ("2026-04-15", ["site.example"])


def test_cells_of_strangers_are_harmless(desk: Desk) -> None:
    path = desk.write(line("/=cmd;=1+1", referrer="https://other.example/?q=;=cmd()"), line("/x", referrer=LINK))
    _, told, notes = desk.run(path, "--site", "site.example")
    cells = [cell for row in rows_in(told) for cell in row.values()]
    assert not any(cell.startswith(("=", "+", "-", "@")) or ";=" in cell for cell in cells)
    assert "\x1b" not in notes


def test_many_files_of_many_kinds_and_one_that_is_none(desk: Desk) -> None:
    plain, packed, other = desk.write(line("/a", referrer=LINK)), desk.folder / "b.gz", desk.folder / "notes.txt"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    other.write_text("no log at all\n", encoding="utf-8")
    code, told, notes = desk.run(plain, packed, other, "--quiet")
    assert (code, [row["hits_people"] for row in rows_in(told)]) == (3, ["2"])
    assert "notes.txt: no access log in a format that is known" in notes
    assert "--format" in notes
    assert desk.run(other, packed, "--site", "other.example")[0] == 4
    assert desk.run(other)[0] == 1
    other.write_bytes(b"")
    code, _, notes = desk.run(packed, other, "--site", "other.example")
    assert (code, "notes.txt: the file is empty" in notes) == (0, True)


def test_a_format_of_ones_own(desk: Desk) -> None:
    path = desk.folder / "own.log"
    path.write_text(f"2026-04-15|404|192.0.2.7|/old|{LINK}|{BROWSER}\n", encoding="utf-8")
    code, told, _ = desk.run(path, "--format", "%d|%s|%h|%U|%R|%u")
    assert (code, rows_in(told)[0]["target"]) == (3, "/old")


@pytest.mark.parametrize(
    "arguments",
    [
        ["--format", "nonsense"],
        ["--site", "http://"],
        ["--out", "rows.txt"],
        ["--internal-out", "x.pdf"],
        ["--processes", "0"],
    ],
)
def test_wrong_usage_is_told_in_a_line(desk: Desk, arguments: list[str]) -> None:
    code, told, notes = desk.run(desk.write(line("/a")), *arguments)
    assert (code, told) == (2, "")
    assert "Traceback" not in notes


def test_a_file_of_which_no_line_could_be_read_is_not_whole(desk: Desk) -> None:
    code, told, notes = desk.run(desk.write(line("/a")), "--format", '%v %h [%d:%t %^] "%r" %s %b "%R" "%u"')
    assert (code, rows_in(told)) == (4, [])
    assert "unread" in notes


def test_all_adds_what_answered(desk: Desk) -> None:
    path = desk.write(line("/soft", 200, LINK), line("/moved", 301, LINK))
    assert rows_in(desk.run(path)[1]) == []
    assert [row["target"] for row in rows_in(desk.run(path, "--all")[1])] == ["/moved", "/soft"]


def test_claims_for_the_ledger(desk: Desk) -> None:
    path = desk.write(
        line("/old?x=1", referrer=LINK) * 3,
        line("/old", referrer="https://other.example/"),
        line("/old", referrer="https://www.google.com/"),
        line("/mine", referrer="https://www.site.example/x"),
    )
    summary = summarise_logs(LogsRequest((path,)), lambda event: None, lambda rows: None)
    day = date(2026, 4, 15)
    said: dict[str, Any] = {"target_status": 404, "first_seen": day, "last_seen": day}
    assert list(log_claims(summary.reading)) == [
        Claim(1, target_url="/old?x=1", referring_page=LINK, hits=3, **said),
        Claim(2, target_url="/old", referring_domain="other.example", hits=1, **said),
        Claim(3, target_url="/old", hits=1, **said),
    ]


def start(*arguments: str | Path, stdin: int | None = None) -> subprocess.Popen[bytes]:
    command = [Path(sys.executable).parent / "linkreclaim", "logs", *arguments]
    return subprocess.Popen(command, stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def test_standard_input_through_a_pipe(desk: Desk) -> None:
    packed = gzip.compress(desk.write(line("/old", referrer=LINK)).read_bytes())
    told, notes = start("-", stdin=subprocess.PIPE).communicate(packed, timeout=60)
    assert [row["target"] for row in rows_in(told.decode())] == ["/old"]
    assert b"standard input: Apache and nginx combined, 21 lines" in notes


@pytest.mark.parametrize(
    ("asked", "code", "in_background"),
    [(signal.SIGINT, 130, False), (signal.SIGTERM, 143, False), (signal.SIGTERM, 143, True)],
)
def test_interrupt_leaves_no_half_file(desk: Desk, asked: signal.Signals, code: int, in_background: bool) -> None:
    before = signal.getsignal(signal.SIGINT)
    if in_background:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # as shells start `command &` in a script
    running = start("-", "--out", desk.folder / "rows.csv", stdin=subprocess.PIPE)
    signal.signal(signal.SIGINT, before)
    assert running.stdin is not None
    running.stdin.write(VIEWS.encode() * 2000)
    running.stdin.flush()
    running.send_signal(asked)
    _, notes = running.communicate(timeout=30)
    assert running.returncode == code
    assert b"Traceback" not in notes
    assert b"stopped; the same command begins anew" in notes
    assert list(desk.folder.iterdir()) == []


@pytest.mark.parametrize(
    ("command", "goes_on"),
    [
        ("audit site.example --links a.csv", True),
        ("check urls.txt --out a.csv", True),
        ("links pages.txt --to site.example --out=a.csv", True),
        ("redirects verify --map a.csv --out b.csv", True),
        ("ranks update", True),
        ("check urls.txt", False),
        ("logs access.log --out a.csv", False),
        ("match --pages a.csv --dead b.txt --out c.csv", False),
        ("redirects write --map a.csv --for caddy --out audit", False),
        ("report", False),
        ("", False),
    ],
)
def test_an_interrupt_promises_only_what_the_command_does(command: str, goes_on: bool) -> None:
    assert ("go on where it stopped" in say_again(command.split())) == goes_on
