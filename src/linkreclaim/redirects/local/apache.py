"""Apache, with the include in its virtual host or the .htaccess in its document root."""

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from linkreclaim.errors import LinkreclaimError
from linkreclaim.redirects.local.find import find_program
from linkreclaim.redirects.local.interface import FILES_FOLDER, ROOT_FOLDER, Commands, Installed
from linkreclaim.redirects.local.run import run_capped
from linkreclaim.redirects.writers.servers.apache import CONF_FILE, DBM_FILE, MAP_FILE

HTACCESS_FILE = ".htaccess"

_CONF = """
ServerRoot {folder}
PidFile {folder}/apache.pid
DefaultRuntimeDir {folder}
Listen 127.0.0.1:{port}
ServerName localhost
ErrorLog {folder}/error.log
LogLevel error
{user}
{modules}
DocumentRoot {folder}/{root}
<Directory {folder}/{root}>
Require all granted
AllowOverride FileInfo
Options FollowSymLinks
</Directory>
<VirtualHost *:{port}>
ServerName localhost
ServerAlias *
{include}
</VirtualHost>
"""

_MODULES = ("authz_core", "rewrite", "unixd")
_PROCESS_MODELS = ("mpm_event", "mpm_worker", "mpm_prefork", "mpm_winnt")
"""One of them must be there, in the program itself or as a module."""

_MODULE_FOLDERS = (
    "/usr/lib/apache2/modules",  # Debian
    "/usr/lib64/httpd/modules",  # Red Hat
    "/usr/lib/httpd/modules",  # Arch, 32-bit Red Hat
    "/usr/lib64/apache2",  # SUSE
    "/usr/lib/apache2",  # Alpine
    "/usr/libexec/apache2",  # macOS
    "/opt/homebrew/lib/httpd/modules",
    "/usr/local/lib/httpd/modules",
)
"""From the packages' file lists and documentation; Debian's is tried by our tests."""

_USERS = ("www-data", "apache", "wwwrun", "http", "_www", "nobody")
"""Apache refuses to answer as root; the names that packages give its user, from documentation."""

_HTTPD_ROOT = re.compile(r'HTTPD_ROOT="([^"]+)"')
_INSTALLED = re.compile(rb'(?m)^(RewriteMap linkreclaim "[a-z=]+:)(?:[^/"\n]+/)*(?=linkreclaim-redirects\.)')
_USED_DBM = re.compile(rb'(?m)^RewriteMap linkreclaim "dbm=')


class Apache:
    """Apache 2.4."""

    title = "Apache"
    names = ("apache2", "httpd")
    version_option = "-v"

    def set_up(self, installed: Installed, folder: Path, port: int) -> Commands:
        """One virtual host that answers to every host. Started by root, it answers as the user of its package."""
        files = folder / FILES_FOLDER
        if (files / HTACCESS_FILE).exists():
            shutil.move(files / HTACCESS_FILE, folder / ROOT_FOLDER / HTACCESS_FILE)
            include = ""
        else:
            _move_map(files)
            include = f"Include {FILES_FOLDER}/{CONF_FILE}"
        settings = {"folder": folder.as_posix(), "port": port, "root": ROOT_FOLDER, "include": include}
        conf = folder / "apache.conf"
        modules = "\n".join(_load_modules(installed, folder))
        conf.write_text(_CONF.format(modules=modules, user=_user(), **settings), encoding="utf-8")
        command = (installed.path, "-f", conf.as_posix(), "-d", folder.as_posix())
        return Commands((*command, "-t"), (*command, "-DFOREGROUND"))


def _move_map(files: Path) -> None:
    """Let the include read the map beside it, as dbm where it says so, made by the program that INSTALL names."""
    conf = files / CONF_FILE
    content = _INSTALLED.sub(rb"\g<1>" + FILES_FOLDER.encode() + b"/", conf.read_bytes())
    conf.write_bytes(content)
    if _USED_DBM.search(content) is None:
        return
    program = find_program("httxt2dbm")
    if program is None:
        raise LinkreclaimError("httxt2dbm is not installed here, and a map of so many lines needs it (see INSTALL)")
    done = run_capped((program, "-f", "SDBM", "-i", str(files / MAP_FILE), "-o", str(files / DBM_FILE)), files)
    if done.code != 0:
        raise LinkreclaimError(f"httxt2dbm cannot make the dbm: {done.text}")
    for path in files.iterdir():
        path.chmod(0o644)


def _load_modules(installed: Installed, folder: Path) -> Iterator[str]:
    """LoadModule for what is there as a module; what is not, is in the program itself, or the check tells it."""
    places = (place for place in _module_folders(installed, folder) if (place / "mod_rewrite.so").is_file())
    place = next(places, None)
    if place is None:
        return
    models = [name for name in _PROCESS_MODELS if (place / f"mod_{name}.so").is_file()]
    for name in (*models[:1], *_MODULES):
        if (place / f"mod_{name}.so").is_file():
            yield f"LoadModule {name}_module {(place / f'mod_{name}.so').as_posix()}"


def _module_folders(installed: Installed, folder: Path) -> Iterator[Path]:
    yield from map(Path, _MODULE_FOLDERS)
    found = _HTTPD_ROOT.search(run_capped((installed.path, "-V"), folder).text)
    if found is not None:
        yield Path(found[1]) / "modules"
    yield Path(installed.path).parent.parent / "modules"


def _user() -> str:
    if os.name != "posix" or os.geteuid() != 0:
        return ""
    import pwd  # not on Windows

    names = {entry.pw_name for entry in pwd.getpwall()}
    return "".join(f"User {name}" for name in [name for name in _USERS if name in names][:1])
