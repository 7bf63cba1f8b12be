"""HAProxy, with the lines in its frontend and the maps beside them."""

import re
from pathlib import Path

from linkreclaim.redirects.local.interface import FILES_FOLDER, Commands, Installed
from linkreclaim.redirects.writers.servers.haproxy import CONF_FILE

_CFG = """
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

_INSTALLED = re.compile(r"(?<=\()/etc/haproxy/linkreclaim/(?:[a-z0-9._-]+/)?(?=linkreclaim-redirects)")


class Haproxy:
    """HAProxy 2.2 and later."""

    title = "HAProxy"
    names = ("haproxy",)
    version_option = "-v"

    def set_up(self, installed: Installed, folder: Path, port: int) -> Commands:
        """One frontend; the written lines themselves look at the host."""
        files, conf = folder / FILES_FOLDER, folder / "haproxy.cfg"
        rules = _INSTALLED.sub(f"{files.as_posix()}/", (files / CONF_FILE).read_text(encoding="utf-8"))
        conf.write_text(_CFG.format(port=port, rules=rules), encoding="utf-8")
        return Commands((installed.path, "-c", "-f", str(conf)), (installed.path, "-db", "-f", str(conf)))
