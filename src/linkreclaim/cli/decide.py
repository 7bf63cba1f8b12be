"""`linkreclaim decide`."""

import asyncio
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from linkreclaim.cli.options import CONFIDENCE, asking_options, audited_workspace, fetch_settings, user_name
from linkreclaim.cli.progress import TerminalProgress
from linkreclaim.jobs.audits.decide import DecideResult, decide
from linkreclaim.jobs.delivery.deliver import ACCEPTED_MAP_NAME
from linkreclaim.jobs.runs.context import AuditRequest
from linkreclaim.model.decisions import is_by_threshold

PARTIAL_EXIT_CODE = 4
EXAMPLES = """
\b
Examples:
  linkreclaim decide linkreclaim-workspace/report/redirects.csv
  linkreclaim decide edited.xlsx --by "Ada" --site example.com
  linkreclaim decide linkreclaim-workspace/report/redirects.csv --accept 0.95

\b
Exit codes: 0 every line was taken, 1 failure, 2 usage, 4 some lines were not taken.
"""


@click.command("decide", epilog=EXAMPLES)
@click.argument("sheet", type=click.Path(path_type=Path, exists=True, dir_okay=False), metavar="FILE")
@audited_workspace
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=None,
    metavar="DIR",
    help="Where the server files go [default: WORKSPACE/report].",
)
@click.option("--site", default="", metavar="SITE", help="Which site, where the workspace has several.")
@click.option(
    "--accept",
    "accept_0_1",
    type=CONFIDENCE,
    default=None,
    metavar="P",
    help="Also accept what is still proposed, at this confidence or above.",
)
@click.option("--by", "decided_by", default=None, metavar="NAME", help="Who decided [default: your user name].")
@click.option("--no-check", is_flag=True, help="Do not ask whether targets you typed are alive.")
@asking_options
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.pass_context
def decide_command(context: click.Context, /, sheet: Path, as_json: bool, **values: Any) -> None:
    """Read back a redirects sheet you edited (FILE.csv or FILE.xlsx) and write the files for your server.

    In the column "decision", write accepted or rejected; change "target" where you know better. Lines left as
    "proposed" stay open. Decisions are kept: a later audit never overwrites them.
    """
    if is_by_threshold(values["decided_by"] or ""):
        raise click.BadParameter("a person is not called --accept", param_hint="--by")
    decided_by, check = values.pop("decided_by") or user_name(), not values.pop("no_check")
    request = AuditRequest(
        links=(), settings=fetch_settings(values), out=values.pop("out") or values["workspace"] / "report", **values
    )
    with TerminalProgress(Console(stderr=True), quiet=True) as progress:
        result = asyncio.run(decide(sheet, request, decided_by, progress, check))
    _show_json(result) if as_json else _show(result)
    context.exit(PARTIAL_EXIT_CODE if result.problems else 0)


def _show(result: DecideResult) -> None:
    click.echo(f"{result.accepted} accepted, {result.rejected} rejected, {result.unchanged} still open")
    for line, source, target in result.changed_targets:
        click.echo(f"  line {line}: {source} now goes to your own target {target}")
    for problem in result.problems:
        click.echo(f"  line {problem.line} was not taken: {problem.reason}", err=True)
    for file in result.server_files:
        refused = f", {file.refused} refused (see refused.csv beside it)" if file.refused else ""
        click.echo(f"{file.engine:<12} {file.path}: {file.lines} lines{refused}")
    if result.server_files:
        written = Path(result.server_files[0].path).parent.parent / ACCEPTED_MAP_NAME
        click.echo(f"{'others':<12} {written}: the map for linkreclaim redirects write and verify")


def _show_json(result: DecideResult) -> None:
    values = {
        "accepted": result.accepted,
        "rejected": result.rejected,
        "unchanged": result.unchanged,
        "problems": [{"line": p.line, "reason": p.reason} for p in result.problems],
        "changed_targets": [{"line": n, "source": s, "target": t} for n, s, t in result.changed_targets],
        "server_files": [asdict(file) for file in result.server_files],
    }
    click.echo(json.dumps(values, ensure_ascii=False, indent=1))
