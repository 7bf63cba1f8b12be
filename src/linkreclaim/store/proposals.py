"""What a listed run itself proposes for its dead pages, and what people have decided about them since."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Engine, text

from linkreclaim.model.decisions import DecisionState
from linkreclaim.model.judgements import Disposition
from linkreclaim.store.reading import reading

_PROPOSED = text(
    """
SELECT dead_page.url_id, dead_page.url, dead_page.equity_share_0_1, finding.disposition, finding.target_url
FROM dead_page INDEXED BY dead_page_by_rank
JOIN finding ON finding.run_id = dead_page.run_id AND finding.url_id = dead_page.url_id
WHERE dead_page.run_id = :run ORDER BY dead_page.rank
"""
)
_DECIDED = text(
    """
SELECT id, url_id, state, disposition, target_url FROM decision
WHERE id > :since AND site_id = :site ORDER BY id
"""
)


@dataclass(frozen=True, slots=True)
class Proposed:
    """A dead page with what its run proposes, whatever people decided."""

    url_id: int
    url: str
    equity_share_0_1: float
    disposition: Disposition
    target_url: str  # "" for none


@dataclass(frozen=True, slots=True)
class DecidedPage:
    """A decision in short."""

    id: int
    url_id: int
    state: DecisionState
    disposition: Disposition
    target_url: str


class Proposals:
    """Reads proposals and decisions in the order in which they came. Safe for threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def of_run(self, run_id: int) -> list[Proposed]:
        """Every listed page that the run judged, most valuable first. Cost: about 15 us each, in memory 0.3 KB."""
        with reading(self._engine) as connection:
            return [
                Proposed(row.url_id, row.url, row.equity_share_0_1, Disposition(row.disposition), row.target_url or "")
                for row in connection.execute(_PROPOSED, {"run": run_id})
            ]

    def decided_since(self, site_id: int, since_id: int) -> Iterator[DecidedPage]:
        """Decisions about a site after a decision, oldest first, those taken back too."""
        with reading(self._engine) as connection:
            for row in connection.execute(_DECIDED, {"site": site_id, "since": since_id}):
                state, disposition = DecisionState(row.state), Disposition(row.disposition)
                yield DecidedPage(row.id, row.url_id, state, disposition, row.target_url or "")
