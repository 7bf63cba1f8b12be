"""Value: what the links to each target add up to."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby
from operator import itemgetter

from linkreclaim.equity import PageEquity, worth
from linkreclaim.errors import InputError
from linkreclaim.jobs.ranks.authority import Authority, learn_authority
from linkreclaim.jobs.ranks.table import RankTable, find_table
from linkreclaim.jobs.runs.context import RunContext
from linkreclaim.model.events import EventSink, RunEvent, Stage
from linkreclaim.model.judgements import BacklinkFacts, LinkValue
from linkreclaim.model.links import Backlink
from linkreclaim.store import Workspace
from linkreclaim.store.counting import CountedLink, facts_of
from linkreclaim.store.targets import TargetTotals

TARGETS_AT_ONCE = 500
ANCHORS_KEPT = 10
ANCHORS_COUNTED = 20_000
"""Distinct anchors counted of one target; beyond, the rare ones are forgotten, so that memory stays flat."""


def value_targets(context: RunContext, target_ids: Sequence[int]) -> None:
    """Add up the links of the given targets of an audit and store the totals. Cost: about 15 us a link."""
    day = context.clock().date()
    total_targets(context.workspace, context.run.site_id, target_ids, day, authority_of(context), context.sink)


def total_targets(
    workspace: Workspace,
    site_id: int,
    target_ids: Sequence[int],
    today: date,
    authority: Authority,
    sink: EventSink,
) -> None:
    """Add up the links of the given targets and store the totals."""
    targets = workspace.targets
    for start in range(0, len(target_ids), TARGETS_AT_ONCE):
        ids = target_ids[start : start + TARGETS_AT_ONCE]
        claimed = targets.claimed_counts(site_id, ids)
        links = groupby(workspace.backlinks.counted(site_id, ids, today), key=itemgetter(0))
        totals = {number: _add_up(number, group, claimed.get(number, (0, 0)), authority) for number, group in links}
        missing = (
            _add_up(number, [], claimed.get(number, (0, 0)), authority) for number in ids if number not in totals
        )
        targets.save_totals(site_id, [*totals.values(), *missing])
        sink(RunEvent(Stage.GATHER, start + len(ids), len(target_ids)))


def authority_of(context: RunContext) -> Authority:
    """The authority of an audit, learned at the first call; ranks are those of the workspace or the user."""
    if context.authority is None:
        run = context.run
        context.authority = learn_authority(context.workspace, run.site_id, _ranks_of(context), run.id)
    return context.authority


def _ranks_of(context: RunContext) -> RankTable | None:
    try:
        return find_table(context.workspace.folder)
    except InputError as error:
        context.warn(Stage.GATHER, f"links are valued without ranks: {error}")
        return None


def value_of(link: Backlink, today: date, authority: Authority) -> LinkValue:
    """What one backlink is worth."""
    return authority.value(facts_of(link, today))


def _add_up(number: int, links: Iterable[CountedLink], claimed: tuple[int, int], authority: Authority) -> TargetTotals:
    claimed_links, claimed_domains = claimed
    equity = PageEquity()
    anchors: Counter[str] = Counter()
    seen = 0
    best, best_value = None, -1.0
    for _, anchor, facts in links:
        value = authority.worth(facts)
        equity.add(facts.referring_domain, value)
        seen += facts.present is True
        if value > best_value:
            best, best_value = facts, value
        if anchor:
            anchors[anchor] += 1
            if len(anchors) > ANCHORS_COUNTED:
                anchors = Counter(dict(anchors.most_common(ANCHORS_COUNTED // 10)))
    total = equity.result()
    return TargetTotals(
        url_id=number,
        url="",
        links=total.links or claimed_links,
        links_seen=seen,
        referring_domains=max(total.referring_domains, claimed_domains),
        value=total.value + _unnamed_value(claimed_domains - total.referring_domains),
        best_link="" if best is None else best.referring_page or best.referring_domain,
        best_link_parts="" if best is None else authority.value(best).parts,
        anchors=tuple(text for text, _ in sorted(anchors.items(), key=lambda item: (-item[1], item[0]))[:ANCHORS_KEPT]),
        said_dead=False,
    )


def _unnamed_value(domains: int) -> float:
    """Value of sites that a source counts without naming their pages: each that of a link nothing is known of."""
    if domains <= 0:
        return 0.0
    return domains * worth(BacklinkFacts("", "", None, None, None, None, None, None))
