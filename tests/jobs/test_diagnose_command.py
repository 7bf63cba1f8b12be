"""`linkreclaim diagnose`, through the command a user gives."""

import csv
import gzip
import io
import json
import os
import sys
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linkreclaim.cli.main import main

COLUMNS = ["url", "cause", "repaired_url", "cause_confidence_0_1", "evidence", "disposition"]
HOST = "https://www.example.com"
PATHS = (
    *("/", "/guides/red-shoes.html", "/guides/care-instructions.html", "/guides/winter-collection"),
    *("/history/", "/press/founding-of-the-workshop", "/papers/1998-annual-report.pdf", "/shop/item?id=10"),
    *("/food/baking-sourdough-bread/", "/food/plum-cake/", "/food/apple-pie/", "/food/onion-soup/"),
)
LIVE = [HOST + path for path in PATHS]
TYPOS = Path(os.environ.get("LINKRECLAIM_SHARED", Path(__file__).parents[2].parent / "shared")) / "bench" / "typos"


class Desk:
    """A folder of input files, and the command on them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.pages = self.write("pages.txt", LIVE)

    def write(self, name: str, rows: Sequence[str | dict[str, Any]]) -> Path:
        """A list, or JSON lines; gzipped where it is named so."""
        path = self.folder / name
        text = "".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows)
        path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
        return path

    def run(self, dead: Path, *arguments: str | Path, pages: Path | None = None) -> tuple[int, str, str]:
        """Run the command in this process; gives (exit code, stdout, stderr)."""
        told, notes = io.StringIO(newline=""), io.StringIO()
        named = ["--dead", str(dead), "--pages", str(pages or self.pages), *map(str, arguments)]
        with pytest.MonkeyPatch.context() as patch, redirect_stdout(told), redirect_stderr(notes):
            patch.setattr(sys, "argv", ["linkreclaim", "diagnose", *named])
            with pytest.raises(SystemExit) as ended:
                main()
        assert isinstance(ended.value.code, int)
        return ended.value.code, told.getvalue(), " ".join(notes.getvalue().split())

    def rows(self, dead: Path, *arguments: str | Path, pages: Path | None = None) -> list[dict[str, Any]]:
        """The JSON lines that it prints."""
        _, stdout, _ = self.run(dead, "--json", "--quiet", *arguments, pages=pages)
        return [json.loads(line) for line in stdout.splitlines()]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


DAMAGED = [
    ("http//www.example.com/history/", HOST + "/history/", "fix_at_source"),
    ('"https://www.example.com/guides/red-shoes.html"', HOST + "/guides/red-shoes.html", "fix_at_source"),
    ("[shoes](https://www.example.com/guides/red-shoes.html)", HOST + "/guides/red-shoes.html", "fix_at_source"),
    ("https://www.example.com/guides/red-shoes.html%E2%80%8B).", HOST + "/guides/red-shoes.html", "redirect"),
    ("https://www.example.com/gui\u200bdes/red-shoes.html", HOST + "/guides/red-shoes.html", "redirect"),
    ("https://www.example.com/guides/red-shoes.html\u00a0", HOST + "/guides/red-shoes.html", "redirect"),
    ("https://www.example.com/guides/wintre-collection#top", HOST + "/guides/winter-collection#top", "redirect"),
    ("https://www.example.com/guides/winter-collec", HOST + "/guides/winter-collection", "redirect"),
    ("guides/red-shoes.html", HOST + "/guides/red-shoes.html", "fix_at_source"),
    ("/Guides/Red-Shoes.html", HOST + "/guides/red-shoes.html", "redirect"),
    ("https://www.example.com/wp-login.php", None, "ignore"),
    ("not a URL at all", None, "review"),
    ("http://other.test/archive/.http/contests/", None, "review"),
    ("http:/www.other.test/a", "http://www.other.test/a", "fix_at_source"),
]


def test_every_line_comes_back_as_it_was_spelled_and_in_its_order(desk: Desk) -> None:
    rows = desk.rows(desk.write("dead.txt", [text for text, _, _ in DAMAGED]))
    assert [row["url"] for row in rows] == [text for text, _, _ in DAMAGED]
    assert [(row["repaired_url"], row["disposition"]) for row in rows] == [(url, end) for _, url, end in DAMAGED]
    for row in rows:
        assert list(row) == COLUMNS
        assert 0 < row["cause_confidence_0_1"] <= 1
        assert row["evidence"]


def test_a_table_has_the_columns_and_is_written_whole(desk: Desk) -> None:
    out = desk.folder / "causes.csv"
    code, stdout, stderr = desk.run(desk.write("dead.txt", [text for text, _, _ in DAMAGED]), "--out", out)
    with out.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert (code, stdout) == (3, "")
    assert list(rows[0]) == COLUMNS
    assert len(rows) == len(DAMAGED)
    assert rows[0]["cause"] == "malformed_at_source"
    assert "14 dead URLs, 11 repaired: " in stderr


def test_json_with_a_file_gives_the_summary(desk: Desk) -> None:
    out = desk.folder / "causes.jsonl"
    _, stdout, _ = desk.run(desk.write("dead.txt", ["/Guides/Red-Shoes.html", "/blue"]), "--out", out, "--json", "-q")
    told = json.loads(stdout)
    assert (told["pages"], told["dead"], told["repaired"]) == (12, 2, 1)
    assert told["causes"]["site_variant"] == 1
    assert len(out.read_text(encoding="utf-8").splitlines()) == 2


def test_tables_json_lines_and_packed_files_are_read(desk: Desk) -> None:
    damaged = HOST + "/guides/red-shoes.html),"
    for name, rows in (
        ("dead.csv", ["URL,Title", f'"{damaged}",Shoes']),
        ("bad.csv", ["bad_url;pattern", f"{damaged};tail"]),
        ("dead.jsonl.gz", [{"url": damaged, "title": "Shoes"}]),
        ("dead.txt.gz", ["# found by hand", "", damaged]),
    ):
        found = desk.rows(desk.write(name, rows), pages=desk.write("pages.jsonl.gz", [{"url": url} for url in LIVE]))
        assert [(row["url"], row["repaired_url"]) for row in found] == [(damaged, HOST + "/guides/red-shoes.html")], (
            name
        )


def test_pages_given_as_paths_name_the_repaired_ones_as_paths(desk: Desk) -> None:
    pages = desk.write("paths.txt", PATHS)
    dead = desk.write("dead.txt", [HOST + "/Guides/Red-Shoes.html#a", "/guides/winter-colection"])
    assert [row["repaired_url"] for row in desk.rows(dead, pages=pages)] == [
        "/guides/red-shoes.html#a",
        "/guides/winter-collection",
    ]


def test_links_tell_who_uses_an_address(desk: Desk) -> None:
    missing, damaged = HOST + "/blue-trousers", HOST + "/guides/red-shoes.html),"
    lines = ["referring_page,target_url,anchor_text", *(f"https://s{n}.test/p,{missing},blue" for n in range(4))]
    links = desk.write("links.csv", [*lines, f'https://s1.test/q,"{damaged}",shoes'])
    rows = desk.rows(desk.write("dead.txt", [missing, damaged]), "--links", links)
    assert "4 domains use exactly this address" in rows[0]["evidence"]
    assert rows[0]["disposition"] == "restore"
    assert "only one domain uses this address" in rows[1]["evidence"]


def test_an_export_that_cannot_be_read_is_told_and_the_rest_goes_on(desk: Desk) -> None:
    broken = desk.folder / "links.csv"
    broken.write_bytes(b"\x00\x01\x02 no export")
    code, stdout, stderr = desk.run(desk.write("dead.txt", ["/blue-trousers"]), "--links", broken)
    assert code == 4
    assert "links.csv" in stderr
    assert len(stdout.splitlines()) == 2


def test_what_the_list_knows_of_a_death_is_evidence(desk: Desk) -> None:
    dead: list[str | dict[str, Any]] = [
        {"url": "/a-plum-cake-recipe", "redirects_to": HOST + "/food/plum-cake/"},
        {"url": "/food/late-supper", "status": 503},
        {"url": "/food/pear-tart", "status": "410"},
        {"url": "/food/apple-pie/"},
    ]
    rows = desk.rows(desk.write("dead.jsonl", dead))
    assert [row["cause"] for row in rows] == ["lost_redirect", "temporary", "deleted_page", "temporary"]
    assert [row["disposition"] for row in rows] == ["redirect", "review", "review", "review"]
    assert "it once redirected to https://www.example.com/food/plum-cake/, which is alive" in rows[0]["evidence"]


def test_a_former_host_is_told_by_its_pages_or_named(desk: Desk) -> None:
    old = [f"http://www.former.test{path}" for path in PATHS[1:6]]
    rows = desk.rows(desk.write("dead.txt", [*old, "http://gone.test/history/"]), "--old-host", "gone.test")
    assert {row["cause"] for row in rows} == {"host_move"}
    assert [row["repaired_url"] for row in rows] == [*LIVE[1:6], HOST + "/history/"]
    assert {row["disposition"] for row in rows} == {"redirect"}
    stranger = desk.rows(desk.write("one.txt", ["http://stranger.test/history/"]))
    assert stranger[0]["repaired_url"] is None


def test_a_hacked_site_s_spam_is_gone_whatever_fits(desk: Desk) -> None:
    spam = [
        HOST + "/food/激安-財布-通販.html",
        HOST + "/guides/купить-виагра-онлайн",
        HOST + "/guides/red-shoes-casino-viagra-buy",
    ]
    lines = ["referring_page,target_url,anchor_text"]
    lines += [f"https://s{n}.test/p,{url},激安 財布 казино" for n, url in enumerate(spam * 3)]
    rows = desk.rows(desk.write("dead.txt", spam), "--links", desk.write("links.csv", lines))
    assert [(row["cause"], row["repaired_url"], row["disposition"]) for row in rows] == [("injected", None, "gone")] * 3
    code, _, _ = desk.run(desk.write("dead.txt", spam))
    assert code == 0, "nothing to win back"


def test_repeated_and_broken_rows_are_told(desk: Desk) -> None:
    dead = desk.write("dead.jsonl", [{"url": "/blue"}, {"url": "/blue"}, {"title": "no address"}, "{broken"])
    code, stdout, stderr = desk.run(dead)
    assert len(stdout.splitlines()) == 2
    assert code == 4, "most rows could not be read"
    assert "1 more rows name one of them again" in stderr
    assert "line 3: no URL" in stderr
    assert "line 4: no JSON object" in stderr


def test_mistakes_are_one_line(desk: Desk) -> None:
    dead = desk.write("dead.txt", ["/blue"])
    assert desk.run(dead, "--out", desk.folder / "causes.txt")[0] == 2
    assert desk.run(desk.write("word.txt", ["nonsense"]))[0] == 1
    code, _, stderr = desk.run(dead, pages=desk.write("none.csv", ["url,title"]))
    assert code == 1
    assert "names no live page" in stderr


def test_an_empty_list_is_a_list_of_none(desk: Desk) -> None:
    code, stdout, _ = desk.run(desk.write("dead.txt", ["# none today"]))
    assert (code, stdout.splitlines()) == (0, [",".join(COLUMNS)])


LINES = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\r\n\0"), min_size=1, max_size=60)


@given(st.lists(LINES.map(str.strip), min_size=1, max_size=8, unique=True))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_line_is_lost(desk: Desk, lines: list[str]) -> None:
    lines = [line.strip() for line in lines]
    dead = desk.write("dead.txt", ["http//www.example.com/first", *lines])
    wanted = [line for line in lines if line.strip(" \t") and not line.startswith("#")]
    assert [row["url"] for row in desk.rows(dead)][1:] == wanted


@pytest.mark.skipif(not TYPOS.exists(), reason="no folder of shared samples")
def test_the_bar_on_real_damage_holds(desk: Desk) -> None:
    """At least 92 % of real damaged URLs repaired to the very URL, at most 1 % wrong, no scanner request redirected."""
    with (TYPOS / "typos.csv").open(encoding="utf-8", newline="") as stream:
        wanted = {row["bad_url"]: row["intended_url"] for row in csv.DictReader(stream)}
    rows = desk.rows(desk.write("dead.txt", list(wanted)), pages=TYPOS / "inventory.txt")
    assert [row["url"] for row in rows] == list(wanted)
    damaged = [row for row in rows if wanted[row["url"]] not in ("", row["url"])]
    right = [row for row in damaged if row["repaired_url"] == wanted[row["url"]]]
    wrong = [row for row in damaged if row["repaired_url"] not in (None, wanted[row["url"]])]
    assert len(right) >= 0.92 * len(damaged)
    assert len(wrong) <= 0.01 * len(rows)
    left = [row for row in rows if wanted[row["url"]] in ("", row["url"])]
    assert {(row["repaired_url"], row["disposition"] == "redirect") for row in left} == {(None, False)}
