"""The second audit: redirects that work by now stay in the server files, pages that are back leave them."""

import sys
from pathlib import Path

import pytest
from tests.command import run_text
from tests.jobs.conftest import Web
from tests.jobs.web import ARTICLES, Page, page

FIRST, SECOND, *_ = ARTICLES


def lines(web: Web) -> set[str]:
    """Sources in the Netlify file, by their last part."""
    path = web.folder / "ws/report/redirects/netlify/_redirects"
    if not path.is_file():
        return set()
    rows = (row.split() for row in path.read_text().splitlines() if row and not row.startswith("#"))
    return {row[0].rpartition("/")[2] for row in rows}


def install(web: Web, restored: str = "") -> None:
    """The site redirects its old articles as proposed; one of them is back where it was."""
    before = web.site.answer

    def answer(path: str) -> Page:
        name = path.rpartition("/")[2]
        if path.startswith("/blog/") and name == restored:
            return page(name, f"{name} is here again, and says what it said before: how it is done, and by whom.")
        if path.startswith("/blog/") and name in ARTICLES:
            return (301, {"Location": f"{web.site.origin}/resources/{name}"}, "")
        return before(path)

    web.site.answer = answer


@pytest.mark.parametrize(
    ("by_sheet", "later"),
    [(True, ()), (False, ("--accept", "0.5")), (False, ())],
    ids=["decided", "by the threshold of each audit", "by that of the first audit"],
)
def test_redirects_that_work_stay_in_the_files(web: Web, by_sheet: bool, later: tuple[str, ...]) -> None:
    accept = () if by_sheet else ("--accept", "0.5")
    web.audit("--links", str(web.ahrefs()), "--no-read", *accept)
    if by_sheet:
        sheet = str(web.folder / "ws/report/redirects.csv")
        command = [sys.executable, "-m", "linkreclaim", "decide", sheet, "--workspace", str(web.folder / "ws")]
        run_text([*command, "--accept", "0.5", "--allow-private"]).check_returncode()
    first = lines(web)
    assert len(first) >= len(ARTICLES) - 2
    install(web, restored=FIRST)
    _, result, _ = web.audit("--links", str(web.ahrefs()), "--no-read", *later)
    dead = {Path(row["url"]).name for row in result["dead_pages"]}
    assert dead.isdisjoint(ARTICLES)
    assert lines(web) == first - {FIRST}
