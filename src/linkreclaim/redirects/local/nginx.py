"""nginx, with the three files included where INSTALL says."""

import os
from pathlib import Path

from linkreclaim.redirects.local.interface import FILES_FOLDER, Commands, Installed

_ERROR_LOG_OPTION_SINCE = (1, 19, 5)
"""**Source:** nginx.org/en/docs/switches.html: "-e file ... (1.19.5)"."""

_CONF = """
worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log; daemon off; {user}
events {{ worker_connections 256; }}
http {{
  access_log off;
  client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
  uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  include {files}/linkreclaim-redirects-sizes.conf;
  include {files}/linkreclaim-redirects.conf;
  server {{
    listen 127.0.0.1:{port} default_server; server_name _;
    include {files}/linkreclaim-redirects-server.conf;
    location / {{ return 404; }}
  }}
}}
"""


class Nginx:
    """nginx 1.18 and later."""

    title = "nginx"
    names = ("nginx",)
    version_option = "-v"

    def set_up(self, installed: Installed, folder: Path, port: int) -> Commands:
        """One server that answers to every host. Started by root, its workers stay root: the folder is root's own."""
        user = "user root;" if os.name == "posix" and os.geteuid() == 0 else ""
        place, conf = folder.as_posix(), folder / "nginx.conf"
        conf.write_text(_CONF.format(folder=place, files=f"{place}/{FILES_FOLDER}", port=port, user=user), "utf-8")
        log = ("-e", f"{place}/error.log") if installed.numbers >= _ERROR_LOG_OPTION_SINCE else ()
        serve = (installed.path, "-p", place, *log, "-c", conf.as_posix())
        return Commands((*serve, "-t"), serve)
