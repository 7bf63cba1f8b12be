"""Views as query strings: what is formatted is read back, and nothing that is typed breaks anything but itself."""

from contextlib import suppress
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkreclaim.errors import UsageError
from linkreclaim.model.decisions import DecisionState
from linkreclaim.model.judgements import Cause, Disposition
from linkreclaim.model.verdicts import VerdictKind
from linkreclaim.store.dead_page_view import (
    Cursor,
    DeadPageFilter,
    DeadPageSort,
    DeadPageView,
    SortColumn,
    format_view,
    parse_view,
)
from linkreclaim.store.saved_views import read_query

TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=40)
FILTERS = st.builds(
    DeadPageFilter,
    text=TEXTS.map(lambda words: " ".join(words.split())),
    verdicts=st.frozensets(st.sampled_from(VerdictKind), max_size=3),
    causes=st.frozensets(st.sampled_from(Cause), max_size=3),
    dispositions=st.frozensets(st.sampled_from(Disposition), max_size=3),
    states=st.frozensets(st.sampled_from(DecisionState), max_size=3),
    sources=st.frozensets(TEXTS.filter(bool), max_size=3),
    host=TEXTS,
    folder=TEXTS,
    min_confidence_0_1=st.floats(0, 1),
    min_links=st.integers(0, 2**63 - 1),
    changed=st.booleans(),
)
ANY_TEXT = st.text(st.characters(codec=None))
VALUES = {int: st.integers(-(2**63) + 1, 2**63 - 1), float: st.floats(0, 1), str: TEXTS}


@st.composite
def views(draw: st.DrawFn) -> DeadPageView:
    column = draw(st.sampled_from(SortColumn))
    cursors = st.builds(Cursor, VALUES[column.kind], st.integers(-(2**63) + 1, 2**63 - 1), st.booleans())
    sort = DeadPageSort(column, draw(st.booleans()))
    return DeadPageView(draw(FILTERS), sort, draw(st.none() | cursors))


@given(views())
def test_a_view_is_read_back_from_its_parameters_and_from_its_url(view: DeadPageView) -> None:
    assert parse_view(format_view(view)) == view
    assert read_query(urlencode(format_view(view))) == view
    assert format_view(parse_view(format_view(view))) == format_view(view)


@given(st.lists(st.tuples(st.sampled_from(["q", "verdict", "sort", "after", "links", "folder", "x"]), ANY_TEXT)))
def test_whatever_is_typed_is_a_view_or_a_clear_refusal(parameters: list[tuple[str, str]]) -> None:
    with suppress(UsageError):
        view = parse_view(parameters)
        assert parse_view(format_view(view)) == view


@pytest.mark.parametrize(
    "query",
    [
        "verdict=dead",
        "links=-1",
        "links=many",
        "confidence=nan",
        "confidence=2",
        "sort=price",
        "after=here",
        "after=1e9.2",
        "sort=links&after=5.many",
        "sort=links&before=5.99999999999999999999999",
        "q=%00",
        "folder=" + "x" * 5_000,
    ],
)
def test_a_value_that_means_nothing_is_named(query: str) -> None:
    with pytest.raises(UsageError, match=query.split("&")[-1].split("=")[0]):
        read_query(query)


def test_the_empty_view_is_an_empty_query() -> None:
    assert format_view(DeadPageView()) == []
    assert parse_view([("utm_source", "mail"), ("q", "  ")]) == DeadPageView()
