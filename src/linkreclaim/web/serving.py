"""Serve: a socket, a server, and the one line that says where the page is."""

import socket
import threading
import webbrowser
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from starlette.applications import Starlette
from uvicorn import Config, Server

from linkreclaim.config import FetchSettings
from linkreclaim.errors import InputError, UsageError
from linkreclaim.web.app import create_app
from linkreclaim.web.security import LOOPBACK_NAMES, Hosts, is_loopback
from linkreclaim.web.sessions import Sessions

LEAST_PASSWORD_CHARACTERS = 8
"""**Source:** NIST SP 800-63B, revision 3, 5.1.1.2."""
GRACE_S = 3
"""How long requests in flight may take to end after Ctrl-C (our choice)."""


@dataclass(frozen=True, slots=True)
class ServeRequest:
    """Where the page is served, and to whom."""

    workspace: Path
    host: str
    port: int  # 0: any that is free
    names: tuple[str, ...]  # further host names under which it is reached
    password: str  # "": the one-time link lets in, on this machine only
    default_name: str  # who decides, unless somebody says otherwise
    settings: FetchSettings  # how audits and verifications ask servers
    open_browser: bool = False


def serve(request: ServeRequest, echo: Callable[[str], None]) -> None:
    """Serve until Ctrl-C; `echo` gets the one line with the address once connections are taken.

    Raises:
        UsageError: the host is no address of this machine, or reaches beyond it without a password; the port is taken.
        WorkspaceError: the workspace cannot be opened.
    """
    family, address = _resolve(request.host, request.port)
    beyond = not is_loopback([address[0]])
    if beyond and not request.password:
        raise UsageError(
            f"--host {request.host} can be reached by other machines: give --password-file FILE or set"
            " LINKRECLAIM_PASSWORD, and put a proxy with TLS before it"
        )
    with listen(family, address) as listening:
        port = listening.getsockname()[1]
        sessions = Sessions(request.default_name, port, request.password)
        names = LOOPBACK_NAMES | {name.lower() for name in request.names} | {_bracketed(request.host.lower())}
        app = create_app(request.workspace, sessions, Hosts(names, any_address=beyond), request.settings)
        url = _url(request, address[0], port, sessions)
        echo(f"linkreclaim is at {url}  (Ctrl-C ends it)")
        if request.open_browser:
            threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()
        configure(app).run(sockets=[listening])


def _resolve(host: str, port: int) -> tuple[socket.AddressFamily, tuple[str, int]]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise UsageError(f"--host {host} is no address of this machine: {reason}") from error
    family, _, _, _, address = min(found, key=lambda each: each[0] != socket.AF_INET)
    return family, (str(address[0]), int(address[1]))


def listen(family: socket.AddressFamily, address: tuple[str, int]) -> socket.socket:
    """A socket that takes connections.

    Raises:
        UsageError: the address cannot be listened on.
    """
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)  # named: else asyncio leaves Nagle on
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind(address)
        listening.listen(128)
    except OSError as error:
        listening.close()
        raise UsageError(
            f"cannot listen on {address[0]} port {address[1]}: {error.strerror or error};"
            " name another with --port, or 0 for any that is free"
        ) from error
    return listening


def _url(request: ServeRequest, address: str, port: int, sessions: Sessions) -> str:
    shown = request.names[0] if request.names else {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(address, address)  # noqa: S104
    origin = f"http://{_bracketed(shown)}:{port}/"
    return origin + (f"enter?{urlencode({'token': sessions.token})}" if sessions.token else "")


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host and not host.startswith("[") else host


def configure(app: Starlette) -> Server:
    """The server of the page: quiet but for faults, no word about its make, and no web sockets.

    `app.state.is_ending()` tells event streams that Ctrl-C was pressed, so that nobody waits for their end.
    """
    config = Config(
        app,
        log_level="warning",
        access_log=False,
        server_header=False,
        ws="none",
        lifespan="on",
        timeout_graceful_shutdown=GRACE_S,
    )
    server = Server(config)
    app.state.is_ending = lambda: server.should_exit
    return server


def read_password(file: Path) -> str:
    """The password in a file: its first line.

    Raises:
        InputError: the file cannot be read, or its password is too short.
    """
    try:
        with file.open(encoding="utf-8") as lines:
            password = lines.readline(1_024).rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot read the password in {file}: {error}") from error
    return check_password(password, str(file))


def check_password(password: str, where: str) -> str:
    """The password, when it is long enough.

    Raises:
        InputError: it is too short.
    """
    if len(password) < LEAST_PASSWORD_CHARACTERS:
        raise InputError(f"the password in {where} is shorter than {LEAST_PASSWORD_CHARACTERS} characters")
    return password
