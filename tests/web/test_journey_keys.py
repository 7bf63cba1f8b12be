"""Keys that are pressed faster than the page answers: each decides about the row it was meant for."""

import re
import time
from typing import Any

import pytest
from playwright.sync_api import ViewportSize, expect
from tests.web.harness import BrowserPages, Pages
from tests.web.test_dead_pages import ids_of, table_of
from tests.web.test_runs import wait_until

from linkreclaim.jobs.desk.browse import Browser
from linkreclaim.jobs.desk.decide_browsed import Decider

WIDE = ViewportSize(width=1500, height=900)
SLOW_S = 0.6
DELAYS_S = {
    "decisions answered before panes": {(Browser, "pane"): 0.4, (Decider, "decide"): 0.0},
    "panes answered before decisions": {(Browser, "pane"): 0.05, (Decider, "decide"): 0.4},
}


def slow_down(monkeypatch: pytest.MonkeyPatch, kind: type, name: str, delay_s: float = SLOW_S) -> None:
    """The server thinks for a while before it calls a method; other requests go on."""
    original = getattr(kind, name)

    def later(*arguments: Any, **named: Any) -> Any:
        time.sleep(delay_s)
        return original(*arguments, **named)

    monkeypatch.setattr(kind, name, later)


def decided_in(pages: Pages) -> dict[int, list[str]]:
    """What was decided about each page, in its order, as the history tells it."""
    told = re.findall(
        r'open=(\d+)#pane"(?s:.*?)<td data-label="Decision">([^<]+)', pages.get(f"{table_of(pages)}/history").text
    )
    decided: dict[int, list[str]] = {}
    for number, said in reversed(told):
        decided.setdefault(int(number), []).append(said)
    return decided


@pytest.mark.parametrize("delays_s", DELAYS_S.values(), ids=DELAYS_S)
@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ("jjjr", [[], [], ["Accepted: Restore"]]),
        ("jajjr", [["Accepted: Redirect"], [], ["Accepted: Restore"]]),
        ("jajrjx", [["Accepted: Redirect"], ["Accepted: Restore"], ["Rejected: Redirect"]]),
        ("jarjgk", [["Accepted: Redirect", "Accepted: Restore"], ["Accepted: Leave gone"], []]),
        ("jajkrjjg", [["Accepted: Redirect", "Accepted: Restore"], [], ["Accepted: Leave gone"]]),
    ],
)
def test_keys_before_the_answer_decide_about_the_right_rows(
    own_browser_pages: BrowserPages,
    monkeypatch: pytest.MonkeyPatch,
    keys: str,
    expected: list[list[str]],
    delays_s: dict[tuple[type, str], float],
) -> None:
    pages = own_browser_pages.pages
    rows = [int(number) for number in ids_of(pages.get(table_of(pages)).text)[:3]]
    with own_browser_pages.open(table_of(pages), size=WIDE, expected="htmx:") as page:
        for (kind, name), delay_s in delays_s.items():
            slow_down(monkeypatch, kind, name, delay_s)
        for key in keys:
            page.keyboard.press(key)
        wait_until(lambda: sum(map(len, decided_in(pages).values())) >= sum(map(len, expected)), 20)
        expect(page.locator(".htmx-request")).to_have_count(0)
        last = rows[keys.count("j") - keys.count("k") - 1]
        expect(page.locator("#pane")).to_have_attribute("data-row", f"row-{last}")
        expect(page.locator("#results a[aria-current]")).to_have_count(1)
        expect(page.locator(f"#open-{last}")).to_have_attribute("aria-current", "true")
        found = decided_in(pages)
        assert [[said.split(" to ")[0] for said in found.get(row, [])] for row in rows] == expected
        for row in found:
            expect(page.locator(f"#row-{row} form")).to_have_count(0)  # the answer has come, and nothing is to accept


@pytest.mark.parametrize(
    ("keys", "field", "expected"),
    [("je", "#target", []), ("j/", "#search", []), ("jaj/", "#search", ["Accepted"])],
)
def test_what_is_typed_for_a_field_is_no_decision(
    own_browser_pages: BrowserPages, monkeypatch: pytest.MonkeyPatch, keys: str, field: str, expected: list[str]
) -> None:
    pages = own_browser_pages.pages
    with own_browser_pages.open(table_of(pages), size=WIDE, expected="htmx:") as page:
        slow_down(monkeypatch, Browser, "pane")
        for key in keys:
            page.keyboard.press(key)
        page.keyboard.type("gift", delay=100)
        expect(page.locator(field)).to_be_focused()
        wait_until(lambda: len(decided_in(pages)) == len(expected), 20)
        expect(page.locator(".htmx-request")).to_have_count(0)
        expect(page.locator(field)).to_be_focused()
        assert [said.partition(":")[0] for told in decided_in(pages).values() for said in told] == expected


def test_the_mouse_takes_over_from_keys_that_wait(
    own_browser_pages: BrowserPages, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = own_browser_pages.pages
    third = ids_of(pages.get(table_of(pages)).text)[2]
    with own_browser_pages.open(table_of(pages), size=WIDE, expected="htmx:") as page:
        slow_down(monkeypatch, Browser, "pane")
        page.keyboard.press("j")
        page.keyboard.press("r")
        page.click(f"#open-{third}")
        expect(page.locator("#pane")).to_have_attribute("data-row", f"row-{third}")
        expect(page.locator("#pane-title")).to_be_focused()
        assert decided_in(pages) == {}


def test_a_refusal_is_shown_though_its_pane_was_left(
    own_browser_pages: BrowserPages, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = own_browser_pages.pages
    first, second = ids_of(pages.get(table_of(pages)).text)[:2]
    with own_browser_pages.open(f"{table_of(pages)}?open={first}", size=WIDE, expected="409") as page:
        pages.post(f"{table_of(pages)}/{first}/decide", {"revision": "0", "action": "gone"})
        slow_down(monkeypatch, Decider, "decide")
        page.keyboard.press("a")
        page.keyboard.press("j")
        expect(page.locator("#pane")).to_have_attribute("data-row", f"row-{second}")
        expect(page.locator("#notice")).to_contain_text("It changed meanwhile")
        expect(page.locator("#pane")).to_have_attribute("data-row", f"row-{first}")
        expect(page.locator("#notice")).to_be_focused()
