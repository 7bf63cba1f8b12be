"""`linkreclaim redirects verify` over real HTTP: a right server is ok, and each planted fault is caught by its name."""

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.jobs.web import NOT_FOUND, Host, Page, page, serve, with_origin
from tests.redirects import servers
from tests.redirects.servers import RequireProgram

from linkreclaim.cli.redirects import redirects_command
from linkreclaim.errors import InputError, UsageError
from linkreclaim.model.redirects import MapMatch, RedirectLine
from linkreclaim.model.sites import Site
from linkreclaim.redirects import WRITERS, plan_redirects

NAMES = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
WORDS = "Notes on {0}: how {0} is measured, what {0} costs in a year, and whom to ask about {0} before the spring."
COLUMNS = ["source", "target", "status", "verified", "problems", "first_status", "location", "hops", "final_status"]
MAP = {
    **{f"/old-{name}": f"/new/{name}" for name in NAMES},
    "/old-café": "/new/caf%C3%A9",
    "/index.php?id=42": "/new/one",
    "/old-query": "/new/query?lang=en#part",
}


@dataclass
class Redirecting:
    """A site that follows the map, but for what a test plants: path -> its own answer."""

    planted: dict[str, Page] = field(default_factory=dict)
    pages: dict[str, Page] = field(default_factory=dict)
    robots: str = "User-agent: *\nDisallow:\n"
    map: dict[str, str] = field(default_factory=lambda: dict(MAP))

    def __call__(self, asked: str) -> Page:
        path, _, query = asked.partition("?")
        if path == "/robots.txt":
            return 200, {"Content-Type": "text/plain"}, self.robots
        if asked in self.planted:
            return self.planted[asked]
        if path in self.planted:
            status, headers, body = self.planted[path]
            there = headers.get("Location", "")
            return status, headers | ({"Location": f"{there}?{query}"} if there and query else {}), body
        name = path.removeprefix("/new/")
        if path in self.pages:
            return self.pages[path]
        if path.startswith("/new/") and name in (*NAMES, "caf%C3%A9", "query"):
            return page(f"All about {name}", WORDS.format(name))
        if path.startswith("/soft/"):
            return 200, {}, "<title>Page not found</title><h1>Page not found</h1><p>Sorry, it does not exist.</p>"
        if path == "/":
            return page("Home", "We measure things, and tell what they cost.")
        return self.redirect(asked, path.replace("%C3%A9", "é"), query)

    def redirect(self, asked: str, path: str, query: str) -> Page:
        if asked in self.map:
            return moved(self.map[asked])
        if path not in self.map or not query:
            return moved(self.map[path]) if path in self.map else NOT_FOUND
        base, mark, fragment = self.map[path].partition("#")
        return moved(base + ("&" if "?" in base else "?") + query + mark + fragment)


def moved(location: str, status: int = 301) -> Page:
    return status, {"Location": location}, ""


@dataclass
class Staging:
    """A served site with a map, and the command that verifies it."""

    host: Host
    site: Redirecting
    folder: Path

    def map_file(self, pairs: dict[str, str] | None = None) -> Path:
        path = self.folder / "map.csv"
        lines = [f"{source},{target}" for source, target in (pairs or MAP).items()]
        path.write_text("\n".join(["source,target", *lines]) + "\n", encoding="utf-8")
        return path

    def command(self, *arguments: str) -> list[str]:
        base = ["--map", str(self.folder / "map.csv"), "--base", self.host.origin, "--allow-private", "--delay", "0"]
        return [sys.executable, "-m", "linkreclaim", "redirects", "verify", *base, *arguments]

    def verify(self, *arguments: str) -> tuple[int, dict[str, dict[str, str]], str]:
        """Run the command; gives (exit code, rows by source, stderr)."""
        if not (self.folder / "map.csv").exists():
            self.map_file()
        done = CliRunner().invoke(redirects_command, self.command(*arguments)[4:], catch_exceptions=False)
        return done.exit_code, {row["source"]: row for row in csv.DictReader(io.StringIO(done.stdout))}, done.stderr


@pytest.fixture
def staging(tmp_path: Path) -> Iterator[Staging]:
    site = Redirecting()
    host = Host(lambda path: NOT_FOUND)
    host.answer = with_origin(host, site)
    with serve(host):
        yield Staging(host, site, tmp_path)


def faults(row: dict[str, str]) -> set[str]:
    return {problem.split(":")[0] for problem in row["problems"].split("; ") if problem}


def test_a_right_server_is_ok_in_every_line(staging: Staging) -> None:
    code, rows, stderr = staging.verify()
    assert {source: row["problems"] for source, row in rows.items() if row["verified"] != "ok"} == {}
    assert (code, len(rows)) == (0, len(MAP))
    assert list(rows["/old-one"])[: len(COLUMNS)] == COLUMNS
    one = rows["/old-one"]
    assert (one["first_status"], one["location"], one["hops"], one["final_status"]) == ("301", "/new/one", "1", "200")
    assert "verified 15 lines: 15 ok" in stderr


def plant_twelve(site: Redirecting) -> dict[str, str]:
    """Twelve faults of a deployed map: source -> the name by which each must be caught."""
    site.planted |= {
        "/old-one": moved("/new/one", 302),
        "/old-two": moved("/old-two-b"),
        "/old-two-b": moved("/new/two"),
        "/old-three": moved("/old-three-b"),
        "/old-three-b": moved("/old-three"),
        "/old-four": moved("/"),
        "/new/five": NOT_FOUND,
        "/old-seven": moved("/new/seven"),
        "/old-seven?utm_source=linkreclaim": moved("/new/seven"),
        "/old-eight-ab": moved("/new/eight"),
        "/OLD-NINE": moved("/new/nine"),
        "/old-caf%C3%A9": moved("/new/caf%25C3%25A9"),
        "/old-eleven": moved("http://127.0.0.1:9/new/eleven"),
        "/old-twelve": NOT_FOUND,
    }
    noindex = '<title>Six</title><meta name="robots" content="noindex"><p>' + WORDS.format("six")
    site.pages["/new/six"] = (200, {}, noindex)
    return {
        "/old-one": "wrong_status",
        "/old-two": "chain",
        "/old-three": "loop",
        "/old-four": "home",
        "/old-five": "dead_target",
        "/old-six": "noindex",
        "/old-seven": "dropped_query",
        "/old-eight": "swallowed_neighbour",
        "/old-nine": "case_capture",
        "/old-caf%C3%A9": "double_encoding",
        "/old-eleven": "wrong_host",
        "/old-twelve": "missing_line",
    }


def test_twelve_planted_faults_are_each_caught_by_name(staging: Staging) -> None:
    planted = plant_twelve(staging.site)
    code, rows, stderr = staging.verify()
    assert {source: faults(row) for source, row in rows.items() if row["verified"] != "ok"} == {
        source: {name} for source, name in planted.items()
    }
    assert all(rows[source]["verified"] == "failed" for source in planted)
    assert code == 1
    assert "line 2: /old-one: wrong_status: answers 302 where the map says 301" in stderr


@pytest.mark.parametrize(
    ("planted", "fault"),
    [
        ({"/old-one": (200, {}, '<meta http-equiv="refresh" content="0; url=/new/one"><p>Moved')}, "meta_refresh"),
        ({"/old-one": (200, {}, "<script>window.location.href = '/new/one'</script>")}, "script_redirect"),
        ({"/old-one": moved("/new/two")}, "wrong_target"),
        ({"/new/one": moved("/new/two")}, "chain"),
        ({"/new/one": (200, {"X-Robots-Tag": "noindex"}, "<title>One</title><p>" + WORDS.format("one"))}, "noindex"),
        (
            {"/new/one": (200, {}, '<link rel="canonical" href="/new/two"><title>1</title>' + WORDS.format("one"))},
            "canonical_elsewhere",
        ),
        ({"/old-one/": moved("/new/two")}, "variant"),
        ({"/old-one/linkreclaim-made-up-page": moved("/new/one/linkreclaim-made-up-page")}, "swallowed_neighbour"),
        ({"/old-one": (503, {"Retry-After": "0"}, "busy")}, "untold"),
        ({"/old-one": moved("javascript:alert(1)")}, "wrong_target"),
    ],
)
def test_other_faults_have_their_names(staging: Staging, planted: dict[str, Page], fault: str) -> None:
    staging.map_file({"/old-one": "/new/one"})
    staging.site.planted |= planted
    code, rows, _ = staging.verify()
    assert fault in faults(rows["/old-one"])
    assert (code, rows["/old-one"]["verified"]) == ((4, "unsure") if fault == "untold" else (1, "failed"))


def test_a_target_that_only_says_that_it_is_missing(staging: Staging) -> None:
    staging.map_file({"/old-one": "/soft/one"})
    staging.site.map["/old-one"] = "/soft/one"
    _, rows, _ = staging.verify()
    assert faults(rows["/old-one"]) == {"soft_404"}


def test_a_fragment_stays_last(staging: Staging) -> None:
    staging.map_file({"/old-query": "/new/query?lang=en#part"})
    staging.site.planted["/old-query?utm_source=linkreclaim"] = moved("/new/query?lang=en#part?utm_source=linkreclaim")
    _, rows, _ = staging.verify()
    assert "behind the fragment" in rows["/old-query"]["problems"]


def test_robots_txt_may_hide_source_and_target(staging: Staging) -> None:
    staging.map_file({"/old-one": "/new/one", "/old-two": "/new/two"})
    staging.site.robots = "User-agent: Googlebot\nDisallow: /old-one\nDisallow: /new/two\n"
    _, rows, _ = staging.verify()
    assert "from the source" in rows["/old-one"]["problems"]
    assert "from the target" in rows["/old-two"]["problems"]


def test_gone_and_prefix_lines(staging: Staging) -> None:
    (staging.folder / "map.csv").write_text(
        "source,target,status,match\n/gone,,410,\n/lost,,410,\n/blog/,/new/,,prefix\n/docs/,/new/,,prefix\n"
    )
    pages = staging.folder / "live.txt"
    pages.write_text("/new/one\n/new/two\n")
    staging.site.planted |= {"/gone": (410, {}, "gone"), "/new/": page("News", WORDS.format("news"))}
    for behind in ("", "one", "linkreclaim-made-up-page"):
        staging.site.planted["/blog/" + behind] = moved("/new/" + behind)
        staging.site.planted["/docs/" + behind] = moved("/new/")
    _, rows, stderr = staging.verify("--pages", str(pages))
    assert {source: (row["status"], row["verified"]) for source, row in rows.items()} == {
        "/gone": ("410", "ok"), "/lost": ("410", "failed"), "/blog/": ("301", "ok"), "/docs/": ("301", "failed"),
        staging.host.origin + "/new/one": ("200", "ok"), staging.host.origin + "/new/two": ("200", "ok"),
    }  # fmt: skip
    assert faults(rows["/docs/"]) == {"prefix"}
    assert "and 2 live pages" in stderr


def test_live_pages_must_stay_as_they_are(staging: Staging) -> None:
    staging.map_file({"/old-one": "/new/one"})
    pages = staging.folder / "live.txt"
    pages.write_text("\n".join(f"/new/{name}" for name in NAMES))
    staging.site.planted |= {"/new/two": moved("/new/one"), "/new/three": NOT_FOUND}
    code, rows, stderr = staging.verify("--pages", str(pages))
    wrong = {source.rpartition("/")[2]: row["problems"] for source, row in rows.items() if row["verified"] != "ok"}
    assert wrong == {
        "two": "live_page: a live page that is redirected now, to /new/one",
        "three": "live_page: a live page that answers 404 now",
    }
    assert (code, len(rows)) == (1, 13)
    code, rows, stderr = staging.verify("--pages", str(pages), "--max-pages", "2")
    assert len(rows) == 3
    assert "2 of 12 known pages were asked for" in stderr


def test_a_refused_line_is_a_failed_row(staging: Staging) -> None:
    staging.map_file({"/old-one": "/new/one", "/old-two": "/"})
    code, rows, _ = staging.verify()
    assert (code, rows["/old-two"]["verified"], faults(rows["/old-two"])) == (1, "failed", {"refused"})


@pytest.mark.parametrize(
    ("rows", "told"),
    [("", "it has no lines"), ("/a,/b,proposed,0.9\n/c,/d,proposed,0.9\n", r"line 2: proposed: .*\(and 1 more\)")],
)
def test_a_map_that_asks_for_nothing_proves_nothing(staging: Staging, rows: str, told: str) -> None:
    (staging.folder / "map.csv").write_text("source,target,decision,confidence_0_1\n" + rows)
    with pytest.raises(InputError, match=f"no line of it can be verified.*{told}"):
        staging.verify("--out", str(staging.folder / "proof.csv"))
    assert not staging.host.asked
    assert not list(staging.folder.glob("proof*"))


def test_the_sample_bounds_what_is_asked_and_says_so(staging: Staging) -> None:
    code, _, stderr = staging.verify("--sample", "0")
    assert code == 0
    assert sum(staging.host.asked.values()) < 3 * len(MAP) + 5
    assert "asked for at 0 of 15 lines" in stderr


def test_a_server_on_its_own_name_and_json_lines(staging: Staging) -> None:
    """The map names a host that is not the server's: it is sent as Host, and its Locations are followed there."""
    site = {f"https://www.example.org{source}": f"https://www.example.org{MAP[source]}" for source in ("/old-one",)}
    staging.map_file(site)
    staging.site.map = {"/old-one": "https://www.example.org/new/one"}
    out = staging.folder / "proof.jsonl"
    code, _, stderr = staging.verify("--out", str(out))
    row = json.loads(out.read_text())
    assert (code, row["verified"], row["problems"]) == (0, "ok", []), stderr
    assert (row["line"], row["final_status"], row["asked_more"]) == (2, 200, True)
    assert list(staging.folder.glob("*.part")) == []


def test_a_run_that_is_killed_goes_on(staging: Staging) -> None:
    staging.map_file({f"/many-{number}": f"/new/{NAMES[number % 12]}" for number in range(200)})
    staging.site.map = {f"/many-{number}": f"/new/{NAMES[number % 12]}" for number in range(200)}
    out = staging.folder / "proof.csv"
    staging.host.delay_s = 0.02
    process = subprocess.Popen(
        staging.command("--out", str(out), "--sample", "0", "--quiet"), start_new_session=True, stderr=subprocess.PIPE
    )
    _wait_until(lambda: sum(staging.host.asked.values()) > 60)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    assert not out.exists()
    staging.host.delay_s = 0.0
    code, _, stderr = staging.verify("--out", str(out), "--sample", "0")
    assert (code, "going on where the last run stopped" in stderr) == (0, True), stderr
    with out.open(encoding="utf-8") as rows:
        assert [row["source"] for row in csv.DictReader(rows)] == [f"/many-{number}" for number in range(200)]
    asked = [count for path, count in staging.host.asked.items() if path.startswith("/many-")]
    assert sum(count - 1 for count in asked) <= 20


def _wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if holds():
            return
        time.sleep(0.02)
    raise AssertionError("it never happened")


def test_what_cannot_be_done_is_told_in_a_line(staging: Staging) -> None:
    staging.map_file()
    for arguments, told in (
        (["--out", "rows.xlsx"], "name it .csv or .jsonl"),
        (["--host", "http://"], "is not a host"),
    ):
        with pytest.raises(UsageError, match=told):
            staging.verify(*arguments)


def test_a_real_nginx_with_our_own_files_is_ok(staging: Staging, require_program: RequireProgram) -> None:
    site = Site("site.test", "http", old_hosts=("old.example",))
    lines = [
        *(RedirectLine(f"/old-{name}", f"/new/{name}") for name in NAMES),
        RedirectLine("/old café", "/new/caf%C3%A9"),
        RedirectLine("/index.php?id=42", "/new/one"),
        RedirectLine("/old-query", "/new/query?lang=en#part"),
        RedirectLine("/Page", "/new/two"),
        RedirectLine("/gone", None, 410),
        RedirectLine("/blog/", "/new/", match=MapMatch.PREFIX),
        RedirectLine("https://old.example/about", "/new/three"),
    ]
    plan = plan_redirects(lines, site)
    assert not plan.refused
    staging.site.map = {}
    rows = [(line.source, line.target or "", str(line.status), line.match.value) for line in lines]
    text = "\n".join(map(",".join, [("source", "target", "status", "match"), *rows]))
    (staging.folder / "map.csv").write_text(text, encoding="utf-8")
    files = WRITERS["nginx"].write(plan, site, []).files
    with servers.run_engine("nginx", files, require_program, servers.Proxying(staging.host.origin)) as server:
        base = f"http://127.0.0.1:{server.port}"
        code, rows_told, stderr = staging.verify(
            "--base", base, "--host", "http://site.test", "--old-host", "old.example"
        )
    assert {source: row["problems"] for source, row in rows_told.items() if row["verified"] != "ok"} == {}
    assert (code, f"verified {len(lines)} lines: {len(lines)} ok" in stderr) == (0, True), stderr
