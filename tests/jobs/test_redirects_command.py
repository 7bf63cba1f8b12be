"""`linkreclaim redirects write` and `explain`, through the commands a user gives."""

import csv
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from linkreclaim.cli.redirects import redirects_command
from linkreclaim.errors import InputError, LinkreclaimError, UsageError
from linkreclaim.redirects import WRITERS

MAP = """source,target,status,decision,disposition,confidence_0_1
/old,/new,,,,
/a,/b,,,,
/b,/c,,,,
/l1,/l2,,,,
/l2,/l1,,,,
/d,/e,,,,
/d,/f,,,,
/dup,/x,,,,
/dup,/x,,,,
/start,/,,,,
/sure,/q,,proposed,redirect,0.97
/unsure,/q,,proposed,redirect,0.5
/bad,/q,999,,,
/word,/q,x,,,
/no,/q,,no,,
/none,,,proposed,restore,
/live,/c,,,,
"""


@dataclass
class Told:
    """What a command said."""

    code: int
    stdout: str
    stderr: str


def run(*arguments: object) -> Told:
    done = CliRunner().invoke(redirects_command, list(map(str, arguments)), catch_exceptions=False)
    return Told(done.exit_code, done.stdout, done.stderr)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "map.csv").write_text(MAP)
    (tmp_path / "live.txt").write_text("/new\n/c\n/live\n")
    return tmp_path


def test_write_prints_the_files_and_says_what_is_left_out(folder: Path) -> None:
    out = folder / "nginx"
    told = run("write", "--map", folder / "map.csv", "--pages", folder / "live.txt", "--for", "nginx", "--out", out)
    names = [Path(line).name for line in told.stdout.splitlines()]
    assert (names[0], names[-1]) == ("linkreclaim-redirects.conf", "INSTALL-nginx.txt")
    assert all((out / name).is_file() for name in names)
    assert told.code == 1
    for words in (
        "line 5: /l1: the redirect is part of a loop",
        "line 7: /d: conflict",
        "line 11: /start: the target is the home page",
        "line 14: /bad: status 999 is none of",
        "line 15: status 'x' is no number",
        "line 18: /live: the source is a live page",
        "note: 1 chains were collapsed to one hop",
        "4 lines written for nginx, 7 refused",
        "1 unreadable, 4 left out by decision",
    ):
        assert words in told.stderr, words
    with (out / "refused.csv").open() as rows:
        assert {row["line"] for row in csv.DictReader(rows)} == {"5", "6", "7", "8", "11", "14", "18"}
    content = (out / "linkreclaim-redirects.conf").read_text()
    assert '"/a\\n301 ? /c"' in content
    assert "/sure" not in content


def test_write_takes_proposals_by_threshold_and_may_be_partial(folder: Path) -> None:
    arguments = ["write", "--map", folder / "map.csv", "--for", "netlify", "--out", folder / "out", "--accept", "0.95"]
    told = run(*arguments, "--partial")
    written = (folder / "out" / "_redirects").read_text()
    assert told.code == 0
    assert "/sure /q 301!" in written
    assert "/unsure" not in written
    assert "--accept 0.95" in written
    assert run(*arguments).code == 1


def test_a_whole_map_is_exit_code_0(tmp_path: Path) -> None:
    (tmp_path / "map.csv").write_text("source,target\n/a,https://www.example.org/b\n/no,,410\n".replace(",410", ""))
    (tmp_path / "good.csv").write_text("source,target\nhttps://example.org/a,https://www.example.org/b\n")
    assert run("write", "--map", tmp_path / "good.csv", "--for", "apache", "--out", tmp_path / "o").code == 0
    assert run("write", "--map", tmp_path / "map.csv", "--for", "apache", "--out", tmp_path / "o").code == 1


@pytest.mark.parametrize(
    ("content", "arguments", "error", "words"),
    [
        (
            "source,target\n/a,/a\n",
            [],
            InputError,
            "no line of it can be written; line 2: the redirect leads to itself",
        ),
        ("source,target\n", [], InputError, "it has no lines"),
        ("from,to\n/a,/b\n", [], InputError, "needs a header with source, target"),
        ("source,target\n/a,https://one.example/\n/b,https://two.example/\n", [], UsageError, "--site"),
        ("source,target\n/a,/b\n", ["--site", "http://"], UsageError, "is not a host"),
        ("source,target\n/a,/b\n", ["--site", "x.example", "--old-host", "x.example"], UsageError, "is both"),
    ],
)
def test_what_cannot_be_written_is_an_error_in_words(
    tmp_path: Path, content: str, arguments: list[str], error: type[LinkreclaimError], words: str
) -> None:
    (tmp_path / "map.csv").write_text(content)
    with pytest.raises(error, match=words):
        run("write", "--map", tmp_path / "map.csv", "--for", "nginx", "--out", tmp_path / "o", *arguments)
    assert not (tmp_path / "o").exists()


@pytest.mark.parametrize("engine", sorted(WRITERS))
def test_paths_need_no_host_unless_the_server_does(tmp_path: Path, engine: str) -> None:
    (tmp_path / "map.csv").write_text("source,target\n/old,/new\n")
    arguments = ["write", "--map", tmp_path / "map.csv", "--for", engine, "--out", tmp_path / "o"]
    try:
        assert run(*arguments).code in (0, 1)
    except UsageError:
        with pytest.raises(UsageError, match="give it with --site"):
            run(*arguments)
        assert run(*arguments, "--site", "example.org").code in (0, 1)
    assert not any(b"://your-site.invalid" in path.read_bytes() for path in (tmp_path / "o").iterdir())


def test_former_hosts_and_the_site_come_from_the_map(tmp_path: Path) -> None:
    (tmp_path / "map.csv").write_text("source,target\nhttps://old.example/a,https://new.example/b\n/c,/d\n")
    arguments = ["--map", tmp_path / "map.csv", "--old-host", "old.example", "--json"]
    values = json.loads(run("explain", *arguments).stdout)
    assert (values["site"], values["written"], values["refused"]) == ("new.example", 2, 0)
    assert values["by_source_host"] == {"old.example": 1, "": 1}
    assert any("old.example must be kept or regained" in note for note in values["notes"])


def test_rules_stand_for_lines_where_the_server_cannot_hold_them(tmp_path: Path) -> None:
    names = [f"name-{number}" for number in range(2_100)]
    lines = [f"/articles/{name},/resources/{name}" for name in names] + ["/articles/odd,/resources/even"]
    (tmp_path / "map.csv").write_text("\n".join(["source,target", *lines]))
    (tmp_path / "live.txt").write_text("\n".join(f"/resources/{name}" for name in [*names, "even"]))
    arguments = ["--map", tmp_path / "map.csv", "--for", "cloudflare", "--out", tmp_path / "o"]
    told = run("write", *arguments, "--pages", tmp_path / "live.txt")
    rules = [line for line in (tmp_path / "o" / "_redirects").read_text().splitlines() if not line.startswith("#")]
    assert rules[0] == "/articles/odd /resources/even 301"
    assert (told.code, len(rules)) == (0, 2)
    assert "rule: /articles/NAME -> /resources/NAME" in told.stderr
    assert run("write", *arguments, "--pages", tmp_path / "live.txt", "--rules", "off").code == 1
    assert run("write", *arguments).code == 1, "without the live pages no rule is sure"


def test_explain_says_everything_with_line_numbers(folder: Path) -> None:
    (folder / "now.conf").write_text("rewrite ^/was-a$ /a permanent;\nrewrite ^/odd-(\\d+)$ /y?id=$1 permanent;\n")
    arguments = ["--map", folder / "map.csv", "--pages", folder / "live.txt", "--existing", folder / "now.conf"]
    told = run("explain", *arguments)
    assert told.code == 1
    for words in (
        "lines that contradict each other (2):",
        "line 7: /d: conflict: another line sends the same source to 301 /f (line 8)",
        "lines that lead back to themselves (2):",
        "lines that would redirect a live page (1):",
        "line 10: /dup: says the same as line 9",
        "line 3: /a: /b leads on; the line goes straight to 301 /c",
        "/was-a: existing line 1 led to 301 /a, which redirects now",
        "line 16: rejected: not written",
        "line 13: proposed: not accepted",
        "--existing: nginx, 1 redirect read",
        "line 2: not read: rewrite ^/odd-",
        "by status: 5 301",
    ):
        assert words in told.stdout, words
    values = json.loads(run("explain", *arguments, "--json").stdout)
    assert {kind: [each["line"] for each in told] for kind, told in values["told"].items()} == {
        "invalid": [14], "conflict": [7, 8], "loop": [5, 6], "live_page": [18], "target": [11],
        "duplicate": [10], "chain": [3], "added": [None],
    }  # fmt: skip
    assert [row["line"] for row in values["unreadable"]] == [15]
    assert (values["written"], values["refused"], values["existing"]["redirects"]) == (5, 7, 1)
    assert list(folder.glob("*.part")) == []


def test_explain_of_a_map_without_lines_counts_nothing(tmp_path: Path) -> None:
    (tmp_path / "map.csv").write_text("source,target,decision,confidence_0_1\n/a,/b,proposed,0.9\n")
    told = run("explain", "--map", tmp_path / "map.csv")
    assert "0 redirects: 0 lines to write\n\nlines left out by decision (1):" in told.stdout


def test_the_help_says_each_command_in_a_whole_sentence() -> None:
    assert "..." not in run("--help").stdout.partition("Commands:")[2]


def test_explain_finds_rules_and_says_how_sure_they_are(tmp_path: Path) -> None:
    lines = [f"/blog/2019/{number % 9 + 1:02}/name-{number},/resources/name-{number}" for number in range(40)]
    (tmp_path / "map.csv").write_text("\n".join(["source,target", *lines]))
    (tmp_path / "live.txt").write_text("\n".join(f"/resources/name-{number}" for number in range(40)))
    arguments = ["explain", "--map", tmp_path / "map.csv", "--pages", tmp_path / "live.txt"]
    (rule,) = json.loads(run(*arguments, "--json").stdout)["rules"]
    assert rule["rule"].endswith("-> /resources/NAME")
    assert (rule["support"], rule["exceptions"], rule["precision_0_1"], len(rule["examples"])) == (40, 0, 1.0, 3)
    assert "40 lines, 0 exceptions" in run(*arguments).stdout
    assert json.loads(run(*arguments, "--json", "--no-rules").stdout)["rules"] == []


def test_the_program_tells_an_error_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "map.csv").write_text("source,target\n/a,/a\n")
    command = [sys.executable, "-m", "linkreclaim", "redirects", "write", "--map", str(tmp_path / "map.csv")]
    done = subprocess.run(
        [*command, "--for", "nginx", "--out", str(tmp_path)], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (1, "", 1)
    assert done.stderr.startswith("linkreclaim: ")
