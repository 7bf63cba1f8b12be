from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkreclaim.report.figures import keep_share, show_count, show_day, show_iso, show_percent


@pytest.mark.parametrize(
    ("share", "shown"),
    [(0.0, "0 %"), (0.004, "< 1 %"), (0.5, "50 %"), (0.999, "> 99 %"), (1.0, "100 %"), (None, "unknown")],
)
def test_percentages_do_not_lie_at_their_ends(share: float | None, shown: str) -> None:
    assert show_percent(share) == shown


@given(st.floats())
def test_any_float_is_a_share(number: float) -> None:
    assert 0 <= keep_share(number) <= 1
    assert show_percent(number)


def test_counts_agree_with_their_noun() -> None:
    assert [show_count(number, "link") for number in (0, 1, 1240)] == ["0 links", "1 link", "1,240 links"]
    assert show_count(2, "address", "addresses") == "2 addresses"


def test_moments_are_shown_in_utc() -> None:
    evening = datetime(2026, 11, 22, 23, 30, tzinfo=timezone(timedelta(hours=-5)))
    assert show_iso(evening) == "2026-11-23T04:30:00Z"
    assert show_day(evening) == "23 November 2026"
    assert show_iso(datetime(2026, 1, 2)) == show_iso(datetime(2026, 1, 2, tzinfo=UTC)) == "2026-01-02T00:00:00Z"
    assert show_iso(None) == show_day(None) == ""
