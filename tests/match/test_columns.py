"""Columns give back what was put in, one by one, some at once, and after being joined."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from linkreclaim.match.columns import Lines, Shapes, Texts
from linkreclaim.match.tokens import read_shape

TEXTS = st.lists(st.text(st.characters(), max_size=8))
LINES = st.lists(st.lists(st.text(st.characters(exclude_characters="\n"), max_size=8), max_size=3))
URLS = (
    "/",
    "/a/B%2Fc/Ünder-way.pdf",
    "/x%0A%1F y/index.html?id=3&q=ü+z",
    "https://example.com//%20/%FF",
    "/日本/語.html",
)


@given(TEXTS, TEXTS)
def test_texts_are_kept_as_they_are(one: list[str], other: list[str]) -> None:
    column = Texts.joined([Texts.of(one), Texts.of(other)])
    assert list(column) == [column[n] for n in range(len(column))] == one + other
    assert column.take(np.arange(len(column))[::-1]) == (one + other)[::-1]


@given(LINES)
def test_lines_tell_none_from_an_empty_one(rows: list[list[str]]) -> None:
    column = Lines.of(rows)
    assert column.take(np.arange(len(rows))) == rows
    assert [column.first(n) for n in range(len(rows))] == [row[0] if row else "" for row in rows]


def test_shapes_come_back_whole() -> None:
    shapes = [read_shape(url) for url in URLS]
    column = Shapes.joined([Shapes.of(shapes[:2]), Shapes.of([]), Shapes.of(shapes[2:])])
    assert list(column) == [column[n] for n in range(len(URLS))] == column.take(np.arange(len(URLS))) == shapes
