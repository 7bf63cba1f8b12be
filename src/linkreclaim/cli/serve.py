"""`linkreclaim serve`."""

import os
from pathlib import Path

import click

from linkreclaim.cli.options import DEFAULT_WORKSPACE, user_name
from linkreclaim.config import FetchSettings
from linkreclaim.web.serving import ServeRequest, check_password, read_password, serve

PASSWORD_VARIABLE = "LINKRECLAIM_PASSWORD"  # noqa: S105 - its name, not a password
EXAMPLES = """
\b
Examples:
  linkreclaim serve
  linkreclaim serve --workspace clients/acme --port 8500 --open
  linkreclaim serve --host 0.0.0.0 --name links.example.com --password-file password.txt
"""


@click.command("serve", epilog=EXAMPLES)
@click.option(
    "--workspace",
    type=click.Path(path_type=Path, file_okay=False),
    default=DEFAULT_WORKSPACE,
    show_default=True,
    metavar="DIR",
    help="The workspace to show.",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65_535),
    default=8417,
    show_default=True,
    metavar="N",
    help="The port to listen on; 0: any that is free.",
)
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    metavar="H",
    help="The address to listen on. One that other machines can reach needs a password.",
)
@click.option(
    "--name",
    "names",
    multiple=True,
    metavar="NAME",
    help="A host name under which the page is reached, besides localhost. Repeatable.",
)
@click.option(
    "--password-file",
    type=click.Path(path_type=Path),
    default=None,
    metavar="FILE",
    help=f"People log in with the password in its first line [or: {PASSWORD_VARIABLE}].",
)
@click.option("--by", "default_name", default=None, metavar="NAME", help="Who decides [default: your user name].")
@click.option("--open", "open_browser", is_flag=True, help="Open the page in your browser.")
@click.option("--allow-private", is_flag=True, help="Audits may ask private and loopback addresses (intranets, tests).")
def serve_command(
    workspace: Path,
    port: int,
    host: str,
    names: tuple[str, ...],
    password_file: Path | None,
    default_name: str | None,
    open_browser: bool,
    allow_private: bool,
) -> None:
    """Show a workspace as a web page on this machine, until Ctrl-C.

    The link it prints lets you in, once; after that your browser is known until the next start. Nothing is loaded from
    elsewhere. TLS is not its job: put a proxy before it where others reach it over a network.
    """
    who = default_name or user_name()
    settings = FetchSettings(allow_private=allow_private)
    request = ServeRequest(workspace, host, port, names, _password(password_file), who, settings, open_browser)
    try:
        serve(request, click.echo)
    except KeyboardInterrupt:
        click.echo("\nended; everything is in the workspace", err=True)


def _password(file: Path | None) -> str:
    if file is not None:
        return read_password(file)
    told = os.environ.get(PASSWORD_VARIABLE)
    return "" if told is None else check_password(told, PASSWORD_VARIABLE)
