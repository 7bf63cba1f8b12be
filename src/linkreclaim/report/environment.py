"""The template environment of all pages, shown or delivered: it escapes strangers' texts whatever a template does."""

import re
from typing import TYPE_CHECKING

from linkreclaim.report.escape import find_href, make_visible, read_aloud, shorten
from linkreclaim.report.figures import keep_share, show_count, show_day, show_percent

if TYPE_CHECKING:
    from jinja2 import Environment

TEXT_CHARACTERS = 300
"""Longest stranger's text (title, anchor, reason) shown whole."""


_PERCENTAGE = re.compile(r"(?:[<>] )?\d+ %")


def _hold_together(text: str) -> str:
    """Percentages with their signs on one line."""
    return _PERCENTAGE.sub(lambda found: found[0].replace(" ", "\N{NO-BREAK SPACE}"), text)


def make_environment(package: str) -> "Environment":
    """Templates of a package, with the filters and bars that all pages share.

    Autoescape always; whatever a template prints has its unseen characters shown, without asking for it.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined  # 40 ms that most commands need not spend

    from linkreclaim.report.pictures.strips import draw_groups, draw_key, draw_meter

    environment = Environment(
        loader=PackageLoader(package),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: make_visible(value) if type(value) is str else value,
    )
    environment.filters.update(
        percent=lambda share_0_1: _hold_together(show_percent(share_0_1)),
        count=show_count,
        day=show_day,
        href=find_href,
        aloud=lambda url: shorten(read_aloud(url), TEXT_CHARACTERS),
        brief=lambda text: shorten(text, TEXT_CHARACTERS),
        share=keep_share,
        unbroken=_hold_together,
    )
    environment.globals.update(meter=draw_meter, groups_strip=draw_groups, key=draw_key)
    return environment
