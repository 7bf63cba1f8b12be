"""`linkreclaim logs`."""

import gc
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from linkreclaim.cli.logs_words import tell_logs, totals_of
from linkreclaim.cli.progress import TerminalProgress
from linkreclaim.cli.rows import row_sink, survives_closed_pipe
from linkreclaim.jobs.gathering.logs import LogsRequest, LogsSummary, summarise_logs
from linkreclaim.model.logs import LogRow
from linkreclaim.report.logs import LOG_ROWS

LINKED_EXIT_CODE = 3
PARTIAL_EXIT_CODE = 4
COLLECT_EVERY_OBJECTS = 100_000
"""What is read holds no cycles; Python's own 700 take a tenth of the time (our measurement)."""
EXAMPLES = """
\b
Examples:
  linkreclaim logs /var/log/nginx/access.log* --out dead.csv
  linkreclaim logs logs/*.gz --site example.com --bot-ranges googlebot.json --out dead.csv
  linkreclaim logs app.log --format '%h %^[%d:%t %^] "%r" %s %b "%R" "%u" %T' --out dead.csv
  zcat access.log.1.gz | linkreclaim logs - --all --out check-these.csv

\b
Exit codes: 0 no lost page with a link, 1 failure, 2 usage, 3 some found, 4 a whole file not read.
"""
_OUT = click.Path(path_type=Path, dir_okay=False)


@click.command("logs", epilog=EXAMPLES)
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path, allow_dash=True))
@click.option(
    "--format",
    "log_format",
    default=None,
    metavar="NAME",
    help="Name of a format, or a GoAccess log format [default: told by the content].",
)
@click.option(
    "--site",
    "sites",
    multiple=True,
    metavar="HOST",
    help="Your own host; repeatable. Its other subdomains are own ones too [default: told by the logs].",
)
@click.option(
    "--out",
    type=_OUT,
    default=None,
    metavar="FILE",
    help="Write FILE.csv or FILE.jsonl [default: CSV to standard output].",
)
@click.option("--all", "full", is_flag=True, help="Also what was answered 200 or redirected, where a link led there.")
@click.option(
    "--internal-out", type=_OUT, default=None, metavar="FILE", help="Write lost pages that your own pages link to."
)
@click.option(
    "--bot-ranges",
    multiple=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE",
    help="Addresses that a crawler's owner publishes, as JSON or a list. Repeatable.",
)
@click.option("--reverse-dns", is_flag=True, help="Prove crawlers by asking DNS for the names of their addresses.")
@click.option(
    "--processes",
    type=click.IntRange(1, 64),
    default=None,
    metavar="N",
    help="Most processes to read with [default: one for each core].",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON lines; with --out, the totals as JSON.")
@click.option("--quiet", "-q", is_flag=True, help="No progress and no totals, warnings only.")
@click.pass_context
def logs_command(context: click.Context, /, as_json: bool, quiet: bool, processes: int | None, **values: Any) -> None:
    """Read access logs: which lost pages were asked for, and which links led there.

    Formats are told by the content: Apache, nginx, Caddy, Traefik, HAProxy, IIS, Cloudflare, CloudFront, S3, Netlify,
    Vercel and others; plain or packed (gz, zst, bz2, xz); "-" is standard input. A row is a target and where visitors
    came from: another site, a search engine, a network, an assistant or an app. Referrer spam and scanners are dropped
    and counted. No address of a visitor is kept.
    """
    gc.freeze()  # what is imported stays
    gc.set_threshold(COLLECT_EVERY_OBJECTS)
    request = LogsRequest(processes=processes or 0, **values)
    notes = Console(stderr=True)
    with TerminalProgress(notes, quiet) as progress, survives_closed_pipe():
        summary = summarise_logs(request, progress, lambda rows: _print_rows(rows, as_json), sys.stdin.buffer)
        if as_json and request.out is not None:
            click.echo(json.dumps(totals_of(summary), ensure_ascii=True))
    if not quiet:
        for paragraph in tell_logs(summary):
            notes.print(paragraph, highlight=False, markup=False, soft_wrap=True)
    context.exit(exit_code(summary))


def exit_code(summary: LogsSummary) -> int:
    """3 lost pages that links lead to, 4 a whole file could not be read, else 0."""
    if summary.dead_linked:
        return LINKED_EXIT_CODE
    return PARTIAL_EXIT_CODE if summary.partial else 0


def _print_rows(rows: Iterable[LogRow], as_json: bool) -> None:
    row_sink(sys.stdout, LOG_ROWS, as_json, printed=True)(rows)
