"""Dead pages: table, filters, pane and files by HTTP; then by mouse and keyboard in Chromium."""

import csv
import http.client
import io
import json
import re
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
from playwright.sync_api import Page, ViewportSize, expect
from tests.store.dead_lists import HOST, Dead, list_next_run, listed
from tests.web.harness import PHONE, BrowserPages, DemoWorkspace, Pages, serve_pages

from linkreclaim.model.verdicts import VerdictKind

WIDE = ViewportSize(width=1500, height=900)


def table_of(pages: Pages) -> str:
    return f"/sites/{pages.workspace.relaunch}/dead-pages"


def ids_of(html: str) -> list[str]:
    return re.findall(r'<tr id="row-(\d+)"', html)


def words(html: str) -> str:
    main = html.partition("<main")[2].partition("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", main)).split())


def fetch(pages: Pages, path: str) -> bytes:
    """The bytes of a file."""
    with closing(http.client.HTTPConnection("127.0.0.1", pages.port, timeout=30)) as connection:
        connection.request("GET", path, headers={"Cookie": f"{pages.sessions.cookie}={pages.cookie}"})
        return connection.getresponse().read()


class TestTable:
    def test_lists_the_most_valuable_first_with_the_reasons(self, pages: Pages) -> None:
        shown = words(pages.get(table_of(pages)).text)
        assert "24 dead pages" in shown
        assert "/blog/2023/non-compete-clauses/" in shown
        assert "Moved in a restructure" in shown
        assert len(ids_of(pages.get(table_of(pages)).text)) == 24

    def test_a_filter_narrows_and_says_so(self, pages: Pages) -> None:
        html = pages.get(f"{table_of(pages)}?q=clauses&disposition=redirect&confidence=0.9").text
        assert 0 < len(ids_of(html)) < 5
        assert 'value="clauses"' in html
        assert re.search(r'id="disposition-redirect"[^>]+checked', html)
        assert "No dead page fits" in words(pages.get(f"{table_of(pages)}?q=zzzz").text)

    def test_counts_stand_beside_each_choice(self, pages: Pages) -> None:
        counts = re.findall(r'name="cause" value="(\w+)".*?number">(\d+)<', pages.get(table_of(pages)).text, re.DOTALL)
        assert sum(int(count) for _, count in counts) == 24

    @pytest.mark.parametrize("query", ["sort=rainbow", "verdict=perhaps", "links=many", "after=x", "q=%00"])
    def test_a_view_that_means_nothing_is_said(self, pages: Pages, query: str) -> None:
        reply = pages.get(f"{table_of(pages)}?{query}")
        assert reply.status == 400
        assert "Traceback" not in reply.text

    def test_pages_follow_one_another_without_gap(self, pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("linkreclaim.web.pages.dead_pages.ROWS", 7)
        query, met = "sort=url", []
        while query:
            html = pages.get(f"{table_of(pages)}?{query}").text
            met += ids_of(html)
            following = re.findall(r'rel="next" href="[^"?]+\?([^"]+)"', html)
            query = unescape(following[0]) if following else ""
        assert len(met) == len(set(met)) == 24
        assert 'rel="prev"' in html

    def test_htmx_gets_rows_and_counts_and_the_address(self, pages: Pages) -> None:
        headers = {"HX_Request": "true", "HX_Target": "results"}
        reply = pages.get(f"{table_of(pages)}?q=&confidence=&disposition=redirect&folder=", **headers)
        assert "<html" not in reply.text
        assert 'id="results"' in reply.text
        assert '<div id="facets" class="facets" hx-swap-oob="true">' in reply.text
        assert reply.headers["hx-push-url"] == f"{table_of(pages)}?disposition=redirect"

    def test_a_site_without_a_finished_audit_says_so(self, tmp_path: Path) -> None:
        with serve_pages(DemoWorkspace(tmp_path / "ws", "", "")) as served:
            served.enter()
            with sqlite3.connect(tmp_path / "ws" / "linkreclaim.db") as connection:
                connection.execute("INSERT INTO site (host) VALUES ('new.example')")
            connection.close()
            assert "No finished audit yet" in words(served.get("/sites/new.example/dead-pages").text)
            assert served.get("/sites/new.example/dead-pages/history").status == 404


class TestPane:
    def test_tells_everything_about_one_page(self, pages: Pages) -> None:
        html = pages.get(table_of(pages)).text
        number = ids_of(html)[0]
        shown = words(pages.get(f"{table_of(pages)}?open={number}").text)
        for told in ("Not found (404)", "Moved in a restructure", "of the lost equity", "Links call it", "Link seen"):
            assert told in shown
        assert "Ahrefs Backlinks" in shown
        assert f"row-{number}" in pages.get(f"{table_of(pages)}?open={number}").text

    def test_of_a_page_that_is_not_dead_says_so(self, pages: Pages) -> None:
        assert "does not list this page" in words(pages.get(f"{table_of(pages)}?open=99999").text)
        assert pages.get(f"{table_of(pages)}?open=evil").status == 200

    def test_links_are_paged(self, pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("linkreclaim.web.pages.dead_pages.LINKS_SHOWN", 1)
        number = ids_of(pages.get(table_of(pages)).text)[0]
        html = pages.get(f"{table_of(pages)}?open={number}").text
        more = unescape(re.findall(r'<p class="more-links"><a href="([^"]+)"', html)[0])
        assert "Links to /blog/" in words(pages.get(more).text)
        assert pages.get(more, HX_Request="true").text.count("<li>") == 1

    def test_targets_are_completed_from_the_inventory(self, pages: Pages) -> None:
        found = pages.get(f"{table_of(pages)}/targets?target=clauses").text
        assert 'role="option"' in found
        assert "/resources/non-compete-clauses/" in found
        assert pages.get(f"{table_of(pages)}/targets?target=%22%2A").text.strip() == ""


class TestFiles:
    def test_a_view_is_saved_as_csv_json_and_workbook(self, pages: Pages, tmp_path: Path) -> None:
        import python_calamine

        path = f"{table_of(pages)}/files"
        text = pages.get(f"{path}/dead_pages.csv?q=clauses&sort=url").text
        rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
        assert len(rows) > 1
        assert [row["url"] for row in rows] == sorted(row["url"] for row in rows)
        made = json.loads(pages.get(f"{path}/dead_pages.json?q=clauses&sort=url").text)
        assert [each["url"] for each in made] == [row["url"] for row in rows]
        whole = pages.get(f"{path}/dead_pages.csv").text
        report = (pages.workspace.folder / "report" / "dead_pages.csv").read_text(encoding="utf-8")
        assert whole.splitlines()[0] == report.splitlines()[0]
        (tmp_path / "view.xlsx").write_bytes(fetch(pages, f"{path}/dead_pages.xlsx?q=clauses&sort=url"))
        sheet = python_calamine.load_workbook(str(tmp_path / "view.xlsx")).get_sheet_by_index(0).to_python()
        assert [row[1] for row in sheet[1:]] == [row["url"] for row in rows]
        assert isinstance(sheet[1][0], float)
        assert json.loads(pages.get(f"{path}/dead_pages.json?q=zzzz").text) == []
        assert pages.get(f"{path}/passwd").status == 404

    def test_a_workbook_without_the_extra_names_it(self, pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "xlsxwriter", None)
        reply = pages.get(f"{table_of(pages)}/files/dead_pages.xlsx")
        assert reply.status == 400
        assert "linkreclaim[reports]" in unescape(reply.text)


class TestViews:
    def test_are_kept_shown_and_forgotten(self, own_pages: Pages) -> None:
        own_pages.enter()
        table = table_of(own_pages)
        own_pages.post(f"{table}/views", {"name": "Sure <b>ones", "view": "confidence=0.95&sort=-links"})
        html = own_pages.get(table).text
        assert f'href="{table}?confidence=0.95&amp;sort=-links"><bdi>Sure &lt;b&gt;ones</bdi>' in html
        forget = re.findall(r'action="([^"]+/delete)"', html)[0]
        assert own_pages.post(forget, {"view": ""}).headers["location"] == table
        assert "Sure &lt;" not in own_pages.get(table).text
        assert own_pages.post(f"{table}/views", {"name": " ", "view": ""}).status == 400


HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(1)>'


@pytest.fixture
def hostile_pages(tmp_path: Path) -> Iterator[Pages]:
    """A site whose titles, anchors, addresses and targets were chosen by an enemy."""
    dead = [
        Dead("/a?q=%3Cscript%3E'\"x", title=HOSTILE, anchors=(HOSTILE, "=cmd|' /C calc'!A0", "\u202egnp.exe")),
        Dead("javascript://shop.example/%0aalert(1)", target=None),
        Dead("/b/" + "x" * 7_000, title="\u202e" + "y" * 9_000),
    ]
    with listed(tmp_path / "ws", dead, {"/new": True}):
        pass
    with serve_pages(DemoWorkspace(tmp_path / "ws", HOST, HOST)) as served:
        served.enter()
        yield served


class TestHostileText:
    def test_is_shown_as_text(self, hostile_pages: Pages) -> None:
        table = table_of(hostile_pages)
        html = hostile_pages.get(table).text
        for path in [
            table,
            *(f"{table}?open={number}" for number in ids_of(html)),
            f"{table}/all",
            f"{table}?q=%3Cscript%3E",
        ]:
            shown = hostile_pages.get(path).text
            assert "<script>alert" not in shown
            assert "<img" not in shown
            assert "\u202e" not in shown
            assert not re.search(r'href="\s*javascript:', shown)
            for link in re.findall(r'<a [^>]*href="https?:[^>]+>', shown):
                assert 'rel="noopener noreferrer nofollow"' in link
        text = hostile_pages.get(f"{table}/files/dead_pages.csv").text
        assert not re.search(r"(^|,)\"?=cmd", text, re.MULTILINE)

    def test_no_script_of_it_runs(self, hostile_pages: Pages, browser_pages: BrowserPages) -> None:
        table = table_of(hostile_pages)
        number = ids_of(hostile_pages.get(table).text)[0]
        shown = BrowserPages(browser_pages.browser, hostile_pages, browser_pages.axe)
        with shown.open(f"{table}?open={number}", size=PHONE) as page:
            assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
            assert shown.find_violations(page) == []


class TestAnotherRun:
    def test_keeps_the_decision_and_says_what_changed_under_it(self, tmp_path: Path) -> None:
        dead = [Dead("/old", target="/new"), Dead("/other", target="/new")]
        with listed(tmp_path / "ws", dead, {"/new": True}) as first:
            first.decide("/old")
            changed = [replace(dead[0], verdict=VerdictKind.SOFT_404, target="/newer"), dead[1]]
            list_next_run(first.workspace, changed, {"/new": False, "/newer": True})
        with serve_pages(DemoWorkspace(tmp_path / "ws", HOST, HOST)) as served:
            served.enter()
            table = table_of(served)
            html = served.get(f"{table}?changed=1").text
            assert len(ids_of(html)) == 1
            shown = words(served.get(f"{table}?changed=1&open={ids_of(html)[0]}").text)
            assert "Facts changed" in shown
            assert "Then: Not found (404). Now: Soft 404." in shown
            assert "Then: /new. Now: " in shown
            assert "no longer a page that works" in shown
            assert "Accepted: Redirect to /new by Ada" in shown


def decided(page: Page, number: str) -> str:
    return page.inner_text(f"#row-{number} .deciding")


class TestInChromium:
    def test_the_table_with_its_pane_is_accessible(self, browser_pages: BrowserPages) -> None:
        pages = browser_pages.pages
        number = ids_of(pages.get(table_of(pages)).text)[0]
        browser_pages.check_page(f"{table_of(pages)}?q=clauses&open={number}")

    @pytest.mark.parametrize("path", ["/history", "/sheet", "/all?action=accept"])
    def test_the_pages_of_deciding_are_accessible(self, browser_pages: BrowserPages, path: str) -> None:
        browser_pages.check_page(table_of(browser_pages.pages) + path)

    def test_escape_closes_a_filter_before_the_pane(self, browser_pages: BrowserPages) -> None:
        with browser_pages.open(table_of(browser_pages.pages), size=WIDE) as page:
            page.click("#results tbody tr th a")
            expect(page.locator("#pane.open")).to_have_count(1)
            page.focus("#facet-source summary")
            page.keyboard.press("Enter")
            page.keyboard.press("Tab")
            assert page.evaluate("document.activeElement.name") == "source"
            page.keyboard.press("Escape")
            assert page.locator("#facet-source").get_attribute("open") is None
            assert page.evaluate("document.activeElement.closest('details').id") == "facet-source"
            expect(page.locator("#pane.open")).to_have_count(1)
            page.keyboard.press("Escape")
            expect(page.locator("#pane.open")).to_have_count(0)

    def test_filters_by_mouse_stand_in_the_address(self, browser_pages: BrowserPages) -> None:
        with browser_pages.open(table_of(browser_pages.pages), size=WIDE) as page:
            page.click("#facet-cause summary")
            page.check("#cause-deleted_page")
            expect(page.locator("#results .count")).to_contain_text("1 dead page")
            assert page.url.endswith("?cause=deleted_page")
            assert page.locator("#facet-cause").get_attribute("open") is not None  # stays unfolded for a second choice
            assert page.evaluate("document.activeElement.id") == "cause-deleted_page"
            assert "1 dead page" in page.inner_text("#said")
            page.uncheck("#cause-deleted_page")
            expect(page.locator("#results .count")).to_contain_text("24 dead pages")
            page.click("#facet-source summary")
            shown = page.inner_text("#facet-source label:last-of-type")
            page.check("#facet-source label:last-of-type input")
            expect(page.locator("#results .count")).to_contain_text(f"{shown.split()[-1]} dead page")
            page.click("#facets .clear")
            page.fill("#search", "clauses")
            expect(page.locator("#results tbody tr")).to_have_count(2)
            assert page.url.endswith("?q=clauses")
            page.click("#sort-page")
            expect(page.locator("#results th[aria-sort]")).to_have_text(re.compile("Page"))
            page.go_back()
            expect(page.locator("#results th[aria-sort]")).to_have_text(re.compile("Of the loss"))
            assert page.url.endswith("?q=clauses")
            assert browser_pages.find_violations(page) == []

    def test_decides_by_keyboard_alone(self, own_browser_pages: BrowserPages) -> None:
        pages = own_browser_pages.pages
        first, second, third = ids_of(pages.get(table_of(pages)).text)[:3]
        with own_browser_pages.open(table_of(pages), size=WIDE) as page:
            page.keyboard.press("j")
            page.wait_for_selector(f"#pane[data-row=row-{first}]")
            page.keyboard.press("a")
            expect(page.locator(f"#row-{first} .deciding")).to_contain_text("Accepted")
            expect(page.locator("#pane .verdict-line")).to_contain_text("Accepted")
            page.keyboard.press("j")
            page.wait_for_selector(f"#pane[data-row=row-{second}]")
            page.keyboard.press("r")
            expect(page.locator("#pane .verdict-line")).to_contain_text("Accepted: Restore")
            page.keyboard.press("u")
            expect(page.locator("#pane .verdict-line")).to_contain_text("Proposed")
            assert "Accept" in decided(page, second)
            page.keyboard.press("k")
            page.wait_for_selector(f"#pane[data-row=row-{first}]")
            page.keyboard.press("j")
            page.wait_for_selector(f"#pane[data-row=row-{second}]")
            page.keyboard.press("j")
            page.wait_for_selector(f"#pane[data-row=row-{third}]")
            assert "Proposed" in page.inner_text("#said")
            assert f"open={third}" in page.url
            page.keyboard.press("2")
            expect(page.locator("#pane .verdict-line")).to_contain_text("Accepted: Redirect")
            assert own_browser_pages.find_violations(page) == []
            page.keyboard.press("/")
            assert page.evaluate("document.activeElement.id") == "search"
            page.keyboard.type("jar")  # letters in a field are letters
            expect(page.locator("#results .count, #results p").first).to_be_visible()
            assert page.input_value("#search") == "jar"
            page.keyboard.press("Escape")
            page.keyboard.press("?")
            assert page.locator("#keys").get_attribute("open") is not None
            page.keyboard.press("Escape")
            expect(page.locator("#pane")).to_be_hidden()
            assert "open=" not in page.url
            page.uncheck("#keys-on")
            page.keyboard.press("/")
            assert page.evaluate("document.activeElement.id") == "keys-on"

    def test_a_target_is_typed_completed_and_taken(self, own_browser_pages: BrowserPages) -> None:
        pages = own_browser_pages.pages
        number = ids_of(pages.get(table_of(pages)).text)[0]
        with own_browser_pages.open(f"{table_of(pages)}?open={number}", size=WIDE) as page:
            page.keyboard.press("e")
            page.keyboard.type("probation")
            page.wait_for_selector("#targets [role=option]")
            assert page.get_attribute("#target", "aria-expanded") == "true"
            assert own_browser_pages.find_violations(page) == []
            page.keyboard.press("ArrowDown")
            assert page.get_attribute("#target", "aria-activedescendant") == "target-1"
            page.keyboard.press("Enter")
            assert page.input_value("#target").endswith("/resources/probation-periods/")
            page.keyboard.press("Enter")
            expect(page.locator("#pane .verdict-line")).to_contain_text("Redirect to /resources/probation-periods/")
            expect(page.locator(f"#row-{number}")).to_contain_text("Accepted")

    def test_a_row_is_accepted_by_mouse_and_all_by_preview(self, own_browser_pages: BrowserPages) -> None:
        pages = own_browser_pages.pages
        first, second = ids_of(pages.get(table_of(pages)).text)[:2]
        with own_browser_pages.open(table_of(pages), size=WIDE) as page:
            page.click(f"#accept-{first}")
            expect(page.locator(f"#row-{first} .deciding")).to_contain_text("Accepted")
            assert page.evaluate("document.activeElement.id") == f"open-{first}"
            page.click(f"#open-{second}")
            page.wait_for_selector("#pane.open")
            expect(page.locator("#pane-title")).to_be_focused()
            page.click("#do-gone")
            expect(page.locator(f"#row-{second}")).to_contain_text("Leave gone")
            page.click("text=Preview")
            expect(page.locator("h1")).to_have_text("Accept 22 proposals")
            page.click("text=Decide about 22 pages")
            expect(page.locator(".banner.done")).to_contain_text("22 proposals accepted")
            assert own_browser_pages.find_violations(page) == []
            page.click(".banner.done >> text=Undo")
            expect(page.locator(".banner.done")).to_contain_text("22 decisions undone")

    def test_a_stale_decision_shows_both_views(self, own_browser_pages: BrowserPages) -> None:
        pages = own_browser_pages.pages
        number = ids_of(pages.get(table_of(pages)).text)[0]
        with own_browser_pages.open(f"{table_of(pages)}?open={number}", size=WIDE, expected="409") as page:
            pages.post(f"{table_of(pages)}/{number}/decide", {"revision": "0", "action": "gone"})
            page.click("#do-accept")
            expect(page.locator("#notice")).to_contain_text("It changed meanwhile")
            expect(page.locator("#notice")).to_be_focused()
            assert "Accepted: Leave gone" in page.inner_text("#notice")
            assert "Redirect" in page.inner_text("#notice dl")
            assert own_browser_pages.find_violations(page) == []
            page.click("#anyway")
            expect(page.locator("#pane .verdict-line")).to_contain_text("Accepted: Redirect")

    def test_decides_without_scripts(self, own_browser_pages: BrowserPages) -> None:
        pages = own_browser_pages.pages
        first, second = ids_of(pages.get(table_of(pages)).text)[:2]
        with own_browser_pages.open(table_of(pages), script=False, size=PHONE) as page:
            page.click(f"#accept-{first}")
            assert "Accepted" in decided(page, first)
            page.click(f"#open-{second}")
            page.fill("#target", "/resources/probation-periods/")
            page.click("#do-redirect")
            assert "Accepted: Redirect to /resources/probation-periods/" in page.inner_text("#pane")
            page.click("#do-take_back")
            assert "Taken back" in page.inner_text("#pane")
            page.click("#close-pane")
            assert page.locator("#pane").is_hidden()
