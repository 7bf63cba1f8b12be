"""One request, one answer: what every way of asking a server looks like to the rest of the program."""

from dataclasses import dataclass
from typing import Literal, Protocol

from linkreclaim.model.verdicts import FailureKind
from linkreclaim.urls import Url

Headers = tuple[tuple[str, str], ...]
"""Header fields in their order. Names of an answer are lower case; values are bytes read as Latin-1."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request to one URL; redirects are answers here, they are followed by the fetcher."""

    url: Url
    method: Literal["GET", "HEAD"] = "GET"
    headers: Headers = ()
    max_body_bytes: int = 65_536  # of the decompressed body
    total_timeout_s: float | None = None  # None: the settings' own
    second_try: bool = True  # where trouble may pass; False for those who ask again later by themselves
    urgent: bool = False  # it finishes what is begun: its turn comes before those of the host's other requests


@dataclass(frozen=True, slots=True)
class Response:
    """What came back: an answer (`failure` None), or why there is none.

    A failed response keeps the status and headers that had arrived before the trouble.
    """

    status_code: int | None
    headers: Headers = ()
    body: bytes = b""
    truncated: bool = False  # the body went on beyond the limit, or the server closed before its announced end
    failure: FailureKind | None = None
    failure_detail: str = ""

    def header(self, name: str) -> str | None:
        """The first value of a header field (`name` in any case), None when it is absent."""
        wanted = name.lower()
        return next((value for field, value in self.headers if field == wanted), None)


class Transport(Protocol):
    """Sends requests. Trouble on the network is a value of the response, never an exception."""

    async def send(self, request: Request) -> Response:
        """Ask once, follow nothing; returns when the answer is read, cut, or has failed."""
        ...

    async def close(self) -> None:
        """Close all connections; the transport cannot be used any more."""
        ...
