"""Wix's URL Redirect Manager: CSV files of old path and new address, 500 rows each.

**Source:** the limits of 500 rows an upload and 5,000 redirects a site are Wix's help as we know it; not tried by us.
"""

from collections.abc import Iterator

from linkreclaim.model.redirects import RedirectLine
from linkreclaim.redirects.canonical import Source
from linkreclaim.redirects.interface import ServerFile
from linkreclaim.redirects.writers.hosted.csv_table import csv_bytes, formula_problem
from linkreclaim.redirects.writers.hosted.frame import PERMANENT, Accepted, HostedWriter, Install, Room, Takes

MAX_ROWS_PER_UPLOAD = 500
MAX_REDIRECTS = 5_000


def _problem(line: RedirectLine, source: Source) -> str | None:
    if source.path == "/":
        return "the home page cannot be redirected"
    return formula_problem(line.source, line.target or "")


def _files(accepted: Accepted) -> Iterator[ServerFile]:
    rows = [(line.source, line.target or "") for line in accepted.lines]
    for number, start in enumerate(range(0, max(1, len(rows)), MAX_ROWS_PER_UPLOAD), 1):
        part = [("Old URL", "New URL"), *rows[start : start + MAX_ROWS_PER_UPLOAD]]
        yield ServerFile(f"linkreclaim-wix-{number}.csv", csv_bytes(part))


WIX = HostedWriter(
    engine="wix",
    title="Wix",
    takes=Takes(PERMANENT),
    way_out="use a group redirect of Wix where a whole folder moved, or leave the line out",
    install=Install(
        where="""
Wix dashboard, SEO > URL Redirect Manager > New redirect > Import: one file after the other
(`linkreclaim-wix-1.csv`...), 500 rows each. A redirect works only where no page answers.
""",
        test="curl -sI https://YOUR-SITE/AN-OLD-PATH      (one 301 with the new address)",
        undo="In the manager, choose the imported rows and delete them; export the list first, to compare.",
        limits="A site holds 5,000 redirects, those it has already included. All of them are 301.",
    ),
    files=_files,
    problem=_problem,
    room=(Room(MAX_REDIRECTS, "redirects"),),
)
