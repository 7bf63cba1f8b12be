"""Real exports that people published, where this machine has them: every row is a claim with true content."""

import csv
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from linkreclaim.errors import InputError
from linkreclaim.model.links import Metric, MetricScale
from linkreclaim.sources.source import open_source

READABLE = {
    "ahrefs-backlinks-1.csv": ("Backlinks", "Referring page URL", "Target URL"),
    "ahrefs-backlinks-2.csv": ("Backlinks", "Referring page URL", "Target URL"),
    "gsc-links_latest_links-1.csv": ("Latest links", "Linking page", None),
    "gsc-links_top_target_pages-1.csv": ("Top target pages", None, "Target page"),
    "gsc-pageindexing_404_table-1.csv": ("Page indexing", None, "URL"),
    "gsc-pageindexing_table-1.csv": ("Page indexing", None, "URL"),
    "gsc-pageindexing_table-2.csv": ("Page indexing", None, "URL"),
    "gsc-pageindexing_validation_table-1.csv": ("Page indexing", None, "URL"),
    "screamingfrog-all_inlinks-1.csv": ("inlinks", "Source", "Destination"),
    "screamingfrog-all_inlinks-2.csv": ("inlinks", "Source", "Destination"),
    "screamingfrog-external_all-1.csv": ("External", None, "Address"),
    "screamingfrog-no_response_inlinks-1.csv": ("inlinks", "Source", "Destination"),
    "screamingfrog-redirect_and_canonical_chains-1.csv": ("redirect and canonical chains", "Source", "Address"),
    "screamingfrog-response_codes_4xx-1.csv": ("Response codes", None, "Address"),
    "semrush-backlinks_normalised-1.csv": ("Backlinks", "source_url", "target_url"),
}
REFUSED = {
    "screamingfrog-internal_all-1.csv": "holds no links.*--pages",
    "screamingfrog-internal_all-2.csv": "holds no links.*--pages",
    "gsc-pageindexing_chart-1.csv": "Header found: Date, Affected pages",
    "gsc-pageindexing_metadata-1.csv": "Header found: Property, Value",
    "bing-api_GetLinkCounts-1.json": "empty|no objects|no links",
    "bing-api_GetUrlLinks-1.json": "empty|no objects|no links",
}


def read_independently(path: Path) -> list[dict[str, str]]:
    """The rows of a sample by the csv module alone, a lone title line left out."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = list(file)
    return list(csv.DictReader(lines[1:] if len(next(csv.reader(lines))) == 1 else lines, restval=""))


@pytest.mark.parametrize("name", READABLE)
def test_every_row_of_a_real_file_is_a_claim(samples: Path, read_back: Callable[..., Any], name: str) -> None:
    report, page_column, target_column = READABLE[name]
    rows = read_independently(samples / name)
    reading = read_back(samples / name)
    assert reading.info.report == report
    assert reading.problems == []
    assert len(reading.claims) == len(rows) > 0
    for claim, row in zip(reading.claims, rows, strict=True):
        assert claim.referring_page == (row[page_column] if page_column else None)
        assert claim.target_url == ("".join(row[target_column].splitlines()) if target_column else None)


@pytest.mark.parametrize("name", REFUSED)
def test_what_holds_no_links_is_refused_with_the_reason(samples: Path, name: str) -> None:
    with pytest.raises(InputError, match=REFUSED[name]):
        open_source(samples / name)


def test_every_sample_is_read_or_refused(samples: Path) -> None:
    assert {path.name for path in samples.iterdir() if path.suffix != ".md"} == {*READABLE, *REFUSED}


def test_real_redirects_keep_the_status_of_their_first_hop(samples: Path, read_back: Callable[..., Any]) -> None:
    name = "screamingfrog-redirect_and_canonical_chains-1.csv"
    rows = read_independently(samples / name)
    claims = read_back(samples / name).claims
    assert [str(claim.target_status) for claim in claims] == [row["Status Code 1"] for row in rows]


def test_real_semrush_scores_are_page_metrics(samples: Path, read_back: Callable[..., Any]) -> None:
    name = "semrush-backlinks_normalised-1.csv"
    rows = read_independently(samples / name)
    claims = read_back(samples / name).claims
    assert [claim.metrics for claim in claims] == [
        (Metric("as", float(row["page_ascore"]), MetricScale.PAGE),) for row in rows
    ]
    assert [bool(claim.rel) for claim in claims] == [row["nofollow"] == "true" for row in rows]
    assert all(claim.lost_reason is None and claim.target_status is None for claim in claims)


def test_a_real_drill_down_zipped_again(samples: Path, read_back: Callable[..., Any], tmp_path: Path) -> None:
    path = tmp_path / "drilldown.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for part in ("table", "metadata", "chart"):
            archive.write(samples / f"gsc-pageindexing_{part}-1.csv", f"{part.title()}.csv")
    reading = read_back(path)
    assert len(reading.claims) == 30
    assert all(claim.target_status is None for claim in reading.claims)
    assert any("Alternative page with proper canonical tag" in note for note in reading.info.notes)
