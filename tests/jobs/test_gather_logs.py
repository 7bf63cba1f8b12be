"""Access logs in the ledger: what they claim, what they leave out, and editions of a log that grew."""

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.jobs.test_gather import HEADER, run

from linkreclaim.store import Workspace, open_workspace
from linkreclaim.store.ledger import SourceFile

AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0"


def line(path: str, status: int = 404, referrer: str = "-", day: int = 1, agent: str = AGENT) -> str:
    return (
        f'192.0.2.7 - - [{day:02d}/Jun/2024:10:00:00 +0000] "GET {path} HTTP/1.1" {status} 512 "{referrer}" "{agent}"\n'
    )


LINES = (
    line("/live", 200, "https://b.example/")
    + line("/1", referrer="https://site1.example/1")  # a page
    + line("/1", referrer="https://site1.example/1", day=3)
    + line("/2", referrer="https://site2.example/")  # an origin alone
    + line("/3", referrer="https://www.google.com/")  # no linking site
    + line("/4", referrer="http://semalt.semalt.com/crawler.php?u=http://b.example")  # forged
    + line("/5", referrer="https://b.example/live")  # the site's own
    + line("/6", 200, "https://site6.example/page")  # answered: `check` has to tell whether it is a soft 404
    + "no log line at all\n"
)


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with open_workspace(tmp_path / "ws") as opened:
        yield opened


def write_log(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    data = text.encode()
    path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    return path


def links(workspace: Workspace, file: SourceFile) -> set[tuple[str, str, int | None]]:
    """(what links: a page, a domain or nothing; target; hits) of each claim of a file."""
    query = (
        "SELECT coalesce(claim.page_key, domain.name, '') AS who, url.key AS target, claim.hits FROM claim"
        " LEFT JOIN domain ON domain.id = claim.domain_id JOIN url ON url.id = claim.target_id WHERE claim.file_id = ?"
    )
    with workspace.engine.connect() as connection:
        return {tuple(row) for row in connection.exec_driver_sql(query, (file.id,))}


def test_a_log_claims_pages_domains_and_visits(tmp_path: Path, workspace: Workspace) -> None:
    (file,), said, unreadable = run(workspace, write_log(tmp_path, "access.log", LINES))
    assert (file.tool, file.report, file.done, unreadable) == ("Access log", "Apache and nginx combined", True, [])
    assert links(workspace, file) == {
        ("site1.example/1", "b.example/1", 2),
        ("site2.example", "b.example/2", 1),
        ("", "b.example/3", 1),
        ("site6.example/page", "b.example/6", 1),
    }
    assert [problem.line for problem in workspace.ledger.problems(file.id, 10)] == [9]
    assert any("mostly not the page" in sentence for sentence in said)
    assert any("9 lines, 8 requests, 2024-06-01 to 2024-06-03" in sentence for sentence in said)
    statuses = {totals.url: totals.said_dead for totals in _totals(workspace)}
    assert statuses == {
        "https://b.example/1": True,
        "https://b.example/2": True,
        "https://b.example/3": True,
        "https://b.example/6": False,
    }


def test_a_log_that_gives_no_row_says_why(tmp_path: Path, workspace: Workspace) -> None:
    text = "".join(line(f"/{n}", referrer=f"http://10.0.0.{n}/") for n in range(1, 4))
    (file,), said, _ = run(workspace, write_log(tmp_path, "access.log", text))
    assert links(workspace, file) == set()
    assert any("3 requests with referrers that are no public site were left out" in sentence for sentence in said)


def _totals(workspace: Workspace) -> list:  # type: ignore[type-arg]
    site_id = workspace.ledger.site_id("b.example")
    workspace.targets.refresh(site_id)
    return list(workspace.targets.most_valuable(site_id, 100))


def test_a_log_that_grew_takes_the_place_of_its_older_edition(tmp_path: Path, workspace: Workspace) -> None:
    first = write_log(tmp_path, "access.log", LINES)
    run(workspace, first)
    run(workspace, first)  # the same once more: nothing to do
    grown = LINES + line("/2", referrer="https://site2.example/", day=5) + line("/7", referrer="https://site7.example/")
    files, _, _ = run(workspace, write_log(tmp_path, "access.log.1.gz", grown))
    assert len(files) == 1
    assert {("site2.example", "b.example/2", 2), ("site7.example", "b.example/7", 1)} <= links(workspace, files[0])
    files, said, _ = run(workspace, first)  # an older copy again
    assert [file.path for file in files] == [str(tmp_path / "access.log.1.gz")]
    assert any("goes further" in sentence for sentence in said)


def test_a_log_and_an_export_merge_and_each_knows_what_the_other_missed(tmp_path: Path, workspace: Workspace) -> None:
    export = tmp_path / "export.csv"
    export.write_text(
        HEADER
        + "https://site2.example/post,https://b.example/2,here\nhttps://site9.example/,https://b.example/9,here\n"
    )
    files, _, _ = run(workspace, export, write_log(tmp_path, "access.log", LINES))
    overlap = workspace.ledger.overlap(workspace.ledger.site_id("b.example"), None)
    of_export, of_log = 1, 2
    assert [tool for tool, _ in overlap.sources][1] == "Access log"
    assert dict(overlap.links) == {of_export | of_log: 1, of_export: 1, of_log: 2}  # site2's page and domain are one
    assert len(files) == 2
