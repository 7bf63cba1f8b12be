"""What `--accept` takes is a decision: kept, shown, overruled by people, and a proposal again without its ground."""

import csv
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from tests.jobs.conftest import Web
from tests.jobs.test_browse import SETTINGS, open_site
from tests.jobs.test_decide import decide, read_sheet_rows, save_csv
from tests.jobs.web import ARTICLES, Page, page

from linkreclaim.jobs.desk.decide_browsed import Decider, Wish
from linkreclaim.model.decisions import Decision, DecisionState
from linkreclaim.model.judgements import Disposition
from linkreclaim.store import open_workspace
from linkreclaim.store.bulk_decisions import BulkAction
from linkreclaim.store.dead_page_view import DeadPageView
from linkreclaim.store.held_decisions import HeldDecision

FIRST, SECOND, THIRD, *REST = ARTICLES
KILLED_WHILE_IT_ACCEPTS = """
import os, signal, sys
from sqlalchemy import event
from sqlalchemy.engine import Engine
from linkreclaim.cli.main import main
from linkreclaim.store import threshold_decisions

threshold_decisions.DECISIONS_AT_ONCE = 1
left = int(sys.argv.pop(1))

@event.listens_for(Engine, "after_cursor_execute")
def kill(connection, cursor, statement, *rest):
    global left
    left -= statement.startswith("INSERT INTO decision ")
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)

main()
"""


def audit(web: Web, *arguments: str, workspace: str = "ws") -> dict[str, Any]:
    return web.audit("--links", str(web.ahrefs()), "--no-read", *arguments, workspace=workspace)[1]


def history(web: Web, workspace: str = "ws") -> list[HeldDecision]:
    """Every decision, oldest first."""
    with open_workspace(web.folder / workspace) as held:
        return [*reversed(held.decisions.history(held.ledger.site_id(web.site.netloc), limit=500).entries)]


def newest(web: Web) -> dict[str, tuple[str, str]]:
    """{last part of the path: (state, who)} of the newest decision about each page."""
    return {name_of(each.decision.source_url): (each.decision.state, each.decision.decided_by) for each in history(web)}


def name_of(url: str) -> str:
    return url.rpartition("/")[2]


def listed(web: Web) -> dict[str, tuple[str, str]]:
    """{last part of the path: (state, who)} as the page shows it."""
    with open_workspace(web.folder / "ws") as workspace:
        browser, browsed = open_site(workspace, web)
        rows = browser.page(browsed, DeadPageView()).rows
        return {name_of(row.url): (row.state, row.decided_by) for row in rows}


def decide_in_page(web: Web, name: str, action: str, target: str = "") -> None:
    """As Ada does it in the page."""
    with open_workspace(web.folder / "ws") as workspace:
        browser, browsed = open_site(workspace, web)
        line = next(row for row in browser.page(browsed, DeadPageView()).rows if name_of(row.url) == name)
        Decider(workspace, SETTINGS).decide(browsed, line, Wish(action, line.revision, target), "Ada")


def written(web: Web, workspace: str = "ws") -> list[str]:
    """Lines of the Netlify file."""
    path = web.folder / workspace / "report/redirects/netlify/_redirects"
    return [row for row in path.read_text().splitlines() if row and row[0] != "#"] if path.is_file() else []


def sources(web: Web) -> set[str]:
    """Last parts of the paths that the map beside the server files answers for."""
    path = web.folder / "ws/report/redirects/map.csv"
    if not path.is_file():
        return set()
    with path.open(encoding="utf-8", newline="") as rows:
        return {name_of(row["source"]) for row in csv.DictReader(rows)}


def test_what_a_threshold_takes_is_kept_once_and_shown_everywhere(web: Web) -> None:
    result = audit(web, "--accept", "0.5")
    held = history(web)
    assert {each.decision.decided_by for each in held} == {"--accept 0.5"}
    assert {each.decision.note for each in held} == {"confidence >= 0.5"}
    assert newest(web) == dict.fromkeys(ARTICLES, ("accepted", "--accept 0.5"))
    assert {n: it for n, it in listed(web).items() if n in ARTICLES} == newest(web)
    rows = {name_of(row["url"]): row for row in result["dead_pages"]}
    assert {(rows[name]["decision"], rows[name]["decided_by"]) for name in ARTICLES} == {("accepted", "--accept 0.5")}
    assert rows["retired"]["decision"] == "proposed"
    before = written(web)
    assert len(before) == len(ARTICLES)
    with open_workspace(web.folder / "ws") as workspace:
        _, browsed = open_site(workspace, web)
        batch = workspace.decisions.batches(browsed.id)[0]
        assert (batch.action, batch.made_by, batch.decisions) == ("accept", "--accept 0.5", len(ARTICLES))
    audit(web, "--accept", "0.5")
    assert history(web) == held, "the same again decides nothing new"
    assert written(web) == before


def test_people_go_before_the_threshold(web: Web) -> None:
    audit(web)
    rows = {name_of(row["source"]): row for row in read_sheet_rows(web)}
    rows[FIRST]["decision"] = "rejected"
    rows[SECOND].update(decision="accepted", target=f"{web.site.origin}/contact")
    decide(web, save_csv(web.folder / "edited.csv", list(rows.values())), "--by", "Ada")
    decide_in_page(web, THIRD, BulkAction.GONE)
    by_ada = {FIRST: ("rejected", "Ada"), SECOND: ("accepted", "Ada"), THIRD: ("accepted", "Ada")}
    audit(web, "--accept", "0")
    assert newest(web) == dict.fromkeys(ARTICLES, ("accepted", "--accept 0")) | by_ada
    assert sources(web) == set(ARTICLES) - {FIRST}
    decide(web, web.folder / "ws/report/redirects.csv", "--accept", "0")
    assert newest(web) == dict.fromkeys(ARTICLES, ("accepted", "--accept 0")) | by_ada


def test_what_a_person_decides_while_the_audit_runs_stands(web: Web) -> None:
    audit(web)
    decide_in_page(web, SECOND, BulkAction.ACCEPT)
    web.site.delay_s = 0.2
    command = [*web.command("--links", str(web.ahrefs()), "--no-read", "--accept", "0"), "--concurrency", "2"]
    asked = sum(web.site.asked.values())
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while sum(web.site.asked.values()) == asked and process.poll() is None:
        time.sleep(0.02)
    assert process.poll() is None
    decide_in_page(web, FIRST, BulkAction.REJECT)
    decide_in_page(web, SECOND, BulkAction.TAKE_BACK)
    assert process.wait(timeout=100) == 3
    assert newest(web)[FIRST] == ("rejected", "Ada")
    assert newest(web)[SECOND] == ("proposed", "Ada")
    assert newest(web)[THIRD] == ("accepted", "--accept 0")
    assert sources(web) == set(ARTICLES) - {FIRST, SECOND}


@pytest.mark.parametrize(("later", "why"), [((), "was given no --accept"), (("--accept", "1"), "confidence < 1")])
def test_a_later_audit_without_that_threshold_makes_it_a_proposal_again(
    web: Web, later: tuple[str, ...], why: str
) -> None:
    audit(web, "--accept", "0.5")
    result = audit(web, *later)
    assert newest(web) == dict.fromkeys(ARTICLES, ("proposed", "--accept 0.5"))
    assert all(why in each.decision.note for each in history(web)[len(ARTICLES) :])
    assert len(history(web)) == 2 * len(ARTICLES), "what was decided before is still told"
    assert {row["decision"] for row in result["dead_pages"]} == {"proposed"}
    assert written(web) == []
    assert set(listed(web).values()) == {("proposed", "")}
    told = [each for each in result["summary"]["warnings"] if "proposals again" in each]
    assert len(told) == (not later)
    audit(web, "--accept", "0.5")
    assert newest(web) == dict.fromkeys(ARTICLES, ("accepted", "--accept 0.5"))


@contextmanager
def moved_once_more(web: Web) -> Iterator[None]:
    """The articles move from /resources/ to /library/."""
    before = web.site.answer

    def answer(path: str) -> Page:
        if path.startswith("/resources/"):
            return before("/nowhere")
        status, headers, body = before(path.replace("/library/", "/resources/"))
        return status, headers, body.replace("/resources/", "/library/") if path == "/sitemap.xml" else body

    web.site.answer = answer
    yield
    web.site.answer = before


def test_another_target_is_accepted_only_by_a_threshold_of_its_own(web: Web) -> None:
    audit(web, "--accept", "0.5")
    with moved_once_more(web):
        audit(web, "--accept", "0.5")
        assert newest(web) == dict.fromkeys(ARTICLES, ("accepted", "--accept 0.5"))
        targets = {each.decision.target_url for each in history(web)[len(ARTICLES) :]}
        assert targets == {f"{web.site.origin}/library/{name}" for name in ARTICLES}


def test_a_page_that_is_back_is_no_longer_accepted_and_one_that_redirects_so_is(web: Web) -> None:
    audit(web, "--accept", "0.5")
    before = web.site.answer

    def answer(path: str) -> Page:
        name = name_of(path)
        if path.startswith("/blog/") and name in ARTICLES:
            if name == FIRST:
                return page(name, f"{name} is here again, and says what it said before: how it is done, and by whom.")
            if name == SECOND:
                return 503, {}, "<h1>Service unavailable</h1>"
            place = "contact" if name == THIRD else f"resources/{name}"
            return 301, {"Location": f"{web.site.origin}/{place}"}, ""
        return before(path)

    web.site.answer = answer
    audit(web)
    held = newest(web)
    assert held[FIRST] == held[THIRD] == ("proposed", "--accept 0.5")
    assert {held[name] for name in (SECOND, *REST)} == {("accepted", "--accept 0.5")}
    assert sources(web) == {SECOND, *REST}


def test_a_person_overrules_a_threshold_in_the_sheet_and_in_the_page(web: Web) -> None:
    audit(web, "--accept", "0.5")
    rows = {name_of(row["source"]): row for row in read_sheet_rows(web)}
    rows[FIRST]["decision"] = "rejected"
    code, taken = decide(web, save_csv(web.folder / "edited.csv", list(rows.values())), "--by", "Ada")
    assert (code, taken["accepted"], taken["rejected"]) == (0, len(ARTICLES) - 1, 1)
    assert newest(web) == dict.fromkeys(ARTICLES, ("accepted", "--accept 0.5")) | {FIRST: ("rejected", "Ada")}
    assert sources(web) == set(ARTICLES) - {FIRST}, "what was accepted before stays in the files"
    decide_in_page(web, SECOND, "redirect", "/contact")
    decide_in_page(web, THIRD, BulkAction.TAKE_BACK)
    overruled = {FIRST: ("rejected", "Ada"), SECOND: ("accepted", "Ada"), THIRD: ("proposed", "Ada")}
    assert {name: newest(web)[name] for name in overruled} == overruled
    audit(web, "--accept", "0.5")
    assert {name: newest(web)[name] for name in overruled} == overruled
    assert sources(web) == set(ARTICLES) - {FIRST, THIRD}
    decide(web, web.folder / "ws/report/redirects.csv", "--accept", "0.5")
    assert newest(web)[THIRD] == ("accepted", "--accept 0.5"), "asked for beside the sheet"
    assert {name: newest(web)[name] for name in (FIRST, SECOND)} == {n: overruled[n] for n in (FIRST, SECOND)}


def test_a_sheet_with_a_threshold_decides_about_every_proposal(web: Web) -> None:
    audit(web)
    rows = {name_of(row["source"]): row for row in read_sheet_rows(web)}
    rows[FIRST]["target"] = f"{web.site.origin}/contact"  # left as proposed: neither of the targets is meant
    sheet = save_csv(web.folder / "short.csv", [rows[FIRST], rows[SECOND]])
    _, taken = decide(web, sheet, "--accept", "0.5", "--by", "Ada")
    assert (taken["accepted"], taken["unchanged"]) == (1, 1)
    assert newest(web) == {name: ("accepted", "--accept 0.5") for name in ARTICLES if name != FIRST}
    assert sources(web) == set(ARTICLES) - {FIRST}


def test_an_audit_killed_while_it_accepts_ends_like_one_that_was_not(web: Web) -> None:
    options = ("--links", str(web.ahrefs()), "--no-read", "--accept", "0.5")
    audit(web, "--accept", "0.5", workspace="whole")
    for inserts in (1, 3, 2):
        command = web.command(*options)[3:]
        done = subprocess.run(
            [sys.executable, "-c", KILLED_WHILE_IT_ACCEPTS, str(inserts), *command], capture_output=True, check=False
        )
        assert done.returncode == -9, done.stderr
    killed = history(web)
    assert len(killed) == 3, "each time all but the last one"
    _, _, stderr = web.audit(*options)
    assert "continuing the run" in stderr
    whole = history(web, "whole")
    assert {_plain(each.decision) for each in history(web)} == {_plain(each.decision) for each in whole}
    assert len(history(web)) == len(whole) == len(ARTICLES), "each decided once"
    assert {each.batch_id for each in history(web)} == {killed[0].batch_id}
    assert written(web) == written(web, "whole")


def _plain(made: Decision) -> tuple[str, DecisionState, Disposition, str | None, str, str]:
    return made.source_url, made.state, made.disposition, made.target_url, made.decided_by, made.note
