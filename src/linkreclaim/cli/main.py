"""The `linkreclaim` command: its verbs, and how errors become one line and an exit code."""

import sys

import click

from linkreclaim import __version__
from linkreclaim.cli.audit import audit_command
from linkreclaim.cli.decide import decide_command
from linkreclaim.cli.demo import demo_command
from linkreclaim.errors import LinkreclaimError

INTERRUPTED_EXIT_CODE = 130
"""128 + SIGINT, as shells report it."""


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 nothing to do, 1 failure, 2 usage, 3 recoverable links found, 4 partly could not be told.",
)
@click.version_option(__version__, prog_name="linkreclaim")
def cli() -> None:
    """Win back the links your website has lost.

    \b
    linkreclaim demo                                        see it work on made-up sites
    linkreclaim audit example.com --links export.csv        what is lost, and where it should go
    linkreclaim decide linkreclaim-workspace/report/redirects.csv   take over what you decided in the sheet
    """


cli.add_command(audit_command)
cli.add_command(decide_command)
cli.add_command(demo_command)


def main() -> None:
    """Run the command; an error a person can act on is one line on stderr."""
    try:
        code = cli.main(standalone_mode=False)
    except click.exceptions.Exit as leaving:
        code = leaving.exit_code
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("\nstopped; run the same command again to go on where it stopped", err=True)
        code = INTERRUPTED_EXIT_CODE
    except LinkreclaimError as error:
        click.echo(f"linkreclaim: {error}", err=True)
        code = error.exit_code
    except BaseExceptionGroup as group:
        code = _show_group(group)
    sys.exit(code or 0)


def _show_group(group: BaseExceptionGroup[BaseException]) -> int:
    """Errors out of tasks that ran side by side: ours are told, anything else is a bug and is raised."""
    ours, others = group.split(LinkreclaimError)
    if others is not None or ours is None:
        raise group
    first = _leaves(ours)[0]
    click.echo(f"linkreclaim: {first}", err=True)
    return first.exit_code


def _leaves(group: BaseExceptionGroup[LinkreclaimError]) -> list[LinkreclaimError]:
    found: list[LinkreclaimError] = []
    for error in group.exceptions:
        found.extend(_leaves(error) if isinstance(error, BaseExceptionGroup) else [error])
    return found
