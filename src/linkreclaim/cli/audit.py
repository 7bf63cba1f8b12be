"""`linkreclaim audit`."""

import asyncio
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from linkreclaim.cli.console import open_console
from linkreclaim.cli.options import CONFIDENCE, DEFAULT_WORKSPACE, asking_options, fetch_settings, read_columns
from linkreclaim.cli.progress import TerminalProgress
from linkreclaim.cli.pulls import VENDOR_NAMES, agree_to_pulls, read_vendors, rehearse_pulls
from linkreclaim.inventory.wayback_client import WAYBACK_URL
from linkreclaim.jobs.audits.audit import AuditResult, audit
from linkreclaim.jobs.runs.context import AuditRequest
from linkreclaim.model.internal_links import InternalSummary
from linkreclaim.model.reports import AuditSummary
from linkreclaim.report.internal_links import INTERNAL_LINKS_NAME, say_internal_links
from linkreclaim.report.terminal import render_terminal

RECOVERABLE_EXIT_CODE = 3
PARTIAL_EXIT_CODE = 4

EXAMPLES = """
\b
Examples:
  linkreclaim audit example.com --links ahrefs-backlinks.csv
  linkreclaim audit example.com --links latest-links.csv --captures old-site/ --wayback
  linkreclaim audit example.com --links access.log.1.gz --from bing,gsc
  linkreclaim audit new.example --old-host old.example --links export.csv --accept 0.95
  linkreclaim audit example.com --links my.csv --columns referring_page=From,target_url=To
  linkreclaim audit https://example.com --internal
  linkreclaim audit rival.example --foreign --links rival-backlinks.csv

\b
Exit codes: 0 nothing lost is left to decide, 1 failure, 2 usage,
3 recoverable or broken links found, 4 a whole input or many URLs not told.
"""


class _AuditCommand(click.Command):
    """Knows an export that is named without `--links`."""

    allow_extra_args = True

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """What is left over; fails where anything is."""
        for name in super().parse_args(ctx, args):
            how = (
                f"name a file of links with --links {name}" if Path(name).exists() else "one SITE is audited at a time"
            )
            raise click.UsageError(f"Got unexpected extra argument ({name}): {how}", ctx)
        return []


@click.command("audit", cls=_AuditCommand, epilog=EXAMPLES)
@click.argument("site", metavar="SITE")
@click.option(
    "--links",
    multiple=True,
    type=click.Path(path_type=Path, exists=True),
    metavar="FILE",
    help="A link export (Ahrefs, Search Console, any CSV with --columns) or an access log. Repeatable.",
)
@click.option(
    "--from",
    "vendors",
    default=None,
    metavar="NAME,...",
    help=f"Ask these tools' APIs: {', '.join(VENDOR_NAMES)} (keys: docs/apis.md).",
)
@click.option(
    "--budget",
    default=None,
    metavar="N",
    help="Stop before an API would cost more, in its own units: 5000, or ahrefs=5000,moz=300.",
)
@click.option("--dry-run", is_flag=True, help="Say what --from would ask and cost, and stop.")
@click.option("--yes", is_flag=True, help="Do not ask before APIs that cost something.")
@click.option("--api-origin", "api_origins", multiple=True, hidden=True, metavar="ORIGIN=ORIGIN")
@click.option(
    "--columns",
    default=None,
    metavar="FIELD=HEADER,...",
    help="Which columns of any CSV hold referring_page, target_url, anchor_text, ...",
)
@click.option(
    "--pages",
    multiple=True,
    metavar="FILE|URL",
    help="The live pages: JSON lines, CSV, a list, or a sitemap [default: found on the site]. Repeatable.",
)
@click.option(
    "--captures",
    multiple=True,
    type=click.Path(path_type=Path, exists=True),
    metavar="DIR|FILE",
    help="Copies of old pages: index.csv (url,file), a mirror's folders, WARC files. Repeatable.",
)
@click.option(
    "--old",
    multiple=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE",
    help="A record of the old site: a WordPress or shop export, an earlier crawl, a list. Repeatable.",
)
@click.option("--wayback", is_flag=True, help="Ask the Wayback Machine what the dead pages were.")
@click.option(
    "--wayback-max",
    type=click.IntRange(1),
    default=1_000,
    show_default=True,
    metavar="N",
    help="Most dead pages to ask it about, the most valuable first.",
)
@click.option("--wayback-url", default=WAYBACK_URL, hidden=True)
@click.option(
    "--old-host",
    "old_hosts",
    multiple=True,
    metavar="HOST",
    help="A former host of the site: links to it belong to the audit. Repeatable.",
)
@click.option("--subdomains", is_flag=True, help="SITE's subdomains are part of it.")
@click.option("--internal", is_flag=True, help="Check SITE's own links, too; alone when there are no --links.")
@click.option("--foreign", is_flag=True, help="Somebody else's site: list who links to its dead pages, no redirects.")
@click.option(
    "--workspace",
    type=click.Path(path_type=Path, file_okay=False),
    default=DEFAULT_WORKSPACE,
    show_default=True,
    metavar="DIR",
    help="Where everything found is kept.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=None,
    metavar="DIR",
    help="Where results go [default: WORKSPACE/report].",
)
@click.option(
    "--accept",
    "accept_0_1",
    type=CONFIDENCE,
    default=None,
    metavar="P",
    help="Accept proposals of this confidence or above, for example 0.95, and write them into the redirect files.",
)
@click.option(
    "--max-pages",
    type=click.IntRange(1),
    default=50_000,
    show_default=True,
    metavar="N",
    help="Most pages of the site to read.",
)
@click.option("--no-read", is_flag=True, help="Do not read the linking pages.")
@click.option("--no-probe", is_flag=True, help="Do not ask for random addresses to find soft 404s.")
@click.option("--keep-going", is_flag=True, help="Go on when SITE refuses most requests.")
@click.option("--fresh", is_flag=True, help="Start anew instead of continuing a run that was cut off.")
@click.option("--model", type=click.Path(path_type=Path, exists=True), default=None, hidden=True)
@asking_options
@click.option("--json", "as_json", is_flag=True, help="Print the result as one JSON document.")
@click.option("--quiet", "-q", is_flag=True, help="No progress, warnings only.")
@click.pass_context
def audit_command(context: click.Context, /, as_json: bool, quiet: bool, **values: Any) -> None:
    """Find the inbound links SITE has lost, what they are worth, and where each dead URL should go.

    SITE is a host (example.com) or its address. A run that is stopped goes on when the same command is given again.
    """
    dry_run, yes = values.pop("dry_run"), values.pop("yes")
    request = _request(values)
    if dry_run:
        context.exit(0 if rehearse_pulls(request) else PARTIAL_EXIT_CODE)
    if request.vendors and not agree_to_pulls(request, yes):
        return
    notes = Console(stderr=True)
    with TerminalProgress(notes, quiet) as progress:
        result = asyncio.run(audit(request, progress, lambda first: _show_provisional(notes, first, request, quiet)))
    _show(result, request, as_json, quiet)
    if not quiet and result.internal is not None:
        _show_internal(notes if as_json else open_console(), result, result.internal, request)
    context.exit(exit_code(result))


def exit_code(result: AuditResult) -> int:
    """3 recoverable or broken links found, 4 a whole input or many targets could not be told, else 0."""
    if result.undecided or (result.internal is not None and result.internal.broken_urls):
        return RECOVERABLE_EXIT_CODE
    return PARTIAL_EXIT_CODE if result.partial else 0


def _request(values: dict[str, Any]) -> AuditRequest:
    settings = fetch_settings(values)
    vendors, budgets = read_vendors(values.pop("vendors"), values.pop("budget"))
    return AuditRequest(
        vendors=vendors,
        budgets=budgets,
        api_origins=dict(pair.split("=", 1) for pair in values.pop("api_origins")),
        columns=read_columns(values.pop("columns")),
        out=values.pop("out") or values["workspace"] / "report",
        read_pages=not values.pop("no_read"),
        probe=not values.pop("no_probe"),
        settings=settings,
        **values,
    )


def _show_provisional(console: Console, summary: AuditSummary, request: AuditRequest, quiet: bool) -> None:
    unread = f", and {summary.pages_total:,} pages to read for their targets" if summary.pages_total else ""
    if not quiet:
        console.print(
            f"First list from the files alone: {request.out / 'provisional.csv'} ({summary.targets:,} targets,"
            f" {summary.backlinks:,} backlinks{unread}); now checking.",
            highlight=False,
            markup=False,
            soft_wrap=True,
        )


def _show(result: AuditResult, request: AuditRequest, as_json: bool, quiet: bool) -> None:
    if as_json:
        with open(request.out / "summary.json", encoding="utf-8") as document:
            while part := document.read(1 << 20):
                click.echo(part, nl=False)
    elif not quiet and result.with_backlinks:
        render_terminal(open_console(), result.summary, result.top)


def _show_internal(console: Console, result: AuditResult, told: InternalSummary, request: AuditRequest) -> None:
    lines = [f"The own links of {result.summary.site}"]
    lines += [f"  {line}" for line in say_internal_links(told)]
    lines.append(f"  each with its pages: {request.out / INTERNAL_LINKS_NAME}")
    for line in ("", *lines) if result.with_backlinks else lines:
        shown = line.encode(console.encoding, "replace").decode(console.encoding)
        console.print(shown, highlight=False, markup=False, soft_wrap=True)
