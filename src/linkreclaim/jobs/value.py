"""Value: what the links to each target add up to."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import groupby

from linkreclaim.equity import PageEquity, value_link
from linkreclaim.jobs.run import RunContext
from linkreclaim.model.events import RunEvent, Stage
from linkreclaim.model.judgements import BacklinkFacts, LinkValue
from linkreclaim.model.links import Backlink, Place
from linkreclaim.store.findings import TargetTotals

TARGETS_AT_ONCE = 500
ANCHORS_KEPT = 10
ANCHORS_COUNTED = 20_000
"""Distinct anchors counted of one target; beyond, the rare ones are forgotten, so that memory stays flat."""
DAYS_PER_YEAR = 365.25


def value_targets(context: RunContext, target_ids: Sequence[int]) -> None:
    """Add up the links of the given targets and store the totals. Cost: about 30 us a link."""
    findings, site_id = context.workspace.findings, context.run.site_id
    today = context.clock().date()
    for start in range(0, len(target_ids), TARGETS_AT_ONCE):
        ids = target_ids[start : start + TARGETS_AT_ONCE]
        claimed = findings.claimed_counts(site_id, ids)
        links = context.workspace.sightings.backlinks(site_id, ids)
        totals = {t.url_id: t for t in _totals(links, claimed, today)}
        missing = (_add_up(number, [], claimed.get(number, (0, 0)), today) for number in ids if number not in totals)
        findings.save_totals(site_id, [*totals.values(), *missing])
        context.sink(RunEvent(Stage.GATHER, start + len(ids), len(target_ids)))


def value_of(link: Backlink, today: date) -> LinkValue:
    """What one backlink is worth."""
    return value_link(facts_of(link, today))


def facts_of(link: Backlink, today: date) -> BacklinkFacts:
    """The ledger's view of a backlink as the inputs of its value."""
    lost = link.lost_reason is not None and link.present is None
    years = None if link.last_seen is None else max(0.0, (today - link.last_seen).days / DAYS_PER_YEAR)
    domain, own = link.domain_metric, link.page_metric
    return BacklinkFacts(
        referring_domain=link.referring_domain,
        referring_page=link.referring_page,
        rel=None if link.rel is None else int(link.rel),
        content=None if link.place is Place.UNKNOWN else link.place is Place.CONTENT,
        domain_metric=None if domain is None else (domain.name, domain.value_0_100),
        page_metric=None if own is None else (own.name, own.value_0_100),
        external_links=link.external_links,
        present=False if lost else link.present,
        page_noindex=link.page_noindex,
        last_seen_years=years,
    )


def still_claimed(link: Backlink) -> bool:
    """Whether a backlink counts: not seen gone, and not called lost by its newest source."""
    return link.present is True or (link.present is None and link.lost_reason is None)


def _totals(links: Iterable[Backlink], claimed: dict[int, tuple[int, int]], today: date) -> Iterator[TargetTotals]:
    for number, group in groupby(links, key=lambda link: link.target_id):
        yield _add_up(number, group, claimed.get(number, (0, 0)), today)


def _add_up(number: int, links: Iterable[Backlink], claimed: tuple[int, int], today: date) -> TargetTotals:
    claimed_links, claimed_domains = claimed
    equity = PageEquity()
    anchors: Counter[str] = Counter()
    seen = 0
    best = ("", -1.0)
    for link in links:
        if not still_claimed(link):
            continue
        facts = facts_of(link, today)
        value = value_link(facts)
        equity.add(facts, value)
        seen += link.present is True
        if link.anchor_text:
            anchors[link.anchor_text] += 1
            if len(anchors) > ANCHORS_COUNTED:
                anchors = Counter(dict(anchors.most_common(ANCHORS_COUNTED // 10)))
        if value.value > best[1]:
            best = (link.referring_page or link.referring_domain, value.value)
    total = equity.result()
    return TargetTotals(
        url_id=number,
        url="",
        links=total.links or claimed_links,
        links_seen=seen,
        referring_domains=max(total.referring_domains, claimed_domains),
        value=total.value + _unnamed_value(claimed_domains - total.referring_domains),
        best_link=best[0],
        best_link_parts=total.best_parts,
        anchors=tuple(text for text, _ in sorted(anchors.items(), key=lambda item: (-item[1], item[0]))[:ANCHORS_KEPT]),
        said_dead=False,
    )


def _unnamed_value(domains: int) -> float:
    """Value of sites that a source counts without naming their pages: each that of a link nothing is known of."""
    if domains <= 0:
        return 0.0
    unknown = BacklinkFacts("", "", None, None, None, None, None, None)
    return domains * value_link(unknown).value
