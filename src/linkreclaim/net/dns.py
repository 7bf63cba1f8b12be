"""Does a host name exist at all? The question that decides whether a former domain is gone."""

import asyncio
import socket
from collections.abc import Awaitable, Callable

ASK_AGAIN_AFTER_S = 0.5
"""Pause before a "no" is asked for again: one resolver's slip must not bury a domain (our judgement)."""

_NO_SUCH_NAME = frozenset(code for code in (socket.EAI_NONAME, getattr(socket, "EAI_NODATA", None)) if code is not None)
"""RFC 3493, 6.1: the name is unknown, or known without an address. Some systems have only the first."""

Lookup = Callable[[str], Awaitable[object]]
"""Looks one name up; raises socket.gaierror where the system's resolver would."""


async def resolve_host(
    host: str, *, lookup: Lookup | None = None, ask_again_after_s: float = ASK_AGAIN_AFTER_S
) -> bool | None:
    """True: it has an address (an IP literal has). False: no such name, or no address, asked twice. None: cannot tell.

    A temporary failure of the resolver or of the name's servers is None, never False.
    """
    look_up = lookup or _system_lookup
    first = await _ask(host, look_up)
    if first is not False:
        return first
    await asyncio.sleep(ask_again_after_s)
    return await _ask(host, look_up)


async def _ask(host: str, look_up: Lookup) -> bool | None:
    try:
        await look_up(host.strip("[]"))
    except UnicodeError:  # a label that is empty or longer than 63 bytes can be in no zone
        return False
    except socket.gaierror as error:
        return False if error.errno in _NO_SUCH_NAME else None
    except OSError:
        return None
    return True


async def _system_lookup(host: str) -> object:
    return await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
