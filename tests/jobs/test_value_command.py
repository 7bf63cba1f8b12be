"""`linkreclaim value`, through the command a user gives."""

import csv
import io
import json
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pytest

from linkreclaim.cli.main import main

COLUMNS = ["url", "equity_share", "links", "referring_domains", "parts", "running_share", "best_link", "anchors"]
AHREFS = [
    *("Referring page title", "Referring page URL", "Language", "Platform", "Referring page HTTP code"),
    *("Domain rating", "UR", "Domain traffic", "Referring domains", "Linked domains", "External links"),
    *("Page traffic", "Keywords", "Target URL", "Left context", "Anchor", "Right context", "Type", "Content"),
    *("Nofollow", "UGC", "Sponsored", "Rendered", "Raw", "Lost status", "Drop reason", "Discovered status"),
    *("First seen", "Last seen", "Lost", "Links in group"),
]


class Desk:
    """A folder of input files, and the command on them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def ahrefs(self, name: str, *rows: tuple[str, str, int, int, str]) -> Path:
        """An Ahrefs Backlinks export of (page, target, DR, external links, nofollow)."""
        held = io.StringIO(newline="")
        sheet = csv.writer(held)
        sheet.writerow(AHREFS)
        for page, target, dr, external, nofollow in rows:
            known = {"Referring page URL": page, "Target URL": target, "Domain rating": dr, "External links": external}
            known |= {"Nofollow": nofollow, "Anchor": "old page", "Last seen": "2026-09-01 08:30:00", "UR": 20}
            sheet.writerow([known.get(column, "") for column in AHREFS])
        return self.write(name, held.getvalue())

    def run(self, *arguments: str | Path) -> tuple[int, str, str]:
        """Run the command in this process; gives (exit code, stdout, stderr)."""
        told, notes = io.StringIO(newline=""), io.StringIO()
        with pytest.MonkeyPatch.context() as patch, redirect_stdout(told), redirect_stderr(notes):
            patch.setattr(sys, "argv", ["linkreclaim", "value", *map(str, arguments)])
            patch.setenv("LINKRECLAIM_CACHE", str(self.folder / "cache"))
            with pytest.raises(SystemExit) as ended:
                main()
        assert isinstance(ended.value.code, int)
        return ended.value.code, told.getvalue(), " ".join(notes.getvalue().split())

    def rows(self, *arguments: str | Path) -> list[dict[str, Any]]:
        """The JSON lines that it prints."""
        code, stdout, stderr = self.run("--json", "--quiet", *arguments)
        assert code == 0, stderr
        return [json.loads(line) for line in stdout.splitlines()]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def shares(rows: list[dict[str, Any]]) -> dict[str, float]:
    return {row["url"]: row["equity_share"] for row in rows}


def test_targets_come_by_value_and_the_shares_add_up(desk: Desk) -> None:
    export = desk.ahrefs(
        "a.csv",
        ("https://strong.org/a/b", "https://example.com/one", 80, 4, "false"),
        *((f"https://weak{n}.org/x/y", "https://example.com/many", 5, 90, "false") for n in range(4)),
        ("https://strong.org/a/c", "https://www.example.com/hidden", 80, 4, "true"),
    )
    out = desk.folder / "dead.csv"
    code, stdout, stderr = desk.run("--links", export, "--out", out)
    with out.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert (code, stdout) == (0, "")
    assert list(rows[0]) == COLUMNS
    assert next(row["url"] for row in rows) == "https://example.com/one"
    found = [float(row["equity_share"]) for row in rows]
    assert found == sorted(found, reverse=True)
    assert sum(found) == pytest.approx(1, abs=1e-12)
    assert float(rows[-1]["running_share"]) == 1
    assert "UR 20 and DR 80" in rows[0]["parts"]
    assert "1 of 4 outgoing links" in rows[0]["parts"]
    assert rows[0]["best_link"] == "https://strong.org/a/b"
    assert "6 links to 3 of 3 URLs: half of the value on 1" in stderr


def test_listed_targets_are_exactly_the_rows_and_those_without_links_have_no_share(desk: Desk) -> None:
    export = desk.ahrefs(
        "a.csv",
        ("https://a.org/x/y", "https://example.com/old", 60, 10, "false"),
        ("https://b.org/x/y", "http://www.example.com/older?b=2&a=1", 20, 10, "false"),
        ("https://c.org/x/y", "https://example.com/not-asked", 90, 1, "false"),
    )
    listed = desk.write("404s.txt", "/older?a=1&b=2\nhttps://example.com/nobody\nhttp://example.com/old\n")
    rows = desk.rows("--links", export, "--targets", listed)
    assert [row["url"] for row in rows] == ["http://example.com/old", "/older?a=1&b=2", "https://example.com/nobody"]
    assert sum(shares(rows).values()) == pytest.approx(1)
    assert (rows[2]["equity_share"], rows[2]["links"], rows[2]["parts"]) == (0, 0, "no link in these files")
    assert desk.rows("--links", export, "--targets", desk.write("dead.csv", "dead_url\n/old\n"))[0]["links"] == 1


def test_the_same_link_of_two_tools_is_one(desk: Desk) -> None:
    first = desk.ahrefs("a.csv", ("https://a.org/x/y", "https://example.com/old", 60, 10, "false"))
    again = desk.ahrefs("b.csv", ("http://www.a.org/x/y", "http://example.com/old#top", 60, 10, "false"))
    one = desk.rows("--links", first)
    both = desk.rows("--links", first, "--links", again)
    assert (both[0]["links"], both[0]["referring_domains"]) == (1, 1)
    assert one[0]["parts"].split(" -> ")[0] == both[0]["parts"].split(" -> ")[0]


def test_a_thousand_links_of_one_domain_are_no_thousand_links(desk: Desk) -> None:
    export = desk.ahrefs(
        "a.csv",
        *((f"https://spam.org/p/{n}/", "https://example.com/spammed", 40, 10, "false") for n in range(1000)),
        *((f"https://s{n}.org/p/x/", "https://example.com/cited", 40, 10, "false") for n in range(3)),
    )
    found = shares(desk.rows("--links", export))
    assert found["https://example.com/cited"] == pytest.approx(0.6, abs=0.01)


def test_ranks_stand_in_for_a_metric_that_no_vendor_gives(desk: Desk) -> None:
    export = desk.write(
        "links.csv",
        "Source URL,Target URL\nhttps://known.org/a/b,https://example.com/one\n"
        "https://faint.org/a/b,https://example.com/two\nhttps://nobody.org/a/b,https://example.com/three\n",
    )
    ranks = desk.write("tranco.csv", "40,known.org\n50000000,faint.org\n")
    without = shares(desk.rows("--links", export))
    assert len(set(without.values())) == 1
    rows = desk.rows("--links", export, "--ranks", ranks)
    assert [row["url"] for row in rows] == [f"https://example.com/{name}" for name in ("one", "three", "two")]
    assert "domain rank 80.3 (read like DR)" in rows[0]["parts"]
    assert "authority unknown" in rows[1]["parts"]


def test_two_makers_numbers_are_read_on_one_scale_where_enough_domains_have_both(desk: Desk) -> None:
    rated = [(f"https://s{n}.org/a/b", "https://example.com/a", 20 + n, 10, "false") for n in range(60)]
    export = desk.ahrefs("a.csv", *rated)
    plain = desk.write("b.csv", "Source URL,Target URL\nhttps://new.org/a/b,https://example.com/b\n")
    ranks = desk.write(
        "ranks.csv", "5000,new.org\n" + "".join(f"{10 ** (6 - n / 15):.0f},s{n}.org\n" for n in range(60))
    )
    rows = {row["url"]: row for row in desk.rows("--links", export, "--links", plain, "--ranks", ranks)}
    assert "domain rank 54.5 (= DR 55 by 60 domains with both)" in rows["https://example.com/b"]["parts"]
    assert "UR 20 and DR 79 ->" in rows["https://example.com/a"]["parts"]
    few = desk.ahrefs("few.csv", *rated[:20])
    rows = {row["url"]: row for row in desk.rows("--links", few, "--links", plain, "--ranks", ranks)}
    assert "domain rank 54.5 (read like DR)" in rows["https://example.com/b"]["parts"]


def test_links_that_the_newest_source_calls_lost_do_not_count(desk: Desk) -> None:
    export = desk.write(
        "links.csv",
        "source_url,target_url,lost,last_seen\nhttps://a.org/x,https://example.com/a,,2026-09-01\n"
        "https://b.org/x,https://example.com/b,2026-09-01,2026-09-01\n",
    )
    found = {row["url"]: row for row in desk.rows("--links", export)}
    assert (found["https://example.com/b"]["links"], found["https://example.com/b"]["equity_share"]) == (0, 0)
    assert "no link that is still there" in found["https://example.com/b"]["parts"]


def test_the_site_is_told_by_the_targets_and_its_own_links_are_none(desk: Desk) -> None:
    export = desk.write(
        "links.csv",
        "Source URL,Target URL\nhttps://a.org/x,https://shop.example.co.uk/a\nhttps://b.org/x,https://example.co.uk/b\n"
        "https://www.example.co.uk/y,https://example.co.uk/b\nhttps://c.org/x,https://elsewhere.net/c\n",
    )
    rows = desk.rows("--links", export)
    assert {row["url"]: row["links"] for row in rows} == {
        "https://shop.example.co.uk/a": 1,
        "https://example.co.uk/b": 1,
    }
    assert [row["url"] for row in desk.rows("--links", export, "--site", "elsewhere.net")] == [
        "https://elsewhere.net/c"
    ]


def test_an_export_that_cannot_be_read_leaves_the_result_partial(desk: Desk) -> None:
    good = desk.ahrefs("a.csv", ("https://a.org/x/y", "https://example.com/old", 60, 10, "false"))
    bad = desk.write("bad.csv", "this,is\nno,export\n")
    code, stdout, stderr = desk.run("--links", good, "--links", bad)
    assert code == 4
    assert len(stdout.splitlines()) == 2
    assert "bad.csv" in stderr
    code, stdout, stderr = desk.run("--links", bad)
    assert (code, stdout) == (1, "")
    assert "nothing was valued" in stderr


def test_with_out_the_json_is_a_summary_and_a_bad_name_is_refused(desk: Desk) -> None:
    export = desk.ahrefs("a.csv", ("https://a.org/x/y", "https://example.com/old", 60, 10, "false"))
    code, stdout, _ = desk.run("--links", export, "--json", "--out", desk.folder / "o.jsonl")
    assert code == 0
    assert json.loads(stdout) == {
        "targets": 1,
        "targets_with_links": 1,
        "links": 1,
        "for_half": 1,
        "for_four_fifths": 1,
        "bad_rows": 0,
        "unreadable": [],
    }
    assert desk.run("--links", export, "--out", desk.folder / "o.txt")[0] == 2
    assert desk.run()[0] == 2
    assert desk.run("--links", export, "--ranks", export)[0] == 1


def test_hostile_cells_stay_text_in_a_spreadsheet(desk: Desk) -> None:
    export = desk.write(
        "links.csv", "Source URL,Target URL,Anchor text\nhttps://a.org/x,https://example.com/a,\"=cmd|'/c'!A1\"\n"
    )
    rows = list(csv.DictReader(io.StringIO(desk.run("--links", export, "--quiet")[1])))
    assert rows[0]["anchors"].startswith("'=")


def test_linking_pages_without_targets_have_no_value_and_that_is_said(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    links = desk.write("latest.csv", "Linking page,Last crawled\nhttps://a.example/x,2026-01-02\n")
    code, _, told = desk.run("--links", links)
    assert code == 0
    assert "name linking pages and not what they link to" in told
