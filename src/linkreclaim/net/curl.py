"""The transport on libcurl: connections kept and reused, every address checked at the moment of connecting."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

import pycurl

from linkreclaim.config import FetchSettings
from linkreclaim.model.verdicts import FailureKind
from linkreclaim.net.certificates import find_ca_file
from linkreclaim.net.dns import resolve_host
from linkreclaim.net.exchange import Exchange, RefuseAddress
from linkreclaim.net.guard import refuse_address, refuse_port
from linkreclaim.net.multi import CurlError, CurlLoop
from linkreclaim.net.transport import Request, Response
from linkreclaim.urls import Url

CONNECTIONS_KEPT = 512
"""Connections kept open, idle ones included, so that a host asked again still has its own: a list asks some 256 hosts
by turns. Our measurement, 128 in flight: 50 hosts cost as much CPU as with 1,024, and two fifths more with 256; 2,000
hosts over TLS peak at 193 MB instead of 250, and with 256 cost half as much again."""

HOSTS_UNKNOWN = 50_000
"""Names remembered that do not exist, the latest: 0.1 KB each, so 5 MB."""


class CurlTransport:
    """Sends requests through libcurl, at most `settings.concurrency` at a time. Make it inside a running event loop.

    No proxies from the environment, no .netrc, no redirects, no cookies; HTTP/2 where a TLS server offers it; IPv4
    first, because a broken IPv6 look-up costs libcurl 5 s (our measurement), and IPv6 where a host has nothing else.
    Certificates are checked against `find_ca_file()`. Cost: about 0.1 CPU s per 1,000 GETs of 33 KB pages.
    """

    def __init__(
        self,
        settings: FetchSettings,
        *,
        refuse: RefuseAddress | None = None,
        resolve: Callable[[str], Awaitable[bool | None]] = resolve_host,
    ) -> None:
        """`refuse` replaces the address rule that `settings.allow_private` would choose."""
        self._settings = settings
        self._refuse = refuse or (_refuse_nothing if settings.allow_private else refuse_address)
        self._resolve = resolve
        self._ca_file = find_ca_file()
        self._curls = CurlLoop(count_connections(settings.concurrency))
        self._idle: list[Exchange] = []
        self._unmade = settings.concurrency  # handles that may still be made
        self._waiting: deque[asyncio.Future[Exchange]] = deque()
        self._unknown_hosts: dict[str, None] = {}  # in the order in which they were found out

    async def send(self, request: Request) -> Response:
        """Ask once; see Transport. A host found not to exist is not looked up again by this transport."""
        url = request.url
        port_refusal = refuse_port(url)
        if port_refusal is not None:
            return Response(None, failure=FailureKind.UNSUPPORTED, failure_detail=port_refusal)
        if url.host in self._unknown_hosts:
            return _no_such_host(url)
        exchange = self._take_idle() or await self._wait_for_idle()
        try:
            error = await self._perform(exchange, request)
            response = exchange.read_response(error)
        finally:
            self._hand_on(exchange)
        if error is not None and error[0] == pycurl.E_COULDNT_RESOLVE_HOST:
            return await self._judge_unresolved(url)
        return response

    async def close(self) -> None:
        """Close all connections; requests in flight are cancelled."""
        self._curls.close()
        for exchange in self._idle:
            exchange.curl.close()
        self._idle.clear()

    def _take_idle(self) -> Exchange | None:
        if self._idle:
            return self._idle.pop()
        if not self._unmade:
            return None
        self._unmade -= 1
        return Exchange(self._settings, self._refuse, self._ca_file)

    async def _wait_for_idle(self) -> Exchange:
        handed: asyncio.Future[Exchange] = asyncio.get_running_loop().create_future()
        self._waiting.append(handed)
        try:
            return await handed
        except asyncio.CancelledError:
            if not handed.cancelled():  # we are cancelled with the handle already in hand
                self._hand_on(handed.result())
            raise

    def _hand_on(self, exchange: Exchange) -> None:
        while self._waiting:
            handed = self._waiting.popleft()
            if not handed.done():  # those who were cancelled wait no more
                handed.set_result(exchange)
                return
        self._idle.append(exchange)

    async def _perform(self, exchange: Exchange, request: Request) -> CurlError | None:
        is_ipv6 = request.url.host.startswith("[")
        version = pycurl.IPRESOLVE_V6 if is_ipv6 else pycurl.IPRESOLVE_V4
        exchange.prepare(request, version)
        error = await self._curls.perform(exchange.curl)
        if error is None:
            return None
        if error[0] == pycurl.E_COULDNT_RESOLVE_HOST and not is_ipv6:
            exchange.prepare(request, pycurl.IPRESOLVE_V6)
            return await self._curls.perform(exchange.curl)
        if exchange.misread(error):  # a server that lies about its encoding; the page may be there all the same
            exchange.prepare(request, version, decode=False)
            return await self._curls.perform(exchange.curl)
        return error

    async def _judge_unresolved(self, url: Url) -> Response:
        """libcurl does not say whether a name is unknown or could not be asked for; the system's resolver does."""
        if await self._resolve(url.host) is False:
            self._unknown_hosts[url.host] = None
            if len(self._unknown_hosts) > HOSTS_UNKNOWN:
                del self._unknown_hosts[next(iter(self._unknown_hosts))]
            return _no_such_host(url)
        detail = f"the address of {url.host} could not be looked up just now"
        return Response(None, failure=FailureKind.DNS_TEMPORARY, failure_detail=detail)


def count_connections(concurrency: int) -> int:
    """How many connections to keep open: at most half of the files that this process may open."""
    wanted = max(concurrency, CONNECTIONS_KEPT)
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return wanted
    allowed, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return wanted if allowed == resource.RLIM_INFINITY else max(concurrency, min(wanted, allowed // 2))


def _no_such_host(url: Url) -> Response:
    detail = f"the host name {url.host} does not exist in the DNS, or has no address"
    return Response(None, failure=FailureKind.DNS, failure_detail=detail)


def _refuse_nothing(_ip: str) -> str | None:
    return None
