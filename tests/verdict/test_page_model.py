"""The page model: what files are refused, that our trees say what their trainer says, and how wordings are found."""

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.verdict.lab import ARTICLE_PAGE, LOST_PAGE, page

from linkreclaim.array_file import MAX_FILE_BYTES
from linkreclaim.errors import InputError
from linkreclaim.verdict.features import CLASSES, measure, read_signs
from linkreclaim.verdict.needles import needles
from linkreclaim.verdict.page_model import PageModel, page_model
from linkreclaim.verdict.phrases import Phrase, PhraseBook, fold, phrase_book, read_phrases
from linkreclaim.verdict.reading import read_page_class


def test_packaged_model_measures_what_this_version_measures() -> None:
    assert page_model().names == tuple(measure(LOST_PAGE, read_signs(LOST_PAGE)))


def test_model_tells_a_lost_page_from_an_article() -> None:
    model = page_model()
    rows = np.array([list(measure(facts, read_signs(facts)).values()) for facts in (LOST_PAGE, ARTICLE_PAGE)])
    chances = model.chances(rows)
    assert chances.shape == (2, len(CLASSES))
    np.testing.assert_allclose(chances.sum(axis=1), 1.0)
    lost, article = model.p_not_found(chances)
    assert lost > 0.95
    assert article < 0.05


def test_saved_model_reads_back_and_saves_the_same_bytes(tmp_path: Path) -> None:
    model = page_model()
    model.save(tmp_path / "one.npz")
    again = PageModel.load(tmp_path / "one.npz")
    again.save(tmp_path / "two.npz")
    rows = np.random.default_rng(1).normal(size=(50, len(model.names)))
    assert np.array_equal(model.scores(rows), again.scores(rows))
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()
    assert (tmp_path / "one.npz").stat().st_size < MAX_FILE_BYTES


def test_changed_number_is_seen_by_the_checksum(tmp_path: Path) -> None:
    page_model().save(tmp_path / "model.npz")
    with np.load(tmp_path / "model.npz") as stored:
        arrays = {name: stored[name] for name in stored.files}
    arrays["value"] = arrays["value"] + 1e-6
    np.savez(tmp_path / "model.npz", **arrays)
    with pytest.raises(InputError, match="damaged: its checksum does not match"):
        PageModel.load(tmp_path / "model.npz")


def test_other_feature_version_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("linkreclaim.verdict.page_model.FEATURE_VERSION", 999)
    page_model().save(tmp_path / "model.npz")
    monkeypatch.undo()
    with pytest.raises(InputError, match="trained for feature version 999"):
        PageModel.load(tmp_path / "model.npz")


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _text(path: Path) -> None:
    path.write_bytes(b"not a model")


def _pickle(path: Path) -> None:
    np.savez(path, checksum=np.array([{"a": 1}], dtype=object))


def _bomb(path: Path) -> None:
    np.savez_compressed(path, checksum=np.zeros(50_000_000, dtype=np.uint8))


@pytest.mark.parametrize("write", [_empty, _text, _pickle, _bomb, None])
def test_other_files_are_refused(tmp_path: Path, write: Callable[[Path], None] | None) -> None:
    path = tmp_path / "model.npz"
    if write:
        write(path)
    with pytest.raises(InputError, match=r"model\.npz is no model"):
        PageModel.load(path)


def test_trees_agree_with_their_trainer(monkeypatch: pytest.MonkeyPatch) -> None:
    lightgbm = pytest.importorskip("lightgbm", reason="needs lightgbm (dependency group train)")
    pytest.importorskip("sklearn", reason="needs scikit-learn (dependency group train)")
    monkeypatch.syspath_prepend(str(Path(__file__).parents[2]))
    from benchmarks.soft404.train import PARAMETERS, read_model

    random = np.random.default_rng(3)
    rows = random.normal(size=(3_000, 9))
    rows[:, 6:] = np.round(rows[:, 6:])
    labels = random.integers(len(CLASSES), size=3_000)
    rows[:, 0] += labels
    booster = lightgbm.train(PARAMETERS, lightgbm.Dataset(rows[:2_000], labels[:2_000]), 20)
    model = read_model(booster, tuple("abcdefghi"))
    np.testing.assert_allclose(model.scores(rows), booster.predict(rows, raw_score=True), rtol=0, atol=1e-9)
    np.testing.assert_allclose(model.chances(rows), booster.predict(rows), rtol=0, atol=1e-9)


WORDS = (*LOST_PAGE.text.split(), "404", "error", "401", "domain", ".com", "è", "in", "vendita", "login", "找不到")


def test_evidence_says_where_the_page_says_it() -> None:
    assert 'its title says "Page not found - Example"' in read_page_class(LOST_PAGE).said
    headed = page("Example", "<h1>Página no encontrada</h1><p>Volver al inicio.</p>", menu="")
    assert 'its heading says "Página no encontrada"' in read_page_class(headed).said


def test_a_heading_about_another_status_vetoes_a_reused_title() -> None:
    refusal = page("404 Error - Admin", "<h1>401</h1><p>Unauthorized. Access to this resource is denied.</p>", menu="")
    assert read_page_class(refusal).page_class != "not_found"


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("not found", {"not found"}),
        (r"\b(?:uh|oh)[ -]?no", {"uhno", "uh no", "uh-no", "ohno", "oh no", "oh-no"}),
        ("^ab?cd+e", {"ac", "abc"}),
        (r"xa\w+y", {"xa"}),
        ("(?:ab|cd)(?:e|f)?g", {"abeg", "abfg", "abg", "cdeg", "cdfg", "cdg"}),
        (r"\.com", {".com"}),
        ("[^a]bc", {"bc"}),
        ("(?:page|site)[^.!?]{0,60}(?:has )?vanished", {"vanished", "has vanished"}),
        (r"\w*", {""}),
    ],
)
def test_needles_of_patterns(pattern: str, expected: set[str]) -> None:
    assert needles(pattern) == expected


def test_no_wording_has_to_be_tried_everywhere() -> None:
    assert not [phrase.pattern for phrase in read_phrases() if "" in needles(phrase.pattern)]


@given(st.lists(st.sampled_from(WORDS)))
@settings(max_examples=80, deadline=None)
def test_the_book_finds_what_each_pattern_finds_alone(words: list[str]) -> None:
    text = fold(" ".join(words))
    alone = [(phrase, match.span()) for phrase in read_phrases() if (match := re.search(phrase.pattern, text))]
    assert [(hit.phrase, (hit.start, hit.end)) for hit in phrase_book().find(text)] == alone


def test_a_small_book_knows_its_wordings_only() -> None:
    book = PhraseBook([Phrase("not_found", "gone away")])
    assert [hit.start for hit in book.find("it has gone away")] == [7]
    assert not book.find("page not found")
