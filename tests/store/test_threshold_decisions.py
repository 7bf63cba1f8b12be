"""Acceptances of a threshold in the store: their acts undone, and people's decisions over them undone."""

from datetime import timedelta
from pathlib import Path

import pytest
from tests.store.dead_lists import HOST, NOW, Dead, Listed, list_next_run, listed

from linkreclaim.model.decisions import DecisionState
from linkreclaim.store import threshold_decisions
from linkreclaim.store.threshold_decisions import ThresholdAct

SHELF = [Dead(f"/blog/{n}", links=9 - n, confidence_0_1=n / 10) for n in range(9)]
LATER = NOW + timedelta(hours=1)


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threshold_decisions, "DECISIONS_AT_ONCE", 2)


def accept(made: Listed, least_0_1: float, sheet: str = "") -> int:
    act = ThresholdAct(least_0_1, LATER, LATER, sheet)
    return made.workspace.threshold_decisions.accept(made.site_id, made.run_id, act)


def take_back(made: Listed, least_0_1: float | None = None) -> int:
    return made.workspace.threshold_decisions.take_back(made.site_id, made.run_id, least_0_1, LATER)


def who(made: Listed) -> dict[str, str]:
    """{path: who accepted} of the listed pages that are accepted."""
    accepted = (line for line in made.page().rows if line.state is DecisionState.ACCEPTED)
    return {line.url.removeprefix(f"https://{HOST}"): line.decided_by for line in accepted}


def undo(made: Listed, path: str) -> None:
    """As Ada takes back the newest decision about a page."""
    line = made.line(path)
    made.workspace.decisions.take_back(made.site_id, line.url_id, line.revision, "Ada", LATER)


def undo_newest_act(made: Listed) -> int:
    batch = made.workspace.decisions.batches(made.site_id)[0]
    return made.workspace.bulk_decisions.undo(made.site_id, batch.id, "Ada", LATER).decided


def test_one_act_of_many_transactions_follows_the_threshold(tmp_path: Path) -> None:
    with listed(tmp_path / "ws", SHELF) as made:
        assert accept(made, 0.5) == 4
        assert who(made) == {f"/blog/{n}": "--accept 0.5" for n in (5, 6, 7, 8)}
        assert [batch.decisions for batch in made.workspace.decisions.batches(made.site_id)] == [4]
        assert (accept(made, 0.5), take_back(made, 0.5)) == (0, 0)
        assert (accept(made, 0.7), take_back(made, 0.7)) == (2, 2)
        assert who(made) == {f"/blog/{n}": "--accept 0.7" for n in (7, 8)}
        assert take_back(made) == 2
        assert who(made) == {}
        assert take_back(made) == 0
        assert len(made.workspace.decisions.history(made.site_id).entries) == 10


def test_an_act_that_was_undone_stays_so_but_beside_a_sheet(tmp_path: Path) -> None:
    with listed(tmp_path / "ws", SHELF) as made:
        accept(made, 0.5)
        accept(made, 0.6)
        assert undo_newest_act(made) == 3
        assert who(made) == {"/blog/5": "--accept 0.5"}, "not what the act before had accepted"
        assert undo_newest_act(made) == 3
        assert set(who(made)) == {f"/blog/{n}" for n in (5, 6, 7, 8)}, "undone twice is done again"
        undo_newest_act(made)
        again = list_next_run(made.workspace, SHELF)
        accept(again, 0.5)
        assert set(who(again)) == {"/blog/5"}
        act = ThresholdAct(0.7, LATER, LATER + timedelta(seconds=1), "redirects.csv")
        assert again.workspace.threshold_decisions.accept(again.site_id, again.run_id, act) == 2
        assert {path for path, by in who(again).items() if by == "--accept 0.7"} == {"/blog/7", "/blog/8"}


def test_undoing_a_decision_over_an_acceptance_restores_it_while_it_has_its_ground(tmp_path: Path) -> None:
    with listed(tmp_path / "ws", SHELF) as made:
        accept(made, 0.8)
        made.decide("/blog/8", state=DecisionState.REJECTED)
        undo(made, "/blog/8")
        assert who(made) == {"/blog/8": "--accept 0.8"}
        made.decide("/blog/8", state=DecisionState.REJECTED)
        later = list_next_run(made.workspace, SHELF)
        assert take_back(later) == 0
        undo(later, "/blog/8")
        assert who(later) == {}, "the newer audit was given no threshold"
        assert accept(list_next_run(made.workspace, SHELF), 0.8) == 0, "undone after it was asked for"


def test_what_people_undo_of_their_own_is_open_again(tmp_path: Path) -> None:
    with listed(tmp_path / "ws", SHELF) as made:
        made.decide("/blog/8", state=DecisionState.REJECTED)
        line = made.line("/blog/8")
        made.workspace.decisions.take_back(made.site_id, line.url_id, line.revision, "Ada", NOW)
        assert accept(made, 0.8) == 1
        assert who(made) == {"/blog/8": "--accept 0.8"}


def test_a_target_that_moves_below_the_threshold_is_a_proposal_again(tmp_path: Path) -> None:
    with listed(tmp_path / "ws", [Dead("/a", confidence_0_1=0.9), Dead("/b", confidence_0_1=0.9)]) as made:
        accept(made, 0.8)
        moved = [Dead("/a", confidence_0_1=0.7), Dead("/b", confidence_0_1=0.95, target="/elsewhere")]
        later = list_next_run(made.workspace, moved)
        assert (accept(later, 0.8), take_back(later, 0.8)) == (1, 1)
        assert who(later) == {"/b": "--accept 0.8"}
        assert later.line("/b").target_url == f"https://{HOST}/elsewhere"
        assert later.line("/b").changed == ()
        notes = [each.decision.note for each in made.workspace.decisions.history(made.site_id).entries[:2]]
        assert notes == ["confidence < 0.8", "confidence >= 0.8"]
