"""A trend: shares over days, drawn to the scale of time."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from linkreclaim.report.figures import as_utc, keep_share, show_day, show_percent
from linkreclaim.report.pictures.picture import COLOURS, Ink, Picture, element, show_number, text_width, write

WIDTH_PX, HEIGHT_PX = 640.0, 230.0
_LEFT_PX, _RIGHT_PX, _TOP_PX, _BOTTOM_PX = 48.0, 500.0, 14.0, 190.0
_TOPS = (0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0)
"""Ends of the scale: their halves are whole percentages or nearly so, and the lines fill more than half of it."""
_DOT_PX = 4.0
_LABEL_PX = 18.0


class Moment(NamedTuple):
    """The shares of all lines at one moment, None where one cannot be told."""

    at: datetime
    shares_0_1: tuple[float | None, ...]
    partial: bool = False  # much could not be told then: drawn hollow


class Line(NamedTuple):
    """What a line shows."""

    label: str
    ink: Ink


def draw_trend(name: str, title: str, lines: Sequence[Line], moments: Sequence[Moment], first_column: str) -> Picture:
    """Lines over time, oldest first, each named at its end; a moment that is only partly known has a hollow dot."""
    top = _choose_top(moments)
    xs = _place(moments)
    parts = [_draw_grid(top), _draw_dates(moments, xs)]
    ends = []
    for number, line in enumerate(lines):
        points = [
            (x, _height(share, top), moment)
            for x, moment in zip(xs, moments, strict=True)
            if (share := moment.shares_0_1[number]) is not None
        ]
        parts.append(_draw_line(points, line.ink))
        if points:
            ends.append((points[-1][1], line, points[-1][2].shares_0_1[number]))
    parts.append(_name_lines(ends))
    rows = tuple(_row(moment) for moment in moments)
    columns = (first_column, *(line.label for line in lines))
    return Picture(name, title, _describe(lines, moments), WIDTH_PX, HEIGHT_PX, "".join(parts), columns, rows)


def _choose_top(moments: Sequence[Moment]) -> float:
    highest = max((keep_share(share) for each in moments for share in each.shares_0_1 if share is not None), default=0)
    return next((top for top in _TOPS if highest <= top), 1.0)


def _place(moments: Sequence[Moment]) -> list[float]:
    seconds = [as_utc(each.at).timestamp() for each in moments]
    first, span = min(seconds, default=0.0), max(seconds, default=0.0) - min(seconds, default=0.0)
    room = _RIGHT_PX - _LEFT_PX - 2 * _DOT_PX
    return [_LEFT_PX + _DOT_PX + room * ((one - first) / span if span else 0.5) for one in seconds]


def _height(share_0_1: float, top: float) -> float:
    return _BOTTOM_PX - keep_share(share_0_1) / top * (_BOTTOM_PX - _TOP_PX)


def _draw_grid(top: float) -> str:
    parts = []
    for share in (0.0, top / 2, top):
        y = _height(share, top)
        parts.append(
            element("line", x1=_LEFT_PX, y1=y, x2=_RIGHT_PX, y2=y, stroke=COLOURS[Ink.LINE], class_=f"draw-{Ink.LINE}")
        )
        parts.append(write(_LEFT_PX - 8, y + 4.5, f"{share * 100:g} %", Ink.MUTED, "end"))
    return "".join(parts)


def _draw_dates(moments: Sequence[Moment], xs: Sequence[float]) -> str:
    """The first and the last day, and those between them that have room."""
    free = _LEFT_PX - 40
    last = len(xs) - 1
    parts = []
    for number, (moment, x) in enumerate(zip(moments, xs, strict=True)):
        words = _short_day(moment.at)
        half = text_width(words) / 2
        until = xs[last] - text_width(_short_day(moments[last].at)) / 2 - 12 if number < last else WIDTH_PX
        if x - half >= free and x + half <= until:
            parts.append(write(x, _BOTTOM_PX + 22, words, Ink.MUTED, "middle"))
            free = x + half + 12
    return "".join(parts)


def _draw_line(points: Sequence[tuple[float, float, Moment]], ink: Ink) -> str:
    way = " ".join(f"{show_number(x)},{show_number(y)}" for x, y, _ in points)
    colour = COLOURS[ink]
    line = element(
        "polyline",
        points=way,
        fill="none",
        stroke=colour,
        stroke_width=2.0,
        stroke_linejoin="round",
        class_=f"draw-{ink}",
    )
    dots = (
        element(
            "circle",
            cx=x,
            cy=y,
            r=_DOT_PX,
            fill=COLOURS[Ink.SHEET] if moment.partial else colour,
            stroke=colour,
            stroke_width=2.0,
            class_=f"ink-{Ink.SHEET if moment.partial else ink} draw-{ink}",
        )
        for x, y, moment in points
    )
    return line + "".join(dots)


def _name_lines(ends: Sequence[tuple[float, Line, float | None]]) -> str:
    """Names beside the ends of the lines, moved apart where they would touch."""
    parts, free = [], 0.0
    for y, line, share in sorted(ends, key=lambda end: end[0]):
        base = max(y + 4.5, free)
        parts.append(write(_RIGHT_PX + 12, base, f"{line.label} {show_percent(share)}", bold=True))
        free = base + _LABEL_PX
    return "".join(parts)


def _describe(lines: Sequence[Line], moments: Sequence[Moment]) -> str:
    if not moments:
        return ""
    first, last = moments[0], moments[-1]
    return " ".join(
        f"{line.label}: {show_percent(first.shares_0_1[n])} on {show_day(first.at)}, "
        f"{show_percent(last.shares_0_1[n])} on {show_day(last.at)}."
        for n, line in enumerate(lines)
    )


def _row(moment: Moment) -> tuple[str, ...]:
    day = show_day(moment.at) + (" (much could not be told)" if moment.partial else "")
    return day, *map(show_percent, moment.shares_0_1)


def _short_day(moment: datetime) -> str:
    return f"{as_utc(moment).day} {as_utc(moment):%b %Y}"
