"""Every case, asked over real HTTP: nothing alive is called dead, everything dead is found, and each ends in time."""

import pytest
from tests.http_cases import broken
from tests.http_cases.asking import QUICK, Seen
from tests.http_cases.case import Group, HttpCase
from tests.http_cases.table import CASES

SECOND_TRY_S = 2 * QUICK.total_timeout_s
LOOKS_IN_A_ROW = 3
"""A look asks for robots.txt, the page and the random sibling, each at most twice."""


@pytest.fixture(params=CASES, ids=lambda case: case.name)
def case(request: pytest.FixtureRequest) -> HttpCase:
    """One case of the table."""
    found: HttpCase = request.param
    return found


@pytest.fixture(params=[case for case in CASES if case not in broken.TABLE.cases], ids=lambda case: case.name)
def unbroken(request: pytest.FixtureRequest) -> HttpCase:
    """One case of a server that speaks HTTP as it should."""
    found: HttpCase = request.param
    return found


def find(case: HttpCase, seen: dict[str, Seen]) -> Seen:
    """What was made of a case; skipped where it could not be served."""
    if case.name not in seen:
        pytest.skip("needs openssl for a server with TLS")
    return seen[case.name]


def test_the_verdict_is_right(case: HttpCase, seen: dict[str, Seen]) -> None:
    look = find(case, seen).look
    assert look.verdict.kind in case.right, f"{look.verdict.reason} {look.verdict.evidence}"
    assert case.shape in (None, look.verdict.shape)
    assert case.hops in (None, len(look.answer.hops))
    assert case.status in (None, look.answer.status_code)
    assert case.failure in (None, look.answer.failure)


def test_without_the_probe_nothing_is_called_dead_that_is_not(
    unbroken: HttpCase, seen_unprobed: dict[str, Seen]
) -> None:
    verdict = seen_unprobed[unbroken.name].look.verdict
    assert verdict.kind in unbroken.right | unbroken.unprobed, f"{verdict.reason} {verdict.evidence}"


def test_each_ends_in_time(seen: dict[str, Seen]) -> None:
    slow = {name: one.took_s for name, one in seen.items() if one.took_s > LOOKS_IN_A_ROW * SECOND_TRY_S}
    assert not slow


def test_no_case_may_be_called_dead_unless_it_is() -> None:
    names = [case.name for case in CASES]
    assert len(set(names)) == len(names) >= 150
    dead = {kind for case in CASES if case.group in (Group.SOFT_DEAD, Group.HARD_DEAD) for kind in case.right}
    assert dead
