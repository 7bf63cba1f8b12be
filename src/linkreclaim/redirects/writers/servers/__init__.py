"""Writers for servers that people run themselves: every one is proved on the real server."""

from linkreclaim.redirects.interface import Writer
from linkreclaim.redirects.writers.servers.apache import ApacheWriter
from linkreclaim.redirects.writers.servers.caddy import CaddyWriter
from linkreclaim.redirects.writers.servers.haproxy import HaproxyWriter
from linkreclaim.redirects.writers.servers.htaccess import HtaccessWriter
from linkreclaim.redirects.writers.servers.lighttpd import LighttpdWriter
from linkreclaim.redirects.writers.servers.nginx import NginxWriter

SERVERS: tuple[Writer, ...] = (
    NginxWriter(),
    ApacheWriter(),
    HtaccessWriter(),
    CaddyWriter(),
    HaproxyWriter(),
    LighttpdWriter(),
)
