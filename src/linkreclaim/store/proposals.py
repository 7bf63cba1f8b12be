"""What a listed run itself proposes for its dead pages, and what people have decided about them since."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Engine, text

from linkreclaim.model.decisions import DecisionState
from linkreclaim.model.judgements import Disposition
from linkreclaim.store.reading import reading, scanning

_PROPOSED = """
SELECT dead_page.url_id, dead_page.url, dead_page.equity_share_0_1, finding.disposition, finding.target_url
FROM dead_page INDEXED BY dead_page_by_rank
JOIN finding ON finding.run_id = dead_page.run_id AND finding.url_id = dead_page.url_id
WHERE dead_page.run_id = ? ORDER BY dead_page.rank
"""
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

    def of_run(self, run_id: int) -> Iterator[Proposed]:
        """Every listed page that the run judged, most valuable first. Cost: about 5 us each."""
        with scanning(self._engine) as rows:
            for url_id, url, share, disposition, target in rows.execute(_PROPOSED, (run_id,)):
                yield Proposed(url_id, url, share, Disposition(disposition), target or "")

    def decided_since(self, site_id: int, since_id: int) -> Iterator[DecidedPage]:
        """Decisions about a site after a decision, oldest first, those taken back too."""
        with reading(self._engine) as connection:
            for row in connection.execute(_DECIDED, {"site": site_id, "since": since_id}):
                state, disposition = DecisionState(row.state), Disposition(row.disposition)
                yield DecidedPage(row.id, row.url_id, state, disposition, row.target_url or "")
