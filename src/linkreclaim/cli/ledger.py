"""`linkreclaim ledger`."""

from pathlib import Path

import click

from linkreclaim.cli.console import open_console
from linkreclaim.cli.options import audited_workspace
from linkreclaim.jobs.gathering.ledger import compare_sources
from linkreclaim.report.ledger import ledger_to_json, render_ledger, write_ledger

EXAMPLES = """
\b
Examples:
  linkreclaim ledger
  linkreclaim ledger example.com --out sources.csv
  linkreclaim ledger example.com --workspace clients/example --json
"""


@click.command("ledger", epilog=EXAMPLES)
@click.argument("site", metavar="[SITE]", default="")
@audited_workspace
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), default=None, metavar="FILE.csv", help="Also write a CSV."
)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def ledger_command(site: str, workspace: Path, out: Path | None, as_json: bool) -> None:
    """Compare the sources of SITE's links: what each gave, and what it alone would have missed.

    SITE may be left out where the workspace has one site. Nothing is asked of any server.
    """
    view = compare_sources(workspace, site)
    if out is not None:
        write_ledger(out, view)
    if as_json:
        click.echo(ledger_to_json(view))
    else:
        render_ledger(open_console(), view)
