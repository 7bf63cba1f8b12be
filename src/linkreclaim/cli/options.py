"""Options that several commands share, and how they become settings."""

import getpass
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from linkreclaim.config import DEFAULT_USER_AGENT, FetchSettings
from linkreclaim.errors import InputError, UsageError

DEFAULT_WORKSPACE = Path("linkreclaim-workspace")
DEFAULTS = FetchSettings()


class _Confidence(click.FloatRange):
    """A confidence from 0 to 1; what people write instead (0,95 or 95%) is told how to be written."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The number; fails for anything else."""
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter:
            self.fail(f"{value!r} is no number from 0 to 1, with a point: for example 0.95", param, ctx)


CONFIDENCE = _Confidence(0, 1)
Command = TypeVar("Command", bound=Callable[..., Any])


_ASKING = (
    click.option(
        "--concurrency",
        type=click.IntRange(1, 1_000),
        default=64,
        show_default=True,
        metavar="N",
        help="Requests in flight over all hosts.",
    ),
    click.option(
        "--per-host",
        type=click.IntRange(1, 100),
        default=None,
        metavar="N",
        help="Requests in flight per host [default: 2, and 8 on SITE].",
    ),
    click.option(
        "--rate",
        type=click.FloatRange(0.01),
        default=None,
        metavar="R",
        help="Requests a second per host that is not SITE's [default: 4].",
    ),
    click.option(
        "--delay",
        "delay_s",
        type=click.FloatRange(0),
        default=None,
        metavar="S",
        help="Seconds between two requests to one host, instead of --rate's; 0: none.",
    ),
    click.option(
        "--timeout",
        "timeout_s",
        type=click.FloatRange(1),
        default=30.0,
        show_default=True,
        metavar="S",
        help="Longest time for one answer, in seconds.",
    ),
    click.option(
        "--header",
        "headers",
        multiple=True,
        metavar="'NAME: VALUE'",
        help="Sent to SITE's hosts only, for example to pass a firewall. Repeatable.",
    ),
    click.option(
        "--basic-auth",
        default=None,
        metavar="USER:PASSWORD",
        envvar="LINKRECLAIM_BASIC_AUTH",
        show_envvar=True,
        help="Sent to SITE's hosts only, for a staging site.",
    ),
    click.option(
        "--user-agent", default=DEFAULT_USER_AGENT, show_default=True, metavar="UA", help="How we name ourselves."
    ),
    click.option("--allow-private", is_flag=True, help="Allow private and loopback addresses (intranets, tests)."),
)


_LISTING = (
    click.option(
        "--out",
        type=click.Path(path_type=Path, dir_okay=False),
        default=None,
        metavar="FILE",
        help="Write FILE.csv or FILE.jsonl [default: CSV to standard output].",
    ),
    click.option("--json", "as_json", is_flag=True, help="Print JSON lines; with --out, a summary as JSON."),
    click.option("--quiet", "-q", is_flag=True, help="No progress, warnings only."),
)

audited_workspace = click.option(
    "--workspace",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    default=DEFAULT_WORKSPACE,
    show_default=True,
    metavar="DIR",
    help="The workspace of the audit.",
)


def listing_options(command: Command) -> Command:
    """Where rows go and what is said of them: the same flags on every command that lists without asking a server."""
    for option in reversed(_LISTING):
        command = option(command)
    return command


def asking_options(command: Command) -> Command:
    """How servers are asked: the same flags on every command that asks."""
    for option in reversed(_ASKING):
        command = option(command)
    return command


def fetch_settings(values: dict[str, Any]) -> FetchSettings:
    """Settings out of the values of `asking_options`, which are taken out of the dict."""
    per_host, rate, delay_s = values.pop("per_host"), values.pop("rate"), values.pop("delay_s")
    return FetchSettings(
        user_agent=values.pop("user_agent"),
        concurrency=values.pop("concurrency"),
        stranger_per_s=rate or (DEFAULTS.stranger_per_s if delay_s is None else math.inf),
        delay_s=delay_s or 0.0,
        total_timeout_s=values.pop("timeout_s"),
        allow_private=values.pop("allow_private"),
        site_headers=_site_headers(values.pop("headers"), values.pop("basic_auth")),
        stranger_in_flight=per_host or DEFAULTS.stranger_in_flight,
        site_in_flight=per_host or DEFAULTS.site_in_flight,
    )


def _site_headers(headers: tuple[str, ...], basic_auth: str | None) -> tuple[tuple[str, str], ...]:
    from base64 import b64encode

    pairs = []
    for header in headers:
        name, colon, value = header.partition(":")
        if not colon or not name.strip():
            raise UsageError("--header wants 'Name: value'")
        pairs.append((name.strip(), value.strip()))
    if basic_auth is not None:
        pairs.append(("Authorization", "Basic " + b64encode(basic_auth.encode()).decode()))
    return tuple(pairs)


def read_columns(text: str | None) -> tuple[tuple[str, str], ...]:
    """`--columns field=Header,field=Header` as pairs.

    Raises:
        UsageError: a part has no `=`, a field is not known, or no end of a link is named.
    """
    from linkreclaim.sources.any_csv import make_report

    pairs = []
    for part in (text or "").split(","):
        if not part.strip():
            continue
        name, equals, header = part.partition("=")
        if not equals:
            raise UsageError(f"--columns wants field=Header pairs, not {part!r}")
        pairs.append((name.strip(), header.strip()))
    if pairs:
        try:
            make_report(dict(pairs))
        except InputError as error:
            raise UsageError(str(error)) from error
    return tuple(pairs)


def user_name() -> str:
    """Who runs the command, "unknown" where the system has no name for them."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # no such user in this container
        return "unknown"
