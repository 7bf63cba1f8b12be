"""`linkreclaim check` over real HTTP, through the command a user gives."""

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.command import run_command
from tests.jobs.web import ARTICLES, NOT_FOUND, Host, Page, law_firm, page, serve, with_origin

COLUMNS = [
    *("url", "verdict", "status_code", "final_url", "hops", "reason"),
    *("verdict_confidence_0_1", "p_not_found_0_1", "checked_at"),
]


@dataclass
class Firm:
    """A served site, and the command that checks URLs."""

    host: Host
    folder: Path

    def url(self, path: str) -> str:
        return self.host.origin + path

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "linkreclaim", "check", *arguments, "--allow-private", "--delay", "0"]

    def run(self, *arguments: str, stdin: bytes = b"") -> tuple[int, str, str]:
        """Run the command; gives (exit code, stdout, stderr)."""
        done = run_command(self.command(*arguments), stdin=stdin)
        stderr = done.stderr.decode()
        assert "Traceback" not in stderr, stderr
        return done.returncode, done.stdout.decode(), stderr

    def rows(self, *arguments: str, stdin: bytes = b"") -> tuple[int, dict[str, dict[str, str]], str]:
        """Run the command; gives (exit code, CSV rows by path, stderr)."""
        code, stdout, stderr = self.run(*arguments, stdin=stdin)
        rows = list(csv.DictReader(io.StringIO(stdout)))
        return code, {row["url"].removeprefix(self.host.origin): row for row in rows}, stderr


class Moody:
    """Answers 503 to the first asks for /flaky, then the page; /down never recovers."""

    def __init__(self) -> None:
        self.asks = 0

    def __call__(self, path: str) -> Page:
        if path == "/down":
            return 500, {}, "down"
        if path == "/flaky":
            self.asks += 1
            return (502, {}, "busy") if self.asks < 3 else page("Flaky", "It is back, with a text of its own to read.")
        if path.startswith("/soft/"):
            return 200, {}, "<title>Page not found</title><h1>Page not found</h1><p>Sorry, it does not exist.</p>"
        if path == "/blog/lost":
            return 302, {"Location": "/"}, ""
        if path.startswith("/many/"):
            return page(path, f"One of many pages, with the words of {path} and of no other page.")
        return law_firm(path)


@pytest.fixture
def firm(tmp_path: Path) -> Iterator[Firm]:
    host = Host(lambda path: NOT_FOUND)
    host.answer = with_origin(host, Moody())
    with serve(host):
        yield Firm(host, tmp_path)


def test_each_url_has_a_row_with_its_verdict_and_chain(firm: Firm) -> None:
    paths = ["/contact", "/blog/retired", "/blog/old-news", "/walled", "/soft/gone", "/blog/lost", "/down", "/flaky"]
    code, rows, stderr = firm.rows(*map(firm.url, [*paths, "/contact#team"]))
    assert {path: row["verdict"] for path, row in rows.items()} == {
        "/contact": "alive", "/blog/retired": "not_found", "/blog/old-news": "redirected", "/walled": "blocked",
        "/soft/gone": "soft_404", "/blog/lost": "redirected_home", "/down": "server_error", "/flaky": "alive",
    }  # fmt: skip
    assert list(rows["/contact"]) == COLUMNS
    moved = rows["/blog/old-news"]
    assert (moved["hops"], moved["status_code"]) == ("301 200", "200")
    assert moved["final_url"] == firm.url("/resources/contract-law")
    assert rows["/blog/retired"]["hops"] == "404"
    assert float(rows["/soft/gone"]["p_not_found_0_1"]) > 0.5
    assert rows["/contact"]["checked_at"].endswith("Z")
    assert firm.host.asked["/contact"] == 1, "a fragment is no other request"
    assert "asking 2 URLs in passing trouble once more" in stderr
    assert "checked 8 URLs: 3 dead" in stderr
    assert code == 3


def test_json_lines_carry_the_chain_and_the_evidence(firm: Firm) -> None:
    out = firm.folder / "verdicts.jsonl"
    code, stdout, _ = firm.run(firm.url("/blog/old-news"), firm.url("/contact"), "--out", str(out), "--quiet")
    rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert (code, stdout) == (0, "")
    assert [row["url"] for row in rows] == [firm.url("/blog/old-news"), firm.url("/contact")]
    assert rows[0]["chain"] == [
        {"url": firm.url("/blog/old-news"), "status_code": 301, "location": firm.url("/resources/contract-law")},
        {"url": firm.url("/resources/contract-law"), "status_code": 200, "location": None},
    ]
    assert (rows[0]["shape"], rows[0]["dead"], rows[1]["shape"]) == ("other", False, None)
    assert rows[0]["evidence"]
    assert (rows[1]["noindex"], rows[1]["canonical"]) == (False, "")
    assert list(firm.folder.iterdir()) == [out]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("# list\n{0}/contact\n\nnot a url\n{0}/blog/retired\n", ["/blog/retired", "/contact"]),
        ("Source,Target URL\nhttps://else.example/,{0}/contact\n", ["/contact"]),
        ("source,target,status\n{0}/blog/retired,/contact,301\n", ["/blog/retired"]),
    ],
    ids=["list", "table", "map"],
)
def test_urls_come_in_files_of_any_kind(firm: Firm, content: str, expected: list[str]) -> None:
    path = firm.folder / "urls.txt"
    path.write_text(content.format(firm.host.origin), encoding="utf-8")
    _, rows, stderr = firm.rows(str(path))
    assert sorted(rows) == expected
    assert ("not an http(s) URL" in stderr) == ("not a url" in content)


def test_standard_input_and_no_probe(firm: Firm) -> None:
    listed = firm.url("/contact").encode() + b"\n"
    code, rows, _ = firm.rows("-", "--no-probe", stdin=listed)
    assert (code, rows["/contact"]["verdict"]) == (0, "alive")
    assert set(firm.host.asked) <= {"/contact", "/robots.txt"}


def test_a_run_that_is_killed_goes_on_without_asking_again(firm: Firm) -> None:
    listed = firm.folder / "urls.txt"
    paths = [f"/many/{number}" for number in range(300)]
    listed.write_text("\n".join(map(firm.url, paths)))
    out = firm.folder / "out.csv"
    firm.host.delay_s = 0.02
    command = firm.command(str(listed), "--out", str(out), "--no-probe", "--quiet")
    process = subprocess.Popen(command, start_new_session=True)
    _wait_until(lambda: sum(firm.host.asked.values()) > 100)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert not out.exists()
    firm.host.delay_s = 0.0
    code, _, stderr = firm.run(str(listed), "--out", str(out), "--no-probe")
    assert (code, "going on where the last run stopped" in stderr) == (0, True)
    with out.open(encoding="utf-8") as rows:
        assert [row["url"] for row in csv.DictReader(rows)] == list(map(firm.url, paths))
    assert sum(count - 1 for path, count in firm.host.asked.items() if path != "/robots.txt") <= 16


def _wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if holds():
            return
        time.sleep(0.02)
    raise AssertionError("it never happened")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["nowhere.txt"], "there is no such file"),
        (["{0}/contact", "--out", "rows.xlsx"], "name it .csv or .jsonl"),
        (["{0}/contact", "https://else.example/", "--header", "X-Pass: secret"], "--site"),
        (["{0}/contact", "--site", "http://"], "is not a host"),
    ],
)
def test_what_cannot_be_done_is_told_in_a_line(firm: Firm, arguments: list[str], told: str) -> None:
    code, _, stderr = firm.run(*(argument.format(firm.host.origin) for argument in arguments))
    assert code in (1, 2)
    assert told in stderr
    assert "secret" not in stderr


def test_a_site_that_refuses_us_ends_the_check_and_a_later_one_goes_on(firm: Firm) -> None:
    listed = firm.folder / "urls.txt"
    paths = [f"/many/{number}" for number in range(80)]
    listed.write_text("\n".join(map(firm.url, paths)))
    out = firm.folder / "out.csv"
    open_answer = firm.host.answer
    firm.host.answer = lambda path: (403, {"cf-mitigated": "challenge"}, "<title>Just a moment...</title>")
    asked = (str(listed), "--site", firm.host.origin, "--out", str(out), "--no-probe")
    code, _, stderr = firm.run(*asked)
    assert code == 4
    assert "refuses us" in stderr
    assert "X-Reclaim-Key" in stderr
    assert not out.exists()
    firm.host.answer = open_answer
    code, _, stderr = firm.run(*asked)
    assert (code, "checked 80 URLs: 0 dead (80 alive)" in stderr) == (0, True), stderr


def test_every_article_is_alive(firm: Firm) -> None:
    listed = "\n".join(firm.url(f"/resources/{name}") for name in ARTICLES).encode()
    code, rows, _ = firm.rows("-", stdin=listed)
    assert (code, {row["verdict"] for row in rows.values()}, len(rows)) == (0, {"alive"}, len(ARTICLES))
