"""`linkreclaim impact`, through the command a user gives."""

import csv
import io
import json
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest
from tests.match.small_site import SITE

from linkreclaim.cli.main import main

HOST = "https://www.example.com"


def run(*arguments: str | Path) -> tuple[int, str, str]:
    told, notes = io.StringIO(newline=""), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(told), redirect_stderr(notes):
        patch.setattr(sys, "argv", ["linkreclaim", "impact", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
    assert isinstance(ended.value.code, int)
    return ended.value.code, told.getvalue(), " ".join(notes.getvalue().split())


@pytest.fixture
def links(tmp_path: Path) -> Path:
    path = tmp_path / "links.csv"
    rows = [f"https://s{n}.org/a/b,{HOST}/bread-twin.html" for n in range(3)]
    rows += [f"https://t{n}.org/a/b,http://example.com/outdoors/pitching-a-tent/" for n in range(1)]
    rows += [f"https://u{n}.org/a/b,{HOST}/stays" for n in range(4)]
    path.write_text("Source URL,Target URL\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    path = tmp_path / "pages.jsonl"
    bread = next(page for page in SITE if "sourdough" in page.url)
    twin = {"url": "/bread-twin.html", "title": bread.title, "text": bread.text, "headings": list(bread.headings)}
    rows = [twin, *({"url": page.url, "title": page.title, "text": page.text} for page in SITE)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_pages_that_go_have_their_share_of_everything_and_a_home_among_those_that_stay(
    links: Path, pages: Path
) -> None:
    tent = f"{HOST}/outdoors/pitching-a-tent/"
    code, stdout, stderr = run(f"{HOST}/bread-twin.html", tent, "--links", links, "--pages", pages, "--json")
    bread, other = map(json.loads, stdout.splitlines())
    assert code == 3
    assert (bread["url"], bread["links"], bread["equity_share"]) == (f"{HOST}/bread-twin.html", 3, pytest.approx(3 / 8))
    assert (other["equity_share"], other["running_share"]) == (pytest.approx(1 / 8), pytest.approx(0.5))
    assert bread["target_url"].endswith("/food/baking-sourdough-bread/")
    assert bread["match_confidence_0_1"] > 0.5
    assert other["target_url"] != tent, "a page that goes is no home"
    assert "4 links to 2 of 2 pages: 50.0% of the value of all links" in stderr


def test_a_file_of_paths_without_pages_is_only_valued(tmp_path: Path, links: Path) -> None:
    named = tmp_path / "go.txt"
    named.write_text("/bread-twin.html\n/nobody-links-here\n", encoding="utf-8")
    code, _, _ = run(named, "--links", links, "--out", tmp_path / "o.csv")
    rows = list(csv.DictReader((tmp_path / "o.csv").read_text(encoding="utf-8").splitlines()))
    assert code == 3
    assert [(row["url"], row["links"], row["target_url"]) for row in rows] == [
        ("/bread-twin.html", "3", ""),
        ("/nobody-links-here", "0", ""),
    ]


def test_nothing_lost_and_nothing_named(tmp_path: Path, links: Path) -> None:
    assert run(f"{HOST}/nobody", "--links", links)[0] == 0
    assert run("--links", links)[0] == 2
    (tmp_path / "empty.txt").write_text("", encoding="utf-8")
    assert run(tmp_path / "empty.txt", "--links", links)[0] == 1


def test_a_file_that_is_not_there_is_named(links: Path) -> None:
    code, _, notes = run("to-delete.txt", "--links", links)
    assert code == 1
    assert "to-delete.txt: there is no such file" in notes
    _, _, notes = run(f"{HOST}/bread-twin.html", "--links", links)
    assert "named.txt" not in notes
