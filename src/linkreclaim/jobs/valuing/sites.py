"""Which site some exports are about, where nobody says it."""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from linkreclaim.errors import InputError, UsageError
from linkreclaim.jobs.judging.match_inputs import NO_HOST
from linkreclaim.model.links import Claim
from linkreclaim.model.sites import UNNAMED_HOST, Site
from linkreclaim.sources.source import open_sources
from linkreclaim.store.interning import key_host
from linkreclaim.urls import match_key, parse_lenient, registrable_domain

ROWS_LOOKED_AT = 2_000


def site_of(
    named: str | None,
    old_hosts: Iterable[str],
    links: Iterable[Path],
    columns: Iterable[tuple[str, str]],
    listed: Iterable[str],
) -> Site:
    """The site whose links are valued: the host named, else the domains of the listed targets (match keys), else that
    of each export which its first rows link to most; domains with their subdomains.

    A host that is named is that host alone, as in an audit. Other domains are taken as former ones of the first.

    Raises UsageError when what is named is no host.
    """
    old = tuple(_host(host, "--old-host") for host in old_hosts)
    if named is not None:
        return Site(_host(named, "--site"), "https", False, old)
    hosts = Counter(key_host(key) for key in listed)
    hosts.pop(NO_HOST.removeprefix("https://"), None)
    if not hosts:
        hosts = Counter()
        for path in links:
            hosts.update(_of_one_domain(_target_hosts(path, dict(columns))))
    domains = Counter(dict.fromkeys(map(registrable_domain, hosts), 0))
    for host, count in hosts.items():
        domains[registrable_domain(host)] += count
    if not domains:
        return Site(UNNAMED_HOST, "https", False, old)
    first = domains.most_common(1)[0][0]
    others = [host for host in hosts if registrable_domain(host) != first]
    return Site(first, "https", True, tuple(dict.fromkeys((*others, *old))))


def _of_one_domain(hosts: Counter[str]) -> Counter[str]:
    """The hosts of the domain that is named most."""
    domains: Counter[str] = Counter()
    for host, count in hosts.items():
        domains[registrable_domain(host)] += count
    best = max(domains, key=lambda domain: (domains[domain], domain), default="")
    return Counter({host: count for host, count in hosts.items() if registrable_domain(host) == best})


def _target_hosts(path: Path, columns: dict[str, str]) -> Counter[str]:
    try:
        return Counter(_hosts(path, columns))
    except InputError:
        return Counter()  # the import tells why


def _hosts(path: Path, columns: dict[str, str]) -> Iterator[str]:
    for source in open_sources(path, columns or None):
        for row in islice(source.rows(), ROWS_LOOKED_AT):
            key = match_key(row.target_url) if isinstance(row, Claim) and row.target_url else None
            if key is not None:
                yield key_host(key)


def _host(text: str, what: str) -> str:
    url = parse_lenient(text)
    if url is None:
        raise UsageError(f"{what} {text!r} is not a host such as example.com or https://example.com")
    return url.netloc.removeprefix("www.")
