"""Cloudflare Bulk Redirects: a CSV without header for a redirect list of the account.

**Source:** developers.cloudflare.com/rules/url-forwarding/bulk-redirects (CSV file format, parameters, URL components;
read in the versions of 2025 and 2026): columns source URL, target URL, status, preserve query string, include
subdomains, subpath matching, preserve path suffix; URLs up to 32 KB; a source has no port, query or fragment, and holds
for http and https when it has no scheme; a target may have a query only where the request's is not preserved. Requests
are compared after URL normalisation, which spells paths as our canonical form does and merges slashes.
"""

from collections.abc import Iterator

from linkreclaim.model.redirects import MapMatch, RedirectLine
from linkreclaim.model.sites import Site
from linkreclaim.redirects.canonical import Source, source_of, target_of
from linkreclaim.redirects.interface import ServerFile
from linkreclaim.redirects.writers.hosted.csv_table import csv_bytes, formula_problem
from linkreclaim.redirects.writers.hosted.frame import REDIRECTING, Accepted, HostedWriter, Install, Takes, absolute
from linkreclaim.redirects.writers.preamble import has_port

MAX_URL_BYTES = 32_000


def _problem(line: RedirectLine, source: Source) -> str | None:
    if "//" in source.path:
        return "it merges // in the path of a request before it compares"
    if has_port(source.host):
        return "a source cannot name a port"
    if max(len(line.source), len(line.target or "")) + 300 > MAX_URL_BYTES:
        return "a URL may be 32 KB long"
    return formula_problem(line.source, line.target or "")


def _rows(line: RedirectLine, site: Site) -> Iterator[tuple[str, ...]]:
    """One row for the host and one for its `www.`; "include subdomains" would take every other host with them."""
    source, target = source_of(line.source), target_of(line.target or "")
    prefix = "TRUE" if line.match is MapMatch.PREFIX else "FALSE"
    keep_query = "TRUE" if target.query is None else "FALSE"
    for www in ("", "www."):
        start = f"{www}{source.host or site.host}{source.path}"
        yield start, absolute(target.text, site), str(line.status), keep_query, "FALSE", prefix, prefix


def _files(accepted: Accepted) -> Iterator[ServerFile]:
    lines = [*accepted.exact, *accepted.prefixes]
    rows = (row for line in lines for row in _rows(line, accepted.site))
    yield ServerFile("linkreclaim-bulk-redirects.csv", csv_bytes(rows))


CLOUDFLARE_BULK = HostedWriter(
    engine="cloudflare-bulk",
    title="Cloudflare Bulk Redirects",
    takes=Takes(REDIRECTING, hosts=True, prefixes=True),
    way_out="use a Single Redirect (a rule expression) of the zone, or the server's own rules",
    install=Install(
        where="""
Cloudflare dashboard, Account home > Bulk Redirects > Create a list > import `linkreclaim-bulk-redirects.csv` (it has no
header), then create a rule that uses the list. Each host must be a zone of the account and proxied (orange cloud).
""",
        test="""
curl -sI https://YOUR-SITE/AN-OLD-PATH      (one 301 with the new address)
A redirect of the list wins over a page that is still there.
""",
        undo="Switch the Bulk Redirect rule off; it holds at once.",
        limits="""
How many redirects an account may hold depends on its plan: two rows a line are written, one for the host and one for
its www. An exact redirect wins over one that matches sub-paths.
The query of a request is handed on only where the target has none of its own.
URL normalisation must be on for the zone (it is unless switched off), so that other spellings of a path match too.
""",
    ),
    files=_files,
    problem=_problem,
)
