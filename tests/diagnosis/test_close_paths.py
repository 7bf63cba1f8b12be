"""The quick search finds exactly what comparing with every path would."""

from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from linkreclaim.diagnosis.close_paths import ClosePaths

PATHS = st.lists(st.text("abcé/-1", max_size=8), unique=True, max_size=30)


@given(PATHS, st.text("abcé/-1", max_size=8), st.integers(0, 3))
def test_it_finds_what_a_full_search_finds(paths: list[str], wanted: str, edits: int) -> None:
    every = sorted((distance, path) for path in paths if (distance := OSA.distance(wanted, path)) <= edits)
    assert ClosePaths(paths).within(wanted, edits) == every


def test_very_long_paths_are_compared_too() -> None:
    long = "/" + "a" * 500
    assert ClosePaths([long, "/b"]).within(long + "b", 1) == [(1, long)]
