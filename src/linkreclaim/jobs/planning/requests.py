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
_PAGE_SHARE_0_1 = 0.99 * SELDOM_0_1  # a little below, so that rounding decides about no page


def find_requests(context: RunContext, pages: Iterable[tuple[str, str, float]]) -> tuple[OwnerRequest, ...]:
    """The links to ask for, most valuable first.

    `pages` are those that count as a loss, most valuable first: (URL, where it should go, share of all lost equity).
    Cost: reads the links of at most a hundred pages, since a page is worth no less than its best link.
    """
    targets = {url: target for url, target, _ in takewhile(lambda page: page[2] > _PAGE_SHARE_0_1, pages)}
    found = sorted(_candidates(context, targets), key=lambda each: (-each.equity_share_0_1, each.link.referring_page))
    return tuple(each for place, each in enumerate(found) if place < BEST_LINKS or each.equity_share_0_1 >= ALWAYS_0_1)


def mark_requests(rows: Iterable[BacklinkRow], requests: Iterable[OwnerRequest]) -> Iterator[BacklinkRow]:
    """The same backlinks, those to ask for marked."""
    asked = {(each.link.referring_page, each.link.target_url) for each in requests}
    for row in rows:
        yield replace(row, ask_owner=True) if (row.referring_page, row.target_url) in asked else row


def _candidates(context: RunContext, targets: Mapping[str, str]) -> Iterator[OwnerRequest]:
    findings, run = context.workspace.findings, context.run
    lost = lost_in_all(context.workspace, run)
    if lost <= 0:
        return
    ids = [number for url in targets if (number := context.workspace.urls.id_of(url)) is not None]
    for dead in findings.dead_targets_of(run.site_id, run.id, ids).values():
        for link in context.workspace.backlinks.of_targets(run.site_id, [dead.totals.url_id]):
            row = backlink_row(context, link, dead.totals.url, dead.look.verdict.kind)
            share = (row.value or 0.0) / lost
            if share >= SELDOM_0_1 and row.referring_page:
                yield OwnerRequest(replace(row, ask_owner=True), share, targets[dead.totals.url])
