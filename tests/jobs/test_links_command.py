"""`linkreclaim links` over real HTTP, through the command a user gives."""

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.command import run_command
from tests.jobs.web import NOT_FOUND, Host, Page, page, serve

from linkreclaim.errors import UsageError
from linkreclaim.jobs.linking.list_links import read_goal
from linkreclaim.urls import Url, parse

COLUMNS = [
    *("referring_page", "target_url", "anchor_text", "rel", "nofollow", "place", "context", "links_on_page"),
    *("page_noindex", "status", "status_code", "final_url", "canonical", "reason", "seen_at"),
]


@dataclass
class Blogs:
    """One host of linking pages, and the site that they link to (never asked)."""

    host: Host
    folder: Path
    target: str = "http://shop.example"

    def url(self, path: str) -> str:
        return self.host.origin + path

    def command(self, *arguments: str, to: str = "shop.example") -> list[str]:
        asking = ["--allow-private", "--rate", "1000", "--per-host", "8", "--to", to]
        return [sys.executable, "-m", "linkreclaim", "links", *arguments, *asking]

    def run(
        self, *arguments: str, to: str = "shop.example", stdin: bytes = b""
    ) -> tuple[int, list[dict[str, str]], str]:
        """Run the command; gives (exit code, CSV rows of standard output, stderr)."""
        done = run_command(self.command(*arguments, to=to), stdin=stdin)
        stderr = done.stderr.decode()
        assert "Traceback" not in stderr, stderr
        text = done.stdout.decode()
        return done.returncode, list(csv.DictReader(io.StringIO(text))), stderr


def blog(path: str) -> Page:
    links = "<p>Read <a href='http://shop.example/guide' rel='ugc nofollow'>the guide</a> first,</p>"
    links += "<p>then <a href='http://www.shop.example/guide?a=1#top'>more</a>.</p>"
    links += "<p><a href='http://else.example/'>elsewhere</a> <a href='/own'>own</a></p>"
    pages: dict[str, Page] = {
        "/two": page("Two", "A page with two links.", links),
        "/none": page("None", "A page that links elsewhere only.", "<a href='http://else.example/'>e</a>"),
        "/walled": (403, {"cf-mitigated": "challenge"}, "<title>Just a moment...</title>"),
        "/shell": (200, {}, "<title>App</title><div id=root></div><script src=app.js></script>"),
        "/broken": (500, {}, "oops"),
        "/file": (200, {"Content-Type": "application/pdf"}, "%PDF-1.4"),
        "/moved": (301, {"Location": "/two"}, ""),
        "/refresh": (200, {}, "<meta http-equiv=refresh content='0; url=/two'><p>moved</p>"),
        "/quiet": (200, {"X-Robots-Tag": "noindex, nofollow"}, "<a href='http://shop.example/'>home</a>"),
        "/other-self": (
            200,
            {},
            "<link rel=canonical href='/two'><p>text <a href='http://shop.example/x'>x</a></p>",
        ),
    }
    if path.startswith("/many/"):
        return page("Many", "One of many pages.", f"<a href='http://shop.example{path}'>m</a>")
    return pages.get(path, NOT_FOUND)


@pytest.fixture
def blogs(tmp_path: Path) -> Iterator[Blogs]:
    host = Host(blog)
    with serve(host):
        yield Blogs(host, tmp_path)


def test_each_state_has_its_word_and_each_link_its_row(blogs: Blogs) -> None:
    paths = ["/two", "/none", "/gone", "/walled", "/shell", "/broken", "/file", "/moved", "/refresh", "/quiet"]
    code, rows, stderr = blogs.run(*map(blogs.url, [*paths, "/other-self", "/two"]))
    assert list(rows[0]) == COLUMNS
    by_page: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        by_page.setdefault(row["referring_page"].removeprefix(blogs.host.origin), []).append(row)
    assert {path: each[0]["status"] for path, each in by_page.items()} == {
        "/two": "linked", "/none": "not_linked", "/gone": "page_gone", "/walled": "blocked", "/shell": "needs_script",
        "/broken": "unreadable", "/file": "skipped", "/moved": "linked", "/refresh": "linked", "/quiet": "linked",
        "/other-self": "linked",
    }  # fmt: skip
    first, second = by_page["/two"]
    assert (first["target_url"], first["anchor_text"]) == ("http://shop.example/guide", "the guide")
    assert (first["rel"], first["nofollow"], first["place"]) == ("nofollow ugc", "true", "content")
    assert "Read" in first["context"]
    assert (second["rel"], second["nofollow"], second["links_on_page"]) == ("", "false", "6")
    assert by_page["/none"][0]["target_url"] == ""
    assert by_page["/gone"][0]["status_code"] == "404"
    assert by_page["/moved"][0]["final_url"] == by_page["/refresh"][0]["final_url"] == blogs.url("/two")
    quiet = by_page["/quiet"][0]
    assert (quiet["page_noindex"], quiet["nofollow"]) == ("true", "true")
    assert by_page["/other-self"][0]["canonical"] == blogs.url("/two")
    assert blogs.host.asked["/none"] == 1
    assert code == 4, "four of eleven could not be told"
    assert "read 6 of 11 pages (1 more are gone); 5 link to shop.example (8 links); 4 could not be told" in stderr
    assert "1 blocked, 1 failed, 1 need scripts, 1 skipped: so at most 4 further pages" in stderr


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (
            (200, {}, "<title>Log in</title><h1>Log in</h1><form><input name=user><input type=password></form>"),
            "blocked",
        ),
        ((302, {"Location": "/login?next=/x"}, ""), "blocked"),
        ((200, {}, "<title>Page not found</title><h1>Page not found</h1><p>It was moved or deleted.</p>"), "page_gone"),
        (
            (200, {}, "<title>Maintenance</title><h1>Down for maintenance</h1><p>We will be back soon.</p>"),
            "unreadable",
        ),
        ((200, {}, ""), "unreadable"),
        ((200, {}, "<a href='/a'>a</a>"), "not_linked"),
        ((200, {}, "<h1>Page not found</h1><a href='http://shop.example/'>Our shop</a>"), "linked"),
    ],
)
def test_a_page_that_shows_something_else_was_not_read(blogs: Blogs, answer: Page, status: str) -> None:
    login: Page = (200, {}, "<title>Welcome</title><p>Welcome back, friends of good pottery.</p><input type=password>")
    blogs.host.answer = lambda path: login if path.startswith("/login") else answer if path == "/x" else NOT_FOUND
    _, rows, _ = blogs.run(blogs.url("/x"))
    assert [row["status"] for row in rows] == [status]


@pytest.mark.parametrize(
    ("content", "to", "found"),
    [
        ("# a list\n{0}/two\n\nnot a url\n{0}/none\n{0}/two\n", "shop.example", 3),
        ("url\n{0}/two\n", "http://shop.example/guide", 1),
        ("title,Linking page,note\nA,{0}/two,x\nB,no url here,\n", "shop.example/guide?a=1", 1),
        ("Linking page,Last crawled\n{0}/two,2026-01-01\n{0}/none,2026-01-01\n", "shop.example", 3),
    ],
    ids=["list", "one column", "table", "export"],
)
def test_pages_come_in_files_of_any_kind(blogs: Blogs, content: str, to: str, found: int) -> None:
    path = blogs.folder / "pages.txt"
    path.write_text(content.format(blogs.host.origin), encoding="utf-8")
    code, rows, stderr = blogs.run(str(path), to=to)
    assert (code, len(rows)) == (0, found), stderr
    assert (": not an http(s) URL" in stderr) == (" url" in content), stderr


def test_standard_input_and_json_lines(blogs: Blogs) -> None:
    listed = "\n".join(map(blogs.url, ["/two", "/none"])).encode()
    command = blogs.command("-", "--json", "--quiet")
    done = run_command(command, stdin=listed)
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert (done.returncode, done.stderr) == (0, b"")
    assert [list(row) for row in rows] == [COLUMNS] * 3
    assert [row["nofollow"] for row in rows] == [True, False, None]
    assert [row["links_on_page"] for row in rows] == [6, 6, 3]


def test_a_file_is_written_in_the_order_of_the_input(blogs: Blogs) -> None:
    paths = ["/none", "/two", "/gone", *(f"/many/{n}" for n in range(30))]
    out = blogs.folder / "out.csv"
    code, rows, _ = blogs.run(*map(blogs.url, paths), "--out", str(out))
    assert (code, rows) == (0, [])
    with out.open(encoding="utf-8-sig", newline="") as stream:
        found = [row["referring_page"] for row in csv.DictReader(stream)]
    assert list(dict.fromkeys(found)) == [blogs.url(path) for path in paths]
    assert [path.name for path in blogs.folder.iterdir()] == ["out.csv"]


def test_a_killed_run_goes_on_and_asks_nothing_twice(blogs: Blogs) -> None:
    paths = [f"/many/{n}" for n in range(120)]
    listing = blogs.folder / "pages.txt"
    listing.write_text("\n".join(map(blogs.url, paths)), encoding="utf-8")
    out = blogs.folder / "out.jsonl"
    blogs.host.delay_s = 0.05
    arguments = [str(listing), "--out", str(out)]
    process = subprocess.Popen(blogs.command(*arguments), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _wait_for(blogs, 50)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert not out.exists()
    code, _, stderr = blogs.run(*arguments, to="other.example")
    assert code == 1
    assert "--fresh" in stderr
    blogs.host.delay_s = 0.0
    before = blogs.host.asked.total()
    code, _, stderr = blogs.run(*arguments)
    assert code == 0
    assert "going on where the last run stopped" in stderr
    assert "read 120 of 120 pages; 120 link to shop.example (120 links)" in stderr
    assert [json.loads(line)["target_url"] for line in out.read_text().splitlines()] == [
        f"http://shop.example{path}" for path in paths
    ]
    again = sum(count - 1 for path, count in blogs.host.asked.items() if path in paths)
    assert again <= 2 * 8, "at most those that were in flight"
    assert blogs.host.asked.total() - before < 120
    assert sorted(path.name for path in blogs.folder.iterdir()) == ["out.jsonl", "pages.txt"]


def _wait_for(blogs: Blogs, count: int) -> None:
    for _ in range(1_000):
        if blogs.host.asked.total() >= count:
            return
        time.sleep(0.02)
    raise AssertionError("the run did not come that far")


@pytest.mark.parametrize(
    ("arguments", "to", "code", "said"),
    [
        (["nowhere.csv"], "shop.example", 1, "nowhere.csv"),
        (["http://127.0.0.1:9/"], "not a host", 2, "not a host"),
        (["http://127.0.0.1:9/", "--out", "links.txt"], "shop.example", 2, ".jsonl"),
        (["http://127.0.0.1:9/", "--subdomains"], "shop.example/page", 2, "--subdomains"),
    ],
)
def test_mistakes_are_one_clear_line(blogs: Blogs, arguments: list[str], to: str, code: int, said: str) -> None:
    got, rows, stderr = blogs.run(*arguments, to=to)
    assert (got, rows) == (code, [])
    assert said in stderr


def test_a_reader_of_the_rows_may_stop_early(blogs: Blogs) -> None:
    command = [*blogs.command(*(blogs.url(f"/many/{n}") for n in range(300))), "--quiet"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        stderr = process.stderr.read()
    assert stderr == b""


def url(text: str) -> Url:
    found = parse(text)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("to", "wanted", "unwanted"),
    [
        ("example.com", "https://www.example.com/x", "https://shop.example.com/"),
        ("https://example.com", "http://example.com/x", "https://example.com.evil.example/"),
        ("https://example.com/", "http://www.example.com/#top", "https://example.com/x"),
        ("example.com/a%2Db?y=2&x=1", "https://example.com/a-b?x=1&y=2", "https://example.com/a-b"),
        ("127.0.0.1:8000", "http://127.0.0.1:8000/x", "http://127.0.0.1/x"),
    ],
)
def test_a_host_is_a_site_and_a_url_is_one_page(to: str, wanted: str, unwanted: str) -> None:
    goal = read_goal(to)
    assert goal.wants(url(wanted))
    assert not goal.wants(url(unwanted))


def test_subdomains_count_where_asked() -> None:
    assert read_goal("example.com", subdomains=True).wants(url("https://shop.example.com/"))
    with pytest.raises(UsageError):
        read_goal("")
