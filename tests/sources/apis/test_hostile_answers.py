"""Whatever a vendor of links answers, a pull ends with rows or with an error for the person."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.sources.apis.fakes import dataforseo as dataforseo_fake
from tests.sources.apis.fakes import majestic as majestic_fake
from tests.sources.apis.fakes import moz as moz_fake
from tests.sources.apis.server import WANT

from linkreclaim.model.links import Claim, RowProblem
from linkreclaim.sources.apis import dataforseo, majestic, moz, semrush
from linkreclaim.sources.apis.interface import Answer, ApiError, Call, Vendor

VENDORS = (semrush.VENDOR, moz.VENDOR, majestic.VENDOR, dataforseo.VENDOR)
PAGE, TARGET = "https://blog.example.org/guide", "https://example.com/x"
GOOD: dict[str, Any] = {
    "moz": {"results": [moz_fake.link(PAGE, TARGET)], "next_token": "more"},
    "majestic": {
        "Code": "OK",
        "DataTables": {
            "BackLinks": {"Data": [majestic_fake.link(PAGE, TARGET)]},
            "Matches": {"Data": [majestic_fake.page(TARGET)]},
        },
    },
    "dataforseo": dataforseo_fake.answer(
        20_000,
        "Ok.",
        0.02,
        [
            {
                **dataforseo_fake.status(20_000, "Ok."),
                "result": [{"items": [dataforseo_fake.link(PAGE, TARGET)], "search_after_token": "x"}],
            }
        ],
    ),
}
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.just(PAGE),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=6,
)


@st.composite
def damaged(draw: st.DrawFn, value: Any) -> Any:
    """A document with one part of it replaced or missing."""
    if isinstance(value, dict) and value and draw(st.booleans()):
        key = draw(st.sampled_from(sorted(value)))
        if draw(st.integers(0, 9)) == 0:
            return {name: inner for name, inner in value.items() if name != key}
        return {**value, key: draw(damaged(value[key]))}
    if isinstance(value, list) and value and draw(st.booleans()):
        return [draw(damaged(value[0])), *value[1:]]
    return draw(VALUES)


def pull_all(vendor: Vendor, body: bytes) -> None:
    """Every report, with one and the same answer to all that is asked."""
    answer = Answer(200, {}, body)
    for report in vendor.reports:
        with suppress(ApiError):
            for number, row in enumerate(report.pull(WANT, lambda call: vendor.read(call, answer))):
                assert isinstance(row, (Claim, RowProblem))
                assert number < 100_000
    assert vendor.units(Call("links", "https://api.example/"), answer) >= 0


@pytest.mark.parametrize("vendor", VENDORS, ids=lambda vendor: str(vendor.name))
@given(body=st.binary(max_size=200))
def test_any_bytes(vendor: Vendor, body: bytes) -> None:
    pull_all(vendor, body)


@pytest.mark.parametrize("vendor", VENDORS[1:], ids=lambda vendor: str(vendor.name))
@given(data=st.data())
def test_any_damage_to_a_good_answer(vendor: Vendor, data: st.DataObject) -> None:
    pull_all(vendor, json.dumps(data.draw(damaged(GOOD[vendor.name]))).encode())


@given(lines=st.lists(st.text(st.sampled_from('ab;"\r\n\x85\u2028:/.é'), max_size=40), max_size=5))
def test_any_lines_under_a_good_header(lines: list[str]) -> None:
    header = "source_url;target_url;response_code;backlinks_num;domains_num;anchor"
    pull_all(semrush.VENDOR, "\n".join([header, *lines, f"{PAGE};{TARGET};404;1;2;x"]).encode())
