"""What one backlink is worth: authority x share of the page's links x rel x (1 - spam) x still there.

**Source** of formula and constants: our experiment on synthetic webs (four truths of how search engines count;
benchmarks/equity, docs/equity.md). Authority spreads over 5 to 7 decades in truth; 3 and 2 are what the noise of
vendors' metrics allows.

Links repeat each other: the same scores, places and dates stand in millions of them. Each factor is worked out once for
what it depends on and remembered, in bounded memory.
"""

from functools import lru_cache
from math import sqrt
from typing import NamedTuple

from linkreclaim.equity.metrics import DOMAIN_DECADES, PAGE_DECADES, describe, linear
from linkreclaim.equity.scale import AS_GIVEN, Scale
from linkreclaim.model.judgements import BacklinkFacts, LinkValue
from linkreclaim.model.links import Rel

_UNKNOWN_AUTHORITY_0_100 = 20.0
_DEPTH_FACTORS = (1.0, 0.3, 0.1)  # home page, one level deep, deeper
_UNKNOWN_PAGE = len(_DEPTH_FACTORS)
_TYPICAL_LINKS = 40
_MENU_LINKS = 12  # added to the external links of a page that we have not read: what its own menu takes
_CHROME_WEIGHT = 0.3  # reasonable surfer, US 7,716,225; the factor is ours
_REL_FACTORS = (
    (int(Rel.SPONSORED), "sponsored", 0.02),
    (int(Rel.NOFOLLOW), "nofollow", 0.05),
    (int(Rel.UGC), "ugc", 0.05),
)
_UNINDEXED_FACTOR = 0.1  # noindex, or the page names another URL as itself
_UNSEEN_LIVE = 0.85
_YEARLY_SURVIVAL = 0.74  # 26 % of placed links were gone after 12 months (vendor study)
_REMEMBERED = 20_000


class _Factor(NamedTuple):
    value: float
    words: str


def value_link(facts: BacklinkFacts, scale: Scale = AS_GIVEN) -> LinkValue:
    """The value of one backlink in units of A x share x rel (0 to 1), and its parts in words.

    `scale` says how domain metrics are read. A link that was looked for and is not there is worth 0. Cost: about 3 us.
    """
    authority, share, rel, live = _factors(facts, scale)
    spam = _spam(facts)
    spam_words = (f"spam {spam:.2f}",) if spam else ()
    words = "; ".join((authority.words, share.words, rel.words, *spam_words, live.words))
    return LinkValue(authority.value * share.value * rel.value * (1 - spam) * live.value, words)


def worth(facts: BacklinkFacts, scale: Scale = AS_GIVEN) -> float:
    """The value alone. Cost: about 2 us."""
    authority, share, rel, live = _factors(facts, scale)
    return authority.value * share.value * rel.value * (1 - _spam(facts)) * live.value


def _spam(facts: BacklinkFacts) -> float:
    return min(max(facts.spam_0_1, 0.0), 1.0)


def _factors(facts: BacklinkFacts, scale: Scale) -> tuple[_Factor, _Factor, _Factor, _Factor]:
    return (
        _authority(_depth(facts.referring_page), facts.page_metric, facts.domain_metric, scale),
        _share(facts.external_links, facts.internal_links, facts.content),
        _rel(facts.rel, facts.page_noindex, facts.page_canonical),
        _p_live(facts.present, facts.last_seen_years),
    )


@lru_cache(_REMEMBERED)
def _authority(depth: int, page: tuple[str, float] | None, domain: tuple[str, float] | None, scale: Scale) -> _Factor:
    """Linear authority. Metrics of different names are never averaged as they are: each is made linear first.

    A domain's authority lies mostly on its home page. Where only the linking domain is known, the page is taken for a
    deep one, as most pages are (our judgement).
    """
    depth_factor = _DEPTH_FACTORS[min(depth, len(_DEPTH_FACTORS) - 1)]
    of_page = linear(page[1], PAGE_DECADES) if page else None
    of_domain = linear(scale.read(*domain), DOMAIN_DECADES) * depth_factor if domain else None
    names = ([describe(*page, "UR")] if page else []) + ([scale.describe(*domain)] if domain else [])
    if of_page is not None and of_domain is not None:
        authority = sqrt(of_page * of_domain)
    elif of_page is not None or of_domain is not None:
        authority = of_page if of_page is not None else of_domain or 0.0
    else:
        authority, names = linear(_UNKNOWN_AUTHORITY_0_100, DOMAIN_DECADES) * depth_factor, ["authority unknown"]
    page_words = ", page unknown" if depth == _UNKNOWN_PAGE else ""
    return _Factor(authority, f"{' and '.join(names)}{page_words} -> A {authority:.2g}")


def _depth(referring_page: str) -> int:
    """0 for a home page, 1 one level deep, 2 deeper, 3 for a page that nobody names."""
    if not referring_page:
        return _UNKNOWN_PAGE
    parts = referring_page.partition("#")[0].split("/", 3)  # scheme, "", host, rest
    if len(parts) < 4:
        return 0
    path, _, query = parts[3].partition("?")
    levels = path.split("/")
    return min(len(levels) - levels.count("") + bool(query), 2)


@lru_cache(_REMEMBERED)
def _share(external: int | None, internal: int | None, content: bool | None) -> _Factor:
    """The link's share of its page: one of all its links, as PageRank has it, less in menu and footer.

    Where we have read the page its own links are known; else they are taken for those of a menu.
    """
    weight = _CHROME_WEIGHT if content is False else 1.0
    place = {True: ", in content", False: ", in menu or footer", None: ""}[content]
    if external is None:
        share, links = weight / _TYPICAL_LINKS, "links on the page unknown"
    elif internal is None:
        outgoing = max(external, 1)
        share, links = weight / (outgoing + _MENU_LINKS), f"1 of {outgoing} outgoing links"
    else:
        outgoing, own = max(external, 1), max(internal, 0)
        share, links = weight / (outgoing + own), f"1 of {outgoing} outgoing links beside {own} of its own"
    return _Factor(share, f"{links}{place} -> {share:.2g}")


@lru_cache(_REMEMBERED)
def _rel(rel: int | None, noindex: bool, canonical: bool) -> _Factor:
    """rel values are hints to search engines (Google, 2019 and 2020): little, not nothing."""
    factor, word = 1.0, "follow" if rel is not None else "rel unknown"
    for bit, name, weight in _REL_FACTORS:
        if (rel or 0) & bit:
            factor, word = weight, name
            break
    words = [word]
    if noindex:
        words.append("page is noindex")
    if canonical:
        words.append("page names another URL as canonical")
    return _Factor(min(factor, _UNINDEXED_FACTOR) if noindex or canonical else factor, "; ".join(words))


@lru_cache(_REMEMBERED)
def _p_live(present: bool | None, last_seen_years: float | None) -> _Factor:
    if present is not None:
        return _Factor(1.0, "seen by us") if present else _Factor(0.0, "no longer there")
    years = max(last_seen_years or 0.0, 0.0)
    live = _UNSEEN_LIVE * _YEARLY_SURVIVAL**years
    age = f"last seen {years:.1f} years before" if last_seen_years is not None else "last seen unknown"
    return _Factor(live, f"{age}, not looked at by us -> {live:.2g}")
