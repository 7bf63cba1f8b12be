import csv
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from linkreclaim.errors import LinkreclaimError
from linkreclaim.model.decisions import DecisionState
from linkreclaim.model.judgements import Disposition
from linkreclaim.model.matches import Candidate, Role
from linkreclaim.model.reports import BacklinkRow, DeadPageRow
from linkreclaim.model.verdicts import VerdictKind
from linkreclaim.report.tables import write_backlinks, write_dead_pages, write_prospects, write_redirects


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_redirects_come_back_as_a_map(tmp_path: Path, dead_page: Callable[..., DeadPageRow]) -> None:
    path = tmp_path / "redirects.csv"
    none = dead_page(url="https://example.com/b", target_url=None, disposition=Disposition.REVIEW)
    gone = dead_page(url="https://example.com/c", disposition=Disposition.GONE, decision=DecisionState.ACCEPTED)
    assert write_redirects(path, [dead_page(), none, gone]) == 3
    lines = read(path)
    assert ",".join(lines[0]) == (
        "source,target,status,match,decision,disposition,confidence_0_1,equity_share_0_1,links,referring_domains,"
        "cause,reason,candidate_2,candidate_3,note"
    )
    first = lines[0]
    assert first["source"] == "https://example.com/blog/old-guide"
    assert first["target"] == "https://example.com/resources/guide"
    assert (first["status"], first["match"], first["decision"]) == ("301", "exact", "proposed")
    assert (first["confidence_0_1"], first["equity_share_0_1"], first["links"]) == ("0.97", "0.4", "12")
    assert (first["candidate_2"], first["candidate_3"]) == (
        "https://example.com/resources/",
        "https://example.com/news",
    )
    assert (lines[1]["target"], lines[1]["status"], lines[1]["candidate_2"]) == (
        "",
        "301",
        "https://example.com/resources/guide",
    )
    assert (lines[2]["target"], lines[2]["status"], lines[2]["decision"]) == ("", "410", "accepted")


def test_redirects_have_a_line_for_each_dead_page_and_none_for_what_could_not_be_told(
    tmp_path: Path, dead_page: Callable[..., DeadPageRow]
) -> None:
    path = tmp_path / "redirects.csv"
    untold = dead_page(verdict=VerdictKind.BLOCKED)
    former = dead_page(verdict=VerdictKind.UNREACHABLE, former_host=True, url="http://old.example/x")
    assert write_redirects(path, [dead_page(links=0), untold, former]) == 2
    assert [row["links"] for row in read(path)] == ["0", "12"]
    assert "keep or regain" in read(path)[1]["note"]
    assert "old.example" in read(path)[1]["note"]


def test_a_listing_as_target_is_noted(tmp_path: Path, dead_page: Callable[..., DeadPageRow]) -> None:
    hub = Candidate("https://example.com/resources/", 0.6, Role.HUB)
    write_redirects(tmp_path / "r.csv", [dead_page(target_url=hub.url, candidates=(hub,))])
    assert "listing" in read(tmp_path / "r.csv")[0]["note"]


def test_dead_pages_keep_every_row_and_are_a_list_of_dead_pages(
    tmp_path: Path, dead_page: Callable[..., DeadPageRow]
) -> None:
    path = tmp_path / "dead_pages.csv"
    rows = [dead_page(), dead_page(rank=2, links=0, verdict=None, checked_at=None, match_confidence_0_1=float("nan"))]
    assert write_dead_pages(path, rows) == 2
    first, second = read(path)
    assert (first["url"], first["title"], first["anchors"]) == (rows[0].url, "The old guide", "old guide | here")
    assert (first["verdict"], first["checked_at"]) == ("not_found", "2026-11-22T10:40:00Z")
    assert (second["verdict"], second["checked_at"], second["match_confidence_0_1"]) == ("", "", "")


def test_hostile_cells_are_harmless_in_every_file(
    tmp_path: Path, dead_page: Callable[..., DeadPageRow], backlink: Callable[..., BacklinkRow], hostile: str
) -> None:
    formula = "=" + hostile
    page = dead_page(
        old_title=formula, match_reason=formula, verdict_reason=formula, anchors=(formula,), cause_evidence=(formula,),
        decided_by=formula, best_link_parts=formula, url=formula, target_url=formula, best_link=formula,
        candidates=(Candidate(formula, 0.1),),
    )  # fmt: skip
    link = backlink(
        referring_page=formula, referring_domain=formula, target_url=formula, anchor_text=formula, rel=formula,
        place=formula, first_seen=formula, last_seen=formula, sources=formula, seen=formula, value_parts=formula,
    )  # fmt: skip
    files = [tmp_path / name for name in ("d.csv", "r.csv", "b.csv", "p.csv")]
    write_dead_pages(files[0], [page])
    write_redirects(files[1], [page])
    write_backlinks(files[2], [link])
    write_prospects(files[3], [link])
    for file in files:
        (line,) = read(file)
        assert all(not cell or cell[0] not in "=+-@" for cell in line.values()), file
        assert "\u202e" not in "".join(line.values())
        assert "\x1b" not in "".join(line.values())


def test_prospects_leave_out_links_known_to_be_gone(tmp_path: Path, backlink: Callable[..., BacklinkRow]) -> None:
    rows = [backlink(seen=seen) for seen in ("present", "gone", "page_gone", "blocked", "unreadable", "not_looked")]
    assert write_prospects(tmp_path / "p.csv", rows) == 4
    assert [line["seen"] for line in read(tmp_path / "p.csv")] == ["present", "blocked", "unreadable", "not_looked"]


def test_excel_finds_its_byte_order_mark_and_line_ends(tmp_path: Path, backlink: Callable[..., BacklinkRow]) -> None:
    write_backlinks(tmp_path / "b.csv", [backlink(anchor_text="Über\nuns", value=None)])
    content = (tmp_path / "b.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbfreferring_page,")
    assert content.count(b"\r\n") == content.count(b"\n") == 2
    assert "Über uns".encode() in content


def test_who_reads_the_old_file_reads_it_whole(tmp_path: Path, dead_page: Callable[..., DeadPageRow]) -> None:
    path = tmp_path / "dead_pages.csv"
    write_dead_pages(path, [dead_page(rank=rank) for rank in range(500)])
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = csv.DictReader(file)
        next(lines)
        write_dead_pages(path, [dead_page()])
        assert sum(1 for _ in lines) == 499
    assert len(read(path)) == 1


def test_a_run_that_breaks_leaves_the_old_file_and_no_draft(
    tmp_path: Path, dead_page: Callable[..., DeadPageRow]
) -> None:
    path = tmp_path / "dead_pages.csv"
    write_dead_pages(path, [dead_page()])
    before = path.read_bytes()

    def broken() -> Iterator[DeadPageRow]:
        yield dead_page(rank=9)
        raise RuntimeError("killed")

    with pytest.raises(RuntimeError, match="killed"):
        write_dead_pages(path, broken())
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path, dead_page: Callable[..., DeadPageRow]) -> None:
    (tmp_path / "taken").write_text("a file, not a folder")
    with pytest.raises(LinkreclaimError, match=r"taken.*dead_pages\.csv"):
        write_dead_pages(tmp_path / "taken" / "dead_pages.csv", [dead_page()])
