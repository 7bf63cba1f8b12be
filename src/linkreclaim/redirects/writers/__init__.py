"""One writer for each kind of server, by the name it has on the command line."""

from linkreclaim.redirects.interface import Writer
from linkreclaim.redirects.writers.hosted import HOSTED
from linkreclaim.redirects.writers.servers import SERVERS

WRITERS: dict[str, Writer] = {writer.engine: writer for writer in (*SERVERS, *HOSTED)}
