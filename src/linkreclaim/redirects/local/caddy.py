"""Caddy, with the file imported into the block of a site without TLS."""

from pathlib import Path

from linkreclaim.redirects.local.interface import FILES_FOLDER, Commands, Installed
from linkreclaim.redirects.writers.servers.caddy import FILE

_CADDYFILE = """
{{
	admin off
	auto_https off
}}
http://:{port} {{
	bind 127.0.0.1
	import {files}/{file}
	handle {{
		respond 404
	}}
}}
"""


class Caddy:
    """Caddy 2.6 and later."""

    title = "Caddy"
    names = ("caddy",)
    version_option = "version"

    def set_up(self, installed: Installed, folder: Path, port: int) -> Commands:
        """One block that answers to every host."""
        conf = folder / "Caddyfile"
        files = (folder / FILES_FOLDER).as_posix()
        conf.write_text(_CADDYFILE.format(files=files, file=FILE, port=port), encoding="utf-8")
        arguments = ("--config", conf.as_posix(), "--adapter", "caddyfile")
        return Commands((installed.path, "validate", *arguments), (installed.path, "run", *arguments))
