"""Server programs of this machine, started with written files before these go live."""

from linkreclaim.redirects.local.apache import Apache
from linkreclaim.redirects.local.caddy import Caddy
from linkreclaim.redirects.local.haproxy import Haproxy
from linkreclaim.redirects.local.interface import Program
from linkreclaim.redirects.local.lighttpd import Lighttpd
from linkreclaim.redirects.local.nginx import Nginx
from linkreclaim.redirects.local.serve import LocalServer, run_server

PROGRAMS: dict[str, Program] = {
    "nginx": Nginx(),
    "apache": Apache(),
    "htaccess": Apache(),
    "caddy": Caddy(),
    "haproxy": Haproxy(),
    "lighttpd": Lighttpd(),
}
"""The program of each engine that has one."""

__all__ = ["PROGRAMS", "LocalServer", "Program", "run_server"]
