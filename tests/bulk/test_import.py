"""An import in bulk leaves the same tables as an ordinary one, also after a cut, and without DuckDB."""

import sys
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

import pytest

from linkreclaim.jobs.gathering import reading
from linkreclaim.jobs.gathering.reading import Export
from linkreclaim.store import open_workspace
from linkreclaim.store.claims import ClaimBatch

HEADER = "Referring page URL,Target URL,Anchor,Left context,Nofollow,Last seen,UR\n"


def content() -> str:
    rows = [
        f"https://site-{n % 7}.test/{n},https://example.com/{n % 5}{'?q=1' * (n % 3)},"
        f"a{n},w,true,2026-01-0{n % 9 + 1},{n}\n"
        for n in range(1, 41)
    ]
    rows[11] = "https://a.test/,/none,x,,,,\n"
    rows[17] = "https://a.test/,https://other.test/1,x,,,,\n"
    return HEADER + "".join(rows)


def import_into(folder: Path, export: Export, batches: Iterator[ClaimBatch]) -> list[list[tuple[object, ...]]]:
    """The tables that hold an export's rows, after importing these batches of it."""
    with open_workspace(folder) as workspace:
        site_id = workspace.ledger.site_id(export.site.host)
        file = workspace.ledger.open_file(site_id, export.site, "x.csv", "x", "Ahrefs", "Backlinks", ())
        for _ in workspace.ledger.import_batches(file, batches):
            pass
        tables = ("claim", "url", "domain", "row_problem", "source_file")
        with workspace.engine.connect() as connection:
            return [[tuple(row) for row in connection.exec_driver_sql(f"SELECT * FROM {name}")] for name in tables]


def test_all_tables_are_the_same_to_the_byte(tmp_path: Path, export_of: Callable[..., Export]) -> None:
    export = export_of(content())
    one = import_into(tmp_path / "one", export, export.batches())
    two = import_into(tmp_path / "two", export, export.bulk_batches(tmp_path))
    assert repr(two) == repr(one)
    assert [len(rows) for rows in one] == [38, 15, 8, 1, 1]


@pytest.mark.parametrize("batches_before", [0, 1, 5])
def test_an_import_that_was_cut_goes_on_in_bulk(
    tmp_path: Path, export_of: Callable[..., Export], batches_before: int
) -> None:
    whole = export_of(content())
    expected = import_into(tmp_path / "one", whole, whole.batches())
    with open_workspace(tmp_path / "two") as workspace:
        site_id = workspace.ledger.site_id(whole.site.host)
        file = workspace.ledger.open_file(site_id, whole.site, "x.csv", "x", "Ahrefs", "Backlinks", ())
        running = workspace.ledger.import_batches(file, whole.bulk_batches(tmp_path))
        done = max(islice(running, batches_before), default=0)
        running.close()  # type: ignore[attr-defined]  # a kill leaves what was committed
        assert (
            workspace.ledger.open_file(site_id, whole.site, "x.csv", "x", "Ahrefs", "Backlinks", ()).rows_done == done
        )
    rest = Export(whole.path, {}, whole.site, done)
    assert repr(import_into(tmp_path / "two", rest, rest.bulk_batches(tmp_path))) == repr(expected)


def test_without_duckdb_the_rows_are_read_in_the_ordinary_way(
    tmp_path: Path, export_of: Callable[..., Export], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "duckdb", None)
    export = export_of(content())
    assert list(export.bulk_batches(tmp_path)) == list(export.batches())


def test_a_large_file_is_read_beside_and_the_same(
    tmp_path: Path, export_of: Callable[..., Export], monkeypatch: pytest.MonkeyPatch
) -> None:
    export = export_of(content())
    monkeypatch.setattr(reading, "BESIDE_FROM_BYTES", 1)
    (beside,) = reading.read_export(export)  # the process beside has batches of the usual size
    here = list(export.batches())
    assert sorted(map(repr, beside.rows)) == sorted(repr(row) for batch in here for row in batch.rows)
    assert beside.problems == [problem for batch in here for problem in batch.problems]
