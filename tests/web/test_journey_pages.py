"""Every page that a link leads to is accessible; and all kinds of decisions are taken without JavaScript."""

import re
from collections import deque
from collections.abc import Iterator
from html import unescape
from urllib.parse import urlsplit

import pytest
from tests.web.harness import BrowserPages, Pages
from tests.web.test_dead_pages import ids_of, table_of
from tests.web.test_rules import accept

MOST_KINDS = 40


def form_of(path: str) -> str:
    """What kind of page an address is: numbers and hosts left out, of the query the names alone."""
    parts = urlsplit(path)
    place = re.sub(r"/sites/[^/]+", "/sites/HOST", parts.path)
    names = sorted(set(re.findall(r"(?:^|&)(open|server|file|batch)=", parts.query)))
    return re.sub(r"/[0-9a-f]{12}|/\d+", "/N", place) + "?" + "&".join(names)


def find_pages(pages: Pages, start: str) -> Iterator[str]:
    """An address of each kind of page that links lead to; files are left out."""
    met, waiting = {form_of(start)}, deque([start])
    while waiting:
        path = waiting.popleft()
        reply = pages.get(path)
        if reply.status in (302, 303):
            reply = pages.get(path := reply.headers["location"])
        if reply.status != 200 or not reply.headers["content-type"].startswith("text/html"):
            continue
        yield path
        for found in map(unescape, re.findall(r'<a [^>]*?href="(/[^"]*)"', reply.text)):
            link = found.partition("#")[0]
            if link and form_of(link) not in met and "/files/" not in link.replace("/runs/files/", ""):
                met.add(form_of(link))
                waiting.append(link)


@pytest.fixture
def decided_pages(own_browser_pages: BrowserPages) -> BrowserPages:
    """A workspace in which something was decided, so that there is history, and redirects."""
    accept(own_browser_pages.pages)
    return own_browser_pages


def test_every_page_is_accessible_in_both_schemes(decided_pages: BrowserPages) -> None:
    found = list(find_pages(decided_pages.pages, "/sites"))
    kinds = {form_of(path).partition("?")[0] for path in found}
    site = "/sites/HOST"
    named = ("", "/dead-pages", "/dead-pages/history", "/dead-pages/sheet", "/rules", "/rules/N", "/redirects", "/runs")
    assert kinds >= {"/sites", "/new", *(site + each for each in named), site + "/runs/new", site + "/reports"}
    assert len(found) < MOST_KINDS, found
    with decided_pages.open("/sites") as page:
        for path in found:
            page.goto(decided_pages.pages.origin + path)
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme=scheme)
                assert decided_pages.find_violations(page) == [], f"{path}, {scheme}"


def test_every_kind_of_decision_without_scripts(own_browser_pages: BrowserPages) -> None:
    pages = own_browser_pages.pages
    numbers = iter(ids_of(pages.get(f"{table_of(pages)}?disposition=redirect&sort=-confidence").text))
    kinds = {
        "#do-accept": "Accepted: Redirect",
        "#choose-2": "Accepted: Redirect",
        "#do-restore": "Accepted: Restore",
        "#do-gone": "Accepted: Leave gone",
        "#do-fix_at_source": "Accepted: ",
        "#do-ignore": "Accepted: ",
        "#do-reject": "Rejected",
    }
    with own_browser_pages.open(table_of(pages), script=False) as page:
        for button, said in kinds.items():
            page.click(f"#open-{next(numbers)}")
            if button == "#choose-2" and not page.locator(button).count():
                page.click(f"#open-{next(numbers)}")
            page.click(button)
            assert said in page.inner_text("#pane .verdict-line"), button
        page.click("#do-take_back")
        assert "Proposed" in page.inner_text("#pane .verdict-line")
        page.fill("#target", "/resources/probation-periods/")
        page.click("#do-redirect")
        assert "Redirect to /resources/probation-periods/" in page.inner_text("#pane .verdict-line")
        page.get_by_role("button", name="Preview").click()
        count = int(re.findall(r"\d+", page.inner_text("h1"))[0])
        page.get_by_role("button", name="Decide about").click()
        assert f"{count} proposals accepted" in page.inner_text(".banner.done")
        page.click(".banner.done >> text=Undo")
        assert f"{count} decisions undone" in page.inner_text(".banner.done")
