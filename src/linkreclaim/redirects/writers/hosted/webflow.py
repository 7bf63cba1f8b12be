"""Webflow's 301 redirects, for the CSV import of the site settings: old path, new path.

**Source:** redirects.net/articles/better-help-docs-301-redirects-webflow and wislr.com (paths that start with `/`,
columns `source,target`, an import replaces every redirect there is). The old path is a pattern in which `%` escapes
and captures; how other special characters are read is not documented, so a path with one is refused.
"""

import re
from collections.abc import Iterator

from linkreclaim.model.redirects import RedirectLine
from linkreclaim.redirects.canonical import Source
from linkreclaim.redirects.interface import ServerFile
from linkreclaim.redirects.writers.hosted.csv_table import csv_bytes, formula_problem
from linkreclaim.redirects.writers.hosted.frame import (
    PERMANENT,
    Accepted,
    HostedWriter,
    Install,
    Takes,
    without_last_slash,
)

_PLAIN_PATH = re.compile(r"[A-Za-z0-9/._~-]+")
_CAPTURE = re.compile(r"%[0-9](?![0-9A-Fa-f])")


def _problem(line: RedirectLine, source: Source) -> str | None:
    if not _PLAIN_PATH.fullmatch(source.path):
        return "its old paths are patterns: only letters, digits and / . _ ~ - are sure to mean themselves"
    if _CAPTURE.search(line.target or ""):
        return "a % and one digit in a target stands for a capture"
    return formula_problem(line.source, line.target or "")


def _files(accepted: Accepted) -> Iterator[ServerFile]:
    rows = [("source", "target"), *((line.source, line.target or "") for line in accepted.lines)]
    yield ServerFile("linkreclaim-webflow.csv", csv_bytes(rows))


WEBFLOW = HostedWriter(
    engine="webflow",
    title="Webflow",
    takes=Takes(PERMANENT),
    way_out="enter it by hand and test it, or redirect it before Webflow (at a CDN)",
    install=Install(
        where="""
Webflow, Site settings > Publishing > 301 redirects (a paid site plan): EXPORT THE REDIRECTS YOU HAVE FIRST. An import
replaces all of them: put their rows under those of `linkreclaim-webflow.csv`, import that, and publish the site.
""",
        test="curl -sI https://YOUR-SITE/AN-OLD-PATH      (one 301 with the new address)",
        undo="Import the file you exported first, and publish.",
        limits="A redirect answers on every domain of the site. A path and the same path with a last slash are one.",
    ),
    files=_files,
    problem=_problem,
    same=without_last_slash,
)
