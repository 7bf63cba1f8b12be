"""The model file: what is refused, and that our trees say what their trainer says."""

from pathlib import Path

import numpy as np
import pytest
from tests.match.small_site import SITE, gone, home

from linkreclaim.array_file import MAX_FILE_BYTES
from linkreclaim.errors import InputError
from linkreclaim.match import MatchModel
from linkreclaim.match.model import summary
from linkreclaim.match.search import Search
from linkreclaim.match.site import SiteTable
from linkreclaim.match.trees import Trees


def test_packaged_model_measures_what_this_version_measures(model: MatchModel) -> None:
    found = next(iter(Search(SiteTable(SITE, home()), [gone("/x/brewing-green-tea")])))
    assert model.names == tuple(found.measures)
    assert not [name for name in model.names if "has_" in name or "anchor" in name or "extension" in name]


def test_saved_model_reads_back_and_saves_the_same_bytes(model: MatchModel, tmp_path: Path) -> None:
    model.save(tmp_path / "one.npz")
    again = MatchModel.load(tmp_path / "one.npz")
    again.save(tmp_path / "two.npz")
    rows = np.random.default_rng(1).normal(size=(50, len(model.names)))
    assert np.array_equal(model.candidate_scores(rows), again.candidate_scores(rows))
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()
    assert (tmp_path / "one.npz").stat().st_size < MAX_FILE_BYTES


def test_changed_number_is_seen_by_the_checksum(model: MatchModel, tmp_path: Path) -> None:
    model.save(tmp_path / "model.npz")
    with np.load(tmp_path / "model.npz") as stored:
        arrays = {name: stored[name] for name in stored.files}
    arrays["ranker_value"] = arrays["ranker_value"] + 1e-6
    np.savez(tmp_path / "model.npz", **arrays)
    with pytest.raises(InputError, match="damaged: its checksum does not match"):
        MatchModel.load(tmp_path / "model.npz")


def test_other_feature_version_is_refused(model: MatchModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("linkreclaim.match.model.FEATURE_VERSION", 999)
    model.save(tmp_path / "model.npz")
    monkeypatch.undo()
    with pytest.raises(InputError, match="trained for feature version 999"):
        MatchModel.load(tmp_path / "model.npz")


@pytest.mark.parametrize("content", [b"", b"not a model", b"PK\x05\x06" + b"\0" * 18])
def test_other_files_are_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "model.npz"
    path.write_bytes(content)
    with pytest.raises(InputError, match="is no model"):
        MatchModel.load(path)


def test_missing_file_and_pickles_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"gone\.npz is no model"):
        MatchModel.load(tmp_path / "gone.npz")
    np.savez(tmp_path / "pickle.npz", checksum=np.array([{"a": 1}], dtype=object))
    with pytest.raises(InputError, match="is no model"):
        MatchModel.load(tmp_path / "pickle.npz")


def test_file_that_unpacks_to_too_much_is_refused(tmp_path: Path) -> None:
    np.savez_compressed(tmp_path / "bomb.npz", checksum=np.zeros(50_000_000, dtype=np.uint8))
    with pytest.raises(InputError, match="more than any model has"):
        MatchModel.load(tmp_path / "bomb.npz")


def test_summary_of_one_candidate_has_a_lead() -> None:
    alone, clear, close = (summary(np.array(scores)) for scores in ([2.0], [2.0, -5.0, -6.0], [2.0, 1.9]))
    assert alone[1] > clear[1] > close[1]
    assert clear[4] > close[4]


def test_a_tree_by_hand() -> None:
    """One split at feature 1 <= 0.5, blanks to the right."""
    tree = Trees(
        roots=np.array([0], dtype=np.int32),
        feature=np.array([1, 0, 0], dtype=np.int32),
        threshold=np.array([0.5, 0.0, 0.0]),
        left=np.array([1, 1, 2], dtype=np.int32),
        right=np.array([2, 1, 2], dtype=np.int32),
        blank_left=np.array([False, True, True]),
        value=np.array([0.0, -1.0, 3.0]),
        depth=1,
    )
    rows = np.array([[9.0, 0.5], [9.0, 0.6], [9.0, np.nan]])
    assert tree.scores(rows).tolist() == [-1.0, 3.0, 3.0]
    assert tree.scores(np.empty((0, 2))).tolist() == []


def test_trees_agree_with_their_trainer(monkeypatch: pytest.MonkeyPatch) -> None:
    lightgbm = pytest.importorskip("lightgbm", reason="needs lightgbm (dependency group train)")
    pytest.importorskip("sklearn", reason="needs scikit-learn (dependency group train)")
    monkeypatch.syspath_prepend(str(Path(__file__).parents[2]))
    from benchmarks.matching.train import PARAMETERS, read_trees

    random = np.random.default_rng(3)
    rows = random.normal(size=(6_000, 9))
    rows[random.random(rows.shape) < 0.2] = np.nan
    rows[:, 7:] = np.round(np.nan_to_num(rows[:, 7:]))
    right = (np.nan_to_num(rows[:, 0]) + np.nan_to_num(rows[:, 1]) * rows[:, 7] + random.normal(size=6_000) > 0.3) * 1
    booster = lightgbm.train(PARAMETERS, lightgbm.Dataset(rows[:4_000], right[:4_000]), 40)
    rows[-500:, 8] = np.nan
    expected = booster.predict(rows, raw_score=True)
    assert np.ptp(expected) > 1
    np.testing.assert_allclose(read_trees(booster).scores(rows), expected, rtol=0, atol=1e-9)
