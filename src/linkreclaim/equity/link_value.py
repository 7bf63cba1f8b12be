"""What one backlink is worth: authority x share of the page's links x rel x (1 - spam) x still there.

**Source** of formula and constants: our experiment on synthetic webs (96 held-out sites, four truths of how search
engines count; docs/equity.md). Authority spreads over 5 to 7 decades in truth; 3 and 2 are what the noise of vendors'
metrics allows.
"""

from math import sqrt

from linkreclaim.model.judgements import BacklinkFacts, LinkValue
from linkreclaim.model.links import Rel

_PAGE_DECADES = 3.0
_DOMAIN_DECADES = 2.0
_UNKNOWN_AUTHORITY_0_100 = 20.0
_DEPTH_FACTORS = (1.0, 0.3, 0.1)  # home page, one level deep, deeper
_TYPICAL_LINKS = 40
_MENU_LINKS = 12  # added to the external links: what a page's own menu takes
_CHROME_WEIGHT = 0.3  # reasonable surfer, US 7,716,225; the factor is ours
_REL_FACTORS = (
    (int(Rel.SPONSORED), "sponsored", 0.02),
    (int(Rel.NOFOLLOW), "nofollow", 0.05),
    (int(Rel.UGC), "ugc", 0.05),
)
_NOINDEX_FACTOR = 0.1
_UNSEEN_LIVE = 0.85
_YEARLY_SURVIVAL = 0.74  # 26 % of placed links were gone after 12 months (vendor study)


def value_link(facts: BacklinkFacts) -> LinkValue:
    """The value of one backlink in units of A x share x rel (0 to 1), and its parts in words.

    A link that was looked for and is not there is worth 0. Cost: about 5 us.
    """
    authority, authority_words = _authority(facts)
    share, share_words = _share(facts)
    rel, rel_words = _rel_factor(facts)
    live, live_words = _p_live(facts)
    spam = min(max(facts.spam_0_1, 0.0), 1.0)
    spam_words = (f"spam {spam:.2f}",) if spam else ()
    words = (authority_words, share_words, *rel_words, *spam_words, live_words)
    return LinkValue(authority * share * rel * (1 - spam) * live, "; ".join(words))


def _authority(facts: BacklinkFacts) -> tuple[float, str]:
    """Linear authority. Metrics of different names are never averaged as they are: each is made linear first."""
    depth = _depth_factor(facts.referring_page)
    page, domain = facts.page_metric, facts.domain_metric
    of_page = _linear(page[1], _PAGE_DECADES) if page else None
    of_domain = _linear(domain[1], _DOMAIN_DECADES) * depth if domain else None
    names = " and ".join(f"{name.upper()} {value:g}" for name, value in filter(None, (page, domain)))
    if of_page is not None and of_domain is not None:
        authority = sqrt(of_page * of_domain)
    elif of_page is not None or of_domain is not None:
        authority = of_page if of_page is not None else of_domain or 0.0
    else:
        authority, names = _linear(_UNKNOWN_AUTHORITY_0_100, _DOMAIN_DECADES) * depth, "authority unknown"
    return authority, f"{names} -> A {authority:.2g}"


def _linear(value_0_100: float, decades: float) -> float:
    bounded = min(max(value_0_100, 0.0), 100.0)
    return float(10 ** (decades * (bounded - 100.0) / 100.0))


def _depth_factor(referring_page: str) -> float:
    """A domain's authority lies mostly on its home page."""
    path, _, query = referring_page.partition("#")[0].partition("://")[2].partition("/")[2].partition("?")
    depth = len([part for part in path.split("/") if part]) + bool(query)
    return _DEPTH_FACTORS[min(depth, len(_DEPTH_FACTORS) - 1)]


def _share(facts: BacklinkFacts) -> tuple[float, str]:
    """The link's share of its page. Square root: counts of exports are noisy and leave out the page's own links."""
    weight = _CHROME_WEIGHT if facts.content is False else 1.0
    place = {True: ", in content", False: ", in menu or footer", None: ""}[facts.content]
    if facts.external_links is None:
        share, links = weight / sqrt(_TYPICAL_LINKS), "links on the page unknown"
    else:
        outgoing = max(facts.external_links, 1)
        share, links = weight / sqrt(outgoing + _MENU_LINKS), f"1 of {outgoing} outgoing links"
    return share, f"{links}{place} -> {share:.2g}"


def _rel_factor(facts: BacklinkFacts) -> tuple[float, tuple[str, ...]]:
    """rel values are hints to search engines (Google, 2019 and 2020): little, not nothing."""
    rel = facts.rel or 0
    factor, word = 1.0, "follow" if facts.rel is not None else "rel unknown"
    for bit, name, weight in _REL_FACTORS:
        if rel & bit:
            factor, word = weight, name
            break
    noindex = ("page is noindex",) if facts.page_noindex else ()
    return min(factor, _NOINDEX_FACTOR) if facts.page_noindex else factor, (word, *noindex)


def _p_live(facts: BacklinkFacts) -> tuple[float, str]:
    if facts.present is not None:
        return (1.0, "seen by us") if facts.present else (0.0, "no longer there")
    years = max(facts.last_seen_years or 0.0, 0.0)
    live = _UNSEEN_LIVE * _YEARLY_SURVIVAL**years
    age = f"last seen {years:.1f} years before" if facts.last_seen_years is not None else "last seen unknown"
    return live, f"{age}, not looked at by us -> {live:.2g}"
