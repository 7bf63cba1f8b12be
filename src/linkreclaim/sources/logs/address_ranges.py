"""Address ranges that crawlers' owners publish, as the user fetched them: whose they are, what they hold.

Nothing is fetched here. `known_crawlers.py` names the URL of each file; its name is how a file is known.
"""

import json
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Any

from linkreclaim.errors import InputError
from linkreclaim.sources.cells import show
from linkreclaim.sources.logs.known_crawlers import KNOWN_CRAWLERS, Crawler

MOST_BYTES = 20_000_000
"""Of one file: those published have some hundred ranges, the largest cloud's list of all its ranges 3 MB."""
WIDEST_PREFIX = {4: 8, 6: 16}
"""Ranges with a shorter prefix are refused: they would prove whole continents (our judgement; /16 and /32 occur)."""

_PREFIX_FIELDS = ("ipv4Prefix", "ipv6Prefix")
Network = IPv4Network | IPv6Network


class AddressSet:
    """Addresses of both versions; `holds` takes 2 us, nearly all of it for reading the address."""

    def __init__(self, networks: Iterable[Network]) -> None:
        spans: dict[int, list[tuple[int, int]]] = {4: [], 6: []}
        for network in networks:
            spans[network.version].append((int(network.network_address), int(network.broadcast_address)))
        self._spans = {version: _joined(sorted(pairs)) for version, pairs in spans.items()}

    def holds(self, address: IPv4Address | IPv6Address) -> bool:
        """Whether an address lies in one of the ranges."""
        starts, ends = self._spans[address.version]
        at = bisect_right(starts, int(address)) - 1
        return at >= 0 and int(address) <= ends[at]


@dataclass(frozen=True, slots=True)
class RangeFile:
    """What to tell the user of a file of ranges."""

    path: Path
    owners: tuple[str, ...]  # names of the crawlers that it proves; empty: by its name nobody's, so all of them
    as_of: str  # the date in the file, "" where there is none
    ranges: int

    def describe(self) -> str:
        """One line: googlebot.json: 286 ranges of Google, as of 2026-10-01T00:00:00."""
        noun = "range" if self.ranges == 1 else "ranges"
        owner = " and ".join(self.owners) or "every crawler"
        date = f"as of {self.as_of}" if self.as_of else "no date"
        return f"{self.path.name}: {self.ranges:,} {noun} of {owner}, {date}"


class PublishedRanges:
    """The ranges of some files, by crawler."""

    def __init__(self, files: Sequence[RangeFile] = (), sets: Mapping[str, AddressSet] | None = None) -> None:
        self.files = tuple(files)
        self._sets = dict(sets or {})

    def hold(self, crawler: Crawler, address: str) -> bool:
        """Whether files of this crawler's owner hold the address; False for what is no address."""
        ranges = self._sets.get(crawler.name)
        if ranges is None:
            return False
        try:
            parsed = ip_address(address)
        except ValueError:
            return False
        mapped = parsed.ipv4_mapped if isinstance(parsed, IPv6Address) else None
        return ranges.holds(mapped or parsed)

    def know(self, crawler: Crawler) -> bool:
        """Whether any file tells of this crawler."""
        return crawler.name in self._sets


def load_ranges(paths: Iterable[Path]) -> PublishedRanges:
    """Read files of address ranges.

    Each is JSON as Google, Bing and OpenAI publish it (`prefixes[].ipv4Prefix|ipv6Prefix`, `creationTime`), or text
    with a range as the last word of each line ("#" before a comment), which is also what whois answers. A file named
    as its owner publishes it (googlebot.json) counts for that owner's crawlers; one of any other name is the user's
    word for all of them.

    Raises InputError, naming file and line or entry, when a file cannot be read or something in it is no range.
    """
    told: list[RangeFile] = []
    networks: dict[str, list[Network]] = {}
    for path in paths:
        as_of, ranges = _read_file(path)
        owners = tuple(crawler.name for crawler in KNOWN_CRAWLERS if _is_named_for(crawler, path))
        for name in owners or tuple(crawler.name for crawler in KNOWN_CRAWLERS):
            networks.setdefault(name, []).extend(ranges)
        told.append(RangeFile(path, owners, as_of, len(ranges)))
    return PublishedRanges(told, {name: AddressSet(ranges) for name, ranges in networks.items()})


def _is_named_for(crawler: Crawler, path: Path) -> bool:
    return path.name.lower() in {url.rpartition("/")[2] for url in crawler.range_files}


def _read_file(path: Path) -> tuple[str, list[Network]]:
    text = _read_text(path)
    if text.lstrip().startswith(("{", "[")):
        as_of, found = _read_json(text, path)
    else:
        as_of, found = "", _read_lines(text, path)
    ranges = [_network(entry, place) for entry, place in found]
    if not ranges:
        raise InputError(f"{path} holds no address ranges; fetch it again, or leave it out")
    return as_of, ranges


def _read_text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}") from error
    if len(content) > MOST_BYTES:
        raise InputError(f"{path} is larger than {MOST_BYTES:,} bytes: this is no list of address ranges")
    return content.decode("utf-8-sig", "replace")


def _read_json(text: str, path: Path) -> tuple[str, Iterator[tuple[str, str]]]:
    try:
        told: Any = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path} is no JSON: {error}; fetch it again") from error
    prefixes = told.get("prefixes") if isinstance(told, dict) else None
    if not isinstance(prefixes, list):
        raise InputError(f'{path} has no list "prefixes"; the form is that of {KNOWN_CRAWLERS[0].range_files[0]}')
    as_of = told.get("creationTime")
    return show(as_of) if isinstance(as_of, str) else "", _entries_of(prefixes, path)


def _entries_of(prefixes: list[Any], path: Path) -> Iterator[tuple[str, str]]:
    for number, entry in enumerate(prefixes, start=1):
        values = [entry[field] for field in _PREFIX_FIELDS if field in entry] if isinstance(entry, dict) else []
        if not values:
            raise InputError(f"{path}, entry {number} of prefixes: neither ipv4Prefix nor ipv6Prefix")
        for value in values:
            yield str(value), f"{path}, entry {number} of prefixes"


def _read_lines(text: str, path: Path) -> Iterator[tuple[str, str]]:
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.partition("#")[0].split()
        if words:
            yield words[-1], f"{path}, line {number}"


def _network(text: str, place: str) -> Network:
    try:
        network = ip_network(text, strict=False)
    except ValueError:
        raise InputError(f"{place}: {show(text)!r} is no address range such as 192.0.2.0/24 or 2001:db8::/32") from None
    if network.prefixlen < WIDEST_PREFIX[network.version]:
        raise InputError(f"{place}: {network} is far too wide to be a crawler's")
    return network


def _joined(spans: Sequence[tuple[int, int]]) -> tuple[list[int], list[int]]:
    starts: list[int] = []
    ends: list[int] = []
    for start, end in spans:
        if ends and start <= ends[-1] + 1:
            ends[-1] = max(ends[-1], end)
        else:
            starts.append(start)
            ends.append(end)
    return starts, ends
