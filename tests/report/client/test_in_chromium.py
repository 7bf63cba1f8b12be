"""The client report as a reader meets it: in a browser, on a desk and on a phone, in light and in dark."""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from tests.conftest import RequireProgram
from tests.report.client.conftest import MakePoint
from tests.report.client.test_forms import AGENCY, SVG

from linkreclaim.report.client import ClientFacts, Logo, render_client_page, write_client_report

BAR_LOST = {"light": "rgb(200, 89, 61)", "dark": "rgb(216, 115, 90)"}


@pytest.fixture(scope="module")
def browser(require_program: RequireProgram) -> Iterator[Browser]:
    program = require_program("chromium", "chromium-browser", "google-chrome")
    with sync_playwright() as playwright:
        # Without its sandbox, which does not run as root, and without shared memory, which containers are short of.
        arguments = ["--no-sandbox", "--disable-dev-shm-usage"]
        opened = playwright.chromium.launch(executable_path=program, args=arguments)
        yield opened
        opened.close()


@pytest.fixture
def written(hostile_facts: ClientFacts, point: MakePoint, tmp_path: Path) -> Path:
    made = write_client_report(hostile_facts, AGENCY)
    path = tmp_path / "client.html"
    path.write_text("".join(render_client_page(made, AGENCY, Logo("svg", SVG))), encoding="utf-8")
    return path


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [375, 1280])
def test_it_is_whole_quiet_and_in_the_colours_of_the_reader(
    browser: Browser, written: Path, scheme: Literal["light", "dark"], width: int
) -> None:
    page: Page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("dialog", lambda dialog: said.append(dialog.message))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(written.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    bar = "getComputedStyle(document.querySelector('rect.ink-lost')).fill"
    assert page.evaluate(bar) == BAR_LOST[scheme]
    page.close()
    assert said == []
    assert [url for url in asked if not url.startswith("data:")] == [written.as_uri()]
