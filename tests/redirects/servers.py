"""Real servers on loopback: started on their own folder and port, with the files where INSTALL puts them."""

import os
import pwd
import re
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from linkreclaim.redirects import ServerFile

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


def free_port() -> int:
    """A port nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _await_port(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.02)
    raise AssertionError(f"the server did not start: {log.read_text()[-2000:] if log.exists() else ''}")


@contextmanager
def _folder(files: tuple[ServerFile, ...]) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="linkreclaim-test-"))
    folder.chmod(0o755)
    try:
        (folder / "linkreclaim").mkdir()
        (folder / "root").mkdir()
        for file in files:
            (folder / "linkreclaim" / file.name).write_bytes(file.content)
        yield folder
    finally:
        shutil.rmtree(folder)


_INSTALLED = re.compile(rb"(?:/etc/[a-z]+/)?linkreclaim/(?:[a-z0-9._-]+/)?(?=linkreclaim-redirects)")


def _moved(folder: Path) -> None:
    """Let the files name this folder instead of the one that INSTALL names."""
    for path in (folder / "linkreclaim").iterdir():
        path.write_bytes(_INSTALLED.sub(f"{folder}/linkreclaim/".encode(), path.read_bytes()))


@contextmanager
def _running(command: list[str], port: int, log: Path, home: Path | None = None) -> Iterator[RunningServer]:
    """A started server; with a `home`, that is where it keeps its own state."""
    places = {name: str(home) for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME")} if home else {}
    start = time.monotonic()
    environment = {**os.environ, **places}
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
    try:
        _await_port(port, process, log)
        yield RunningServer(port, process.pid, time.monotonic() - start)
    finally:
        process.terminate()
        process.wait(10)


NGINX = """
worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log; daemon off; {user}
events {{ worker_connections 256; }}
http {{
  access_log off; large_client_header_buffers 4 16k;
  client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
  uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  include {folder}/linkreclaim/linkreclaim-redirects-sizes.conf;
  include {folder}/linkreclaim/linkreclaim-redirects.conf;
  {second_site}
  server {{
    listen 127.0.0.1:{port} default_server; server_name site.test;
    include {folder}/linkreclaim/linkreclaim-redirects-server.conf;
    location / {{ return 404; }}
  }}
}}
"""


NGINX_SECOND = """
  include {folder}/linkreclaim/second-linkreclaim-redirects.conf;
  server {{
    listen 127.0.0.1:{port}; server_name second.test;
    include {folder}/linkreclaim/second-linkreclaim-redirects-server.conf;
  }}
"""


@contextmanager
def run_nginx(
    files: tuple[ServerFile, ...], require_program: RequireProgram, second_site: bool = False
) -> Iterator[RunningServer]:
    """nginx with the files included as INSTALL says; answers 404 to everything else.

    With a second site, the files whose names start with `second-` are included for second.test.
    """
    program, port = str(require_program("nginx")), free_port()
    with _folder(files) as folder:
        second = NGINX_SECOND.format(folder=folder, port=port) if second_site else ""
        user = "user root;" if os.geteuid() == 0 else ""
        (folder / "nginx.conf").write_text(NGINX.format(folder=folder, port=port, user=user, second_site=second))
        command = [program, "-p", str(folder), "-e", str(folder / "error.log"), "-c", str(folder / "nginx.conf")]
        tested = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
        assert tested.returncode == 0, tested.stderr[-2000:]
        assert "[warn]" not in tested.stderr, tested.stderr[-2000:]
        with _running(command, port, folder / "error.log") as server:
            yield server


APACHE = """
ServerRoot {folder}
PidFile {folder}/apache.pid
DefaultRuntimeDir {folder}
Listen 127.0.0.1:{port}
ServerName site.test
ErrorLog {folder}/error.log
LimitRequestLine 16000
{user}
{modules}
DocumentRoot {folder}/root
<Directory {folder}/root>
Require all granted
AllowOverride FileInfo
Options FollowSymLinks
</Directory>
<VirtualHost *:{port}>
ServerName site.test
ServerAlias *
{include}
</VirtualHost>
"""


def _apache_modules(program: str) -> str:
    places = [Path("/usr/lib/apache2/modules"), Path("/usr/lib64/httpd/modules"), Path(program).parent / "../modules"]
    folder = next((place for place in places if place.is_dir()), None)
    if folder is None:
        pytest.skip("needs the folder of Apache's modules, which was not found")
    names = ["mpm_event", "authz_core", "rewrite", "unixd"]
    return "\n".join(
        f"LoadModule {name}_module {folder}/mod_{name}.so" for name in names if (folder / f"mod_{name}.so").exists()
    )


def _apache_user() -> str:
    if os.geteuid() != 0:
        return ""
    names = {entry.pw_name for entry in pwd.getpwall()}
    return next(f"User {name}" for name in ("www-data", "apache", "nobody") if name in names)


def to_dbm(files: tuple[ServerFile, ...], require_program: RequireProgram) -> tuple[ServerFile, ...]:
    """Apache's files with the text map turned into a dbm, as INSTALL says."""
    convert = str(require_program("httxt2dbm"))
    with tempfile.TemporaryDirectory() as folder:
        text, dbm = Path(folder, "map.txt"), Path(folder, "linkreclaim-redirects.dbm")
        text.write_bytes(next(file.content for file in files if file.name.endswith(".txt")))
        subprocess.run([convert, "-f", "SDBM", "-i", str(text), "-o", str(dbm)], check=True, capture_output=True)
        tables = tuple(ServerFile(path.name, path.read_bytes()) for path in Path(folder).glob("*.dbm.*"))
    conf = re.sub(rb'(?m)^(?:# )?RewriteMap linkreclaim "txt.*\n', b"", files[0].content)
    conf = conf.replace(b"# RewriteMap linkreclaim ", b"RewriteMap linkreclaim ")
    assert conf.count(b"RewriteMap linkreclaim ") == conf.count(b'"dbm=sdbm:') == 1
    return (ServerFile(files[0].name, conf), *tables)


@contextmanager
def run_apache_dbm(files: tuple[ServerFile, ...], require_program: RequireProgram) -> Iterator[RunningServer]:
    """Apache with the map as dbm."""
    with run_apache(to_dbm(files, require_program), require_program) as server:
        yield server


@contextmanager
def run_apache(files: tuple[ServerFile, ...], require_program: RequireProgram) -> Iterator[RunningServer]:
    """Apache with the include in its virtual host, or the .htaccess in its document root."""
    program, port = str(require_program("apache2", "httpd")), free_port()
    with _folder(files) as folder:
        _moved(folder)
        htaccess = folder / "linkreclaim" / ".htaccess"
        include = "" if htaccess.exists() else "Include linkreclaim/linkreclaim-redirects.conf"
        if htaccess.exists():
            shutil.move(htaccess, folder / "root" / ".htaccess")
        settings = {"folder": folder, "port": port, "include": include, "user": _apache_user()}
        (folder / "apache.conf").write_text(APACHE.format(modules=_apache_modules(program), **settings))
        command = [program, "-f", str(folder / "apache.conf"), "-d", str(folder)]
        tested = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
        assert tested.returncode == 0, tested.stderr[-2000:]
        with _running([*command, "-DFOREGROUND"], port, folder / "error.log") as server:
            yield server


def _checked(command: list[str]) -> None:
    tested = subprocess.run(command, capture_output=True, text=True, check=False)
    assert tested.returncode == 0, (tested.stdout + tested.stderr)[-2000:]
    assert "ALERT" not in tested.stderr


CADDY = """
{{
	admin off
	auto_https off
}}
:{port} {{
	import {folder}/linkreclaim/linkreclaim-redirects.caddy
	handle {{
		respond 404
	}}
}}
"""


@contextmanager
def run_caddy(files: tuple[ServerFile, ...], require_program: RequireProgram) -> Iterator[RunningServer]:
    """Caddy with the file imported into its block."""
    program, port = str(require_program("caddy")), free_port()
    with _folder(files) as folder:
        (folder / "Caddyfile").write_text(CADDY.format(folder=folder, port=port))
        arguments = ["--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]
        with _running([program, "run", *arguments], port, folder / "error.log", home=folder) as server:
            yield server


HAPROXY = """
global
  maxconn 256
defaults
  mode http
  timeout client 10s
  timeout connect 10s
  timeout server 10s
frontend site
  bind 127.0.0.1:{port}
{rules}
  http-request return status 404
"""


@contextmanager
def run_haproxy(files: tuple[ServerFile, ...], require_program: RequireProgram) -> Iterator[RunningServer]:
    """HAProxy with the lines in its frontend."""
    program, port = str(require_program("haproxy")), free_port()
    with _folder(files) as folder:
        _moved(folder)
        rules = (folder / "linkreclaim" / "linkreclaim-redirects.cfg").read_text()
        (folder / "haproxy.cfg").write_text(HAPROXY.format(port=port, rules=rules))
        _checked([program, "-c", "-f", str(folder / "haproxy.cfg")])
        with _running([program, "-db", "-f", str(folder / "haproxy.cfg")], port, folder / "error.log") as server:
            yield server


LIGHTTPD = """
server.port = {port}
server.bind = "127.0.0.1"
server.document-root = "{folder}/root"
server.errorlog = "{folder}/error.log"
server.max-request-field-size = 16384
include "{folder}/linkreclaim/linkreclaim-redirects.conf"
"""


@contextmanager
def run_lighttpd(files: tuple[ServerFile, ...], require_program: RequireProgram) -> Iterator[RunningServer]:
    """lighttpd with the file included at its end."""
    program, port = str(require_program("lighttpd")), free_port()
    modules = [Path("/usr/lib/lighttpd"), Path("/usr/lib64/lighttpd"), Path("/usr/local/lib")]
    if not any((folder / "mod_magnet.so").exists() for folder in modules):
        pytest.skip("needs lighttpd's mod_magnet, which is not installed: make test-deps")
    with _folder(files) as folder:
        _moved(folder)
        (folder / "lighttpd.conf").write_text(LIGHTTPD.format(folder=folder, port=port))
        _checked([program, "-tt", "-f", str(folder / "lighttpd.conf")])
        with _running([program, "-D", "-f", str(folder / "lighttpd.conf")], port, folder / "error.log") as server:
            yield server


START = {
    "nginx": run_nginx,
    "apache": run_apache,
    "apache dbm": run_apache_dbm,
    "htaccess": run_apache,
    "caddy": run_caddy,
    "haproxy": run_haproxy,
    "lighttpd": run_lighttpd,
}
"""How each engine is started; the first word is its writer."""
OWN_SERVERS = sorted({name.split()[0] for name in START})
