"""Browsing and deciding on top of whole audits: the table says what the report says, and the pane says the rest."""

import asyncio
from dataclasses import replace

import pytest
from tests.jobs.conftest import Web
from tests.jobs.test_decide import decide, read_sheet_rows, save_csv
from tests.jobs.web import ARTICLES

from linkreclaim.config import FetchSettings
from linkreclaim.errors import InputError, WorkspaceError
from linkreclaim.jobs.delivery.list_dead import listed_run
from linkreclaim.jobs.desk import browse
from linkreclaim.jobs.desk.browse import BrowsedSite, Browser
from linkreclaim.jobs.desk.decide_page import check_target, choose_action, choose_target, read_target
from linkreclaim.jobs.runs.clock import utc_now
from linkreclaim.model.reports import BacklinkRow
from linkreclaim.report.tables import write_dead_pages
from linkreclaim.store import Workspace, open_workspace
from linkreclaim.store.bulk_decisions import BulkAction
from linkreclaim.store.dead_page_view import DeadPageFilter, DeadPageView
from linkreclaim.store.saved_views import read_query

SETTINGS = FetchSettings(allow_private=True, stranger_per_s=1000)


def open_site(workspace: Workspace, web: Web) -> tuple[Browser, BrowsedSite]:
    browser = Browser(workspace)
    browsed = browser.site(web.site.netloc)
    assert browsed is not None
    return browser, browsed


def test_the_table_its_exports_and_the_report_say_the_same(web: Web) -> None:
    web.audit("--links", str(web.ahrefs()))
    with open_workspace(web.folder / "ws") as workspace:
        browser, browsed = open_site(workspace, web)
        write_dead_pages(web.folder / "all.csv", browser.rows(browsed, DeadPageView()))
        assert (web.folder / "all.csv").read_bytes() == (web.folder / "ws/report/dead_pages.csv").read_bytes()
        view = read_query("q=law&sort=-links")
        shown = browser.page(browsed, view).rows
        assert 0 < len(shown) < len(ARTICLES)
        assert [row.url for row in browser.rows(browsed, view)] == [line.url for line in shown]


def test_the_pane_tells_everything_about_one_page(web: Web) -> None:
    web.audit("--links", str(web.ahrefs()))
    with open_workspace(web.folder / "ws") as workspace:
        browser, browsed = open_site(workspace, web)
        line = next(row for row in browser.page(browsed, DeadPageView()).rows if row.url.endswith("contract-law"))
        pane = browser.pane(browsed, line.url_id)
        assert pane.line == line
        assert pane.look.verdict.kind is line.verdict
        assert pane.look.answer.hops[-1].status_code == 404
        assert pane.candidates[0].page is not None
        assert pane.candidates[0].page.title
        assert pane.held is None
        assert len(pane.links.rows) == 3
        assert pane.links.by_value
        assert {link.seen for link in pane.links.rows} == {"present"}
        assert pane.links.rows[0].value_parts
        first = browser.links(browsed, line.url_id, limit=2)
        rest = browser.links(browsed, line.url_id, first.next or "", limit=2)
        assert (*first.rows, *rest.rows) == pane.links.rows
        assert rest.next is None
        with pytest.raises(InputError, match="no dead page"):
            browser.pane(browsed, 4_711)


def test_links_too_many_to_sort_come_by_linking_page(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    web.audit("--links", str(web.ahrefs()))
    with open_workspace(web.folder / "ws") as workspace:
        browser, browsed = open_site(workspace, web)
        number = browser.page(browsed, DeadPageView()).rows[0].url_id
        by_value = browser.links(browsed, number)
        monkeypatch.setattr(browse, "SORTED_BY_VALUE_MOST", 0)
        met: list[BacklinkRow] = []
        after = ""
        while True:
            some = browser.links(browsed, number, after, limit=1)
            met += some.rows
            if some.next is None:
                break
            after = some.next
        assert not some.by_value
        assert met == sorted(by_value.rows, key=lambda row: row.referring_page.removeprefix("http://"))


def test_a_typed_target_is_completed_and_looked_at(web: Web) -> None:
    web.audit("--links", str(web.ahrefs()))
    with open_workspace(web.folder / "ws") as workspace:
        browser, browsed = open_site(workspace, web)
        typed = [each.url for each in browser.complete_target(browsed, "/con")]
        assert f"{web.site.origin}/contact" in typed
        assert all("/con" in url for url in typed)
        assert browser.complete_target(browsed, "contac")
        assert browser.complete_target(browsed, '"*') == []
        known = asyncio.run(check_target(workspace, browsed, "/contact", SETTINGS))
        assert (known.known, known.problem) == (True, "")
        gone = asyncio.run(check_target(workspace, browsed, "/nowhere", SETTINGS))
        assert (gone.known, gone.verdict is not None and gone.verdict.dead) == (False, True)
        assert "/nowhere is not_found" in gone.problem
        for nonsense in ("", "mailto:a@b.example", "http://[", "javascript:alert(1)"):
            with pytest.raises(InputError, match="no path"):
                read_target(browsed, nonsense)


def test_a_decision_in_the_page_is_kept_by_sheet_and_audit(web: Web) -> None:
    web.audit("--links", str(web.ahrefs()))
    with open_workspace(web.folder / "ws") as workspace:
        browser, browsed = open_site(workspace, web)
        lines = {row.url.rsplit("/", 1)[-1]: row for row in browser.page(browsed, DeadPageView()).rows}
        target = read_target(browsed, "/contact")
        made = choose_target(lines["contract-law"], target, "Ada", utc_now(), "they moved")
        workspace.decisions.decide(browsed.id, lines["contract-law"].url_id, 0, made, browsed.run.id)
        gone = choose_action(lines["retired"], BulkAction.GONE, "Ada", utc_now())
        workspace.decisions.decide(browsed.id, lines["retired"].url_id, 0, gone, browsed.run.id)
        with pytest.raises(InputError, match="itself"):
            choose_target(lines["retired"], read_target(browsed, lines["retired"].url), "Ada", utc_now())
    rows = [row for row in read_sheet_rows(web) if row["source"].endswith("divorce-costs")]
    sheet = save_csv(web.folder / "sheet.csv", [dict(rows[0], decision="rejected")])
    assert decide(web, sheet, "--by", "Ben")[1]["rejected"] == 1
    _, result, _ = web.audit("--links", str(web.ahrefs()), "--fresh")
    held = {row["url"].rsplit("/", 1)[-1]: row for row in result["dead_pages"] if row["decided_by"]}
    assert {slug: (row["decided_by"], row["disposition"]) for slug, row in held.items()} == {
        "contract-law": ("Ada", "redirect"),
        "retired": ("Ada", "gone"),
        "divorce-costs": ("Ben", "redirect"),
    }
    with open_workspace(web.folder / "ws") as workspace:
        browser, browsed = open_site(workspace, web)
        counts = browser.facets(browsed, DeadPageFilter()).states
        assert (counts["accepted"], counts["rejected"]) == (2, 1)
        entries = workspace.decisions.history(browsed.id).entries
        assert [each.decision.decided_by for each in entries] == ["Ben", "Ada", "Ada"]
        assert [each.action for each in workspace.decisions.batches(browsed.id)] == ["sheet"]


def test_a_sheet_read_back_is_one_batch_that_can_be_undone(web: Web) -> None:
    web.audit("--links", str(web.ahrefs()))
    decide(web, web.folder / "ws/report/redirects.csv", "--accept", "0.5")
    with open_workspace(web.folder / "ws") as workspace:
        browser, browsed = open_site(workspace, web)
        batch = workspace.decisions.batches(browsed.id)[0]
        assert (batch.view, batch.decisions) == ("redirects.csv", len(ARTICLES))
        assert workspace.bulk_decisions.undo(browsed.id, batch.id, "Ada", utc_now()).decided == len(ARTICLES)
        assert browser.page(browsed, read_query("state=accepted")).count == 0
    _, result, _ = web.audit("--links", str(web.ahrefs()))
    assert {row["decision"] for row in result["dead_pages"]} == {"proposed"}


def test_a_run_that_was_never_listed_is_listed_when_it_is_asked_for(web: Web) -> None:
    web.audit("--links", str(web.ahrefs()))
    with open_workspace(web.folder / "ws") as workspace:
        with workspace.engine.begin() as connection:
            connection.exec_driver_sql("UPDATE site SET listed_run_id = NULL")
        with workspace.only_run(), pytest.raises(WorkspaceError, match="another run"):
            open_site(workspace, web)
        browser, browsed = open_site(workspace, web)
        assert browser.page(browsed, DeadPageView()).count > 0
        assert browser.site("unknown.example") is None
        assert listed_run(workspace, browsed.id) == browsed.run


def test_views_are_kept_under_a_name(web: Web) -> None:
    web.audit("--links", str(web.ahrefs()))
    with open_workspace(web.folder / "ws") as workspace:
        views, site_id = workspace.saved_views, open_site(workspace, web)[1].id
        views.save(
            site_id, " Quick  wins ", [("confidence", "0.9"), ("sort", "-links"), ("after", "3.2")], "Ada", utc_now()
        )
        views.save(site_id, "Quick wins", [("confidence", "0.95"), ("sort", "-links"), ("x", "y")], "Ben", utc_now())
        views.save(site_id, "Blog", [("folder", "/blog/")], "Ada", utc_now())
        assert [(view.name, view.query, view.saved_by) for view in views.all(site_id)] == [
            ("Blog", "folder=%2Fblog%2F", "Ada"),
            ("Quick wins", "confidence=0.95&sort=-links", "Ben"),
        ]
        assert replace(read_query(views.all(site_id)[0].query)).filter.folder == "/blog/"
        views.delete(site_id, views.all(site_id)[0].id)
        assert len(views.all(site_id)) == 1
