"""`linkreclaim ranks`: lists of ranked domains, by which links are valued where no vendor gives a metric."""

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

import click
from rich.console import Console

from linkreclaim.cli.progress import TerminalProgress
from linkreclaim.jobs.ranks.importing import RanksSummary, import_ranks, update_ranks
from linkreclaim.jobs.ranks.table import KEPT, TABLE_NAME, find_table
from linkreclaim.model.events import EventSink

MAX_KEPT = 200_000_000
EXAMPLES = """
\b
Examples:
  linkreclaim ranks update
  linkreclaim ranks import tranco.csv
  linkreclaim ranks show example.com
"""
IMPORT_EXAMPLES = """
\b
Examples:
  linkreclaim ranks import cc-main-2026-apr-may-jun-domain-ranks.txt.gz
  linkreclaim ranks import majestic_million.csv --workspace clients/example
"""
UPDATE_EXAMPLES = """
\b
Examples:
  linkreclaim ranks update
  linkreclaim ranks update --url https://mirror.example/domain-ranks.txt.gz
"""
_WORKSPACE = click.option(
    "--workspace",
    type=click.Path(path_type=Path, file_okay=False),
    default=None,
    metavar="DIR",
    help="Keep the table in this workspace, for its audits only [default: for all of yours].",
)
_MAKING = (
    _WORKSPACE,
    click.option(
        "--table",
        type=click.Path(path_type=Path, dir_okay=False),
        default=None,
        metavar="FILE",
        help="Write the table to this file, for value --ranks.",
    ),
    click.option(
        "--keep",
        type=click.IntRange(1, MAX_KEPT),
        default=KEPT,
        show_default=True,
        metavar="N",
        help="Ranks kept, 8 bytes each on disk, 16 in memory while they are read.",
    ),
    click.option("--json", "as_json", is_flag=True, help="Print a summary as JSON."),
    click.option("--quiet", "-q", is_flag=True, help="No progress, warnings only."),
)
Command = TypeVar("Command", bound=Callable[..., Any])


def _making(command: Command) -> Command:
    for option in reversed(_MAKING):
        command = option(command)
    return command


@click.group("ranks", epilog=EXAMPLES)
def ranks_command() -> None:
    """Make a table of ranked domains: what links are valued by where no vendor tells a domain's authority.

    Common Crawl publishes the ranks of 133 million domains for free; Tranco and the Majestic Million do, too, for one
    million. Audits and `value` use the table once it is there.
    """


@ranks_command.command(
    "import", short_help="Make the table of a file: Common Crawl, Tranco, Majestic.", epilog=IMPORT_EXAMPLES
)
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@_making
def import_command(file: Path, **values: Any) -> None:
    """Make the table of FILE: Common Crawl's domain ranks, Tranco or the Majestic Million; plain, gzip or zip."""
    _make(lambda sink, place, kept: import_ranks(file, sink, place, kept), **values)


@ranks_command.command("update", short_help="Fetch Common Crawl's ranks and make the table.", epilog=UPDATE_EXAMPLES)
@click.option("--url", default=None, metavar="URL", help="The list to fetch [default: Common Crawl's newest release].")
@_making
def update_command(url: str | None, **values: Any) -> None:
    """Fetch Common Crawl's newest domain ranks (2.5 GB, once) and make the table; a broken fetch goes on."""
    _make(lambda sink, place, kept: update_ranks(sink, place, kept, url), **values)


@ranks_command.command("show", short_help="Tell the rank and the score of domains.")
@click.argument("domains", nargs=-1, required=True, metavar="DOMAIN...")
@_WORKSPACE
def show_command(domains: tuple[str, ...], workspace: Path | None) -> None:
    """Tell the rank of each DOMAIN and its score from 0 to 100, or that it is unknown."""
    table = find_table(workspace)
    if table is None:
        raise click.UsageError("there is no table of ranks yet: run linkreclaim ranks update, or ranks import FILE")
    with table:
        for domain in domains:
            name = domain.strip().lower()
            rank, score = table.rank(name), table.score(name)
            click.echo(f"{name}: unknown" if rank is None else f"{name}: rank {rank:,}, score {score:g}")


def _make(
    make: Callable[[EventSink, Path | None, int], RanksSummary],
    workspace: Path | None,
    table: Path | None,
    keep: int,
    as_json: bool,
    quiet: bool,
) -> None:
    place = table if table is not None else None if workspace is None else workspace / TABLE_NAME
    notes = Console(stderr=True)
    with TerminalProgress(notes, quiet) as progress:
        summary = make(progress, place, keep)
    if as_json:
        click.echo(json.dumps(asdict(summary), ensure_ascii=True))
    if not quiet:
        notes.print(sum_up(summary), highlight=False, markup=False, soft_wrap=True)


def sum_up(summary: RanksSummary) -> str:
    """The result in one line."""
    bad = f", {summary.bad_lines:,} lines could not be read" if summary.bad_lines else ""
    size = f"{summary.table_bytes / 1e6:.1f} MB"
    return f"{summary.source}: {summary.kept:,} of {summary.lines:,} domains kept in {summary.table} ({size}){bad}"
