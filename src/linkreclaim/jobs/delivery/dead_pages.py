"""The dead pages of a run in one pass: whatever looks at each of them, and what is counted of them."""

from collections.abc import Callable, Iterable, Iterator

from linkreclaim.model.decisions import DecisionState
from linkreclaim.model.judgements import NEVER_REDIRECTED, Disposition
from linkreclaim.model.reports import DeadPageRow


def pass_on(rows: Iterable[DeadPageRow], *looks: Callable[[DeadPageRow], object]) -> Iterator[DeadPageRow]:
    """The same rows, each shown to all on its way: reading it costs more than what most make of it."""
    for row in rows:
        for look in looks:
            look(row)
        yield row


class DeadPageCounts:
    """Totals over the dead pages' rows."""

    def __init__(self) -> None:
        self.with_links = self.without_links = self.links = 0
        self.proposed = self.accepted = self.none_fits = self.untitled = self.confirmed = 0
        self.regain = 0.0
        self._shares: list[float] = []

    def add(self, row: DeadPageRow) -> None:
        """Count one dead page; spam and what never was are no loss."""
        if row.cause in NEVER_REDIRECTED:
            return
        has_links = row.referring_domains > 0
        self.with_links += has_links
        self.without_links += not has_links
        self.links += row.links
        self.confirmed += row.confirmed
        self.accepted += row.decision is DecisionState.ACCEPTED
        redirect = row.disposition is Disposition.REDIRECT and row.decision is not DecisionState.REJECTED
        if has_links and redirect and row.target_url:
            self.proposed += 1
            self.regain += row.equity_share_0_1
            self._shares.append(row.equity_share_0_1)
        self.none_fits += has_links and row.target_url is None
        self.untitled += has_links and not row.old_title

    def count_for(self, goal_0_1: float) -> int:
        """How many of the best redirects regain the given share of what all of them regain."""
        running = 0.0
        for count, share in enumerate(sorted(self._shares, reverse=True), 1):
            running += share
            if running >= goal_0_1 * self.regain:
                return count
        return len(self._shares)
