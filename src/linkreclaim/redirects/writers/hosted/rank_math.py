"""Rank Math PRO's redirections, for its CSV import.

**Source:** the columns of its own CSV export (`id, source, matching, destination, type, category, status`); from
documentation, not tried by us. Patterns and queries are left out: how they are compared is not
documented.
"""

from collections.abc import Iterator

from linkreclaim.model.redirects import RedirectLine
from linkreclaim.redirects.canonical import Source
from linkreclaim.redirects.interface import ServerFile
from linkreclaim.redirects.writers.hosted.csv_table import csv_bytes, formula_problem
from linkreclaim.redirects.writers.hosted.frame import Accepted, HostedWriter, Install, Takes, without_last_slash

_HEADER = ("id", "source", "matching", "destination", "type", "category", "status")


def _problem(line: RedirectLine, source: Source) -> str | None:
    return formula_problem(line.source, line.target or "")


def _row(line: RedirectLine) -> tuple[str, ...]:
    return "", line.source, "exact", line.target or "", str(line.status), "", "active"


def _files(accepted: Accepted) -> Iterator[ServerFile]:
    yield ServerFile("linkreclaim-rank-math.csv", csv_bytes([_HEADER, *map(_row, accepted.lines)]))


RANK_MATH = HostedWriter(
    engine="rank-math",
    title="Rank Math",
    takes=Takes(frozenset({301, 302, 307, 410})),
    way_out="use the Redirection plugin (`wordpress-redirection`) or the server's own rules",
    install=Install(
        where="""
WordPress admin, Rank Math SEO > Status & Tools > Import & Export > CSV (Rank Math PRO): import
`linkreclaim-rank-math.csv` as redirections. The module Redirections must be on.
""",
        test="""
Look at Rank Math SEO > Redirections, then: curl -sI https://YOUR-SITE/AN-OLD-PATH      (one 301 with the new address)
""",
        undo="In Redirections, choose the imported rows and move them to the trash; export the list first, to compare.",
        limits="""
A redirection that exists is not changed in type by another import: delete it first.
A last slash is not compared. WordPress must see the request: a file or another server's answer comes first.
""",
    ),
    files=_files,
    problem=_problem,
    same=without_last_slash,
)
