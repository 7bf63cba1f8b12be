"""Bars: parts of one whole, beneath each other or side by side."""

from collections.abc import Sequence
from typing import NamedTuple

from linkreclaim.report.figures import keep_share
from linkreclaim.report.pictures.picture import Ink, Picture, fill_box, fit_text, text_width, write

WIDTH_PX = 480.0
_LABEL_PX, _GAP_PX = 170.0, 10.0
_ROW_PX, _BAR_PX = 28.0, 14.0
_STACK_PX, _KEY_PX = 22.0, 11.0
_LEAST_PX = 2.0
"""So wide is what is not nothing, so that it can be seen."""


class Bar(NamedTuple):
    """One part: its name, its share of what is compared, and the figures as they are read."""

    label: str
    share_0_1: float
    shown: str
    ink: Ink = Ink.LOST
    more: tuple[str, ...] = ()  # further cells of the table


def draw_bars(name: str, title: str, bars: Sequence[Bar], columns: tuple[str, ...], description: str = "") -> Picture:
    """Bars beneath each other in the order given, the longest over the whole width.

    `columns` name the label, the figure and what `Bar.more` adds.
    """
    longest = max((keep_share(bar.share_0_1) for bar in bars), default=0.0)
    figures_px = max((text_width(bar.shown) for bar in bars), default=0.0)
    room = max(WIDTH_PX - _LABEL_PX - figures_px - 2 * _GAP_PX, 0.0)
    body = []
    for row, bar in enumerate(bars):
        top = row * _ROW_PX
        width = _scale(bar.share_0_1, room / longest if longest else 0.0)
        base = top + _ROW_PX / 2 + 4.5
        body.append(write(_LABEL_PX, base, fit_text(bar.label, _LABEL_PX), anchor="end"))
        body.append(fill_box(_LABEL_PX + _GAP_PX, top + (_ROW_PX - _BAR_PX) / 2, width, _BAR_PX, bar.ink))
        body.append(write(_LABEL_PX + 2 * _GAP_PX + width, base, bar.shown, Ink.MUTED))
    words = description or "; ".join(f"{bar.label}: {bar.shown}" for bar in bars)
    return Picture(name, title, words, WIDTH_PX, max(len(bars), 1) * _ROW_PX, "".join(body), columns, _cells(bars))


def draw_stack(name: str, title: str, parts: Sequence[Bar], columns: tuple[str, ...]) -> Picture:
    """The parts of a whole side by side in one bar, and beneath it what each of them is."""
    shown = [part for part in parts if keep_share(part.share_0_1) > 0]
    whole = sum(keep_share(part.share_0_1) for part in shown) or 1.0
    room = WIDTH_PX - 2 * max(len(shown) - 1, 0)
    body, left = [], 0.0
    for row, part in enumerate(shown):
        width = _scale(part.share_0_1 / whole, room)
        body.append(fill_box(left, 0, width, _STACK_PX, part.ink, f"{part.label}: {part.shown}"))
        left += width + 2
        base = _STACK_PX + (row + 1) * 24.0
        body.append(fill_box(0, base - _KEY_PX + 1, _KEY_PX, _KEY_PX, part.ink))
        words = fit_text(f"{part.label}: {part.shown}", WIDTH_PX - 2 * _KEY_PX)
        body.append(write(2 * _KEY_PX, base, words))
    description = "; ".join(f"{part.label}: {part.shown}" for part in shown)
    height = _STACK_PX + len(shown) * 24.0 + 8
    return Picture(name, title, description, WIDTH_PX, height, "".join(body), columns, _cells(parts))


def _scale(share_0_1: float, room_px: float) -> float:
    width = keep_share(share_0_1) * room_px
    return max(width, _LEAST_PX) if width > 0 else 0.0


def _cells(bars: Sequence[Bar]) -> tuple[tuple[str, ...], ...]:
    return tuple((bar.label, bar.shown, *bar.more) for bar in bars)
