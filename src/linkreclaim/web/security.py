"""What stands between the page and everyone else: host names, origins, sizes, headers, and the session.

A page on loopback can be reached by every program and every website open on the machine. Against rebound DNS names
there is the list of hosts; against other websites the origin check and SameSite=Strict; against other users sessions.
"""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from linkreclaim.web.sessions import Sessions

LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})

MAX_FORM_BYTES = 65_536
"""Largest body of somebody who has no session: the login form needs a few hundred bytes."""
MAX_UPLOAD_BYTES = 1 << 30
"""Largest body at all, 1 GiB (our choice). Files that are sent wait on disk, not in memory."""

POLICY = "; ".join(
    (
        "default-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "object-src 'none'",
    )
)
"""No inline script or style, nothing from elsewhere, no frame around. **Source:** Content Security Policy Level 3."""
_POLICY_NAME = "Content-Security-Policy"
HEADERS = {
    _POLICY_NAME: POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
"""Sent with every answer. The referrer policy is not `no-referrer`, under which a browser sends `Origin: null` with our
own forms. **Source:** Fetch, "append a request `Origin` header"."""

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_SAME = frozenset({"same-origin", "none"})
_PUBLIC_PATHS = frozenset({"/enter", "/login"})


@dataclass(frozen=True, slots=True)
class Hosts:
    """Names under which the page may be asked for; any port, as a proxy may stand in front."""

    names: frozenset[str] = LOOPBACK_NAMES
    any_address: bool = False  # plain IP addresses too: no DNS name can be rebound to look like one

    def allow(self, host_header: str) -> bool:
        """Whether a request that names this host is for us."""
        name = _name_of(host_header)
        return name in self.names or (self.any_address and _is_address(name))


def _name_of(host_header: str) -> str:
    if host_header.startswith("["):
        return host_header.partition("]")[0].lower() + "]"
    return host_header.partition(":")[0].lower().rstrip(".")


def _is_address(name: str) -> bool:
    try:
        ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True


def is_cross_origin(method: str, headers: Headers) -> bool:
    """Whether a request that changes something was made by another origin's page.

    **Source:** Go 1.25, `http.CrossOriginProtection`: Sec-Fetch-Site decides; browsers leave it out where the address
    is not trustworthy (plain http beyond loopback), there Origin is compared with Host; no browser sends neither.
    """
    if method in SAFE_METHODS:
        return False
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site not in _SAME
    origin = headers.get("origin")
    return origin is not None and urlsplit(origin).netloc.lower() != headers.get("host", "").lower()


def is_public(path: str) -> bool:
    """Whether a path is open to everybody who passes the checks of host and origin: it shows nothing of a workspace."""
    return path in _PUBLIC_PATHS or path.startswith("/static/")


Refuse = Callable[[Request, int, str], Response]
"""Renders a refusal: (request, status, name of the reason in the catalogue)."""


class Guard:
    """ASGI middleware: every request passes host, origin and session, in this order; every answer gets the headers."""

    def __init__(self, app: ASGIApp, hosts: Hosts, sessions: Sessions, refuse: Refuse) -> None:
        self._app = app
        self._hosts = hosts
        self._sessions = sessions
        self._refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer it with a refusal."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close"})
        elif scope["type"] == "http":
            await self._answer(Request(scope), receive, _with_headers(send, scope["path"]))
        else:
            await self._app(scope, receive, send)

    async def _answer(self, request: Request, receive: Receive, send: Send) -> None:
        session = self._sessions.find(request.cookies)
        request.scope.setdefault("state", {})["session"] = session
        limit = MAX_FORM_BYTES if session is None else MAX_UPLOAD_BYTES
        refusal = self._refusal(request, limit)
        if refusal is None:
            await self._app(request.scope, _capped(receive, limit), send)
        else:
            await refusal(request.scope, receive, send)

    def _refusal(self, request: Request, limit: int) -> Response | None:
        if not self._hosts.allow(request.headers.get("host", "")):
            return self._refuse(request, 400, "host")
        if is_cross_origin(request.method, request.headers):
            return self._refuse(request, 403, "origin")
        if request.state.session is None and not is_public(request.url.path):
            return self._refuse(request, 403, "locked")
        if _told_length(request.headers) > limit:
            return self._refuse(request, 413, "size")
        return None


def _told_length(headers: Headers) -> int:
    told = headers.get("content-length", "")
    return int(told) if told.isascii() and told.isdigit() else 0


def _capped(receive: Receive, limit: int) -> Receive:
    """The same body, broken off where it gets too large: a chunked one does not say its length beforehand."""
    taken = 0

    async def take() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > limit:
            raise HTTPException(413)
        return message

    return take


def _with_headers(send: Send, path: str) -> Callable[[Message], Awaitable[None]]:
    async def give(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            if path.startswith("/static/"):
                headers.setdefault("Cache-Control", "no-cache")  # kept, and asked for anew by their ETag
            add_headers(headers)
        await send(message)

    return give


def add_headers(headers: MutableHeaders) -> None:
    """Put the headers of every answer in place; unless an answer says otherwise, nobody keeps it.

    An answer that is no page of ours, such as a report, may bring a policy of its own.
    """
    headers.update({**HEADERS, _POLICY_NAME: headers.get(_POLICY_NAME, POLICY)})
    headers.setdefault("Cache-Control", "no-store")


def is_loopback(addresses: Iterable[str]) -> bool:
    """Whether all of some IP addresses stay on this machine."""
    return all(ip_address(address.partition("%")[0]).is_loopback for address in addresses)
