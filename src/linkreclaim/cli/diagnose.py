"""`linkreclaim diagnose`."""

import json
import sys
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from linkreclaim import report
from linkreclaim.cli.progress import TerminalProgress
from linkreclaim.cli.rows import row_sink, survives_closed_pipe
from linkreclaim.jobs.diagnose import DiagnoseRequest, DiagnoseSummary, diagnose_list
from linkreclaim.model.judgements import DiagnosedUrl
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
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    default=None,
    metavar="FILE",
    help="Write FILE.csv or FILE.jsonl [default: CSV to standard output, as it comes].",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON lines; with --out, a summary as JSON.")
@click.option("--quiet", "-q", is_flag=True, help="No progress, warnings only.")
@click.pass_context
def diagnose_command(context: click.Context, /, as_json: bool, quiet: bool, **values: Any) -> None:
    """Tell why each dead URL broke, and which live URL a damaged or mistyped one meant.

    Each line gives the cause with its evidence, the repaired URL where there is one, and what to do. What is as likely
    as something else is unsure. Nothing is asked of any server.
    """
    request = DiagnoseRequest(**values)
    notes = Console(stderr=True)
    with TerminalProgress(notes, quiet) as progress, survives_closed_pipe():
        summary = diagnose_list(request, progress, lambda rows: _print_rows(rows, as_json))
        if as_json and request.out is not None:
            click.echo(json.dumps(asdict(summary), ensure_ascii=True))
    if not quiet:
        notes.print(sum_up(summary), highlight=False, markup=False, soft_wrap=True)
    context.exit(exit_code(summary))


def _print_rows(rows: Iterable[DiagnosedUrl], as_json: bool) -> None:
    """Nothing is printed before there is something to print: an error leaves standard output empty."""
    row_sink(sys.stdout, report.DIAGNOSES, as_json, printed=True)(rows)


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
