"""One writer for each kind of server, by the name it has on the command line."""

from linkreclaim.redirects.interface import Writer
from linkreclaim.redirects.writers.apache import ApacheWriter
from linkreclaim.redirects.writers.cloudflare import CloudflareWriter
from linkreclaim.redirects.writers.htaccess import HtaccessWriter
from linkreclaim.redirects.writers.netlify import NetlifyWriter
from linkreclaim.redirects.writers.nginx import NginxWriter

_ALL: tuple[Writer, ...] = (NginxWriter(), ApacheWriter(), HtaccessWriter(), NetlifyWriter(), CloudflareWriter())

WRITERS: dict[str, Writer] = {writer.engine: writer for writer in _ALL}
