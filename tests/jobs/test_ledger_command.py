"""`linkreclaim ledger`: what each source gave, and what it alone would have missed."""

import csv
import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from linkreclaim.cli.main import cli
from linkreclaim.errors import InputError, UsageError
from linkreclaim.jobs.gathering.ledger import compare_sources
from linkreclaim.model.ledger import LedgerCounts, LedgerView, SourceView
from linkreclaim.model.links import Claim, PageLook, PageOutcome, Place, Rel, SeenLink
from linkreclaim.model.sites import Site
from linkreclaim.model.verdicts import Answer, Look, Verdict, VerdictKind
from linkreclaim.store import Workspace, open_workspace
from linkreclaim.store.claims import make_batches

SITE = Site("example.com", "https")
NOW = datetime(2026, 11, 1, tzinfo=UTC)
OLD, GONE, ALIVE = "https://example.com/old", "https://example.com/gone", "https://example.com/alive"


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with open_workspace(tmp_path / "ws") as opened:
        yield opened


def add(
    workspace: Workspace, tool: str, report: str, *claims: Claim, site: Site = SITE, notes: tuple[str, ...] = ()
) -> None:
    site_id = workspace.ledger.site_id(site.host)
    name = f"{tool} {report} {len(workspace.ledger.files(site_id))}"
    file = workspace.ledger.open_file(site_id, site, name, name, tool, report, notes)
    for _ in workspace.ledger.import_batches(file, make_batches(claims, site)):
        pass


def link(page: str | None, target: str | None, **values: Any) -> Claim:
    return Claim(2, referring_page=page, target_url=target)._replace(**values)


def find_dead(workspace: Workspace, *dead: str) -> int:
    """A finished run that found these targets dead."""
    site_id = workspace.ledger.site_id(SITE.host)
    workspace.targets.refresh(site_id)
    run = workspace.runs.begin(site_id, f"run {dead}", NOW)
    workspace.tasks.add(run.id, "target", [OLD, GONE, ALIVE])
    looks = []
    for url in (OLD, GONE, ALIVE):
        kind = VerdictKind.NOT_FOUND if url in dead else VerdictKind.ALIVE
        looks.append(
            (workspace.urls.id_of(url) or 0, Look(url, Answer(url, ()), Verdict(kind, "seen", 1.0), NOW), None)
        )
    workspace.looks.save(run.id, "target", looks)
    workspace.runs.finish(run.id, NOW)
    return run.id


def read_page(workspace: Workspace, page: str, *targets: str, outcome: PageOutcome = PageOutcome.READ) -> None:
    run = workspace.runs.begin(workspace.ledger.site_id(SITE.host), f"read {page} {targets}", NOW)
    workspace.tasks.add(run.id, "page", [page])
    links = tuple(SeenLink(target, "here", Rel.NONE, Place.CONTENT) for target in targets)
    look = PageLook(page, outcome, 200, "read", NOW, final_url=page, links=links)
    workspace.sightings.save_page_looks(run.id, "page", [(workspace.urls.id_of(page) or 0, look)])


def seen(view: LedgerView) -> dict[str, SourceView]:
    return {source.name: source for source in view.sources}


def numbers(counts: LedgerCounts) -> tuple[int, int, int, int | None]:
    return counts.backlinks, counts.referring_domains, counts.targets, counts.dead_targets


def two_tools(workspace: Workspace) -> None:
    """Three links: one only Ahrefs knows, one only Moz knows, one both."""
    add(
        workspace,
        "Ahrefs",
        "Backlinks",
        link("https://a.test/1", OLD, first_seen=NOW.date().replace(year=2020)),
        link("https://b.test/1", ALIVE, last_seen=NOW.date()),
        notes=("a note",),
    )
    add(workspace, "Moz", "Links", link("http://www.a.test/1", OLD), link("https://a.test/2", GONE))


def test_each_source_gets_what_it_knows_alone_and_misses(workspace: Workspace) -> None:
    two_tools(workspace)
    find_dead(workspace, OLD, GONE)
    view = compare_sources(workspace.folder)
    assert numbers(view.total) == (3, 2, 3, 2)
    ahrefs, moz = seen(view)["Ahrefs Backlinks"], seen(view)["Moz Links"]
    assert [numbers(c) for c in (ahrefs.known, ahrefs.alone, ahrefs.missed)] == [
        (2, 2, 2, 1),
        (1, 1, 1, 0),
        (1, 0, 1, 1),
    ]
    assert [numbers(c) for c in (moz.known, moz.alone, moz.missed)] == [(2, 1, 2, 2), (1, 0, 1, 1), (1, 1, 1, 0)]
    assert (ahrefs.oldest, ahrefs.newest) == (NOW.date().replace(year=2020), NOW.date())
    assert (moz.oldest, ahrefs.notes, ahrefs.rows) == (None, ("a note",), 2)
    assert [(pair.first, pair.second, numbers(pair.shared)) for pair in view.shared] == [
        ("Ahrefs Backlinks", "Moz Links", (1, 1, 1, 1))
    ]


def test_without_a_finished_audit_nothing_is_called_dead(workspace: Workspace) -> None:
    two_tools(workspace)
    view = compare_sources(workspace.folder)
    assert view.checked_at is None
    assert {source.known.dead_targets for source in view.sources} == {None}


def test_the_newest_finished_audit_says_what_is_dead(workspace: Workspace) -> None:
    two_tools(workspace)
    find_dead(workspace, OLD, GONE)
    find_dead(workspace, GONE)
    assert compare_sources(workspace.folder).total.dead_targets == 1


def test_two_files_of_one_report_are_one_source(workspace: Workspace) -> None:
    two_tools(workspace)
    add(workspace, "Moz", "Links", link("https://a.test/2", GONE), link("https://c.test/1", GONE))
    moz = seen(compare_sources(workspace.folder))["Moz Links"]
    assert (moz.files, moz.claims, moz.known.backlinks) == (2, 4, 3)


def test_a_page_named_without_its_target_counts_once_and_knows_what_others_know_of_it(workspace: Workspace) -> None:
    add(workspace, "Ahrefs", "Backlinks", link("https://a.test/1", OLD), link("https://a.test/1", GONE))
    add(workspace, "Search Console", "Latest links", link("https://a.test/1", None), link("https://z.test/1", None))
    view = compare_sources(workspace.folder)
    assert numbers(view.total) == (3, 2, 2, None)
    console = seen(view)["Search Console Latest links"]
    assert numbers(console.known) == (3, 2, 2, None), "reading a.test/1 would show both links"
    assert console.alone.backlinks == 1
    assert seen(view)["Ahrefs Backlinks"].missed.backlinks == 1


def test_a_link_seen_on_a_page_is_known_to_all_who_name_the_page(workspace: Workspace) -> None:
    add(workspace, "Ahrefs", "Backlinks", link("https://a.test/1", OLD), link("https://b.test/1", OLD))
    add(workspace, "Search Console", "Latest links", link("https://a.test/1", None), link("https://z.test/1", None))
    read_page(workspace, "https://a.test/1", OLD, GONE)
    read_page(workspace, "https://z.test/1", GONE)
    view = compare_sources(workspace.folder)
    assert numbers(view.total) == (4, 3, 2, None)
    assert numbers(seen(view)["Ahrefs Backlinks"].known) == (3, 2, 2, None)
    assert numbers(seen(view)["Search Console Latest links"].known) == (3, 2, 2, None)


@pytest.mark.parametrize("outcome", [PageOutcome.READ, PageOutcome.GONE])
def test_a_link_that_is_gone_is_counted_apart(workspace: Workspace, outcome: PageOutcome) -> None:
    two_tools(workspace)
    add(workspace, "Search Console", "Latest links", link("https://z.test/1", None))
    read_page(workspace, "https://a.test/1", outcome=outcome)
    read_page(workspace, "https://z.test/1", outcome=outcome)
    view = compare_sources(workspace.folder)
    assert (view.total.backlinks, view.backlinks_gone) == (2, 2)
    assert {source.name: source.backlinks_gone for source in view.sources} == {
        "Ahrefs Backlinks": 1,
        "Moz Links": 1,
        "Search Console Latest links": 1,
    }


def test_a_page_that_could_not_be_read_says_nothing_against_its_link(workspace: Workspace) -> None:
    two_tools(workspace)
    read_page(workspace, "https://a.test/1", outcome=PageOutcome.BLOCKED)
    assert compare_sources(workspace.folder).backlinks_gone == 0


def test_what_the_newest_claim_calls_lost_is_gone_until_it_is_seen(workspace: Workspace) -> None:
    day = NOW.date()
    add(workspace, "Ahrefs", "Backlinks", link("https://a.test/1", OLD, last_seen=day, lost_reason="removed"))
    add(workspace, "Moz", "Links", link("https://a.test/1", OLD, last_seen=day.replace(year=2020)))
    assert compare_sources(workspace.folder).backlinks_gone == 1
    read_page(workspace, "https://a.test/1", OLD)
    assert compare_sources(workspace.folder).backlinks_gone == 0


def test_domains_and_targets_that_are_named_without_a_link_count_as_such(workspace: Workspace) -> None:
    add(workspace, "Search Console", "Top target pages", link(None, OLD, claimed_links=5, claimed_domains=2))
    add(workspace, "Ahrefs", "Referring domains", link(None, None, referring_domain="www.a.test"))
    view = compare_sources(workspace.folder)
    assert numbers(view.total) == (0, 1, 1, None)
    assert [numbers(source.known) for source in view.sources] == [(0, 0, 1, None), (0, 1, 0, None)]


def test_a_site_named_without_its_page_is_one_link_and_none_where_its_page_is_known(workspace: Workspace) -> None:
    add(workspace, "log", "404", link(None, GONE, referring_domain="b.test", hits=7))
    add(workspace, "log", "404", link(None, GONE, referring_domain="b.test", hits=5))
    assert numbers(compare_sources(workspace.folder).total) == (1, 1, 1, None)
    add(workspace, "Moz", "Links", link("https://b.test/1", GONE), link("https://www.b.test/2", GONE))
    add(workspace, "Moz", "Links", link("https://b.test/1", OLD))
    view = compare_sources(workspace.folder)
    assert numbers(view.total) == (3, 1, 2, None)
    assert [source.known.backlinks for source in view.sources] == [2, 3]


def test_other_sites_of_the_workspace_do_not_mix_in(workspace: Workspace) -> None:
    two_tools(workspace)
    other = Site("other.example", "https")
    add(workspace, "Ahrefs", "Backlinks", link("https://a.test/1", "https://other.example/"), site=other)
    assert compare_sources(workspace.folder, "example.com").total.backlinks == 3
    assert compare_sources(workspace.folder, "https://www.other.example/").total.backlinks == 1
    with pytest.raises(UsageError, match=r"2 sites, name one of them: example\.com, other\.example"):
        compare_sources(workspace.folder)
    with pytest.raises(InputError, match=r"knows nothing about third\.example"):
        compare_sources(workspace.folder, "third.example")


def run(workspace: Workspace, *arguments: str) -> Result:
    return CliRunner().invoke(cli, ["ledger", "--workspace", str(workspace.folder), *arguments], catch_exceptions=False)


def test_the_screen_says_in_a_sentence_what_the_best_source_misses(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    two_tools(workspace)
    find_dead(workspace, OLD, GONE)
    told = run(workspace)
    words = " ".join(told.stdout.split())
    assert told.exit_code == 0
    assert "Ahrefs Backlinks alone would have missed 1 of 3 backlinks and 1 of 2 dead pages." in words
    assert max(map(len, told.stdout.splitlines())) <= 80


def test_a_single_source_has_nothing_to_be_compared_with(workspace: Workspace) -> None:
    add(workspace, "Moz", "Links", link("https://a.test/2", GONE))
    assert "Moz Links is the only source so far" in run(workspace).stdout


def test_json_and_csv_have_every_figure(workspace: Workspace, tmp_path: Path) -> None:
    two_tools(workspace)
    find_dead(workspace, OLD, GONE)
    out = tmp_path / "sub" / "sources.csv"
    document = json.loads(run(workspace, "--json", "--out", str(out)).stdout)
    assert document["total"] == {"backlinks": 3, "referring_domains": 2, "targets": 3, "dead_targets": 2}
    assert document["sources"][0]["missed"]["dead_targets"] == 1
    assert (document["sources"][0]["oldest"], document["sources"][1]["oldest"]) == ("2020-11-01", None)
    with open(out, encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [(row["source"], row["shared_with"], row["backlinks"]) for row in rows] == [
        ("all sources", "", "3"),
        ("Ahrefs Backlinks", "", "2"),
        ("Moz Links", "", "2"),
        ("Ahrefs Backlinks", "Moz Links", "1"),
    ]
    assert [row["only_backlinks"] for row in rows] == ["", "1", "1", ""]


def test_names_and_notes_of_strangers_are_harmless(workspace: Workspace, tmp_path: Path) -> None:
    add(workspace, "=cmd()", "[red]x[/red]", link("https://a.test/2", GONE), notes=("\x1b[31mred", "=1+1"))
    told = run(workspace, "--out", str(tmp_path / "x.csv"))
    assert "\x1b" not in told.stdout
    assert "[red]x[/red]" in told.stdout
    assert "\n=cmd" not in (tmp_path / "x.csv").read_text(encoding="utf-8-sig")


def test_a_folder_that_is_no_workspace_stays_as_it_is(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "linkreclaim", "ledger", "--workspace", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, list(tmp_path.iterdir())) == (1, [])
    assert "is no workspace" in done.stderr
    assert "Traceback" not in done.stderr
