"""`linkreclaim redirects`: write a map for a server, explain it, verify it where it is deployed."""

import asyncio
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click
from rich.console import Console

from linkreclaim.cli.options import CONFIDENCE, asking_options, fetch_settings
from linkreclaim.cli.progress import TerminalProgress
from linkreclaim.cli.redirects_words import tell_explanation, tell_map, tell_proofs, tell_server_proof
from linkreclaim.cli.rows import row_sink, survives_closed_pipe
from linkreclaim.jobs.redirects.explain import explain_map, explanation_values
from linkreclaim.jobs.redirects.files import WrittenMap, write_map
from linkreclaim.jobs.redirects.map import MapRequest
from linkreclaim.jobs.redirects.prove import check_provable, prove_files
from linkreclaim.jobs.redirects.verify import VerifyRequest, verify_map
from linkreclaim.redirects import WRITERS
from linkreclaim.report.proofs import PROOFS

FAILED_EXIT_CODE = 1
PARTIAL_EXIT_CODE = 4
_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
_ENGINES = {engine: WRITERS[engine].title for engine in sorted(WRITERS)}
_MAP = (
    click.option("--map", "map", type=_FILE, required=True, metavar="FILE", help="The redirect map: CSV or .xlsx."),
    click.option("--pages", type=_FILE, default=None, metavar="FILE", help="The live pages: none is ever redirected."),
    click.option("--site", default=None, metavar="HOST", help="Whose map it is [default: the host it names]."),
    click.option("--old-host", "old_hosts", multiple=True, metavar="HOST", help="A former host. Repeatable."),
    click.option(
        "--accept",
        "accept_0_1",
        type=CONFIDENCE,
        default=None,
        metavar="P",
        help="Also take lines still proposed, at this confidence or above.",
    ),
)
_EXISTING = click.option(
    "--existing",
    type=_FILE,
    default=None,
    metavar="FILE",
    help="What is on the server already: nginx, Apache, _redirects, vercel.json or a map.",
)
_RULES = click.option(
    "--rules",
    type=click.Choice(["auto", "off"]),
    default="auto",
    show_default=True,
    help="auto: where the server cannot hold all lines, sure rules may stand for those they say (needs --pages).",
)
Command = TypeVar("Command", bound=Callable[..., Any])

EXAMPLES = """
\b
Examples:
  linkreclaim redirects explain --map redirects.csv --pages sitemap.xml
  linkreclaim redirects write --map redirects.csv --for nginx --out nginx
  linkreclaim redirects verify --map redirects.csv --base https://example.com
"""
WRITE_EXAMPLES = """
\b
Engines:
{engines}

\b
Examples:
  linkreclaim redirects write --map map.csv --for nginx --out nginx
  linkreclaim redirects write --map map.csv --for nginx --out nginx --prove
  linkreclaim redirects write --map map.csv --for htaccess --out web --existing .htaccess
  linkreclaim redirects write --map map.csv --for netlify --out public --accept 0.95

\b
Exit codes: 0 every line is written (and proved), 2 usage,
1 lines had to be refused (the others are written), or the proof failed.
"""
EXPLAIN_EXAMPLES = """
\b
Examples:
  linkreclaim redirects explain --map redirects.csv
  linkreclaim redirects explain --map redirects.csv --pages sitemap.xml --existing nginx.conf
  linkreclaim redirects explain --map redirects.csv --json

\b
Exit codes: 0 every line can be written, 1 lines have to be refused, 2 usage.
"""
VERIFY_EXAMPLES = """
\b
Examples:
  linkreclaim redirects verify --map redirects.csv --base https://example.com
  linkreclaim redirects verify --map m.csv --base http://10.0.0.5 --host a.example --allow-private
  linkreclaim redirects verify --map m.csv --base https://example.com --pages live.txt --out o.csv

\b
Exit codes: 0 all is well, 1 a line failed or none is accepted, 2 usage, 4 over 20 % could not be told.
"""


def _map_options(command: Command) -> Command:
    for option in reversed(_MAP):
        command = option(command)
    return command


@click.group("redirects", epilog=EXAMPLES)
def redirects_command() -> None:
    """Write a redirect map for a server, explain it first, verify it afterwards.

    A map is a table with the columns source and target (docs/redirects.md); redirects.csv of an audit is one.
    """


@redirects_command.command(
    "write",
    short_help="Write the files for a server.",
    epilog=WRITE_EXAMPLES.format(engines="\n".join(f"  {name:<16} {title}" for name, title in _ENGINES.items())),
)
@_map_options
@_EXISTING
@click.option("--for", "engine", type=click.Choice(list(_ENGINES)), required=True, metavar="ENGINE", help="See below.")
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), required=True, metavar="DIR", help="Where files go."
)
@_RULES
@click.option("--partial", is_flag=True, help="Exit with 0 although lines were refused.")
@click.option(
    "--prove",
    is_flag=True,
    help="Then start the server program of this machine with the files, on loopback, and ask it for every line.",
)
@click.pass_context
def write_command(
    context: click.Context, /, engine: str, out: Path, partial: bool, rules: str, prove: bool, **values: Any
) -> None:
    """Write the files for a server, and an INSTALL text; their names are printed, the main one first.

    What cannot be written is told with its line and reason, and stands in refused.csv beside the files.
    """
    if prove:
        check_provable(engine)
    done = write_map(MapRequest(**values), engine, out, use_rules=rules == "auto")
    for path in done.written.files:
        click.echo(path)
    tell_map(done)
    proved = _prove(done) if prove else True
    context.exit(0 if proved and (done.sound or partial) else FAILED_EXIT_CODE)


def _prove(done: WrittenMap) -> bool:
    """Whether the files do on the server of this machine what their lines say; it is told on standard error."""
    with TerminalProgress(Console(stderr=True), quiet=False) as progress:
        result = prove_files(done, progress)
    tell_server_proof(result)
    return result.sound


@redirects_command.command("explain", short_help="Say what a map would do, without doing it.", epilog=EXPLAIN_EXAMPLES)
@_map_options
@_EXISTING
@click.option("--no-rules", is_flag=True, help="Do not look for rules in the lines.")
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
@click.pass_context
def explain_command(context: click.Context, /, no_rules: bool, as_json: bool, **values: Any) -> None:
    """Say what a map would do: what contradicts, loops, chains or is written twice, with line numbers.

    Nothing is written and nobody is asked.
    """
    found = explain_map(MapRequest(**values), find_rules=not no_rules)
    if as_json:
        click.echo(json.dumps(explanation_values(found), ensure_ascii=False, indent=1))
    else:
        tell_explanation(found)
    context.exit(0 if found.planned.sound else FAILED_EXIT_CODE)


@redirects_command.command("verify", short_help="Ask a server for every line of a map.", epilog=VERIFY_EXAMPLES)
@_map_options
@click.option("--base", required=True, metavar="URL", help="The server to connect to: the live site, or staging.")
@click.option("--host", default=None, metavar="NAME", help="The site's name, sent as Host, where --base is staging.")
@click.option(
    "--sample",
    type=click.IntRange(0),
    default=200,
    show_default=True,
    metavar="N",
    help="Lines whose neighbours, variants and queries are asked for, too.",
)
@click.option(
    "--max-pages", type=click.IntRange(0), default=10_000, show_default=True, metavar="N", help="Live pages asked for."
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    default=None,
    metavar="FILE",
    help="Write FILE.csv or FILE.jsonl, in the order of the map [default: CSV to standard output, as it comes].",
)
@click.option("--fresh", is_flag=True, help="Start anew instead of continuing a run that was cut off.")
@asking_options
@click.option("--json", "as_json", is_flag=True, help="Print JSON lines on standard output.")
@click.option("--quiet", "-q", is_flag=True, help="No progress, warnings only.")
@click.pass_context
def verify_command(context: click.Context, /, as_json: bool, quiet: bool, **values: Any) -> None:
    """Ask a server for every line of a map: one hop, the right status and target, and nothing else captured.

    With --out, a run that is stopped goes on when the same command is given again.
    """
    request = _verify_request(values)
    notes = Console(stderr=True)
    with TerminalProgress(notes, quiet) as progress, survives_closed_pipe():
        rows_to = row_sink(sys.stdout, PROOFS, as_json, printed=as_json or request.out is None)
        summary = asyncio.run(verify_map(request, progress, rows_to))
    tell_proofs(summary, quiet)
    if summary.failed:
        context.exit(FAILED_EXIT_CODE)
    context.exit(PARTIAL_EXIT_CODE if summary.partial else 0)


def _verify_request(values: dict[str, Any]) -> VerifyRequest:
    settings = fetch_settings(values)
    names = ("map", "pages", "site", "old_hosts", "accept_0_1")
    return VerifyRequest(MapRequest(**{name: values.pop(name) for name in names}), settings=settings, **values)
