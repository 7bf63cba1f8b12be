"""Real servers on loopback, started as `redirects write --prove` starts them, and asked with any bytes."""

import re
import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from linkreclaim.redirects import ServerFile
from linkreclaim.redirects.local import PROGRAMS, Program, run_server
from linkreclaim.redirects.local.interface import FILES_FOLDER, Commands, Installed
from linkreclaim.redirects.local.nginx import Nginx

RequireProgram = Callable[..., Path]
Found = tuple[int, str | None]
"""(status, Location)"""


@dataclass(frozen=True)
class RunningServer:
    """A server on loopback that can be asked with any bytes."""

    port: int
    process: int  # its id; servers may have children
    started_s: float  # from its start until it took connections

    def ask(self, request_target: bytes, host: str = "site.test") -> Found:
        """Send one GET exactly as given."""
        head = b"GET " + request_target + b" HTTP/1.1\r\nHost: " + host.encode() + b"\r\nConnection: close\r\n\r\n"
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as connection:
            connection.sendall(head)
            answer = b""
            while block := connection.recv(65_536):
                answer += block
        lines = answer.partition(b"\r\n\r\n")[0].split(b"\r\n")
        locations = [line[10:].decode("latin-1") for line in lines if line.lower().startswith(b"location: ")]
        assert len(locations) < 2, lines
        return int(lines[0].split()[1]), locations[0] if locations else None


Running = AbstractContextManager[RunningServer]


def require_server(engine: str, require_program: RequireProgram) -> None:
    """Skip where the program of an engine, or a part of it that we need, is not installed."""
    require_program(*PROGRAMS[engine].names)
    folders = [Path("/usr/lib/lighttpd"), Path("/usr/lib64/lighttpd"), Path("/usr/local/lib")]
    if engine == "lighttpd" and not any((folder / "mod_magnet.so").exists() for folder in folders):
        pytest.skip("needs lighttpd's mod_magnet, which is not installed: make test-deps")


class TwoSites(Nginx):
    """nginx with the files whose names start with `second-` included for second.test."""

    def set_up(self, installed: Installed, folder: Path, port: int) -> Commands:
        """The usual configuration, and a second server in it."""
        commands = super().set_up(installed, folder, port)
        second = f"{folder}/{FILES_FOLDER}/second-linkreclaim-redirects"
        block = f"server {{ listen 127.0.0.1:{port}; server_name second.test; include {second}-server.conf; }}"
        conf = folder / "nginx.conf"
        conf.write_text(f"{conf.read_text().rstrip().removesuffix('}')}\ninclude {second}.conf;\n{block}\n}}\n")
        return commands


class Proxying(Nginx):
    """nginx that hands everything else on to another server."""

    def __init__(self, origin: str) -> None:
        self._origin = origin

    def set_up(self, installed: Installed, folder: Path, port: int) -> Commands:
        """The usual configuration, with a proxy in the place of its 404."""
        commands = super().set_up(installed, folder, port)
        conf = folder / "nginx.conf"
        before = conf.read_text()
        conf.write_text(before.replace("return 404;", f"proxy_pass {self._origin};"))
        assert conf.read_text() != before
        return commands


@contextmanager
def run_engine(
    engine: str, files: tuple[ServerFile, ...], require_program: RequireProgram, program: Program | None = None
) -> Iterator[RunningServer]:
    """The server of an engine, which takes the files without a warning and answers 404 to everything else."""
    require_server(engine, require_program)
    with run_server(program or PROGRAMS[engine], files) as server:
        assert "[warn]" not in server.checked, server.checked
        assert "ALERT" not in server.checked, server.checked
        yield RunningServer(server.port, server.process, server.started_s)


def run_nginx(files: tuple[ServerFile, ...], require_program: RequireProgram, second_site: bool = False) -> Running:
    """nginx, with a second site where the files have one."""
    return run_engine("nginx", files, require_program, TwoSites() if second_site else None)


def run_apache(files: tuple[ServerFile, ...], require_program: RequireProgram) -> Running:
    """Apache with the include in its virtual host, or the .htaccess in its document root."""
    return run_engine("apache", files, require_program)


def run_apache_dbm(files: tuple[ServerFile, ...], require_program: RequireProgram) -> Running:
    """Apache with the map as dbm."""
    require_program("httxt2dbm")
    conf = re.sub(rb'(?m)^(?:# )?RewriteMap linkreclaim "txt.*\n', b"", files[0].content)
    conf = conf.replace(b"# RewriteMap linkreclaim ", b"RewriteMap linkreclaim ")
    assert conf.count(b"RewriteMap linkreclaim ") == conf.count(b'"dbm=sdbm:') == 1
    return run_apache((ServerFile(files[0].name, conf), *files[1:]), require_program)


START: dict[str, Callable[[tuple[ServerFile, ...], RequireProgram], Running]] = {
    "nginx": run_nginx,
    "apache": run_apache,
    "apache dbm": run_apache_dbm,
    "htaccess": run_apache,
    "caddy": partial(run_engine, "caddy"),
    "haproxy": partial(run_engine, "haproxy"),
    "lighttpd": partial(run_engine, "lighttpd"),
}
"""How each engine is started; the first word is its writer."""
OWN_SERVERS = sorted({name.split()[0] for name in START})
