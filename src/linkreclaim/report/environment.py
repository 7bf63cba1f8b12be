"""The template environment of all pages, shown or delivered: it escapes strangers' texts whatever a template does."""

from typing import TYPE_CHECKING

from linkreclaim.report.escape import find_href, make_visible, read_aloud, shorten
from linkreclaim.report.figures import keep_share, show_count, show_day, show_percent

if TYPE_CHECKING:
    from jinja2 import Environment

TEXT_CHARACTERS = 300
"""Longest stranger's text (title, anchor, reason) shown whole."""


def make_environment(package: str) -> "Environment":
    """Templates of a package, and the filters that all pages share.

    Autoescape always; whatever a template prints has its unseen characters shown, without asking for it.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined  # 40 ms that most commands need not spend

    environment = Environment(
        loader=PackageLoader(package),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: make_visible(value) if type(value) is str else value,
    )
    environment.filters.update(
        percent=show_percent,
        count=show_count,
        day=show_day,
        href=find_href,
        aloud=lambda url: shorten(read_aloud(url), TEXT_CHARACTERS),
        brief=lambda text: shorten(text, TEXT_CHARACTERS),
        share=keep_share,
        unbroken=lambda text: text.replace(" %", "\N{NO-BREAK SPACE}%"),
    )
    return environment
