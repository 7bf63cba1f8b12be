"""What earlier audits proposed or what was accepted, beside what the newest run saw of it."""

import json
from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import Connection, Engine, text

from linkreclaim.store.reading import reading
from linkreclaim.urls import match_key

_STATES = text(
    """
SELECT look.url_id, look.verdict, look.dead FROM json_each(:urls) AS asked
JOIN look ON look.url_id = asked.value AND look.run_id = :run
"""
)
_PROPOSED_BEFORE = text(
    """
SELECT finding.url_id, url.url, finding.target_url, look.final_url, finding.match_confidence_0_1, max(finding.run_id)
FROM json_each(:urls) AS asked
CROSS JOIN look ON look.run_id = :run AND look.url_id = asked.value AND look.verdict = 'redirected'
CROSS JOIN run ON run.site_id = :site AND run.id < :run
CROSS JOIN finding ON finding.run_id = run.id AND finding.url_id = look.url_id
  AND finding.disposition = 'redirect' AND finding.target_url IS NOT NULL
JOIN url ON url.id = look.url_id
GROUP BY finding.url_id HAVING finding.match_confidence_0_1 >= :least ORDER BY finding.url_id
"""
)
"""The newest proposal of each URL: SQLite takes bare columns from the row of the only max() (SELECT, 2.5); tables are
read in the order named (CROSS JOIN: SQLite, "The Query Optimizer Overview", 7.2)."""


class Standing(NamedTuple):
    """A URL that an earlier run proposed a redirect for and that redirects today."""

    url_id: int
    url: str
    target_url: str
    leads_to: str
    confidence_0_1: float

    @property
    def as_proposed(self) -> bool:
        """Whether it leads where it was proposed to lead."""
        return match_key(self.target_url) == match_key(self.leads_to)


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

    def proposed_before(self, site_id: int, run_id: int, url_ids: Iterable[int]) -> dict[int, Standing]:
        """{URL id: its newest proposal of an earlier run} of those among some URLs that redirect in a run."""
        with reading(self._engine) as connection:
            return proposed_before(connection, site_id, run_id, url_ids, 0.0)


def proposed_before(
    connection: Connection, site_id: int, run_id: int, url_ids: Iterable[int], least_confidence_0_1: float
) -> dict[int, Standing]:
    """{URL id: its newest proposal of an earlier run, at this confidence or above} of URLs that redirect in a run.

    Cost: about a microsecond for each of the URLs that redirect, times the earlier runs of the site.
    """
    values = {"site": site_id, "run": run_id, "urls": json.dumps(list(url_ids)), "least": least_confidence_0_1}
    return {row.url_id: Standing(*row[:5]) for row in connection.execute(_PROPOSED_BEFORE, values)}
