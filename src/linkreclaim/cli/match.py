"""`linkreclaim match`."""

from functools import partial
from pathlib import Path
from typing import Any

import click

from linkreclaim.cli.options import listing_options
from linkreclaim.cli.rows import Shown, run_list
from linkreclaim.jobs.judging.match import SURE_0_1, MatchRequest, MatchSummary, match_pages
from linkreclaim.report.figures import show_count
from linkreclaim.report.matches import MATCHES

FOUND_EXIT_CODE = 3
PARTIAL_EXIT_CODE = 4
EXAMPLES = """
\b
Examples:
  linkreclaim match --pages pages.jsonl --dead dead.csv --out matches.csv
  linkreclaim match --pages sitemap.xml --dead 404s.txt --home https://example.com/
  linkreclaim match --pages crawl.csv --dead report/dead_pages.csv --out matches.jsonl
  linkreclaim match --pages pages.jsonl.gz --dead old.jsonl --known redirects.csv --json

\b
Exit codes: 0 no page fits, 1 failure, 2 usage, 3 pages found, 4 none, but much could not be read.
"""
_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command("match", epilog=EXAMPLES)
@click.option(
    "--pages",
    required=True,
    type=_FILE,
    metavar="FILE",
    help="The live pages: JSON lines, CSV, a list or a sitemap; url, title, description, headings, text, lang.",
)
@click.option(
    "--dead",
    required=True,
    type=_FILE,
    metavar="FILE",
    help="The dead URLs: JSON lines, CSV or a list; url, title, text, anchors. An audit's dead_pages.csv will do.",
)
@click.option(
    "--known",
    type=_FILE,
    default=None,
    metavar="FILE",
    help="Redirects that work: source,target. They tell how the site's URLs were changed.",
)
@click.option(
    "--home", default=None, metavar="URL", help="The site's home page [default: of the host that PAGES names most]."
)
@click.option("--model", type=_FILE, default=None, metavar="FILE", help="Another trained model than the one inside.")
@listing_options
@click.pass_context
def match_command(context: click.Context, /, as_json: bool, quiet: bool, **values: Any) -> None:
    """Find the live page that replaces each dead URL best, or say that none fits, with the chance of being right.

    Only url is needed; whatever else is known of a page makes the answer better. URLs may be paths (/old/page), and
    are named in the result as they are in the input. Nothing is asked of any server.
    """
    request = MatchRequest(**values)
    summary = run_list(partial(match_pages, request), MATCHES, Shown(request.out, as_json, quiet), sum_up)
    context.exit(exit_code(summary))


def exit_code(summary: MatchSummary) -> int:
    """3 pages found, 4 an input or many rows could not be read, else 0."""
    if summary.found:
        return FOUND_EXIT_CODE
    return PARTIAL_EXIT_CODE if summary.partial else 0


def sum_up(summary: MatchSummary) -> str:
    """The result in one line."""
    told = f"{show_count(summary.dead, 'dead URL')}: {summary.sure:,} with a page at {SURE_0_1:g} or above"
    return f"{told}, {summary.likely:,} to look at, {summary.none_fits:,} none fits"
