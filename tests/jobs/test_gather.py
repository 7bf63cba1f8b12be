"""Gathering: every export in a file under its own entry, its signs told, a cut-off import continued."""

import json
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest
from tests.sources.test_workbook import workbook_of

from linkreclaim.jobs.gathering import gather as job
from linkreclaim.jobs.gathering.gather import gather
from linkreclaim.jobs.gathering.reading import Export, read_export
from linkreclaim.jobs.runs.clock import utc_now
from linkreclaim.jobs.runs.context import AuditRequest, RunContext
from linkreclaim.model.events import RunEvent
from linkreclaim.model.sites import Site
from linkreclaim.net import Fetcher
from linkreclaim.sources.source import open_sources
from linkreclaim.store import Workspace, open_workspace
from linkreclaim.store.ledger import SourceFile

SITE = Site("b.example")
HEADER = "Referring page URL,Target URL,Anchor\n"


def rows(numbers: range) -> str:
    return "".join(f"https://site{n}.example/{n % 30},https://b.example/{n},here\n" for n in numbers)


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with open_workspace(tmp_path / "ws") as opened:
        yield opened


def run(workspace: Workspace, *paths: Path) -> tuple[list[SourceFile], list[str], list[str]]:
    """Gather files; gives the ledger's entries, what was said, and the files that could not be read."""
    events: list[RunEvent] = []
    site_id = workspace.ledger.site_id(SITE.host)
    begun = workspace.runs.begin(site_id, "question", utc_now(), False)
    request = AuditRequest(SITE.host, paths, paths[0].parent, paths[0].parent)
    never_asked = cast(Fetcher, None)  # gathering needs no network
    context = RunContext(workspace, begun, SITE, request, never_asked, events.append, utc_now)
    unreadable = gather(context)
    return workspace.ledger.files(site_id), [event.message for event in events if event.message], unreadable


def bundle(folder: Path) -> Path:
    path = folder / "bundle.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("part-1.csv", HEADER + rows(range(10)))
        archive.writestr("part-2.csv", HEADER + rows(range(10, 30)))
    return path


def test_each_export_of_a_bundle_is_an_entry_of_its_own_and_imported_once(tmp_path: Path, workspace: Workspace) -> None:
    path = bundle(tmp_path)
    files, said, unreadable = run(workspace, path)
    assert [(file.path, file.claims, file.done) for file in files] == [
        (f"{path}: part-1.csv", 10, True),
        (f"{path}: part-2.csv", 20, True),
    ]
    assert any(message.startswith("bundle.zip: part-2.csv: Ahrefs Backlinks, 20 rows") for message in said)
    again, said, _ = run(workspace, path)
    assert again == files
    assert sum("already in the ledger" in message for message in said) == 2
    assert unreadable == []


def test_an_export_cut_at_a_limit_is_told_and_noted_once(tmp_path: Path, workspace: Workspace) -> None:
    path = tmp_path / "links.csv"
    path.write_text(HEADER + rows(range(2_499)) + "https://a.example/,no url,\n")
    for _ in range(2):
        (file,), said, _ = run(workspace, path)
        assert [note for note in file.notes if note.startswith("exactly 2,500 rows")] == [file.notes[-1]]
    assert not any("exactly 2,500 rows" in message for message in said), "the second time there is nothing to import"


def test_counts_are_said_as_people_say_them(tmp_path: Path, workspace: Workspace) -> None:
    path = tmp_path / "links.csv"
    path.write_text(HEADER + rows(range(1)) + "https://a.example/,https://c.example/,x\nno,url,x\n")
    _, said, _ = run(workspace, path)
    assert said[0] == "links.csv: Ahrefs Backlinks, 1 row read, 1 about other sites or internal, 1 problem"


def test_an_export_without_rows_is_warned_of(tmp_path: Path, workspace: Workspace) -> None:
    path = tmp_path / "links.csv"
    path.write_text(HEADER)
    (file,), said, unreadable = run(workspace, path)
    assert (file.claims, unreadable) == (0, [])
    assert [message for message in said if job.NO_ROWS in message]


def test_a_name_that_is_no_utf_8_is_kept_as_far_as_it_can_be(tmp_path: Path, workspace: Workspace) -> None:
    good, bad = (Path(os.fsdecode(os.fsencode(tmp_path) + name)) for name in (b"/\xdcbersicht.csv", b"/\xdc.csv"))
    good.write_text(HEADER + rows(range(2)))
    bad.write_text("")
    (file,), _, unreadable = run(workspace, good, bad)
    assert file.path.endswith("/?bersicht.csv")
    assert unreadable == [f"{tmp_path}/?.csv: the file is empty; export it again"]


def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path, workspace: Workspace) -> None:
    path = tmp_path / "links.csv"
    os.mkfifo(path)
    files, _, unreadable = run(workspace, path)
    assert files == []
    assert any("a pipe or a device" in message for message in unreadable)


def test_signs_are_said_at_once(tmp_path: Path, workspace: Workspace) -> None:
    path = tmp_path / "links.csv"
    path.write_text(HEADER + rows(range(150)))
    _, said, _ = run(workspace, path)
    assert any("one link per domain" in message for message in said)


def test_an_import_that_was_cut_off_goes_on_in_any_form(tmp_path: Path, workspace: Workspace) -> None:
    path = tmp_path / "links.jsonl"
    links = [{"url_from": f"https://a.example/{n}", "url_to": f"https://b.example/{n}"} for n in range(12_000)]
    path.write_text("\n".join("{broken" if n % 4_000 == 3 else json.dumps(link) for n, link in enumerate(links)))
    (source,) = open_sources(path)
    ledger = workspace.ledger
    printed = job.fingerprint(path, ())
    site_id = ledger.site_id(SITE.host)
    file = ledger.open_file(site_id, SITE, str(path), printed, source.info.tool, source.info.report, source.info.notes)
    begun = ledger.import_batches(file, read_export(Export(path, {}, SITE, 0), source))
    next(begun)
    begun.close()  # type: ignore[attr-defined]
    (half,) = ledger.files(site_id)
    assert 0 < half.rows_done < 12_000
    (whole,), _, _ = run(workspace, path)
    assert (whole.claims, whole.problems, whole.done) == (11_997, 3, True)
    assert [problem.line for problem in ledger.problems(whole.id, 10)] == [4, 4_004, 8_004]


@pytest.mark.parametrize("form", ["lines", "document", "workbook"])
def test_bulk_reading_gives_the_same_batches(tmp_path: Path, form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("duckdb", reason="needs the extra `bulk`")
    monkeypatch.setattr("linkreclaim.bulk.batches.PIECE_LINES", 200)
    links = [{"url_from": f"https://a.example/{n}", "url_to": f"https://b.example/{n}"} for n in range(600)]
    path = tmp_path / "links"
    if form == "workbook":
        path.write_bytes(workbook_of({"S": [list(links[0]), *[list(link.values()) for link in links]]}))
    elif form == "document":
        path.write_text(json.dumps({"backlinks": links}))
    else:
        path.write_text("\n".join("{broken" if n == 450 else json.dumps(link) for n, link in enumerate(links)))
    export = Export(path, {}, SITE, 0)
    one_by_one = [row for batch in export.batches() for row in (*batch.rows, *batch.problems)]
    in_bulk = [row for batch in export.bulk_batches(tmp_path) for row in (*batch.rows, *batch.problems)]
    assert sorted(map(repr, in_bulk)) == sorted(map(repr, one_by_one))


@pytest.mark.parametrize("form", ["document", "workbook"])
def test_what_is_costly_to_open_is_opened_once(
    tmp_path: Path, workspace: Workspace, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    links = [{"url_from": f"https://a.example/{n}", "url_to": f"https://b.example/{n}"} for n in range(30)]
    path = tmp_path / "links"
    if form == "workbook":
        path.write_bytes(workbook_of({"S": [list(links[0]), *[list(link.values()) for link in links]]}))
    else:
        path.write_text(json.dumps(links))
    monkeypatch.setattr("linkreclaim.jobs.gathering.reading.BESIDE_FROM_BYTES", 1)
    monkeypatch.setattr(Export, "open", lambda export: pytest.fail("opened a second time"))
    monkeypatch.setattr("multiprocessing.get_context", lambda method: pytest.fail("a process beside"))
    (file,), _, _ = run(workspace, path)
    assert (file.claims, file.done) == (30, True)


def test_one_unreadable_file_does_not_stop_the_others(tmp_path: Path, workspace: Workspace) -> None:
    broken = tmp_path / "broken.json"
    broken.write_text('{"links": [')
    files, _, unreadable = run(workspace, broken, bundle(tmp_path))
    assert len(files) == 2
    assert len(unreadable) == 1
    assert "broken.json" in unreadable[0]


def test_a_folder_in_the_place_of_a_file_is_told(tmp_path: Path, workspace: Workspace) -> None:
    _, _, unreadable = run(workspace, tmp_path, bundle(tmp_path))
    assert unreadable == [f"{tmp_path}: this is a folder; name each file in it with a --links of its own"]
