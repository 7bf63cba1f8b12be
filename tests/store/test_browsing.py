"""Browsing the listed dead pages: pages forth and back, filters, counts and search, against plain Python."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.store.dead_lists import SOURCES, Dead, Listed, list_next_run, listed

from linkreclaim.jobs.delivery.list_dead import listed_run, site_of
from linkreclaim.jobs.findings.rows import numbered_rows
from linkreclaim.model.decisions import DecisionState
from linkreclaim.model.judgements import Cause, Disposition
from linkreclaim.model.verdicts import VerdictKind
from linkreclaim.store import dead_page_counts, dead_page_orders
from linkreclaim.store.browsing import DeadPageLine
from linkreclaim.store.dead_page_view import DeadPageFilter, DeadPageSort, DeadPageView, SortColumn
from linkreclaim.store.saved_views import read_query

KINDS = (VerdictKind.NOT_FOUND, VerdictKind.GONE, VerdictKind.SOFT_404)
CAUSES = (Cause.DELETED, Cause.RESTRUCTURE, Cause.TYPO)
SHELF = [
    Dead(
        f"/{('blog', 'shop', 'news')[n % 3]}/{('oak', 'elm', 'größe')[n % 3]}-{n}" if n % 5 else f"/page-{n}",
        verdict=KINDS[n % 3],
        cause=CAUSES[n // 3 % 3],
        target=f"/new/{n % 4}" if n % 4 else None,
        confidence_0_1=n % 7 / 7,
        disposition=Disposition.REDIRECT if n % 4 else Disposition.RESTORE,
        links=n * n % 11,
        title=f"Title {n % 6}" if n % 2 else "",
        anchors=(f"an anchor of {n}",),
        sources=frozenset(name for bit, name in enumerate(SOURCES) if n % 8 >> bit & 1),
    )
    for n in range(40)
]


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Listed]:
    with listed(tmp_path_factory.mktemp("shelf") / "ws", SHELF) as made:
        for number in (1, 2, 7, 11):
            made.decide(SHELF[number].path)
        yield made


def value_of(line: DeadPageLine, column: SortColumn) -> tuple[object, int]:
    name, tie = dead_page_orders.COLUMNS[column]
    return getattr(line, name), line.rank if tie == "rank" else -line.rank


def turn_pages(shelf: Listed, view: DeadPageView, limit: int) -> tuple[list[int], list[int]]:
    """Ranks in the order met by turning pages to the end, and again on the way back."""
    forth, page = [], shelf.workspace.browsing.page(shelf.run_id, view, limit)
    assert page.previous is None
    while True:
        forth += [line.rank for line in page.rows]
        if page.next is None:
            break
        page = shelf.workspace.browsing.page(shelf.run_id, replace(view, cursor=page.next), limit)
    back = [line.rank for line in page.rows]
    while page.previous is not None:
        page = shelf.workspace.browsing.page(shelf.run_id, replace(view, cursor=page.previous), limit)
        back = [line.rank for line in page.rows] + back
    return forth, back


@pytest.mark.parametrize("gathered_most", [0, 20_000])
@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("column", list(SortColumn))
def test_turning_pages_meets_every_row_once_in_order_and_back(
    shelf: Listed, column: SortColumn, descending: bool, gathered_most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dead_page_orders, "GATHERED_MOST", gathered_most)
    for asked in (DeadPageFilter(), DeadPageFilter(min_links=2), DeadPageFilter(text="oak")):
        view = DeadPageView(asked, DeadPageSort(column, descending))
        lines = shelf.lines(view)
        expected = sorted(lines, key=lambda line: value_of(line, column), reverse=descending)
        assert [line.rank for line in lines] == [line.rank for line in expected]
        forth, back = turn_pages(shelf, view, 7)
        assert forth == [line.rank for line in lines]
        # going back, the first page may begin anew to be a whole one
        assert back[-len(forth) :] == forth


KNOWN_BY = {dead.url: dead.sources for dead in SHELF}


def fits(line: DeadPageLine, asked: DeadPageFilter) -> bool:
    held = f"{line.url} {line.old_title} an anchor of {line.url.rsplit('-', 1)[-1]} {line.target_url}".casefold()
    held = held.replace("gr%c3%b6%c3%9fe", "grösse").replace("größe", "grösse")
    return (
        all(word in held for word in asked.text.casefold().split())
        and (not asked.verdicts or line.verdict in asked.verdicts)
        and (not asked.causes or line.cause in asked.causes)
        and (not asked.dispositions or line.disposition in asked.dispositions)
        and (not asked.states or line.state in asked.states)
        and (not asked.sources or bool(asked.sources & KNOWN_BY[line.url]))
        and (not asked.folder or line.folder == asked.folder)
        and line.match_confidence_0_1 >= asked.min_confidence_0_1
        and line.links >= asked.min_links
        and not asked.changed
    )


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    asked=st.builds(
        DeadPageFilter,
        text=st.sampled_from(
            ["", "", "oak", "OAK bl", "größe", "anchor 3", "title 5", "new/3", '"', "* OR", "x", "-1"]
        ),
        verdicts=st.frozensets(st.sampled_from(KINDS), max_size=2),
        causes=st.frozensets(st.sampled_from(CAUSES), max_size=2),
        dispositions=st.frozensets(st.sampled_from([Disposition.REDIRECT, Disposition.RESTORE]), max_size=1),
        states=st.frozensets(st.sampled_from(DecisionState), max_size=2),
        sources=st.frozensets(st.sampled_from([*SOURCES, "another"]), max_size=2),
        folder=st.sampled_from(["", "", "/blog/", "/"]),
        min_confidence_0_1=st.sampled_from([0.0, 0.4]),
        min_links=st.sampled_from([0, 3]),
        changed=st.just(False) | st.booleans(),
    ),
    sort=st.builds(DeadPageSort, st.sampled_from(SortColumn), st.booleans()),
    gathered_most=st.sampled_from([0, 5, 20_000]),
    counted_most=st.sampled_from([4, 10_000]),
)
def test_rows_and_counts_are_those_of_the_filter(
    shelf: Listed, asked: DeadPageFilter, sort: DeadPageSort, gathered_most: int, counted_most: int
) -> None:
    everything = shelf.lines(DeadPageView())
    expected = {line.rank for line in everything if fits(line, asked)}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dead_page_orders, "GATHERED_MOST", gathered_most)
        patch.setattr(dead_page_counts, "COUNTED_MOST", counted_most)
        shelf.workspace.browsing.forget_counts()
        page = shelf.workspace.browsing.page(shelf.run_id, DeadPageView(asked, sort), 100)
        facets = shelf.workspace.browsing.facets(shelf.run_id, asked)
        shelf.workspace.browsing.forget_counts()
    assert {line.rank for line in page.rows} == expected
    assert page.next is None
    if page.bounded:
        assert page.count <= counted_most
        return
    assert page.count == facets.count == len(expected)
    others = [line for line in everything if fits(line, replace(asked, verdicts=frozenset()))]
    assert facets.verdicts == Counter(line.verdict.value for line in others)
    others = [line for line in everything if fits(line, replace(asked, folder=""))]
    assert facets.folders == Counter(line.folder for line in others)
    others = [line for line in everything if fits(line, replace(asked, sources=frozenset()))]
    assert facets.sources == Counter(name for line in others for name in KNOWN_BY[line.url])


def test_a_text_with_many_matches_is_counted_up_to_a_bound(shelf: Listed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dead_page_counts, "COUNTED_MOST", 10)
    shelf.workspace.browsing.forget_counts()
    page = shelf.page("q=shop.example&sort=-links", limit=5)
    shelf.workspace.browsing.forget_counts()
    assert (page.count, page.bounded) == (10, True)
    assert [line.links for line in page.rows] == sorted((dead.links for dead in SHELF), reverse=True)[:5]


def test_a_list_of_an_older_program_knows_no_sources(tmp_path: Path) -> None:
    with listed(tmp_path / "ws", [Dead("/a", sources=frozenset(SOURCES))]) as made:
        made.workspace.runs.note(made.run_id, sources=[])
        assert made.workspace.browsing.facets(made.run_id, DeadPageFilter()).sources == {}
        assert made.paths("source=Ahrefs+Backlinks") == []


def test_counts_of_sources_follow_decisions(tmp_path: Path) -> None:
    ahrefs, console, _ = SOURCES
    pages = [Dead("/a", sources=frozenset({ahrefs})), Dead("/b", sources=frozenset({ahrefs, console})), Dead("/c")]
    with listed(tmp_path / "ws", pages) as made:
        made.decide("/b")
        assert made.paths("source=Ahrefs+Backlinks&state=proposed") == ["/a"]
        accepted = made.workspace.browsing.facets(made.run_id, read_query("state=accepted").filter)
        assert accepted.sources == {ahrefs: 1, console: 1}
        assert made.workspace.browsing.facets(made.run_id, DeadPageFilter(sources=frozenset({console}))).states == {
            "accepted": 1
        }


def test_hosts_are_counted_and_chosen(tmp_path: Path) -> None:
    with listed(tmp_path / "ws", [Dead("/a"), Dead("/b"), Dead("https://old.example/c")]) as made:
        facets = made.workspace.browsing.facets(made.run_id, DeadPageFilter())
        assert facets.hosts == {"shop.example": 2, "old.example": 1}
        assert [line.former_host for line in made.page("host=old.example").rows] == [True]


def test_other_sites_of_the_workspace_are_not_met(tmp_path: Path) -> None:
    with listed(tmp_path / "ws", [Dead("/oak-1"), Dead("/oak-2")]) as made:
        site_id = made.workspace.ledger.site_id("other.example")
        with made.workspace.engine.begin() as connection:
            connection.exec_driver_sql("UPDATE run SET site_id = ?", (site_id,))
        second = list_next_run(made.workspace, [Dead("/oak-3")])
        assert second.paths("q=oak") == ["/oak-3"]
        assert len(made.page("q=oak").rows) == 2


def test_a_new_run_takes_the_place_of_the_list_only_when_it_is_whole(tmp_path: Path) -> None:
    with listed(tmp_path / "ws", [Dead("/a", title="Alpha"), Dead("/b")]) as first:
        second = list_next_run(first.workspace, [Dead("/b"), Dead("/c", title="Gamma")], to_list=False)
        rows = first.workspace.browsing.walk(first.run_id, DeadPageView())
        whole = [(line.url_id, line) for block in rows for line in block]
        assert first.workspace.dead_pages.listed_run(first.site_id) == first.run_id
        assert len(whole) == 2
        newest = listed_run(first.workspace, first.site_id)
        assert newest is not None
        assert newest.id == second.run_id
        assert set(second.paths()) == {"/b", "/c"}
        assert first.page().rows == ()
        assert second.paths("q=alpha") == []
        assert second.paths("q=gamma") == ["/c"]


def test_a_list_that_was_cut_off_is_begun_anew(tmp_path: Path) -> None:
    with listed(tmp_path / "ws", [Dead("/a")]) as first:
        second = list_next_run(first.workspace, SHELF, to_list=False)
        run = first.workspace.runs.get(second.run_id)
        assert run is not None
        rows = numbered_rows(first.workspace, run, site_of(first.workspace, run))
        started = first.workspace.dead_pages.list_run(first.site_id, run.id, rows)
        next(started)
        del started
        assert first.workspace.dead_pages.listed_run(first.site_id) == first.run_id
        assert first.paths() == ["/a"]
        listed_run(first.workspace, first.site_id)
        assert len(second.page("", limit=100).rows) == len(SHELF)
        assert second.page("q=oak", limit=100).count == sum("oak" in dead.path for dead in SHELF)


def test_hostile_text_is_text(tmp_path: Path) -> None:
    words = ("nul \0 here", "'; DROP TABLE url; --", "<script>", "%' OR 1=1", '"quoted" AND NOT')
    with listed(tmp_path / "ws", [Dead(f"/p{n}", anchors=(each,)) for n, each in enumerate(words)]) as made:
        for query in ("q=drop+table", "q=%3Cscript%3E", "q=%25%27+or", "q=%22quoted%22+and"):
            assert len(made.paths(query)) == 1, query
        assert read_query("q=nul").filter.text == "nul"
