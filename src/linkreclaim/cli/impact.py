"""`linkreclaim impact`."""

import json
import sys
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from linkreclaim import report
from linkreclaim.cli.options import read_columns
from linkreclaim.cli.progress import TerminalProgress
from linkreclaim.cli.rows import row_sink, survives_closed_pipe
from linkreclaim.jobs.value_impact import ImpactRequest, ImpactSummary, weigh_deletion
from linkreclaim.model.values import ImpactRow
from linkreclaim.report.figures import show_count

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
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    default=None,
    metavar="FILE",
    help="Write FILE.csv or FILE.jsonl [default: CSV to standard output].",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON lines; with --out, a summary as JSON.")
@click.option("--quiet", "-q", is_flag=True, help="No progress, warnings only.")
@click.pass_context
def impact_command(context: click.Context, /, as_json: bool, quiet: bool, **values: Any) -> None:
    """Tell what would be lost with pages that are about to be deleted: their links, the share of the value of all
    links of the exports, and the page that stays and fits each best. Nothing is asked of any server.
    """
    request = ImpactRequest(columns=read_columns(values.pop("columns")), **values)
    notes = Console(stderr=True)
    with TerminalProgress(notes, quiet) as progress, survives_closed_pipe():
        summary = weigh_deletion(request, progress, lambda rows: _print_rows(rows, as_json))
        if as_json and request.out is not None:
            click.echo(json.dumps(asdict(summary), ensure_ascii=True))
    if not quiet:
        notes.print(sum_up(summary, request.pages is not None), highlight=False, markup=False, soft_wrap=True)
    context.exit(exit_code(summary))


def _print_rows(rows: Iterable[ImpactRow], as_json: bool) -> None:
    row_sink(sys.stdout, report.IMPACTS, as_json, printed=True)(rows)


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
