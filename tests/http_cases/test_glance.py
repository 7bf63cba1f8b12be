"""A check that reads pages in full only where a glance is not enough comes to the same verdicts."""

import pytest
from tests.http_cases import broken
from tests.http_cases.asking import Seen, look_at_all
from tests.http_cases.lab import serve_cases
from tests.http_cases.table import CASES

WHOLE = [case for case in CASES if case not in broken.TABLE.cases]


@pytest.fixture(scope="module")
def seen_at_a_glance() -> dict[str, Seen]:
    """The cases of servers that speak HTTP as they should."""
    with serve_cases(WHOLE) as served:
        return {one.served.case.name: one for one in look_at_all(served, whole_pages=False)}


def test_the_verdicts_are_right(seen_at_a_glance: dict[str, Seen]) -> None:
    told = {case.name: (seen_at_a_glance[case.name].look.verdict.kind, case.right) for case in WHOLE}
    assert not {name: kind for name, (kind, right) in told.items() if kind not in right}


def test_some_pages_were_only_glanced_at(seen_at_a_glance: dict[str, Seen]) -> None:
    assert any(one.look.answer.glance is not None for one in seen_at_a_glance.values())
