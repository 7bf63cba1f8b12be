"""The room that asks servers: transport, pace per host, robots.txt, address guard, redirects followed by us."""

from linkreclaim.net.curl import CurlTransport
from linkreclaim.net.dns import resolve_host
from linkreclaim.net.fetch import Fetched, Fetcher
from linkreclaim.net.guard import refuse_address, refuse_port
from linkreclaim.net.pace import HostLimits, HostPace, choose_limits
from linkreclaim.net.polite import PoliteTransport
from linkreclaim.net.robots import Robots, RobotsAnswer, RobotsCache
from linkreclaim.net.session import open_fetcher
from linkreclaim.net.transport import Headers, Request, Response, Transport

__all__ = [
    "CurlTransport",
    "Fetched",
    "Fetcher",
    "Headers",
    "HostLimits",
    "HostPace",
    "PoliteTransport",
    "Request",
    "Response",
    "Robots",
    "RobotsAnswer",
    "RobotsCache",
    "Transport",
    "choose_limits",
    "open_fetcher",
    "refuse_address",
    "refuse_port",
    "resolve_host",
]
