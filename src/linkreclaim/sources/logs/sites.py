"""Which hosts are the site's own: those it was told, those its lines name, or the one its referrers name most."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from linkreclaim.sources.logs.interface import Hit, ReferrerKind
from linkreclaim.sources.logs.referrers import classify_referrer
from linkreclaim.urls import registrable_domain

GUESSED_FROM_HITS = 5
GUESSED_SHARE_0_1 = 0.3
"""Own pages load their images and styles, so that the own site is by far the commonest referrer: of those that name a
site 95 and 99 % in two real logs (our measurement). Below this share nothing is guessed: our judgement."""

MOST_ORIGINS = 8
"""Commonest origins of referrers that are looked at: a site has one or two (our judgement)."""
_ORIGIN = re.compile(r"https?://[a-z0-9.-]+/", re.ASCII)


@dataclass(frozen=True, slots=True)
class OwnHosts:
    """The hosts whose pages are the site's own."""

    domains: frozenset[str]  # registrable domains (hosts of test networks as they are)
    told: bool  # by the user: then requests to other hosts are not looked at
    written: str = ""  # the host that paths are written with, "" for none

    def owns(self, host: str, asked_host: str) -> bool:
        """Whether pages of a host are own ones, seen from a request to `asked_host` ("" where the line names none)."""
        domain = registrable_domain(host)
        return domain in self.domains or (asked_host != "" and domain == registrable_domain(asked_host))

    def concerns(self, asked_host: str) -> bool:
        """Whether requests to a host are looked at."""
        return not self.told or not asked_host or registrable_domain(asked_host) in self.domains


def told_hosts(hosts: tuple[str, ...]) -> OwnHosts:
    """Own hosts as a user named them, lower case."""
    return OwnHosts(frozenset(map(registrable_domain, hosts)), True, hosts[0] if len(hosts) == 1 else "")


def guess_hosts(hits: Iterable[Hit]) -> OwnHosts:
    """Own hosts by the first requests of the logs: none where every line names its host, or nothing stands out."""
    hosts: Counter[str] = Counter()
    for hit in hits:
        if not hit.host and hit.referrer:
            kind, host = classify_referrer(hit.referrer, lambda _: False)
            if kind is ReferrerKind.SITE:
                hosts[registrable_domain(host)] += 1
    if not hosts:
        return OwnHosts(frozenset(), False)
    domain, count = hosts.most_common(1)[0]
    clear = count >= GUESSED_FROM_HITS and count >= GUESSED_SHARE_0_1 * hosts.total()
    return OwnHosts(frozenset({domain} if clear else ()), False)


def own_origins(own: OwnHosts, hits: Iterable[Hit]) -> tuple[bytes, ...] | None:
    """What most referrers on own pages begin with ("https://www.site.example/"), by the first requests of a log.

    None where each line names a host and not every host is looked at: then there is more to ask than its referrer.
    """
    origins: Counter[str] = Counter()
    for hit in hits:
        if hit.host and own.told:
            return None
        if found := _ORIGIN.match(hit.referrer):
            origins[found[0]] += 1
    asked_of_any = partial(own.owns, asked_host="")
    common = (origin for origin, _ in origins.most_common(MOST_ORIGINS))
    return tuple(o.encode() for o in common if classify_referrer(o, asked_of_any)[0] is ReferrerKind.OWN)
