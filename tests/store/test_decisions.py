"""Deciding: nothing is lost, what is stale is refused and shown, and later runs say what changed."""

import threading
from pathlib import Path

import pytest
from tests.store.dead_lists import HOST, NOW, Dead, Listed, list_next_run, listed

from linkreclaim.errors import InputError, UsageError
from linkreclaim.jobs.delivery.list_dead import site_of
from linkreclaim.jobs.findings.rows import numbered_rows
from linkreclaim.model.decisions import Decision, DecisionState
from linkreclaim.model.judgements import Cause, Disposition
from linkreclaim.model.verdicts import VerdictKind
from linkreclaim.store import open_workspace
from linkreclaim.store.bulk_decisions import BulkAction, BulkResult
from linkreclaim.store.decisions import StaleDecisionError
from linkreclaim.store.saved_views import read_query

SHELF = [
    Dead("/blog/a", links=9),
    Dead("/blog/b", links=8, target=None, disposition=Disposition.RESTORE, confidence_0_1=0.1),
    Dead("/blog/c", links=7, target=None, disposition=Disposition.REVIEW, confidence_0_1=0.3),
    Dead("/shop/d", links=6),
    Dead("/shop/e", links=5, disposition=Disposition.GONE, target=None),
]


def bulk(made: Listed, query: str, action: BulkAction, by: str = "Ada") -> BulkResult:
    asked = read_query(query).filter
    token = made.workspace.bulk_decisions.preview(made.site_id, made.run_id, asked, action).token
    return made.workspace.bulk_decisions.decide_all(made.site_id, asked, action, token, by, NOW, made.run_id)


def states(made: Listed) -> dict[str, tuple[str, str, str]]:
    rows = made.page().rows
    path = f"https://{HOST}"
    return {line.url.removeprefix(path): (line.state, line.disposition, line.decided_by) for line in rows}


def test_a_decision_is_shown_at_once_and_kept_with_what_was_seen(tmp_path: Path) -> None:
    with listed(tmp_path / "ws", SHELF) as made:
        revision = made.decide("/blog/a", target_url=f"https://{HOST}/other")
        line = made.line("/blog/a")
        assert (line.state, line.target_url, line.decided_by) == (
            DecisionState.ACCEPTED,
            f"https://{HOST}/other",
            "Ada",
        )
        assert line.revision == revision
        assert made.paths("q=other") == ["/blog/a"]
        assert "/blog/a" not in made.paths("q=%2Fnew")
        assert made.paths("state=accepted") == ["/blog/a"]
        held = made.workspace.decisions.held(made.site_id, line.url_id)
        assert held is not None
        assert held.seen == {"verdict": "not_found", "cause": "deleted_page", "target_url": f"https://{HOST}/new"}
        assert held.run_id == made.run_id


def test_a_stale_decision_is_refused_and_shows_what_holds(tmp_path: Path) -> None:
    with listed(tmp_path / "ws", SHELF) as made:
        made.decide("/blog/a", by="Ada")
        with pytest.raises(StaleDecisionError, match="Ada decided") as stale:
            made.decide("/blog/a", by="Ben", revision=0, state=DecisionState.REJECTED)
        assert stale.value.held is not None
        assert stale.value.held.decision.decided_by == "Ada"
        assert made.line("/blog/a").state is DecisionState.ACCEPTED
        again = made.decide("/blog/a", by="Ben", revision=stale.value.revision, state=DecisionState.REJECTED)
        assert made.line("/blog/a").revision == again
        entries = made.workspace.decisions.history(made.site_id).entries
        assert [(each.decision.decided_by, each.decision.state) for each in entries] == [
            ("Ben", DecisionState.REJECTED),
            ("Ada", DecisionState.ACCEPTED),
        ]


def test_a_page_that_no_run_looked_at_cannot_be_decided(tmp_path: Path) -> None:
    decision = Decision("https://else.example/", DecisionState.ACCEPTED, Disposition.GONE, None, "Ada", NOW)
    with listed(tmp_path / "ws", SHELF) as made, pytest.raises(InputError, match="no dead page"):
        made.workspace.decisions.decide(made.site_id, 4_711, 0, decision)


def test_taking_back_restores_what_held_before(tmp_path: Path) -> None:
    with listed(tmp_path / "ws", SHELF) as made:
        number = made.line("/blog/a").url_id
        made.decide("/blog/a", by="Ada", target_url=f"https://{HOST}/mine")
        second = made.decide(
            "/blog/a", by="Ben", state=DecisionState.ACCEPTED, disposition=Disposition.GONE, target_url=None
        )
        back = made.workspace.decisions.take_back(made.site_id, number, second, "Cleo", NOW)
        line = made.line("/blog/a")
        assert (line.disposition, line.target_url, line.decided_by) == (
            Disposition.REDIRECT,
            f"https://{HOST}/mine",
            "Ada",
        )
        with pytest.raises(StaleDecisionError):
            made.workspace.decisions.take_back(made.site_id, number, second, "Cleo", NOW)
        assert made.workspace.decisions.latest(made.site_id)[number].decided_by == "Ada"
        assert back == line.revision


def test_the_first_decision_taken_back_leaves_the_proposal(tmp_path: Path) -> None:
    with listed(tmp_path / "ws", SHELF) as made:
        first = made.decide("/blog/a", disposition=Disposition.GONE, target_url=None)
        number = made.line("/blog/a").url_id
        made.workspace.decisions.take_back(made.site_id, number, first, "Ada", NOW)
        line = made.line("/blog/a")
        assert (line.state, line.disposition) == (DecisionState.PROPOSED, Disposition.REDIRECT)
        assert (line.target_url, line.decided_by) == (f"https://{HOST}/new", "")
        assert made.workspace.decisions.latest(made.site_id) == {}


def test_a_later_run_keeps_decisions_and_says_which_facts_changed(tmp_path: Path) -> None:
    with listed(tmp_path / "ws", SHELF, {"/new": True}) as made:
        for path in ("/blog/a", "/blog/b", "/shop/d", "/shop/e"):
            made.decide(path)
        later = [
            Dead("/blog/a", links=9, verdict=VerdictKind.GONE, cause=Cause.RESTRUCTURE, target="/better"),
            Dead("/blog/b", links=8, target="/found"),
            Dead("/shop/d", links=6),
            SHELF[4],
        ]
        second = list_next_run(made.workspace, later, {"/new": False})
        changed = {line.url.removeprefix(f"https://{HOST}"): line.changed for line in second.page().rows}
        assert changed == {
            "/blog/a": ("verdict", "cause", "proposal", "target_not_live"),
            "/blog/b": ("proposal",),
            "/shop/d": ("target_not_live",),
            "/shop/e": (),
        }
        assert second.line("/blog/a").target_url == f"https://{HOST}/new"
        assert second.line("/blog/b").disposition is Disposition.RESTORE
        assert set(second.paths("changed=1")) == {"/blog/a", "/blog/b", "/shop/d"}
        second.decide("/blog/a", by="Ben", target_url=f"https://{HOST}/better")
        assert second.line("/blog/a").changed == ()


def test_accepting_all_of_a_filter_is_seen_before_and_undone_after(tmp_path: Path) -> None:
    with listed(tmp_path / "ws", SHELF) as made:
        before = states(made)
        made.decide("/shop/d", by="Ben", state=DecisionState.REJECTED)
        asked = read_query("").filter
        preview = made.workspace.bulk_decisions.preview(made.site_id, made.run_id, asked, BulkAction.ACCEPT)
        assert (preview.pages, preview.redirects, preview.restores, preview.without_proposal) == (3, 1, 1, 1)
        assert [line.rank for line in preview.sample] == [1, 2, 5]
        result = bulk(made, "", BulkAction.ACCEPT)
        assert (result.decided, result.refused) == (3, 0)
        assert states(made)["/blog/b"] == ("accepted", "restore", "Ada")
        assert states(made)["/shop/d"] == ("rejected", "redirect", "Ben")
        assert states(made)["/blog/c"] == before["/blog/c"]
        made.decide("/blog/a", by="Ben", disposition=Disposition.IGNORE, target_url=None)
        undone = made.workspace.bulk_decisions.undo(made.site_id, result.batch_id, "Cleo", NOW)
        assert (undone.decided, undone.refused, undone.refused_urls) == (2, 1, (f"https://{HOST}/blog/a",))
        now = states(made)
        assert now["/blog/b"] == before["/blog/b"]
        assert now["/shop/e"] == before["/shop/e"]
        assert now["/blog/a"] == ("accepted", "ignore", "Ben")
        batches = made.workspace.decisions.batches(made.site_id)
        assert [(each.action, each.decisions, each.undone_by_id) for each in batches] == [
            ("undo", 2, None),
            ("accept", 3, undone.batch_id),
        ]
        again = made.workspace.bulk_decisions.undo(made.site_id, undone.batch_id, "Cleo", NOW)
        assert again.decided == 2
        assert states(made)["/blog/b"] == ("accepted", "restore", "Ada")


def test_pages_decided_since_the_preview_are_left_alone_and_told(tmp_path: Path) -> None:
    with listed(tmp_path / "ws", SHELF) as made:
        bulk_decisions = made.workspace.bulk_decisions
        asked = read_query("state=proposed&state=accepted").filter
        token = bulk_decisions.preview(made.site_id, made.run_id, asked, BulkAction.GONE).token
        made.decide("/blog/a", by="Ben")
        result = bulk_decisions.decide_all(made.site_id, asked, BulkAction.GONE, token, "Ada", NOW, made.run_id)
        assert (result.decided, result.refused_urls) == (4, (f"https://{HOST}/blog/a",))
        assert states(made)["/blog/a"] == ("accepted", "redirect", "Ben")
        with pytest.raises(StaleDecisionError, match="another run"):
            bulk_decisions.decide_all(made.site_id, asked, BulkAction.GONE, token, "Ada", NOW, made.run_id + 1)
        with pytest.raises(UsageError, match="look at"):
            bulk_decisions.decide_all(made.site_id, asked, BulkAction.GONE, "x", "Ada", NOW, made.run_id)
        with pytest.raises(InputError, match="no batch"):
            bulk_decisions.undo(made.site_id, 4_711, "Ada", NOW)


@pytest.mark.parametrize(
    ("action", "shown"),
    [
        (BulkAction.REJECT, ("rejected", "redirect")),
        (BulkAction.RESTORE, ("accepted", "restore")),
        (BulkAction.FIX_AT_SOURCE, ("accepted", "fix_at_source")),
        (BulkAction.IGNORE, ("accepted", "ignore")),
    ],
)
def test_each_action_is_taken_for_all(tmp_path: Path, action: BulkAction, shown: tuple[str, str]) -> None:
    with listed(tmp_path / "ws", SHELF) as made:
        assert bulk(made, "folder=/shop/&disposition=redirect", action).decided == 1
        assert states(made)["/shop/d"] == (*shown, "Ada")
        assert bulk(made, "state=accepted&state=rejected", BulkAction.TAKE_BACK).decided == 1
        assert states(made)["/shop/d"] == ("proposed", "redirect", "")


def test_a_batch_of_many_pages_is_many_small_transactions(tmp_path: Path) -> None:
    many = [Dead(f"/p/{n}", links=n) for n in range(1_300)]
    with listed(tmp_path / "ws", many) as made:
        result = bulk(made, "links=100", BulkAction.ACCEPT)
        assert result.decided == 1_200
        assert made.page("state=accepted").count == 1_200
        assert made.workspace.bulk_decisions.undo(made.site_id, result.batch_id, "Ada", NOW).decided == 1_200
        assert made.page("state=accepted").count == 0


def test_two_people_at_once_lose_nothing(tmp_path: Path) -> None:
    pages = [Dead(f"/p/{n}") for n in range(60)]
    with listed(tmp_path / "ws", pages) as made:
        lines = made.page("", limit=100).rows
        refused: list[str] = []
        holders: list[str] = []

        def decide_all(by: str) -> None:
            with open_workspace(tmp_path / "ws") as own:
                for line in lines:
                    decision = Decision(line.url, DecisionState.ACCEPTED, Disposition.GONE, None, by, NOW)
                    try:
                        own.decisions.decide(made.site_id, line.url_id, 0, decision)
                    except StaleDecisionError as stale:
                        refused.append(by)
                        holders.append("" if stale.held is None else stale.held.decision.decided_by)

        people = [threading.Thread(target=decide_all, args=(by,)) for by in ("Ada", "Ben")]
        for person in people:
            person.start()
        for person in people:
            person.join()
        assert len(refused) == len(pages)
        assert all(by != holder for by, holder in zip(refused, holders, strict=True))
        assert set(holders) <= {"Ada", "Ben"}
        assert len(made.workspace.decisions.history(made.site_id, limit=1_000).entries) == len(pages)
        assert made.page("state=accepted", limit=100).count == len(pages)


def test_a_decision_made_while_a_run_is_listed_stands_in_the_new_list(tmp_path: Path) -> None:
    many = [Dead(f"/p/{n}", links=1_200 - n) for n in range(1_200)]
    with listed(tmp_path / "ws", many) as made:
        second = list_next_run(made.workspace, many, to_list=False)
        run = made.workspace.runs.get(second.run_id)
        assert run is not None
        rows = numbered_rows(made.workspace, run, site_of(made.workspace, run))
        steps = made.workspace.dead_pages.list_run(made.site_id, run.id, rows)
        next(steps)
        made.decide("/p/3")  # listed already
        made.decide("/p/1100")  # not yet
        list(steps)
        assert set(second.paths("state=accepted")) == {"/p/3", "/p/1100"}


def test_history_comes_in_pages(tmp_path: Path) -> None:
    with listed(tmp_path / "ws", SHELF) as made:
        for by in ("Ada", "Ben", "Cleo"):
            made.decide("/blog/a", by=by, note=by)
        made.decide("/shop/d")
        decisions = made.workspace.decisions
        first = decisions.history(made.site_id, limit=2)
        second = decisions.history(made.site_id, before=first.next, limit=2)
        assert [each.decision.decided_by for each in (*first.entries, *second.entries)] == ["Ada", "Cleo", "Ben", "Ada"]
        assert second.next is None
        of_one = decisions.history(made.site_id, made.line("/blog/a").url_id)
        assert [each.decision.note for each in of_one.entries] == ["Cleo", "Ben", "Ada"]
