"""What earlier audits proposed or people accepted, beside what the newest run saw of it."""

import json
from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import Engine, text

from linkreclaim.store.reading import reading

_STATES = text(
    """
SELECT look.url_id, look.verdict, look.dead FROM json_each(:urls) AS asked
JOIN look ON look.url_id = asked.value AND look.run_id = :run
"""
)
_PROPOSED_BEFORE = text(
    """
SELECT finding.url_id, url.url, finding.target_url, look.final_url, finding.match_confidence_0_1, max(finding.run_id)
FROM look JOIN finding ON finding.url_id = look.url_id JOIN run ON run.id = finding.run_id AND run.site_id = :site
JOIN url ON url.id = look.url_id
WHERE look.run_id = :run AND look.verdict = 'redirected' AND finding.run_id < :run
  AND finding.disposition = 'redirect' AND finding.target_url IS NOT NULL
GROUP BY finding.url_id HAVING finding.match_confidence_0_1 >= :least ORDER BY finding.url_id
"""
)
"""The newest proposal of each URL: SQLite takes bare columns from the row of the only max() (SELECT, 2.5)."""


class Standing(NamedTuple):
    """A URL that an earlier run proposed a redirect for and that redirects today."""

    url_id: int
    url: str
    target_url: str
    leads_to: str
    confidence_0_1: float


class StandingRedirects:
    """Reads looks of one run beside findings of others."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def settled(self, run_id: int, url_ids: Iterable[int]) -> set[int]:
        """Those among some URLs that a run found dead (they are listed) or alive (nothing is to be redirected)."""
        values = {"run": run_id, "urls": json.dumps(list(url_ids))}
        with reading(self._engine) as connection:
            rows = connection.execute(_STATES, values)
            return {row.url_id for row in rows if row.dead or row.verdict == "alive"}

    def proposed_before(self, site_id: int, run_id: int, least_confidence_0_1: float) -> list[Standing]:
        """URLs that redirect in a run and for which an earlier one proposed a target at this confidence or above."""
        values = {"site": site_id, "run": run_id, "least": least_confidence_0_1}
        with reading(self._engine) as connection:
            return [Standing(*row[:5]) for row in connection.execute(_PROPOSED_BEFORE, values)]
