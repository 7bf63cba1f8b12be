"""`linkreclaim links`."""

import asyncio
import sys
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from linkreclaim.cli.options import asking_options, fetch_settings
from linkreclaim.cli.progress import TerminalProgress
from linkreclaim.cli.rows import row_sink, survives_closed_pipe
from linkreclaim.jobs.linking.list_links import LinksRequest, LinksSummary, list_links
from linkreclaim.model.reports import PageState
from linkreclaim.report.figures import show_count
from linkreclaim.report.page_links import PAGE_LINKS

PARTIAL_EXIT_CODE = 4
EXAMPLES = """
\b
Examples:
  linkreclaim links https://blog.example/post https://news.example/a --to example.com
  linkreclaim links latest-links.csv --to example.com --out links.csv
  linkreclaim links pages.txt --to https://example.com/old-guide --out links.jsonl
  cut -f1 pages.tsv | linkreclaim links - --to example.com --json

\b
Exit codes: 0 done, 1 failure, 2 usage, 4 an input or over 20 % of the pages could not be told.
"""


@click.command("links", epilog=EXAMPLES)
@click.argument("pages", nargs=-1, required=True, metavar="[FILE|-|URL]...")
@click.option("--to", required=True, metavar="SITE|URL", help="A host: all links to that site. A URL: to that page.")
@click.option("--subdomains", is_flag=True, help="Links to SITE's subdomains count too.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    default=None,
    metavar="FILE",
    help="Write FILE.csv or FILE.jsonl, in the order of the input [default: CSV to standard output, as it comes].",
)
@click.option("--fresh", is_flag=True, help="Start anew instead of continuing a run that was cut off.")
@asking_options
@click.option("--json", "as_json", is_flag=True, help="Print JSON lines on standard output.")
@click.option("--quiet", "-q", is_flag=True, help="No progress, warnings only.")
@click.pass_context
def links_command(context: click.Context, /, as_json: bool, quiet: bool, **values: Any) -> None:
    """Read pages and list their links to a site, or to one page.

    Pages come as URLs, as a list of URLs, as a CSV with a column of them, or as any link export; "-" is standard input.
    One row a link, in page order; a page without one has a row that says why. With --out, a run that is stopped goes
    on when the same command is given again.
    """
    request = LinksRequest(settings=fetch_settings(values), **values)
    notes = Console(stderr=True)
    with TerminalProgress(notes, quiet) as progress, survives_closed_pipe():
        rows_to = row_sink(sys.stdout, PAGE_LINKS, as_json, printed=as_json or request.out is None)
        summary = asyncio.run(list_links(request, progress, rows_to, sys.stdin.buffer))
    if not quiet:
        notes.print(sum_up(summary), highlight=False, markup=False, soft_wrap=True)
    context.exit(PARTIAL_EXIT_CODE if summary.partial else 0)


def sum_up(summary: LinksSummary) -> str:
    """The result in one line, with what could not be told and what that leaves open."""
    states = summary.states
    read = states[PageState.LINKED] + states[PageState.NOT_LINKED]
    gone = f" ({states[PageState.PAGE_GONE]:,} more are gone)" if states[PageState.PAGE_GONE] else ""
    told = f"read {read:,} of {show_count(summary.pages, 'page')}{gone}"
    found = f"{states[PageState.LINKED]:,} link to {summary.goal} ({show_count(summary.links, 'link')})"
    if not summary.untold:
        return f"{told}; {found}"
    words = {
        PageState.BLOCKED: "blocked",
        PageState.UNREADABLE: "failed",
        PageState.NEEDS_SCRIPT: "need scripts",
        PageState.SKIPPED: "skipped",
    }
    reasons = ", ".join(f"{states[state]:,} {word}" for state, word in words.items() if states[state])
    most = show_count(summary.untold, "further page")
    return f"{told}; {found}; {summary.untold:,} could not be told: {reasons}: so at most {most} can link to it"
