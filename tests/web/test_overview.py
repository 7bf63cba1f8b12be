"""Overview and the list of sites: what they show, in HTML and in Chromium."""

import re
from html import unescape

import pytest
from tests.web.harness import BrowserPages, DemoWorkspace, Pages, serve_pages


def words(html: str) -> str:
    """The visible words of a page's main part."""
    main = html.partition("<main")[2].partition("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", main)).split())


class TestOverview:
    def test_says_what_was_lost_and_what_is_back(self, pages: Pages) -> None:
        shown = words(pages.get(f"/sites/{pages.workspace.relaunch}").text)
        assert re.search(r"regain \d+ % of the lost equity", shown)
        assert "lost pages with links" in shown
        assert "of all link equity is back since an earlier audit" in shown
        first, second = re.findall(r"November 2026, 09:00 (\d+) \d+ % (\d+) ", shown)[:2]
        assert (int(second[0]) - int(first[0]), first[1], second[1]) == (2, "2", "0")

    def test_names_causes_answers_and_sources(self, pages: Pages) -> None:
        shown = words(pages.get(f"/sites/{pages.workspace.relaunch}").text)
        assert "Moved in a restructure" in shown
        assert "Not found (404)" in shown
        assert "Ahrefs Backlinks 1 file" in shown

    def test_leads_to_the_run_it_shows(self, pages: Pages) -> None:
        html = pages.get(f"/sites/{pages.workspace.relaunch}").text
        (path,) = re.findall(r'<a href="([^"]+/runs/\d+)">run \d+</a>', html)
        assert pages.get(path).status == 200

    def test_draws_the_trend_and_the_folders_each_with_its_table(self, pages: Pages) -> None:
        html = pages.get(f"/sites/{pages.workspace.relaunch}").text
        assert re.findall(r'<svg [^>]*aria-labelledby="(\w+)-title', html) == ["recovery", "folders"]
        assert "style=" not in html
        assert re.search(r"/blog/2021/ /resources/ \d+ % \d+", words(html))

    def test_of_a_site_known_from_several_sources_says_what_only_one_knows(self, pages: Pages) -> None:
        assert "Only here" in words(pages.get(f"/sites/{pages.workspace.shop}").text)
        assert "Only here" not in words(pages.get(f"/sites/{pages.workspace.relaunch}").text)

    def test_leads_from_each_source_to_the_pages_that_it_knows(self, pages: Pages) -> None:
        overviews = [pages.get(f"/sites/{site}").text for site in (pages.workspace.relaunch, pages.workspace.shop)]
        led = re.findall(r'<a href="([^"]+\?source=[^"]+)">([\d,]+)</a>', " ".join(overviews))
        assert len(led) > 2
        for path, count in led:
            assert f"{count} dead page" in words(pages.get(path).text)

    def test_of_a_site_audited_once_has_no_history(self, pages: Pages) -> None:
        shown = words(pages.get(f"/sites/{pages.workspace.shop}").text)
        assert "Over time" not in shown
        assert "Search Console" in shown

    def test_is_the_current_page_of_the_navigation(self, pages: Pages) -> None:
        html = pages.get(f"/sites/{pages.workspace.relaunch}").text
        assert re.findall(r'<a href="([^"]+)" aria-current="page">', html) == [f"/sites/{pages.workspace.relaunch}"]

    def test_in_chromium(self, browser_pages: BrowserPages) -> None:
        browser_pages.check_page(f"/sites/{browser_pages.pages.workspace.relaunch}")


class TestSites:
    def test_lists_all_of_the_workspace(self, pages: Pages) -> None:
        assert pages.get("/").headers["location"] == "/sites"
        html = pages.get("/sites").text
        assert f'href="/sites/{pages.workspace.relaunch}"' in html
        assert f'href="/sites/{pages.workspace.shop}"' in html

    def test_in_chromium(self, browser_pages: BrowserPages) -> None:
        browser_pages.check_page("/sites")

    def test_an_empty_workspace_says_how_to_begin(self, tmp_path_factory: pytest.TempPathFactory) -> None:
        with serve_pages(DemoWorkspace(tmp_path_factory.mktemp("empty"), "", "")) as empty:
            empty.enter()
            assert "linkreclaim audit example.com" in words(empty.get("/sites").text)


class TestFrame:
    def test_the_name_is_changed_by_keyboard(self, browser_pages: BrowserPages) -> None:
        path = f"/sites/{browser_pages.pages.workspace.relaunch}"
        with browser_pages.open(path) as page:
            page.focus(".who summary")
            page.keyboard.press("Enter")
            assert browser_pages.find_violations(page) == []
            page.keyboard.press("Tab")
            page.keyboard.press("Control+A")
            page.keyboard.type("Ada Lovelace")
            page.keyboard.press("Enter")
            page.wait_for_selector("text=Ada Lovelace")
            assert page.url.endswith(path)

    def test_the_first_tab_stop_skips_to_the_content(self, browser_pages: BrowserPages) -> None:
        with browser_pages.open("/sites") as page:
            page.keyboard.press("Tab")
            page.keyboard.press("Enter")
            assert page.evaluate("document.activeElement.id") == "content"

    def test_the_login_is_accessible(self, browser_pages: BrowserPages) -> None:
        with serve_pages(browser_pages.pages.workspace, "correct horse") as locked:
            BrowserPages(browser_pages.browser, locked, browser_pages.axe).check_page("/login")

    def test_a_failed_request_is_said_in_words(self, browser_pages: BrowserPages) -> None:
        with browser_pages.open("/sites", expected="404") as page:
            page.evaluate("htmx.ajax('GET', '/sites/unknown.example', {target: '#content', swap: 'innerHTML'})")
            page.wait_for_selector("#messages .problem")
            assert "does not know the site" in page.inner_text("#messages")
