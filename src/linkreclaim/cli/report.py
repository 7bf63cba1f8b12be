"""`linkreclaim report`."""

from pathlib import Path

import click

from linkreclaim.cli.options import audited_workspace
from linkreclaim.jobs.delivery.client_report import report_to_client
from linkreclaim.report.figures import show_day

EXAMPLES = """
\b
Examples:
  linkreclaim report --out lost-links.html
  linkreclaim report --out lost-links.pdf --agency "Fairlink Ltd" --logo logo.svg
  linkreclaim report --workspace clients/example --site example.com --out lost-links.xlsx
"""


@click.command("report", epilog=EXAMPLES)
@audited_workspace
@click.option("--site", default="", metavar="HOST", help="Which site, where the workspace has several.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    metavar="FILE",
    help="What is written: FILE.html, FILE.pdf or FILE.xlsx.",
)
@click.option("--agency", default="", metavar="NAME", help="Who hands the report over.")
@click.option(
    "--logo",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    default=None,
    metavar="IMAGE",
    help="Their logo, a PNG, JPEG or SVG file of at most 1 MB.",
)
def report_command(workspace: Path, site: str, out: Path, agency: str, logo: Path | None) -> None:
    """Write a report for a client, in plain words, as a page, a PDF or a workbook.

    It tells the newest finished audit and the decisions made since: what was lost and what has come back, why, what is
    to be done by whom, the most valuable lost pages, and what could not be told. Nothing is asked of any server. PDF
    and workbook need the reports extra: pip install 'linkreclaim[reports]'.
    """
    written = report_to_client(workspace, out, site, agency, logo)
    click.echo(f"{out}: {written.site}, audit of {show_day(written.audited_at)}. {written.headline}")
