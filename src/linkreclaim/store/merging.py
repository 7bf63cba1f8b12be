"""Backlinks made of the claims of one link and of the looks at its page."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from heapq import merge
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from linkreclaim.model.links import Backlink, LinkState, Metric, MetricScale, PageOutcome, Place, Rel
from linkreclaim.store.link_states import find_moved_to, judge_seen, judge_unseen

SEEN_SOURCE = "linking page"

Pair = tuple[int, str]
"""(target id, match key of the linking page)"""


class ClaimRow(NamedTuple):
    """A row of `backlinks`: a plain tuple, because reading a field of a database row costs ten times as much."""

    target_id: int | None
    page_key: str  # a mark that sorts last and the domain, where no page is named
    page: str  # "" there
    domain: str
    source: str
    anchor_text: str | None
    context: str | None
    rel: int | None
    place: str
    first_seen_day: int | None
    last_seen_day: int | None
    lost_reason: str | None
    page_title: str | None
    external_links: int | None
    links_in_group: int
    domain_metric: str | None
    domain_metric_value: float | None
    page_metric: str | None
    page_metric_value: float | None


def merge_streams(
    claims: Iterable[ClaimRow], looks: Iterable[Any], seen: Iterable[Any], changed: Mapping[Pair, str]
) -> Iterator[Backlink]:
    """One backlink for each (target, page) of the claims and seen links.

    All three streams come sorted by target id and page key, and are gone through side by side: memory is that of one
    link. `looks` has one row for each claimed pair whose page was looked at.
    """
    streams = merge(_marked(0, claims), _marked(1, looks), _marked(2, seen), key=itemgetter(0))
    for pair, group in groupby(streams, key=itemgetter(0)):
        claimed: list[ClaimRow] = []
        look: list[Any] = []
        links: list[Any] = []
        for _, kind, row in group:
            (claimed, look, links)[kind].append(row)
        if claimed:
            yield from_claims(pair, claimed, look[0] if look else None, links or None, changed.get(pair, ""))
        else:
            yield _from_sight(pair, links)


def _marked(kind: int, rows: Iterable[Any]) -> Iterator[tuple[Pair, int, Any]]:
    return ((tuple(row[:2]), kind, row) for row in rows)


def without_known_domains(links: Iterable[Backlink]) -> Iterator[Backlink]:
    """Links of domains without a page left out where a page of the domain came before for the same target."""
    for _, group in groupby(links, key=lambda link: link.target_id):
        known = set()
        for link in group:
            if link.referring_page:
                known.add(link.referring_domain)
            elif link.referring_domain in known:
                continue
            yield link


def from_claims(pair: Pair, claims: list[ClaimRow], look: Any, seen: list[Any] | None, changed_to: str) -> Backlink:
    """Merge the claims of one link (oldest first) with what was seen on its page."""
    newest = claims[-1]
    link = None if seen is None else _strongest(seen)
    rel = _last(claims, "rel")
    moved_to = "" if look is None else find_moved_to(pair[1], look.final_url)
    if link is None:
        state = judge_unseen(pair[1], look, moved_to, changed_to)
    else:
        state = judge_seen(pair[1], moved_to, Rel(link.rel), (_rel(row.rel) for row in claims))
    read = look is not None and look.outcome == PageOutcome.READ.value and pair[0]
    return Backlink(
        target_id=pair[0],
        referring_page=newest.page,
        referring_domain=newest.domain,
        sources=tuple(dict.fromkeys([*(row.source for row in claims), *([SEEN_SOURCE] if link else [])])),
        anchor_text=link.anchor_text if link else _last(claims, "anchor_text") or "",
        context=link.context if link else _last(claims, "context") or "",
        rel=Rel(link.rel) if link else _rel(rel),
        place=Place(link.place) if link else Place(newest.place),
        first_seen=_day(min((row.first_seen_day for row in claims if row.first_seen_day), default=None)),
        last_seen=_day(max((row.last_seen_day for row in claims if row.last_seen_day), default=None)),
        lost_reason=newest.lost_reason,
        page_title=_last(claims, "page_title") or "",
        external_links=look.external_links if read else _last(claims, "external_links"),
        links_in_group=newest.links_in_group,
        domain_metric=_metric(claims, "domain_metric", MetricScale.DOMAIN),
        page_metric=_metric(claims, "page_metric", MetricScale.PAGE),
        outcome=None if look is None else PageOutcome(look.outcome),
        present=state.present,
        state=state,
        changed_to=changed_to if state is LinkState.CHANGED else "",
        moved_to=moved_to,
        **_page_facts(look),
    )


def _from_sight(pair: Pair, seen: list[Any]) -> Backlink:
    """A link that only our own look at its page tells of."""
    link = _strongest(seen)
    moved_to = find_moved_to(pair[1], link.final_url)
    return Backlink(
        target_id=pair[0],
        referring_page=link.page,
        referring_domain=link.domain,
        sources=(SEEN_SOURCE,),
        anchor_text=link.anchor_text,
        context=link.context,
        rel=Rel(link.rel),
        place=Place(link.place),
        first_seen=None,
        last_seen=datetime.fromisoformat(link.seen_at).date(),
        lost_reason=None,
        page_title=link.title,
        external_links=link.external_links,
        links_in_group=1,
        domain_metric=None,
        page_metric=None,
        outcome=PageOutcome.READ,
        present=True,
        state=judge_seen(pair[1], moved_to, Rel(link.rel), ()),
        moved_to=moved_to,
        **_page_facts(link),
    )


def _page_facts(look: Any) -> dict[str, Any]:
    """What the newest look says of the linking page itself."""
    if look is None:
        return {}
    read = look.outcome == PageOutcome.READ.value
    return {
        "page_noindex": bool(look.noindex),
        "page_nofollow": bool(look.nofollow),
        "page_canonical": look.canonical,
        "internal_links": look.internal_links if read else None,
        "seen_at": datetime.fromisoformat(look.seen_at),
        "page_status": look.status_code,
    }


def _rel(value: int | None) -> Rel | None:
    return None if value is None else Rel(value)


def _strongest(seen: list[Any]) -> Any:
    """Of several links from one page to one target, the followed one in the content counts."""
    return min(seen, key=lambda row: (row.rel != 0, row.place != Place.CONTENT.value, row.id))


def _last(claims: list[ClaimRow], name: str) -> Any:
    for claim in reversed(claims):
        value = getattr(claim, name)
        if value is not None:
            return value
    return None


def _metric(claims: list[ClaimRow], name: str, scale: MetricScale) -> Metric | None:
    for claim in reversed(claims):
        kind = getattr(claim, name)
        if kind is not None:
            return Metric(kind, getattr(claim, f"{name}_value"), scale)
    return None


def _day(ordinal: int | None) -> date | None:
    return None if ordinal is None else date.fromordinal(ordinal)
