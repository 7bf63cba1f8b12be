"""Proof by names: an address resolves to a name of a crawler's owner, and that name resolves back to the address.

Who owns an address may give it any name, so only the way back proves something. Sources: Google, "Verify requests
from Google crawlers and fetchers"; Yandex, "How to check that a robot belongs to Yandex".
"""

import socket
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from ipaddress import ip_address
from queue import Empty, SimpleQueue
from threading import Thread

from linkreclaim.net.guard import refuse_address
from linkreclaim.sources.logs.known_crawlers import KNOWN_CRAWLERS

TIMEOUT_S = 5.0
"""Without any answer before the rest is given up: the system's resolver asks a second time after five seconds
(resolv.conf(5), options timeout)."""
MOST_IDLE_S = 60.0
"""Of such waiting in vain altogether, before nothing is asked for any more (our judgement)."""
THREADS = 16
"""At once (our judgement): a thousand addresses take seconds, and no resolver is flooded."""
MOST_ADDRESSES = 20_000
"""Asked for by one reader at most (our judgement); further ones are not told."""

_NO_SUCH_NAME = frozenset(code for code in (socket.EAI_NONAME, getattr(socket, "EAI_NODATA", None)) if code is not None)
_ALL_DOMAINS = frozenset(domain for crawler in KNOWN_CRAWLERS for domain in crawler.domains)


def system_name(address: str) -> str:
    """The name that the system's resolver has for an address; raises socket.gaierror where it has none."""
    place = (address, 0, 0, 0) if ":" in address else (address, 0)
    return socket.getnameinfo(place, socket.NI_NAMEREQD)[0]


def system_addresses(name: str) -> list[str]:
    """The addresses that the system's resolver has for a name; raises socket.gaierror where it has none."""
    return [str(found[4][0]) for found in socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)]


class ReverseDns:
    """Asks for names of addresses and back, with threads and a limit on time; remembers what it was told.

    Private and reserved addresses are never asked for. A name that is below no known crawler's domain is not followed.
    """

    def __init__(
        self,
        name_of: Callable[[str], str] = system_name,
        addresses_of: Callable[[str], Iterable[str]] = system_addresses,
        *,
        timeout_s: float = TIMEOUT_S,
        threads: int = THREADS,
        most_addresses: int = MOST_ADDRESSES,
    ) -> None:
        self._name_of = name_of
        self._addresses_of = addresses_of
        self._timeout_s = timeout_s
        self._threads = threads
        self._most_addresses = most_addresses
        self._names: dict[str, str | None] = {}
        self._idle_s = 0.0

    def is_below(self, address: str, domains: Iterable[str]) -> bool | None:
        """Whether the address proves to be one of these domains'; None when it could not be told."""
        self.look_up((address,))
        name = self._names.get(address)
        return None if name is None else _is_below(name, domains)

    def look_up(self, addresses: Iterable[str]) -> None:
        """Ask for many addresses at once; those known already are not asked for again.

        Returns when all are answered, or when none has been for `timeout_s`: the rest then stays untold.
        """
        wanted = deque(self._new(addresses))
        waiting = len(wanted)
        answers: SimpleQueue[tuple[str, str | None]] = SimpleQueue()
        for _ in range(min(self._threads, waiting)):
            Thread(target=self._ask, args=(wanted, answers), daemon=True).start()
        while waiting:
            try:
                address, name = answers.get(timeout=self._timeout_s)
            except Empty:
                wanted.clear()
                self._idle_s += self._timeout_s
                return
            self._names[address] = name
            waiting -= 1

    def _new(self, addresses: Iterable[str]) -> Iterator[str]:
        for address in addresses:
            if self._idle_s >= MOST_IDLE_S:
                return
            if address not in self._names and len(self._names) < self._most_addresses:
                self._names[address] = None
                if refuse_address(address) is None:
                    yield address

    def _ask(self, wanted: deque[str], answers: SimpleQueue[tuple[str, str | None]]) -> None:
        while True:
            try:
                address = wanted.popleft()
            except IndexError:
                return
            answers.put((address, self._confirmed_name(address)))

    def _confirmed_name(self, address: str) -> str | None:
        """The name that leads back to the address, "" where there is none, None where it cannot be told."""
        try:
            name = self._name_of(address).lower().rstrip(".")
            if not _is_below(name, _ALL_DOMAINS):
                return ""
            found = {ip_address(back.partition("%")[0]) for back in self._addresses_of(name)}
        except socket.gaierror as error:
            return "" if error.errno in _NO_SUCH_NAME else None
        except (OSError, ValueError):  # ValueError: a name or an address that is none
            return None
        return name if ip_address(address) in found else ""


def _is_below(name: str, domains: Iterable[str]) -> bool:
    return name.endswith(tuple(f".{domain}" for domain in domains))
