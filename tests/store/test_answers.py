"""The shelf of kept answers: whole or not there, used again while young, counted to the unit."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkreclaim.errors import WorkspaceError
from linkreclaim.store.answers import MAX_ANSWER_BYTES, open_pull, read_pull

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def test_an_answer_is_found_again_by_the_next_sitting(tmp_path: Path) -> None:
    shelf = open_pull(tmp_path, "ahrefs", "example.com", NOW)
    shelf.spend(50)
    shelf.keep("abc1", b"what was answered")
    shelf.spend(0.25)
    later = open_pull(tmp_path, "ahrefs", "example.com", NOW + DAY)
    assert later.find("abc1") == b"what was answered"
    assert later.find("abc2") is None
    assert later.spent_units == 50.25
    assert later.state.begun_at == NOW


def test_vendors_and_sites_do_not_share(tmp_path: Path) -> None:
    for site in ("example.com", "example.com:8080", "example.org"):
        open_pull(tmp_path, "ahrefs", site, NOW).keep("k", site.encode())
    assert open_pull(tmp_path, "ahrefs", "example.com:8080", NOW).find("k") == b"example.com:8080"
    assert open_pull(tmp_path, "moz", "example.com", NOW).find("k") is None


@pytest.mark.parametrize(
    ("finished", "age", "held"),
    [
        (True, timedelta(hours=23), True),
        (True, timedelta(hours=25), False),
        (False, timedelta(days=6), True),
        (False, timedelta(days=8), False),
        (False, -DAY, False),  # a clock that was set back
    ],
)
def test_old_answers_are_not_used(tmp_path: Path, finished: bool, age: timedelta, held: bool) -> None:
    shelf = open_pull(tmp_path, "ahrefs", "example.com", NOW)
    shelf.keep("k", b"old")
    if finished:
        shelf.finish(NOW)
    assert (read_pull(tmp_path, "ahrefs", "example.com", NOW + age) is not None) is held
    assert (open_pull(tmp_path, "ahrefs", "example.com", NOW + age).find("k") is not None) is held


def test_fresh_begins_anew(tmp_path: Path) -> None:
    open_pull(tmp_path, "ahrefs", "example.com", NOW).keep("k", b"old")
    anew = open_pull(tmp_path, "ahrefs", "example.com", NOW + DAY, fresh=True)
    assert anew.find("k") is None
    assert anew.state.begun_at == NOW + DAY


def test_a_pull_ends_once(tmp_path: Path) -> None:
    shelf = open_pull(tmp_path, "ahrefs", "example.com", NOW)
    shelf.finish(NOW)
    shelf.finish(NOW + DAY)
    assert shelf.state.finished_at == NOW


def test_reading_the_state_writes_nothing(tmp_path: Path) -> None:
    assert read_pull(tmp_path / "none", "ahrefs", "example.com", NOW) is None
    assert list(tmp_path.iterdir()) == []


@given(content=st.binary(max_size=200))
def test_a_damaged_file_is_no_answer(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    shelf = open_pull(tmp_path_factory.mktemp("ws"), "ahrefs", "example.com", NOW)
    shelf.keep("k", b"x" * 1_000)
    whole = (shelf.folder / "k.gz").read_bytes()
    for damaged in (content, whole[: len(whole) // 2] + content):
        (shelf.folder / "k.gz").write_bytes(damaged)
        assert shelf.find("k") in (None, b"")


@pytest.mark.parametrize("state", [b"", b"{}", b"[]", b'{"begun_at": 5}', b'{"begun_at": "x", "finished_at": null}'])
def test_a_damaged_state_begins_anew(tmp_path: Path, state: bytes) -> None:
    shelf = open_pull(tmp_path, "ahrefs", "example.com", NOW)
    shelf.keep("k", b"old")
    (shelf.folder / "pull.json").write_bytes(state)
    assert open_pull(tmp_path, "ahrefs", "example.com", NOW).find("k") is None


def test_an_answer_that_unpacks_without_end_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert MAX_ANSWER_BYTES > 64_000_000
    monkeypatch.setattr("linkreclaim.store.answers.MAX_ANSWER_BYTES", 10_000)
    shelf = open_pull(tmp_path, "ahrefs", "example.com", NOW)
    shelf.keep("k", bytes(1_000_000))
    assert shelf.find("k") is None


def test_names_cannot_lead_elsewhere(tmp_path: Path) -> None:
    shelf = open_pull(tmp_path, "ahrefs", "../../etc", NOW)
    assert tmp_path in shelf.folder.resolve().parents
    with pytest.raises(ValueError, match="not a key"):
        shelf.keep("../x", b"")


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "answers").write_text("a file in the way")
    with pytest.raises(WorkspaceError, match="cannot make"):
        open_pull(tmp_path, "ahrefs", "example.com", NOW)
