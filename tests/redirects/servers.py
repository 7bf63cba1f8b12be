"""Real nginx and Apache on loopback: started on their own folder and port."""

import os
import pwd
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
    deadline = time.monotonic() + 20
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


@contextmanager
def _running(command: list[str], port: int, log: Path) -> Iterator[RunningServer]:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _await_port(port, process, log)
        yield RunningServer(port)
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
  include {folder}/linkreclaim/linkreclaim-redirects.conf;
  server {{
    listen 127.0.0.1:{port}; server_name site.test;
    include {folder}/linkreclaim/linkreclaim-redirects-server.conf;
    location / {{ return 404; }}
  }}
}}
"""


@contextmanager
def run_nginx(files: tuple[ServerFile, ...], require_program: RequireProgram) -> Iterator[RunningServer]:
    """nginx with the two files included as INSTALL says; answers 404 to everything else."""
    program, port = str(require_program("nginx")), free_port()
    with _folder(files) as folder:
        user = "user root;" if os.geteuid() == 0 else ""
        (folder / "nginx.conf").write_text(NGINX.format(folder=folder, port=port, user=user))
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


@contextmanager
def run_apache(files: tuple[ServerFile, ...], require_program: RequireProgram) -> Iterator[RunningServer]:
    """Apache with the include in its virtual host, or the .htaccess in its document root."""
    program, port = str(require_program("apache2", "httpd")), free_port()
    with _folder(files) as folder:
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
