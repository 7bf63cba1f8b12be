"""HubSpot's URL redirects, for the bulk upload: original URL, destination, style.

**Source:** developers.hubspot.com/docs/api-reference/cms-url-redirects (redirectStyle 301 or 302; without
isMatchQueryString a query is not compared; a last slash is optional unless asked for). The upload form lets you map
the columns, so the header is ours.
"""

from collections.abc import Iterator

from linkreclaim.model.redirects import RedirectLine
from linkreclaim.redirects.canonical import Source
from linkreclaim.redirects.interface import ServerFile
from linkreclaim.redirects.writers.hosted.csv_table import csv_bytes, formula_problem
from linkreclaim.redirects.writers.hosted.frame import Accepted, HostedWriter, Install, Takes, without_last_slash


def _problem(line: RedirectLine, source: Source) -> str | None:
    return formula_problem(line.source, line.target or "")


def _files(accepted: Accepted) -> Iterator[ServerFile]:
    rows = [(line.source, line.target or "", str(line.status)) for line in accepted.lines]
    yield ServerFile(
        "linkreclaim-hubspot.csv", csv_bytes([("Original URL", "Destination URL", "Redirect Style"), *rows])
    )


HUBSPOT = HostedWriter(
    engine="hubspot",
    title="HubSpot",
    takes=Takes(frozenset({301, 302})),
    way_out="use a flexible pattern redirect of HubSpot, or leave the line out",
    install=Install(
        where="""
HubSpot, Settings > Content > Domains & URLs > URL redirects > Bulk upload: give it `linkreclaim-hubspot.csv` and map
the three columns (original URL, destination, redirect style).
""",
        test="curl -sI https://YOUR-SITE/AN-OLD-PATH      (one 301 with the new address)",
        undo="In URL redirects, choose the uploaded rows and delete them; export the list first, to compare.",
        limits="""
A row without a host answers on every domain of the account. A last slash is not compared unless you ask for it.
""",
    ),
    files=_files,
    problem=_problem,
    same=without_last_slash,
)
