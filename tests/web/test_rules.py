"""The rules of a site: what they show, a yes as one act and its undoing, over HTTP and in Chromium."""

import re
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from tests.web.harness import BrowserPages, Pages
from tests.web.test_overview import words

from linkreclaim.jobs.desk.browse import BrowsedSite, Browser
from linkreclaim.jobs.desk.site_rules import RuleReader
from linkreclaim.jobs.planning.learned_rules import learn_site_rules, read_rules
from linkreclaim.model.decisions import Decision, DecisionState
from linkreclaim.model.judgements import Disposition
from linkreclaim.store import Workspace, open_workspace

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def rules_path(pages: Pages) -> str:
    return f"/sites/{pages.workspace.relaunch}/rules"


def find_rule(pages: Pages) -> tuple[str, str]:
    """(key, token) of the only rule of the demo."""
    html = pages.get(rules_path(pages)).text
    key, token = re.search(r"/rules/([0-9a-f]{12})\"", html), re.search(r'name="token" value="([^"]+)"', html)
    assert key is not None
    return key[1], token[1] if token else ""


def accept(pages: Pages) -> str:
    """Accept the only rule; gives where the answer leads."""
    key, token = find_rule(pages)
    reply = pages.post(f"{rules_path(pages)}/{key}/accept", {"token": token})
    assert reply.status == 303, reply.text
    return reply.headers["location"]


@pytest.fixture
def opened(own_pages: Pages) -> Iterator[Workspace]:
    """The workspace of `own_pages`, which is let in, as another process would open it."""
    own_pages.enter()
    with open_workspace(own_pages.workspace.folder) as workspace:
        yield workspace


def accepted_pages(workspace: Workspace, host: str) -> dict[str, Decision]:
    made = workspace.decisions.latest(workspace.ledger.site_id(host)).values()
    return {each.source_url: each for each in made if each.state is DecisionState.ACCEPTED}


class TestRules:
    def test_say_what_they_rest_on(self, pages: Pages) -> None:
        shown = words(pages.get(rules_path(pages)).text)
        assert "One rule says 17 of 23 proposed redirects" in shown
        assert "/blog/YEAR/NAME/ → /resources/NAME/" in shown
        assert "For 5 pages other targets are proposed. One page it would lead nowhere." in shown
        assert "Accept its 17 redirects" in shown

    def test_of_a_site_without_any_say_so(self, pages: Pages) -> None:
        assert "No rule in the proposed redirects" in words(pages.get(f"/sites/{pages.workspace.shop}/rules").text)

    def test_one_shows_its_pages_exceptions_and_dead_ends(self, pages: Pages) -> None:
        key, _ = find_rule(pages)
        shown = words(pages.get(f"{rules_path(pages)}/{key}").text)
        assert "1 to 17 of 17 pages, most valuable first" in shown
        assert re.search(r"Exceptions .* 5 of 5 pages .* Led nowhere .* 1 of 1 page", shown)

    @pytest.mark.parametrize("path", ["/0123456789ab", "/%3Cscript%3E", "?batch=999"])
    def test_one_that_is_not_there_is_refused(self, pages: Pages, path: str) -> None:
        reply = pages.get(rules_path(pages) + path)
        assert reply.status in (400, 404)
        assert "<script>" not in reply.text

    @pytest.mark.parametrize("start", ["-1", "x", "999999999999999999999", "49"])
    def test_an_odd_place_shows_a_page_all_the_same(self, pages: Pages, start: str) -> None:
        key, _ = find_rule(pages)
        assert "1 to 17 of 17 pages" in words(pages.get(f"{rules_path(pages)}/{key}?from={start}").text)

    def test_in_chromium(self, browser_pages: BrowserPages) -> None:
        path = rules_path(browser_pages.pages)
        browser_pages.check_page(path)
        browser_pages.check_page(f"{path}/{find_rule(browser_pages.pages)[0]}")
        browser_pages.check_page(f"/sites/{browser_pages.pages.workspace.shop}/rules")


class TestKept:
    def test_a_run_keeps_its_rules_and_they_are_those_that_would_be_learned(
        self, own_pages: Pages, opened: Workspace
    ) -> None:
        browsed = Browser(opened).site(own_pages.workspace.relaunch)
        assert browsed is not None
        kept = read_rules(opened, browsed.run)
        assert kept is not None
        assert len(kept.rules) == 1
        assert kept == learn_site_rules(opened, browsed.run, browsed.site)

    def test_those_of_a_run_that_kept_none_are_shown_all_the_same(self, own_pages: Pages, opened: Workspace) -> None:
        with opened.engine.begin() as connection:
            connection.exec_driver_sql("DELETE FROM document WHERE name LIKE 'rules%'")
        assert "One rule says 17 of 23" in words(own_pages.get(rules_path(own_pages)).text)


class TestWaiting:
    def test_a_page_comes_by_itself_when_the_rules_are_learned(
        self, own_browser_pages: BrowserPages, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        go_on, learn = threading.Event(), RuleReader._learn

        def learn_slowly(reader: RuleReader, browsed: BrowsedSite) -> object:
            assert go_on.wait(30)
            return learn(reader, browsed)

        monkeypatch.setattr(RuleReader, "_learn", learn_slowly)
        with own_browser_pages.open(rules_path(own_browser_pages.pages)) as page:
            assert "are being learned" in page.inner_text("main")
            assert own_browser_pages.find_violations(page) == []
            go_on.set()
            page.get_by_role("heading", name="One rule says 17 of 23").wait_for(timeout=20_000)
            assert page.locator("#work").count() == 1


class TestAccepting:
    def test_accepts_what_the_rule_says_and_nothing_else(self, own_pages: Pages, opened: Workspace) -> None:
        location = accept(own_pages)
        assert "17 redirects accepted." in words(own_pages.get(location).text)
        made = accepted_pages(opened, own_pages.workspace.relaunch)
        assert len(made) == 17
        assert all(re.search(r"/resources/[a-z-]+/$", each.target_url or "") for each in made.values())
        assert {(each.decided_by, each.disposition) for each in made.values()} == {("Ada", Disposition.REDIRECT)}
        assert all(each.note.startswith("by the rule /blog/YEAR/NAME/") for each in made.values())
        history = own_pages.get(f"/sites/{own_pages.workspace.relaunch}/dead-pages/history")
        assert "17 redirects accepted by a rule" in words(history.text)

    def test_is_undone_and_done_again(self, own_pages: Pages, opened: Workspace) -> None:
        location = accept(own_pages)
        for expected in (0, 17, 0):
            batch = find_batch(own_pages.get(location).text)
            location = own_pages.post(f"{rules_path(own_pages)}/undo", {"batch": batch}).headers["location"]
            assert len(accepted_pages(opened, own_pages.workspace.relaunch)) == expected

    def test_leaves_alone_what_somebody_decided_meanwhile(self, own_pages: Pages, opened: Workspace) -> None:
        key, token = find_rule(own_pages)
        path = f"{rules_path(own_pages)}/{key}"
        site_id = opened.ledger.site_id(own_pages.workspace.relaunch)
        rejected = reject_first(opened, site_id)
        reply = own_pages.post(f"{path}/accept", {"token": token})
        shown = words(own_pages.get(reply.headers["location"]).text)
        assert "16 redirects accepted. One page was left as it is" in shown
        assert "16 accepted, 1 decided otherwise" in shown
        assert rejected not in accepted_pages(opened, own_pages.workspace.relaunch)

    @pytest.mark.parametrize("token", ["", "1", "x.y", "99.0"])
    def test_without_having_looked_is_refused(self, own_pages: Pages, opened: Workspace, token: str) -> None:
        key, _ = find_rule(own_pages)
        reply = own_pages.post(f"{rules_path(own_pages)}/{key}/accept", {"token": token})
        assert reply.status in (400, 409)
        assert accepted_pages(opened, own_pages.workspace.relaunch) == {}

    def test_two_at_once_accept_each_page_once(self, own_pages: Pages, opened: Workspace) -> None:
        key, token = find_rule(own_pages)
        path = f"{rules_path(own_pages)}/{key}/accept"
        with ThreadPoolExecutor(2) as people:
            replies = list(people.map(lambda _: own_pages.post(path, {"token": token}), range(2)))
        assert [reply.status for reply in replies] == [303, 303]
        site_id = opened.ledger.site_id(own_pages.workspace.relaunch)
        assert sum(batch.decisions for batch in opened.decisions.batches(site_id)) == 17

    @pytest.mark.parametrize("batch", ["", "0", "12", "x"])
    def test_undoing_nothing_is_refused(self, own_pages: Pages, opened: Workspace, batch: str) -> None:
        assert own_pages.post(f"{rules_path(own_pages)}/undo", {"batch": batch}).status == 400

    def test_by_keyboard_and_without_scripts(self, own_browser_pages: BrowserPages) -> None:
        with own_browser_pages.open(rules_path(own_browser_pages.pages), script=False) as page:
            button = page.get_by_role("button", name="Accept its 17 redirects")
            button.focus()
            page.keyboard.press("Enter")
            page.get_by_role("button", name="Undo").click()
            assert "17 decisions taken back." in page.inner_text("main")
            assert page.get_by_role("button", name="Accept its 17 redirects").is_visible()


def find_batch(html: str) -> str:
    found = re.search(r'name="batch" value="(\d+)"', html)
    assert found is not None
    return found[1]


def reject_first(workspace: Workspace, site_id: int) -> str:
    """Somebody else rejects the first page that the rule says; gives its URL."""
    run_id = workspace.dead_pages.listed_run(site_id)
    assert run_id is not None
    page = next(each for each in workspace.proposals.of_run(run_id) if re.search(r"/blog/\d+/non-compete", each.url))
    made = Decision(page.url, DecisionState.REJECTED, page.disposition, page.target_url, "Eve", NOW)
    workspace.decisions.decide(site_id, page.url_id, 0, made)
    return page.url
