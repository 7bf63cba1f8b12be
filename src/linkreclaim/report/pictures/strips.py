"""Bars without words of their own, for tables: how much of a whole something is, and what a whole is made of.

They are as wide as their place: one hundred units, stretched. What they show stands beside them in figures, so that a
screen reader passes them by. Widths are attributes, because the local page allows no style attributes.
"""

from collections.abc import Iterable
from typing import Protocol

from markupsafe import Markup

from linkreclaim.report.figures import keep_share
from linkreclaim.report.pictures.picture import Ink, element

_HEIGHT = 8.0
_LEAST = 1.0
"""So wide is what is not nothing, so that it can be seen."""
_INKS = {"works": Ink.GAIN, "lost": Ink.LOST, "untold": Ink.UNTOLD}


class Group(Protocol):
    """Linked addresses that "works", "lost" or "untold" is true of."""

    @property
    def name(self) -> str:
        """Which of the three."""

    @property
    def share_0_1(self) -> float:
        """Of all linked addresses."""


def draw_meter(share_0_1: float, ink: str = Ink.LOST) -> Markup:
    """A share of one whole."""
    return _strip("meter", [(share_0_1, Ink(ink))])


def draw_groups(groups: Iterable[Group]) -> Markup:
    """The parts of a whole side by side."""
    return _strip("stack", ((group.share_0_1, _INKS[group.name]) for group in groups))


def draw_key(group: str) -> Markup:
    """The colour of a group, before its name."""
    square = element("rect", width=_HEIGHT, height=_HEIGHT, rx=1.5, class_=f"ink-{_INKS[group]}")
    return _svg("key", square, viewBox="0 0 8 8")


def _strip(kind: str, parts: Iterable[tuple[float, Ink]]) -> Markup:
    left, drawn = 0.0, ""
    for share_0_1, ink in parts:
        share = 100 * keep_share(share_0_1)
        width = max(share, _LEAST) if share > 0 else 0.0
        drawn += element("rect", x=min(left, 100 - width), width=width, height=_HEIGHT, class_=f"ink-{ink}")
        left += share
    return _svg(kind, drawn, viewBox="0 0 100 8", preserveAspectRatio="none")


def _svg(kind: str, drawn: str, **box: str) -> Markup:
    return Markup(element("svg", drawn, class_=kind, aria_hidden="true", focusable="false", **box))  # noqa: S704 - made of numbers and names of inks
