"""Each report is read under its own header to exactly the claims its rows make, and is taken for no other."""

import random
from collections.abc import Callable
from typing import Any

import pytest
from tests.sources.golden import GOLDEN, golden_ids
from tests.sources.golden_form import Golden, written

from linkreclaim.sources.header import find_columns, is_report
from linkreclaim.sources.interface import ALL_FIELDS, Report
from linkreclaim.sources.tools import REPORTS

each_report = pytest.mark.parametrize("golden", GOLDEN, ids=list(golden_ids()))


def fitting(names: list[str]) -> list[Report]:
    return [report for report in REPORTS if is_report(report, names, find_columns(report, names))]


@each_report
def test_rows_give_exactly_their_claims(read_back: Callable[..., Any], golden: Golden) -> None:
    reading = read_back(written(golden.names, golden.cells))
    assert (reading.info.tool, reading.info.report) == (golden.tool, golden.report)
    assert reading.problems == []
    assert tuple(reading.claims) == golden.claims


@each_report
def test_one_report_alone_takes_the_header_in_any_order_and_with_more_columns(golden: Golden) -> None:
    expected = [(golden.tool, golden.report)]
    for seed in range(5):
        names = golden.names
        random.Random(seed).shuffle(names)
        assert [(report.tool, report.name) for report in fitting(names)] == expected
        assert [(report.tool, report.name) for report in fitting([*names, "A new column"])] == expected
        assert [(report.tool, report.name) for report in fitting([name.upper() for name in names])] == expected
        assert [
            (report.tool, report.name) for report in fitting([name.replace(" ", "_") for name in names])
        ] == expected
        assert [(report.tool, report.name) for report in fitting([*names, "", "", ""])] == expected


@each_report
def test_a_missing_optional_column_changes_nothing_but_its_field(golden: Golden) -> None:
    assert set(golden.optional) <= set(golden.names)
    for missing in golden.optional:
        names = [name for name in golden.names if name != missing]
        assert [(report.tool, report.name) for report in fitting(names)] == [(golden.tool, golden.report)], missing


def test_every_report_has_a_golden_file() -> None:
    assert {(report.tool, report.name) for report in REPORTS} == {(golden.tool, golden.report) for golden in GOLDEN}


def test_reports_name_only_fields_that_exist() -> None:
    for report in REPORTS:
        assert set(report.aliases) <= ALL_FIELDS, report.title
        assert {*report.required, *report.needed_urls} <= set(report.aliases), report.title


def test_nothing_of_a_visitor_is_in_any_claim(read_back: Callable[..., Any]) -> None:
    golden = next(golden for golden in GOLDEN if golden.tool == "Redirection")
    told = repr(read_back(written(golden.names, golden.cells)))
    assert "192.0.2.1" not in told
    assert "secret" not in told
