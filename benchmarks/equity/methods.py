"""Ways to order lost pages: those of the field, and ours."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from benchmarks.equity.export import Row

from linkreclaim.equity import PageEquity, worth
from linkreclaim.model.judgements import BacklinkFacts

Score = Callable[[Sequence[Row]], float]
"""The value of one dead page, of its rows."""


def _followed(rows: Iterable[Row]) -> list[Row]:
    return [row for row in rows if not row.claimed.rel]


def _dr(row: Row) -> float:
    return row.claimed.domain_metric[1] if row.claimed.domain_metric else 0.0


def _by_domain(rows: Iterable[Row]) -> list[float]:
    return list({row.claimed.referring_domain: _dr(row) for row in rows}.values())


def _sum_ur(rows: Sequence[Row]) -> float:
    return sum(row.claimed.page_metric[1] for row in _followed(rows) if row.claimed.page_metric)


def _sum_shares(rows: Sequence[Row]) -> float:
    return sum(1 / max(row.links_on_page, 1) for row in _followed(rows) if row.read.present)


def equity(facts_of: Callable[[Row], BacklinkFacts], value: Callable[[BacklinkFacts], float] = worth) -> Score:
    """Our score, of what `facts_of` lets it know."""

    def score(rows: Sequence[Row]) -> float:
        page = PageEquity()
        for facts in map(facts_of, rows):
            if facts.present is not False:
                page.add(facts.referring_domain, value(facts))
        return page.result().value

    return score


def without_dr(facts: BacklinkFacts) -> BacklinkFacts:
    """As of a tool that has no domain metric."""
    return facts._replace(domain_metric=None)


def without_ur(facts: BacklinkFacts) -> BacklinkFacts:
    """As of a tool that has no page metric."""
    return facts._replace(page_metric=None)


def with_rank(row: Row, facts: BacklinkFacts) -> BacklinkFacts:
    """Without vendor's metrics, the host's authority taken from a list of ranks where it has the host."""
    known = None if row.rank_0_100 is None else ("domain_rank", row.rank_0_100)
    return facts._replace(page_metric=None, domain_metric=known)


METHODS: Mapping[str, Score] = {
    "count links": len,
    "count follow links": lambda rows: len(_followed(rows)),
    "count domains": lambda rows: len(_by_domain(rows)),
    "sum DR over domains": lambda rows: sum(_by_domain(rows)),
    "max DR": lambda rows: max(_by_domain(rows), default=0.0),
    "sum UR over follow links": _sum_ur,
    "sum 1/links, live follow, read": _sum_shares,
    "ours, export, DR": equity(lambda row: without_ur(row.claimed)),
    "ours, export, UR": equity(lambda row: without_dr(row.claimed)),
    "ours, export, DR and UR": equity(lambda row: row.claimed),
    "ours, export, ranks alone": equity(lambda row: with_rank(row, row.claimed)),
    "ours, read, no metric": equity(lambda row: without_ur(without_dr(row.read))),
    "ours, read, ranks alone": equity(lambda row: with_rank(row, row.read)),
    "ours, read, DR": equity(lambda row: without_ur(row.read)),
    "ours, read, UR": equity(lambda row: without_dr(row.read)),
    "ours, read, DR and UR": equity(lambda row: row.read),
}


def rows_by_page(rows: Iterable[Row]) -> Mapping[int, list[Row]]:
    """The rows of each dead page."""
    found: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.dead].append(row)
    return found
