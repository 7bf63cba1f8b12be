"""Fixtures of the page's tests. Served once a session: tests that change the workspace copy it (`own_pages`)."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright
from tests.conftest import ROOT, RequireProgram
from tests.web.harness import BrowserPages, DemoWorkspace, Pages, make_demo_workspace, serve_pages

AXE = ROOT / "build" / "node" / "node_modules" / "axe-core" / "axe.min.js"


@pytest.fixture(scope="session")
def demo_workspace(tmp_path_factory: pytest.TempPathFactory) -> DemoWorkspace:
    """A workspace with two demo sites, audited for real."""
    return make_demo_workspace(tmp_path_factory.mktemp("web"))


@pytest.fixture(scope="session")
def pages(demo_workspace: DemoWorkspace) -> Iterator[Pages]:
    """The demo workspace, served; this client is let in. For tests that only read."""
    with serve_pages(demo_workspace) as served:
        served.enter()
        yield served


@pytest.fixture
def stranger(pages: Pages) -> Pages:
    """The same page for somebody who is not let in."""
    return Pages(pages.port, pages.sessions, pages.workspace)


@pytest.fixture
def own_pages(demo_workspace: DemoWorkspace, tmp_path: Path) -> Iterator[Pages]:
    """A copy of the demo workspace, served for one test alone; nobody is let in yet, the token is unused."""
    shutil.copytree(demo_workspace.folder, tmp_path / "ws")
    with serve_pages(replace(demo_workspace, folder=tmp_path / "ws")) as served:
        yield served


@pytest.fixture(scope="module")
def browser(require_program: RequireProgram) -> Iterator[Browser]:
    """The installed Chromium, for one module.

    While it is open Playwright keeps an event loop running in this thread, so that `asyncio.run` works in other threads
    only: `harness.run_apart`.
    """
    program = require_program("chromium", "chromium-browser", "google-chrome")
    with sync_playwright() as playwright:
        # Without its sandbox, which does not run as root, and without shared memory, which containers are short of.
        arguments = ["--no-sandbox", "--disable-dev-shm-usage"]
        opened = playwright.chromium.launch(executable_path=program, args=arguments)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of axe-core."""
    if not AXE.is_file():
        pytest.skip("needs axe-core, which is not installed: make test-deps")
    return AXE.read_text(encoding="utf-8")


@pytest.fixture
def own_browser_pages(browser: Browser, own_pages: Pages, axe: str) -> BrowserPages:
    """A copy of the demo workspace for one test alone, let in, in Chromium."""
    own_pages.enter()
    return BrowserPages(browser, own_pages, axe)


@pytest.fixture(scope="module")
def browser_pages(browser: Browser, pages: Pages, axe: str) -> BrowserPages:
    """The served demo workspace in Chromium."""
    return BrowserPages(browser, pages, axe)
