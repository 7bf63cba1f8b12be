"""All cases."""

from tests.http_cases import (
    alive,
    before_pages,
    bodies,
    broken,
    lost,
    oddities,
    redirects,
    refusals,
    software,
    statuses,
)
from tests.http_cases.case import HttpCase

CASES: tuple[HttpCase, ...] = tuple(
    case
    for table in (statuses, redirects, bodies, broken, oddities, refusals, lost, alive, software, before_pages)
    for case in table.TABLE.cases
)
