"""Backlinks as totals need them: the facts of their worth and little else, in half the time of whole ones.

Most links were never looked at, and of those the claims alone speak; `of_claims` folds them without making a
`Backlink`. It says the same as `of_backlinks` does of the whole ones.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from linkreclaim.model.judgements import BacklinkFacts
from linkreclaim.model.links import Backlink, Place

DAYS_PER_YEAR = 365.25
_CONTENT, _UNKNOWN = Place.CONTENT.value, Place.UNKNOWN.value

ShortClaim = tuple[Any, ...]
"""The columns of `SHORT_COLUMNS`, as the database gives them."""
SHORT_COLUMNS = (
    *("target_id", "page_key", "page", "domain", "anchor_text", "rel", "place", "last_seen_day", "lost_reason"),
    *("external_links", "domain_metric", "domain_metric_value", "page_metric", "page_metric_value"),
)
"""Of a `ClaimRow`, those that totals need."""


class CountedLink(NamedTuple):
    """A backlink that counts: not seen gone, and not called lost by its newest source."""

    target_id: int
    anchor_text: str
    facts: BacklinkFacts


def still_claimed(link: Backlink) -> bool:
    """Whether a backlink counts: not seen gone, and not called lost by its newest source."""
    return link.present is True or (link.present is None and link.lost_reason is None)


def facts_of(link: Backlink, today: date) -> BacklinkFacts:
    """A backlink as the inputs of its value."""
    lost = link.lost_reason is not None and link.present is None
    domain, page = link.domain_metric, link.page_metric
    return BacklinkFacts(
        referring_domain=link.referring_domain,
        referring_page=link.referring_page,
        rel=None if link.rel is None else int(link.rel),
        content=_in_content(link.place.value),
        domain_metric=None if domain is None else (domain.name, domain.value_0_100),
        page_metric=None if page is None else (page.name, page.value_0_100),
        external_links=link.external_links,
        present=False if lost else link.present,
        page_noindex=link.page_noindex,
        last_seen_years=None if link.last_seen is None else _years(link.last_seen.toordinal(), today.toordinal()),
        internal_links=link.internal_links,
        page_canonical=bool(link.page_canonical),
    )


def of_backlinks(links: Iterable[Backlink], today: date) -> Iterator[CountedLink]:
    """Those of some backlinks that count."""
    for link in links:
        if still_claimed(link):
            yield CountedLink(link.target_id, link.anchor_text, facts_of(link, today))


def of_claims(claims: Iterable[ShortClaim], today: date) -> Iterator[CountedLink]:
    """Links that nobody looked at, out of claims sorted by target, page and time. Memory: the domains of one target."""
    day = today.toordinal()
    for target_id, of_target in groupby(claims, key=itemgetter(0)):
        known = set()
        for _, of_link in groupby(of_target, key=itemgetter(1)):
            anchor, lost_reason, facts = _fold(of_link, day)
            if facts.referring_page:
                known.add(facts.referring_domain)
            elif facts.referring_domain in known:
                continue
            if lost_reason is None:
                yield CountedLink(target_id, anchor, facts)


def count_claimed(links: Iterable[tuple[int, str, int, str]]) -> int:
    """How many links there are among (target, page key, whether a page is named, domain), sorted: a domain without a
    page counts only where none of its pages is known. Memory: the domains of one target."""
    count = 0
    for _, of_target in groupby(links, key=itemgetter(0)):
        known = set()
        for _, _, named, domain in of_target:
            count += bool(named) or domain not in known
            if named:
                known.add(domain)
    return count


def _fold(claims: Iterable[ShortClaim], today: int) -> tuple[str, str | None, BacklinkFacts]:
    """(anchor text, lost reason, facts) of one link's claims, oldest first: of each thing the newest word."""
    rel = external = anchor = of_domain = of_page = None
    for claim in claims:
        _, _, page, domain, text, flags, place, last_seen, lost, links, dm, domain_value, pm, page_value = claim
        rel = rel if flags is None else flags
        external = external if links is None else links
        anchor = anchor if text is None else text
        of_domain = of_domain if dm is None else (dm, domain_value)
        of_page = of_page if pm is None else (pm, page_value)
    content, years = _in_content(place), _years(last_seen, today) if last_seen else None
    facts = BacklinkFacts(domain, page, rel, content, of_domain, of_page, external, None, last_seen_years=years)
    return anchor or "", lost, facts


def _in_content(place: str) -> bool | None:
    return None if place == _UNKNOWN else place == _CONTENT


def _years(last_seen: int, today: int) -> float:
    return max(0.0, (today - last_seen) / DAYS_PER_YEAR)
