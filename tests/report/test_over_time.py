import io
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from rich.console import Console

from linkreclaim.model.reports import AuditSummary, DeadPageRow
from linkreclaim.report.over_time import say_all_seen_dead, say_seen_dead
from linkreclaim.report.terminal import render_terminal

DeadPage = Callable[..., DeadPageRow]
SINCE = datetime(2026, 11, 2, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("looks", "confirmed", "words"),
    [
        (1, False, "seen dead once: look again in a few days"),
        (2, False, "first seen dead 2026-11-02, 2 looks: look again in a few days"),
        (3, True, "first seen dead 2026-11-02, 3 looks: confirmed"),
        (0, False, ""),
    ],
)
def test_a_page_says_since_when_and_how_surely(dead_page: DeadPage, looks: int, confirmed: bool, words: str) -> None:
    assert say_seen_dead(dead_page(first_seen_dead=SINCE, looks_dead=looks, confirmed=confirmed)) == words


def test_a_page_that_was_never_looked_at_says_nothing(dead_page: DeadPage) -> None:
    assert say_seen_dead(dead_page(first_seen_dead=None, looks_dead=0)) == ""


def test_pages_of_one_fate_are_told_together(dead_page: DeadPage, summary: Callable[..., AuditSummary]) -> None:
    old = [dead_page(rank=n, first_seen_dead=SINCE, looks_dead=3, confirmed=True) for n in (1, 2)]
    rows = [*old, dead_page(rank=3)]
    assert say_all_seen_dead(rows) == [
        "2 first seen dead 2026-11-02, 3 looks: confirmed",
        "1 seen dead once: look again in a few days",
    ]
    screen = io.StringIO()
    render_terminal(Console(file=screen, width=80), summary(), rows)
    assert "of these 2 first seen dead 2026-11-02, 3 looks: confirmed" in screen.getvalue()
