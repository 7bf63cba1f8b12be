"""URLs and domains become ids: each is stored once, under its match key."""

import json
from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, func, select, text

from linkreclaim.store.schema import url
from linkreclaim.urls import match_key, registrable_domain

_KNOWN_URLS = text("SELECT url.key, url.id FROM json_each(:keys) AS asked JOIN url ON url.key = asked.value")
_KNOWN_DOMAINS = text(
    "SELECT domain.name, domain.id FROM json_each(:keys) AS asked JOIN domain ON domain.name = asked.value"
)
_DOMAIN_CACHE_MAX = 50_000


class Interner:
    """Gives URLs their ids, making those that are new. One writer at a time (the caller's transaction) uses it."""

    def __init__(self) -> None:
        self._domains: dict[str, int] = {}

    def ids(self, connection: Connection, urls: Mapping[str, str]) -> dict[str, int]:
        """Ids of URLs given as {match key: URL as written}. Cost: about 5 us for each new one."""
        known: dict[str, int] = {}
        known.update((key, n) for key, n in connection.execute(_KNOWN_URLS, {"keys": json.dumps(list(urls))}))
        new = [key for key in urls if key not in known]
        if not new:
            return known
        new.sort()  # neighbours in the index stay neighbours in time
        owners = [registrable_domain(key_host(key)) for key in new]
        domain_ids = self.domain_ids(connection, set(owners))
        first = (connection.scalar(select(func.max(url.c.id))) or 0) + 1
        rows = [
            (first + n, key, urls[key], domain_ids[owner])
            for n, (key, owner) in enumerate(zip(new, owners, strict=True))
        ]
        connection.exec_driver_sql("INSERT INTO url (id, key, url, domain_id) VALUES (?, ?, ?, ?)", rows)
        known.update((key, number) for number, key, _, _ in rows)
        return known

    def id_of(self, connection: Connection, address: str) -> int:
        """Id of one URL, which must be http(s).

        Raises:
            ValueError: it is not.
        """
        key = match_key(address)
        if key is None:
            raise ValueError(f"not an http(s) URL: {address!r}")
        return self.ids(connection, {key: address})[key]

    def domain_ids(self, connection: Connection, names: set[str]) -> dict[str, int]:
        """Ids of registrable domains, making those that are new."""
        missing = [name for name in names if name not in self._domains]
        if missing:
            if len(self._domains) > _DOMAIN_CACHE_MAX:
                self._domains.clear()
                missing = list(names)
            self._domains.update(
                (name, n) for name, n in connection.execute(_KNOWN_DOMAINS, {"keys": json.dumps(missing)})
            )
            new = sorted(name for name in missing if name not in self._domains)
            if new:
                connection.exec_driver_sql("INSERT INTO domain (name) VALUES (?)", [(name,) for name in new])
                self._domains.update(
                    (name, n) for name, n in connection.execute(_KNOWN_DOMAINS, {"keys": json.dumps(new)})
                )
        return {name: self._domains[name] for name in names}


def key_host(key: str) -> str:
    """Host (with :port) of a match key."""
    return key.split("/", 1)[0]


def keys_of(urls: Iterable[str]) -> dict[str, str]:
    """{match key: first spelling} of the http(s) URLs among `urls`."""
    found: dict[str, str] = {}
    for address in urls:
        key = match_key(address)
        if key is not None:
            found.setdefault(key, address)
    return found
