"""`redirects write --prove`: written files in the real servers, right ones and spoiled ones."""

import csv
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.conftest import RequireProgram
from tests.redirects.hostile import hostile_lines
from tests.redirects.servers import require_server

from linkreclaim.cli.redirects import redirects_command
from linkreclaim.errors import LinkreclaimError, UsageError
from linkreclaim.jobs.redirects.files import WrittenMap, write_map
from linkreclaim.jobs.redirects.map import MapRequest
from linkreclaim.jobs.redirects.prove import ServerProof, prove_files
from linkreclaim.model.sites import Site
from linkreclaim.redirects import WRITERS, RedirectPlan, WrittenRedirects
from linkreclaim.redirects.local import PROGRAMS, find
from linkreclaim.redirects.writers.servers.htaccess import HtaccessWriter

ENGINES = sorted(PROGRAMS)
MAP = """source,target,status,match
/status,/t-status,301,
/dropped,/t-dropped,301,
/target,/t-target,301,
/same,/t-same?x=1#top,302,
/old/,/t-prefix/,301,prefix
/gone,,410,
/gone/,,410,prefix
https://old.example/page,/t-former,301,
"""


def run(*arguments: object) -> tuple[int, str]:
    """Exit code and what stands on standard error."""
    done = CliRunner().invoke(redirects_command, list(map(str, arguments)), catch_exceptions=False)
    return done.exit_code, done.stderr


def written(folder: Path, engine: str, content: str = MAP, live: str = "") -> WrittenMap:
    (folder / "map.csv").write_text(content)
    (folder / "live.txt").write_text(live)
    pages = folder / "live.txt" if live else None
    request = MapRequest(folder / "map.csv", pages, site="site.test", old_hosts=("old.example",))
    done = write_map(request, engine, folder / "out")
    assert done.sound
    return done


def proved(done: WrittenMap) -> ServerProof:
    return prove_files(done, lambda event: None)


def spoil(done: WrittenMap, mark: str, change: Callable[[str], str]) -> None:
    """Change every line of the files that holds a mark; there must be one."""
    found = False
    for path in done.written.files[:-1]:
        lines = path.read_text().splitlines(keepends=True)
        found |= any(mark in line for line in lines)
        path.write_text("".join(change(line) if mark in line else line for line in lines))
    assert found, mark


@pytest.mark.parametrize("engine", ENGINES)
def test_a_hostile_map_is_proved_line_by_line(tmp_path: Path, engine: str, require_program: RequireProgram) -> None:
    require_server(engine, require_program)
    with (tmp_path / "map.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["source", "target", "status", "match"])
        rows.writerows([line.source, line.target or "", line.status, ""] for line in hostile_lines())
        rows.writerow(["/blog/", "/news/", 308, "prefix"])
    hosts = ["--site", "http://site.test", "--old-host", "old.example", "--old-host", "former.example:8081"]
    arguments = ["--map", tmp_path / "map.csv", "--for", engine, "--out", tmp_path / "out", *hosts]
    code, told = run("write", *arguments, "--prove", "--partial")
    (line,) = [line for line in told.splitlines() if "answer as meant" in line]
    right, of = line.removeprefix("proved: ").split(" lines answer as meant on ")[0].split(" of ")
    assert (code, right) == (0, of), told[-2000:]
    assert int(right) >= 240
    assert line.endswith(" (this machine)")
    assert PROGRAMS[engine].title in line


@pytest.mark.parametrize("engine", ENGINES)
def test_a_spoiled_file_is_caught_at_its_lines(tmp_path: Path, engine: str, require_program: RequireProgram) -> None:
    require_server(engine, require_program)
    done = written(tmp_path, engine)
    assert proved(done).sound
    spoil(done, "t-status", lambda line: line.replace("301", "302"))
    spoil(done, "t-dropped", lambda line: "")
    spoil(done, "t-target", lambda line: line.replace("t-target", "t-other"))
    spoil(done, "t-prefix", lambda line: line.replace("t-prefix", "t-elsewhere"))
    result = proved(done)
    faults = {row.line: [finding.fault.value for finding in row.findings] for row in result.failed}
    assert faults == {2: ["wrong_status"], 3: ["missing_line"], 4: ["wrong_target"], 6: ["wrong_target"]}
    assert (result.right, result.lines) == (4, 8)


class WrongWriter:
    """The writer for .htaccess with a mistake in it."""

    engine = "htaccess"
    title = "Apache (.htaccess)"

    def write(self, plan: RedirectPlan, site: Site, header: Sequence[str]) -> WrittenRedirects:
        right = HtaccessWriter().write(plan, site, header)
        main, *others = right.files
        wrong = replace(main, content=main.content.replace(b"&b=2", b"&b=3"))
        return replace(right, files=(wrong, *others))


def test_the_command_tells_failing_lines_and_exits_with_1(
    tmp_path: Path, require_program: RequireProgram, monkeypatch: pytest.MonkeyPatch
) -> None:
    require_server("htaccess", require_program)
    (tmp_path / "map.csv").write_text(MAP.replace("/t-target", "/t-target?a=1&b=2"))
    arguments = ["--map", tmp_path / "map.csv", "--for", "htaccess", "--out", tmp_path / "o", "--prove"]
    monkeypatch.setitem(WRITERS, "htaccess", WrongWriter())
    code, told = run("write", *arguments, "--site", "site.test", "--old-host", "old.example", "--partial")
    assert code == 1
    assert "  line 4: /target: wrong_target: leads to " in told
    assert "not proved: 7 of 8 lines answer as meant on Apache 2." in told


def test_what_no_line_means_is_left_alone(tmp_path: Path, require_program: RequireProgram) -> None:
    require_server("htaccess", require_program)
    done = written(tmp_path, "htaccess", live="/t-target\n/live\nhttps://elsewhere.example/live\n")
    spoil(
        done, "t-target", lambda line: '\nRewriteRule "^live$" "/t-same" [R=301,L]\n' + line.replace("^target$", "^t")
    )
    spoil(done, "t-same", lambda line: line.replace("^same$", "(?i)^same"))
    spoil(done, "t-status", lambda line: line.replace("L,NE", "L,NE,QSD"))
    result = proved(done)
    faults = {row.line: {finding.fault.value for finding in row.findings} for row in result.failed}
    assert faults[2] == {"dropped_query"}
    assert faults[5] == {"swallowed_neighbour", "case_capture"}
    assert faults[None] == {"live_page"}
    assert 4 in faults  # ^t takes /target, and every other path that starts so
    assert (result.pages, result.captured_pages) == (2, 2)


def test_many_lines_are_proved_as_apaches_dbm(tmp_path: Path, require_program: RequireProgram) -> None:
    require_server("apache", require_program)
    require_program("httxt2dbm")
    lines = [f"/old/{number},/new/{number}" for number in range(1_001)]
    done = written(tmp_path, "apache", "\n".join(["source,target", *lines, ""]))
    assert b'\nRewriteMap linkreclaim "dbm=' in done.written.files[0].read_bytes()
    result = proved(done)
    assert (result.right, result.sound) == (1_001, True)


@pytest.mark.parametrize("engine", ENGINES)
def test_what_the_servers_own_check_refuses_is_told_in_its_words(
    tmp_path: Path, engine: str, require_program: RequireProgram
) -> None:
    require_server(engine, require_program)
    done = written(tmp_path, engine)
    main = done.written.files[0]
    main.write_text(main.read_text() + "\nnonsense here {{{ \n")
    if engine == "htaccess":  # read at a request only: no check sees it
        assert {row.findings[0].fault.value for row in proved(done).failed} == {"untold"}
        return
    with pytest.raises(LinkreclaimError, match=r" refuses the files: (?s:.)*(nonsense|parser failed)") as told:
        proved(done)
    assert len(str(told.value)) < 3_000


def test_a_program_that_is_not_here_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(find, "_MORE_FOLDERS", ())
    done = written(tmp_path, "nginx")
    words = "nginx is not installed here: install it, or verify on staging with `redirects verify`"
    with pytest.raises(LinkreclaimError, match=words) as told:
        proved(done)
    assert told.value.exit_code == 1


@pytest.mark.parametrize("engine", sorted(set(WRITERS) - set(PROGRAMS)))
def test_engines_without_a_program_are_a_usage_error(tmp_path: Path, engine: str) -> None:
    (tmp_path / "map.csv").write_text(MAP)
    arguments = ["--map", tmp_path / "map.csv", "--for", engine, "--out", tmp_path / "out"]
    with pytest.raises(UsageError, match="--prove knows nginx, apache, htaccess, caddy, haproxy and lighttpd"):
        run("write", *arguments, "--prove")
    assert not (tmp_path / "out").exists()


def test_a_map_of_paths_that_names_no_site_is_proved(tmp_path: Path, require_program: RequireProgram) -> None:
    require_server("lighttpd", require_program)
    (tmp_path / "map.csv").write_text("source,target\n/old,/new?x='1'\n/a'b?c='d',/e\n")
    code, told = run("write", "--map", tmp_path / "map.csv", "--for", "lighttpd", "--out", tmp_path / "o", "--prove")
    assert code == 0
    assert told.splitlines()[-1].startswith("proved: 2 of 2 lines answer as meant on lighttpd 1.4.")


def test_lines_that_a_rule_says_are_proved_too(tmp_path: Path, require_program: RequireProgram) -> None:
    require_server("nginx", require_program)
    names = [*(f"name-{number}" for number in range(60)), "long-" + "x" * 3_950]
    lines = [*(f"/articles/{name},/resources/{name}" for name in names), "/articles/odd,/resources/even"]
    done = written(
        tmp_path,
        "nginx",
        "\n".join(["source,target", *lines, ""]),
        live="\n".join(f"/resources/{name}" for name in [*names, "even"]),
    )
    assert done.plan.rules
    assert len(done.plan.lines) < len(lines)
    result = proved(done)
    assert (result.right, result.lines, result.pages, result.failed) == (62, 62, 62, [])


@pytest.mark.skipif(sys.platform == "win32", reason="needs signals")
@pytest.mark.parametrize("moment", ["*/*", "*/nginx.conf", "*/output.log", "*/output.log then 0.5 s"])
def test_an_interrupted_proof_leaves_nothing_behind(
    tmp_path: Path, moment: str, require_program: RequireProgram
) -> None:
    require_server("nginx", require_program)
    (tmp_path / "tmp").mkdir()
    (tmp_path / "map.csv").write_text("\n".join(["source,target", *(f"/old/{n},/new/{n}" for n in range(3_000))]))
    arguments = ["--map", str(tmp_path / "map.csv"), "--for", "nginx", "--out", str(tmp_path / "out"), "--prove"]
    command = [sys.executable, "-m", "linkreclaim", "redirects", "write", *arguments]
    environment = {**os.environ, "TMPDIR": str(tmp_path / "tmp")}
    pattern, _, wait = moment.partition(" then ")
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
        while not list((tmp_path / "tmp").glob(pattern)) and running.poll() is None:
            time.sleep(0.005)
        time.sleep(0.5 if wait else 0)
        running.send_signal(signal.SIGINT)
        assert running.wait(30) == 130
    deadline = time.monotonic() + 60  # a guard that was just starting ends by itself
    while (left := _left_behind(tmp_path)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert left == []


def _left_behind(folder: Path) -> list[str]:
    """Programs that run in a folder, and what lies in its folder for temporary files."""
    processes = subprocess.run(["ps", "-A", "-o", "args"], capture_output=True, text=True, check=True).stdout
    running = [line for line in processes.splitlines() if str(folder) in line]
    return running + [path.name for path in (folder / "tmp").iterdir()]
