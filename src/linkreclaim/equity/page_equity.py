"""What the links to one dead page are worth together: sums with diminishing returns per domain and per network."""

from bisect import insort
from collections import defaultdict
from dataclasses import dataclass, field

from linkreclaim.model.judgements import Equity

_DOMAIN_DECAY = 0.5  # a domain gives at most twice its best link
_NETWORK_DECAY = 0.85  # judgement: no measurable difference in our experiment, but scraper networks exist
_KEPT_LINKS = 20  # per domain; what is left out weighs less than one in a million of the best
_KEPT_DOMAINS = 1_000


@dataclass(slots=True)
class _Domain:
    """The best links of one domain, smallest first."""

    network: str
    values: list[float] = field(default_factory=list)

    def add(self, value: float) -> None:
        insort(self.values, value)
        if len(self.values) > _KEPT_LINKS:
            del self.values[0]

    @property
    def worth(self) -> float:
        """Sum of the links, each counting half of the one before."""
        return sum(value * _DOMAIN_DECAY**place for place, value in enumerate(reversed(self.values)))


class PageEquity:
    """Adds up the backlinks of one dead page, in any order, each once.

    Memory: the best 1,000 domains are kept exactly. Beyond 2,000 the others are folded into one sum, and a hash of each
    is kept; when a folded domain links again its link counts as a first one, so the result is too high by less than
    that link's value.
    """

    def __init__(self) -> None:
        self._domains: dict[str, _Domain] = {}
        self._folded: set[int] = set()  # hashes of folded domains, to count each once
        self._folded_worth = 0.0
        self._links = 0

    def add(self, referring_domain: str, value: float, network: str | None = None) -> None:
        """Count one backlink of a domain, never one that is gone. `network` names what stands behind several domains
        (an owner, a /24), where known; else the registrable domain is its own network. Cost: about 1 us."""
        self._links += 1
        domain = self._domains.get(referring_domain)
        if domain is None:
            domain = self._domains[referring_domain] = _Domain(network or referring_domain)
        domain.add(value)
        if len(self._domains) > 2 * _KEPT_DOMAINS:
            self._fold()

    def result(self) -> Equity:
        """The value of the page, with its counts."""
        networks: dict[str, list[float]] = defaultdict(list)
        for domain in self._domains.values():
            networks[domain.network].append(domain.worth)
        value = sum(
            worth * _NETWORK_DECAY**place
            for worths in networks.values()
            for place, worth in enumerate(sorted(worths, reverse=True))
        )
        known = len(self._folded - {hash(name) for name in self._domains}) + len(self._domains)
        return Equity(value + self._folded_worth, self._links, known)

    def _fold(self) -> None:
        """Fold all but the best domains away."""
        ordered = sorted(self._domains.items(), key=lambda item: (-item[1].worth, item[0]))
        for name, domain in ordered[_KEPT_DOMAINS:]:
            self._folded_worth += domain.worth
            self._folded.add(hash(name))
            del self._domains[name]
