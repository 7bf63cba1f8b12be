"""Sorts the dead pages of an audit, in one pass and flat memory, into what the report shows."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from linkreclaim.model.judgements import Cause, Disposition
from linkreclaim.model.links import LinkState
from linkreclaim.model.matches import Role
from linkreclaim.model.reports import BacklinkRow, DeadPageRow
from linkreclaim.model.verdicts import VerdictKind
from linkreclaim.report.figures import keep_share
from linkreclaim.report.pictures import FolderFlows
from linkreclaim.urls import parse

UNTOLD_ROWS = frozenset({VerdictKind.BLOCKED, VerdictKind.SERVER_ERROR, VerdictKind.SKIPPED, VerdictKind.UNSURE})
"""Verdicts that never mean dead. UNREACHABLE is not among them: as a dead row it is a host that resolves nowhere."""

LISTED_APART = 100
"""How many dead URLs without a link, and how many untold ones, are named in the report; the CSV names all."""


_LOST_LINKS = frozenset(state.value for state in LinkState if state.present is False)


def is_prospect(row: BacklinkRow) -> bool:
    """Whether a linking page is worth asking: no look has shown that its link is gone."""
    return row.seen not in _LOST_LINKS


def is_untold(row: DeadPageRow) -> bool:
    """Whether a row says "could not tell": it is shown apart and never as broken."""
    return row.verdict in UNTOLD_ROWS


def is_hub(row: DeadPageRow) -> bool:
    """Whether a page is to be sent to the listing above it, for want of a page of its own."""
    return any(each.url == row.target_url and each.role is Role.HUB for each in row.candidates)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many dead pages with links share a cause or a disposition, and the lost equity they hold together."""

    kind: StrEnum
    pages: int
    equity_share_0_1: float


@dataclass(slots=True)
class Digest:
    """What one pass over the dead pages found; lists are cut, counts are whole."""

    max_rows: int = 500  # kept of the pages with links
    ranked: list[DeadPageRow] = field(default_factory=list)  # with links, most valuable first
    ranked_total: int = 0
    unlinked: list[DeadPageRow] = field(default_factory=list)
    unlinked_total: int = 0
    untold: list[DeadPageRow] = field(default_factory=list)
    untold_total: int = 0
    unreachable_dead: int = 0  # rows of hosts that resolve nowhere, so that they are not counted as untold
    former_hosts: Counter[str] = field(default_factory=Counter)  # dead pages with links on each former host
    cause_pages: Counter[Cause] = field(default_factory=Counter)
    cause_share: dict[Cause, float] = field(default_factory=dict)
    disposition_pages: Counter[Disposition] = field(default_factory=Counter)
    disposition_share: dict[Disposition, float] = field(default_factory=dict)
    flows: FolderFlows = field(default_factory=FolderFlows)  # from lost folders to where they should lead

    @property
    def causes(self) -> list[Tally]:
        """Causes of the dead pages with links, most frequent first."""
        return [Tally(cause, pages, self.cause_share[cause]) for cause, pages in self.cause_pages.most_common()]

    @property
    def dispositions(self) -> list[Tally]:
        """What should be done with them, in the order of the model."""
        return [
            Tally(kind, self.disposition_pages[kind], self.disposition_share[kind])
            for kind in Disposition
            if kind in self.disposition_pages
        ]

    def add(self, row: DeadPageRow) -> None:
        """Sort in the next dead page; they come most valuable first."""
        if is_untold(row):
            self.untold_total += 1
            _keep(self.untold, row, LISTED_APART)
            return
        self.unreachable_dead += row.verdict is VerdictKind.UNREACHABLE
        if row.links:
            _count_ranked(self, row)
            _keep(self.ranked, row, self.max_rows)
        else:
            self.unlinked_total += 1
            _keep(self.unlinked, row, LISTED_APART)


def read_digest(rows: Iterable[DeadPageRow], max_rows: int) -> Digest:
    """Read the dead pages once; at most `max_rows` of those with links are kept."""
    digest = Digest(max_rows)
    for row in rows:
        digest.add(row)
    return digest


def _keep(kept: list[DeadPageRow], row: DeadPageRow, limit: int) -> None:
    if len(kept) < limit:
        kept.append(row)


def _count_ranked(digest: Digest, row: DeadPageRow) -> None:
    share = keep_share(row.equity_share_0_1)
    digest.ranked_total += 1
    digest.flows.add(row)
    digest.cause_pages[row.cause] += 1
    digest.cause_share[row.cause] = digest.cause_share.get(row.cause, 0.0) + share
    digest.disposition_pages[row.disposition] += 1
    digest.disposition_share[row.disposition] = digest.disposition_share.get(row.disposition, 0.0) + share
    if row.former_host:
        parsed = parse(row.url)
        digest.former_hosts[parsed.netloc if parsed else row.url] += 1
