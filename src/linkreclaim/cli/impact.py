"""`linkreclaim impact`."""

from functools import partial
from pathlib import Path
from typing import Any

import click

from linkreclaim.cli.options import listing_options, read_columns
from linkreclaim.cli.rows import Shown, run_list
from linkreclaim.jobs.valuing.impact import ImpactRequest, ImpactSummary, weigh_deletion
from linkreclaim.report.figures import show_count
from linkreclaim.report.values import IMPACTS

FOUND_EXIT_CODE = 3
PARTIAL_EXIT_CODE = 4
EXAMPLES = """
\b
Examples:
  linkreclaim impact https://example.com/old-guide --links ahrefs.csv --pages crawl.csv
  linkreclaim impact to-delete.txt --links ahrefs.csv --pages sitemap.xml --out impact.csv

\b
Exit codes: 0 nothing links to them, 1 failure, 2 usage, 3 links would be lost,
4 none known, but an export could not be read.
"""
_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command("impact", epilog=EXAMPLES)
@click.argument("named", nargs=-1, required=True, metavar="URL...|FILE")
@click.option(
    "--links", multiple=True, required=True, type=_FILE, metavar="FILE", help="A link export of any tool. Repeatable."
)
@click.option(
    "--pages",
    type=_FILE,
    default=None,
    metavar="FILE",
    help="The site's pages: a new home is looked for among those that stay.",
)
@click.option("--ranks", type=_FILE, default=None, metavar="FILE", help="Ranked domains, as of linkreclaim value.")
@click.option("--site", default=None, metavar="HOST", help="The site linked to [default: told by the URLs].")
@click.option("--columns", default=None, metavar="MAP", help="Columns of your own table: field=Header,field=Header.")
@listing_options
@click.pass_context
def impact_command(context: click.Context, /, as_json: bool, quiet: bool, **values: Any) -> None:
    """Tell what would be lost with pages that are about to be deleted: their links, the share of the value of all
    links of the exports, and the page that stays and fits each best. Nothing is asked of any server.
    """
    request = ImpactRequest(columns=read_columns(values.pop("columns")), **values)
    summary = run_list(
        partial(weigh_deletion, request),
        IMPACTS,
        Shown(request.out, as_json, quiet),
        lambda done: sum_up(done, request.pages is not None),
    )
    context.exit(exit_code(summary))


def exit_code(summary: ImpactSummary) -> int:
    """3 links would be lost, 4 none is known but an export could not be read, else 0."""
    if summary.links:
        return FOUND_EXIT_CODE
    return PARTIAL_EXIT_CODE if summary.unreadable else 0


def sum_up(summary: ImpactSummary, matched: bool) -> str:
    """The result in one line."""
    told = f"{show_count(summary.links, 'link')} to {summary.pages_with_links:,} of {show_count(summary.pages, 'page')}"
    share = f"{summary.equity_share:.1%} of the value of all links"
    home = f", {summary.without_home:,} of them without a page that fits" if matched else ""
    return f"{told}: {share}{home}"
