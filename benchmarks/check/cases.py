"""The HTTP cases of the tests, served for link checkers: each address with what it truly is."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.http_cases.case import Group
from tests.http_cases.lab import Served, serve_cases
from tests.http_cases.table import CASES

STALLS = "for ever"
"""In the names of cases that some checkers wait an hour for: left out, so that a run ends."""


@contextmanager
def serve_for_checkers() -> Iterator[dict[str, Served]]:
    """Every case over plain HTTP, on hosts of its own, by the URL to ask for."""
    with serve_cases([case for case in CASES if STALLS not in case.name]) as served:
        yield {one.url: one for one in served}


def count_groups(served: dict[str, Served]) -> dict[Group, int]:
    """How many cases each group has."""
    groups = [one.case.group for one in served.values()]
    return {group: groups.count(group) for group in Group}
