"""What the dead pages of a run lost, without the pages themselves: a sixth of the time of reading them whole."""

from collections.abc import Iterator

from sqlalchemy import Engine

from linkreclaim.model.judgements import Cause
from linkreclaim.store.reading import scanning

# CROSS JOIN: SQLite keeps the order in which tables are named (SQLite, "The Query Optimizer Overview", 7.2), so that
# the index on values gives the order and nothing but pages of one value is sorted
_DEAD = """
FROM target
CROSS JOIN look ON look.url_id = target.url_id AND look.run_id = :run AND look.dead = 1
"""
_VALUES = f"""
SELECT target.value, finding.cause {_DEAD}
LEFT JOIN finding ON finding.run_id = :run AND finding.url_id = target.url_id
WHERE target.site_id = :site ORDER BY target.value DESC
"""
_IDS = f"""
SELECT target.url_id {_DEAD} CROSS JOIN url ON url.id = target.url_id
WHERE target.site_id = :site ORDER BY target.value DESC, target.links DESC, url.key
"""


class Losses:
    """Reads values and numbers of dead pages, in the order of `Findings.dead_targets`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def values(self, site_id: int, run_id: int) -> Iterator[tuple[float, Cause | None]]:
        """(value, cause) of each dead page, most valuable first; pages of one value in any order."""
        with scanning(self._engine) as cursor:
            for value, cause in cursor.execute(_VALUES, {"site": site_id, "run": run_id}):
                yield value, None if cause is None else Cause(cause)

    def ids(self, site_id: int, run_id: int) -> list[int]:
        """URL ids of the dead pages, most valuable first. Memory: one integer each."""
        with scanning(self._engine) as cursor:
            return [row[0] for row in cursor.execute(_IDS, {"site": site_id, "run": run_id})]
