"""Every report that bulk takes gives the rows of the ordinary reader, and no field of one is left out."""

from collections.abc import Callable

import pytest
from tests.sources.golden import GOLDEN, golden_ids
from tests.sources.golden_form import Golden, written

from linkreclaim.bulk.form import GROUPS
from linkreclaim.jobs.gathering.reading import Export
from linkreclaim.sources.interface import ALL_FIELDS

OUTSIDE_GROUPS = {
    *(
        "referring_page",
        "target_url",
        "anchor_text",
        "alt_text",
        "context",
        "context_left",
        "context_right",
        "page_title",
    ),
    "kind",  # a report that is adjusted by it is read row by row
    "referring_domain",  # never beside a linking page
}
"""Fields that bulk reads for each row, or never meets."""


def test_every_field_is_in_a_group_or_known_to_be_outside() -> None:
    grouped = [name for group in GROUPS for name in group.fields]
    assert len(grouped) == len(set(grouped))
    assert set(grouped) | OUTSIDE_GROUPS == ALL_FIELDS


@pytest.mark.parametrize("golden", GOLDEN, ids=list(golden_ids()))
def test_rows_are_the_same(
    export_of: Callable[..., Export], both_ways: Callable[[Export], str | None], golden: Golden
) -> None:
    rows = [[cell.replace("shop.example.com", "example.com") for cell in row] for row in golden.cells]
    both_ways(export_of(written(golden.names, rows * 5)))
