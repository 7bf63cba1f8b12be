"""`linkreclaim demo`."""

import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import click

from linkreclaim.demo import run_demo

EXAMPLES = """
\b
Examples:
  linkreclaim demo
  linkreclaim demo --folder demo-report --no-open
"""


@click.command("demo", epilog=EXAMPLES)
@click.option(
    "--folder",
    type=click.Path(path_type=Path),
    default=None,
    metavar="DIR",
    help="Where the demo's files go [default: a new temporary folder].",
)
@click.option("--no-open", is_flag=True, help="Do not open the report in a browser.")
@click.pass_context
def demo_command(context: click.Context, /, folder: Path | None, no_open: bool) -> None:
    """Run real audits over HTTP on four small made-up sites on this machine: no account, no internet."""
    chosen = folder or Path(tempfile.mkdtemp(prefix="linkreclaim-demo-"))
    context.exit(run_demo(chosen, open_browser=not no_open, echo=click.echo, run_audit=_run_command))


def _run_command(arguments: Sequence[str]) -> int:
    return subprocess.run([sys.executable, "-m", "linkreclaim", *arguments], check=False).returncode  # noqa: S603
