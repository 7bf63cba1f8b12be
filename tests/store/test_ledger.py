"""The ledger: claims in, backlinks out, nothing counted twice, nothing lost in a kill."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from linkreclaim.errors import WorkspaceError
from linkreclaim.model.links import Claim, Metric, MetricScale, PageLook, PageOutcome, Place, Rel, RowProblem, SeenLink
from linkreclaim.model.sites import Site
from linkreclaim.store import Workspace, open_workspace
from linkreclaim.store.claims import make_batches
from linkreclaim.store.ledger import SourceFile

SITE = Site("example.com", old_hosts=("old.example",))
NOW = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with open_workspace(tmp_path / "ws") as opened:
        yield opened


def add_file(
    workspace: Workspace, name: str, rows: Sequence[Claim | RowProblem], tool: str = "Ahrefs", site: Site = SITE
) -> SourceFile:
    site_id = workspace.ledger.site_id(site.host)
    file = workspace.ledger.open_file(site_id, site, name, name, tool, "Backlinks", [])
    for _ in workspace.ledger.import_batches(file, make_batches(rows, site)):
        pass
    return next(f for f in workspace.ledger.files(site_id) if f.id == file.id)


def link(line: int, page: str, target: str | None, **values: Any) -> Claim:
    return Claim(line, referring_page=page, target_url=target)._replace(**values)


def backlinks_of(workspace: Workspace, target: str) -> list[object]:
    url_id = workspace.urls.id_of(target)
    assert url_id is not None
    return list(workspace.backlinks.of_targets(workspace.ledger.site_id(SITE.host), [url_id]))


def test_the_same_link_from_two_tools_is_one_backlink_with_both_sources(workspace: Workspace) -> None:
    one = link(2, "https://press.test/a", "https://example.com/x", anchor_text="old", last_seen=date(2025, 1, 1))
    two = link(2, "http://www.press.test/a", "http://www.example.com/x", anchor_text="new", last_seen=date(2026, 1, 1))
    add_file(workspace, "a.csv", [one])
    add_file(workspace, "b.csv", [two], tool="Moz")
    (found,) = workspace.backlinks.of_targets(1, [workspace.urls.id_of("https://example.com/x") or 0])
    assert found.sources == ("Ahrefs Backlinks", "Moz Backlinks")
    assert found.anchor_text == "new", "the newest claim speaks"
    assert (found.first_seen, found.last_seen) == (None, date(2026, 1, 1))


def test_rows_about_other_sites_are_counted_with_their_hosts_and_not_kept(workspace: Workspace) -> None:
    rows: list[Claim | RowProblem] = [
        link(2, "https://press.test/a", "https://example.com/x"),
        link(3, "https://press.test/a", "https://old.example/y"),
        link(4, "https://press.test/a", "https://other.test/z"),
        link(5, "https://example.com/inner", "https://example.com/x"),
    ]
    file = add_file(workspace, "a.csv", rows)
    assert (file.claims, file.off_site) == (2, 2)
    assert file.off_site_hosts == {"other.test": 1}


def test_bad_rows_are_reported_with_their_line_and_the_rest_goes_on(workspace: Workspace) -> None:
    rows: list[Claim | RowProblem] = [
        RowProblem(2, "no cells"),
        link(3, "https://press.test/a", "http://"),
        link(4, "https://press.test/a", "https://example.com/x"),
    ]
    file = add_file(workspace, "a.csv", rows)
    assert file.claims == 1
    assert [p.line for p in workspace.ledger.problems(file.id, 10)] == [2, 3]


def test_an_import_that_was_cut_off_goes_on_and_doubles_nothing(workspace: Workspace) -> None:
    rows: list[Claim | RowProblem] = [
        link(n, f"https://press{n}.test/a", f"https://example.com/{n % 7}") for n in range(2, 9_002)
    ]
    site_id = workspace.ledger.site_id(SITE.host)
    file = workspace.ledger.open_file(site_id, SITE, "a.csv", "a", "Ahrefs", "Backlinks", [])
    first = next(iter(workspace.ledger.import_batches(file, make_batches(rows, SITE))))
    assert first < 9_000
    again = workspace.ledger.open_file(site_id, SITE, "a.csv", "a", "Ahrefs", "Backlinks", [])
    assert again.rows_done == first
    assert not again.done
    for _ in workspace.ledger.import_batches(again, make_batches(rows, SITE, again.rows_done)):
        pass
    done = workspace.ledger.open_file(site_id, SITE, "a.csv", "a", "Ahrefs", "Backlinks", [])
    assert done.done
    assert done.claims == 9_000
    total = sum(len(backlinks_of(workspace, f"https://example.com/{n}")) for n in range(7))
    assert total == 9_000


def test_a_file_is_read_again_when_the_site_gets_another_host(workspace: Workspace) -> None:
    rows: list[Claim | RowProblem] = [link(2, "https://press.test/a", "https://older.example/x")]
    assert add_file(workspace, "a.csv", rows).claims == 0
    wider = Site("example.com", old_hosts=("older.example",))
    file = workspace.ledger.open_file(1, wider, "a.csv", "a.csv", "Ahrefs", "Backlinks", [])
    assert not file.done
    for _ in workspace.ledger.import_batches(file, make_batches(rows, wider)):
        pass
    assert [f.claims for f in workspace.ledger.files(1)] == [1]


def test_a_claim_without_target_is_completed_by_another_source_or_by_its_page(workspace: Workspace) -> None:
    add_file(workspace, "latest.csv", [link(2, "https://a.test/1", None), link(3, "https://b.test/1", None)])
    assert len(list(workspace.sightings.pages_without_target(1))) == 2
    add_file(workspace, "ahrefs.csv", [link(2, "https://a.test/1", "https://example.com/x")])
    assert list(workspace.sightings.pages_without_target(1)) == ["https://b.test/1"]
    run = workspace.runs.begin(1, "q", NOW)
    seen = SeenLink("https://example.com/x", "here", Rel.NONE, Place.CONTENT)
    look = PageLook("https://b.test/1", PageOutcome.READ, 200, "read", NOW, title="B", external_links=4, links=(seen,))
    workspace.tasks.add_prioritised(run.id, "linking page", {"https://b.test/1": 0.0})
    unknown = workspace.urls.id_of("https://b.test/1") or 0
    workspace.sightings.save_page_looks(run.id, "linking page", [(unknown, look)])
    links = list(workspace.backlinks.of_targets(1, [workspace.urls.id_of("https://example.com/x") or 0]))
    assert [(x.referring_page, x.present) for x in links] == [("https://a.test/1", None), ("https://b.test/1", True)]
    assert workspace.tasks.counts(run.id, "linking page") == (1, 1)


def test_a_look_at_the_page_speaks_before_the_claims(workspace: Workspace) -> None:
    claim = link(2, "https://a.test/1", "https://example.com/x", rel=Rel.NONE, anchor_text="claimed")
    add_file(workspace, "a.csv", [claim, link(3, "https://a.test/1", "https://example.com/gone")])
    run = workspace.runs.begin(1, "q", NOW)
    workspace.tasks.add(run.id, "k", ["https://a.test/1"])
    page = workspace.urls.id_of("https://a.test/1") or 0
    seen = (
        SeenLink("https://example.com/x", "weak", Rel.NOFOLLOW, Place.CONTENT),
        SeenLink("http://example.com/x", "strong", Rel.NONE, Place.CONTENT),
    )
    workspace.sightings.save_page_looks(
        run.id, "k", [(page, PageLook("https://a.test/1", PageOutcome.READ, 200, "read", NOW, links=seen))]
    )
    (kept,) = workspace.backlinks.of_targets(1, [workspace.urls.id_of("https://example.com/x") or 0])
    (gone,) = workspace.backlinks.of_targets(1, [workspace.urls.id_of("https://example.com/gone") or 0])
    assert (kept.present, kept.anchor_text, kept.rel) == (True, "strong", Rel.NONE)
    assert gone.present is False


def test_backlinks_come_target_by_target_with_claimed_and_seen_ones_mixed(workspace: Workspace) -> None:
    rows = [link(n, f"https://p{n}.test/", f"https://example.com/{n % 3}") for n in range(2, 11)]
    add_file(workspace, "a.csv", list(rows))
    run = workspace.runs.begin(1, "q", NOW)
    workspace.tasks.add(run.id, "k", ["https://extra.test/"])
    page = workspace.urls.id_of("https://extra.test/") or 0
    links = tuple(SeenLink(f"https://example.com/{n}", "", Rel.NONE, Place.CONTENT) for n in range(3))
    look = PageLook("https://extra.test/", PageOutcome.READ, 200, "read", NOW, links=links)
    workspace.sightings.save_page_looks(run.id, "k", [(page, look)])
    ids = [workspace.urls.id_of(f"https://example.com/{n}") or 0 for n in range(3)]
    order = [found.target_id for found in workspace.backlinks.of_targets(1, ids)]
    assert order == sorted(order)
    assert [order.count(n) for n in ids] == [4, 4, 4]


def test_metrics_and_days_survive_the_round_trip(workspace: Workspace) -> None:
    claim = link(
        2,
        "https://a.test/1",
        "https://example.com/x",
        rel=Rel.NOFOLLOW | Rel.UGC,
        place=Place.CHROME,
        first_seen=date(2020, 2, 29),
        metrics=(Metric("dr", 71.0, MetricScale.DOMAIN), Metric("ur", 12.5, MetricScale.PAGE)),
        external_links=33,
        lost_reason="pageerror",
    )
    add_file(workspace, "a.csv", [claim])
    (found,) = workspace.backlinks.of_targets(1, [workspace.urls.id_of("https://example.com/x") or 0])
    assert found.domain_metric == Metric("dr", 71.0, MetricScale.DOMAIN)
    assert found.page_metric == Metric("ur", 12.5, MetricScale.PAGE)
    assert (found.rel, found.place, found.first_seen) == (Rel.NOFOLLOW | Rel.UGC, Place.CHROME, date(2020, 2, 29))
    assert (found.external_links, found.lost_reason) == (33, "pageerror")


def test_one_run_at_a_time_and_the_lock_dies_with_its_holder(workspace: Workspace) -> None:
    with (
        workspace.only_run(),
        open_workspace(workspace.folder) as other,
        pytest.raises(WorkspaceError, match="another run"),
        other.only_run(),
    ):
        pass
    with workspace.only_run():
        pass


def test_a_file_that_is_no_workspace_is_refused_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "linkreclaim.db").write_bytes(b"not a database at all, but long enough to look at" * 30)
    with pytest.raises(WorkspaceError, match="cannot be opened as a workspace"):
        open_workspace(tmp_path)


def test_the_same_export_again_under_another_name_counts_nothing_twice(workspace: Workspace) -> None:
    rows: list[Claim | RowProblem] = [
        link(n, f"https://p{n}.test/", f"https://example.com/{n % 3}", anchor_text="old", last_seen=date(2025, 1, n))
        for n in range(2, 11)
    ]
    add_file(workspace, "a.csv", rows)
    once = [backlinks_of(workspace, f"https://example.com/{n}") for n in range(3)]
    add_file(workspace, "copy of a.csv", rows)
    assert [backlinks_of(workspace, f"https://example.com/{n}") for n in range(3)] == once
    assert workspace.referring_domains.count(1) == 9


def test_of_two_exports_of_one_tool_the_newer_row_speaks_whatever_came_in_first(workspace: Workspace) -> None:
    target = "https://example.com/x"
    new = link(2, "https://a.test/", target, anchor_text="new", first_seen=date(2024, 5, 1), last_seen=date(2026, 9, 1))
    old = link(2, "https://a.test/", target, anchor_text="old", first_seen=date(2020, 5, 1), last_seen=date(2021, 9, 1))
    add_file(workspace, "2026.csv", [new])
    add_file(workspace, "2021.csv", [old._replace(lost_reason="lost")])
    (found,) = workspace.backlinks.of_targets(1, [workspace.urls.id_of(target) or 0])
    assert (found.anchor_text, found.lost_reason) == ("new", None)
    assert (found.first_seen, found.last_seen) == (date(2020, 5, 1), date(2026, 9, 1))


def test_a_site_that_is_named_without_a_page_is_a_referring_domain_and_nothing_to_read(workspace: Workspace) -> None:
    target = "https://example.com/x"
    rows: list[Claim | RowProblem] = [
        Claim(2, referring_domain="www.a.test"),
        Claim(3, target_url=target, referring_domain="b.test", hits=3),
        link(4, "https://c.test/1", target),
    ]
    add_file(workspace, "a.csv", rows)
    assert workspace.referring_domains.count(1) == 3
    assert list(workspace.sightings.pages_without_target(1)) == []


def test_a_file_tells_the_days_its_rows_name_also_after_a_cut(workspace: Workspace) -> None:
    days = [date(2020, 1, 1), None, date(2026, 9, 1), date(2023, 5, 5)]
    rows: list[Claim | RowProblem] = [
        link(n, f"https://p{n}.test/", "https://example.com/x", first_seen=day) for n, day in enumerate(days, 2)
    ]
    rows += [link(n, f"https://p{n}.test/", "https://example.com/x") for n in range(10, 6_000)]
    rows.append(link(9_000, "https://last.test/", "https://example.com/x", last_seen=date(2026, 10, 1)))
    site_id = workspace.ledger.site_id(SITE.host)
    file = workspace.ledger.open_file(site_id, SITE, "a.csv", "a", "Ahrefs", "Backlinks", [])
    next(iter(workspace.ledger.import_batches(file, make_batches(rows, SITE))))
    cut = workspace.ledger.open_file(site_id, SITE, "a.csv", "a", "Ahrefs", "Backlinks", [])
    assert (cut.oldest, cut.newest) == (date(2020, 1, 1), date(2026, 9, 1))
    for _ in workspace.ledger.import_batches(cut, make_batches(rows, SITE, cut.rows_done)):
        pass
    (whole,) = workspace.ledger.files(site_id)
    assert (whole.oldest, whole.newest) == (date(2020, 1, 1), date(2026, 10, 1))
    assert add_file(workspace, "b.csv", [link(2, "https://p.test/", "https://example.com/x")]).oldest is None
