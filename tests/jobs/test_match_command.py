"""`linkreclaim match`, through the command a user gives."""

import csv
import gzip
import io
import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pytest
from tests.match.small_site import SITE

from linkreclaim.cli.main import main
from linkreclaim.model.pages import LivePage
from linkreclaim.model.redirects import RedirectLine
from linkreclaim.redirects import read_map

COLUMNS = ["url", "target_url", "confidence_0_1", "reason", "decision"]
COLUMNS += [f"candidate_{n}_{what}" for n in range(1, 6) for what in ("url", "confidence_0_1", "role")]
HOST = "https://www.example.com"


def path_of(page: LivePage) -> str:
    return page.url.removeprefix(HOST)


def as_row(page: LivePage, url: str) -> dict[str, Any]:
    return {"url": url, "title": page.title, "headings": list(page.headings), "text": page.text, "id": 7, "rank": "x"}


class Desk:
    """A folder of input files, and the command on them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.pages = self.write("pages.jsonl", [as_row(page, path_of(page)) for page in SITE])

    def write(self, name: str, rows: Sequence[dict[str, Any]] | str) -> Path:
        path = self.folder / name
        text = rows if isinstance(rows, str) else "".join(json.dumps(row) + "\n" for row in rows)
        path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
        return path

    def command(self, dead: Path, *arguments: str | Path, pages: Path | None = None) -> list[str]:
        base = [sys.executable, "-m", "linkreclaim", "match", "--pages", str(pages or self.pages), "--dead", str(dead)]
        return [*base, *map(str, arguments)]

    def run(self, dead: Path, *arguments: str | Path, pages: Path | None = None) -> tuple[int, str, str]:
        """Run the command in this process; gives (exit code, stdout, stderr)."""
        told, notes = io.StringIO(newline=""), io.StringIO()
        with pytest.MonkeyPatch.context() as patch, redirect_stdout(told), redirect_stderr(notes):
            patch.setattr(sys, "argv", ["linkreclaim", *self.command(dead, *arguments, pages=pages)[3:]])
            with pytest.raises(SystemExit) as ended:
                main()
        assert isinstance(ended.value.code, int)
        return ended.value.code, told.getvalue(), " ".join(notes.getvalue().split())

    def match(self, dead: Path, *arguments: str | Path, pages: Path | None = None) -> list[dict[str, Any]]:
        """The JSON lines that it prints."""
        _, stdout, _ = self.run(dead, "--json", "--quiet", *arguments, pages=pages)
        return [json.loads(line) for line in stdout.splitlines()]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def targets(rows: list[dict[str, Any]]) -> dict[str, str | None]:
    return {row["url"]: row["target_url"] for row in rows}


DEAD: list[dict[str, Any]] = [
    {"url": "/recipes/sourdough-bread.html", "title": "Baking sourdough bread", "text": None, "anchors": []},
    {"url": "/wp-admin/zx81qk", "title": None},
    {"url": "/blog/pitching-a-tent", "text": "Pitch the tent on flat ground, peg the corners, raise the poles."},
]


def test_each_dead_url_has_a_line_in_its_order_and_urls_are_spelled_as_they_came(desk: Desk) -> None:
    dead = desk.write("dead.jsonl", [{"id": "c1", **row} for row in DEAD])
    out = desk.folder / "matches.jsonl"
    code, stdout, stderr = desk.run(dead, "--out", out)
    rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [row["url"] for row in rows] == [row["url"] for row in DEAD]
    assert [row["target_url"] for row in rows] == [
        "/food/baking-sourdough-bread/",
        None,
        "/outdoors/pitching-a-tent/",
    ]
    assert (code, stdout) == (3, "")
    assert "3 dead URLs: " in stderr
    assert "1 none fits" in stderr
    for row in rows:
        assert list(row) == ["url", "target_url", "confidence_0_1", "candidates", "reason"]
        assert 0 <= row["confidence_0_1"] <= 1
        assert row["reason"]
        assert len(row["candidates"]) <= 5
        assert {found["role"] for found in row["candidates"]} <= {"page", "hub"}
    assert rows[0]["candidates"][0]["url"] == rows[0]["target_url"]
    assert rows[0]["candidates"][0]["confidence_0_1"] == rows[0]["confidence_0_1"]


def test_a_page_that_is_listed_several_times_is_spelled_without_what_its_address_does_not_need(desk: Desk) -> None:
    bread = [as_row(page, path_of(page)) for page in SITE if "bread" in page.url]
    spellings = [row | {"url": row["url"] + more} for row in bread for more in ("?utm_source=mail", "#top", "")]
    pages = desk.write(
        "crawl.jsonl", [*(as_row(page, path_of(page)) for page in SITE if "bread" not in page.url), *spellings]
    )
    _, stdout, _ = desk.run(desk.write("dead.txt", "/2014/baking-sourdough-bread.html\n"), "--json", pages=pages)
    row = json.loads(stdout)
    assert row["target_url"] == "/food/baking-sourdough-bread/"
    assert row["confidence_0_1"] > 0.9


def test_a_table_goes_to_standard_output_and_is_a_redirect_map_of_proposals(desk: Desk) -> None:
    code, stdout, _ = desk.run(desk.write("dead.jsonl", DEAD), "--quiet")
    rows = list(csv.DictReader(io.StringIO(stdout)))
    assert code == 3
    assert list(rows[0]) == COLUMNS
    assert rows[0]["candidate_1_url"] == rows[0]["target_url"]
    assert rows[1]["target_url"] == ""
    written = desk.write("matches.csv", stdout)
    lines = [line for line in read_map(written) if isinstance(line, RedirectLine)]
    assert [(line.source, line.target) for line in lines] == [(r["url"], r["target_url"]) for r in (rows[0], rows[2])]
    assert all(line.confidence_0_1 is not None for line in lines), "a proposal is not a person's line"


@pytest.mark.parametrize("name", ["dead.jsonl", "dead.jsonl.gz", "dead.csv", "dead.csv.gz", "dead.txt", "dead.txt.gz"])
def test_dead_urls_come_in_every_form(desk: Desk, name: str) -> None:
    rows = [{"url": "/old/brewing-green-tea", "title": "", "extra": "1"}, {"url": "/old/reading-a-map", "extra": "2"}]
    text = "".join(json.dumps(row) + "\n" for row in rows)
    if ".csv" in name:
        text = "rank,url,title\n" + "".join(f"{n},{row['url']},\n" for n, row in enumerate(rows))
    elif ".txt" in name:
        text = "# 404s of May\n" + "\n".join(row["url"] for row in rows) + "\n"
    found = targets(desk.match(desk.write(name, text)))
    assert found == {
        "/old/brewing-green-tea": "/food/brewing-green-tea/",
        "/old/reading-a-map": "/outdoors/reading-a-map/",
    }


def test_pages_come_in_every_form(desk: Desk) -> None:
    dead = desk.write("dead.txt", "/old/reading-a-map\n")
    listed = "\n".join(page.url for page in SITE)
    sitemap = "<urlset>" + "".join(f"<url><loc>{page.url}</loc></url>" for page in SITE) + "</urlset>"
    table = "Address,Title 1\n" + "".join(f'{page.url},"{page.title}"\n' for page in SITE)
    for name, text in {"a.txt": listed, "b.xml.gz": sitemap, "c.csv": table}.items():
        rows = desk.match(dead, pages=desk.write(name, text))
        assert targets(rows) == {"/old/reading-a-map": f"{HOST}/outdoors/reading-a-map/"}, name


def test_dead_urls_of_a_former_host_find_pages_that_are_named_by_paths(desk: Desk) -> None:
    dead = desk.write("dead.txt", "http://old.example/food/brewing-green-tea/\n")
    assert targets(desk.match(dead)) == {"http://old.example/food/brewing-green-tea/": "/food/brewing-green-tea/"}


def test_home_says_which_site_paths_belong_to(desk: Desk) -> None:
    dead = desk.write("dead.txt", f"{HOST}/index.html\n")
    assert targets(desk.match(dead, "--home", HOST)) == {f"{HOST}/index.html": "/"}
    code, _, stderr = desk.run(dead, "--home", "nonsense")
    assert code == 1
    assert "--home 'nonsense' is no URL" in stderr


def test_an_audit_s_dead_pages_are_a_dead_list(desk: Desk) -> None:
    header = "rank,url,title,verdict,anchors,target_url,candidates,disposition"
    row = f"1,{HOST}/p/4711,,not_found,here | Cleaning a bicycle chain,{HOST}/contact/,{HOST}/contact/,redirect"
    rows = desk.match(desk.write("dead_pages.csv", f"\ufeff{header}\n{row}\n"))
    assert targets(rows) == {f"{HOST}/p/4711": "/outdoors/cleaning-a-bicycle-chain/"}


def test_known_redirects_tell_how_the_urls_were_changed(desk: Desk) -> None:
    dead = desk.write("dead.txt", "/g/reading-a-map\n")
    rows = ["source,target,status,decision,confidence_0_1"]
    rows += [f"/g/{path_of(page).split('/')[2]},{path_of(page)},301,," for page in SITE if "/outdoors/c" in page.url]
    rows += ["/g/pitching-a-tent,/outdoors/pitching-a-tent/,301,proposed,0.9", ",,301,,", "/g/x,,301,,"]
    known = desk.write("known.csv", "\n".join(rows) + "\n")
    _, stdout, stderr = desk.run(dead, "--known", known, "--json")
    assert "1 other page moved from /g/ to /outdoors/." in json.loads(stdout)["reason"], "a proposal is no redirect yet"
    assert "known.csv: line 4: there is no source" in stderr
    assert "known.csv: line 5: there is no target" in stderr
    assert "known.csv: 1 known redirects" in stderr


def test_a_known_file_that_is_no_map_is_told_and_the_rest_goes_on(desk: Desk) -> None:
    known = desk.write("known.csv", "a,b\n1,2\n")
    code, stdout, stderr = desk.run(desk.write("dead.txt", "/zx81qk\n"), "--known", known, "--json")
    assert code == 4
    assert json.loads(stdout)["target_url"] is None
    assert "known.csv: needs a header with source, target" in stderr


def test_bad_rows_are_told_with_their_line_and_the_rest_goes_on(desk: Desk) -> None:
    lines = ['{"url": "/old/reading-a-map"}', "{broken", '{"title": "no url"}', '{"url": "mailto:me@example.com"}', ""]
    lines += ['{"url": "/old/reading-a-map", "title": "again"}', "[1]", '{"url": "/old/brewing-green-tea"}']
    dead = desk.write("dead.jsonl", "\n".join(lines) + "\n")
    code, stdout, stderr = desk.run(dead, "--json")
    assert [json.loads(line)["url"] for line in stdout.splitlines()] == ["/old/reading-a-map", "/old/brewing-green-tea"]
    assert code == 3
    assert "dead.jsonl: line 2: no JSON object on one line" in stderr
    assert "dead.jsonl: line 3: no URL" in stderr
    assert "dead.jsonl: line 4: no http(s) URL: 'mailto:me@example.com'" in stderr
    assert "dead.jsonl: line 7: no JSON object" in stderr
    assert "2 dead URLs; 1 more rows name one of them again" in stderr


def test_many_bad_rows_are_counted_and_leave_the_result_partial(desk: Desk) -> None:
    dead = desk.write("dead.jsonl", '{"url": "/zx81qk"}\n' + "{\n" * 30)
    code, _, stderr = desk.run(dead, "--out", desk.folder / "m.csv")
    assert code == 4
    assert "10 more lines could not be read" in stderr


def test_hostile_cells_stay_text_in_a_spreadsheet(desk: Desk) -> None:
    evil = '=HYPERLINK("http://evil.example";"x")'
    pages = desk.write("evil.jsonl", [{"url": "/a", "title": evil}, {"url": "/b\u202e", "title": "@SUM(1) \x1b[31m"}])
    dead = desk.write(
        "dead.jsonl", [{"url": "/old/a", "title": evil}, {"url": "=cmd|' /C calc'!A0", "title": "@SUM(1)"}]
    )
    out = desk.folder / "matches.csv"
    _, _, stderr = desk.run(dead, "--out", out, pages=pages)
    assert "\x1b" not in stderr
    with open(out, encoding="utf-8", newline="") as sheet:
        cells = [cell for row in csv.reader(sheet) for cell in row]
    assert cells
    assert [cell for cell in cells if cell[:1] in ("=", "+", "-", "@", "\t", "\r")] == []
    assert [cell for cell in cells if "\u202e" in cell or "\x1b" in cell] == []


@pytest.mark.parametrize("content", ["url,title\n", '{"title": "no address"}\n', "<urlset></urlset>", "", "\x00\x01"])
def test_pages_that_name_no_page_are_an_error(desk: Desk, content: str) -> None:
    code, stdout, stderr = desk.run(desk.write("dead.txt", "/a\n"), pages=desk.write("p.dat", content))
    assert (code, stdout) == (1, "")
    assert "p.dat" in stderr


@pytest.mark.parametrize("content", ["", "url,title\n", "# nothing\n", " \n"])
def test_no_dead_urls_is_nothing_to_do(desk: Desk, content: str) -> None:
    out = desk.folder / "m.csv"
    code, _, stderr = desk.run(desk.write("dead.csv", content), "--out", out)
    assert code == 0
    assert "0 dead URLs" in stderr
    assert out.read_text(encoding="utf-8").strip() == ",".join(COLUMNS)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--out", "m.xlsx"], 2),
        (["--model", "pages.jsonl"], 1),
        (["--known", "not-there.csv"], 2),
        (["--out", "pages.jsonl/m.csv"], 1),
    ],
)
def test_wrong_usage_is_one_message(desk: Desk, arguments: list[str], code: int) -> None:
    given = [argument if argument.startswith("--") else str(desk.folder / argument) for argument in arguments]
    found, stdout, stderr = desk.run(desk.write("dead.txt", "/a\n"), *given)
    assert (found, stdout) == (code, "")
    assert stderr


def test_a_workbook_is_told_as_what_it_is(desk: Desk) -> None:
    book = desk.folder / "dead.xlsx"
    book.write_bytes(b"PK\x03\x04" + bytes(100))
    code, _, stderr = desk.run(book)
    assert code == 1
    assert "save its sheet as CSV" in stderr


def test_with_out_the_json_is_a_summary(desk: Desk) -> None:
    _, stdout, _ = desk.run(desk.write("dead.jsonl", DEAD), "--out", desk.folder / "m.jsonl", "--json")
    summary = json.loads(stdout)
    assert summary["dead"] == 3
    assert summary["pages"] == len(SITE)
    assert summary["sure"] + summary["likely"] == 2
    assert summary["none_fits"] == 1


def many(desk: Desk) -> Path:
    return desk.write("many.txt", "".join(f"/old/{n}/reading-a-map\n" for n in range(2_000)))


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 90
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_reader_that_has_seen_enough_ends_it_quietly(desk: Desk) -> None:
    process = subprocess.Popen(desk.command(many(desk)), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    errors = process.stderr.read().decode()
    process.stderr.close()
    assert process.wait(timeout=90) == 1
    assert "Traceback" not in errors


def test_an_interrupt_leaves_the_old_result_and_no_half_one(desk: Desk) -> None:
    out = desk.folder / "m.csv"
    out.write_text("what was there\n", encoding="utf-8")
    process = subprocess.Popen(desk.command(many(desk), "--out", out), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    wait_for(lambda: bool(list(desk.folder.glob(".m.csv.*"))))
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=90)
    assert process.returncode == 130
    assert "Traceback" not in errors.decode()
    assert out.read_text(encoding="utf-8") == "what was there\n"
    assert list(desk.folder.glob(".m.csv.*")) == []
