"""lighttpd, with the file included at the end of its configuration."""

import re
from pathlib import Path

from linkreclaim.redirects.local.interface import FILES_FOLDER, ROOT_FOLDER, Commands, Installed
from linkreclaim.redirects.writers.servers.lighttpd import CONF_FILE, SCRIPT_FILE

_CONF = """
server.port = {port}
server.bind = "127.0.0.1"
server.document-root = "{folder}/{root}"
server.errorlog = "{folder}/error.log"
include "{folder}/{files}/{file}"
"""

_INSTALLED = re.compile(rb'(?<=")/etc/lighttpd/linkreclaim/(?:[a-z0-9._-]+/)?(?=linkreclaim-redirects)')


class Lighttpd:
    """lighttpd 1.4.60 and later with mod_magnet."""

    title = "lighttpd"
    names = ("lighttpd",)
    version_option = "-v"

    def set_up(self, installed: Installed, folder: Path, port: int) -> Commands:
        """One server; the written script itself looks at the host."""
        place, conf = folder.as_posix(), folder / "lighttpd.conf"
        for name in (CONF_FILE, SCRIPT_FILE):
            path = folder / FILES_FOLDER / name
            path.write_bytes(_INSTALLED.sub(f"{place}/{FILES_FOLDER}/".encode(), path.read_bytes()))
        settings = {"port": port, "root": ROOT_FOLDER, "files": FILES_FOLDER, "file": CONF_FILE}
        conf.write_text(_CONF.format(folder=place, **settings), encoding="utf-8")
        return Commands((installed.path, "-tt", "-f", str(conf)), (installed.path, "-D", "-f", str(conf)))
