"""Umbraco, by the add-on Skybrud.Umbraco.Redirects.Import (CSV): the only importer whose column names are documented.

**Source:** its RedirectsImportHelper (columns `Inbound URL`, `Destination URL`, `Redirect Type`, `Forward Query
String`; blanks and case of names do not count; the query stays in the URL column). Types are `permanent` (301) and
`temporary` (307); how the package compares URLs (without case and last slash) is from its documentation, not tried by
us.
"""

from collections.abc import Iterator

from linkreclaim.model.redirects import RedirectLine
from linkreclaim.redirects.canonical import Source, source_of
from linkreclaim.redirects.interface import ServerFile
from linkreclaim.redirects.writers.hosted.csv_table import csv_bytes, formula_problem
from linkreclaim.redirects.writers.hosted.frame import Accepted, HostedWriter, Install, Takes, plain_parameters

_HEADER = ("Inbound URL", "Destination URL", "Redirect Type", "Forward Query String")
_TYPES = {301: "permanent", 307: "temporary"}


def _problem(line: RedirectLine, source: Source) -> str | None:
    if source.query is not None and not plain_parameters(source.query):
        return "a query can be compared only as plain name=value parts, each name once"
    return formula_problem(line.source, line.target or "")


def _row(line: RedirectLine) -> tuple[str, ...]:
    forward = "true" if source_of(line.source).query is None else "false"
    return line.source, line.target or "", _TYPES[line.status], forward


def _files(accepted: Accepted) -> Iterator[ServerFile]:
    yield ServerFile("linkreclaim-umbraco.csv", csv_bytes([_HEADER, *map(_row, accepted.lines)]))


def _same(source: Source) -> str:
    return source.path.lower().rstrip("/") + "?" + (source.query or "").lower()


UMBRACO = HostedWriter(
    engine="umbraco",
    title="Umbraco",
    takes=Takes(frozenset(_TYPES), queries=True),
    way_out="use the `iis` files on the server in front of Umbraco",
    install=Install(
        where="""
Packages Skybrud.Umbraco.Redirects and Skybrud.Umbraco.Redirects.Import. Then in the backoffice: Redirects > Add
redirect > Import > CSV, separator comma, encoding UTF-8, with `linkreclaim-umbraco.csv`.
""",
        test="curl -sI https://YOUR-SITE/AN-OLD-PATH      (one 301 with the new address)",
        undo="In Redirects, delete the imported rows; export the list first, to compare.",
        limits="""
A row holds for all sites of the installation. Case and a last slash are not compared.
With many lines, or with hosts and prefixes, the `iis` files do more.
""",
    ),
    files=_files,
    problem=_problem,
    same=_same,
)
