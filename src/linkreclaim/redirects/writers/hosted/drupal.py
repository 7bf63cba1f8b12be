"""Drupal's Redirect module, for the CSV of Path Redirect Import: decoded paths without their first slash.

**Source:** the module's form (header must be exactly `source,destination,language,status_code`) and its importer
(splits the query off the source, takes a first `/` away). Redirect compares decoded paths without case (its hash is of
the lower-cased path); from its source, not tried by us.
"""

import re
from collections.abc import Iterator
from urllib.parse import unquote_to_bytes

from linkreclaim.model.redirects import RedirectLine
from linkreclaim.redirects.canonical import Source, source_of
from linkreclaim.redirects.interface import ServerFile
from linkreclaim.redirects.writers.hosted.csv_table import csv_bytes, formula_problem
from linkreclaim.redirects.writers.hosted.frame import (
    REDIRECTING,
    Accepted,
    HostedWriter,
    Install,
    Takes,
    one_case,
    plain_parameters,
)

_NOT_DECODED = re.compile(r"[#?%<>\\]|^\s|\s$|//|^/|/$")


def _problem(line: RedirectLine, source: Source) -> str | None:
    path = _decoded(source)
    if path is None or not path.isprintable() or source.encoded_slash or _NOT_DECODED.search(path):
        return "the decoded path is empty, ends in /, or holds characters that the module reads as something else"
    if source.query is not None and not plain_parameters(source.query):
        return "a query can be compared only as plain name=value parts, each name once"
    return formula_problem(_cell(source), line.target or "")


def _decoded(source: Source) -> str | None:
    try:
        return unquote_to_bytes(source.path[1:]).decode() or None
    except UnicodeDecodeError:
        return None


def _cell(source: Source) -> str:
    return (_decoded(source) or "") + ("" if source.query is None else "?" + source.query)


def _files(accepted: Accepted) -> Iterator[ServerFile]:
    rows = [(_cell(source_of(line.source)), line.target or "", "und", str(line.status)) for line in accepted.lines]
    header = ("source", "destination", "language", "status_code")
    yield ServerFile("linkreclaim-drupal.csv", csv_bytes([header, *rows]))


DRUPAL = HostedWriter(
    engine="drupal",
    title="Drupal",
    takes=Takes(REDIRECTING, queries=True),
    way_out="use the rules of the web server in front of Drupal",
    install=Install(
        where="""
Modules Redirect and Path Redirect Import. Then Administration > Configuration > Search and metadata > URL redirects >
Migrate: give it `linkreclaim-drupal.csv`; or: drush path_redirect_import:import linkreclaim-drupal.csv
""",
        test="""
drush cache:rebuild, then: curl -sI https://YOUR-SITE/AN-OLD-PATH      (one 301 with the new address)
""",
        undo="In URL redirects, choose the imported rows and delete them; export the list first, to compare.",
        limits="""
Paths are compared decoded and without case; a path that ends in / is refused, because Redirect drops the slash.
The query of a request is handed on where "Retain query string through redirect" is on.
""",
    ),
    files=_files,
    problem=_problem,
    same=one_case,
)
