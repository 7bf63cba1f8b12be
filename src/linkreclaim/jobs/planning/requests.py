"""Links so valuable that their owners should be asked to name the new address, redirect or not."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import takewhile

from linkreclaim.jobs.findings.rows import backlink_row, lost_in_all
from linkreclaim.jobs.runs.context import RunContext
from linkreclaim.model.reports import BacklinkRow, OwnerRequest

ALWAYS_0_1, SELDOM_0_1, BEST_LINKS = 0.05, 0.01, 10
"""A link that alone makes up 5 % of all lost equity is worth a word to its owner, and so are the ten best of those that
make up 1 %: a redirect can be lost again, a right link cannot. Our judgement."""


def find_requests(context: RunContext, targets: Mapping[str, str | None]) -> tuple[OwnerRequest, ...]:
    """The links to ask for, most valuable first; `targets`: the pages that count as a loss, and where they should go.

    Cost: reads the links of at most a hundred pages, since a page is worth no less than its best link.
    """
    found = sorted(_candidates(context, targets), key=lambda each: (-each.equity_share_0_1, each.link.referring_page))
    return tuple(each for place, each in enumerate(found) if place < BEST_LINKS or each.equity_share_0_1 >= ALWAYS_0_1)


def mark_requests(rows: Iterable[BacklinkRow], requests: Iterable[OwnerRequest]) -> Iterator[BacklinkRow]:
    """The same backlinks, those to ask for marked."""
    asked = {(each.link.referring_page, each.link.target_url) for each in requests}
    for row in rows:
        yield replace(row, ask_owner=True) if (row.referring_page, row.target_url) in asked else row


def _candidates(context: RunContext, targets: Mapping[str, str | None]) -> Iterator[OwnerRequest]:
    findings, run = context.workspace.findings, context.run
    lost = lost_in_all(context.workspace, run)
    if lost <= 0:
        return
    ranked = findings.dead_targets(run.site_id, run.id)
    for dead in takewhile(lambda one: one.totals.value >= SELDOM_0_1 * lost, ranked):
        if dead.totals.url not in targets:
            continue
        for link in context.workspace.backlinks.of_targets(run.site_id, [dead.totals.url_id]):
            row = backlink_row(context, link, dead.totals.url, dead.look.verdict.kind)
            share = (row.value or 0.0) / lost
            if share >= SELDOM_0_1 and row.referring_page:
                yield OwnerRequest(replace(row, ask_owner=True), share, targets[dead.totals.url] or "")
