"""`linkreclaim value`."""

from functools import partial
from pathlib import Path
from typing import Any

import click

from linkreclaim.cli.options import listing_options, read_columns
from linkreclaim.cli.rows import Shown, run_list
from linkreclaim.jobs.valuing.value_list import ValueRequest, ValueSummary, value_links
from linkreclaim.report.figures import show_count
from linkreclaim.report.values import VALUES

PARTIAL_EXIT_CODE = 4
EXAMPLES = """
\b
Examples:
  linkreclaim value --links ahrefs.csv --out worth.csv
  linkreclaim value --links ahrefs.csv --links semrush.csv --targets 404s.txt --out dead.csv
  linkreclaim value --links export.csv --ranks cc-domain-ranks.txt.gz --json

\b
Exit codes: 0 done, 1 failure, 2 usage, 4 done, but an export or much of the list not read.
"""
_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command("value", epilog=EXAMPLES)
@click.option(
    "--links",
    multiple=True,
    required=True,
    type=_FILE,
    metavar="FILE",
    help="A link export of any tool. Repeatable; the same link from several counts once.",
)
@click.option(
    "--targets",
    type=_FILE,
    default=None,
    metavar="FILE",
    help="Value exactly these URLs: a list, CSV or JSON lines [default: all that the exports name].",
)
@click.option(
    "--ranks",
    type=_FILE,
    default=None,
    metavar="FILE",
    help="Ranked domains for links without a metric: a table or list [default: that of linkreclaim ranks].",
)
@click.option(
    "--site", default=None, metavar="HOST", help="The site linked to [default: told by the targets, subdomains too]."
)
@click.option("--old-host", "old_hosts", multiple=True, metavar="HOST", help="A former host. Repeatable.")
@click.option("--columns", default=None, metavar="MAP", help="Columns of your own table: field=Header,field=Header.")
@click.option(
    "--workspace",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    default=None,
    metavar="DIR",
    help="Use the ranks of this workspace.",
)
@listing_options
@click.pass_context
def value_command(context: click.Context, /, as_json: bool, quiet: bool, **values: Any) -> None:
    """Tell what the links to each URL are worth together, as shares of the whole, most valuable first.

    Only what the files say counts: no page is read, so a link that has gone since counts as likely still there. Each
    row shows how its best link is reckoned. Nothing is asked of any server.
    """
    request = ValueRequest(columns=read_columns(values.pop("columns")), **values)
    summary = run_list(partial(value_links, request), VALUES, Shown(request.out, as_json, quiet), sum_up)
    context.exit(PARTIAL_EXIT_CODE if summary.partial else 0)


def sum_up(summary: ValueSummary) -> str:
    """The result in one line."""
    told = f"{show_count(summary.links, 'link')} to {summary.targets_with_links:,} of {summary.targets:,} URLs"
    if not summary.links:
        return told
    return f"{told}: half of the value on {summary.for_half:,} of them, 80 % on {summary.for_four_fifths:,}"
