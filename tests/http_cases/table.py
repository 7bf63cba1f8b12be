"""All cases."""

from tests.http_cases import alive, bodies, broken, lost, redirects, refusals, statuses
from tests.http_cases.case import HttpCase

CASES: tuple[HttpCase, ...] = tuple(
    case for table in (statuses, redirects, bodies, broken, refusals, lost, alive) for case in table.TABLE.cases
)
