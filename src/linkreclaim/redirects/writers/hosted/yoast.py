"""Yoast SEO Premium's redirects, for its CSV import.

**Source:** the header of its own CSV export (`Origin,Target,Type,Format`, format `plain` or `regex`); from
documentation, not tried by us. Patterns and queries are left out: how they are compared is not documented.
"""

from collections.abc import Iterator

from linkreclaim.model.redirects import RedirectLine
from linkreclaim.redirects.canonical import Source
from linkreclaim.redirects.interface import ServerFile
from linkreclaim.redirects.writers.hosted.csv_table import csv_bytes, formula_problem
from linkreclaim.redirects.writers.hosted.frame import Accepted, HostedWriter, Install, Takes, without_last_slash


def _problem(line: RedirectLine, source: Source) -> str | None:
    return formula_problem(line.source, line.target or "")


def _row(line: RedirectLine) -> tuple[str, ...]:
    return line.source, line.target or "", str(line.status), "plain"


def _files(accepted: Accepted) -> Iterator[ServerFile]:
    rows = [("Origin", "Target", "Type", "Format"), *map(_row, accepted.lines)]
    yield ServerFile("linkreclaim-yoast.csv", csv_bytes(rows))


YOAST = HostedWriter(
    engine="yoast",
    title="Yoast SEO Premium",
    takes=Takes(frozenset({301, 302, 307, 410})),
    way_out="use the Redirection plugin (`wordpress-redirection`) or the server's own rules",
    install=Install(
        where="""
WordPress admin, Yoast SEO > Tools > Import and export > Import redirects (Premium): give it `linkreclaim-yoast.csv`.
""",
        test="""
Look at Yoast SEO > Redirects, then: curl -sI https://YOUR-SITE/AN-OLD-PATH      (one 301 with the new address)
""",
        undo="In Redirects, choose the imported rows and delete them; export the list first, to compare.",
        limits="""
A last slash is not compared. WordPress must see the request: a file or another server's answer comes first.
""",
    ),
    files=_files,
    problem=_problem,
    same=without_last_slash,
)
