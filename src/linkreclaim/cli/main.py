"""The `linkreclaim` command: its verbs, and how errors become one line and an exit code."""

import errno
import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import click

from linkreclaim import __version__
from linkreclaim.errors import LinkreclaimError

INTERRUPTED_EXIT_CODE = 130
TERMINATED_EXIT_CODE = 143
"""128 + SIGINT, and 128 + SIGTERM, as shells report them."""
COMMANDS = {
    "audit": "Find the inbound links a site has lost, and where each dead URL should go.",
    "logs": "Read access logs: which lost pages were asked for, and which links led there.",
    "links": "Read pages and list their links to a site, or to one page.",
    "check": "Tell of each URL whether it is dead, and why.",
    "match": "Find the live page that fits each dead URL of a list, or that none does.",
    "diagnose": "Tell why each dead URL of a list broke, and which live URL a damaged one meant.",
    "value": "Tell what the links to each URL are worth, from exports alone.",
    "impact": "Tell what would be lost with pages about to be deleted, and where they should go.",
    "decide": "Read back a redirects sheet you edited, and write the files for your server.",
    "serve": "Show a workspace as a web page on this machine.",
    "report": "Write a report for a client: a page, a PDF or a workbook.",
    "redirects": "Write a redirect map for a server, explain it first, verify it afterwards.",
    "ledger": "Compare the sources of a site's links: what each gave, what it alone would have missed.",
    "ranks": "Make the table of ranked domains that links are valued by.",
    "demo": "Run real audits on four small made-up sites on this machine.",
}

GO_ON = frozenset({"audit", "ranks update"})
GO_ON_WITH_OUT = frozenset({"check", "links", "redirects verify"})
"""Commands that go on where they were stopped, always or when they write a file; all others begin anew."""


class LazyGroup(click.Group):
    """Imports a command only when it is run: `--help` and `--version` answer at once."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names of the commands."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, from its module `linkreclaim.cli.NAME`."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(f"linkreclaim.cli.{cmd_name}"), f"{cmd_name}_command")
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that is asked for; for one that there is not, the error names those spelled like it."""
        try:
            return super().resolve_command(ctx, args)
        except click.NoSuchCommand as error:
            raise click.NoSuchCommand(error.command_name, possibilities=COMMANDS, ctx=ctx) from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands with a line each, none of them imported."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 nothing to do, 1 failure, 2 usage, 3 recoverable links found, 4 partly could not be told.",
)
@click.version_option(__version__, prog_name="linkreclaim")
def cli() -> None:
    """Win back the links your website has lost.

    \b
    linkreclaim demo                                    see it work on made-up sites
    linkreclaim audit example.com --links export.csv    what is lost, and where it should go
    linkreclaim decide redirects.csv                    take over what you decided in the sheet
    """


def main() -> None:
    """Run the command; an error a person can act on is one line on stderr."""
    with _ending_as_interrupted() as asked_to_end:
        code = _run(asked_to_end)
    sys.exit(code or 0)


@contextmanager
def _ending_as_interrupted() -> Iterator[list[int]]:
    """While it is open, a request to end (SIGTERM) is an interrupt, so that what we have started ends too; gives the
    list that notes the request."""
    asked_to_end: list[int] = []

    def interrupt(number: int, _: object) -> None:
        asked_to_end.append(number)
        if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # a shell's background job (POSIX, 2.12) or nohup
            signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.raise_signal(signal.SIGINT)

    if threading.current_thread() is not threading.main_thread():
        yield asked_to_end
        return
    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield asked_to_end
    finally:
        signal.signal(signal.SIGTERM, before)


def _run(asked_to_end: Sequence[int]) -> int | None:
    try:
        return cli.main(standalone_mode=False)  # type: ignore[no-any-return]
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo(f"\nstopped; {say_again(sys.argv[1:])}", err=True)
        return TERMINATED_EXIT_CODE if asked_to_end else INTERRUPTED_EXIT_CODE
    except LinkreclaimError as error:
        click.echo(f"linkreclaim: {error}", err=True)
        return error.exit_code
    except OSError as error:
        return _show_machine_fault(error)
    except BaseExceptionGroup as group:
        return _show_group(group)


def say_again(arguments: Sequence[str]) -> str:
    """What the same command does when it is run again after an interrupt."""
    names = {arguments[0], " ".join(arguments[:2])} if arguments else set()
    to_file = any(argument.partition("=")[0] == "--out" for argument in arguments)
    if names & GO_ON or (to_file and names & GO_ON_WITH_OUT):
        return "run the same command again to go on where it stopped"
    return "the same command begins anew"


def _show_machine_fault(error: OSError) -> int:
    """A path that cannot be used or a full disk is for the person to mend; an OSError that names neither is a bug."""
    if error.filename is None and error.errno not in (errno.ENOSPC, errno.EDQUOT):
        raise error
    where = "" if error.filename is None else f"{os.fsdecode(error.filename)}: "
    what = error.strerror or str(error)
    click.echo(f"linkreclaim: {where}{what}; check the path, its permissions and the space left", err=True)
    return LinkreclaimError.exit_code


def _show_group(group: BaseExceptionGroup[BaseException]) -> int:
    """Errors out of tasks that ran side by side: ours are told, anything else is a bug and is raised."""
    ours, others = group.split((LinkreclaimError, OSError))
    if others is not None or ours is None:
        raise group
    first = _leaves(ours)[0]
    if isinstance(first, OSError):
        return _show_machine_fault(first)
    click.echo(f"linkreclaim: {first}", err=True)
    return first.exit_code


def _leaves(group: BaseExceptionGroup[Any]) -> list[LinkreclaimError | OSError]:
    found: list[LinkreclaimError | OSError] = []
    for error in group.exceptions:
        found.extend(_leaves(error) if isinstance(error, BaseExceptionGroup) else [error])
    return found
