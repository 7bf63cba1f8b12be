"""Texts and lazily made items give back what was put in."""

from hypothesis import given
from hypothesis import strategies as st

from linkreclaim.jobs.planning.columns import Lazy, Texts


@given(st.lists(st.text(st.characters())))
def test_texts_come_back_as_they_were_half_characters_too(given_texts: list[str]) -> None:
    texts = Texts()
    for each in given_texts:
        texts.append(each)
    assert [texts[at] for at in range(len(given_texts))] == given_texts


def test_an_item_is_made_when_it_is_asked_for() -> None:
    made: list[int] = []

    def make(number: int) -> str:
        made.append(number)
        return f"step {number}"

    steps = Lazy(1_000_000, make)
    assert len(steps) == 1_000_000
    assert steps[7] == "step 7"
    assert steps[-1] == "step 999999"
    assert steps[:2] == ("step 0", "step 1")
    assert made == [7, 999_999, 0, 1]
    assert list(Lazy(3, str)) == ["0", "1", "2"]
    assert not Lazy(0, str)
