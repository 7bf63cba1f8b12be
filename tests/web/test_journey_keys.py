"""Keys that are pressed faster than the page answers: each decides about the row it was meant for."""

import time

import pytest
from playwright.sync_api import Page, Request, Route, ViewportSize, expect
from tests.web.harness import BrowserPages
from tests.web.test_dead_pages import ids_of, table_of

WIDE = ViewportSize(width=1500, height=900)
SLOW_S = 0.4


def delay(page: Page, method: str) -> None:
    """Answers to requests of a method come late; those of the page itself and its assets do not."""

    def wait(route: Route, request: Request) -> None:
        if request.method == method and request.headers.get("hx-request"):
            time.sleep(SLOW_S)
        route.continue_()

    page.route("**/dead-pages**", wait)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_keys_before_the_answer_decide_about_the_right_rows(own_browser_pages: BrowserPages, method: str) -> None:
    pages = own_browser_pages.pages
    first, second, third = ids_of(pages.get(table_of(pages)).text)[:3]
    with own_browser_pages.open(table_of(pages), size=WIDE) as page:
        delay(page, method)
        page.keyboard.press("j")
        if method == "POST":
            page.wait_for_selector(f"#pane[data-row=row-{first}]")
            page.keyboard.press("a")
        page.keyboard.press("j")
        page.keyboard.press("j")
        page.keyboard.press("r")
        expect(page.locator(f"#row-{third} .deciding")).to_contain_text("Accepted")
        expect(page.locator(f"#row-{third}")).to_contain_text("Restore")
        expect(page.locator("#pane")).to_have_attribute("data-row", f"row-{third}")
        expect(page.locator("#pane .verdict-line")).to_contain_text("Accepted: Restore")
        assert "Accepted" not in page.inner_text(f"#row-{second}")
        was = expect(page.locator(f"#row-{first} .deciding"))
        was.to_contain_text("Accepted") if method == "POST" else was.not_to_contain_text("Accepted")
