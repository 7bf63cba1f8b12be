"""`linkreclaim diagnose`."""

from functools import partial
from pathlib import Path
from typing import Any

import click

from linkreclaim.cli.options import listing_options
from linkreclaim.cli.rows import Shown, run_list
from linkreclaim.jobs.judging.diagnose import DiagnoseRequest, DiagnoseSummary, diagnose_list
from linkreclaim.report.diagnoses import DIAGNOSES
from linkreclaim.report.figures import show_count

FOUND_EXIT_CODE = 3
PARTIAL_EXIT_CODE = 4
EXAMPLES = """
\b
Examples:
  linkreclaim diagnose --dead 404s.txt --pages sitemap.xml --out causes.csv
  linkreclaim diagnose --dead 404s.csv --pages pages.jsonl --links ahrefs.csv --out causes.jsonl
  linkreclaim diagnose --dead found.txt --pages crawl.csv --old-host old.example.org
  linkreclaim diagnose --dead report/dead_pages.csv --pages pages.jsonl.gz --json

\b
Exit codes: 0 nothing to win back, 1 failure, 2 usage, 3 recoverable links, 4 much unreadable.
"""
_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command("diagnose", epilog=EXAMPLES)
@click.option(
    "--dead",
    required=True,
    type=_FILE,
    metavar="FILE",
    help="The dead URLs, damaged ones just as they were found: JSON lines, CSV or one a line.",
)
@click.option(
    "--pages",
    required=True,
    type=_FILE,
    metavar="FILE",
    help="The live pages: JSON lines, CSV, a list or a sitemap.",
)
@click.option(
    "--links",
    multiple=True,
    type=_FILE,
    metavar="FILE",
    help="A link export, as `audit` reads it: who uses which URL. May be given several times.",
)
@click.option("--home", default=None, metavar="URL", help="The home page [default: of the host PAGES names most].")
@click.option("--old-host", "old_hosts", multiple=True, metavar="HOST", help="A former host of the site, repeatable.")
@listing_options
@click.pass_context
def diagnose_command(context: click.Context, /, as_json: bool, quiet: bool, **values: Any) -> None:
    """Tell why each dead URL broke, and which live URL a damaged or mistyped one meant.

    Each line gives the cause with its evidence, the repaired URL where there is one, and what to do. What is as likely
    as something else is unsure. Nothing is asked of any server.
    """
    request = DiagnoseRequest(**values)
    summary = run_list(partial(diagnose_list, request), DIAGNOSES, Shown(request.out, as_json, quiet), sum_up)
    context.exit(exit_code(summary))


def exit_code(summary: DiagnoseSummary) -> int:
    """3 recoverable links found, 4 an input or many rows could not be read, else 0."""
    if summary.recoverable:
        return FOUND_EXIT_CODE
    return PARTIAL_EXIT_CODE if summary.partial else 0


def sum_up(summary: DiagnoseSummary) -> str:
    """The result in one line."""
    causes = ", ".join(f"{count:,} {cause.replace('_', ' ')}" for cause, count in summary.causes.items())
    told = f"{show_count(summary.dead, 'dead URL')}, {summary.repaired:,} repaired"
    return f"{told}: {causes}" if causes else told
