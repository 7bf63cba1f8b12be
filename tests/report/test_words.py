from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

import pytest

from linkreclaim.model.decisions import DecisionState
from linkreclaim.model.judgements import Cause, Disposition
from linkreclaim.model.links import PageOutcome
from linkreclaim.model.verdicts import VerdictKind
from linkreclaim.report import words


@pytest.mark.parametrize(
    ("catalogue", "kinds"),
    [
        (words.VERDICTS, VerdictKind), (words.CAUSES, Cause), (words.DISPOSITIONS, Disposition),
        (words.DECISIONS, DecisionState), (words.OUTCOMES, PageOutcome), (words.VERDICT_CODES, [None, *VerdictKind]),
    ],
)  # fmt: skip
def test_every_kind_has_words(catalogue: Mapping[Any, Any], kinds: Iterable[StrEnum | None]) -> None:
    assert set(catalogue) == set(kinds)


def test_codes_fit_their_column() -> None:
    assert max(map(len, words.VERDICT_CODES.values())) <= 9


def test_sentences_are_sentences() -> None:
    for catalogue in (words.VERDICTS, words.CAUSES, words.DISPOSITIONS):
        for label, sentence in catalogue.values():
            assert label
            assert sentence.endswith((".", "”."))
