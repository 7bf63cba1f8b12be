"""Authority metrics made linear: whose numbers these are, and whose curve they are read by."""

from collections.abc import Mapping
from math import log
from types import MappingProxyType

PAGE_DECADES = 3.0
DOMAIN_DECADES = 2.0
METRIC_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "ur": "UR",
        "as": "page AS",
        "pa": "PA",
        "tf": "TF",
        "cf": "CF",
        "page_from_rank": "page from rank",
        "inlink_rank": "inlink rank",
        "page_score": "page score",
        "dr": "DR",
        "domain_as": "domain AS",
        "da": "DA",
        "domain_tf": "domain TF",
        "domain_cf": "domain CF",
        "domain_from_rank": "domain from rank",
        "domain_inlink_rank": "domain inlink rank",
        "domain_score": "domain score",
        "opr": "OpenPageRank",
        "domain_rank": "domain rank",
    }
)
"""The metrics of our readers, and that of a list of ranked domains, as people call them."""
RANK_METRIC = "domain_rank"
DOMAINS_OF_THE_WEB = 133_200_000
"""Domains in Common Crawl's ranks file of July to September 2026: where the rank scale ends."""
_OWN_CURVE = frozenset({"ur", "dr"})
"""Metrics whose curve comes from our experiment (docs/equity.md). All others are read by the curve of UR or DR, and the
words of a value say so: vendors' scores for one site differ by single digits up to 50 points (a study of 150 sites)."""


def linear(value_0_100: float, decades: float) -> float:
    """A logarithmic score as a linear one from 10^-decades to 1."""
    bounded = min(max(value_0_100, 0.0), 100.0)
    return float(10 ** (decades * (bounded - 100.0) / 100.0))


def rank_score(rank: int, domains: int = DOMAINS_OF_THE_WEB) -> float:
    """A rank, 1 for the strongest of so many domains, as a score from 100 to 0: its logarithm turned round.

    **Source:** the head of Common Crawl's ranks follows PageRank = 0.026 x rank^-0.91 (25 published rows), so a
    logarithm of the rank is one of PageRank, as vendors' metrics are said to be.
    """
    return max(0.0, 100 * (1 - log(max(rank, 1)) / log(max(domains, 2))))


def describe(name: str, value_0_100: float, curve: str) -> str:
    """A metric in words, with what its number is taken for; `curve` is DR or UR."""
    if name in _OWN_CURVE:
        return f"{METRIC_WORDS[name]} {value_0_100:g}"
    if name in METRIC_WORDS:
        return f"{METRIC_WORDS[name]} {value_0_100:g} (read like {curve})"
    return f"{name.replace('_', ' ')} {value_0_100:g} (a metric not known here, read like {curve})"
