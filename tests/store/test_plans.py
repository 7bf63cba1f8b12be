"""How SQLite goes about what is asked most: it has no figures about the tables, so its plan is the same at any size."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event
from tests.store.dead_lists import HOST, Dead, Listed, listed
from tests.store.test_ledger import add_file, link

from linkreclaim.jobs.desk import browse
from linkreclaim.jobs.desk.browse import Browser
from linkreclaim.model.links import PageLook, PageOutcome, Place, Rel, SeenLink
from linkreclaim.model.sites import Site

NOW = datetime(2026, 11, 9, tzinfo=UTC)
DEAD = [Dead(f"/old/{n}", links=10) for n in range(3)]
LINKING = [f"https://site{n}.example/post" for n in range(10)]
_WHOLE = re.compile(r"SCAN (?!.*(VIRTUAL TABLE|CONSTANT ROW|\())")
"""A table that is read whole; not json_each, and not what a subquery has found."""


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Listed]:
    """A listed run whose first dead page has ten links, read all of them; half of the pages link elsewhere by now."""
    with listed(tmp_path / "ws", DEAD, {"/new": True}) as made:
        rows = [link(line, page, DEAD[0].url) for line, page in enumerate(LINKING, 2)]
        add_file(made.workspace, "a.csv", rows, site=Site(HOST))
        made.workspace.tasks.add(made.run_id, "linking page", LINKING)
        looks = []
        for number, page in enumerate(LINKING):
            seen = SeenLink(DEAD[number % 2].url, "seen", Rel.NONE, Place.CONTENT)
            look = PageLook(page, PageOutcome.READ, 200, "", NOW, final_url=page, links=(seen,), external_links=2)
            looks.append((made.workspace.urls.id_of(page) or 0, look))
        made.workspace.sightings.save_page_looks(made.run_id, "linking page", looks)
        yield made


@contextmanager
def plans(engine: Engine) -> Iterator[list[str]]:
    """The lines of the plans of all that is selected meanwhile."""
    asked: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        if statement.lstrip().startswith("SELECT"):
            asked.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    found: list[str] = []
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", note)
    with engine.connect() as connection:
        for statement, parameters in asked:
            found += [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)]


@pytest.mark.parametrize("sorted_most", [100, 1])
def test_a_pane_reads_no_table_whole(shelf: Listed, monkeypatch: pytest.MonkeyPatch, sorted_most: int) -> None:
    monkeypatch.setattr(browse, "SORTED_BY_VALUE_MOST", sorted_most)
    browser = Browser(shelf.workspace)
    browsed = browser.site(HOST)
    assert browsed is not None
    number = shelf.line(DEAD[0].path).url_id
    assert len(browser.pane(browsed, number).links.rows) == 10  # learns how links are valued, which reads all claims
    with plans(shelf.workspace.engine) as found:
        pane = browser.pane(browsed, number)
    assert pane.links.by_value is (sorted_most > 1)
    assert len(found) > 20
    assert [line for line in found if _WHOLE.match(line)] == []
    assert [line for line in found if re.match(r"SEARCH lost .*target", line)] == []  # see `replacements`


@pytest.mark.parametrize(
    ("ask", "plan"),
    [
        (
            lambda made: made.workspace.pages.live_of(made.run_id, [f"https://{HOST}/p/{n}" for n in range(300)]),
            "SEARCH page USING INDEX sqlite_autoindex_page_1 (run_id=? AND url_id=?)",
        ),
        (
            lambda made: made.workspace.looks.of(made.run_id, range(300)),
            "SEARCH look USING INDEX sqlite_autoindex_look_1 (run_id=? AND url_id=?)",
        ),
        (
            lambda made: made.workspace.browsing.lines(made.run_id, range(300)),
            "SEARCH dead_page USING INDEX sqlite_autoindex_dead_page_1 (run_id=? AND url_id=?)",
        ),
        (
            lambda made: made.workspace.sightings.page_outcomes(made.run_id),
            "SEARCH page_look USING INDEX ix_page_look_run_id (run_id=?)",
        ),
        (
            lambda made: made.workspace.decisions.history(made.site_id),
            "SEARCH decision USING INDEX ix_decision_site_id (site_id=?)",
        ),
        (
            lambda made: made.workspace.browsing.newest_decision(made.site_id),
            "SEARCH decision USING COVERING INDEX ix_decision_site_id (site_id=?)",
        ),
    ],
    ids=["pages.live_of", "looks.of", "browsing.lines", "page_outcomes", "history", "newest_decision"],
)
def test_each_is_looked_up_by_the_index_that_was_made_for_it(
    shelf: Listed, ask: Callable[[Listed], object], plan: str
) -> None:
    with plans(shelf.workspace.engine) as found:
        ask(shelf)
    assert plan in found
    assert [line for line in found if _WHOLE.match(line)] == []


def test_a_decision_is_taken_back_without_reading_the_others(shelf: Listed) -> None:
    shelf.decide(DEAD[0].path)
    revision = shelf.decide(DEAD[0].path, note="again", revision=1)
    with plans(shelf.workspace.engine) as found:
        shelf.workspace.decisions.take_back(shelf.site_id, shelf.line(DEAD[0].path).url_id, revision, "Ada", NOW)
    assert [line for line in found if line.startswith("SEARCH newer ")] == [
        "SEARCH newer USING INTEGER PRIMARY KEY (rowid=?)"
    ]
    assert [line for line in found if _WHOLE.match(line)] == []
    assert shelf.line(DEAD[0].path).decided_by == "Ada"
