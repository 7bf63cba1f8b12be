"""Real exports that people published, where this machine has them: every row is a claim with true content."""

import csv
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from linkreclaim.errors import UnknownFormatError
from linkreclaim.sources import open_source

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
    "screamingfrog-no_response_inlinks-1.csv": ("inlinks", "Source", "Destination"),
    "screamingfrog-response_codes_4xx-1.csv": ("Response codes", None, "Address"),
}
UNREADABLE = [
    "semrush-backlinks_normalised-1.csv",
    "screamingfrog-internal_all-1.csv",
    "screamingfrog-internal_all-2.csv",
    "screamingfrog-external_all-1.csv",
    "screamingfrog-redirect_and_canonical_chains-1.csv",
    "gsc-pageindexing_chart-1.csv",
]


@pytest.mark.parametrize("name", READABLE)
def test_every_row_of_a_real_file_is_a_claim(samples: Path, read_back: Callable[..., Any], name: str) -> None:
    report, page_column, target_column = READABLE[name]
    with (samples / name).open(encoding="utf-8-sig", newline="") as file:
        lines = list(file)
    rows = list(csv.DictReader(lines[1:] if len(next(csv.reader(lines))) == 1 else lines))
    reading = read_back(samples / name)
    assert reading.info.report == report
    assert reading.problems == []
    assert len(reading.claims) == len(rows) > 0
    for claim, row in zip(reading.claims, rows, strict=True):
        assert claim.referring_page == (row[page_column] if page_column else None)
        assert claim.target_url == ("".join(row[target_column].splitlines()) if target_column else None)


@pytest.mark.parametrize("name", UNREADABLE)
def test_other_reports_are_refused_with_their_header(samples: Path, name: str) -> None:
    with pytest.raises(UnknownFormatError, match="Header found"):
        open_source(samples / name)


def test_a_real_drill_down_zipped_again(samples: Path, read_back: Callable[..., Any], tmp_path: Path) -> None:
    path = tmp_path / "drilldown.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for part in ("table", "metadata", "chart"):
            archive.write(samples / f"gsc-pageindexing_{part}-1.csv", f"{part.title()}.csv")
    reading = read_back(path)
    assert len(reading.claims) == 30
    assert all(claim.target_status is None for claim in reading.claims)
    assert any("Alternative page with proper canonical tag" in note for note in reading.info.notes)
